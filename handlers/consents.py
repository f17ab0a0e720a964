"""Consents: recorded with the text they were said to; a no to messages holds what is planned."""

from collections.abc import Iterator
from datetime import timedelta
from hashlib import sha256
from itertools import takewhile

from handlers.approval import is_approved
from handlers.core.buttons import command_data
from handlers.core.case import FollowUpState, Response
from handlers.core.changes import CancelQueued, RecordConsent
from handlers.core.course import BY_STAFF, held_back
from handlers.core.frozen import replace
from handlers.core.messages import Choice, Phrase, Say
from handlers.core.path import slots
from handlers.core.questionnaire import Item, ItemType
from handlers.core.showing import item_text
from handlers.core.turn import Scene
from handlers.core.values import Answer, AnsweredBy, Purpose
from handlers.decision import Decision
from handlers.scenes import questionnaire_of, scene_of
from handlers.wording import Wording, language_of

NEEDED = frozenset({Purpose.HEALTH, Purpose.ABROAD})
"""Without these nothing can be asked."""
RESUME = Phrase("consent.messages_again")
"""What is asked under "send them again"."""
RETRY_HELD = timedelta(minutes=1)
_PLANNED = frozenset({FollowUpState.SCHEDULED, FollowUpState.IN_PROGRESS})


def answered(
    decision: Decision, response: Response, answer: Answer, purpose: Purpose, *, given: bool
) -> RecordConsent:
    """Return the record of a yes or no, with the version and the hash of the text it was said to."""
    scene = scene_of(decision, response, "")
    item = scene.questionnaire.item(answer.slot.link_id)
    shown = [item_text(scene, one) for one in _read_with(scene, item)]
    version = f"{scene.questionnaire.id} {scene.questionnaire.version} {item.link_id}"
    return said_to(decision, purpose, *shown, version=version, given=given)


def signed(decision: Decision, response: Response) -> Iterator[RecordConsent]:
    """Yield the records that a signature stands under: each yes of its own part, with the text of that yes.

    A consent that was asked about elsewhere is not signed here: nothing of it stands above the name.
    """
    for purpose in sorted(decision.case.patient.purposes):
        asking = decision.world.protocol.by_effect.get(f"consent:{purpose.value}", frozenset())
        found = (answer for slot, answer in response.answers.items() if slot.link_id in asking)
        for answer in found:
            yield answered(decision, response, answer, purpose, given=True)


def _read_with(scene: Scene, item: Item) -> Iterator[Item]:
    """Yield what is read as one with a question: the texts right above it in its group, and itself.

    They say what is asked for: "for this" means nothing without them.
    """
    path = [one for one, _ in slots(scene.questionnaire, scene.known, scene.calculated)]
    path = [one for one in path if one.link_id not in scene.unasked]
    before = takewhile(lambda one: one.link_id != item.link_id, path)
    above = takewhile(lambda one: _is_text_beside(one, item), reversed(list(before)))
    yield from (*reversed(list(above)), item)


def _is_text_beside(one: Item, item: Item) -> bool:
    return one.type is ItemType.DISPLAY and one.group_path == item.group_path


def said_to(decision: Decision, purpose: Purpose, *shown: Phrase, version: str, given: bool) -> RecordConsent:
    """Return the record of a yes or no to a text, with the SHA-256 of the very words that were shown."""
    words = Wording(decision.case, decision.world).body(Say(shown)).text
    return replace(
        commanded(decision, purpose, given=given),
        text_version=version,
        text_hash=sha256(words.encode()).hexdigest(),
    )


def commanded(decision: Decision, purpose: Purpose, *, given: bool) -> RecordConsent:
    """Return the record of a yes or no that was said by a command, to no text."""
    return RecordConsent(
        purpose=purpose,
        given=given,
        text_version="command",
        text_hash="",
        language=language_of(decision.case, decision.world),
        at=decision.now,
        by=decision.case.contact.by,
        channel=decision.case.contact.point.channel.value,
    )


def end_all(decision: Decision, no: RecordConsent) -> None:
    """Record the words of `no` for every purpose that is still held: they all end with it.

    Without it whoever reads the records would go on reading the yes of each of the others.
    """
    held = sorted(decision.case.patient.purposes)
    decision.add(*(replace(no, purpose=purpose, given=False) for purpose in held))
    decision.patient(purposes=frozenset[Purpose]())


def is_early(decision: Decision, response: Response, answer: Answer) -> bool:
    """Say whether an answer may not be kept yet, or not any more: no yes to health data holds.

    What stands up to that question itself may be kept: the language, who answers, the permissions.
    """
    if answer.by is AnsweredBy.ENGINE or decision.keeps_answers():
        return False
    effects = decision.world.protocol.effects
    asking = [link_id for link_id, effect in effects.items() if effect == f"consent:{Purpose.HEALTH.value}"]
    order = questionnaire_of(decision.world.protocol, response).order
    asked = [order[link_id] for link_id in asking if link_id in order]
    return not asked or order[answer.slot.link_id] > max(asked)


def end_messages(decision: Decision) -> None:
    """Hold reminders and check-ins at once and say so; a person sees it."""
    decision.patient(purposes=decision.case.patient.purposes - {Purpose.MESSAGES})
    hold(decision, "stopped")
    decision.task("stopped", key=f"stopped:{decision.case.patient.id}")
    decision.say(with_resume(decision, Phrase("talk.stopped_messages")))


def with_resume(decision: Decision, said: Phrase, *keys: Choice) -> Say:
    """Return a message with the question whether we may write again; without a signature it is not asked."""
    if not is_approved(decision.case, decision.world):
        return Say((said,), keys=keys)
    again = Choice(command_data("resume"), Phrase("talk.button.resume"))
    return Say((said, RESUME), choices=(again,), keys=keys)


def hold(decision: Decision, reason: str) -> None:
    """Cancel what waits to be sent and hold every planned check-in."""
    decision.add(CancelQueued(None, reason, at=decision.now))
    for follow_up in decision.case.follow_ups:
        if follow_up.state in _PLANNED:
            at = follow_up.window_end
            held = replace(follow_up, state=FollowUpState.HELD, reason=reason, next_at=at)
            decision.follow_up(held)


def release_unreachable(decision: Decision) -> None:
    """Put back into the plan what waited for a way to the patient, if messages are wanted at all."""
    if Purpose.MESSAGES in decision.case.patient.purposes:
        release(decision)


def release(decision: Decision) -> None:
    """Put held follow-ups back into the plan; a pause of the clinic's goes on."""
    until = decision.case.patient.paused_until
    for follow_up in decision.case.follow_ups:
        if follow_up.state is FollowUpState.HELD and follow_up.reason not in BY_STAFF:
            at = max(follow_up.due_at, decision.now + RETRY_HELD)
            again = replace(follow_up, state=FollowUpState.SCHEDULED, reason="", next_at=at)
            decision.follow_up(held_back(again, until))
