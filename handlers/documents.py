"""Files that come in: taken at any moment once there is consent, fetched by their own worker."""

from collections.abc import Iterator
from typing import Final

from handlers import answering, arrivals, permissions
from handlers.core import step as engine
from handlers.core.case import Response
from handlers.core.changes import AddDocument
from handlers.core.checklist import asked_again
from handlers.core.events import SPOKEN, FileKind, SentDocument
from handlers.core.file_kinds import is_refused_name
from handlers.core.frozen import replace
from handlers.core.internal import UPLOADED
from handlers.core.messages import Phrase, Say
from handlers.core.papers import UNSORTED
from handlers.core.questionnaire import ItemType
from handlers.core.turn import Turn
from handlers.core.values import ChannelKind, DocumentId, FileRef, Purpose
from handlers.decision import Decision
from handlers.scenes import asked_response, questionnaire_of, scene_of

LONGEST_NAME = 120
"""Characters of a file's name that are kept."""
ENDING = 20
"""So many of them are its last ones."""
_SHRINKING: Final = frozenset({ChannelKind.TELEGRAM, ChannelKind.WHATSAPP})
"""Services that make a photo smaller unless it is sent as a file."""
_PDF: Final = "application/pdf"


def take(decision: Decision, sent: SentDocument, source: str) -> None:
    """Note a file; it answers the open question if that asks for one, else it is kept as unsorted.

    A file that the open question does not take is not kept: one message says why. What came by our own
    page is kept all the same: it may have been on its way for an hour.
    """
    if _is_refused(decision, sent):
        return
    sent = replace(sent, name=short_name(sent.name))
    document = DocumentId(decision.world.ids.new())
    response = asked_response(decision.case)
    if response is not None and sent.kind in SPOKEN and _take_voice(decision, response, sent, source):
        return
    if response is None or not _asks_for_file(decision, response):
        _keep(decision, sent, document, source, response)
        return
    ref = FileRef(document, sent.mime, sent.name)
    turn = engine.receive_file(scene_of(decision, response, source), ref, size=sent.size)
    if turn.puts or turn.dialogue.confirm:
        slot = decision.dialogue.asked
        noted = _noted(decision, sent, document, source)
        purpose = slot.link_id if slot else UNSORTED
        decision.add(replace(noted, purpose=purpose, slot=slot, response=response.id))
        _thank(decision, sent, *_tip(decision, sent, response, purpose))
    elif sent.ref.startswith(UPLOADED):
        _keep(decision, sent, document, source, response)
        return
    answering.follow(decision, response, turn)


def set_aside(decision: Decision, sent: SentDocument, source: str) -> None:
    """Keep a file that comes while a person speaks: it answers nothing, and only a refusal is said."""
    if not _is_refused(decision, sent):
        named = replace(sent, name=short_name(sent.name))
        decision.add(_noted(decision, named, DocumentId(decision.world.ids.new()), source))


def _is_refused(decision: Decision, sent: SentDocument) -> bool:
    """Say why a file may not be kept; False where it may."""
    if Purpose.HEALTH not in decision.case.patient.purposes:
        decision.tell("talk.file_needs_consent")
    elif sent.kind in SPOKEN and Purpose.VOICE not in decision.case.patient.purposes:
        permissions.ask_for_voice(decision)
    elif is_refused_name(sent.name):
        decision.tell("talk.file_refused.wrong_kind")
    elif _is_too_much(decision, sent):
        arrivals.too_many(decision)
        decision.say(Say((Phrase("paper.too_many_today"),)), **_once(decision, "too-many", sent))
    else:
        return False
    return True


def _is_too_much(decision: Decision, sent: SentDocument) -> bool:
    """Say whether the day's files are all here; our own page has counted its own before they came."""
    is_from_page = sent.ref.startswith(UPLOADED)
    return not is_from_page and decision.world.day_limit.is_reached(decision.case.came, decision.now)


