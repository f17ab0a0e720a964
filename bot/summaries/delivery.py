"""One owed summary, brought by its way."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import assert_never

from bot.foundation import Foundation
from bot.mail import Mailer
from bot.staff_chats import ChatLine
from bot.summaries.carriers import Letter, by_fhir, by_mail, by_webhook
from bot.summaries.group import StaffGroup
from bot.summaries.paper import Sheet
from bot.summaries.room import Reader, SummaryRoom, summary_room
from handlers.core.values import Purpose
from handlers.errors import NotFound, SendRejected
from handlers.ports import Arrived, OwedSummary, Way
from storage.clinics import Clinics


@dataclass(frozen=True, slots=True)
class Courier:
    """Makes the newest summary and hands it over."""

    clinics: Clinics
    room: SummaryRoom
    mailer: Mailer | None
    now_system: Callable[[], datetime]
    public_url: str
    allowed: Collection[str] = ()
    """Hosts that may stand on this machine or its link: the operator says so."""

    group: StaffGroup | None = None

    async def __call__(self, owed: OwedSummary) -> Arrived | None:
        """Bring a summary; None if there is nothing to bring any more. Raises SendError."""
        clinic = await self.clinics.get(owed.clinic)
        try:
            sheet = await self.room.sheet(clinic, owed.patient, Reader(clinic.language, sees_sensitive=True))
        except NotFound:
            return None
        if not owed.config or Purpose.HEALTH not in sheet.told.patient.purposes:
            return None
        return Arrived(sheet.summary.version, await self._carried(owed, sheet))

    async def _carried(self, owed: OwedSummary, sheet: Sheet) -> str:
        match owed.way:
            case Way.EMAIL:
                return await by_mail(self.mailer, owed.config, sheet, self._letter(owed, sheet))
            case Way.TELEGRAM:
                return await self._told(owed, sheet)
            case Way.WEBHOOK:
                now = self.now_system()
                return await by_webhook(owed.config, sheet.bundle(), now, allowed=self.allowed)
            case Way.FHIR:
                return await by_fhir(owed.config, sheet.bundle(), allowed=self.allowed)
            case unreachable:
                assert_never(unreachable)

    async def _told(self, owed: OwedSummary, sheet: Sheet) -> str:
        if self.group is None:
            raise SendRejected("no-telegram")
        return await self.group.bring(owed, self._letter(owed, sheet).text.strip())

    def _letter(self, owed: OwedSummary, sheet: Sheet) -> Letter:
        url = f"{self.public_url}/console/patients/{owed.patient}/summary"
        said = {"code": sheet.summary.code, "version": str(sheet.summary.version)}
        return Letter(
            sheet.words.plain("console.sheet.mail_subject", **said),
            sheet.words.plain("console.sheet.mail", **said) + f"\n\n{url}\n",
        )


def make_courier(base: Foundation, chats: Sequence[ChatLine] = ()) -> Courier:
    """Return the courier of a running product; without a mail server or a bot that way fails and says so."""
    settings = base.settings
    mailer = Mailer(settings.smtp_url.get_secret_value(), settings.smtp_from) if settings.smtp_url else None
    return Courier(
        clinics=base.stores.clinics,
        room=summary_room(base),
        mailer=mailer,
        now_system=base.now_system,
        public_url=settings.public_url.rstrip("/"),
        allowed=settings.delivery_hosts,
        group=StaffGroup(chats[0]) if chats else None,
    )
