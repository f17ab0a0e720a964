"""Flags as DetectedIssues, gaps as Tasks, files as DocumentReferences, consents with Provenance."""

from collections.abc import Iterator
from datetime import datetime

from handlers.core.bundle.naming import LOINC, OURS, TERMINOLOGY, Naming, Resource, concept, entry, instant
from handlers.core.bundle.people import clinic_url, device_url, told_by
from handlers.core.papers import Verdict
from handlers.core.summary.model import Summary
from handlers.core.summary.told import Told, ToldConsent, ToldFlag, ToldPaper, ToldResponse

_AUTHOR = f"{TERMINOLOGY}/provenance-participant-type"


def issues(told: Told, summary: Summary, naming: Naming) -> Iterator[Resource]:
    """Yield the flags, but those that nothing could be said of yet; of hidden ones nothing is told."""
    raised = {flag.id: flag for flag in told.flags}
    for line in sorted((*summary.flags, *summary.closed), key=lambda line: line.id):
        yield _issue(raised[line.id], told, naming, "restricted" if line.hidden else line.text)


def _issue(flag: ToldFlag, told: Told, naming: Naming, words: str) -> Resource:
    known = {part.response.id for part in told.responses}
    behind = [naming.reference("QuestionnaireResponse", flag.response)] if flag.response in known else []
    closed = [_mitigation(flag, flag.closed_at)] if flag.closed_at else []
    resource = {
        "resourceType": "DetectedIssue",
        "identifier": [naming.identifier("flag", flag.id)],
        "status": "final" if flag.closed_at else "preliminary",
        "code": concept(words, system=f"{OURS}/CodeSystem/rule", code=flag.rule),
        "patient": naming.reference("Patient"),
        "identifiedDateTime": instant(flag.raised_at),
        "author": {"reference": device_url(naming), "type": "Device"},
        "implicated": behind,
        "evidence": [{"code": [{"text": flag.level.value}], "detail": behind}] if behind else [],
        "detail": words,
        "mitigation": closed,
    }
    return entry(naming.url("DetectedIssue", flag.id), resource)


def _mitigation(flag: ToldFlag, at: datetime) -> Resource:
    return {"action": {"text": flag.reason or "closed"}, "date": instant(at)}


def tasks(summary: Summary, naming: Naming, at: datetime) -> Iterator[Resource]:
    """Yield one Task per thing that is missing."""
    seen: set[str] = set()
    for missing in summary.missing:
        name = f"{missing.gap}.{missing.link_id}"
        if name in seen:
            continue
        seen.add(name)
        resource = {
            "resourceType": "Task",
            "identifier": [naming.identifier("missing", name)],
            "status": "requested",
            "intent": "proposal",
            "code": concept(missing.gap.value, system=f"{OURS}/CodeSystem/missing", code=missing.gap.value),
            "description": missing.question,
            "for": naming.reference("Patient"),
            "authoredOn": instant(at),
            "requester": {"reference": device_url(naming), "type": "Device"},
            "owner": naming.reference("Patient"),
        }
        yield entry(naming.url("Task", name), resource)


def documents(told: Told, naming: Naming) -> Iterator[Resource]:
    """Yield the files that came in: what they are, never their bytes."""
    for one in sorted(told.papers, key=lambda one: one.paper.id):
        paper = one.paper
        digest = [{"system": f"{OURS}/NamingSystem/sha-256", "value": one.sha256}] if one.sha256 else []
        resource = {
            "resourceType": "DocumentReference",
            "identifier": [naming.identifier("document", paper.id), *digest],
            "status": "entered-in-error" if paper.verdict is Verdict.OTHER_PERSON else "current",
            "docStatus": "preliminary" if paper.verdict is Verdict.OPEN else "final",
            "type": concept(paper.link_id, system=f"{OURS}/CodeSystem/document", code=paper.link_id),
            "subject": naming.reference("Patient"),
            "date": instant(paper.at),
            "author": [told_by(told, naming, one.by, one.who)],
            "custodian": {"reference": clinic_url(naming), "type": "Organization"},
            "description": f"{paper.state.value}, {paper.verdict.value}",
            "content": [{"attachment": _attachment(one)}],
        }
        yield entry(naming.url("DocumentReference", paper.id), resource)


def _attachment(one: ToldPaper) -> Resource:
    return {
        "contentType": one.mime or "application/octet-stream",
        "size": one.size,
        "title": one.name or one.paper.id,
        "creation": one.paper.dated,
    }


def consents(told: Told, naming: Naming) -> Iterator[Resource]:
    """Yield the newest yes or no per purpose, and who said it."""
    for consent in told.consents:
        yield entry(naming.url("Consent", consent.purpose), _consent(consent, told, naming))
        yield _provenance(
            naming,
            f"consent.{consent.purpose}",
            [naming.reference("Consent", consent.purpose)],
            consent.at,
            [who] if (who := told_by(told, naming, consent.by)) else [],
        )


def _consent(consent: ToldConsent, told: Told, naming: Naming) -> Resource:
    return {
        "resourceType": "Consent",
        "identifier": [naming.identifier("consent", consent.purpose)],
        "status": "active" if consent.given else "rejected",
        "scope": concept("Privacy Consent", system=f"{TERMINOLOGY}/consentscope", code="patient-privacy"),
        "category": [concept("Consent Document", system=LOINC, code="59284-0")],
        "patient": naming.reference("Patient"),
        "dateTime": instant(consent.at),
        "performer": [told_by(told, naming, consent.by)],
        "organization": [{"reference": clinic_url(naming), "type": "Organization"}],
        "policyRule": {"text": f"{consent.purpose.value}: text {consent.text_version} ({consent.language})"},
        "provision": {
            "type": "permit" if consent.given else "deny",
            "code": [
                concept(consent.purpose.value, system=f"{OURS}/CodeSystem/purpose", code=consent.purpose)
            ],
        },
    }


def sources(told: Told, part: ToldResponse, naming: Naming) -> Resource | None:
    """Return the Provenance of one response: everybody who answered in it; None if nobody did."""
    answers = part.response.answers.values()
    people = {(one.by.value, one.who or ""): told_by(told, naming, one.by, one.who) for one in answers}
    if not people:
        return None
    who = {known["reference"]: known for _, known in sorted(people.items()) if known}
    target = [naming.reference("QuestionnaireResponse", part.response.id)]
    newest = max(one.at for one in answers)
    return _provenance(naming, f"response.{part.response.id}", target, newest, list(who.values()))


def _provenance(
    naming: Naming, name: str, target: list[Resource], at: datetime, who: list[Resource]
) -> Resource:
    asked = {"reference": device_url(naming), "type": "Device"}
    resource = {
        "resourceType": "Provenance",
        "target": target,
        "recorded": instant(at),
        "agent": [
            *({"type": concept("Author", system=_AUTHOR, code="author"), "who": one} for one in who),
            {"type": concept("Assembler", system=_AUTHOR, code="assembler"), "who": asked},
        ],
    }
    return entry(naming.url("Provenance", name), resource)
