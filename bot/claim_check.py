"""Whether a pack's texts promise what nobody may promise; its claims.json names the exceptions."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

from handlers.core.problems import Problem, Severity
from handlers.core.protocol import Protocol
from locales import Catalogs, claims
from locales.catalogs import SOURCE_LANGUAGE
from locales.pack_texts import pack_texts
from storage.pack_files import CLAIMS, FLAGS, PRESCREEN, PROTOCOL, ClaimsFile, read_model

JUDGES: Final = "qualify"
"""The rule about words with which somebody would be judged."""


def claim_problems(folder: Path, protocol: Protocol, catalogs: Catalogs) -> list[Problem]:
    """Return every claim in the texts that patients read, and exceptions that nothing needs.

    In those that staff read it is one word alone that is refused: nobody is called eligible, or not.
    """
    excepted = {
        (one.key, rule) for one in read_model(folder, CLAIMS, ClaimsFile).exceptions for rule in one.rules
    }
    needed: set[tuple[str, str]] = set()
    problems: list[Problem] = []
    for file, key, findings in _findings(protocol, catalogs):
        for finding in findings:
            if (key, finding.rule) in excepted:
                needed.add((key, finding.rule))
            else:
                problems.append(Problem(file, key, _reason(finding)))
    problems += _judgements(protocol)
    known = set(catalogs.all_keys())
    for key, rule in sorted(excepted - needed):
        if key in known:
            problems.append(Problem(CLAIMS, key, f"nothing needs the exception {rule}", Severity.WARNING))
    return problems


def _judgements(protocol: Protocol) -> Iterator[Problem]:
    for file, rules in ((PRESCREEN, protocol.prescreen), (FLAGS, protocol.flags)):
        for rule in rules:
            for finding in claims.find(rule.staff_text, SOURCE_LANGUAGE):
                if finding.rule == JUDGES:
                    yield Problem(file, rule.id, _reason(finding))


def _findings(protocol: Protocol, catalogs: Catalogs) -> Iterator[tuple[str, str, Sequence[claims.Finding]]]:
    """Yield the file and key of each text with what was found in it.

    A clinic's own words stand in the protocol in whatever language the clinic speaks.
    """
    for name, text in protocol.texts.items():
        yield PROTOCOL, name, claims.find_in_any(text)
    for language in protocol.languages:
        for key, text in pack_texts(protocol, catalogs, language).items():
            yield f"locales/{language}.po", key, claims.find(text, language)


def _reason(finding: claims.Finding) -> str:
    return f'"{finding.words}": {claims.REASONS[finding.rule]} [{finding.rule}]'
