"""A log that the database itself keeps: what came in, what was handled, how each message moved."""

_TABLE = "CREATE TABLE sim_log (seq INTEGER PRIMARY KEY, at REAL, what TEXT, id TEXT, was TEXT, now TEXT)"
_TRIGGERS = (
    "CREATE TRIGGER sim_in AFTER INSERT ON inbox BEGIN"
    " INSERT INTO sim_log (at, what, id, was, now) VALUES (sim_now(), 'inbox', NEW.id, '', NEW.state); END",
    "CREATE TRIGGER sim_handled AFTER UPDATE ON inbox WHEN OLD.state <> NEW.state BEGIN"
    " INSERT INTO sim_log (at, what, id, was, now)"
    " VALUES (sim_now(), 'inbox', NEW.id, OLD.state, NEW.state); END",
    "CREATE TRIGGER sim_out AFTER INSERT ON outbox BEGIN"
    " INSERT INTO sim_log (at, what, id, was, now) VALUES (sim_now(), 'outbox', NEW.id, '', NEW.state); END",
    "CREATE TRIGGER sim_moved AFTER UPDATE ON outbox WHEN OLD.state <> NEW.state BEGIN"
    " INSERT INTO sim_log (at, what, id, was, now)"
    " VALUES (sim_now(), 'outbox', NEW.id, OLD.state, NEW.state); END",
)


def watch(driver, loop):
    """Let a SQLite connection keep the log from now on."""
    driver.create_function("sim_now", 0, loop.time)
    driver.execute(_TABLE)
    for trigger in _TRIGGERS:
        driver.execute(trigger)


def read(driver):
    """Return the log in its order: (seq, at, what, id, was, now)."""
    return driver.execute("SELECT seq, at, what, id, was, now FROM sim_log ORDER BY seq").fetchall()
