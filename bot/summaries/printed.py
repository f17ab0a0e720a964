"""A summary as PDF/A-3 with its FHIR Bundle inside, set by typst from JSON alone."""

import asyncio
import json
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any, Final

from babel import Locale
from typst import Compiler

from bot.summaries.fonts import families, fonts, printable
from bot.summaries.paper import Sheet
from handlers.core.summary.model import Difference, FlagLine, Gap, Line, Section
from handlers.core.values import PartialDate
from locales import Catalog, date_in_words
from locales.places import country_name

PDF_A: Final = "a-3b"
_TEMPLATE: Final = "summary.typ"
_LONGEST: Final = 600
"""Characters of one answer that are printed; the whole of it stands in the FHIR file."""
_WORDS: Final = (
    *("flags", "no_flags", "hidden", "verbatim", "said_no", "page"),
    *("documents", "missing", "differences", "tellers"),
)


async def pdf_of(sheet: Sheet) -> bytes:
    """Return a summary as PDF; it is set in a thread, so that nobody waits for it."""
    return await asyncio.to_thread(pdf, sheet)


def pdf(sheet: Sheet) -> bytes:
    """Return a summary as PDF/A-3b with its FHIR Bundle attached; the same record gives the same bytes."""
    inputs = {"data": _json(printed(sheet)), "bundle": _json(sheet.bundle())}
    compiler = Compiler(_template(), font_paths=fonts(), ignore_system_fonts=True)
    made = compiler.compile(sys_inputs=inputs, timestamp=_moment(sheet), format="pdf", pdf_standards=[PDF_A])
    if not isinstance(made, bytes):
        raise TypeError("typst gave no document")
    return made


def printed(sheet: Sheet) -> dict[str, Any]:
    """Return what the template prints, every character of which has a glyph."""
    data: dict[str, Any] = _printable(shown(sheet, longest=_LONGEST))
    return data


def shown(sheet: Sheet, *, longest: int | None = None) -> dict[str, Any]:
    """Return the summary in words, for a page or for print; `longest` is how much of an answer is shown."""
    summary, catalog = sheet.summary, sheet.words
    at = _moment(sheet)
    return {
        "title": catalog.plain("console.sheet.title"),
        "clinic": sheet.clinic_name,
        "language": sheet.reading.clinic.language.partition("-")[0],
        "fonts": families(sheet.reading.clinic.language),
        "own_language": sheet.reading.patient.language.partition("-")[0],
        "own_fonts": families(sheet.reading.patient.language),
        "date": {"year": at.year, "month": at.month, "day": at.day},
        "case": catalog.plain("console.sheet.case", code=summary.code),
        "version": _version(sheet),
        "name": summary.name,
        "facts": _facts(sheet),
        "decision": _decision(sheet),
        "draft": catalog.plain("console.sheet.draft") if sheet.shelf.protocol.draft else "",
        "note": " ".join(_notes(sheet)),
        "words": {name: catalog.plain(f"console.sheet.{name}") for name in _WORDS} | _no_flags_seen(sheet),
        "flags": [_flag(flag, catalog) for flag in summary.flags],
        "undecided": _counted(catalog, "undecided", summary.undecided),
        "sections": [_section(section, catalog, longest) for section in summary.sections],
        "said_no": _counted(catalog, "left_out", _denied(summary.sections)),
        "attached": True,
        **_tables(sheet),
    }


def _tables(sheet: Sheet) -> dict[str, list[dict[str, str]]]:
    summary, catalog = sheet.summary, sheet.words
    told: dict[str, list[tuple[str, str]]] = {
        "papers": [
            (p.question, f"{_word(catalog, 'status', p.status)} {p.dated}".strip()) for p in summary.papers
        ],
        "missing": [
            (one.question, _word(catalog, "gap", one.gap))
            for one in summary.missing
            if one.gap is not Gap.PAPER
        ],
        "differences": [(one.question, _difference(one, sheet)) for one in summary.differences],
        "tellers": [
            (
                " ".join(filter(None, (_word(catalog, "by", one.by), one.name))),
                catalog.plain("console.sheet.answers", number=str(one.answers)),
            )
            for one in summary.tellers
        ],
    }
    return {name: [{"left": left, "right": right} for left, right in rows] for name, rows in told.items()}


def _section(section: Section, catalog: Catalog, longest: int | None) -> dict[str, Any]:
    spoken = [line for line in section.lines if not line.plain_no]
    return {
        "title": catalog.plain(f"console.sheet.{section.heading}"),
        "lines": [_line(line, longest) for line in spoken],
        "no": [{"question": line.question, "answer": line.answer} for line in section.lines if line.plain_no],
    }