def _keep(
    decision: Decision, sent: SentDocument, document: DocumentId, source: str, response: Response | None
) -> None:
    """Keep what answers no question: it may be the better copy that was asked for.

    A picture sent in the middle of a check-in belongs to it, whatever is being asked.
    """
    case = decision.case
    purpose = UNSORTED if sent.kind in SPOKEN else asked_again(case.papers, case.patient.paper_marks)
    check_in = response.id if response is not None and response.follow_up else None
    decision.add(replace(_noted(decision, sent, document, source), purpose=purpose, response=check_in))
    _thank(decision, sent)


def _take_voice(decision: Decision, response: Response, sent: SentDocument, source: str) -> bool:
    """Keep a voice note with the open question; False where nothing is asked, or a file is.

    It answers a question in the patient's own words, unless the product itself acts on those words
    (a name): for any other it is kept all the same, and the question is asked again.
    """
    slot = decision.dialogue.asked
    if slot is None or decision.dialogue.response != response.id or _asks_for_file(decision, response):
        return False
    document = DocumentId(decision.world.ids.new())
    noted = _noted(decision, sent, document, source)
    decision.add(replace(noted, purpose=slot.link_id, slot=slot, response=response.id))
    turn = _spoken(decision, response, FileRef(document, sent.mime, sent.name), source)
    if turn is None:
        decision.tell("chat.voice_also")
        turn = engine.begin(scene_of(decision, response, source))
    answering.follow(decision, response, turn)
    return True


def _spoken(decision: Decision, response: Response, file: FileRef, source: str) -> Turn | None:
    slot = decision.dialogue.asked
    if slot is None or slot.link_id in decision.world.protocol.effects:
        return None
    turn = engine.receive_voice(scene_of(decision, response, source), file)
    return turn if turn.puts else None


def short_name(name: str) -> str:
    """Return a file's name, cut in its middle where no list could show it: its ending stays."""
    if len(name) <= LONGEST_NAME:
        return name
    return f"{name[: LONGEST_NAME - ENDING - 1]}\N{HORIZONTAL ELLIPSIS}{name[-ENDING:]}"


def too_large(decision: Decision) -> None:
    """Answer a file that the service itself did not let through: it can be sent on our page."""
    decision.say(Say((Phrase("talk.file_refused.too_large"),), keys=arrivals.to_our_page(decision)))
    decision.task("file-refused", key=f"file-refused:{decision.cause}")


def _noted(decision: Decision, sent: SentDocument, document: DocumentId, source: str) -> AddDocument:
    return AddDocument(
        id=document,
        contact=decision.case.contact.id,
        ref=sent.ref,
        kind=sent.kind.value,
        name=sent.name,
        mime=sent.mime,
        size=sent.size,
        caption=sent.caption,
        purpose=UNSORTED,
        at=decision.now,
        by=decision.case.contact.by,
        source=source,
        album=sent.album,
    )


def _thank(decision: Decision, sent: SentDocument, *tips: Phrase) -> None:
    """Say that a file came; once for an album."""
    decision.say(Say((Phrase("talk.file_received"), *tips)), **_once(decision, "album", sent))


def _once(decision: Decision, what: str, sent: SentDocument) -> dict[str, str]:
    """Return what makes a message come once for an album."""
    return {"dedupe_key": f"{what}:{decision.case.contact.id}:{sent.album}"} if sent.album else {}


def _tip(decision: Decision, sent: SentDocument, response: Response, paper: str) -> Iterator[Phrase]:
    """Yield how a paper stays sharp, with the first photo of it that a service made smaller.

    What a check-in asks a photo of (a wound) needs no small print.
    """
    is_shrunk = sent.kind is FileKind.PHOTO and not sent.ref.startswith(UPLOADED)
    if not is_shrunk or decision.case.contact.point.channel not in _SHRINKING:
        return
    taken = questionnaire_of(decision.world.protocol, response).item(paper).constraints.mime_types
    is_paper = response.follow_up is None or _PDF in taken
    if is_paper and all(known.link_id != paper for known in decision.case.papers):
        yield Phrase("paper.tip.as_file")


def _asks_for_file(decision: Decision, response: Response) -> bool:
    asked = decision.dialogue.asked
    if asked is None or decision.dialogue.response != response.id:
        return False
    item = questionnaire_of(decision.world.protocol, response).item(asked.link_id)
    return item.type is ItemType.ATTACHMENT
