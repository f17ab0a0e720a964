"""What the medical director signs: everything clinical of a pack that one language's patients meet."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from handlers.core.problems import Problem, Severity
from handlers.core.protocol import Protocol
from handlers.core.signing import Signature, Standing, digest, standing
from locales import Catalogs
from locales.pack_texts import pack_texts
from storage import pack_files
from storage.protocols import QUESTIONNAIRES
from storage.signatures import FILE, read_signatures

RULES = (pack_files.PRESCREEN, pack_files.FLAGS, pack_files.NUMBERS, pack_files.FAQ, pack_files.FACTS)
UNSIGNED_FIELDS = frozenset({"title", "status"})
"""Fields of a file that only label it."""


@dataclass(frozen=True, slots=True)
class Look:
    """How one language stands, and its signature where there is one."""

    language: str
    standing: Standing
    sha256: str
    signature: Signature | None = None


def content_of(
    files: Mapping[str, Any], protocol: Protocol, catalogs: Catalogs, language: str
) -> Mapping[str, Any]:
    """Return what a signature of `language` covers: its texts, and the rules that stand behind them."""
    return {
        "language": language,
        "texts": pack_texts(protocol, catalogs, language),
        "danger words": {
            level: list(words) for level, words in protocol.word_lists.get(language, {}).items()
        },
        "files": files,
    }


def look(folder: Path, protocol: Protocol, catalogs: Catalogs) -> tuple[Look, ...]:
    """Return how every language stands that is switched on; raise PackError for a broken signatures.json."""
    return _looks(folder, protocol, catalogs, read_signatures(folder), protocol.languages)


def signed(folder: Path, protocol: Protocol, catalogs: Catalogs) -> frozenset[str]:
    """Return the languages whose signature holds; raise PackError for a broken signatures.json.

    Every start asks: the content of a language that nobody has signed is not gone through.
    """
    signatures = read_signatures(folder)
    once = {one.language for one in signatures}
    looks = _looks(folder, protocol, catalogs, signatures, [n for n in protocol.languages if n in once])
    return frozenset(one.language for one in looks if one.standing is Standing.SIGNED)


def signing_problems(folder: Path, protocol: Protocol, catalogs: Catalogs) -> list[Problem]:
    """Return a warning for each signature that an edit has voided: who has signed once means to sign."""
    return [
        Problem(
            FILE,
            one.language,
            f"the signature of {one.signature.name} is void: something was edited after {one.signature.date}",
            Severity.WARNING,
        )
        for one in look(folder, protocol, catalogs)
        if one.standing is Standing.VOID and one.signature
    ]


def _looks(
    folder: Path,
    protocol: Protocol,
    catalogs: Catalogs,
    signatures: tuple[Signature, ...],
    languages: Iterable[str],
) -> tuple[Look, ...]:
    wanted = tuple(languages)
    files = _files(folder) if wanted else {}
    return tuple(
        _look(signatures, language, digest(content_of(files, protocol, catalogs, language)))
        for language in wanted
    )


def _look(signatures: tuple[Signature, ...], language: str, found: str) -> Look:
    own = next((one for one in reversed(signatures) if one.language == language), None)
    return Look(language, standing(signatures, language, found), found, own)


def _files(folder: Path) -> Mapping[str, Any]:
    """Return the files of rules and questions by name: read once, every language's patients meet them."""
    names = [pack_files.PROTOCOL, *RULES, *sorted(path.name for path in folder.glob(QUESTIONNAIRES))]
    return {name: _file(folder / name) for name in names if (folder / name).is_file()}


def _file(path: Path) -> Any:
    data = pack_files.read_json(path)
    return {name: value for name, value in data.items() if name not in UNSIGNED_FIELDS}
