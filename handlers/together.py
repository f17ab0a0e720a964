"""Several people on one intake: who helps, how they come in, how the patient ends it."""

from handlers.core.buttons import command_data, read_data
from handlers.core.case import Case, Contact, Dialogue, Reach, Response
from handlers.core.changes import CancelQueued, Queue, SaveContact
from handlers.core.events import Chose, Said
from handlers.core.frozen import replace
from handlers.core.limits import LIMITS, clipped
from handlers.core.messages import Choice, Phrase, Say
from handlers.core.values import AnsweredBy, ContactId, OutboxId
from handlers.decision import Decision
from handlers.ways import code_for
from handlers.wording import Wording, language_of

RELATIONS = ("spouse", "child", "sibling", "parent", "friend", "prof", "other")
"""How a helper is linked to the patient, as the intake asks it (start.helper_rel)."""
ASKS_NAME = "helper-name"
ASKS_RELATION = "helper-relation"
_LONGEST_NAME = 80
_GO_ON = Choice(command_data("continue"), Phrase("talk.button.continue"))


def is_joined_helper(case: Case) -> bool:
    """Say whether a helper writes while the patient has a contact of their own here."""
    return case.contact.by is AnsweredBy.HELPER and has_patient(case)


def has_patient(case: Case) -> bool:
    """Say whether the patient can be reached without a helper."""
    return any(contact.by is AnsweredBy.PATIENT for contact in case.people())


def show(decision: Decision) -> None:
    """Show who helps, a button each to end it, and how somebody else comes in."""
    case = decision.case
    if case.contact.by is AnsweredBy.HELPER:
        keys = (_GO_ON,) if has_patient(case) else (_invite("invite_patient"), _GO_ON)
        decision.say(Say((Phrase("talk.people_helper"),), keys=keys))
        return
    helpers = _helpers(case)
    width = LIMITS[case.contact.point.channel].label
    buttons = tuple(
        Choice(command_data("end_help", one.id), Phrase("", {"name": clipped(_called(one), width)}, "{name}"))
        for one in helpers
        if _called(one)
    )
    text = Phrase("talk.people" if buttons else "talk.people_none")
    decision.say(Say((text,), choices=buttons, keys=(_invite("invite_helper"), _GO_ON)))


def invite(decision: Decision, *, helper: bool) -> None:
    """Give a one-time link for a helper, or for the patient beside their helper."""
    if helper and decision.case.contact.by is AnsweredBy.HELPER:
        decision.tell("talk.only_the_patient")
        return
    code = code_for(decision, helper=helper)
    text = Phrase("talk.helper_link" if helper else "talk.patient_link", {"links": links_of(decision, code)})
    decision.say(Say((text,), keys=(_GO_ON,)), resend_if_uncertain=False)


def links_of(decision: Decision, code: str) -> str:
    """Return the links that carry a code, one a line."""
    return "\n".join(decision.world.links(code))


def ask_end(decision: Decision, argument: str) -> None:
    """Ask once before a helper's access ends."""
    helper = _helper(decision.case, argument)
    if helper is None:
        show(decision)
        return
    end = Choice(command_data("end_help_now", helper.id), Phrase("talk.button.end_help"))
    keep = Choice(command_data("people"), Phrase("talk.button.keep_help"))
    text = Phrase("talk.end_help_sure", {"name": _called(helper)})
    decision.say(Say((text,), choices=(end, keep)))


def end(decision: Decision, argument: str) -> None:
    """End a helper's access at once: they hear it in a kind sentence, and nothing more after it."""
    helper = _helper(decision.case, argument)
    if helper is None:
        show(decision)
        return
    shut = _shut(decision, helper)
    others = tuple(shut if one.id == shut.id else one for one in decision.case.others)
    decision.others(others)
    decision.say(Say((Phrase("talk.help_ended", {"name": _called(helper)}),), keys=(_GO_ON,)))


def leave(decision: Decision) -> None:
    """End the access of the helper who writes, by their own wish."""
    decision.add(CancelQueued(decision.case.contact.id, "help-ended", at=decision.now))
    decision.contact(reach=Reach.ENDED, dialogue=Dialogue())
    decision.task("help-ended", key=f"help-ended:{decision.case.contact.id}")
    decision.tell("talk.help_left")


