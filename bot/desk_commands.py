"""What the command line does with patients: list, summary, enrol, invite; of one clinic."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from bot.console.clinic_words import still_empty
from bot.foundation import Foundation
from bot.invitation_desk import InvitationDesk
from bot.settings import Env
from bot.ways import Ways
from handlers.core.case import Clinic, FollowUp
from handlers.core.changes import Audit
from handlers.core.codec import plain
from handlers.core.protocol import Protocol
from handlers.core.values import PatientId
from handlers.errors import NotFound
from handlers.treatment import Treatment
from scheduler.loop import decide_again
from storage.audit.trail import Trail
from storage.held import HeldMessages
from storage.invitations import Invitations
from storage.views.console_views import ConsoleViews
from storage.views.models import PatientRow, Record, ResponseView

BY = "cli"
ALL = 1_000_000


async def patients(base: Foundation) -> list[dict[str, Any]]:
    """Return one row per patient, the last heard of first: no names, only case numbers and initials."""
    await note(base, "cli.patients")
    return [_row(row) for row in await _rows(base)]


async def summary(base: Foundation, code: str) -> dict[str, Any]:
    """Return a patient's flags, answers and check-ins by case number; raise NotFound. Audited."""
    patient = await find(base, code)
    await note(base, "cli.summary", patient)
    record = await _views(base).record(base.clinic, patient)
    return {
        "patient": record.patient.code,
        "stage": record.patient.stage.value,
        "flags": _flags(record),
        "responses": [_response(view) for view in record.responses],
        "follow_ups": [_follow_up(follow_up) for follow_up in record.follow_ups],
        "documents": [
            {"id": d.id, "kind": d.kind, "state": d.state.value, "sha256": d.sha256} for d in record.documents
        ],
    }


async def enrol(base: Foundation, code: str, kind: str, local: str, zone: str) -> list[dict[str, Any]]:
    """Enter a treatment date; return the plan. Raises NotFound, or ValueError for a wrong date or zone."""
    patient = await find(base, code)
    treatment = Treatment(base.stores.uow, base.world)
    # The server may be talking with this patient right now.
    planned = await decide_again(lambda: treatment.enter_date(base.clinic, patient, kind, local, zone, BY))
    return [_follow_up(follow_up) for follow_up in planned]


async def invite(base: Foundation, ways: Ways, *, is_open: bool) -> list[dict[str, str]]:
    """Make an invitation and return its links; raise ValueError while the clinic's words have gaps."""
    stores = base.stores
    if base.settings.env is Env.PRODUCTION:
        _refuse_gaps(await stores.clinics.get(base.clinic), base.around.protocol)
    desk = InvitationDesk(base, Invitations(stores.database, stores.vault, stores.clinics), ways)
    made = await desk("open" if is_open else "patient", BY)
    return [{"channel": way.channel, "url": way.url} for way in made]


async def held(base: Foundation) -> list[dict[str, Any]]:
    """Return the messages that wait for a person, oldest first: nothing of what they say."""
    await note(base, "cli.held")
    return [
        {
            "id": one.id,
            "patient": one.case_number,
            "channel": one.channel,
            "code": one.code,
            "due_at": _iso(one.due_at),
            "expires_at": _iso(one.expires_at),
        }
        for one in await _held(base).listed(base.clinic)
    ]


async def release(base: Foundation, message: str) -> int:
    """Let a held message go out, or with "" all of them; return how many. Raises NotFound. Audited."""
    now = base.clock.now()
    return await _held(base).release(
        base.clinic, message, lambda patient: Audit(BY, "stuck.held.again", patient, now), now=now
    )


def _held(base: Foundation) -> HeldMessages:
    return HeldMessages(base.stores.database, base.stores.vault, base.stores.clinics)


def _refuse_gaps(clinic: Clinic, protocol: Protocol) -> None:
    missing = still_empty(clinic.texts, protocol)
    if missing:
        raise ValueError(f"the console's page Clinic still lacks {', '.join(missing)}: fill that in first")


async def find(base: Foundation, code: str) -> PatientId:
    """Return the patient with this case number; raise NotFound."""
    wanted = code.strip().upper()
    found = [row.id for row in await _rows(base, wanted) if row.code == wanted]
    if not found:
        raise NotFound(f"no patient has the case number {wanted}")
    return found[0]


async def _rows(base: Foundation, code: str = "") -> Sequence[PatientRow]:
    page = await _views(base).patients(base.clinic, code=code, offset=0, limit=ALL)
    return page.rows


def _views(base: Foundation) -> ConsoleViews:
    return ConsoleViews(base.stores.database, base.stores.vault, base.stores.clinics)


def trail(base: Foundation) -> Trail:
    """Return the record of acts."""
    return Trail(base.stores.database, base.stores.vault, base.stores.clinics)


async def note(base: Foundation, action: str, patient: str = "") -> None:
    """Write down that somebody looked at a patient, or at a list of all."""
    audit = Audit(BY, action, patient, base.clock.now())
    await trail(base).note(base.clinic, audit)


def _row(row: PatientRow) -> dict[str, Any]:
    return {
        "patient": row.id,
        "code": row.code,
        "initials": row.initials,
        "stage": row.stage.value,
        "language": row.language,
        "zone": row.zone,
        "last_heard_at": _iso(row.last_heard_at),
        "flags": {level.value: count for level, count in row.flags.items()},
        "next_step": row.next_step,
        "next_due_at": _iso(row.next_due_at),
    }


def _flags(record: Record) -> list[dict[str, Any]]:
    return [
        {
            "rule": flag.rule,
            "level": flag.level.value,
            "route": flag.route,
            "staff_text": flag.staff_text,
            "evidence": [{"link_id": link_id, "words": words} for link_id, words in flag.evidence],
            "raised_at": _iso(flag.raised_at),
            "closed_at": _iso(flag.closed_at),
        }
        for flag in record.flags
    ]


def _response(view: ResponseView) -> dict[str, Any]:
    response = view.response
    return {
        "questionnaire": response.questionnaire,
        "version": response.version,
        "status": response.status.value,
        "completed_at": _iso(view.completed_at),
        "answers": {
            str(slot): plain(answer.values) if answer.absent is None else {"absent": answer.absent.value}
            for slot, answer in response.answers.items()
        },
    }


def _follow_up(follow_up: FollowUp) -> dict[str, Any]:
    return {
        "step": follow_up.step,
        "local": follow_up.local,
        "zone": follow_up.zone,
        "due_at": _iso(follow_up.due_at),
        "window_end": _iso(follow_up.window_end),
        "state": follow_up.state.value,
    }


def _iso(moment: datetime | None) -> str | None:
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ") if moment else None
