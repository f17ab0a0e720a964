"""Generated patients: whole intakes with random answers, by seed, in every language the pack speaks."""

from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from decimal import Decimal
from functools import cache
from pathlib import Path
from random import Random

from bot.restricted import restriction_of
from bot.summaries.paper import Shelf, sheet_of
from handlers.core.carried import Part, carried_into
from handlers.core.case import Clinic, Contact, Outcome, Patient, Response, ResponseStatus, Stage
from handlers.core.changes import Level
from handlers.core.papers import DocumentState, Verdict
from handlers.core.path import next_open, slots
from handlers.core.questionnaire import ItemType
from handlers.core.summary.told import ToldConsent, ToldDecision
from handlers.core.values import (
    Absent,
    Answer,
    AnsweredBy,
    ChannelKind,
    ClinicId,
    Coding,
    ContactId,
    ContactPoint,
    DocumentId,
    FileRef,
    Language,
    PartialDate,
    PatientId,
    Purpose,
    Quantity,
    ResponseId,
    Url,
)
from locales import Catalogs
from storage.protocols import questionnaire_files, read_pack
from storage.views.models import (
    DocumentView,
    FlagView,
    PastAnswer,
    Record,
    ResponseView,
)

ROOT = Path(__file__).parents[2]
PACK = ROOT / "handlers/protocols/parkinson-cell-therapy"
BEGUN = datetime(2026, 11, 3, 9, tzinfo=UTC)
CLINIC = Clinic(
    ClinicId("default"), "Sakura Clinic", "parkinson-cell-therapy", texts={"clinic_name": "Sakura Clinic"}
)
WORDS = {
    "en": "Mornings are difficult; I take the bus & <walk> slowly.",
    "ja": "朝は動きにくいです。薬は一日三回飲みます。骨折したことがあります。",
    "zh-Hans": "早上动作很慢,每天吃三次药。曾经骨折。",
    "vi": "Buổi sáng tôi đi lại khó khăn, uống thuốc ba lần mỗi ngày.",
    "ar": "أجد صعوبة في الصباح وآخذ الدواء ثلاث مرات في اليوم (Sinemet 100).",
    "ko": "아침에 움직이기 어렵고 하루에 세 번 약을 먹습니다.",
}
HOSTILE = (
    "\x00\x1b[31m",
    "half \ud83d of a pair",
    "   ",
    "<script>&amp;</script>",
    "=1+1",
    "\U0001f64f",
    "x" * 4000,
)
"""What a patient may send, too."""
NAMES = {
    "en": "Anna Maria Rossi",
    "ja": "佐藤 花子",
    "zh-Hans": "王小明",
    "vi": "Nguyễn Thị Hương",
    "ar": "ليلى الحسن",
    "ko": "김민준",
}


@cache
def shelf() -> Shelf:
    """Return the shipped pack with its texts."""
    pairs = questionnaire_files(PACK)
    forms = {(form.url, form.version): content for form, content in pairs}
    return Shelf(Catalogs(ROOT / "locales", [PACK]), read_pack(PACK), forms)


def sheet(record, *, language="en", sees_sensitive=True, now=BEGUN + timedelta(days=9)):
    """Return a record's summary."""
    hidden = None if sees_sensitive else restriction_of(shelf().protocol, shelf().catalogs)
    return sheet_of(record, CLINIC, shelf(), language=language, hidden=hidden, now=now)


def patient(seed: int, language: str = "", parts: int = 0, tongue: str = "", *, hostile: float = 0) -> Record:
    """Return one generated patient's record; `tongue`: what they type in, `hostile`: how often it is odd."""
    return _Life(Random(seed), seed, language, tongue, hostile).record(parts)


