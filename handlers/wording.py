"""From a Say without language to a Body in the patient's words."""

import re
from collections.abc import Iterator, Mapping
from datetime import date, datetime
from functools import cached_property, lru_cache
from typing import Final
from zoneinfo import ZoneInfo

from handlers.core.case import Case
from handlers.core.closed_days import CLOSED, coming
from handlers.core.frozen import replace
from handlers.core.limits import LIMITS, clipped, utf16_units
from handlers.core.messages import Attached, Body, Button, Choice, Phrase, Say, Sheet
from handlers.core.showing import date_phrase
from handlers.core.values import PartialDate, Slot
from handlers.ports import Catalog
from handlers.whereabouts import stays_of
from handlers.world import World

PLACEHOLDER: Final = re.compile(r"\{(\w+)\}")
_ISOLATES: Final = dict.fromkeys(range(0x2066, 0x206A))
"""Marks between directions, which plain readers of files show as boxes."""
_FRAME: Final = 40
"""Room for the words with which a channel names the side doors that have no button."""
_BETWEEN: Final = 3
"""Room for what stands between two texts."""


def language_of(case: Case, world: World) -> str:
    """Return the language to speak here: the helper's own, the patient's, else the clinic's default."""
    wanted = case.contact.language or case.patient.language or world.default_language
    return wanted if wanted in world.catalogs.languages() else world.default_language


class Wording:
    """Words the messages of one case in the language the patient has chosen."""

    def __init__(self, case: Case, world: World) -> None:
        """Take the case as it is after the decision."""
        self._case = case
        self._world = world
        self._catalog: Catalog = world.catalogs.get(language_of(case, world))

    def body(self, say: Say) -> Body:
        """Return the message in the patient's language."""
        texts = [self.phrase(text) for text in say.texts]
        return Body(
            text="\n\n".join(text for text in texts if text),
            choices=tuple(self._button(choice) for choice in say.choices),
            keys=tuple(self._button(choice) for choice in say.keys),
            hint=self.phrase(say.hint) if say.hint else "",
            many=say.many,
            language=self._catalog.language,
            file=self._attached(say.sheet) if say.sheet else None,
        )

    def _attached(self, sheet: Sheet) -> Attached:
        """Return the file in the patient's language; its mark of UTF-8 is for readers that would guess."""
        lines = "\n\n".join(self.phrase(line) for line in sheet.lines)
        return Attached(sheet.name, "text/plain", f"{lines}\n".translate(_ISOLATES).encode("utf-8-sig"))

    def phrase(self, phrase: Phrase) -> str:
        """Return one text, its inner phrases looked up first."""
        if phrase.default and not self._catalog.has(phrase.key):
            return _fill(phrase.default, self._filling(phrase, _named_in(phrase.default)))
        template = self._catalog.template(phrase.key)
        if "{" not in template:
            return template
        return self._catalog.text(phrase.key, **self._filling(phrase, _known_names(template)))

    def _filling(self, phrase: Phrase, names: frozenset[str]) -> Mapping[str, str]:
        inner = {
            name: self.phrase(value) if isinstance(value, Phrase) else value
            for name, value in phrase.values.items()
        }
        if inner.keys() >= names:
            return inner
        return {**self._standing_values, **self._quoted(names), **inner}

    def _quoted(self, names: frozenset[str]) -> Mapping[str, str]:
        """Return what the patient said in the intake where a text quotes it, shortened for a message."""
        quotes = self._world.protocol.quotes
        return {name: self._said(quotes[name]) or "…" for name in names & quotes.keys()}

    def _said(self, link_id: str) -> str:
        room, intake = LIMITS[self._case.contact.point.channel].text // 4, self._world.protocol.intake
        answers = (r.answers.get(Slot(link_id)) for r in self._case.responses if r.questionnaire in intake)
        words = (value for answer in answers if answer for value in answer.values if isinstance(value, str))
        return clipped(next(words, ""), room)

    def _button(self, choice: Choice) -> Button:
        detail = self.phrase(choice.detail) if choice.detail else ""
        return Button(choice.data, self.phrase(choice.label), detail, choice.picked)

    def _hours(self) -> Mapping[str, str]:
        """Return the clinic's hours with the days on which it is closed, while that is near."""
        clinic = self._case.clinic
        hours = clinic.texts.get("hours", "")
        if CLOSED not in clinic.texts or not hours:
            return {}
        days = coming(clinic.texts, self._world.now.astimezone(ZoneInfo(clinic.zone or "UTC")).date())
        if days is None:
            return {}
        values: dict[str, str | Phrase] = {"hours": hours, "first": _day(days.first), "last": _day(days.last)}
        return {"hours": self.phrase(Phrase("talk.hours_closed", values))}

    @cached_property
    def _standing_values(self) -> Mapping[str, str]:
        case, catalog = self._case, self._catalog
        privacy = f"consent.privacy.{case.contact.point.channel.value}"
        country = case.patient.country
        known = emergency_number(case, self._world)
        return {
            **self._world.protocol.texts,
            **case.clinic.texts,
            "first_name": case.patient.name or catalog.text("talk.the_patient"),
            "emergency_number": known or catalog.text("talk.local_emergency_number"),
            **_crisis_line(case, self._world),
            **self._hours(),
            "channel_privacy_line": catalog.text(privacy) if catalog.has(privacy) else "",
            "guess_time": local_time(self._world.now, case.patient.zone),
            "country": self._world.places.name(country, catalog.language) if country else "",
        }


