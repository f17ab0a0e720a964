"""What the content rows say in words, typed: kinds, blocks, limits, sensitive groups, reasons to ask."""

from typing import Any

Row = dict[str, Any]

OURS = "https://yorisoi.example/fhir/StructureDefinition/"
HL7 = "http://hl7.org/fhir/StructureDefinition/"
SYSTEM = "https://yorisoi.example/fhir/CodeSystem/intake"
BY_HAND = ("helper", "why", "example")
HIDDEN = {"url": HL7 + "questionnaire-hidden", "valueBoolean": True}
AGE = {
    "linkId": "calc.age",
    "text": "Age in years",
    "type": "integer",
    "extension": [HIDDEN, {"url": OURS + "calculated", "valueCode": "age"}],
}
HELPER = {
    "linkId": "calc.helper",
    "text": "A helper answers",
    "type": "boolean",
    "extension": [HIDDEN, {"url": OURS + "calculated", "valueCode": "helper"}],
}
YES_NO = [{"code": "yes", "label": "Yes"}, {"code": "no", "label": "No"}]
NOT_SURE = {"code": "ns", "label": "Not sure"}
TYPES = {
    "display": "display",
    "yesno": "choice",
    "yesno_ns": "choice",
    "choice": "choice",
    "multi": "choice",
    "number": "decimal",
    "date": "date",
    "monthyear": "date",
    "text": "text",
    "file": "attachment",
}
SENSITIVE = {
    "inf.": "infection",
    "pay.": "money",
    "preg.now": "pregnancy",
    **dict.fromkeys(("sym.phq", "sym.selfharm", "sym.see", "hx.mental"), "mood"),
    **dict.fromkeys(("f.phq", "f.selfharm", "f.see"), "mood"),
}
NOT_ON = {"section.pay": "whatsapp", "doc.passport": "whatsapp telegram"}
"""The channels that must not carry a question, or a group of them (clinical.md, sections 6 and 15)."""
NEVER_SKIPPED = ("consent.", "start.role", "start.permission", "start.adult", "end.send")
MOVING = (
    *("tremor", "slow", "stiff", "walk", "freeze", "balance", "offhours", "dysk"),
    *("falls", "fallhurt", "speech", "swallow"),
)
LIVING = (
    *("sleep", "pain", "tired", "constip", "bladder", "faint", "memory", "see"),
    *("phq1", "phq2", "selfharm", "worst"),
)
MEDICINES = (
    *("how", "photo", "text", "levo", "levo_mg", "levo_times", "other", "device", "stable"),
    *("thin", "immune", "psych", "suppl"),
)
ILLNESSES = (
    *("cancer_type", "cancer_letter", "warn", "heart", "heart6", "lung", "kidney", "liver"),
    *("clot", "brain", "auto", "diab", "bp"),
)
OTHER_ILLNESSES = ("infect", "spine", "surg", "hosp", "smoke", "alc", "mental", "other")
BLOCKS: dict[str, tuple[str, tuple[str, ...]]] = {
    "a": ("A", ("",)),
    "b1": ("B", ("consent.", "id.", "dx.", "stage.")),
    "b2": ("B", tuple(f"sym.{name}" for name in MOVING)),
    "b3": ("B", tuple(f"sym.{name}" for name in LIVING)),
    "b4": ("B", (*(f"med.{name}" for name in MEDICINES), "all.")),
    "b5": ("B", tuple(f"hx.{name}" for name in ILLNESSES)),
    "b6": ("B", (*(f"hx.{name}" for name in OTHER_ILLNESSES), "imp.", "inf.")),
    "b7": ("B", ("preg.", "body.", "cell.", "exp.", "trv.", "med.tip")),
    "d": ("D", ("",)),
    "c": ("C", ("",)),
}
"""The blocks of the intake: part and linkIds (their beginnings); none asks more than 20 questions."""
TITLES = {
    "a": "First questions",
    "b1": "You and your Parkinson's",
    "b2": "Moving and speaking",
    "b3": "Sleep, body and mood",
    "b4": "Medicines and allergies",
    "b5": "Heart, lungs and other organs",
    "b6": "Other illnesses, implants, infections",
    "b7": "Your body and your journey",
    "d": "Your papers",
    "c": "Goals, money and travel",
}
CHECKS = {
    "M1": ("check-in-month-1", "Check-in after 1 month"),
    "M3": ("check-in-month-3", "Check-in after 3 months"),
    "M6": ("check-in-month-6", "Check-in after 6 months"),
    "H-2": ("before-procedure", "Before the procedure"),
    "I-7": ("before-journey", "Before the journey"),
    "H+1": ("after-harvest", "After the fat collection"),
    "H+7": ("after-harvest-week", "A week after the fat collection"),
    "I+6h": ("after-infusion-6h", "6 hours after the infusion"),
    "I+24h": ("after-infusion-24h", "24 hours after the infusion"),
    "I+48h": ("after-infusion-48h", "48 hours after the infusion"),
    "I+7d": ("after-infusion-week", "A week after the infusion"),
    "Y1..Y5": ("late-check", "Yearly check"),
}
"""Rows of the schedule with questions → questionnaire and title. I-1 asks what H-2 asks, H+3 what H+1 asks."""
WITHOUT_CARD = ("H-2", "I-7")
"""Checks before a procedure: the safety card stands before those after one."""
PHQ_2 = "PHQ-2: no permission required to reproduce, translate, display or distribute."
SAFETY_LISTS = ("s.today_h", "s.today_i", "s.today_m")
AFTER = {
    "s.today_m": ("s.fever", "s.temp", "s.head", "f.fallhead", "f.swallow", "f.see"),
    "s.today_h": ("s.fever", "s.temp", "f.fallhead"),
    "s.today_i": ("s.fever", "s.temp", "s.head", "f.fallhead", "f.see"),
    "f.medchg": ("f.medwho",),
    "f.daily": ("f.memory",),
}
"""Items that are asked only when the one before them gives a reason (followup.json, conditional)."""
REASONS: dict[str, list[tuple[str, str]]] = {
    "s.fever": [(safety, "fever") for safety in SAFETY_LISTS],
    "s.temp": [(safety, "fever") for safety in SAFETY_LISTS],
    "s.head": [("s.today_m", "head"), ("s.today_i", "head")],
    "f.swallow": [("s.today_m", "chok")],
    "f.see": [("s.today_m", "see"), ("s.today_i", "see")],
    "f.fallhead": [
        *((safety, "fall") for safety in SAFETY_LISTS),
        *(("f.falls", times) for times in ("1", "2to5", "gt5")),
    ],
    "f.medwho": [("f.medchg", "more"), ("f.medchg", "less"), ("f.medchg", "new")],
}
CARRIED = {"f.goal": "goal.text", "f.memory": "sym.memory"}
"""Items of check-ins that look at what the intake said, and at which of its answers."""
WHETHER: dict[str, Row] = {
    "f.goal": {
        "enableWhen": [{"question": "goal.text", "operator": "exists", "answerBoolean": True}],
        "enableBehavior": "all",
    },
    "f.memory": {
        "enableWhen": [
            {"question": "calc.helper", "operator": "=", "answerBoolean": True},
            *(
                {"question": "sym.memory", "operator": "=", "answerCoding": {"system": SYSTEM, "code": code}}
                for code in ("mild", "daily", "dem", "ns")
            ),
        ],
        "enableBehavior": "any",
    },
}
"""When they are asked: a goal was told, so that it can be quoted; memory was a problem, or a helper answers."""
VERSIONS = {"M3": "0.2.0", "M6": "0.2.0"}
"""Versions of check-ins that ask something else than when they were first given out."""
CONSTRAINTS: dict[str, dict[str, Any]] = {
    "start.helper_name": {"minLength": 2, "maxLength": 80},
    "consent.name_sign": {"confirm": True, "minLength": 2, "maxLength": 80},
    "id.name": {"minLength": 2, "maxLength": 120},
    "id.dob": {"confirm": True, "notFuture": True, "minAgeYears": 18, "maxAgeYears": 110},
    "id.country": {"confirm": True, "vocabulary": "iso3166"},
    "dx.when": {"partialDate": True, "notFuture": True},
    "hx.cancer_end": {"partialDate": True, "notFuture": True},
    "trv.when": {"partialDate": True, "confirm": True, "notPast": True, "maxMonthsAhead": 24},
    "end.more": {"maxLength": 1000},
    "s.temp": {"minValue": 30, "maxValue": 115, "maxDecimalPlaces": 1},
    "f.other": {"maxLength": 1000},
}
"""The `validation` column and the rules in words, typed."""