def _line(line: Line, longest: int | None) -> dict[str, Any]:
    return {
        "question": line.question,
        "answer": _cut(line.answer, longest),
        "original": line.original,
        "verbatim": line.verbatim,
        "rtl": _is_rtl(line.answer),
        "hidden": line.hidden,
    }


def _cut(text: str, longest: int | None) -> str:
    return text if longest is None or len(text) <= longest else f"{text[:longest]}…"


def _is_rtl(text: str) -> bool:
    """Say whether a text is written from right to left, by its first letter."""
    kinds = (unicodedata.bidirectional(character) for character in text)
    return next((kind in {"R", "AL"} for kind in kinds if kind in {"L", "R", "AL"}), False)


def _flag(flag: FlagLine, catalog: Catalog) -> dict[str, Any]:
    return {
        "level": flag.level.value,
        "label": catalog.plain(f"console.level.{flag.level}"),
        "rule": flag.rule,
        "text": flag.text,
        "quotes": [{"question": question, "words": words} for question, words in flag.quotes if words],
        "hidden": flag.hidden,
    }


def _difference(one: Difference, sheet: Sheet) -> str:
    if one.hidden:
        return sheet.words.plain("console.sheet.hidden")
    after = one.after or sheet.words.plain("console.sheet.taken_back")
    return f"{one.before} → {after} ({sheet.day(one.at)})"


def _version(sheet: Sheet) -> str:
    summary, catalog = sheet.summary, sheet.words
    if summary.sent_at is None or summary.at is None:
        return catalog.plain("console.sheet.not_sent")
    version = catalog.plain("console.sheet.version", version=str(summary.version))
    sent = catalog.plain("console.sheet.sent_at", date=sheet.day(summary.sent_at))
    changed = catalog.plain("console.sheet.changed_at", date=sheet.day(summary.at))
    return f"{version} · {sent} · {changed}"


def _decision(sheet: Sheet) -> str:
    """Return what a doctor decided last, for staff; nothing before one has."""
    decided, catalog = sheet.summary.decision, sheet.words
    if decided is None:
        return ""
    outcome = catalog.plain(f"console.decision.{decided.outcome}")
    said = f"{catalog.plain('console.decision.title')}: {outcome}, {sheet.day(decided.at)}, {decided.by}"
    return f"{said} ({decided.reason})" if decided.reason else said


def _facts(sheet: Sheet) -> str:
    summary, catalog = sheet.summary, sheet.words
    born = _born(summary.birth_date, catalog.language)
    facts: list[str] = [catalog.plain("console.sheet.born", date=born)] if born else []
    facts += [country_name(summary.country, catalog.language)] if summary.country else []
    if summary.language:
        name = _language(summary.language, catalog.language)
        facts.append(catalog.plain("console.sheet.language", language=name))
    return " · ".join(facts)


def _born(written: str, language: str) -> str:
    try:
        day = date.fromisoformat(written)
    except ValueError:
        return written
    return date_in_words(PartialDate(day.year, day.month, day.day), language)


def _language(code: str, shown_in: str) -> str:
    return Locale.parse(code, sep="-").get_display_name(shown_in) or code


def _counted(catalog: Catalog, name: str, number: int) -> str:
    return catalog.plain(f"console.sheet.{name}", number=str(number)) if number else ""


def _denied(sections: Sequence[Section]) -> int:
    return sum(line.plain_no for section in sections for line in section.lines)


def _word(catalog: Catalog, group: str, value: str) -> str:
    return catalog.plain(f"console.sheet.{group}.{value}")


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)


def _no_flags_seen(sheet: Sheet) -> dict[str, str]:
    """Return what stands where no flag is shown: to some readers that does not mean that there is none."""
    return {"no_flags": sheet.words.plain("console.restricted.note")} if sheet.restricted else {}


def _notes(sheet: Sheet) -> Iterator[str]:
    yield sheet.words.plain("console.sheet.note")
    if sheet.restricted:
        yield sheet.words.plain("console.restricted.note")


def _moment(sheet: Sheet) -> datetime:
    # A PDF's dates end at the second, and typst refuses one that says more.
    return (sheet.summary.at or sheet.made_at).replace(microsecond=0)


def _printable(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {name: _printable(inner) for name, inner in value.items()}
    if isinstance(value, list):
        return [_printable(inner) for inner in value]
    return printable(str(value)) if isinstance(value, str) else value


@cache
def _template() -> Path:
    return Path(str(files("bot.summaries"))) / _TEMPLATE
