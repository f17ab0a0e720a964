"""Write the tables of docs/whatsapp.md anew: `python -m tools.whatsapp_tables`.

What stands in them is what the code does: every kind is read by the channel's own `split` and `parse`, every
code is looked up in its own table, and what follows from one in a status is what is decided there. Only the words for people stand here.
"""

import json
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any

from bot.channels.whatsapp.faults import ACTIONS, Fault, action_of
from bot.channels.whatsapp.messages import MESSAGES
from bot.channels.whatsapp.notices import ACCOUNT_FIELDS, TEMPLATE_FIELDS
from bot.channels.whatsapp.parse import STATES, parse
from bot.channels.whatsapp.split import split
from bot.ids import SystemIds
from bot.settings import Settings
from bot.surroundings import read_surroundings
from handlers import receipts
from handlers.core.case import Case, Clinic, Contact, Patient
from handlers.core.changes import CancelQueued, Change, MoveSend, OpenTask, SaveContact
from handlers.core.events import Happening, Other, Receipt, Unusable
from handlers.core.values import ChannelKind, ClinicId, ContactId, ContactPoint, PatientId
from handlers.decision import Decision
from handlers.world import World
from tools.whatsapp_words import CODES, DOES, EXAMPLES, FIELDS, FOLLOWS, STATUSES, WAITS

PLACE = Path(__file__).parents[1] / "docs" / "whatsapp.md"
NUMBER = "482913307651204"
NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)
NEW = max(ACTIONS) + 1
"""A code that nobody knows."""
CLINIC = Clinic(ClinicId("default"), "Sample Clinic", "parkinson-cell-therapy")
WITHOUT_CODE = {
    "HTTP 3xx": range(300, 400),
    "HTTP 401, 403": (401, 403),
    "HTTP 429": (429,),
    "any other HTTP 4xx": sorted({*range(400, 500)} - {401, 403, 429}),
    "HTTP 5xx": range(500, 600),
}
OUT = "| {} |"
PERMISSIONS = range(200, 300)
Rows = Iterator[Sequence[str]]


def main() -> None:
    PLACE.write_text(renewed(PLACE.read_text(encoding="utf-8")), encoding="utf-8")


def renewed(page: str) -> str:
    """Return the page with its tables as they should be; raise ValueError where a mark is missing."""
    for name, head, rows in TABLES:
        begin, end = f"<!-- {name}: begin, made by tools/whatsapp_tables.py -->", f"<!-- {name}: end -->"
        before, found, rest = page.partition(begin)
        _, closed, after = rest.partition(end)
        if not (found and closed):
            raise ValueError(f"docs/whatsapp.md lacks the marks of {name}")
        page = f"{before}{begin}\n{_table(head, rows())}\n{end}{after}"
    return page


def happening(field: str, value: dict[str, Any]) -> Happening:
    """Return what the channel makes of one change that Meta tells."""
    value = {"metadata": {"phone_number_id": NUMBER}} | value
    raw = json.dumps({"entry": [{"id": "1", "changes": [{"field": field, "value": value}]}]}).encode()
    return parse(split(raw, NUMBER).pieces[0].raw).what


def message_rows() -> Rows:
    """Yield a row per type of message, and per form in which one comes."""
    for kind, what, content in EXAMPLES:
        message = {"id": "wamid.1", "from": "12025550143", "type": kind} | content
        found = happening("messages", {"messages": [message]})
        yield f"`{kind}`", what, _event(found), _does(found)


def status_rows() -> Rows:
    """Yield a row per status, and one for those that are new."""
    for state in (*STATES, "anything else"):
        found = happening("messages", {"statuses": [{"id": "wamid.1", "status": state}]})
        name = STATES[state].value if isinstance(found, Receipt) else "Other"
        yield f"`{state}`" if state in STATES else state, name, STATUSES[name]


