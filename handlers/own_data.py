"""My data: what is kept, a copy of it, and having it deleted; who asks for that is looked at first.

Nothing is deleted in the conversation itself: what was given to a clinic may belong to its records by law.
The clinic gets a task with the day by which it answers; where it has chosen so, housekeeping does it
(`storage/erasure/asked.py`).
"""

from datetime import timedelta
from typing import Final

from handlers import consents, own_answers, together
from handlers.approval import is_approved
from handlers.birth_dates import MOST_MISSES, birth_item, is_birth_date
from handlers.core.buttons import command_data
from handlers.core.case import Case
from handlers.core.changes import CloseTask, OpenTask
from handlers.core.messages import Choice, Phrase, Say
from handlers.core.pending import Doubt
from handlers.core.retention import erases_by_itself
from handlers.core.showing import date_phrase
from handlers.core.values import PartialDate, Purpose
from handlers.decision import Decision

RIGHTS: Final = ("own_copy", "answers", "change", "consents", "people", "erase", "person", "continue")
UNSIGNED: Final = ("own_copy", "consents", "erase", "person")
"""The ways that show no text for which the doctor's signature is missing."""
TASK: Final = "erasure-asked"
ANSWERED_WITHIN: Final = timedelta(days=30)
"""A month is the longest that a patient may wait for it (GDPR, article 12)."""
_PROVEN: Final = timedelta(hours=1)
"""So long after the date of birth its owner may say yes: a button from last month begins anew."""
_BIRTH: Final = "mine:birth:"
_ONCE: Final = "mine:once:"
_TWICE: Final = "mine:twice:"
_KEEP: Final = Choice(command_data("erase_not"), Phrase("talk.button.erase_not"))


def show(decision: Decision, argument: str) -> None:  # noqa: ARG001  a command like the others
    """Tell what is kept and where, with every way to see, take along, correct or delete it."""
    is_signed = is_approved(decision.case, decision.world)
    names = RIGHTS if is_signed else UNSIGNED
    ways = tuple(Choice(command_data(name), Phrase(f"talk.button.{name}")) for name in names)
    decision.say(Say((Phrase("consent.more" if is_signed else "mine.rights"),), choices=ways))


def give_page(decision: Decision, argument: str) -> None:
    """Give a one-time link to everything that is kept, on our own page; that asks who is there."""
    page = decision.world.data_page
    if together.is_joined_helper(decision.case):
        decision.tell("talk.only_the_patient")
    elif page is None:
        own_answers.give(decision, argument)
    else:
        link = page(decision.case.contact.point)
        decision.say(Say((Phrase("mine.link", {"link": link}),)), resend_if_uncertain=False)


def erase(decision: Decision, argument: str) -> None:  # noqa: ARG001
    """Begin the way to having everything deleted: the date of birth first, where one is known."""
    if together.is_joined_helper(decision.case):
        decision.tell("talk.only_the_patient")
    elif not _holds(decision.case):
        decision.tell("mine.nothing")
    elif birth_item(decision) is not None:
        _ask_birth(decision, 0, "mine.birth")
    else:
        _ask(decision)


def is_asking(decision: Decision, name: str | None) -> bool:
    """Say whether typed words belong here: a date of birth, or the yes or no that was asked for."""
    menu = decision.dialogue.menu
    return menu.startswith(_BIRTH) or (menu.startswith((_ONCE, _TWICE)) and name in {"yes", "no"})


def hear(decision: Decision, text: str, name: str | None) -> None:
    """Take the date of birth, or the yes or no that was typed."""
    menu = decision.dialogue.menu
    if menu.startswith(_BIRTH):
        _hear_birth(decision, text, int(menu.removeprefix(_BIRTH)) + 1)
    elif name == "no":
        keep(decision, "")
    else:
        (ask_again if menu.startswith(_ONCE) else erase_all)(decision, "")


