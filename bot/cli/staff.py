"""The command group `yorisoi staff`."""

from typing import Annotated

import typer

from bot.cli.running import read, work
from bot.cli.words import SPEECH, group_app
from bot.console.access import Role
from bot.demo import make_clinic
from bot.foundation import Foundation
from bot.staff_door import change_role, first_link, let_back, reset_link

staff = group_app("staff")


@staff.command("add", help=SPEECH.say("cli.help.staff_add"))
def staff_add(
    email: str, name: Annotated[str, typer.Option(help=SPEECH.say("cli.option.name"))] = "Administrator"
) -> None:
    """Add an administrator and print a one-time sign-in link (or a new link for one who is there)."""

    async def add(base: Foundation) -> None:
        await make_clinic(base)
        typer.echo(await first_link(base, email=email.lower(), name=name))

    work(read(), add)


@staff.command("reset", help=SPEECH.say("cli.help.staff_reset"))
def staff_reset(email: str) -> None:
    """Forget a member's lost phone and print the link by which they set up another."""

    async def reset(base: Foundation) -> None:
        typer.echo(await reset_link(base, email.strip().casefold()))

    work(read(), reset, level="WARNING")


@staff.command("role", help=SPEECH.say("cli.help.staff_role"))
def staff_role(email: str, role: Role) -> None:
    """Give a member another role."""

    async def change(base: Foundation) -> None:
        await change_role(base, email.strip().casefold(), role)

    work(read(), change, level="WARNING")


@staff.command("enable", help=SPEECH.say("cli.help.staff_enable"))
def staff_enable(email: str) -> None:
    """Let a former member in again and print the link by which they come."""

    async def enable(base: Foundation) -> None:
        typer.echo(await let_back(base, email.strip().casefold()))

    work(read(), enable, level="WARNING")
