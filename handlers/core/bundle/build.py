"""The document Bundle: a Composition first, then everything that it rests on."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from html import escape
from typing import Any, Final

from handlers.core.bundle.answers import answered
from handlers.core.bundle.findings import consents, documents, issues, sources, tasks
from handlers.core.bundle.naming import (
    LOINC,
    OURS,
    TERMINOLOGY,
    Naming,
    Resource,
    concept,
    entry,
    instant,
    text,
)
from handlers.core.bundle.people import clinic_url, device_url, people
from handlers.core.protocol import Protocol
from handlers.core.summary.model import Heading, Summary
from handlers.core.summary.told import Reading, Told

_CODES: Final[Mapping[Heading, str]] = {Heading.MEDICINES: "10160-0", Heading.COURSE: "11450-4"}
"""Verified LOINC codes of sections (clinical.md section 20); the others have a title alone."""
_SUMMARY: Final = "60591-5"


@dataclass(frozen=True, slots=True)
class Source:
    """What a Bundle is made from. `forms` are the questionnaires' own JSON by (url, version)."""

    told: Told
    summary: Summary
    protocol: Protocol
    reading: Reading
    clinic: str
    clinic_name: str
    forms: Mapping[tuple[str, str], Mapping[str, Any]]
    titles: Mapping[str, str]
    """What the headings are called in the clinic's language: "flags", "course" … → words."""


def document(source: Source) -> Resource:
    """Return the Bundle; before an intake was sent it holds what there is, dated by the newest answer."""
    naming = Naming(source.clinic, source.told.patient.id)
    at = _dated(source)
    body = list(_body(source, naming, at))
    first = entry(naming.url("Composition"), _composition(source, naming, at, body))
    return {
        "resourceType": "Bundle",
        "identifier": {
            "system": f"{OURS}/NamingSystem/summary",
            "value": naming.key(f"v{source.summary.version}"),
        },
        "type": "document",
        "timestamp": instant(at),
        "entry": [first, *body],
    }


def _dated(source: Source) -> datetime:
    told = source.told
    times = [a.at for part in told.responses for a in part.response.answers.values()]
    times += [consent.at for consent in told.consents]
    times += [moment for moment in (source.summary.at, told.patient.created_at) if moment]
    return max(times)


def _body(source: Source, naming: Naming, at: datetime) -> Iterator[Resource]:
    told, summary = source.told, source.summary
    yield from people(told, naming, source.clinic_name)
    for part in told.responses:
        form = source.protocol.questionnaire(part.response.questionnaire, part.response.version)
        if form is not None:
            yield answered(told, part, form, naming, source.reading)
            provenance = sources(told, part, naming)
            if provenance is not None:
                yield provenance
    yield from consents(told, naming)
    yield from documents(told, naming)
    yield from issues(told, summary, naming)
    yield from tasks(summary, naming, at)
    yield from _forms(source)


def _forms(source: Source) -> Iterator[Resource]:
    asked = {(part.response.questionnaire, part.response.version) for part in source.told.responses}
    for url, version in sorted(asked):
        form = source.forms.get((url, version))
        if form is not None:
            subset = {"tag": [{"system": f"{TERMINOLOGY}/v3-ObservationValue", "code": "SUBSETTED"}]}
            yield entry(url, {**_without_ours(form), "meta": subset})


def _without_ours(value: Any) -> Any:
    """Return a questionnaire without extensions of our own: nobody else's engine knows them."""
    if isinstance(value, Mapping):
        return {name: _without_ours(inner) for name, inner in value.items()}
    if isinstance(value, list):
        return [_without_ours(one) for one in value if not _is_ours(one)]
    return value


def _is_ours(value: Any) -> bool:
    return isinstance(value, Mapping) and str(value.get("url", "")).startswith(f"{OURS}/StructureDefinition/")


def _composition(source: Source, naming: Naming, at: datetime, body: Sequence[Resource]) -> Resource:
    summary = source.summary
    return {
        "resourceType": "Composition",
        "language": source.reading.clinic.language,
        "identifier": naming.identifier("summary"),
        "status": "amended" if summary.version > 1 else "final" if summary.version else "preliminary",
        "type": concept("Patient summary Document", system=LOINC, code=_SUMMARY),
        "subject": naming.reference("Patient"),
        "date": instant(at),
        "author": [{"reference": device_url(naming), "type": "Device"}],
        "title": source.titles["title"],
        "custodian": {"reference": clinic_url(naming), "type": "Organization"},
        "section": list(_sections(source, body)),
    }


def _sections(source: Source, body: Sequence[Resource]) -> Iterator[Resource]:
    summary, titles = source.summary, source.titles
    flags = [(f"{line.rule} {line.level.value}", line.text) for line in summary.flags]
    yield from _section(titles["flags"], flags, _of(body, "DetectedIssue"))
    for section in summary.sections:
        rows = [
            (line.question, _both(line.answer, line.original)) for line in section.lines if not line.hidden
        ]
        yield from _section(titles[section.heading], rows, [], _CODES.get(section.heading, ""))
    papers = [(line.question, line.status.value) for line in summary.papers]
    yield from _section(titles["documents"], papers, _of(body, "DocumentReference"))
    missing = [(one.question, one.gap.value) for one in summary.missing]
    yield from _section(titles["missing"], missing, _of(body, "Task"))
    changes = [(one.question, f"{one.before} → {one.after}") for one in summary.differences if not one.hidden]
    yield from _section(titles["differences"], changes, [])
    tellers = [(one.name or one.by.value, str(one.answers)) for one in summary.tellers]
    yield from _section(
        titles["tellers"],
        tellers,
        [*_of(body, "QuestionnaireResponse"), *_of(body, "Consent"), *_of(body, "Provenance")],
    )


def _section(
    title: str, rows: Sequence[tuple[str, str]], entries: Sequence[Resource], code: str = ""
) -> Iterator[Resource]:
    """Yield a section, unless there is nothing in it."""
    if rows or entries:
        found: dict[str, Any] = {"title": title, "entry": list(entries)}
        if code:
            found["code"] = {"coding": [{"system": LOINC, "code": code}]}
        if rows:
            found["text"] = {"status": "generated", "div": _narrative(rows)}
        yield found


def _narrative(rows: Sequence[tuple[str, str]]) -> str:
    cells = "".join(f"<tr><td>{_html(left)}</td><td>{_html(right)}</td></tr>" for left, right in rows)
    return f'<div xmlns="http://www.w3.org/1999/xhtml"><table><tbody>{cells}</tbody></table></div>'


def _html(words: str) -> str:
    return escape(text(words))


def _both(answer: str, original: str) -> str:
    return f"{answer} ({original})" if original else answer


def _of(body: Sequence[Resource], kind: str) -> list[Resource]:
    return [
        {"reference": one["fullUrl"], "type": kind} for one in body if one["resource"]["resourceType"] == kind
    ]
