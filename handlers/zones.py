"""Find the patient's time zone without asking for its name: "What time is it there now?", then a city.

"There" is where the patient is: a helper who answers from another country is not asked for their own clock.
A clock alone is no zone: places with the same time now change theirs on different days, or never. So where
no place of the patient's country shows it, a city says which zone it is; nothing is taken for granted.

What was understood is read back before it is used. The dialogue's menu says where this stands: "clock",
"clock:missed:<times>", "clock:zone:<IANA name>", "clock:at:<minutes from UTC>" or "clock:city:<minutes>".
"""

from datetime import UTC, datetime, time, timedelta

from handlers.cities import candidates, city_meant, difference, distance
from handlers.core.buttons import command_data
from handlers.core.limits import LIMITS, clipped
from handlers.core.messages import Choice, Phrase, Say
from handlers.core.turn import Words
from handlers.core.understanding import understand_time
from handlers.core.values import Answer, Slot
from handlers.decision import Decision
from handlers.moving_house import move_to
from handlers.scenes import asked_response, questionnaire_of
from handlers.wording import language_of, local_time

CLOCK = "clock"
EFFECT = "zone-ok"
"""The effect of the question "Is it now about … where you are?"."""
CLOSE_ENOUGH = timedelta(minutes=20)
OFFER_HELP_AT = 2
GIVE_UP_AFTER = 3
"""So often it is asked again: whoever is not understood then is answering something else."""
NOON = 12


def is_asking(decision: Decision) -> bool:
    """Say whether the question for the clock, or for a city with that clock, stands open."""
    return decision.dialogue.menu.partition(":")[0] == CLOCK


def ask(decision: Decision) -> None:
    """Ask what the wall clock shows there."""
    decision.talk(menu=CLOCK)
    decision.say(Say((Phrase("talk.what_time_is_it"),)))


def asked_outright(decision: Decision, say: Say) -> Say:
    """Ask for the clock in place of "is it about … there?" where nothing tells what to show there."""
    is_guess = decision.world.protocol.effects.get(say.about) == EFFECT and bool(say.choices)
    if not is_guess or decision.case.patient.zone:
        return say
    decision.talk(menu=CLOCK)
    return Say((Phrase("talk.what_time_is_it"),), keys=say.keys, about=say.about)


def hear(decision: Decision, text: str) -> bool:
    """Take the time on their wall, or a city, and read back what follows; True when the question is over."""
    city = city_meant(decision, text)
    words = decision.world.words(language_of(decision.case, decision.world))
    told = None if city else understand_time(text, words)
    if city:
        _read_back(decision, f"zone:{city}", local_time(decision.now, city))
    elif told is not None:
        _take_time(decision, (told,) if _is_plain(told, text, words) else (told, _other_half(told)))
    elif _stands(decision)[0] == "city":
        return _ask_city_again(decision, int(_stands(decision)[1]))
    else:
        return _again(decision)
    return False


def choose(decision: Decision, answer: str) -> bool:
    """Take yes, no, skip or a city's zone; True when the question is over and the conversation goes on."""
    kind, value = _stands(decision)
    if answer == "skip":
        _leave_open(decision)
    elif answer == "yes" and kind == "zone":
        _settle(decision, value)
    elif kind == "city" and answer in decision.world.places.every_zone():
        _settle(decision, answer)
    elif answer == "yes" and kind == "at":
        return _ask_city(decision, int(value))
    elif is_asking(decision):
        return _again(decision)
    return True


def own_zone(times: tuple[time, ...], now: datetime, known: tuple[str, ...]) -> str | None:
    """Return the one of the `known` zones whose wall clock shows one of `times`; None if none does."""
    best = min(((distance(told, now, zone), zone) for told in times for zone in known), default=None)
    return best[1] if best is not None and best[0] <= CLOSE_ENOUGH else None


def _take_time(decision: Decision, times: tuple[time, ...]) -> None:
    known = decision.world.places.zones(decision.case.patient.country)
    zone = own_zone(times, decision.now, known)
    if zone:
        _read_back(decision, f"zone:{zone}", local_time(decision.now, zone))
        return
    # Of both halves of the day the one nearer to a clock that we know.
    near = known or (decision.case.clinic.zone,)
    _, told = min((distance(told, decision.now, name), told) for told in times for name in near)
    ahead = difference(told, decision.now.astimezone(UTC).time()) // timedelta(minutes=1)
    _read_back(decision, f"at:{ahead}", f"{told:%H:%M}")


