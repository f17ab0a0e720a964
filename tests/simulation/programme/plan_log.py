"""A second log that the database keeps: dates, steps, alerts and items, and the job that wrote them."""

from collections import defaultdict
from dataclasses import dataclass

_LOG = "CREATE TABLE sim_{name} (seq INTEGER PRIMARY KEY, job INT, at REAL, id TEXT, {columns})"
_NOTE = (
    "CREATE TRIGGER sim_{name}_{when} AFTER {event} ON {table} {guard} BEGIN"
    " INSERT INTO sim_{name} (job, at, id, {columns})"
    " VALUES (sim_job(), sim_now(), NEW.id, {values}); END"
)
LOGS = {
    "steps": ("follow_ups", "patient_id, step, state, due_at, window_end, zone, reason"),
    "dates": ("anchors", "patient_id, local, zone"),
    "alerts": ("alerts", "patient_id, step, raised_at, taken_at"),
    "stages": ("patients", "stage"),
    "items": ("inbox", "state"),
}
"""Our log → the product's table and the columns that are kept whenever one of them changes."""


@dataclass(frozen=True)
class Entry:
    """A row as it was from a job on."""

    job: int
    at: float
    id: str
    row: dict


def watch(server):
    """Let the database keep these logs."""
    driver = server.driver
    driver.create_function("sim_job", 0, lambda: server.jobs_begun)
    for name, (table, columns) in LOGS.items():
        names = columns.split(", ")
        driver.execute(_LOG.format(name=name, columns=columns))
        values = ", ".join(f"NEW.{column}" for column in names)
        changes = " OR ".join(f"OLD.{column} IS NOT NEW.{column}" for column in names)
        for when, event, guard in (("born", "INSERT", ""), ("moved", "UPDATE", f"WHEN {changes}")):
            form = {"name": name, "table": table, "columns": columns, "values": values}
            driver.execute(_NOTE.format(when=when, event=event, guard=guard, **form))


def read(driver, name):
    """Return a log: id → its entries in their order."""
    columns = LOGS[name][1].split(", ")
    found = defaultdict(list)
    for _, job, at, ident, *values in driver.execute(f"SELECT * FROM sim_{name} ORDER BY seq"):
        found[ident].append(Entry(job, at, ident, dict(zip(columns, values, strict=True))))
    return found
