"""The setting that tells PostgreSQL for which clinic a transaction works (storage/row_security.py)."""

from typing import Final

SETTING: Final = "yorisoi.clinic"

EVERY: Final = "*"
"""What a connection says that may meet the rows of every clinic."""
