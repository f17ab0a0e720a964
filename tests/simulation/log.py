"""A log that the database itself keeps: what came in, who claimed and who settled what, and when."""

_TABLE = (
    "CREATE TABLE sim_log"
    " (seq INTEGER PRIMARY KEY, at REAL, by TEXT, what TEXT, id TEXT,"
    " was TEXT, now TEXT, claims INT, names INT, code TEXT)"
)
_NOTE = (
    "INSERT INTO sim_log (at, by, what, id, was, now, claims, names, code)"
    " VALUES (sim_now(), sim_by(), '{table}', NEW.id, {was}, NEW.state, {claims}, {names}, {code})"
)
_BORN = "CREATE TRIGGER sim_born_{table} AFTER INSERT ON {table} BEGIN {note}; END"
_MOVED = (
    "CREATE TRIGGER sim_moved_{table} AFTER UPDATE ON {table}"
    " WHEN OLD.state <> NEW.state OR OLD.fence <> NEW.fence BEGIN {note}; END"
)
_NAMES = {"inbox": "0", "outbox": "OLD.provider_index IS NULL AND NEW.provider_index IS NOT NULL"}
_CODES = {"inbox": "''", "outbox": "NEW.code"}


def watch(driver, now, by):
    """Let a SQLite connection keep the log: `now` tells the time, `by` whose job is running."""
    driver.create_function("sim_now", 0, now)
    driver.create_function("sim_by", 0, by)
    driver.execute(_TABLE)
    for table, names in _NAMES.items():
        code = _CODES[table]
        born = _NOTE.format(table=table, was="''", claims=0, names=0, code=code)
        moved = _NOTE.format(
            table=table, was="OLD.state", code=code, claims="OLD.fence <> NEW.fence", names=names
        )
        driver.execute(_BORN.format(table=table, note=born))
        driver.execute(_MOVED.format(table=table, note=moved))


def read(driver):
    """Return the log in its order: (seq, at, by, what, id, was, now, claims, names, code)."""
    return driver.execute("SELECT * FROM sim_log ORDER BY seq").fetchall()
