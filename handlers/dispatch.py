"""Which part takes an event: one read, one pure decision, one write (DESIGN.md, the first walk)."""

from datetime import datetime
from typing import assert_never

from handlers import (
    alarms,
    answering,
    arrivals,
    between,
    changing,
    coming_back,
    commands,
    consents,
    documents,
    doorway,
    elsewhere,
    identity,
    languages,
    late_signs,
    links_only,
    misplaced,
    new_chat,
    news,
    notes,
    openings,
    own_data,
    parts,
    questions,
    receipts,
    talking,
    together,
    travelling,
    unfinished,
    unsigned,
    withdrawing,
    zones,
)
from handlers.approval import is_approved
from handlers.core.buttons import command_data
from handlers.core.case import Stage
from handlers.core.changes import SpendInvitation
from handlers.core.contact_time import service_window
from handlers.core.events import (
    AccountNews,
    AddressChanged,
    Chose,
    ContactResumed,
    ContactStopped,
    Edited,
    Event,
    Fetched,
    OfStaff,
    Other,
    Receipt,
    Said,
    SentDocument,
    Started,
    TemplateNews,
    TooManyFiles,
    Unread,
    Unusable,
    Withdrawn,
)
from handlers.core.messages import Choice, Phrase, Say
from handlers.core.understanding import change_number
from handlers.decision import Decision
from handlers.heard import command_heard, typed_words
from handlers.labels import ALSO_TYPED, ANYWHERE, command_meant, is_stop, row_typed, tap_meant
from handlers.scenes import asked_response, tapped_response
from handlers.trembling import is_repeat, remember
from handlers.wording import language_of

GROUPS = frozenset({"group", "channel"})


def handle(decision: Decision, event: Event) -> None:
    """Let the part that an event belongs to decide what follows."""
    match event.what:
        case Said() | Chose() | Started() | SentDocument() | Unusable() | Edited():
            _person(decision, event)
        case Receipt() as told:
            receipts.receipt(decision, told, event.at)
        case ContactStopped(reason) if not decision.case.is_new:
            receipts.stopped(decision, reason)
        case ContactResumed() if not decision.case.is_new:
            receipts.resumed(decision)
        case Fetched() | TooManyFiles() | Unread() as told:
            decision.is_hushed = talking.is_person_here(decision) and not isinstance(told, TooManyFiles)
            arrivals.take(decision, told)
        case TemplateNews() as told:
            news.on_template_news(decision, told, event.at)
        case AccountNews() as told:
            news.on_account_news(decision, told, event.at)
        case AddressChanged() as told if not decision.case.is_new:
            identity.moved(decision, told)
        case ContactStopped() | ContactResumed() | Withdrawn() | AddressChanged() | OfStaff() | Other():
            return
        case unreachable:
            assert_never(unreachable)


def _person(decision: Decision, event: Event) -> None:
    """Take what a person did: they are reachable, and WhatsApp's window is open from now."""
    if isinstance(event.what, Unusable) and event.what.kind in GROUPS:
        return
    decision.met = True
    identity.look(decision, event.written_from, by_silence=not links_only.is_here(decision))
    if doorway.is_shut(decision):
        alarms.listen(decision, typed_words(event), None, event.message_id)
        doorway.answer(decision, event)
        if not doorway.is_shut(decision):
            remember(decision, event)
        return
    away = coming_back.was_away(decision)
    decision.is_back = coming_back.is_back(decision.case, decision.now)
    receipts.resumed(decision)
    decision.contact(last_heard_at=identity.heard(decision, event), window_closes_at=_window(decision, event))
    alarms.listen(decision, typed_words(event), asked_response(decision.case), event.message_id)
    if misplaced.answer(decision, event):
        return
    if links_only.is_here(decision):
        links_only.take(decision, event, command_heard(decision, event), typed_words(event))
        unfinished.keep(decision)
        return
    if _is_taken(decision, event):
        return
    if not is_approved(decision.case, decision.world):
        unsigned.take(decision, event, command_heard(decision, event))
        return
    if decision.case.is_new:
        _greet(decision)
    _take(decision, event, away=away)
    if decision.is_back:
        coming_back.recap(decision)
    unfinished.keep(decision)


def _is_taken(decision: Decision, event: Event) -> bool:
    """Let somebody in doubt say who they are, and a person of the clinic have what is meant for them."""
    if not identity.is_in_doubt(decision):
        return talking.takes(decision, event)
    identity.take(decision, event)
    return True


def _take(decision: Decision, event: Event, *, away: bool) -> None:
    """Take what somebody did who may be spoken with; STOP counts wherever it is written."""
    match event.what:
        case SentDocument() | Edited() if is_stop(decision, typed_words(event)):
            commands.stop(decision, "")
        case Started() as started:
            _started(decision, started, away=away)
        case SentDocument() as sent:
            documents.take(decision, sent, event.message_id)
        case Chose() as chose:
            _chose(decision, chose, event)
        case Said() as said:
            _said(decision, said, event.message_id)
        case Edited():
            _edited(decision)
        case Unusable(kind="too-large"):
            documents.too_large(decision)
        case Unusable():
            decision.tell("talk.cannot_use")
        case _:
            pass


