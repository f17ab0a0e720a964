"""What the patient hears of a file that came in, or didn't; and when staff ask for a better copy."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import timedelta
from types import MappingProxyType
from typing import Final

from handlers import answering, intake
from handlers.core import step as engine
from handlers.core.buttons import command_data
from handlers.core.case import Reach, Response
from handlers.core.changes import DropAnswer
from handlers.core.checklist import PaperState, state_of
from handlers.core.events import Fetched, TooManyFiles, Unread
from handlers.core.file_kinds import WRONG_KIND
from handlers.core.frozen import replace
from handlers.core.inspection import SET_ASIDE, Hint
from handlers.core.internal import UPLOADED
from handlers.core.messages import Choice, Phrase, Say
from handlers.core.moving import path_of
from handlers.core.papers import DocumentState, Paper, Verdict
from handlers.core.questionnaire import ItemType
from handlers.core.showing import item_text
from handlers.core.templates import MESSAGE_WAITING, reply_key
from handlers.core.values import Answer, FileRef, Purpose
from handlers.decision import Decision
from handlers.scenes import scene_of
from handlers.templates import filled

_WORDS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "too-large": "talk.file_refused.too_large",
        WRONG_KIND: "talk.file_refused.wrong_kind",
        "locked": "paper.locked",
        "damaged": "paper.damaged",
        "empty": "paper.empty",
        "office": "paper.office",
        "infected": "paper.infected",
        **dict.fromkeys(("not-taken", "archive", "program"), "paper.kind"),
        **dict.fromkeys(("bomb", "paths", "polyglot", "too-heavy"), "paper.unsafe"),
    }
)
"""What the patient is told, by the reason: a word of FetchRefused, or what looking into the file found."""
UNREAD_FOR: Final = timedelta(days=1)
"""So long it makes sense to say that something could not be read."""
_UNUSABLE: Final = frozenset(finding.value for finding in SET_ASIDE)


def take(decision: Decision, told: Fetched | TooManyFiles | Unread) -> None:
    """Let the patient hear our own word of what they sent."""
    if isinstance(told, Fetched):
        fetched(decision, told)
    elif decision.case.is_new:
        return
    elif isinstance(told, TooManyFiles):
        too_many(decision)
    elif decision.case.contact.reach is Reach.ACTIVE:
        # A person sees to what could not be read, and they can go on.
        decision.say(Say((Phrase("talk.not_read"),)), expires_at=decision.now + UNREAD_FOR)


def fetched(decision: Decision, result: Fetched) -> None:
    """Tell the patient that a file is safely in, or why not, and ask for it again.

    Of an album each file that fails is told by itself; that the others are in, once, with the last of them.
    """
    album = _album(decision, result.document_id)
    if not result.stored:
        _refused(decision, result)
    elif result.reason in _UNUSABLE:
        decision.tell(_WORDS[result.reason])
        _ask_again(decision, result.document_id)
    elif not album:
        decision.say(Say((Phrase("talk.file_stored"), *_hints(result.reason))))
    else:
        _hint_once(decision, album[0].album, result.reason)
    _album_in(decision, album)
    intake.papers_changed(decision)


def want_better(decision: Decision, document: str, verdict: Verdict, name: str) -> None:
    """Tell the patient why staff need a better copy; what they send next stands for it.

    Where they may not be written to, nothing is said. `name` is the file's own.
    """
    case = decision.case
    if Purpose.MESSAGES not in case.patient.purposes or case.contact.reach is not Reach.ACTIVE:
        return
    key = f"paper.again.{verdict.value.replace('-', '_')}"
    named = {"name": name or Phrase("paper.unnamed")}
    decision.say(
        Say((Phrase(key, named),)),
        dedupe_key=f"better:{document}:{verdict.value}",
        quiet_zone=case.patient.zone or case.clinic.zone,
        template=filled(decision, MESSAGE_WAITING, [Choice(command_data("file"), Phrase(reply_key("read")))]),
    )


def too_many(decision: Decision) -> None:
    """Tell staff, once a day, that somebody sends more files than are taken."""
    decision.task("too-many-files", key=f"too-many-files:{decision.case.patient.id}:{decision.now:%Y-%m-%d}")


def show_papers(decision: Decision, argument: str) -> None:  # noqa: ARG001  a command like the others
    """Tell how to send a paper, and how far each one is that the clinic asks for."""
    lines = tuple(
        Phrase("paper.line", {"state": Phrase(f"paper.state.{state.value.replace('-', '_')}"), "paper": text})
        for text, state in _checklist(decision)
    )
    heading = (Phrase("paper.list"),) if lines else ()
    texts = (Phrase("talk.how_to_send_a_file"), *heading, *lines)
    decision.say(Say(texts, keys=to_our_page(decision)))


def to_our_page(decision: Decision) -> tuple[Choice, ...]:
    """Return the button to our own page for large files; without such a page, the one to our chat."""
    name = "upload" if decision.world.files_page else "elsewhere"
    return (Choice(command_data(name), Phrase(f"talk.button.{name}")),)


def give_page(decision: Decision, argument: str) -> None:  # noqa: ARG001  a command like the others
    """Give a link to our own page, where files of any size come in; the next tap gives another."""
    if decision.world.files_page is None or Purpose.HEALTH not in decision.case.patient.purposes:
        decision.tell("talk.file_needs_consent")
        return
    link = decision.world.files_page(decision.case.contact.point)
    decision.say(Say((Phrase("paper.page.link", {"link": link}),)), resend_if_uncertain=False)


def _checklist(decision: Decision) -> Iterator[tuple[Phrase, PaperState]]:
    """Yield the papers that the open and the sent questionnaires ask for, in their order."""
    marks = decision.case.patient.paper_marks
    for response in decision.case.responses:
        scene = scene_of(decision, response, decision.cause)
        for item, _ in path_of(scene):
            if item.type is ItemType.ATTACHMENT:
                yield item_text(scene, item), state_of(item.link_id, decision.case.papers, marks)


def _album(decision: Decision, document: str) -> tuple[Paper, ...]:
    """Return the files that came together with this one, itself among them; () where it came alone."""
    papers = decision.case.papers
    album = next((paper.album for paper in papers if paper.id == document), "")
    together = tuple(paper for paper in papers if paper.album == album) if album else ()
    return together if len(together) > 1 else ()


def _hint_once(decision: Decision, album: str, reason: str) -> None:
    """Say once per album what makes its photos hard to read."""
    hints = tuple(_hints(reason))
    if hints:
        decision.say(Say(hints), dedupe_key=f"hint:{decision.case.contact.id}:{album}:{reason}")


def _album_in(decision: Decision, album: Sequence[Paper]) -> None:
    """Say how many files of an album are in, once none of them is on its way any more.

    Our own page's link is an album that may grow for a week: of that it is said again when more came.
    """
    stored = sum(paper.state is DocumentState.STORED and paper.counts for paper in album)
    if not stored or any(paper.state is DocumentState.PENDING for paper in album):
        return
    name = album[0].album
    grown = f":{len(album)}" if name.startswith(UPLOADED) else ""
    decision.say(
        Say((Phrase("paper.album_stored", {"count": str(stored)}),)),
        dedupe_key=f"album-in:{decision.case.contact.id}:{name}{grown}",
    )


def _hints(reason: str) -> Iterator[Phrase]:
    known = {hint.value for hint in Hint}
    return (Phrase(f"paper.hint.{word}") for word in reason.split(",") if word in known)


def _refused(decision: Decision, result: Fetched) -> None:
    words = Phrase(_WORDS.get(result.reason, "talk.file_refused.other"))
    decision.say(Say((words,), keys=to_our_page(decision) if result.reason == "too-large" else ()))
    decision.task("file-refused", key=f"file-refused:{result.document_id}")
    _ask_again(decision, result.document_id)


def _ask_again(decision: Decision, document: str) -> None:
    for response in decision.case.responses:
        for answer in response.answers.values():
            if any(isinstance(v, FileRef) and v.document_id == document for v in answer.values):
                _without(decision, response, answer, document)
                return


def _without(decision: Decision, response: Response, answer: Answer, document: str) -> None:
    """Take a file that is none out of its answer; ask again unless another questionnaire is open."""
    kept = tuple(v for v in answer.values if not (isinstance(v, FileRef) and v.document_id == document))
    if kept:
        decision.answer(response, replace(answer, values=kept))
        return
    decision.add(DropAnswer(response.id, answer.slot, decision.now))
    answers = {slot: given for slot, given in response.answers.items() if slot != answer.slot}
    without = replace(response, answers=answers)
    decision.put_response(without)
    if decision.case.open_response() in (None, without):
        scene = scene_of(decision, without, decision.cause)
        answering.follow(decision, without, engine.revise(scene, answer.slot))
