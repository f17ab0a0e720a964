"""All commands by name. A command's module is imported when the command is given, and not before.

So `yorisoi --help` answers at once, and a command waits for nothing that another one needs.
"""

import gc
from collections.abc import Callable, Mapping
from importlib import import_module
from types import MappingProxyType, ModuleType
from typing import Annotated, Any, Final

import typer
from typer.core import TyperGroup
from typer.main import get_command

from bot.cli.words import CHOSEN, SPEECH, group_app, help_of

MODULES: Final[Mapping[str, str]] = MappingProxyType(
    {
        "demo": "processes",
        "serve": "processes",
        "web": "processes",
        "worker": "processes",
        "migrate": "database",
        "doctor": "doctor",
        "chat": "terminal",
        "check": "pack",
        "plan": "plan",
        "patients": "desk",
        "summary": "handing_out",
        "enrol": "desk",
        "invite": "invitation",
        "held": "desk",
        "export": "handing_out",
        "audit": "audit",
        "rotate-keys": "vault",
        "erase": "vault",
        "backup": "vault",
        "restore": "vault",
        "retention": "vault",
        "hold": "vault",
        "seed": "seed",
        "staff": "staff",
        "token": "token",
        "clinic": "clinic",
        "channel": "channel",
        "pack": "pack",
        "templates": "templates",
    }
)
"""Each command's module, in the order in which help lists them."""


class Commands(TyperGroup):
    """Lists the commands by name and help; finds the one that is given in its module."""

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        """Return the command's name, itself and what is left of `args`, as typer asks for them."""
        name, listed, rest = super().resolve_command(ctx, args)
        return name, _made(name) if name and name in MODULES else listed, rest


def _unswept(module: str) -> ModuleType:
    """Import a module while the garbage collector rests: all of it stays, and is never looked through."""
    gc.disable()
    try:
        return import_module(module)
    finally:
        gc.freeze()
        gc.enable()


def named(name: str) -> Any:
    """Return the function of a command, or the app of a group of commands; KeyError if there is none."""
    return getattr(_unswept(f"bot.cli.{MODULES[name]}"), name.replace("-", "_"))


def _made(name: str) -> Any:
    found = named(name)
    return get_command(found if isinstance(found, typer.Typer) else _only(name, found))


def _only(name: str, act: Callable[..., None]) -> typer.Typer:
    alone = group_app(name)
    alone.command(name, help=help_of(name))(act)
    return alone


def _listed() -> None:
    """Stand for a command whose module nobody has asked for yet."""


app = group_app("app", cls=Commands)


@app.callback(help=help_of("app"))
def about(
    clinic: Annotated[str, typer.Option("--clinic", help=SPEECH.say("cli.option.which_clinic"))] = "",
) -> None:
    """Take which clinic the command is about: without a word, the one that the settings make."""
    CHOSEN.set(clinic)


for each in MODULES:
    app.command(each, help=help_of(each))(_listed)
