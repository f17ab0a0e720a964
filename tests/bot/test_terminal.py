import asyncio
from collections.abc import Iterable

from bot.demo import demo_settings
from bot.foundation import foundation
from bot.terminal import chat

HELLO = ("1", "1", "yes", "1", "1", "1", "yes", "Test Person")


async def talk(folder, capsys, lines: Iterable[str], *, wait_for: str) -> str:
    """Type each line once the one before was answered; return all that was printed."""
    printed = []

    async def read_line() -> str | None:
        async with asyncio.timeout(20):
            while True:
                await asyncio.sleep(0.02)
                out = capsys.readouterr().out
                printed.append(out)
                if "]" in out:
                    break
                if wait_for in "".join(printed):
                    return None
        return next(waiting, None)

    waiting = iter(lines)
    async with foundation(demo_settings({}, folder)) as base:
        await chat(base, read_line)
    printed.append(capsys.readouterr().out)
    return "".join(printed)


async def test_the_intake_is_held_in_a_terminal_by_numbers_and_words(tmp_path, capsys):
    printed = await talk(tmp_path, capsys, HELLO, wait_for="as in the passport")

    assert "May we collect and keep your health information" in printed
    assert "What is the patient's full name" in printed


async def test_a_conversation_goes_on_where_it_was_after_a_restart(tmp_path, capsys):
    await talk(tmp_path, capsys, HELLO[:3], wait_for="May we collect")

    printed = await talk(tmp_path, capsys, (), wait_for="May we collect")

    assert "May we collect and keep your health information" in printed


async def test_what_was_typed_is_answered_before_it_quits(tmp_path, capsys):
    lines = iter([*HELLO[:3], "/quit"])

    async def read_line() -> str | None:
        return next(lines, None)

    async with foundation(demo_settings({}, tmp_path)) as base:
        await chat(base, read_line)

    printed = capsys.readouterr().out
    assert "One moment" in printed
    assert "May we collect" in printed
    assert not set("\u2068\u2069") & set(printed)
