"""The command group `yorisoi templates`."""

import json
from collections.abc import Sequence
from typing import Annotated, Any

import typer

from bot.channels.whatsapp.client import UNREACHABLE, GraphError
from bot.cli.running import read, work
from bot.cli.words import SPEECH, Json, group_app
from bot.clinics import MAIN, accounts_of
from bot.foundation import Foundation
from bot.settings import CLINIC
from bot.template_watch import Warned, plan_of, warnings_at
from bot.whatsapp_line import whatsapp_graph
from bot.whatsapp_upkeep import Row, Upkeep, is_well
from handlers.core.values import ChannelKind
from handlers.errors import SettingError

templates = group_app("templates")


@templates.callback()
def group() -> None:
    """Keep `sync` a word of its own, though it is the only one so far."""


@templates.command("sync", help=SPEECH.say("cli.help.templates_sync"))
def sync(
    dry_run: Annotated[bool, typer.Option("--dry-run", help=SPEECH.say("cli.option.dry_run"))] = False,
    as_json: Json = False,
) -> None:
    """Create the templates that WhatsApp lacks and check all of them.

    Exit code 1 when one can't be sent, or the plan will need one that can't; 3 without the settings.
    """

    async def look(base: Foundation) -> None:
        if not (base.settings.has_whatsapp and base.settings.whatsapp_business_account_id):
            raise SettingError(
                "YORISOI_WHATSAPP_BUSINESS_ACCOUNT_ID: templates need it and WhatsApp's other settings."
                " Copy them from the dashboard"
            )
        graph = whatsapp_graph(base.settings)
        try:
            account = await _number(base)
            upkeep = Upkeep(base, graph, account)
            rows = await upkeep.sync(make=not dry_run)
            if not dry_run:
                await upkeep.let_go(rows)
        except GraphError as error:
            raise ValueError(f"WhatsApp refuses: code {error.fault.name}") from None
        except UNREACHABLE:
            raise ValueError("WhatsApp cannot be reached. Try again later") from None
        finally:
            await graph.close()
        plan, now = plan_of(base.around), base.clock.now()
        warned = await warnings_at(base.stores.database, base.clinic, plan, now, account)
        typer.echo(_as_json(rows, warned) if as_json else _as_text(rows, warned))
        if warned or not is_well(rows):
            raise typer.Exit(1)

    work(read(), look, level="WARNING")


async def _number(base: Foundation) -> str:
    """Return the account whose number the settings of this clinic have."""
    rows = [one.name for one in await accounts_of(base) if one.channel is ChannelKind.WHATSAPP]
    return MAIN if base.clinic == CLINIC else next(iter(rows), MAIN)


def _as_json(rows: Sequence[Row], warned: Sequence[Warned]) -> str:
    """Return {templates: [...], needed: [...]}; times are UTC, ISO 8601."""
    found: list[dict[str, Any]] = [
        {
            "name": row.name,
            "language": row.language,
            "status": row.status,
            "category": row.category,
            "amiss": row.why,
            "created": row.created,
            "code": row.code,
        }
        for row in rows
    ]
    needed = [
        {
            "name": one.name,
            "language": one.language,
            "amiss": one.why,
            "first_needed": one.first_at.isoformat(),
            "people": one.people,
        }
        for one in warned
    ]
    return json.dumps({"templates": found, "needed": needed})


def _as_text(rows: Sequence[Row], warned: Sequence[Warned]) -> str:
    lines = [_line(row) for row in rows]
    lines += [
        SPEECH.say(
            "cli.templates.needed",
            name=one.name,
            language=one.language,
            why=SPEECH.say(f"cli.templates.{one.why}"),
            first=f"{one.first_at:%Y-%m-%d}",
            people=str(one.people),
        )
        for one in warned
    ]
    return "\n".join(lines)


def _line(row: Row) -> str:
    how = "created" if row.created else (row.why or "well")
    words = SPEECH.say(f"cli.templates.{how}")
    told = " ".join(filter(None, (row.status, row.category, row.code)))
    return f"{row.name}  {row.language}  {words}  ({told})"
