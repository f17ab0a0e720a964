"""Structured logs that hold ids only: no words, names, numbers or tokens, at any level.

The Telegram token stands in its URLs and so in HTTP libraries' messages and in exception texts. So every
library, known or not, stays at WARNING and says its first words only; errors are told without the values that
they met (bot/quiet_errors.py); and every record passes the redaction on its way out.
"""

import logging
import re
import sys
from collections.abc import Iterable, Sequence
from typing import Any, Final

import structlog

from bot.quiet_errors import OURS, exception_of, hook, of_library

_EXCEPTIONS = structlog.processors.ExceptionRenderer(exception_of)
SHORTEST_SECRET = 6
_TOKENS = (
    re.compile(r"(?<!\d)\d{6,12}:[A-Za-z0-9_-]{30,}"),
    re.compile(r"(?i)(bearer\s+)[A-Za-z0-9._~+/-]+=*"),
    re.compile(r"(?i)((?:token|secret|password|key)=)[^\s&]+"),
    re.compile(r"/(?:chat/i|chat/e|chat/r|console/enter|upload|mine/i)/[A-Za-z0-9_-]{16,}"),
)


class Redaction:
    """Takes tokens out of a text."""

    def __init__(self, secrets: Sequence[str] = ()) -> None:
        """Keep the exact secrets of this process; what looks like a token goes anyway."""
        self._secrets = tuple(secret for secret in secrets if len(secret) >= SHORTEST_SECRET)

    def clean(self, text: str) -> str:
        """Return `text` without tokens."""
        for secret in (*self._secrets, *_HIDDEN):
            text = text.replace(secret, "[secret]")
        for pattern in _TOKENS:
            text = pattern.sub("[secret]", text)
        return text


_HIDDEN: Final[set[str]] = set()
"""Secrets that came to light after the logs were set up: the tokens of accounts that are rows."""


def hide(secrets: Iterable[str]) -> None:
    """Take these secrets out of every log line from now on, too."""
    _HIDDEN.update(secret for secret in secrets if len(secret) >= SHORTEST_SECRET)


class _RedactingFormatter(structlog.stdlib.ProcessorFormatter):
    """Renders a record, exception and all, and cleans what came out."""

    def __init__(self, redaction: Redaction, **options: Any) -> None:
        super().__init__(**options)
        self._redaction = redaction

    def format(self, record: logging.LogRecord) -> str:
        return self._redaction.clean(super().format(record))


def set_up_logs(*, level: str = "INFO", secrets: Sequence[str] = (), human: bool = False) -> None:
    """Send all logs through one handler to standard error: JSON lines, or readable ones for a demo."""
    renderer = (
        structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty())
        if human
        else structlog.processors.JSONRenderer()
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        _RedactingFormatter(
            Redaction(secrets),
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, renderer],
            foreign_pre_chain=[
                structlog.stdlib.add_log_level,
                of_library,
                structlog.processors.TimeStamper(fmt="iso", utc=True),
                _EXCEPTIONS,
            ],
        )
    )
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(logging.WARNING)
    for name in OURS:
        logging.getLogger(name).setLevel(level)
    sys.excepthook = hook
    structlog.configure(
        processors=[
            structlog.stdlib.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            _EXCEPTIONS,
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=True,
    )