class _Life:
    def __init__(self, random: Random, seed: int, language: str, tongue: str, hostile: float) -> None:
        self.random, self.seed = random, seed
        self.language = language or random.choice(["en", "ja", "zh-Hans", "vi", "ar"])
        self.tongue = tongue or self.language
        self.now = BEGUN
        self.hostile = hostile
        self.helped = random.random() < 0.5
        self.documents: list[DocumentView] = []

    def record(self, parts: int) -> Record:
        protocol, ident = shelf().protocol, f"01p{self.seed:05d}"
        count = parts or self.random.randint(1, len(protocol.intake))
        views: list[ResponseView] = []
        for url in protocol.intake[:count]:
            views.append(self._part(protocol.questionnaires[url], views))
        born = f"{self.random.randint(1935, 1975)}-{self.random.randint(1, 12):02d}-15"
        return Record(
            patient=Patient(
                PatientId(ident),
                f"YR-{2000 + self.seed}",
                3,
                Stage.SUBMITTED,
                Language(self.language),
                "Europe/Rome",
                name=NAMES[self.tongue],
                birth_date=born,
                country="IT",
                purposes=frozenset({Purpose.HEALTH}),
                created_at=BEGUN,
            ),
            contacts=tuple(self._contacts()),
            consents=tuple(self._consents()),
            responses=tuple(views),
            flags=tuple(self._flags(views[0])),
            documents=tuple(self.documents),
            decisions=self._decisions(),
        )

    def _contacts(self):
        point = ContactPoint(ChannelKind.TELEGRAM, "main", "")
        yield Contact(ContactId(f"c{self.seed}"), point)
        if self.helped:
            relation = self.random.choice(["spouse", "child", "prof"])
            yield Contact(
                ContactId(f"h{self.seed}"), point, by=AnsweredBy.HELPER, name="Marco", relation=relation
            )

    def _consents(self):
        for purpose in (Purpose.HEALTH, Purpose.ABROAD, Purpose.MESSAGES):
            given = purpose is Purpose.HEALTH or self.random.random() < 0.7
            yield ToldConsent(purpose, given, "v1", self.language, BEGUN, AnsweredBy.PATIENT, "telegram")

    def _decisions(self):
        if self.random.random() < 0.7:
            return ()
        return (ToldDecision(Outcome.MORE, "the MRI report is missing", "Dr. Ito", self.now),)

    def _part(self, form, earlier):
        started, answers = self.now, {}
        parts = [Part(shelf().protocol.questionnaires[v.response.questionnaire], v.response) for v in earlier]
        carried = carried_into(form, parts, {"age": 60})
        while (stop := next_open(slots(form, {**carried, **answers}, {"age": 60}), answers)) is not None:
            item, slot = stop
            self.now += timedelta(seconds=20)
            answers[slot] = self._answer(item, slot)
        response = Response(
            ResponseId(f"r{self.seed}-{form.id}"),
            form.url,
            form.version,
            ResponseStatus.COMPLETED,
            started,
            answers=answers,
        )
        self.now += timedelta(minutes=1)
        view = ResponseView(response, self.now)
        return self._amended(form, view) if self.random.random() < 0.3 else view

    def _amended(self, form, view):
        """Change one coded answer after the part was sent."""
        answers = view.response.answers
        coded = [s for s, a in answers.items() if a.codes() and s.link_id not in shelf().protocol.effects]
        if not coded:
            return view
        slot = self.random.choice(coded)
        self.now += timedelta(hours=5)
        past = PastAnswer(slot, answers[slot], self.now)
        changed = replace(self._answer(form.item(slot.link_id), slot), at=self.now)
        response = replace(view.response, status=ResponseStatus.AMENDED, answers={**answers, slot: changed})
        return ResponseView(response, self.now, (past,))

    def _answer(self, item, slot):
        by, who = AnsweredBy.PATIENT, None
        if self.helped and self.random.random() < 0.4:
            by, who = AnsweredBy.HELPER, ContactId(f"h{self.seed}")
        effect = shelf().protocol.effects.get(item.link_id, "")
        if item.skippable and not effect and self.random.random() < 0.05:
            absent = self.random.choice([Absent.SKIPPED, Absent.UNKNOWN, Absent.VOICE])
            return Answer(slot, (), self.now, by, absent=absent, who=who)
        return Answer(slot, self._values(item, effect), self.now, by, who=who)

    def _values(self, item, effect):
        random = self.random
        match item.type:
            case ItemType.CHOICE | ItemType.OPEN_CHOICE if item.options:
                if effect == "submit":
                    return (_coding(item, item.options[0]),)
                many = random.randint(1, 3) if item.repeats else 1
                return tuple(
                    _coding(item, one) for one in random.sample(item.options, min(many, len(item.options)))
                )
            case ItemType.DATE:
                return (
                    PartialDate(
                        random.randint(1990, 2025), random.choice([None, 5]), about=random.random() < 0.3
                    ),
                )
            case ItemType.DECIMAL:
                return (Decimal(random.choice(["100", "0.5", "2014"])),)
            case ItemType.INTEGER:
                return (random.randint(0, 9),)
            case ItemType.QUANTITY:
                return (Quantity(Decimal(random.randint(40, 90)), "kg"),)
            case ItemType.BOOLEAN:
                return (random.random() < 0.5,)
            case ItemType.TIME:
                return (time(8, 30),)
            case ItemType.DATETIME:
                return (self.now,)
            case ItemType.URL:
                return (Url("https://example.org"),)
            case ItemType.ATTACHMENT:
                return (self._file(item),)
            case _:
                words = random.choice(HOSTILE) if random.random() < self.hostile else WORDS[self.tongue]
                return (words,)

    def _file(self, item):
        ident = DocumentId(f"d{self.seed}-{len(self.documents)}")
        verdict = self.random.choice(list(Verdict))
        state = DocumentState.STORED if self.random.random() < 0.9 else DocumentState.REFUSED
        self.documents.append(
            DocumentView(
                ident,
                PatientId(f"01p{self.seed:05d}"),
                "document",
                f"scan {len(self.documents)}.pdf",
                "application/pdf",
                12345,
                "ab" * 32,
                "",
                item.link_id,
                state,
                self.now,
                AnsweredBy.PATIENT,
                verdict=verdict,
                dated=self.random.choice(["", "2026-03"]),
            )
        )
        return FileRef(ident, "application/pdf", f"scan {len(self.documents) - 1}.pdf")

    def _flags(self, first):
        rules = self.random.sample(shelf().protocol.prescreen, self.random.randint(0, 6))
        for number, rule in enumerate(rules):
            closed = self.random.random() < 0.2
            yield FlagView(
                f"f{self.seed}-{number}",
                first.response.id and PatientId(f"01p{self.seed:05d}"),
                rule.id,
                "0.1.0",
                Level(rule.level),
                rule.route,
                rule.staff_text,
                tuple((link_id, "") for link_id in sorted(rule.items)),
                (),
                first.response.id,
                BEGUN,
                closed_at=self.now if closed else None,
                closed_by="Dr. Ito" if closed else "",
                reason="seen" if closed else "",
            )


def _coding(item, option):
    value = option.value
    return replace(value, display=option.label) if isinstance(value, Coding) else value
