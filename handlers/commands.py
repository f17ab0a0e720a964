"""What works everywhere: MENU, STOP, HELP, LANGUAGE, change, a person, emergency, my data."""

from collections.abc import Callable

from handlers import (
    alarms,
    answering,
    arrivals,
    changing,
    check_in,
    consents,
    elsewhere,
    languages,
    notices,
    own_answers,
    own_data,
    parts,
    permissions,
    places,
    questions,
    reviewing,
    together,
    travelling,
    withdrawing,
    withheld,
    zones,
)
from handlers.core.buttons import command_data
from handlers.core.case import Stage
from handlers.core.messages import Choice, Phrase, Say
from handlers.core.values import Language, Purpose
from handlers.decision import Decision

MENU = ("continue", "change", "file", "language", "faq", "person", "emergency", "more", "stop")
MORE = ("travel", "people", "elsewhere", "place", "consents", "privacy", "answers", "continue")


def menu(decision: Decision, argument: str) -> None:
    """Show what can be done, one button each."""
    named = {"continue": "intake"} if parts.stands_between(decision) else {}
    choices = tuple(
        Choice(command_data(name), Phrase(f"talk.button.{named.get(name, name)}")) for name in MENU
    )
    decision.say(Say((Phrase("talk.menu"),), choices=choices))


def more(decision: Decision, argument: str) -> None:
    """Show what is needed less often: who helps, going on elsewhere, permissions."""
    choices = tuple(Choice(command_data(name), Phrase(f"talk.button.{name}")) for name in MORE)
    decision.say(Say((Phrase("talk.menu"),), choices=choices))


def go_on(decision: Decision, argument: str) -> None:
    """Ask the open question again, or begin what is next, or say that nothing is open."""
    if together.is_asking(decision):
        together.hear(decision, "")
        return
    decision.talk(menu="")
    if decision.case.patient.stage is Stage.REFUSED:
        again = Choice(command_data("start"), Phrase("talk.button.start_again"))
        decision.say(Say((Phrase("talk.start_again"),), choices=(again,)))
        return
    response = parts.waiting(decision)
    if response is not None:
        answering.ask(decision, response, decision.cause)
        return
    if (waiting := check_in.waiting(decision.case)) is not None:
        check_in.show(decision, waiting)
        return
    url, on_page = parts.next_part(decision), withheld.offer(decision)
    if url is None:
        if not on_page:
            decision.tell("talk.nothing_open")
        return
    begun = answering.open_questionnaire(decision, url)
    answering.ask(decision, languages.take_over(decision, begun), decision.cause)


def later(decision: Decision, argument: str) -> None:
    """Leave the next part of the intake for another time."""
    parts.later(decision)


def start(decision: Decision, argument: str) -> None:
    """Begin, or go on; who refused before begins anew: they have asked for it themselves."""
    if decision.case.patient.stage is Stage.REFUSED:
        decision.patient(stage=Stage.INTAKE)
    go_on(decision, "")


def language(decision: Decision, argument: str) -> None:
    """Switch the language, or offer the languages that are complete."""
    offered = decision.world.offered()
    if argument in offered:
        languages.choose(decision, Language(argument))
        decision.tell("talk.language_set")
        if decision.case.open_response() is not None:
            go_on(decision, "")
        return
    names = {code: decision.world.catalogs.get(code).text("talk.language_name") for code in offered}
    choices = tuple(
        Choice(command_data("language", code), Phrase("", default=names[code])) for code in offered
    )
    decision.say(Say((Phrase("talk.which_language"),), choices=choices))


def stop(decision: Decision, argument: str) -> None:
    """End reminders and check-ins at once; opt-out beats everything and needs no second tap.

    A helper beside the patient ends what comes to themselves alone.
    """
    if together.is_joined_helper(decision.case):
        together.leave(decision)
        return
    decision.add(consents.commanded(decision, Purpose.MESSAGES, given=False))
    consents.end_messages(decision)


def resume(decision: Decision, argument: str) -> None:
    """Take reminders and check-ins up again; who never agreed to be asked is asked that first."""
    if Purpose.HEALTH not in decision.case.patient.purposes:
        go_on(decision, "")
        return
    shown = consents.RESUME
    decision.add(consents.said_to(decision, Purpose.MESSAGES, shown, version=shown.key, given=True))
    decision.patient(purposes=decision.case.patient.purposes | {Purpose.MESSAGES})
    consents.release(decision)
    decision.tell("talk.resumed_messages")


def withdraw(decision: Decision, argument: str) -> None:
    """Take a consent back: the answer to our "are you sure?"."""
    decision.talk(menu="")
    purpose = next((p for p in decision.case.patient.purposes if p.value == argument), None)
    if purpose is not None and not together.is_joined_helper(decision.case):
        withdrawing.withdraw(decision, purpose)
    else:
        go_on(decision, "")


