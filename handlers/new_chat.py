"""A chat of another kind that somebody comes to by a link: whether it may be used is asked there first.

Consent to a channel is one to this kind of channel: what a message passes through differs. So before
anything of the file is shown there, its privacy line is, with one question. Our own page asks nothing.
"""

from typing import Final

from handlers import commands, consents, elsewhere, identity, together
from handlers.core.buttons import command_data
from handlers.core.case import Contact, Reach, Response, ResponseStatus
from handlers.core.changes import RecordConsent
from handlers.core.events import Event
from handlers.core.messages import Choice, Phrase, Say
from handlers.core.values import Answer, Purpose, Slot
from handlers.decision import Decision
from handlers.heard import command_heard
from handlers.scenes import PRIVATE, questionnaire_of
from handlers.trembling import is_repeat, remember
from handlers.ways import page_link

_QUESTION: Final = Phrase("consent.channel_here")
HERE: Final = "here"
_OPEN: Final = frozenset({"emergency", "person"})
_KEYS: Final = tuple(Choice(command_data(n), Phrase(f"talk.button.{n}")) for n in ("person", "emergency"))
_CHOICES: Final = (
    Choice(command_data(HERE, "yes"), Phrase("talk.button.here_yes")),
    Choice(command_data(HERE, "no"), Phrase("talk.button.here_no")),
)
_NOT_ABOUT_IT: Final = frozenset({"no", "web", "more"})
"""Codes of the intake's own question about the way that are no yes to this chat."""


def ask_first(decision: Decision) -> bool:
    """Ask whether this chat may be used, where it is of a kind that nobody has agreed to yet.

    Until the answer nothing is written here of its own accord, and check-ins go where they went.
    """
    if not _is_new_kind(decision):
        return False
    decision.contact(reach=Reach.ASKED, preferred=False)
    _ask(decision, Phrase("talk.welcome_here_too"))
    return True


def take(decision: Decision, event: Event) -> None:
    """Take the yes or no, tapped or typed; whatever else is said, the question comes again."""
    if is_repeat(decision, event):
        return
    remember(decision, event)
    if identity.is_in_doubt(decision):
        identity.take(decision, event)
        return
    name, argument = command_heard(decision, event)
    said = argument if name == HERE else name
    if name in _OPEN:
        commands.COMMANDS[name](decision, "")
    elif said == "yes":
        _use(decision)
    elif said == "no":
        _leave(decision)
    else:
        _ask(decision)


def _is_new_kind(decision: Decision) -> bool:
    """Say whether it is to be asked: before the yes to health data the intake asks it itself, later on.

    A helper beside the patient decides about none of the patient's consents.
    """
    case = decision.case
    channel, purposes = case.contact.point.channel, case.patient.purposes
    if channel in PRIVATE or Purpose.HEALTH not in purposes or together.is_joined_helper(case):
        return False
    return Purpose.CHANNEL not in purposes or not any(_is_used(one, case.contact) for one in case.others)


def _is_used(one: Contact, here: Contact) -> bool:
    return one.point.channel is here.point.channel and one.reach in {Reach.ACTIVE, Reach.BLOCKED}


def _ask(decision: Decision, *first: Phrase) -> None:
    decision.say(Say((*first, *_shown(decision)), choices=_CHOICES, keys=_KEYS))


def _shown(decision: Decision) -> tuple[Phrase, ...]:
    return (*together.privacy_line(decision), _QUESTION)


def _record(decision: Decision, *, given: bool) -> RecordConsent:
    shown, version = _shown(decision), _QUESTION.key
    return consents.said_to(decision, Purpose.CHANNEL, *shown, version=version, given=given)


def _use(decision: Decision) -> None:
    case = decision.case
    decision.add(_record(decision, given=True))
    decision.patient(purposes=case.patient.purposes | {Purpose.CHANNEL})
    was_first = any(one.preferred and one.by is case.contact.by for one in case.others)
    decision.contact(reach=Reach.ACTIVE, preferred=was_first)
    for response in decision.case.responses:
        _answer_it_there(decision, response)
    consents.release_unreachable(decision)
    elsewhere.recap(decision)
    commands.go_on(decision, "")


def _answer_it_there(decision: Decision, response: Response) -> None:
    """Answer the intake's own question about the way with this yes, so that it is not asked twice."""
    if response.status is not ResponseStatus.IN_PROGRESS:
        return
    questionnaire = questionnaire_of(decision.world.protocol, response)
    asking = decision.world.protocol.by_effect.get(f"consent:{Purpose.CHANNEL.value}", frozenset())
    for link_id in asking & questionnaire.by_link_id.keys():
        options = questionnaire.item(link_id).options
        yes = next((option for option in options if option.code not in _NOT_ABOUT_IT), None)
        if yes is not None and Slot(link_id) not in response.answers:
            by = decision.case.contact.by
            decision.answer(response, Answer(Slot(link_id), (yes.value,), decision.now, by, decision.cause))


def _leave(decision: Decision) -> None:
    """Write nothing here and lead to our page; what was agreed to for other chats stands."""
    if Purpose.CHANNEL not in decision.case.patient.purposes:
        decision.add(_record(decision, given=False))
    decision.contact(reach=Reach.STOPPED)
    link = page_link(decision, contact=decision.case.contact.id)
    decision.say(
        Say((Phrase("talk.withdrawn_channel", {"link": link}),), keys=_KEYS), resend_if_uncertain=False
    )
