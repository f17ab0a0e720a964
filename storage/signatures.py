"""signatures.json of a pack: read, and written whole."""

import json
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from handlers.core.signing import Signature
from handlers.errors import PackError
from storage.pack_files import read_model

FILE = "signatures.json"


class _SignatureFile(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    language: str = Field(min_length=1)
    name: str = Field(min_length=1)
    date: Annotated[str, Field(pattern=r"^\d{4}-\d{2}-\d{2}$")]
    sha256: Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]


class _SignaturesFile(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    signatures: tuple[_SignatureFile, ...] = ()


def read_signatures(folder: Path) -> tuple[Signature, ...]:
    """Return the signatures of a pack, none where nobody has signed; raise PackError for a broken file."""
    read = read_model(folder, FILE, _SignaturesFile)
    return tuple(Signature(**one.model_dump()) for one in read.signatures)


def write_signature(folder: Path, signature: Signature) -> None:
    """Put a signature in place of an earlier one of its language; raise PackError if the folder is locked."""
    others = [one for one in read_signatures(folder) if one.language != signature.language]
    rows = sorted([*others, signature], key=lambda one: one.language)
    try:
        _write(folder / FILE, rows)
    except OSError as error:
        raise PackError(f"{FILE}: it can't be written in {folder}: {error.strerror}") from None


def _write(path: Path, rows: Sequence[Signature]) -> None:
    text = json.dumps({"signatures": [asdict(row) for row in rows]}, ensure_ascii=False, indent=2)
    new = path.with_suffix(".new")
    new.write_text(f"{text}\n", encoding="utf-8")
    new.replace(path)
