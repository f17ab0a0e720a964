"""What is kept until when: as the command line tells it, and as housekeeping does it."""

from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from typing import Any

import structlog

from bot.foundation import Foundation, reserve_of, tombstones_of
from bot.front_chat import forget_drafts
from bot.speech import Speech
from handlers.core.changes import Audit
from handlers.core.retention import FIXED, MONTHS_IN, DataClass, Due, kept_for, months_of
from handlers.core.values import PatientId
from storage.clocks import ClockStore
from storage.erasure.asked import Asked
from storage.erasure.erasing import Erasing
from storage.legal_holds import LegalHolds
from storage.retention.working import Retention
from storage.views.console_views import ConsoleViews

log = structlog.get_logger(__name__)
BY = "cli"


def erasing_of(base: Foundation) -> Erasing:
    """Return what erases patients here."""
    forget = partial(forget_drafts, base)
    return Erasing(base.stores, tombstones_of(base.settings), forget, reserve_of(base.settings))


async def erase(base: Foundation, patient: PatientId, *, by: str, reason: str) -> None:
    """Erase a patient for good, in all records of theirs; raise NotFound, or ValueError on a legal hold.

    `reason` is one word for the tombstone and the record of acts.
    """
    now = base.clock.now()
    for one in await erasing_of(base).erase(base.clinic, patient, by=by, reason=reason, now=now):
        base.own.keys.forget(base.clinic, one)


async def codes_of(base: Foundation, patient: PatientId) -> Sequence[str]:
    """Return the case numbers of all records that are erased with a patient's, its own first."""
    stores = base.stores
    about = await ConsoleViews(stores.database, stores.vault, stores.clinics).erasable(base.clinic, patient)
    return (about.code, *about.joined)


def retention_of(base: Foundation) -> Retention:
    """Return what knows when data goes."""
    return Retention(erasing_of(base))


async def let_go(base: Foundation) -> None:
    """Let go what is over. Not while a clock jumped and nobody has said which one is right."""
    stores = base.stores
    if await ClockStore(stores.database, stores.vault, stores.clinics).standing():
        return
    asked = await Asked(erasing_of(base)).work_off(base.clinic, base.clock.now())
    if asked:
        log.info("erased who asked for it", patients=asked)
    gone = await retention_of(base).work_off(base.clinic, base.clock.now())
    if gone.patients or gone.files or gone.lines:
        log.info("retention", patients=gone.patients, files=gone.files, lines=gone.lines, asked=gone.asked)


async def keep(base: Foundation, patient: PatientId, reason: str) -> None:
    """Let a patient's record stay for a reason; without one end every hold. Raises NotFound."""
    stores, now = base.stores, base.clock.now()
    holds = LegalHolds(stores.database, stores.vault, stores.keys)
    if reason:
        await holds.set(base.clinic, Audit(BY, "patient.hold", patient, now), reason)
    else:
        await holds.end(base.clinic, Audit(BY, "patient.hold.end", patient, now))


def told(dues: Sequence[Due], texts: Mapping[str, str]) -> dict[str, Any]:
    """Return {classes: {class: {months|days}}, patients: [{patient, code, class, goes_at, …}]}."""
    months: dict[str, Any] = {one.value: {"months": months_of(texts, one)} for one in MONTHS_IN}
    days = {one.value: {"days": kept_for(texts, one).days} for one in FIXED}
    patients = [
        {
            "patient": due.patient,
            "code": due.code,
            "class": due.data_class.value,
            "goes_at": due.at.isoformat().replace("+00:00", "Z") if due.at else None,
            "deed": due.deed.value,
            "on_hold": due.on_hold,
        }
        for due in dues
    ]
    return {"classes": months | days, "patients": patients}


def lines(dues: Sequence[Due], texts: Mapping[str, str], speech: Speech) -> Iterator[str]:
    """Yield the same for a person: first the classes, then the patients, the next first."""
    for one in DataClass:
        yield f"{speech.say(f'cli.retention.{one.value}')}  {_kept(one, texts, speech)}"
    for due in dues:
        when = f"{due.at:%Y-%m-%d}" if due.at else speech.say("cli.retention.never")
        notes = [speech.say(f"cli.retention.{due.deed.value}")]
        notes += [speech.say("cli.retention.on_hold")] if due.on_hold else []
        yield f"{due.code}  {when}  {', '.join(notes)}"


def _kept(one: DataClass, texts: Mapping[str, str], speech: Speech) -> str:
    if one in FIXED:
        return speech.say("cli.retention.days", days=str(kept_for(texts, one).days))
    months = months_of(texts, one)
    unset = speech.say("cli.retention.unset", word=MONTHS_IN[one])
    return unset if months is None else speech.say("cli.retention.months", months=str(months))