def _window(decision: Decision, event: Event) -> datetime:
    """Return when WhatsApp's window closes now: an older message that comes late closes it no sooner."""
    closes, known = service_window(event.at), decision.case.contact.window_closes_at
    return closes if known is None else max(known, closes)


def _greet(decision: Decision) -> None:
    if decision.world.demo:
        is_signed = language_of(decision.case, decision.world) in decision.world.signed
        label = () if is_signed else (Phrase("talk.draft"),)
        decision.say(Say((Phrase("talk.demo"), *label)))


def _started(decision: Decision, started: Started, *, away: bool) -> None:
    if decision.case.joins or decision.case.invited:
        decision.add(SpendInvitation(started.payload, decision.world.now_system))
    if decision.case.joins:
        _joined(decision, started)
        return
    if decision.case.patient.language is None:
        decision.patient(language=languages.offered(decision, started.language))
    if decision.case.patient.stage is Stage.REFUSED:
        decision.patient(stage=Stage.INTAKE)
    under_way = decision.case.open_response()
    if away and under_way is not None and (under_way.follow_up or not decision.is_back):
        decision.tell("talk.welcome_back")
    if decision.case.patient.stage is Stage.NEW:
        decision.patient(stage=Stage.INTAKE)
    if parts.stands_between(decision):
        parts.offer(decision)
    else:
        commands.go_on(decision, "")


def _joined(decision: Decision, started: Started) -> None:
    """Go on with somebody who came in by a link; a helper says who they are first."""
    offered = languages.offered(decision, started.language)
    if offered is not None and together.is_joined_helper(decision.case):
        decision.contact(language=offered)
    if new_chat.ask_first(decision):
        return
    consents.release_unreachable(decision)
    if links_only.came_in(decision, offered):
        return
    together.welcome(decision)
    if not together.is_asking(decision):
        elsewhere.recap(decision)
        commands.go_on(decision, "")


def _said(decision: Decision, said: Said, source: str) -> None:
    number = change_number(said.text, decision.world.words(language_of(decision.case, decision.world)))
    name = command_meant(decision, said.text) or between.stop_meant(decision, said.text)
    if name != "stop" and (row := row_typed(decision, said.text, name)) is not None:
        _tap(decision, Chose(row), source)
    elif number is not None:
        changing.change(decision, str(number))
    else:
        _heard(decision, said, name, source)


def _heard(decision: Decision, said: Said, name: str | None, source: str) -> None:
    """Take typed words by what waits for them; `name` is the command that they mean, if any."""
    if openings.stands_open(decision) and name not in ANYWHERE:
        openings.hear(decision, name, source)
    elif name in ANYWHERE | ALSO_TYPED:
        commands.COMMANDS[name](decision, "")
    elif own_data.is_asking(decision, name):
        own_data.hear(decision, said.text, name)
    elif together.is_asking(decision):
        together.hear(decision, said.text)
    elif travelling.is_asking(decision):
        commands.hear_of_travel(decision, said.text)
    elif zones.is_asking(decision):
        commands.hear_of_clock(decision, said.text, name or "")
    elif between.is_offer(decision, name):
        between.hear(decision, said, name, source)
    elif decision.dialogue.menu.startswith(withdrawing.WITHDRAW) and name in {"yes", "no"}:
        purpose = decision.dialogue.menu.partition(":")[2]
        commands.withdraw(decision, purpose if name == "yes" else "")
    else:
        _answer_words(decision, said, name, source)


def _answer_words(decision: Decision, said: Said, name: str | None, source: str) -> None:
    response = asked_response(decision.case)
    if decision.is_back and coming_back.is_greeting(decision):
        commands.go_on(decision, "")
    elif response is not None:
        heard = tap_meant(decision, response, said.text) or said
        if heard is said and questions.hear(decision, said.text, response, source):
            return
        answering.hear(decision, response, heard, source, typed=said)
    elif decision.case.patient.stage is Stage.REFUSED or decision.case.open_response() is not None:
        commands.go_on(decision, "")
    elif parts.stands_between(decision):
        between.hear(decision, said, name, source)
    elif decision.case.patient.stage is Stage.NEW or parts.next_part(decision) is not None:
        _started(decision, Started(), away=False)
    elif not questions.hear(decision, said.text, None, source):
        notes.leave(decision, source)


def _chose(decision: Decision, chose: Chose, event: Event) -> None:
    if not is_repeat(decision, event):
        _tap(decision, chose, event.message_id)
    remember(decision, event)


def _tap(decision: Decision, chose: Chose, source: str) -> None:
    kind, _, rest = chose.data.partition(":")
    name, _, argument = rest.partition(":")
    if kind == "c" and name in commands.COMMANDS:
        commands.COMMANDS[name](decision, argument)
    elif kind == "f" and argument in openings.TAPS:
        openings.choose(decision, name, argument, source)
    elif kind == "a" and (response := tapped_response(decision.case, chose.data)) is not None:
        decision.leave_menu()
        answering.hear(decision, response, chose, source)
    else:
        late_signs.explain(decision, chose.data)
        commands.go_on(decision, "")


def _edited(decision: Decision) -> None:
    change = Choice(command_data("change"), Phrase("talk.button.change"))
    decision.say(Say((Phrase("talk.edit_keeps_answer"),), choices=(change,)))
