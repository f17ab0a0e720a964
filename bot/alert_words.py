"""An alert in words for staff: case number, how urgent, a link. Never a name, never a word about health."""

from collections.abc import Sequence
from dataclasses import dataclass

from bot.console.render import LANGUAGES, local_time
from handlers.core.case import Clinic
from handlers.core.changes import Level
from handlers.core.messages import Body, Button
from handlers.ports import ClaimedNotice, NoticeKind
from handlers.team import TAKE
from locales import Catalog, Catalogs

MOST = 10
"""So many alerts are listed in one message; the console has them all."""


@dataclass(frozen=True, slots=True)
class AlertWords:
    """Words a heap of notices for one receiver as one message."""

    catalogs: Catalogs
    public_url: str

    def body(self, clinic: Clinic, heap: Sequence[ClaimedNotice], day: str = "") -> Body:
        """Return the message for a chat, with a button to take each alert; `day` is told after them."""
        catalog, waiting = self.catalog(clinic), _waiting(heap)
        key = "console.alert.take" if len(waiting) == 1 else "console.alert.take_one"
        takes = (Button(f"{TAKE}{one.alert}", catalog.plain(key, code=one.code)) for one in waiting[:MOST])
        acks = [one.ack for one in heap if one.ack]
        text = self._text(clinic, [one for one in heap if one.kind is not NoticeKind.DAY])
        return Body("\n\n".join(filter(None, (text, day))), keys=tuple(takes), ack=acks[0] if acks else "")

    def mail(self, clinic: Clinic, heap: Sequence[ClaimedNotice]) -> tuple[str, str]:
        """Return the subject and the text of an e-mail."""
        catalog, waiting = self.catalog(clinic), _waiting(heap)
        name, number = _name(clinic), str(len(waiting))
        if not waiting and any(one.kind is NoticeKind.EMERGENCY_OPENING for one in heap):
            subject = catalog.plain("console.alert.emergency-opening.subject", clinic=name)
            return subject, self._text(clinic, heap)
        if len(waiting) != 1:
            return catalog.plain("console.alert.subjects", clinic=name, number=number), self._text(
                clinic, heap
            )
        level, code = urgency(waiting[0].level, catalog), waiting[0].code
        subject = catalog.plain("console.alert.subject", clinic=name, level=level, code=code)
        return subject, self._text(clinic, heap)

    def _text(self, clinic: Clinic, heap: Sequence[ClaimedNotice]) -> str:
        catalog, waiting = self.catalog(clinic), _waiting(heap)
        others = [one for one in heap if one.kind is not NoticeKind.ALERT]
        parts = [self._other(catalog, clinic, one) for one in others]
        if waiting:
            parts.append(self._alert(catalog, waiting))
        return "\n\n".join(dict.fromkeys(parts))

    def _other(self, catalog: Catalog, clinic: Clinic, notice: ClaimedNotice) -> str:
        told = _told(catalog, clinic, notice)
        is_opening = notice.kind is NoticeKind.EMERGENCY_OPENING
        return f"{told}\n{self.public_url}/console/break-glass" if is_opening else told

    def _alert(self, catalog: Catalog, waiting: Sequence[ClaimedNotice]) -> str:
        if len(waiting) == 1:
            [one] = waiting
            told = catalog.plain("console.alert.one", level=urgency(one.level, catalog), code=one.code)
            return f"{told}\n{self.public_url}/console/alerts/{one.alert}"
        lines = [catalog.plain("console.alert.many", number=str(len(waiting)))]
        for one in waiting[:MOST]:
            level = urgency(one.level, catalog)
            lines.append(catalog.plain("console.alert.line", level=level, code=one.code))
        if len(waiting) > MOST:
            lines.append(catalog.plain("console.alert.more", number=str(len(waiting) - MOST)))
        return "\n".join((*lines, f"{self.public_url}/console/alerts"))

    def catalog(self, clinic: Clinic) -> Catalog:
        """Return the texts in the language that the clinic's staff read."""
        return self.catalogs.get(clinic.language if clinic.language in LANGUAGES else "en")


def urgency(level: Level, catalog: Catalog) -> str:
    """Return how urgent an alert is: what kind of sign it was stands in the console alone."""
    shown = Level.ORANGE if level is Level.ORANGE else Level.RED
    return catalog.plain(f"console.level.{shown.value}")


def _waiting(heap: Sequence[ClaimedNotice]) -> Sequence[ClaimedNotice]:
    alerts = {one.alert: one for one in heap if one.kind is NoticeKind.ALERT}
    return sorted(alerts.values(), key=lambda one: one.level is Level.ORANGE)


def _told(catalog: Catalog, clinic: Clinic, notice: ClaimedNotice) -> str:
    if notice.kind is not NoticeKind.TAKEN:
        return catalog.plain(f"console.alert.{notice.kind.value}", clinic=_name(clinic))
    when = local_time(notice.taken_at, clinic.zone) if notice.taken_at else ""
    name = notice.taken_by or catalog.plain("console.alert.somebody")
    return catalog.plain("console.alert.taken", code=notice.code, name=name, when=when)


def _name(clinic: Clinic) -> str:
    return clinic.texts.get("clinic_name") or clinic.name
