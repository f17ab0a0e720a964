"""The command group `yorisoi token`: which programs may use the API, and for what."""

import json
from datetime import UTC, datetime, timedelta
from typing import Annotated, Any

import typer

from bot import desk_commands
from bot.api.scopes import Scope
from bot.cli.running import read, work
from bot.cli.words import SPEECH, Json, group_app
from bot.demo import make_clinic
from bot.foundation import Foundation
from handlers.errors import NotFound
from storage.api_tokens import ApiToken, ApiTokens

token = group_app("token")
MARK = "yorisoi_"
"""Begins every token, so that one that was lost in a file is found by whoever looks for such."""


@token.command("add", help=SPEECH.say("cli.help.token_add"))
def token_add(
    name: Annotated[str, typer.Argument(help=SPEECH.say("cli.option.token_name"))],
    scope: Annotated[list[Scope], typer.Option(help=SPEECH.say("cli.option.scope"))],
    days: Annotated[int, typer.Option(min=1, max=3650, help=SPEECH.say("cli.option.token_days"))] = 365,
    as_json: Json = False,
) -> None:
    """Make a token for a program and print it: this is the only time that it is shown."""

    async def add(base: Foundation) -> None:
        await make_clinic(base)
        now = base.now_system()
        secret = f"{MARK}{base.ids.secret()}"
        made = ApiToken(
            base.ids.short(), name, frozenset(scope), desk_commands.BY, now, now + timedelta(days=days)
        )
        await ApiTokens(base.stores.database).add(base.clinic, made, secret)
        await desk_commands.note(base, "token.add", made.id)
        typer.echo(json.dumps({"token": secret, **_shown(made, now)}) if as_json else secret)

    work(read(), add, level="WARNING")


@token.command("list", help=SPEECH.say("cli.help.token_list"))
def token_list(as_json: Json = False) -> None:
    """List the tokens that were made: never the tokens themselves."""

    async def show(base: Foundation) -> None:
        now = base.now_system()
        rows = [_shown(one, now) for one in await ApiTokens(base.stores.database).listed(base.clinic)]
        if as_json:
            typer.echo(json.dumps(rows))
            return
        for row in rows:
            state = SPEECH.say(f"cli.token.{row['state']}")
            typer.echo("  ".join((row["id"], state, row["name"], " ".join(row["scopes"]))))

    work(read(), show, level="WARNING", reads_only=True)


@token.command("end", help=SPEECH.say("cli.help.token_end"))
def token_end(ident: Annotated[str, typer.Argument(metavar="ID")]) -> None:
    """End a token at once."""

    async def end(base: Foundation) -> None:
        ended = await ApiTokens(base.stores.database).end(base.clinic, ident, now_system=base.now_system())
        if not ended:
            raise NotFound("there is no such token that still holds")
        await desk_commands.note(base, "token.end", ident)

    work(read(), end, level="WARNING")


def _shown(one: ApiToken, now: datetime) -> dict[str, Any]:
    return {
        "id": one.id,
        "name": one.name,
        "scopes": sorted(one.scopes),
        "state": "holds" if one.holds(now) else "ended",
        "expires_at": _iso(one.expires_at),
        "used_at": _iso(one.used_at) if one.used_at else None,
    }


def _iso(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
