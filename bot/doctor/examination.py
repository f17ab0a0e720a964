"""The whole examination, and what is printed of it."""

import json
from collections.abc import Sequence

from bot.clock import system_now
from bot.doctor.database import look_at_database
from bot.doctor.findings import Finding, Level, worst
from bot.doctor.identity import look_at_identity
from bot.doctor.machine import look_at_machine
from bot.doctor.pack import look_at_pack
from bot.doctor.reach import look_at_services
from bot.doctor.whatsapp import look_at_whatsapp
from bot.doctor.zones import look_at_zones
from bot.foundation import Foundation
from bot.settings import Settings
from bot.speech import Speech
from storage.key_backup import confirm_key_backup

_MARKS = {Level.OK: "ok  ", Level.NOTE: "note", Level.RED: "RED "}


async def examine(settings: Settings, *, offline: bool = False) -> Sequence[Finding]:
    """Look at everything; nothing is changed. `offline` asks no service, and says so."""
    now = system_now()
    database = [one async for one in look_at_database(settings, now)]
    machine = [*look_at_machine(settings), look_at_zones(now), *look_at_whatsapp(settings)]
    outside = await look_at_services(settings, offline=offline)
    identity = [] if offline else await look_at_identity(settings, system_now)
    return [*machine, *outside, *identity, *look_at_pack(settings), *database]


async def confirm_key(base: Foundation) -> None:
    """Remember that the master key has a copy elsewhere."""
    vault = base.stores.vault
    await base.stores.database.write(
        lambda conn: confirm_key_backup(conn, vault.fingerprint, base.now_system())
    )


def report(findings: Sequence[Finding], speech: Speech, *, as_json: bool) -> str:
    """Return the findings as lines, or as one JSON object {level, findings: [{level, name, text, …}]}."""
    told = [(one, speech.say(f"cli.doctor.{one.name}", **_in_words(one, speech))) for one in findings]
    if as_json:
        lines = [_as_row(one, text) for one, text in told]
        return json.dumps({"level": worst(findings).value, "findings": lines}, ensure_ascii=False)
    return "\n".join(f"{_MARKS[one.level]}  {_whose(one)}{text}" for one, text in told)


def _as_row(finding: Finding, text: str) -> dict[str, str]:
    row = {"level": finding.level.value, "name": finding.name, "text": text}
    return row | {"clinic": finding.clinic} if finding.clinic else row


def _whose(finding: Finding) -> str:
    return f"{finding.clinic}: " if finding.clinic else ""


def _in_words(finding: Finding, speech: Speech) -> dict[str, str]:
    """Return the values; an error among them was raised in English."""
    return {name: speech.of(value) for name, value in finding.values.items()}
