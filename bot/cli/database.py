"""The command of the whole database: `migrate`."""

from bot.cli.running import read, work
from bot.demo import make_clinic


def migrate() -> None:
    """Bring the database up to date; doing it twice is harmless."""
    work(read(), make_clinic)