def change_rows() -> Rows:
    """Yield a row per field that tells of templates or the account, and one for the others."""
    for field, value in FIELDS:
        found = happening(field, value)
        yield f"`{field}`" if value else field, _event(found), _does(found)


def code_rows() -> Rows:
    """Yield a row per error code, in order; the many of permissions are one."""
    for code in sorted(ACTIONS.keys() - set(PERMISSIONS[1:])):
        name = f"{code}\N{EN DASH}{PERMISSIONS[-1]}" if code == PERMISSIONS[0] else str(code)
        yield name, CODES[code], ACTIONS[code].value, _setback(code)
    yield "any other", "new, or not for us", action_of(Fault(400, NEW)).value, _setback(NEW)


def http_rows() -> Rows:
    """Yield a row per answer that is an error and names no code of Meta's."""
    for name, statuses in WITHOUT_CODE.items():
        [action] = {action_of(Fault(status)) for status in statuses}
        yield name, action.value


def _setback(code: int) -> str:
    """Return what is decided where a message failed with this code, told in a status."""
    failed = {"id": "1", "status": "failed", "errors": [{"code": code}], "biz_opaque_callback_data": "o"}
    found = happening("messages", {"statuses": [failed]})
    if not isinstance(found, Receipt):
        raise TypeError(f"a status with the code {code} is no receipt")
    decision = Decision(_case(), _world(), cause="table")
    receipts.receipt(decision, found, NOW)
    return "; ".join(_decided(decision.finish()))


def _decided(changes: Sequence[Change]) -> Iterator[str]:
    [move] = [one for one in changes if isinstance(one, MoveSend)]
    is_shut = any(isinstance(one, SaveContact) and one.contact.window_closes_at == NOW for one in changes)
    if move.held:
        yield FOLLOWS["held"]
    elif move.again_at is None:
        yield FOLLOWS["failed"]
    else:
        yield FOLLOWS["again" if move.freely else "once"].format(WAITS[move.again_at - NOW])
    follows = {
        "template": is_shut,
        "queue": move.freely,
        "gone": any(isinstance(one, CancelQueued) for one in changes),
        "task": any(isinstance(one, OpenTask) for one in changes),
    }
    yield from (FOLLOWS[name] for name, is_so in follows.items() if is_so)


@cache
def _world() -> World:
    ids = SystemIds(lambda: NOW)
    return read_surroundings(Settings(env="demo"), _Still(), lambda: NOW, ids).world(CLINIC)


class _Still:
    def now(self) -> datetime:
        return NOW

    async def sleep_until(self, moment: datetime) -> None:
        raise AssertionError(moment)


def _case() -> Case:
    contact = Contact(ContactId("c"), ContactPoint(ChannelKind.WHATSAPP, "main", "US.1"))
    return Case(CLINIC, Patient(PatientId("p"), "P"), contact)


def _event(found: Happening) -> str:
    kind = f" ({found.kind})" if isinstance(found, Other | Unusable) else ""
    return f"{type(found).__name__}{kind}"


def _does(found: Happening) -> str:
    special = DOES.get(_event(found))
    return DOES[type(found).__name__] if special is None else special


def _table(head: str, rows: Rows) -> str:
    names = head.split(" | ")
    lines = [names, ["---"] * len(names), *rows]
    return "\n".join(OUT.format(" | ".join(line)) for line in lines)


TABLES = (
    ("messages", "Type | What it is | Becomes | What Yorisoi does", message_rows),
    ("statuses", "Status | Becomes | What Yorisoi does", status_rows),
    ("changes", "Field | Becomes | What Yorisoi does", change_rows),
    ("codes", "Code | Meta calls it | As the answer to a message | As a later status", code_rows),
    ("http", "Answer without a code | What follows", http_rows),
)
COVERED = {"messages": set(MESSAGES), "changes": {*TEMPLATE_FIELDS, *ACCOUNT_FIELDS}, "codes": set(ACTIONS)}
"""What the tables must hold: the keys of the code's own tables."""


if __name__ == "__main__":
    main()
