import asyncio
from collections.abc import Iterable, Sequence
from dataclasses import replace

from bot.demo import demo_settings
from bot.foundation import foundation
from bot.speech import speech_of
from bot.terminal import chat
from handlers.core.case import Case
from handlers.core.changes import Change, SetAnchor
from handlers.errors import ConcurrentUpdate
from storage.unit_of_work import UnitOfWork

HELLO = ("1", "1", "yes", "1", "1", "yes", "Test Person", "yes")
ENGLISH = speech_of({})


async def talk(folder, capsys, lines: Iterable[str], *, wait_for: str) -> str:
    """Type each line once the one before was answered; return all that was printed."""
    printed = []

    async def read_line() -> str | None:
        async with asyncio.timeout(20):
            while True:
                await asyncio.sleep(0.02)
                out = capsys.readouterr().out
                printed.append(out)
                if "]" in out or "No, change" in out:
                    break
                if wait_for in "".join(printed):
                    return None
        return next(waiting, None)

    waiting = iter(lines)
    async with foundation(demo_settings({}, folder)) as base:
        await chat(base, ENGLISH, read_line)
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
        await chat(base, ENGLISH, read_line)

    printed = capsys.readouterr().out
    assert "One moment" in printed
    assert "May we collect" in printed
    assert not set("\u2068\u2069") & set(printed)


async def said(folder, capsys, speech, *lines: str) -> str:
    waiting = iter(lines)

    async def read_line() -> str | None:
        return next(waiting, None)

    async with foundation(demo_settings({}, folder)) as base:
        await chat(base, speech, read_line)
    return capsys.readouterr().out


async def test_the_terminal_speaks_the_language_of_the_environment(tmp_path, capsys):
    printed = await said(tmp_path, capsys, speech_of({"LANG": "ja_JP.UTF-8"}), "/jump", "/quit")

    assert "まだ予定がありません" in printed
    assert "ご本人についてのご相談ですか" in printed


async def test_a_wrong_treatment_date_is_explained(tmp_path, capsys):
    printed = await said(tmp_path, capsys, ENGLISH, "/treated 31 March", "/quit")

    assert "'31 MarchT10:00' is not a date such as 2026-01-31" in printed


class ChangedOnce(UnitOfWork):
    """Somebody else changes the case before the first treatment date is saved."""

    is_changed = False

    async def save(self, case: Case, changes: Sequence[Change]) -> None:
        if not self.is_changed and any(isinstance(change, SetAnchor) for change in changes):
            self.is_changed = True
            raise ConcurrentUpdate("changed in between")
        await super().save(case, changes)


async def test_a_treatment_date_is_entered_although_the_case_changes_in_between(tmp_path, capsys):
    async with foundation(demo_settings({}, tmp_path)) as base:
        stores = base.stores
        uow = ChangedOnce(stores.database, stores.vault, stores.clinics, stores.keys)
        lines = iter(["/treated 2026-03-31", "/quit"])

        async def read_line() -> str | None:
            return next(lines, None)

        await chat(replace(base, stores=replace(stores, uow=uow)), ENGLISH, read_line)

    assert uow.is_changed
    assert "M6: 2026-09-30T10:00" in capsys.readouterr().out
