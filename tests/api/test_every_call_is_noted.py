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
]


async def ids_of(office):
    """Return the ids of a patient and of what their record is made of, a check-in anew for each call."""
    case = await office.house.add(anna(), *intake(), *treated())
    stored = "UPDATE documents SET state = 'stored'"
    await office.house.database.write(lambda conn: conn.exec_driver_sql(stored))
    record = await office.house.views.record(case.clinic.id, case.patient.id)
    known = {"patient": "p1", "document": "d-p1", "date": "a-p1", "task": record.tasks[0].id}
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

    assert described == {(method, path) for method, path, _ in CALLS}
