"""The overview as tables: the same ones on the page and in the file (pure).

Every share stands beside what it is a share of, and nobody's silence counts for anything.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from bot.console.behind import Behind, Here, part_title
from bot.console.spread import rate
from bot.console.trends import check_ins
from storage.states import SendState
from storage.views.overview import OF, OVER, Overview

NOTHING: Final = "\N{EN DASH}"
OPEN: Final = ("waiting", "ahead", "cancelled")
MOST_STOPS: Final = 15


@dataclass(frozen=True, slots=True)
class Cell:
    """A number or a text, and which patients are behind it where they can be shown."""

    text: str
    behind: str = ""


@dataclass(frozen=True, slots=True)
class Table:
    """One table: `name` is that of its texts, the first cell of a row names it."""

    name: str
    head: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]
    has_more: int = 0
    """How many rows were left out."""


def tables(found: Overview, here: Here) -> tuple[Table, ...]:
    """Return all tables, in the order in which they are read."""
    return (
        _steps(found, here),
        _whole(found, here),
        _parts(found, here),
        _stops(found, here),
        _sends(found, here),
        _reasons(found, here),
    )


def _steps(found: Overview, here: Here) -> Table:
    head = ("check_in", "rate", "of", "days", *(f"outcome.{one}" for one in (*OVER, *OPEN)))
    return Table("steps", head, tuple(_step_rows(found, here)))


def _step_rows(found: Overview, here: Here) -> Iterator[tuple[Cell, ...]]:
    for step in check_ins(here.forms):
        known = found.steps.get(step.id, {})
        of = sum(known.get(one, 0) for one in OVER)
        days, answered = found.days.get(step.id), Behind("step", (step.id, "answered"))
        yield (
            Cell(here.forms.step_name(step.id)),
            _opens(rate(known.get("answered", 0), of), known.get("answered", 0), answered),
            _number(of, Behind("step", (step.id, OF))),
            _opens(_decimal(days), known.get("answered", 0), answered),
            *(_number(known.get(one, 0), Behind("step", (step.id, one))) for one in (*OVER, *OPEN)),
        )


def _whole(found: Overview, here: Here) -> Table:
    """Return what the whole intake took, of those who handed all of it in."""
    whole, behind = found.whole, Behind("whole", ())
    row = (
        Cell(here.say("parts")),
        _number(whole.patients, behind),
        _opens(_decimal(whole.taps), whole.patients, behind),
        _opens(_decimal(whole.minutes), whole.patients, behind),
    )
    return Table("whole", ("intake", "patients", "taps", "in_use"), (row,) if whole.patients else ())


def _parts(found: Overview, here: Here) -> Table:
    head = ("part", "begun_by", "completed", "not_completed", "share", "answers", "minutes")
    return Table("parts", head, tuple(_part_rows(found, here)))


def _part_rows(found: Overview, here: Here) -> Iterator[tuple[Cell, ...]]:
    protocol = here.forms.protocol
    for form in (protocol.questionnaires[url] for url in protocol.intake):
        part = found.parts.get(form.url)
        if part is None:
            continue
        done = Behind("part", (form.id, "done"))
        yield (
            Cell(part_title(here.forms, form)),
            _number(part.begun, Behind("part", (form.id, "all"))),
            _number(part.done, done),
            _number(part.begun - part.done, Behind("part", (form.id, "open"))),
            _opens(rate(part.done, part.begun), part.done, done),
            _opens(_decimal(part.answers), part.done, done),
            _opens(_decimal(part.minutes), part.done, done),
        )


def _stops(found: Overview, here: Here) -> Table:
    """Return where people stopped, the most frequent first; what a reader may not see is one row."""
    rows, restricted = [], 0
    for stop, number in sorted(found.stops.items(), key=lambda one: (-one[1], one[0])):
        form = here.forms.protocol.questionnaires.get(stop.form)
        item = form.by_link_id.get(stop.link_id) if form else None
        if form is None or item is None:
            continue
        if here.forms.hides(item):
            restricted += number
            continue
        question = here.forms.words.question(form, item)
        behind = Behind("stop", (form.id, stop.link_id))
        rows.append((Cell(part_title(here.forms, form)), Cell(question), _number(number, behind)))
    shown = rows[:MOST_STOPS]
    if restricted:
        shown.append((Cell(NOTHING), Cell(here.say("restricted")), Cell(str(restricted))))
    return Table("stops", ("part", "last_answered", "stopped"), tuple(shown), len(rows[MOST_STOPS:]))


def _sends(found: Overview, here: Here) -> Table:
    """Return for each channel how messages ended; of "sent" nobody knows whether it arrived."""
    by_channel: dict[str, dict[str, int]] = {}
    for send, count in found.sends.items():
        states = by_channel.setdefault(send.channel, {})
        states[send.state] = states.get(send.state, 0) + count.number
    known = tuple(
        state.value for state in SendState if any(state in states for states in by_channel.values())
    )
    rows = (_channel_row(channel, by_channel[channel], known, here) for channel in sorted(by_channel))
    return Table("sends", ("channel", "messages", *(f"send.{state}" for state in known)), tuple(rows))


def _channel_row(
    channel: str, states: Mapping[str, int], known: tuple[str, ...], here: Here
) -> tuple[Cell, ...]:
    name = here.forms.words.catalog.plain(f"console.channel.{channel}")
    return (
        Cell(name),
        _number(sum(states.values()), Behind("channel", (channel,))),
        *(_number(states.get(state, 0), Behind("channel", (channel, state))) for state in known),
    )


def _reasons(found: Overview, here: Here) -> Table:
    """Return why messages did not arrive, or may not have, with who they were for."""
    rows = [
        (
            Cell(here.forms.words.catalog.plain(f"console.channel.{send.channel}")),
            Cell(here.say(f"send.{send.state}")),
            Cell(send.code or NOTHING),
            _number(count.number, Behind("send", tuple(send))),
            _number(count.patients, Behind("send", tuple(send))),
        )
        for send, count in sorted(found.sends.items(), key=lambda one: (-one[1].number, one[0]))
        if send.code or send.state in _BAD
    ]
    return Table("reasons", ("channel", "became", "reason", "messages", "patients"), tuple(rows))


_BAD: Final = frozenset({SendState.FAILED, SendState.UNKNOWN, SendState.EXPIRED, SendState.HELD})


def _number(number: int, behind: Behind) -> Cell:
    return Cell(str(number), str(behind) if number else "")


def _opens(text: str, number: int, behind: Behind) -> Cell:
    """Return a figure that says something of so many: it opens them."""
    return Cell(text, str(behind) if number else "")


def _decimal(value: float | None) -> str:
    return NOTHING if value is None else f"{value:.1f}"
