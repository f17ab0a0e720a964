"""The command `yorisoi`.

Exit codes: 0 done; 1 the answer is no (a check failed, nothing found); 2 wrong words on the command
line; 3 a setting is missing or wrong, said in one line.
"""

import asyncio
import json
import os
import sys
from pathlib import Path
from typing import Annotated

import typer

from bot import check_command, desk_commands, plan_command
from bot.app import Roles, run, ways_of
from bot.cli_audit import audit_app
from bot.cli_pack import pack_app
from bot.cli_templates import templates_app
from bot.cli_vault import vault_app
from bot.demo import DEFAULT_CLINIC, demo_settings, make_clinic
from bot.doctor.examination import confirm_key, examine, report
from bot.doctor.findings import Level, worst
from bot.foundation import Foundation
from bot.front_console import first_link
from bot.lines import connect
from bot.logs import set_up_logs
from bot.running import SPEECH, read, work
from bot.terminal import chat as talk
from bot.tidings import announce
from storage.export import Export

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    help=SPEECH.say("cli.help.app"),
)
staff_app = typer.Typer(no_args_is_help=True, help=SPEECH.say("cli.help.staff"))
app.add_typer(staff_app, name="staff")
app.add_typer(audit_app, name="audit")
app.add_typer(pack_app, name="pack")
app.add_typer(templates_app, name="templates")
app.add_typer(vault_app)

Json = Annotated[bool, typer.Option("--json", help=SPEECH.say("cli.option.json"))]


@app.command(help=SPEECH.say("cli.help.demo"))
def demo() -> None:
    """Start Yorisoi on this machine with a sample clinic: no token, no account, no server."""
    settings = read(lambda: demo_settings(os.environ))
    work(settings, _demo, human=True, level="WARNING", serves=True)


@app.command(help=SPEECH.say("cli.help.serve"))
def serve() -> None:
    """Run everything in one process: web pages, workers, sending."""
    work(read(), lambda base: run(base, Roles()), serves=True)


@app.command(help=SPEECH.say("cli.help.web"))
def web() -> None:
    """Run the web process: chat, console, webhooks. Needs PostgreSQL and a `worker` beside it."""
    work(read(), lambda base: run(base, Roles(web=True, worker=False)), migrate=False, serves=True)


@app.command(help=SPEECH.say("cli.help.worker"))
def worker() -> None:
    """Run a worker process: inbox, check-ins, sending. Any number may run on PostgreSQL."""
    work(read(), lambda base: run(base, Roles(web=False, worker=True)), migrate=False, serves=True)


@app.command(help=SPEECH.say("cli.help.migrate"))
def migrate() -> None:
    """Bring the database up to date; doing it twice is harmless."""
    work(read(), make_clinic)


@app.command(help=SPEECH.say("cli.help.doctor"))
def doctor(
    key_is_backed_up: Annotated[
        bool, typer.Option("--key-is-backed-up", help=SPEECH.say("cli.option.key_is_backed_up"))
    ] = False,
    as_json: Json = False,
) -> None:
    """Look for what is amiss. Exit code 1 when something is red, 0 for notes."""
    settings = read()
    set_up_logs(level="ERROR", secrets=settings.secrets(), human=True)
    if key_is_backed_up:
        work(settings, confirm_key, level="WARNING")
    findings = asyncio.run(examine(settings))
    typer.echo(report(findings, SPEECH, as_json=as_json))
    raise typer.Exit(int(worst(findings) is Level.RED))


@app.command(help=SPEECH.say("cli.help.chat"))
def chat() -> None:
    """Talk to Yorisoi in this terminal, on a data folder of its own (var/terminal)."""
    settings = read(lambda: demo_settings(os.environ, Path("var/terminal")))
    work(settings, lambda base: talk(base, SPEECH), human=True, level="ERROR")


@app.command(help=SPEECH.say("cli.help.check"))
def check(
    pack: Annotated[str, typer.Argument(help=SPEECH.say("cli.option.pack"))],
    as_json: Json = False,
) -> None:
    """Check a protocol pack: structure, texts, lengths, claims. Exit code 1 when it can't be used."""
    problems = check_command.check(pack)
    typer.echo(check_command.report(problems, as_json=as_json))
    raise typer.Exit(check_command.exit_code(problems))


@app.command(help=SPEECH.say("cli.help.plan"))
def plan(
    anchor: Annotated[str, typer.Option(help=SPEECH.say("cli.option.anchor"))] = "",
    zone: Annotated[str, typer.Option(help=SPEECH.say("cli.option.zone"))] = "Asia/Tokyo",
    at: Annotated[str, typer.Option(help=SPEECH.say("cli.option.at"))] = "10:00",
    csv: Annotated[Path | None, typer.Option(help=SPEECH.say("cli.option.csv"))] = None,
    as_json: Json = False,
) -> None:
    """Print when the check-ins of months 1, 3 and 6 fall due."""
    if not anchor and csv is None:
        raise typer.BadParameter(SPEECH.say("cli.plan.needs"))
    try:
        rows = (
            plan_command.plan_csv(csv.open(encoding="utf-8-sig"))
            if csv
            else plan_command.plan_rows(anchor, zone, at)
        )
    except (ValueError, OSError) as error:
        typer.echo(f"plan: {SPEECH.of(str(error))}", err=True)
        raise typer.Exit(1) from None
    if as_json:
        typer.echo(json.dumps(rows))
        return
    for row in rows:
        typer.echo(SPEECH.say("cli.plan.line", **row))


