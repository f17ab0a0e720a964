"""Who is behind a number of the overview: as it stands in a link, in words, and as a condition."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType
from typing import Final

from bot.console.forms import FormReader
from handlers.core.questionnaire import Questionnaire
from handlers.errors import NotFound
from storage.views import overview
from storage.views.intake_effort import of_whole
from storage.views.overview import Send, Stop, Whose

_BETWEEN: Final = "~"
_DONE: Final[Mapping[str, tuple[bool | None, str]]] = MappingProxyType(
    {"done": (True, "completed"), "open": (False, "not_completed"), "all": (None, "begun_by")}
)


@dataclass(frozen=True, slots=True)
class Behind:
    """One number: the kind, and what tells it from others of its kind."""

    kind: str
    about: tuple[str, ...]

    def __str__(self) -> str:
        """Return it as it stands in a link."""
        return _BETWEEN.join((self.kind, *self.about))


@dataclass(frozen=True, slots=True)
class Here:
    """What a number is asked of: a clinic, now, as somebody may see it."""

    clinic: str
    now: datetime
    forms: FormReader

    def form(self, name: str) -> Questionnaire:
        """Return the questionnaire of this id; raise NotFound."""
        known = self.forms.protocol.questionnaires.values()
        found = next((form for form in known if form.id == name), None)
        if found is None:
            raise NotFound("no such questionnaire")
        return found

    def say(self, key: str, **values: str) -> str:
        """Return a text in the reader's language."""
        return self.forms.words.catalog.plain(f"console.overview.{key}", **values)


def read(text: str, here: Here) -> tuple[Whose, str]:
    """Return the SELECT of the patients behind a number, and its name; raise NotFound for none of ours."""
    kind, *about = text.split(_BETWEEN)
    try:
        return _KINDS[kind](here, *about)
    except (KeyError, TypeError, ValueError) as error:
        raise NotFound("no such number") from error


def _step(here: Here, step: str, outcome: str) -> tuple[Whose, str]:
    name = f"{here.forms.step_name(step)}: {here.say(f'outcome.{outcome}')}"
    return overview.of_step(here.clinic, step, outcome, here.now), name


def _stop(here: Here, form: str, link_id: str) -> tuple[Whose, str]:
    questionnaire = here.form(form)
    item = questionnaire.by_link_id[link_id]
    if here.forms.hides(item):
        raise NotFound("not for this reader")
    question = here.forms.words.question(questionnaire, item)
    return overview.of_stop(here.clinic, Stop(questionnaire.url, link_id), here.now), here.say(
        "stopped_after", question=question
    )


def _part(here: Here, form: str, done: str) -> tuple[Whose, str]:
    questionnaire = here.form(form)
    title = part_title(here.forms, questionnaire)
    is_done, word = _DONE[done]
    return overview.of_part(here.clinic, questionnaire.url, done=is_done), f"{title}: {here.say(word)}"


def _send(here: Here, channel: str, state: str, code: str) -> tuple[Whose, str]:
    words = (here.forms.words.catalog.plain(f"console.channel.{channel}"), here.say(f"send.{state}"), code)
    return overview.of_send(here.clinic, Send(channel, state, code)), " · ".join(filter(None, words))


def _channel(here: Here, channel: str, state: str = "") -> tuple[Whose, str]:
    name = here.forms.words.catalog.plain(f"console.channel.{channel}")
    said = (name, here.say(f"send.{state}" if state else "messages"))
    return overview.of_channel(here.clinic, channel, state), " · ".join(said)


def _whole(here: Here) -> tuple[Whose, str]:
    return of_whole(here.clinic, tuple(here.forms.protocol.intake)), here.say("whole")


def part_title(forms: FormReader, form: Questionnaire) -> str:
    """Return what a part of the intake is called."""
    return forms.words.titled(f"console.form.{form.id}", form.title or form.id)


_KINDS: Final[Mapping[str, Callable[..., tuple[Whose, str]]]] = MappingProxyType(
    {"step": _step, "stop": _stop, "part": _part, "send": _send, "channel": _channel, "whole": _whole}
)
