"""Labels of our own buttons, typed instead of tapped: they mean what the button means.

Only a whole message that is exactly a label counts; no slip of the finger is forgiven here, so that
a name that looks like "Start" stays a name.
"""

from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import Final

from handlers.core.buttons import answer_data, mark
from handlers.core.case import Response
from handlers.core.events import Chose
from handlers.core.listed import row_meant
from handlers.core.understanding import command_in
from handlers.core.understanding.folding import fold, fold_known
from handlers.core.understanding.stops import means_stop
from handlers.decision import Decision
from handlers.scenes import questionnaire_of
from handlers.wording import language_of

COMMANDS: Mapping[str, str] = MappingProxyType(
    {
        "talk.button.start": "start",
        "talk.button.start_again": "start",
        "talk.button.later": "later",
        "talk.button.stop": "stop",
        "talk.button.resume": "resume",
        "talk.button.continue": "continue",
        "talk.button.stay": "continue",
        "talk.button.now": "continue",
        "talk.button.intake": "continue",
        "talk.button.change": "change",
        "talk.button.file": "file",
        "talk.button.answers": "answers",
        "talk.button.upload": "upload",
        "talk.button.language": "language",
        "talk.button.faq": "faq",
        "talk.button.person": "person",
        "chat.button.person": "person",
        "talk.button.emergency": "emergency",
        "talk.button.privacy": "privacy",
        "talk.button.own_copy": "own_copy",
        "talk.button.erase": "erase",
        "talk.button.consents": "consents",
        "talk.button.people": "people",
        "talk.button.elsewhere": "elsewhere",
        "talk.button.place": "place",
        "talk.button.travel": "travel",
        "talk.button.home_again": "home_again",
        "talk.button.travel_leave": "continue",
        "talk.button.withdraw": "yes",
        "talk.button.keep_consent": "no",
        "talk.button.here_yes": "yes",
        "talk.button.here_no": "no",
        "talk.button.menu": "menu",
        "talk.button.help": "help",
    }
)
"""Locale keys of labels, and the commands that they mean wherever they are typed."""
ANYWHERE = frozenset(
    {
        *("menu", "stop", "help", "language", "change", "person", "emergency", "privacy", "faq"),
        *("consents", "people", "elsewhere", "place", "travel", "home_again", "own_copy", "erase"),
    }
)
"""Commands that are obeyed whatever stands open."""
ALSO_TYPED = frozenset({"start", "continue", "resume", "file", "upload", "answers"})
"""Further buttons whose label may be typed; at an opening some of these mean the check-in."""
DOORS: Mapping[str, str] = MappingProxyType(
    {f"chat.button.{door}": door for door in ("done", "keep", "skip", "back", "why", "more")}
)
"""Locale keys of the side doors' labels, and the codes of their buttons."""
LONGEST_LABEL: Final = 200
"""Characters; whoever writes more tells something."""
_ANSWERS: Mapping[str, str] = MappingProxyType({"chat.button.yes": "right", "chat.button.no_change": "wrong"})


def command_meant(decision: Decision, text: str) -> str | None:
    """Return the command that a message means: a button's label first, then the language's words.

    STOP is understood in every language. "I'm back" means a trip only where one is known.
    """
    words = decision.world.words(language_of(decision.case, decision.world))
    meant = _labelled(decision, text, COMMANDS) or command_in(text, words)
    if meant == "home_again" and not decision.case.patient.trips:
        return None
    return meant or ("stop" if is_stop(decision, text) else None)


def is_stop(decision: Decision, text: str, *, unaccented: bool = False) -> bool:
    """Say whether the whole message says STOP, in whatever language (`unaccented`: see `means_stop`)."""
    languages = map(decision.world.words, decision.world.catalogs.languages())
    return means_stop(text, languages, unaccented=unaccented)


def row_typed(decision: Decision, text: str, name: str | None) -> str | None:
    """Return the id of the row that typed words, or the command that they mean, name in the list shown."""
    listed = decision.dialogue.listed
    if not listed or len(text) > LONGEST_LABEL:
        return None
    words = decision.world.words(language_of(decision.case, decision.world))
    return row_meant(listed, text, words, name)


def tap_meant(decision: Decision, response: Response, text: str) -> Chose | None:
    """Return the tap that a typed label stands for on the open question, or None.

    A label that is also an option of the question is left to the understanding of answers.
    """
    dialogue = decision.dialogue
    questionnaire = questionnaire_of(decision.world.protocol, response)
    confirm = dialogue.confirm
    if confirm is not None and confirm.slot is not None:
        answer = _labelled(decision, text, _ANSWERS)
        place, tag = confirm.slot, mark(confirm.slot, confirm.value)
    elif dialogue.asked is not None:
        answer = _labelled(decision, text, DOORS)
        place, tag = dialogue.asked, ""
    else:
        return None
    item = questionnaire.by_link_id.get(place.link_id)
    if answer is None or item is None or _is_one(text, (option.label for option in item.options)):
        return None
    index = questionnaire.order[place.link_id]
    return Chose(answer_data(response.id, index, place.instance, answer, tag))


def _labelled(decision: Decision, text: str, labels: Mapping[str, str]) -> str | None:
    catalog = decision.world.catalogs.get(language_of(decision.case, decision.world))
    known = {fold_known(catalog.text(key)): meant for key, meant in labels.items()}
    return known.get(fold(text))


def _is_one(text: str, labels: Iterable[str]) -> bool:
    return fold(text) in {fold_known(label) for label in labels}