def _day(day: date) -> Phrase:
    return date_phrase(PartialDate(day.year, day.month, day.day))


def emergency_number(case: Case, world: World) -> str:
    """Return the number to call where the patient is now; empty where nobody knows it.

    On a trip that they told of it is that of the country there. A clock that no place of their own country
    shows tells of a journey, too: to the clinic if it is the clinic's clock, else to somewhere that we don't
    know, where the number of their home may be wrong.
    """
    numbers, country = world.protocol.emergency_numbers, case.patient.country
    trip = stays_of(case).trip_at(world.now) if case.patient.trips else None
    if trip is not None:
        return numbers.get(trip.country, "")
    home = world.places.zones(country) if country else ()
    if not (case.patient.zone and home):
        return numbers.get(country, "")
    clock = local_time(world.now, case.patient.zone)
    if clock in {local_time(world.now, zone) for zone in home}:
        return numbers.get(country, "")
    if clock != local_time(world.now, case.clinic.zone):
        return ""
    here = {number for code, number in numbers.items() if case.clinic.zone in world.places.zones(code)}
    return here.pop() if len(here) == 1 else ""


def _crisis_line(case: Case, world: World) -> Mapping[str, str]:
    """Return the crisis line of the country of a trip, where the clinic or its pack knows one."""
    trip = stays_of(case).trip_at(world.now) if case.patient.trips else None
    name = f"crisis_line_{trip.country}" if trip else ""
    line = case.clinic.texts.get(name) or world.protocol.texts.get(name)
    return {"crisis_line": line} if line else {}


def local_time(now: datetime, zone: str) -> str:
    """Return the wall clock there as HH:MM, or the UTC one where the zone is unknown."""
    return now.astimezone(ZoneInfo(zone or "UTC")).strftime("%H:%M")


def pieces(body: Body, units: int) -> list[Body]:
    """Return a message as one or more that fit, cut between lines; the buttons stand under the last.

    `units` are UTF-16 code units. Room is left for what a channel writes around the text: the hint,
    the options' longer lines, the side doors as words. A line longer than a message is cut at a space.
    """
    least, needed = units // 2, utf16_units(body.text)
    if needed <= least:
        return [body]
    room = max(units - _around(body), least)
    if needed <= room:
        return [body]
    texts = [""]
    for line in (part for whole in body.text.split("\n") for part in _cut(whole, room)):
        longer = f"{texts[-1]}\n{line}" if texts[-1] else line
        if utf16_units(longer) <= room:
            texts[-1] = longer
        else:
            texts.append(line)
    return [*(Body(text) for text in texts[:-1]), replace(body, text=texts[-1])]


def _around(body: Body) -> int:
    if not (body.choices or body.keys or body.hint):
        return 0
    lines = [f"{choice.label}: {choice.detail}" for choice in body.choices if choice.detail]
    words = [body.hint, *lines, *(key.label for key in body.keys)]
    return _FRAME + sum(utf16_units(text) + _BETWEEN for text in words)


def _cut(line: str, units: int) -> Iterator[str]:
    while utf16_units(line) > units:
        end = units
        while (over := utf16_units(line[:end]) - units) > 0:
            end -= (over + 1) // 2
        space = line.rfind(" ", end // 2, end)
        end = space if space > 0 else end
        yield line[:end].rstrip()
        line = line[end:].lstrip()
    yield line


def _named_in(text: str) -> frozenset[str]:
    return frozenset(PLACEHOLDER.findall(text))


_known_names = lru_cache(maxsize=16_384)(_named_in)
"""The same of a text of a catalog: those come again and again, and are nobody's own words."""


def _fill(text: str, values: Mapping[str, str]) -> str:
    """Insert in one pass, so that what a patient typed is never itself taken for a placeholder."""
    return PLACEHOLDER.sub(lambda found: values.get(found[1], found[0]), text)
