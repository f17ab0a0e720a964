"""Files that come in: taken at any moment once there is consent, fetched by their own worker."""

from handlers import answering
from handlers.core import step as engine
from handlers.core.case import Response
from handlers.core.changes import AddDocument
from handlers.core.events import Fetched, SentDocument
from handlers.core.messages import Phrase, Say
from handlers.core.questionnaire import ItemType
from handlers.core.values import DocumentId, FileRef, Purpose
from handlers.decision import Decision
from handlers.scenes import asked_response, questionnaire_of, scene_of

UNSORTED = "unsorted"


def take(decision: Decision, sent: SentDocument, source: str) -> None:
    """Note a file; it answers the open question if that asks for one, else it is kept as unsorted."""
    if Purpose.HEALTH not in decision.case.patient.purposes:
        decision.tell("talk.file_needs_consent")
        return
    document = DocumentId(decision.world.ids.new())
    response = asked_response(decision.case)
    slot = decision.dialogue.asked if response and _asks_for_file(decision, response) else None
    decision.add(
        AddDocument(
            id=document,
            contact=decision.case.contact.id,
            ref=sent.ref,
            kind=sent.kind.value,
            name=sent.name,
            mime=sent.mime,
            size=sent.size,
            caption=sent.caption,
            purpose=slot.link_id if slot else UNSORTED,
            at=decision.now,
            by=decision.case.contact.by,
            source=source,
            slot=slot,
            response=response.id if response and slot else None,
        )
    )
    album = {"dedupe_key": f"album:{decision.case.contact.id}:{sent.album}"} if sent.album else {}
    decision.say(Say((Phrase("talk.file_received"),)), **album)
    if response and slot:
        ref = FileRef(document, sent.mime, sent.name)
        answering.follow(decision, response, engine.receive_file(scene_of(decision, response, source), ref))


def fetched(decision: Decision, result: Fetched) -> None:
    """Tell the patient that a file is safely in, or why not and what to do."""
    if result.stored:
        decision.tell("talk.file_stored")
        return
    decision.tell(f"talk.file_refused.{'too_large' if result.reason == 'too-large' else 'other'}")
    decision.task("file-refused", key=f"file-refused:{result.document_id}")


def _asks_for_file(decision: Decision, response: Response) -> bool:
    asked = decision.dialogue.asked
    if asked is None or decision.dialogue.response != response.id:
        return False
    item = questionnaire_of(decision.world.protocol, response).item(asked.link_id)
    return item.type is ItemType.ATTACHMENT