@app.command(help=SPEECH.say("cli.help.patients"))
def patients(as_json: Json = False) -> None:
    """List the patients by case number."""

    async def show(base: Foundation) -> None:
        rows = await desk_commands.patients(base)
        lines = (f"{row['code']}  {row['stage']:<10}  {row['language']}  {row['zone']}" for row in rows)
        typer.echo(json.dumps(rows) if as_json else "\n".join(lines) or SPEECH.say("cli.no_patients"))

    work(read(), show, level="WARNING", reads_only=True)


@app.command(help=SPEECH.say("cli.help.summary"))
def summary(
    code: Annotated[str, typer.Argument(help=SPEECH.say("cli.option.case"))], as_json: Json = False
) -> None:
    """Show a patient's flags, answers and check-ins. The look is audited."""

    async def show(base: Foundation) -> None:
        found = await desk_commands.summary(base, code)
        typer.echo(json.dumps(found, ensure_ascii=as_json, indent=None if as_json else 2))

    work(read(), show, level="WARNING")


@app.command(help=SPEECH.say("cli.help.enrol"))
def enrol(
    patient: Annotated[str, typer.Option(help=SPEECH.say("cli.option.case"))],
    date: Annotated[str, typer.Option(help=SPEECH.say("cli.option.date"))],
    kind: Annotated[str, typer.Option(help=SPEECH.say("cli.option.kind"))] = "infusion",
    zone: Annotated[str, typer.Option(help=SPEECH.say("cli.option.date_zone"))] = "Asia/Tokyo",
    as_json: Json = False,
) -> None:
    """Enter a treatment date and plan the check-ins that follow."""

    async def enter(base: Foundation) -> None:
        rows = await desk_commands.enrol(base, patient, kind, date, zone)
        lines = (f"{row['step']}  {row['local']}  {row['zone']}" for row in rows)
        typer.echo(json.dumps(rows) if as_json else "\n".join(lines))

    work(read(), enter, level="WARNING")


@app.command(help=SPEECH.say("cli.help.invite"))
def invite(
    is_open: Annotated[bool, typer.Option("--open", help=SPEECH.say("cli.option.open"))] = False,
    as_json: Json = False,
) -> None:
    """Make an invitation: a link for one new patient, or an open one."""

    async def make(base: Foundation) -> None:
        lines = await connect(base)
        try:
            made = await desk_commands.invite(base, ways_of(base, lines), is_open=is_open)
        finally:
            await lines.close()
        typer.echo(
            json.dumps(made) if as_json else "\n".join(f"{way['channel']}: {way['url']}" for way in made)
        )

    work(read(), make, level="WARNING")


@app.command(help=SPEECH.say("cli.help.held"))
def held(
    release: Annotated[str, typer.Option(help=SPEECH.say("cli.option.release"))] = "", as_json: Json = False
) -> None:
    """List messages that wait for a person, or release one or all. Exit code 1 when none is held so."""

    async def act(base: Foundation) -> None:
        if release:
            number = await desk_commands.release(base, "" if release == "all" else release)
            told = SPEECH.say("cli.held.released", number=str(number))
            typer.echo(json.dumps({"released": number}) if as_json else told)
            return
        rows = await desk_commands.held(base)
        lines = (f"{row['id']}  {row['patient']}  {row['channel']}  {row['code']}" for row in rows)
        typer.echo(json.dumps(rows) if as_json else "\n".join(lines) or SPEECH.say("cli.held.none"))

    work(read(), act, level="WARNING", reads_only=not release)


@app.command(help=SPEECH.say("cli.help.export"))
def export(
    contract: Annotated[bool, typer.Option("--contract", help=SPEECH.say("cli.option.contract"))] = False,
    as_json: Json = False,
) -> None:
    """Export the clinic's data, opened: answers, follow-ups, sends, tasks. Handle it with care."""
    if not (contract and as_json):
        raise typer.BadParameter(SPEECH.say("cli.export.needs"))

    async def write(base: Foundation) -> None:
        stores = base.stores
        await desk_commands.note(base, "cli.export")
        async for piece in Export(stores.database, stores.vault, stores.clinics).as_json(DEFAULT_CLINIC):
            sys.stdout.write(piece)
        sys.stdout.write("\n")

    work(read(), write, level="WARNING", reads_only=True)


@staff_app.command("add", help=SPEECH.say("cli.help.staff_add"))
def staff_add(
    email: str, name: Annotated[str, typer.Option(help=SPEECH.say("cli.option.name"))] = "Administrator"
) -> None:
    """Add an administrator and print a one-time sign-in link (or a new link for one who is there)."""

    async def add(base: Foundation) -> None:
        await make_clinic(base)
        typer.echo(await first_link(base, email=email.lower(), name=name))

    work(read(), add)


async def _demo(base: Foundation) -> None:
    await make_clinic(base)
    link = await first_link(base)
    ready = asyncio.Event()
    async with asyncio.TaskGroup() as tasks:
        serving = tasks.create_task(run(base, Roles(), ready))
        telling = tasks.create_task(announce(base, link, ready, SPEECH))
        await serving
        telling.cancel()