def _read_back(decision: Decision, menu: str, shown: str) -> None:
    decision.talk(menu=f"{CLOCK}:{menu}")
    choices = (
        Choice(command_data(CLOCK, "yes"), Phrase("chat.button.yes")),
        Choice(command_data(CLOCK, "no"), Phrase("chat.button.no")),
    )
    decision.say(Say((Phrase("talk.is_it_that_time", {"time": shown}),), choices=choices))


def _ask_city_again(decision: Decision, ahead: int) -> bool:
    missed = decision.dialogue.misses + 1
    decision.talk(misses=missed)
    if missed <= GIVE_UP_AFTER:
        return _ask_city(decision, ahead, Phrase("talk.city_unknown"))
    return _leave_open(decision)


def _ask_city(decision: Decision, ahead: int, *first: Phrase) -> bool:
    """Let a city say which of the zones with this clock it is; True when that is left open."""
    found = candidates(decision.world, decision.now, timedelta(minutes=ahead))
    if not found:
        return _again(decision)
    decision.talk(menu=f"{CLOCK}:city:{ahead}")
    language = language_of(decision.case, decision.world)
    width = LIMITS[decision.case.contact.point.channel].label
    names = ((zone, clipped(decision.world.places.city(zone, language), width)) for zone in found)
    choices = tuple(
        Choice(command_data(CLOCK, zone), Phrase("", {"name": name}, "{name}")) for zone, name in names
    )
    none = Choice(command_data(CLOCK, "skip"), Phrase("talk.button.no_such_city"))
    decision.say(Say((*first, Phrase("talk.which_city")), choices=choices, keys=(none,)))
    return False


def _settle(decision: Decision, zone: str) -> None:
    move_to(decision, zone)
    _answer(decision, "yes")


def _leave_open(decision: Decision) -> bool:
    """Go on without a zone: the clinic's clock counts, and a person sees to it."""
    if not decision.case.patient.zone:
        decision.task("zone-unknown")
        decision.tell("talk.zone_later")
    _answer(decision, "no")
    return True


def _answer(decision: Decision, code: str) -> None:
    """Let what was found out stand as the answer to the question that this was asked in place of."""
    response, slot = asked_response(decision.case), decision.dialogue.asked
    decision.talk(menu="", misses=0)
    if response is None or not isinstance(slot, Slot) or slot in response.answers:
        return
    option = questionnaire_of(decision.world.protocol, response).item(slot.link_id).option(code)
    if decision.world.protocol.effects.get(slot.link_id) == EFFECT and option is not None:
        by = decision.case.contact.by
        decision.answer(response, Answer(slot, (option.value,), decision.now, by, decision.cause))


def _stands(decision: Decision) -> tuple[str, str]:
    """Return what the menu says of this question: its kind and value."""
    _, kind, value = [*decision.dialogue.menu.split(":", 2), "", ""][:3]
    return kind, value


def _again(decision: Decision) -> bool:
    """Ask once more; True when it was asked often enough, and is left open."""
    kind, value = _stands(decision)
    missed = (int(value) if kind == "missed" else 0) + 1
    if missed > GIVE_UP_AFTER:
        return _leave_open(decision)
    decision.talk(menu=f"{CLOCK}:missed:{missed}")
    skip = Choice(command_data(CLOCK, "skip"), Phrase("chat.button.skip"))
    person = Choice(command_data("person"), Phrase("chat.button.person"))
    keys = (skip, person) if missed >= OFFER_HELP_AT else ()
    decision.say(Say((Phrase("talk.what_time_again"),), keys=keys))
    return False


def _is_plain(told: time, text: str, words: Words) -> bool:
    """Say whether a time can mean only one half of the day."""
    halves = [word for name in ("am", "pm") for word in words.marks.get(name, ())]
    return told.hour > NOON or told.hour == 0 or any(half in text.casefold() for half in halves)


def _other_half(told: time) -> time:
    return told.replace(hour=(told.hour + NOON) % 24)
