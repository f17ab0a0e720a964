"""`yorisoi pack …`: sign a language of a pack, and show how its languages stand."""

import json
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any, Final

from bot import check_command
from bot.signing import Look, look
from bot.speech import Speech
from handlers.core.problems import Problem
from handlers.core.protocol import Protocol
from handlers.core.signing import Signature, Standing
from handlers.errors import PackError
from locales import Catalogs
from storage.protocols import pack_folder, read_pack
from storage.signatures import write_signature

LONGEST_NAME: Final = 120


class NotSignable(Exception):
    """The pack has errors: nobody signs what can't be used."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        """Take what is wrong."""
        super().__init__("the pack has errors")
        self.problems = problems


def sign(pack: str, language: str, name: str, today: date) -> Look:
    """Write the signature of `language`; raise PackError or NotSignable where that can't be."""
    name = " ".join(name.split())
    if not 0 < len(name) <= LONGEST_NAME:
        raise PackError(f"the name: 1 to {LONGEST_NAME} characters")
    problems = check_command.check(pack)
    if check_command.exit_code(problems):
        raise NotSignable(problems)
    folder, protocol, catalogs = _read(pack)
    found = next((one for one in look(folder, protocol, catalogs) if one.language == language), None)
    if found is None:
        raise PackError(f"{language}: this language is not switched on in the pack")
    write_signature(folder, Signature(language, name, today.isoformat(), found.sha256))
    return next(one for one in look(folder, protocol, catalogs) if one.language == language)


def status(pack: str) -> tuple[Look, ...]:
    """Return how each language of the pack stands; raise PackError."""
    return look(*_read(pack))


def report(looks: Sequence[Look], speech: Speech, *, as_json: bool) -> str:
    """Return the languages as lines, or as a JSON array."""
    if as_json:
        return json.dumps([_row(one) for one in looks], ensure_ascii=False)
    return "\n".join(_line(one, speech) for one in looks)


def is_signed(looks: Sequence[Look]) -> bool:
    """Say whether the signature of every language holds."""
    return all(one.standing is Standing.SIGNED for one in looks)


def words_of(one: Look) -> dict[str, str]:
    """Return what fills the texts about a language's signature."""
    signature = one.signature
    return {
        "language": one.language,
        "signer": signature.name if signature else "",
        "date": signature.date if signature else "",
    }


def _row(one: Look) -> dict[str, Any]:
    return {**words_of(one), "state": one.standing.value, "sha256": one.sha256}


def _line(one: Look, speech: Speech) -> str:
    return speech.say(f"cli.pack.{one.standing.value}", **words_of(one), hash=one.sha256[:12])


def _read(pack: str) -> tuple[Path, Protocol, Catalogs]:
    folder = pack_folder(pack)
    return folder, read_pack(folder), Catalogs(check_command.TEXTS, [folder])
