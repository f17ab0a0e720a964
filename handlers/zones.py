"""Find the patient's time zone without asking for its name: "What time is it where you are now?"."""

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from handlers.core.messages import Phrase, Say
from handlers.core.understanding import understand_time
from handlers.decision import Decision
from handlers.wording import language_of

CLOCK = "clock"
HALF_DAY = timedelta(hours=12)
CLOSE_ENOUGH = timedelta(minutes=20)


def ask(decision: Decision) -> None:
    """Ask what the wall clock shows there."""
    decision.talk(menu=CLOCK)
    decision.say(Say((Phrase("talk.what_time_is_it"),)))


def hear(decision: Decision, text: str) -> bool:
    """Take the time on their wall; True when a zone was found."""
    words = decision.world.words(language_of(decision.case, decision.world))
    told = understand_time(text, words)
    if told is None:
        decision.say(Say((Phrase("talk.what_time_again"),)))
        return False
    decision.patient(
        zone=nearest(told, decision.now, decision.world.places.zones(decision.case.patient.country))
    )
    decision.talk(menu="")
    return True


def nearest(told: time, now: datetime, known: tuple[str, ...]) -> str:
    """Return the zone whose wall clock is nearest to `told`: of the country, else a fixed offset."""
    ranked = sorted(known, key=lambda zone: _distance(told, now, zone))
    if ranked and _distance(told, now, ranked[0]) <= CLOSE_ENOUGH:
        return ranked[0]
    offset = round(_difference(told, now.astimezone(UTC).time()) / timedelta(hours=1))
    # POSIX turned the sign around: Etc/GMT-9 is nine hours ahead of UTC.
    return "Etc/GMT" if offset == 0 else f"Etc/GMT{-offset:+d}"


def _distance(told: time, now: datetime, zone: str) -> timedelta:
    return abs(_difference(told, now.astimezone(ZoneInfo(zone)).time()))


def _difference(one: time, other: time) -> timedelta:
    minutes = (one.hour * 60 + one.minute) - (other.hour * 60 + other.minute)
    return (timedelta(minutes=minutes) + HALF_DAY) % timedelta(days=1) - HALF_DAY
