"""A trip: where, from when, until when; and "I'm back". Every step is a tap, and may be typed.

A button's id holds all that was said so far, so an old button still works (ADR 0004):

| argument                     | means                                                |
|------------------------------|------------------------------------------------------|
| (none)                       | which trips we know, and where the next one goes     |
| JP                           | this country: which of its clocks, if it has several |
| JP0                          | the country's zone with this number: from which day  |
| JP0.f20260302                | the page of days that begins with this one           |
| JP0.20260302                 | the first day: until which day                       |
| JP0.20260302.f20260309       | the page of days that begins with this one           |
| JP0.20260302.20260320        | the last day: the trip is kept                       |
| off.20260302                 | the trip that begins on this day is called off       |

While typed words are waited for, the dialogue's menu is "travel:" and the argument so far.
"""

import re
from typing import Final

from whenever import Date

from handlers import cities
from handlers.core.buttons import command_data
from handlers.core.case import FollowUp
from handlers.core.contact_time import at_place
from handlers.core.day_pages import MOST_AHEAD, day_of, day_page, tag_of
from handlers.core.limits import LIMITS, clipped
from handlers.core.messages import Choice, Phrase, Say
from handlers.core.protocol import StepKind
from handlers.core.questionnaire import Item, ItemType
from handlers.core.showing import date_phrase
from handlers.core.travel import Trip, ahead, clocks_of, home_again, with_trip, without_trip
from handlers.core.understanding import NotUnderstood, match_vocabulary
from handlers.core.understanding.dates import read_date
from handlers.core.values import Coding, PartialDate, Purpose
from handlers.decision import Decision
from handlers.moving_house import travel
from handlers.whereabouts import zone_now
from handlers.wording import language_of, local_time

TRAVEL: Final = "travel"
FIRST_OFFERED: Final = "JP"
"""Where the clinics are."""
_MOST_CLOCKS: Final = 8
_MOST_MISSES: Final = 2
_MOST_TRIPS: Final = 6
"""So many stand in one message, with a button each: they fit the smallest list."""
_WAY: Final = re.compile(r"([A-Z]{2})(\d{1,2})?(?:\.(\d{8}))?(?:\.(f?\d{8}))?", re.ASCII)
_DAY: Final = Item("travel", ItemType.DATE)
"""What a typed day is read as."""


def is_asking(decision: Decision) -> bool:
    """Say whether a question about a trip stands open."""
    return decision.dialogue.menu.partition(":")[0] == TRAVEL


def choose(decision: Decision, argument: str) -> bool:
    """Take one tap; True when the talk about the trip is over."""
    decision.talk(menu="", misses=0)
    if Purpose.HEALTH not in decision.case.patient.purposes:
        return True
    if argument.startswith("off."):
        return _call_off(decision, argument.removeprefix("off."))
    found = _WAY.fullmatch(argument)
    return _follow(decision, *found.groups("")) if found else _ask_where(decision)


def hear(decision: Decision, text: str) -> bool:
    """Take typed words: a country, a city, or a day; True when the talk about the trip is over.

    Whoever is not understood again and again is answering something else: the trip is left.
    """
    so_far = decision.dialogue.menu.partition(":")[2]
    if not so_far:
        argument = _place_in(decision, text)
    else:
        day = _typed_day(decision, text)
        argument = f"{so_far}.{tag_of(day)}" if day else ""
    return choose(decision, argument) if argument else _missed(decision, so_far)


def _missed(decision: Decision, so_far: str) -> bool:
    missed = decision.dialogue.misses + 1
    if missed > _MOST_MISSES:
        decision.talk(menu="", misses=0)
        decision.tell("talk.travel.left")
        return True
    decision.tell("talk.travel.again")
    is_over = choose(decision, so_far)
    decision.talk(misses=missed)
    return is_over