def welcome(decision: Decision) -> None:
    """Greet somebody at a further contact point: a helper says first who they are."""
    if decision.case.contact.by is not AnsweredBy.HELPER or decision.case.contact.name:
        decision.say(Say((Phrase("talk.welcome_here_too"), *privacy_line(decision))))
        return
    decision.tell("talk.helper_welcome")
    decision.talk(menu=ASKS_NAME)
    decision.tell("talk.helper_name")


def privacy_line(decision: Decision) -> tuple[Phrase, ...]:
    """Return how private this kind of chat is, where the pack says it."""
    key = f"consent.privacy.{decision.case.contact.point.channel.value}"
    catalog = decision.world.catalogs.get(language_of(decision.case, decision.world))
    return (Phrase(key),) if catalog.has(key) else ()


def is_asking(decision: Decision) -> bool:
    """Say whether a helper who has just come in is being asked who they are."""
    return decision.dialogue.menu in {ASKS_NAME, ASKS_RELATION}


def hear(decision: Decision, text: str) -> None:
    """Take the helper's name; what they are to the patient is a tap."""
    if decision.dialogue.menu == ASKS_NAME:
        decision.contact(name=" ".join(text.split())[:_LONGEST_NAME])
    ask_relation(decision)


def ask_relation(decision: Decision) -> None:
    """Ask what the helper is to the patient."""
    decision.talk(menu=ASKS_RELATION)
    choices = tuple(
        Choice(command_data("relation", code), Phrase(f"talk.relation.{code}")) for code in RELATIONS
    )
    decision.say(Say((Phrase("talk.helper_relation"),), choices=choices))


def take_relation(decision: Decision, argument: str) -> bool:
    """Keep what a helper is to the patient; False if nobody asked."""
    if decision.case.contact.by is not AnsweredBy.HELPER or argument not in RELATIONS:
        return False
    decision.contact(relation=argument)
    decision.talk(menu="")
    return True


def answered_meanwhile(decision: Decision, response: Response, heard: Said | Chose) -> bool:
    """Say whether somebody else has answered the question that stands open here.

    Danger signs are never turned away: they are heard as if they came first.
    """
    dialogue = decision.dialogue
    slot = dialogue.asked
    if slot is None or dialogue.response != response.id or not decision.case.others:
        return False
    is_half_done = dialogue.revising is not None or dialogue.confirm is not None or dialogue.picked
    if is_half_done or slot not in response.answers or slot.link_id in decision.world.protocol.alarming:
        return False
    return isinstance(heard, Said) or _is_about(decision, response, slot.link_id, heard)


def alone(decision: Decision, say: Say) -> Say:
    """Ask for the patient alone where a helper is shown a question that is theirs only."""
    effect = decision.world.protocol.effects.get(say.about, "")
    if effect != "alone" or decision.case.contact.by is not AnsweredBy.HELPER or not say.texts:
        return say
    return replace(say, texts=(Phrase("talk.patient_alone"), *say.texts))


def _is_about(decision: Decision, response: Response, link_id: str, chose: Chose) -> bool:
    parsed = read_data(chose.data)
    questionnaire = decision.world.protocol.questionnaire(response.questionnaire, response.version)
    item = questionnaire.at(parsed.index) if parsed and questionnaire else None
    return item is not None and item.link_id == link_id


def _invite(name: str) -> Choice:
    return Choice(command_data(name), Phrase(f"talk.button.{name}"))


def _helpers(case: Case) -> list[Contact]:
    return [one for one in case.people() if one.by is AnsweredBy.HELPER]


def _helper(case: Case, contact: str) -> Contact | None:
    if case.contact.by is AnsweredBy.HELPER:
        return None
    return next((one for one in _helpers(case) if one.id == contact), None)


def _called(contact: Contact) -> str:
    return contact.name or f"{contact.point.channel.value.title()} {contact.id[-4:]}"


def _shut(decision: Decision, helper: Contact) -> Contact:
    """Detach a helper: nothing queued goes out, only the kind sentence, worded for them."""
    shut = replace(helper, reach=Reach.ENDED, dialogue=Dialogue())
    words = Wording(replace(decision.case, contact=helper), decision.world)
    decision.add(
        CancelQueued(ContactId(helper.id), "help-ended", at=decision.now),
        SaveContact(shut),
        Queue(
            id=OutboxId(decision.world.ids.new()),
            contact=helper.id,
            body=words.body(Say((Phrase("talk.help_is_over"),))),
            dedupe_key=f"help-ended:{helper.id}",
            not_before=decision.now,
            turn=decision.cause,
        ),
    )
    return shut
