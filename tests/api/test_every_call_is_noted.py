"""As the description says: whatever a program reads or changes is a line in the record of acts."""

from itertools import cycle

from bot.api.scopes import Scope
from tests.api.test_tokens import DATE
from tests.api.test_what_programs_do import acts
from tests.console.record import anna, intake, treated

P = "/patients/{patient}"
CALLS = [
    ("get", "/patients", None),
    ("get", P, None),
    ("get", f"{P}/summary", None),
    ("get", f"{P}/documents/{{document}}", None),
    ("get", "/tasks", None),
    *(("get", path, None) for path in ("/work", "/alerts", "/cases", "/duplicates", "/stuck", "/overview")),
    ("post", "/patients/find", {}),
    ("get", f"{P}/notes", None),
    ("post", f"{P}/notes", {"text": "x"}),
    ("post", f"{P}/tags", {"name": "x"}),
    ("post", f"{P}/cases", None),
    ("post", f"{P}/invitations", {"kind": "helper"}),
    *(("post", f"{P}/documents/{{document}}/{act}", {"verdict": "locked"}) for act in ("judge", "again")),
    ("get", f"{P}/talk", None),
    ("post", f"{P}/talk/take", {"name": "Yuki"}),
    ("post", f"{P}/talk/write", {"contact": "c-p1", "text": "x", "message": "m1"}),
    ("post", f"{P}/talk/back", None),
    *(("post", f"/work/{{line}}/{act}", None) for act in ("take", "take", "give-back", "give-back")),
    ("post", "/work/{line}/snooze", {"rest": "hour", "reason": "for the test"}),
    *(("post", f"/work/{{line}}/{act}", None) for act in ("wake", "wake")),
    ("post", "/invitations", {}),
    ("post", f"{P}/dates/preview", DATE),
    ("post", f"{P}/dates", DATE),
    ("post", f"{P}/dates", DATE),  # the same again, which changes nothing
    ("post", f"{P}/pause", {"until": "2027-02-01"}),
    ("post", f"{P}/follow-ups/{{follow_up}}/send", None),
    ("post", f"{P}/follow-ups/{{follow_up}}/skip", {"why": "not-needed"}),
    ("post", f"{P}/tasks/{{task}}/close", {"reason": "for the test"}),
    ("delete", f"{P}/dates/{{date}}", None),
    ("post", f"{P}/stop", {"why": "left"}),
    ("post", f"{P}/start-again", None),
]
ELSEWHERE = {
    ("post", "/alerts/{alert}/take"): "test_work.py",
    ("delete", f"{P}/tags/{{tag}}"): "test_notes.py",
    ("post", f"{P}/place"): "test_talk.py",
    ("post", "/cases/{case}/notes"): "test_upkeep.py",
    ("post", f"{P}/merge"): "test_upkeep.py",
    ("delete", "/merges/{merge}"): "test_upkeep.py",
    ("post", "/held/{message}/again"): "test_upkeep.py",
    ("post", "/stuck/messages/{message}/{end}"): "in one transaction with what is done (storage/stuck.py)",
    ("post", f"{P}/follow-ups/{{follow_up}}/stuck/{{end}}"): "in one list of changes with what is done",
}
"""What needs more than this patient: where its line is tested, or why it cannot lack."""


async def ids_of(office):
    """Return the ids of a patient and of what their record is made of, a check-in anew for each call."""
    case = await office.house.add(anna(), *intake(), *treated())
    stored = "UPDATE documents SET state = 'stored'"
    await office.house.database.write(lambda conn: conn.exec_driver_sql(stored))
    record = await office.house.views.record(case.clinic.id, case.patient.id)
    known = {"patient": "p1", "document": "d-p1", "date": "a-p1", "task": record.tasks[0].id}
    known["line"] = f"task:{known['task']}"
    return ({**known, "follow_up": one.id} for one in cycle(record.follow_ups))


async def test_every_call_is_a_line(office):
    ids, program, silent = await ids_of(office), await office.program(*Scope), []
    for method, path, body in CALLS:
        before = await acts(office, limit=100)
        answer = await program.request(method, path.format(**next(ids)), json=body)
        assert answer.is_success, (path, answer.text)
        silent += [f"{method} {path}"] if len(await acts(office, limit=100)) == len(before) else []

    assert silent == []


def test_no_call_of_the_description_is_left_out_here(office):
    described = {(method, path) for path, all_ in office.app.openapi()["paths"].items() for method in all_}

    assert described == {(method, path) for method, path, _ in CALLS} | set(ELSEWHERE)