def show_consents(decision: Decision, argument: str) -> None:
    """Show what was agreed to, with a button each to take it back: the patient's, or who answers for them."""
    if together.is_joined_helper(decision.case):
        decision.tell("talk.only_the_patient")
        return
    permissions.show(decision)


def take_back(decision: Decision, argument: str) -> None:
    """Ask whether a consent is to be taken back; one that does not hold is shown as it is."""
    if together.is_joined_helper(decision.case) or not permissions.take_back(decision, argument):
        show_consents(decision, argument)


def voice(decision: Decision, argument: str) -> None:
    """Take the answer to whether voice notes may be kept."""
    permissions.answer_for_voice(decision, given=argument == "yes")


def people(decision: Decision, argument: str) -> None:
    """Show who helps."""
    together.show(decision)


def invite_helper(decision: Decision, argument: str) -> None:
    """Give a link for a helper."""
    together.invite(decision, helper=True)


def invite_patient(decision: Decision, argument: str) -> None:
    """Give a link for the patient, beside their helper."""
    together.invite(decision, helper=False)


def elsewhere_too(decision: Decision, argument: str) -> None:
    """Give a link for another device or app."""
    elsewhere.offer(decision)


def place(decision: Decision, argument: str) -> None:
    """Choose where check-ins go first, or show the places."""
    places.choose(decision, argument)


def relation(decision: Decision, argument: str) -> None:
    """Take what a helper is to the patient, then go on with what is open."""
    if together.take_relation(decision, argument):
        elsewhere.recap(decision)
    go_on(decision, "")


def clock(decision: Decision, argument: str) -> None:
    """Take the answer to "is it that time there?"."""
    if zones.choose(decision, argument):
        go_on(decision, "")


def hear_of_clock(decision: Decision, text: str, name: str) -> None:
    """Take words while it is asked what the clock shows: yes, no, skip, or a time."""
    if name in {"yes", "no", "skip"}:
        clock(decision, name)
    elif zones.hear(decision, text):
        go_on(decision, "")


def travel(decision: Decision, argument: str) -> None:
    """Talk about a trip, where one may be kept; then what stands open is asked again."""
    if Purpose.HEALTH not in decision.case.patient.purposes:
        go_on(decision, "")
    elif travelling.choose(decision, argument):
        _back_to_it(decision)


def hear_of_travel(decision: Decision, text: str) -> None:
    """Take words about a trip; when that is over, what stands open is asked again."""
    if travelling.hear(decision, text):
        _back_to_it(decision)


def home_again(decision: Decision, argument: str) -> None:
    """Take "I'm back"; then what stands open is asked again."""
    travelling.back(decision)
    _back_to_it(decision)


def _back_to_it(decision: Decision) -> None:
    if decision.case.open_response() is not None or check_in.waiting(decision.case) is not None:
        go_on(decision, "")


def person(decision: Decision, argument: str) -> None:
    """Ask for a person of the clinic."""
    decision.task("wants-a-person", key=f"wants-a-person:{decision.case.patient.id}")
    decision.tell("talk.person_comes")


def emergency(decision: Decision, argument: str) -> None:
    """Show the emergency text, whatever else is going on."""
    decision.say(alarms.emergency_card())


def news(decision: Decision, argument: str) -> None:
    """Say what a doctor has decided; without a decision go on."""
    if notices.again(decision, argument):
        return
    if not reviewing.told(decision):
        go_on(decision, "")


Command = Callable[[Decision, str], None]
COMMANDS: dict[str, Command] = {
    "menu": menu,
    "help": menu,
    "continue": go_on,
    "later": later,
    "start": start,
    "language": language,
    "stop": stop,
    "resume": resume,
    "withdraw": withdraw,
    "consents": show_consents,
    "more": more,
    "people": people,
    "invite_helper": invite_helper,
    "invite_patient": invite_patient,
    "end_help": together.ask_end,
    "end_help_now": together.end,
    "elsewhere": elsewhere_too,
    "place": place,
    "relation": relation,
    "take_back": take_back,
    "voice": voice,
    "clock": clock,
    "travel": travel,
    "home_again": home_again,
    "faq": questions.choose,
    "person": person,
    "emergency": emergency,
    "privacy": own_data.show,
    "own_copy": own_data.give_page,
    "erase": own_data.erase,
    "erase_sure": own_data.ask_again,
    "erase_now": own_data.erase_all,
    "erase_not": own_data.keep,
    "news": news,
    "file": arrivals.show_papers,
    "upload": arrivals.give_page,
    "answers": own_answers.give,
    "change": changing.change,
}
