"""Errors that say what to do about them.

SendError
├── SendLater       a passing fault: not sent, try again
├── SendUncertain   it left us and nobody knows whether it arrived
├── SendRejected    this message will never be taken
├── NotToday        not taken for now: once more after a day, then never
├── TemplateRefused WhatsApp will not take this template
├── DayFull         WhatsApp: no more people may be written to first today
├── WindowClosed    WhatsApp: only a template may go
├── ContactGone     the person cannot be reached at this address any more
│   └── ContactMoved    … and the service says at which one instead
└── AccountFault    the account itself is refused: stop its queue
FetchError
├── FetchLater      try again
├── FetchHeld       the account itself is refused: its files wait
└── FetchRefused    this file will never come
"""

from datetime import datetime, timedelta


class YorisoiError(Exception):
    """Anything that Yorisoi raises on purpose."""


class SettingError(YorisoiError):
    """A setting is missing or wrong; the text names it and the mend, in one line."""


class PackError(YorisoiError):
    """A questionnaire or protocol is broken; the text names file, linkId and reason."""


class ConcurrentUpdate(YorisoiError):
    """Somebody else changed the case in between: read and decide again."""


class LeaseLost(ConcurrentUpdate):
    """The work that was to be settled is somebody else's by now: nothing was written."""


class ProgrammeStopped(YorisoiError):
    """Everything is stopped for this patient: staff start it again before a date or a check-in."""


class StorageAway(YorisoiError):
    """The database can't be worked with now: nothing was stored, or nobody knows whether it was.

    What is tried again is held to its key or its fence, so that it counts once. `code` is a short word
    for the reason; `passes` says that waiting helps, whatever was asked for.
    """

    def __init__(self, code: str, *, passes: bool = True) -> None:
        """Keep the reason."""
        super().__init__(f"the database is away: {code}")
        self.code = code
        self.passes = passes

    @property
    def is_full(self) -> bool:
        """Say whether there is no room: then small things may still be written and large ones not."""
        return self.code == "disk-full"


class NotFound(YorisoiError):
    """No such thing here (or not for this clinic: the answer is the same)."""


class SendError(YorisoiError):
    """A message could not be handed over. `code` is the provider's, or our own word."""

    def __init__(
        self, code: str, *, after: timedelta | None = None, free: bool = False, alone: bool = False
    ) -> None:
        """Keep the code; `after` is the provider's waiting time, `free` means no attempt is counted.

        `alone`: it says nothing about the account, so that no other message has to wait for it.
        """
        super().__init__(code)
        self.code = code
        self.after = after
        self.free = free
        self.alone = alone
        self.taken = 0
        """How many of the message's parts the service has taken so far: they are not to be sent again."""


class SendLater(SendError):
    """A passing fault: it was not sent; try again, not before `after` when the service said so."""


class SendUncertain(SendError):
    """The message left us, and nobody knows whether it arrived."""


class SendRejected(SendError):
    """This message will never be taken as it is."""


class NotToday(SendError):
    """The service does not deliver this one for now (131049): once more after a day, then never."""


class TemplateRefused(SendError):
    """This template will not be taken (missing, paused, wrong parameters): whoever needs it waits."""


class DayFull(SendError):
    """So many people were written to first in 24 hours that one more may not be, before `until`."""

    def __init__(self, until: datetime) -> None:
        """Keep when a place is free again; nobody else has to wait for it."""
        super().__init__("day-full", free=True, alone=True)
        self.until = until


class WindowClosed(SendError):
    """WhatsApp's 24-hour window is closed (131047): only a template may go."""


class ContactGone(SendError):
    """The person blocked us, left the service or never was there: stop writing to this address."""


class ContactMoved(ContactGone):
    """The chat has another address by now (a Telegram group that became a supergroup)."""

    def __init__(self, code: str, address: str) -> None:
        """Keep the new address, as the service told it."""
        super().__init__(code)
        self.address = address


class AccountFault(SendError):
    """The account is refused (token, ban, payment): hold its queue, burn no attempt, tell an operator."""


class FetchError(YorisoiError):
    """A file could not be fetched. `code` is a short word for the reason."""

    def __init__(self, code: str, *, after: timedelta | None = None, free: bool = False) -> None:
        """Keep the code and the provider's waiting time; `free` means no attempt is counted."""
        super().__init__(code)
        self.code = code
        self.after = after
        self.free = free


class FetchLater(FetchError):
    """A passing fault: try again."""


class FetchHeld(FetchError):
    """The account is refused (token, ban): hold its files, burn no attempt, tell an operator."""


class FetchRefused(FetchError):
    """The file is gone, too large or of a kind that is not taken."""
