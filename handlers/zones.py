"""Find the patient's time zone without asking for its name: "What time is it there now?".

"There" is where the patient is: a helper who answers from another country is not asked for their own clock.

What was understood is read back before it is used. The dialogue's menu says where this stands:
"clock", "clock:missed:<times>" or "clock:zone:<IANA name>".
"""

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from handlers.core.buttons import command_data
from handlers.core.messages import Choice, Phrase, Say
from handlers.core.turn import Words
from handlers.core.understanding import understand_time
from handlers.decision import Decision
from handlers.moving_house import move_to
from handlers.wording import language_of, local_time

CLOCK = "clock"
HALF_DAY = timedelta(hours=12)
CLOSE_ENOUGH = timedelta(minutes=20)
OFFER_HELP_AT = 2
NOON = 12
BETWEEN_HOURS = (
    "Asia/Kolkata",
    "Asia/Tehran",
    "Asia/Kabul",
    "Asia/Kathmandu",
    "Asia/Yangon",
    "Australia/Adelaide",
    "Australia/Darwin",
    "Australia/Eucla",
    "Australia/Lord_Howe",
    "Pacific/Chatham",
    "Pacific/Marquesas",
    "America/St_Johns",
)
"""Zones whose clocks are not a whole number of hours from UTC, most people first."""


def is_asking(decision: Decision) -> bool:
    """Say whether the question for the clock stands open."""
    return decision.dialogue.menu.partition(":")[0] == CLOCK


def ask(decision: Decision) -> None:
    """Ask what the wall clock shows there."""
    decision.talk(menu=CLOCK)
    decision.say(Say((Phrase("talk.what_time_is_it"),)))


def take_shown(decision: Decision) -> None:
    """Take the clock that was shown where the country told nothing, UTC's, as that of the patient."""
    shown = decision.now.astimezone(UTC).time()
    move_to(decision, nearest((shown,), decision.now, (decision.case.clinic.zone,)))


def hear(decision: Decision, text: str) -> None:
    """Take the time on their wall and read back what follows from it."""
    words = decision.world.words(language_of(decision.case, decision.world))
    told = understand_time(text, words)
    if told is None:
        _again(decision)
        return
    known = decision.world.places.zones(decision.case.patient.country)
    times = (told,) if _is_plain(told, text, words) else (told, _other_half(told))
    zone = nearest(times, decision.now, known or (decision.case.clinic.zone,))
    decision.talk(menu=f"{CLOCK}:zone:{zone}")
    choices = (
        Choice(command_data(CLOCK, "yes"), Phrase("chat.button.yes")),
        Choice(command_data(CLOCK, "no"), Phrase("chat.button.no")),
    )
    text_there = Phrase("talk.is_it_that_time", {"time": local_time(decision.now, zone)})
    decision.say(Say((text_there,), choices=choices))


def choose(decision: Decision, answer: str) -> bool:
    """Take yes, no or skip; True when the question is over and the conversation goes on."""
    _, kind, value = [*decision.dialogue.menu.split(":", 2), "", ""][:3]
    if answer == "skip":
        return True
    if answer == "yes" and kind == "zone":
        move_to(decision, value)
        return True
    if is_asking(decision):
        _again(decision)
        return False
    return True


def nearest(times: tuple[time, ...], now: datetime, known: tuple[str, ...]) -> str:
    """Return the zone whose wall clock shows one of `times`: of the `known`, else by its distance from UTC.

    Of several times the one counts that is nearest to a known zone's clock.
    """
    ranked = sorted(
        ((_distance(told, now, zone), told, zone) for told in times for zone in known), key=_first
    )
    distance, told, zone = ranked[0]
    if distance <= CLOSE_ENOUGH:
        return zone
    ahead = _difference(told, now.astimezone(UTC).time())
    hours = round(ahead / timedelta(hours=1))
    between = min(BETWEEN_HOURS, key=lambda name: _distance(told, now, name))
    if _distance(told, now, between) < abs(ahead - timedelta(hours=hours)):
        return between
    # POSIX turned the sign around: Etc/GMT-9 is nine hours ahead of UTC.
    return "Etc/GMT" if hours == 0 else f"Etc/GMT{-hours:+d}"


def _again(decision: Decision) -> None:
    _, kind, value = [*decision.dialogue.menu.split(":", 2), "", ""][:3]
    missed = (int(value) if kind == "missed" else 0) + 1
    decision.talk(menu=f"{CLOCK}:missed:{missed}")
    skip = Choice(command_data(CLOCK, "skip"), Phrase("chat.button.skip"))
    person = Choice(command_data("person"), Phrase("chat.button.person"))
    keys = (skip, person) if missed >= OFFER_HELP_AT else ()
    decision.say(Say((Phrase("talk.what_time_again"),), keys=keys))


def _is_plain(told: time, text: str, words: Words) -> bool:
    """Say whether a time can mean only one half of the day."""
    halves = [word for name in ("am", "pm") for word in words.marks.get(name, ())]
    return told.hour > NOON or told.hour == 0 or any(half in text.casefold() for half in halves)


def _other_half(told: time) -> time:
    return told.replace(hour=(told.hour + NOON) % 24)


def _first(ranked: tuple[timedelta, time, str]) -> timedelta:
    return ranked[0]


def _distance(told: time, now: datetime, zone: str) -> timedelta:
    return abs(_difference(told, now.astimezone(ZoneInfo(zone)).time()))


def _difference(one: time, other: time) -> timedelta:
    minutes = (one.hour * 60 + one.minute) - (other.hour * 60 + other.minute)
    return (timedelta(minutes=minutes) + HALF_DAY) % timedelta(days=1) - HALF_DAY