def ask_again(decision: Decision, argument: str) -> None:
    """Ask the second time; a button from long ago begins at the beginning."""
    if not _stands(decision, _ONCE):
        erase(decision, argument)
        return
    decision.talk(menu=decision.dialogue.menu.replace(_ONCE, _TWICE))
    yes = Choice(command_data("erase_now"), Phrase("talk.button.erase_now"))
    decision.say(Say((Phrase("mine.sure"),), choices=(_KEEP, yes)))


def erase_all(decision: Decision, argument: str) -> None:
    """Hand the wish to the clinic, with the day by which it answers; nothing more is written until then."""
    if not _stands(decision, _TWICE):
        erase(decision, argument)
        return
    decision.talk(menu="")
    due = decision.now + ANSWERED_WITHIN
    decision.add(OpenTask(TASK, _key(decision.case), decision.now, due_at=due))
    if Purpose.MESSAGES in decision.case.patient.purposes:
        decision.add(consents.commanded(decision, Purpose.MESSAGES, given=False))
        decision.patient(purposes=decision.case.patient.purposes - {Purpose.MESSAGES})
    consents.hold(decision, "stopped")
    day = date_phrase(PartialDate(due.year, due.month, due.day))
    goes = erases_by_itself(decision.case.clinic.texts) and not decision.case.anchors
    said = Phrase("mine.goes_by_itself" if goes else "mine.asked", {"day": day})
    decision.say(Say((said,), keys=(_KEEP,)))


def keep(decision: Decision, argument: str) -> None:  # noqa: ARG001
    """Take the wish back, or never mind: nothing is deleted."""
    if together.is_joined_helper(decision.case):
        decision.tell("talk.only_the_patient")
        return
    decision.talk(menu="")
    decision.add(CloseTask(_key(decision.case), decision.now, "patient"))
    go_on, said = Choice(command_data("continue"), Phrase("talk.button.continue")), Phrase("mine.kept")
    is_silent = Purpose.MESSAGES not in decision.case.patient.purposes
    decision.say(consents.with_resume(decision, said, go_on) if is_silent else Say((said,), keys=(go_on,)))


def _holds(case: Case) -> bool:
    patient = case.patient
    has_said = bool(case.papers) or any(response.answers for response in case.responses)
    return has_said or bool(patient.purposes or patient.name or patient.birth_date)


def _stands(decision: Decision, question: str) -> bool:
    """Say whether a question was the last one asked here, and not long ago."""
    menu = decision.dialogue.menu
    since = int(menu.removeprefix(question)) if menu.startswith(question) else 0
    return decision.now.timestamp() - since < _PROVEN.total_seconds()


def _ask_birth(decision: Decision, misses: int, key: str) -> None:
    decision.talk(menu=f"{_BIRTH}{misses}")
    decision.say(Say((Phrase(key),), keys=(_KEEP,)))


def _hear_birth(decision: Decision, text: str, misses: int) -> None:
    """Go on with the right date; after three wrong ones nobody is shown anything here (identity.py)."""
    if is_birth_date(decision, text):
        _ask(decision)
    elif misses < MOST_MISSES:
        _ask_birth(decision, misses, "talk.identity_wrong")
    else:
        decision.talk(menu="", doubt=Doubt(decision.now, misses, asked=True))
        decision.task("identity", key=f"identity:{decision.case.contact.id}")
        person = Choice(command_data("person"), Phrase("talk.button.person"))
        decision.say(Say((Phrase("talk.identity_closed"),), keys=(person,)))


def _ask(decision: Decision) -> None:
    """Ask the first time: what goes, what may have to stay, and where else copies are."""
    decision.talk(menu=f"{_ONCE}{int(decision.now.timestamp())}")
    yes = Choice(command_data("erase_sure"), Phrase("talk.button.erase_sure"))
    texts = (Phrase("mine.goes"), Phrase("mine.stays"), Phrase("mine.elsewhere"))
    decision.say(Say(texts, choices=(_KEEP, yes)))


def _key(case: Case) -> str:
    return f"{TASK}:{case.patient.id}"