def ask_where_now(decision: Decision, follow_up: FollowUp) -> None:
    """Ask after the first safety check of a procedure where they are, if they live by another clock.

    Whoever has told of a trip is not asked (clinical.md section 11).
    """
    case, now = decision.case, decision.now
    is_home = local_time(now, case.patient.zone) == local_time(now, case.clinic.zone)
    if is_home or ahead(case.patient.trips, now) or not _is_first_check(decision, follow_up.step):
        return
    japan = _label(decision, _country(decision, FIRST_OFFERED))
    choices = (
        Choice(command_data(TRAVEL, FIRST_OFFERED), japan),
        Choice(command_data("home_again"), Phrase("talk.button.at_home")),
    )
    decision.say(Say((Phrase("talk.travel.where_now"),), choices=choices))


def _is_first_check(decision: Decision, step_id: str) -> bool:
    """Say whether no safety check of the same procedure comes before this step."""
    steps = decision.world.protocol.steps
    checks = [step for step in steps if step.kind is StepKind.SAFETY_CHECK]
    this = next((step for step in checks if step.id == step_id), None)
    return this is not None and next(step for step in checks if step.anchor == this.anchor) is this


def back(decision: Decision) -> None:
    """Take "I'm back": from now on they are at home again."""
    decision.talk(menu="")
    travel(decision, home_again(decision.case.patient.trips, decision.now))
    decision.tell("talk.travel.home")


def _follow(decision: Decision, country: str, number: str, first: str, last: str) -> bool:
    zones = decision.world.places.zones(country)
    if not number:
        return _ask_clock(decision, country)
    if int(number) >= len(zones):
        return _ask_where(decision)
    begin, end, is_page = day_of(first), day_of(last.removeprefix("f")), last.startswith("f")
    if begin is None:
        return _ask_day(decision, "talk.travel.from", f"{country}{number}", end or _today(decision))
    if end is None or is_page:
        way = f"{country}{number}.{first}"
        return _ask_day(decision, "talk.travel.until", way, max(end or begin, begin))
    return _keep(decision, Trip(country, zones[int(number)], begin.format_iso(), end.format_iso()))


def _ask_where(decision: Decision) -> bool:
    """Ask where the trip goes, Japan first; the trips that we know stand above, each can be called off."""
    decision.talk(menu=f"{TRAVEL}:")
    known = ahead(decision.case.patient.trips, decision.now)
    numbered = [(str(number), trip) for number, trip in enumerate(known[:_MOST_TRIPS], start=1)]
    texts = [_told(decision, "talk.travel.known", trip, number=number) for number, trip in numbered]
    countries = dict.fromkeys((FIRST_OFFERED, decision.case.patient.country or FIRST_OFFERED))
    choices = (
        *(
            Choice(command_data(TRAVEL, code), _label(decision, _country(decision, code)))
            for code in countries
        ),
        *(_end_of(decision, trip, number) for number, trip in numbered),
    )
    decision.say(Say((*texts, Phrase("talk.travel.where")), choices=choices, keys=(_leave(),)))
    return False


def _end_of(decision: Decision, trip: Trip, number: str) -> Choice:
    """Return the button that ends a trip: they are back from it, or it is called off."""
    if trip.holds(decision.now):
        return Choice(command_data("home_again"), Phrase("talk.button.home_again"))
    first = tag_of(Date.parse_iso(trip.first))
    return Choice(command_data(TRAVEL, f"off.{first}"), Phrase("talk.travel.off", {"number": number}))


def _ask_clock(decision: Decision, country: str) -> bool:
    """Ask which of a country's clocks; where it has one, go on to the days."""
    zones, places = decision.world.places.zones(country), decision.world.places
    clocks = clocks_of(zones, decision.now)[:_MOST_CLOCKS]
    if len(clocks) < 2:  # noqa: PLR2004 - a choice needs two
        return _follow(decision, country, "0", "", "") if clocks else _ask_where(decision)
    decision.talk(menu=f"{TRAVEL}:")
    language = language_of(decision.case, decision.world)
    choices = tuple(
        Choice(
            command_data(TRAVEL, f"{country}{zones.index(zone)}"),
            _label(decision, places.city(zone, language)),
        )
        for zone in clocks
    )
    decision.say(Say((Phrase("talk.travel.which_city"),), choices=choices, keys=(_leave(),)))
    return False


