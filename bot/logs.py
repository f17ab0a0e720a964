"""Structured logs that hold ids only: no words, names, numbers or tokens, at any level.

The Telegram token stands in its URLs and so in HTTP libraries' messages and in exception texts:
those loggers stay at WARNING, and every record passes the redaction on its way out.
"""

import logging
import re
import sys
from collections.abc import Sequence

import structlog

NOISY = ("httpx", "httpx2", "httpcore", "httpcore2", "telegram", "aiosmtplib", "asyncio", "uvicorn.access")
SHORTEST_SECRET = 6
_TOKENS = (
    re.compile(r"\b\d{6,12}:[A-Za-z0-9_-]{30,}"),
    re.compile(r"(?i)(bearer\s+)[A-Za-z0-9._~+/-]+=*"),
    re.compile(r"(?i)((?:token|secret|password|key)=)[^\s&]+"),
    re.compile(r"/(?:chat/i|chat/e|console/enter|upload)/[A-Za-z0-9_-]{16,}"),
)


class Redaction(logging.Filter):
    """Take tokens out of a record's text, its arguments and its exception."""

    def __init__(self, secrets: Sequence[str] = ()) -> None:
        """Keep the exact secrets of this process; what looks like a token goes anyway."""
        super().__init__()
        self._secrets = tuple(secret for secret in secrets if len(secret) >= SHORTEST_SECRET)

    def filter(self, record: logging.LogRecord) -> bool:
        """Rewrite the record in place; always let it pass."""
        record.msg = self.clean(record.getMessage())
        record.args = ()
        if record.exc_info:
            record.exc_text = self.clean(logging.Formatter().formatException(record.exc_info))
            record.exc_info = None
        return True

    def clean(self, text: str) -> str:
        """Return `text` without tokens."""
        for secret in self._secrets:
            text = text.replace(secret, "[secret]")
        for pattern in _TOKENS:
            text = pattern.sub("[secret]", text)
        return text


def set_up_logs(*, level: str = "INFO", secrets: Sequence[str] = (), human: bool = False) -> None:
    """Send all logs through one handler to standard error: JSON lines, or readable ones for a demo."""
    renderer = (
        structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty())
        if human
        else structlog.processors.JSONRenderer()
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, renderer],
            foreign_pre_chain=[
                structlog.stdlib.add_log_level,
                structlog.processors.TimeStamper(fmt="iso", utc=True),
            ],
        )
    )
    handler.addFilter(Redaction(secrets))
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(level)
    for name in NOISY:
        logging.getLogger(name).setLevel(logging.WARNING)
    structlog.configure(
        processors=[
            structlog.stdlib.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=True,
    )
