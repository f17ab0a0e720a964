"""What the commands say, the option that most of them share, and what is the same for each group."""

import os
from contextvars import ContextVar
from typing import Annotated, Any

import typer

from bot.speech import speech_of

CHOSEN: ContextVar[str] = ContextVar("clinic", default="")
"""The clinic that a command is about; "" for the one that the settings make."""

SPEECH = speech_of(os.environ)
"""The command line's words; its help texts are made when it is imported."""

Json = Annotated[bool, typer.Option("--json", help=SPEECH.say("cli.option.json"))]


def help_of(name: str) -> str:
    """Return a command's help: the text `cli.help.<name>`, where a hyphen is a line below."""
    return SPEECH.say(f"cli.help.{name.replace('-', '_')}")


def group_app(name: str, **how: Any) -> typer.Typer:
    """Return a group of commands without any yet; named as its text of help is."""
    return typer.Typer(
        no_args_is_help=True,
        add_completion=False,
        pretty_exceptions_enable=False,
        rich_markup_mode=None,
        help=help_of(name),
        **how,
    )