def _ask_day(decision: Decision, key: str, way: str, begins: Date) -> bool:
    decision.talk(menu=f"{TRAVEL}:{way}")
    shown = day_page(begins, LIMITS[decision.case.contact.point.channel])
    turns = (("later_days", shown.after), ("month_on", shown.month_on))
    choices = (
        *(Choice(command_data(TRAVEL, f"{way}.{tag_of(day)}"), _day(day)) for day in shown.days),
        *(
            Choice(command_data(TRAVEL, f"{way}.f{tag_of(day)}"), Phrase(f"talk.button.{name}"))
            for name, day in turns
        ),
    )
    decision.say(Say((Phrase(key),), choices=choices, keys=(_leave(),)))
    return False


def _keep(decision: Decision, trip: Trip) -> bool:
    """Keep the trip, plan anew, and say what changes; days that are no trip are asked again."""
    today = _today(decision)
    is_over = trip.ends <= decision.now or trip.last < trip.first
    if is_over or trip.last > today.add(months=MOST_AHEAD).format_iso():
        decision.tell("talk.travel.no_such_days")
        return _ask_where(decision)
    travel(decision, with_trip(decision.case.patient.trips, trip, decision.now))
    again = Choice(command_data(TRAVEL), Phrase("talk.button.change"))
    decision.say(Say((_told(decision, "talk.travel.kept", trip),), keys=(again,)))
    return True


def _call_off(decision: Decision, tag: str) -> bool:
    day = day_of(tag)
    if day is not None:
        travel(decision, without_trip(decision.case.patient.trips, day.format_iso()))
    decision.tell("talk.travel.called_off")
    return True


def _typed_day(decision: Decision, text: str) -> Date | None:
    words = decision.world.words(language_of(decision.case, decision.world))
    outcome = read_date(_DAY, text, words, today=_today(decision).to_stdlib())
    for value in () if isinstance(outcome, NotUnderstood) else outcome.values:
        if isinstance(value, PartialDate) and value.day:
            return Date(value.year, value.month or 1, value.day)
    return None


def _place_in(decision: Decision, text: str) -> str:
    """Return the argument for the country or the city that typed words name, "" for none."""
    language, places = language_of(decision.case, decision.world), decision.world.places
    found = match_vocabulary(text, places.countries(language))
    for value in found.values if found else ():
        if isinstance(value, Coding) and places.zones(value.code):
            return value.code
    zone = cities.city_meant(decision, text)
    country = places.country_of(zone) if zone else ""
    return f"{country}{places.zones(country).index(zone)}" if zone and country else ""


def _today(decision: Decision) -> Date:
    return at_place(decision.now, zone_now(decision.case, decision.now)).date()


def _told(decision: Decision, key: str, trip: Trip, **more: str) -> Phrase:
    days = {"first": _day(Date.parse_iso(trip.first)), "last": _day(Date.parse_iso(trip.last))}
    return Phrase(key, {"place": _country(decision, trip.country), **days, **more})


def _country(decision: Decision, country: str) -> str:
    return decision.world.places.name(country, language_of(decision.case, decision.world))


def _day(day: Date) -> Phrase:
    return date_phrase(PartialDate(day.year, day.month, day.day))


def _label(decision: Decision, name: str) -> Phrase:
    """Return a name as it fits a button of this channel."""
    return Phrase("", default=clipped(name, LIMITS[decision.case.contact.point.channel].label))


def _leave() -> Choice:
    return Choice(command_data("continue"), Phrase("talk.button.travel_leave"))
