"""`yorisoi check PACK`: everything that is wrong with a pack, one clear line each."""

import json
from collections.abc import Iterator, Sequence
from pathlib import Path

import locales
from bot.claim_check import claim_problems
from bot.signing import signing_problems
from bot.template_check import template_problems
from bot.vocabulary_check import vocabulary_problems
from handlers.core.problems import Problem, Severity
from handlers.core.protocol import Protocol
from handlers.core.signing import is_clinical
from handlers.errors import PackError
from locales import Catalogs
from locales.catalogs import STAFF_AREAS
from locales.lint import text_problems
from locales.lint_wording import wording_problems
from storage.pack_files import LINT, PROTOCOL, LintFile, read_model
from storage.pack_restricted import restricted_problems
from storage.protocols import check_pack, pack_folder, read_pack

TEXTS = Path(locales.__file__).parent


def check(pack: str) -> list[Problem]:
    """Return what is wrong with the pack of this name or in this folder, errors first.

    Texts are looked at only when the pack's structure can be read at all.
    """
    try:
        folder = pack_folder(pack)
    except PackError as error:
        return [Problem(pack, "", str(error).partition(": ")[2])]
    problems = check_pack(folder)
    if not any(problem.severity is Severity.ERROR for problem in problems):
        problems += _of_texts(folder)
    return sorted(problems, key=lambda problem: problem.severity is not Severity.ERROR)


def report(problems: Sequence[Problem], *, as_json: bool = False) -> str:
    """Return the findings as lines for people, or as a JSON array."""
    if as_json:
        rows = [
            {"severity": p.severity.value, "file": p.file, "linkId": p.link_id, "reason": p.reason}
            for p in problems
        ]
        return json.dumps(rows, ensure_ascii=False, indent=2)
    lines = [f"{problem.severity.value}: {problem}" for problem in problems]
    errors = sum(problem.severity is Severity.ERROR for problem in problems)
    return "\n".join([*lines, f"{errors} errors, {len(problems) - errors} warnings"])


def exit_code(problems: Sequence[Problem]) -> int:
    """Return 1 when the pack cannot be used, else 0."""
    return int(any(problem.severity is Severity.ERROR for problem in problems))


def _of_texts(folder: Path) -> list[Problem]:
    try:
        catalogs = Catalogs(TEXTS, [folder])
    except PackError as error:
        file, _, reason = str(error).partition(": ")
        return [Problem(file, "", reason)]
    protocol = read_pack(folder)
    unknown = [language for language in protocol.languages if not _is_known(catalogs, language)]
    if unknown:
        return [Problem("protocol.json", language, "a language without texts") for language in unknown]
    intended = read_model(folder, LINT, LintFile)
    return [
        *text_problems(protocol, catalogs),
        *_incomplete(protocol, catalogs),
        *wording_problems(protocol, intended.same_for_helpers),
        *restricted_problems(protocol, intended.restricted),
        *claim_problems(folder, protocol, catalogs),
        *vocabulary_problems(protocol),
        *template_problems(protocol, catalogs),
        *signing_problems(folder, protocol, catalogs),
    ]


def _incomplete(protocol: Protocol, catalogs: Catalogs) -> Iterator[Problem]:
    """Find languages that are switched on, but never offered: the product's own texts are not all there."""
    for language in protocol.languages:
        lacking = [
            one.key
            for one in catalogs.problems()
            if one.language == language
            and not is_clinical(one.key)
            and not one.key.startswith(STAFF_AREAS)
            and not catalogs.get(language).has(one.key)
        ]
        if lacking and language not in catalogs.languages():
            named = f"{len(lacking)} texts of the product are missing or fuzzy, such as {lacking[0]}"
            yield Problem(PROTOCOL, language, f"is switched on, but not offered: {named}")


def _is_known(catalogs: Catalogs, language: str) -> bool:
    try:
        catalogs.get(language)
    except KeyError:
        return False
    return True
