"""The command group `yorisoi audit`."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Any

import typer

from bot.cli.running import read, work
from bot.cli.words import SPEECH, Json, group_app
from bot.desk_commands import trail
from bot.foundation import Foundation
from storage.audit.verify import Kept, Verdict

audit = group_app("audit")


@audit.command("verify", help=SPEECH.say("cli.help.audit_verify"))
def verify(
    heads: Annotated[Path | None, typer.Option(help=SPEECH.say("cli.option.heads"))] = None,
    as_json: Json = False,
) -> None:
    """Find every change, gap and cut in the record of acts. Exit code 1 when there is one.

    That the newest lines were taken away together with the head shows against `heads` kept elsewhere.
    """

    async def look(base: Foundation) -> None:
        verdicts = await trail(base).verify(_read_heads(heads) if heads else ())
        told = [_told(verdict) for verdict in verdicts]
        typer.echo(json.dumps(told) if as_json else "\n".join(map(_line, verdicts)))
        if any(verdict.findings for verdict in verdicts):
            raise typer.Exit(1)

    work(read(), look, level="WARNING", reads_only=True)


@audit.command("heads", help=SPEECH.say("cli.help.audit_heads"))
def heads() -> None:
    """Print where each clinic's record stands, one JSON object a line: to be kept on another machine."""

    async def show(base: Foundation) -> None:
        for head in await trail(base).heads():
            typer.echo(json.dumps(_head(head)))

    work(read(), show, level="WARNING", reads_only=True)


def _read_heads(path: Path) -> list[Kept]:
    """Return the heads in a file, one JSON object a line; a log with other lines between them will do.

    Raises ValueError where it can't be read or holds none.
    """
    try:
        lines = path.read_text("utf-8").splitlines()
    except (OSError, UnicodeDecodeError):
        raise ValueError(f"the heads' file {path} can't be read") from None
    found = [kept for line in lines if (kept := _kept(line)) is not None]
    if not found:
        raise ValueError(f"the heads' file {path} holds no head of a record")
    return found


def _kept(line: str) -> Kept | None:
    try:
        told = json.loads(line)
        return Kept(str(told["clinic"]), int(told["seq"]), bytes.fromhex(told["mac"]))
    except (ValueError, KeyError, TypeError):
        return None


def _head(head: Kept) -> dict[str, Any]:
    return {"clinic": head.clinic, "seq": head.seq, "mac": head.mac.hex()}


def _told(verdict: Verdict) -> dict[str, Any]:
    return {
        "clinic": verdict.clinic,
        "lines": verdict.lines,
        "head": _head(verdict.head) if verdict.head else None,
        "findings": [{"kind": one.kind, "seq": one.seq} for one in verdict.findings],
    }


def _line(verdict: Verdict) -> str:
    about = {"clinic": verdict.clinic, "lines": str(verdict.lines)}
    if not verdict.findings:
        return SPEECH.say("cli.audit.whole", **about)
    return "\n".join((SPEECH.say("cli.audit.broken", **about), *_findings(verdict)))


def _findings(verdict: Verdict) -> Sequence[str]:
    return [
        f"  {one.seq}  {SPEECH.say(f'cli.audit.{one.kind}', seq=str(one.seq))}" for one in verdict.findings
    ]
