"""A log that the database itself keeps: what came in, what was handled, how each message moved."""

_TABLE = "CREATE TABLE sim_log (seq INTEGER PRIMARY KEY, at REAL, what TEXT, id TEXT, was TEXT, now TEXT)"
_NOTE = "INSERT INTO sim_log (at, what, id, was, now) VALUES (sim_now(), '{table}', NEW.id, {was}, NEW.state)"
_BORN = "CREATE TRIGGER sim_born_{table} AFTER INSERT ON {table} BEGIN {note}; END"
_MOVED = (
    "CREATE TRIGGER sim_moved_{table} AFTER UPDATE ON {table} WHEN OLD.state <> NEW.state BEGIN {note}; END"
)


def watch(driver, loop):
    """Let a SQLite connection keep the log from now on."""
    driver.create_function("sim_now", 0, loop.time)
    driver.execute(_TABLE)
    for table in ("inbox", "outbox"):
        driver.execute(_BORN.format(table=table, note=_NOTE.format(table=table, was="''")))
        driver.execute(_MOVED.format(table=table, note=_NOTE.format(table=table, was="OLD.state")))


def read(driver):
    """Return the log in its order: (seq, at, what, id, was, now)."""
    return driver.execute("SELECT seq, at, what, id, was, now FROM sim_log ORDER BY seq").fetchall()
