"""Runs one command: settings, logs, stores; and says in one line what ended it."""

import asyncio
import os
from collections.abc import Awaitable, Callable

import typer

from bot.cli.words import CHOSEN, SPEECH
from bot.clinics import of_clinic
from bot.demo import command_settings
from bot.foundation import Foundation, foundation
from bot.logs import set_up_logs
from bot.settings import Settings
from handlers.errors import NotFound, PackError, SettingError
from storage.damage import damage_of

WRONG_SETTING = 3


def read(source: Callable[[], Settings] = lambda: command_settings(os.environ)) -> Settings:
    """Return the settings; end the program with one line where one is missing or wrong."""
    try:
        return source()
    except SettingError as error:
        raise _stop(error) from None


def work(
    settings: Settings,
    act: Callable[[Foundation], Awaitable[None]],
    *,
    migrate: bool = True,
    reads_only: bool = False,
    serves: bool = False,
    human: bool = False,
    level: str = "INFO",
    before: Callable[[], Awaitable[None]] | None = None,
    of_all: bool = False,
) -> None:
    """Open everything and `act`; what ends it on purpose is said in one line, by its exit code.

    It is about the clinic that `--clinic` names, unless it is `of_all`. `before` is done first, while nothing
    is open.
    """
    set_up_logs(level=level, secrets=settings.secrets(), human=human)

    async def main() -> None:
        if before is not None:
            await before()
        async with foundation(settings, migrate=migrate, reads_only=reads_only, serves=serves) as base:
            chosen = "" if serves or of_all else CHOSEN.get()
            await act(await of_clinic(base, chosen) if chosen else base)

    try:
        asyncio.run(main())
    except KeyboardInterrupt:
        return
    except (SettingError, PackError) as error:
        raise _stop(error) from None
    except (NotFound, ValueError) as error:
        raise _stop(error, code=1) from None
    except ExceptionGroup as several:
        raise _stop(_cause(several)) from None
    except Exception as error:
        if (damage := damage_of(error)) is None:
            raise
        raise _stop(damage) from None


def _cause(several: ExceptionGroup[Exception]) -> BaseException:
    """Return the wrong setting or the damage that ended the tasks; raise them if it was neither."""
    first: BaseException = several
    while isinstance(first, BaseExceptionGroup):
        first = first.exceptions[0]
    found = first if isinstance(first, SettingError | PackError) else damage_of(first)
    if found is None:
        raise several
    return found


def _stop(error: BaseException, code: int = WRONG_SETTING) -> typer.Exit:
    words = SPEECH.of(str(error))
    typer.echo(f"yorisoi: {words}", err=True)
    return typer.Exit(code)
