"""Where check-ins go: the place that a patient prefers, and another of theirs when that one fails.

A place is a contact of the patient's own: a chat on Telegram or WhatsApp, or our page. A check-in is open
at one of them at a time; when it cannot be brought there it is opened anew at the other.
"""

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Final

from handlers import consents
from handlers.core.buttons import command_data
from handlers.core.case import Case, Contact, FollowUp, FollowUpState, Reach
from handlers.core.changes import CancelQueued, Change, SaveContact
from handlers.core.frozen import replace
from handlers.core.messages import Choice, Phrase, Say
from handlers.core.values import AnsweredBy, ContactId
from handlers.decision import Decision

NOT_AT: Final = "not-at:"
"""Stands before a contact's id in a check-in's reason: it could not be brought there."""

TRIED: Final = "tried-again:"
"""Stands before the code for which a check-in's opening is tried once more."""


def own_places(case: Case) -> list[Contact]:
    """Return the newest contact of each channel by which whoever writes here can be reached."""
    mine = [one for one in case.people() if _is_of(one, case.contact) and _is_open(one)]
    newest = {one.point.channel: one for one in sorted(mine, key=_heard)}
    return list(newest.values())


def several(contacts: Iterable[Contact]) -> list[Contact]:
    """Return the patient's own places, where check-ins go first before the others; none where one is all."""
    own = [one for one in contacts if one.by is AnsweredBy.PATIENT and one.reach is Reach.ACTIVE]
    ordered = sorted(own, key=lambda one: (one.preferred, _heard(one)), reverse=True)
    return ordered if len(ordered) > 1 else []


def show(decision: Decision) -> None:
    """Show where check-ins go now, and the other places by a button each."""
    places = own_places(decision.case)
    elsewhere = Choice(command_data("elsewhere"), Phrase("talk.button.elsewhere"))
    if len(places) < 2:  # noqa: PLR2004 - a choice needs two
        decision.say(Say((Phrase("talk.one_place"),), keys=(elsewhere,)))
        return
    now = max(places, key=lambda one: (one.preferred, _heard(one)))
    choices = tuple(
        Choice(command_data("place", one.id), _called(one), picked=one.id == now.id) for one in places
    )
    decision.say(Say((Phrase("talk.which_place"),), choices=choices, keys=(elsewhere,)))


def choose(decision: Decision, argument: str) -> None:
    """Bring check-ins to this place first from now on; show the places if it is none of them."""
    chosen = next((one for one in own_places(decision.case) if one.id == argument), None)
    if chosen is None:
        show(decision)
        return
    decision.add(*prefer(decision.case, chosen.id, but=decision.case.contact.id))
    decision.contact(preferred=decision.case.contact.id == chosen.id)
    consents.release_unreachable(decision)
    decision.tell("talk.place_chosen", place=_called(chosen))


def prefer(case: Case, chosen: ContactId, *, but: ContactId | None = None) -> list[Change]:
    """Return what makes one place of its owner's the first, without the contact `but`."""
    people = case.people()
    first = next(one for one in people if one.id == chosen)
    return [
        SaveContact(replace(one, preferred=one.id == chosen))
        for one in people
        if _is_of(one, first) and one.id != but and one.preferred != (one.id == chosen)
    ]


def failed_at(decision: Decision, contact: ContactId, *, follow_up: str = "", outbox: str = "") -> None:
    """Open a check-in at another place that could not be brought to `contact`; without one, nothing changes.

    Neither of the two names: every check-in that stands open there.
    """
    case = decision.case
    failed = next((one for one in case.people() if one.id == contact), None)
    if failed is None or _another(case, failed) is None:
        return
    for one in _open_at(case, failed, follow_up, outbox):
        decision.add(CancelQueued(failed.id, "sent-elsewhere", follow_up=one.id, at=decision.now))
        planned = replace(one, state=FollowUpState.SCHEDULED, next_at=decision.now)
        decision.follow_up(replace(planned, reason=f"{NOT_AT}{failed.id}"))


def tried_again(decision: Decision, outbox: str, code: str, again_at: datetime) -> None:
    """Note that an opening which failed is tried again; what was tried for this already goes elsewhere.

    So does what would be over by then: storage tries neither of them again.
    """
    for one in decision.case.follow_ups:
        if one.outbox != outbox or one.state is not FollowUpState.IN_PROGRESS:
            continue
        if one.reason == f"{TRIED}{code}" or again_at >= one.window_end:
            failed_at(decision, decision.case.contact.id, outbox=outbox)
        elif not one.reason.startswith(NOT_AT):
            decision.follow_up(replace(one, reason=f"{TRIED}{code}"))


def turn_away(decision: Decision, follow_up: FollowUp) -> None:
    """Speak at another place about a check-in that could not be brought to this one."""
    here = decision.case.contact
    if follow_up.reason == f"{NOT_AT}{here.id}" and (other := _another(decision.case, here)) is not None:
        decision.turn_to(other)


def beyond(case: Case) -> list[Contact]:
    """Return whom to turn to when the patient is silent here: their own other places, then their helpers.

    A helper is one whom the patient has let in and who has not left; only the one heard last is asked.
    """
    reached = [one for one in case.others if _is_open(one)]
    own = [one for one in reached if _is_of(one, case.contact)]
    helpers = [one for one in reached if one.by is AnsweredBy.HELPER and not _is_of(one, case.contact)]
    is_helped = case.contact.by is AnsweredBy.PATIENT
    return sorted(own, key=_heard, reverse=True) + sorted(helpers, key=_heard)[-1:] * is_helped


def _open_at(case: Case, place: Contact, follow_up: str, outbox: str) -> Iterator[FollowUp]:
    dialogue = place.dialogue
    for one in case.follow_ups:
        if one.state is not FollowUpState.IN_PROGRESS or one.reason.startswith(NOT_AT):
            continue
        is_named = one.id == follow_up or (outbox and one.outbox == outbox)
        is_here = dialogue.menu == f"opening:{one.id}" or (one.response and dialogue.response == one.response)
        if is_named or (is_here and not (follow_up or outbox)):
            yield one


def _another(case: Case, failed: Contact) -> Contact | None:
    """Return the place that reaches the owner of `failed` best beside it."""
    others = [one for one in case.people() if one.id != failed.id and _is_open(one) and _is_of(one, failed)]
    return max(others, key=lambda one: (one.preferred, _heard(one)), default=None)


def _is_open(one: Contact) -> bool:
    """Say whether a check-in may be brought there: it can be reached, and no stranger may be reading."""
    return one.reach is Reach.ACTIVE and one.dialogue.doubt is None


def _is_of(one: Contact, other: Contact) -> bool:
    return (one.by, one.name) == (other.by, other.name)


def _heard(one: Contact) -> float:
    return one.last_heard_at.timestamp() if one.last_heard_at else 0.0


def _called(one: Contact) -> Phrase:
    return Phrase(f"talk.channel.{one.point.channel.value}")
