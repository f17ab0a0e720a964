"""A test message: does it leave, and what does the service answer? Nothing of it is stored."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final, Protocol

from bot.mail import Mailer
from bot.present import Present
from handlers.core.case import Clinic
from handlers.core.messages import Body, Outbound
from handlers.core.templates import HELPER_ASKED, PAGE_LINK
from handlers.core.values import ChannelKind
from handlers.errors import NotFound, SendError, SendLater, SendUncertain
from handlers.ports import Channel, Ids

_REPLIES = {HELPER_ASKED: ("c:test",), PAGE_LINK: ("c:test:start", "c:test:later", "c:test:stop")}
"""What the quick replies send back: nothing that the conversation knows."""

Place = tuple[ChannelKind, str]
"""An account: its channel and its name."""
MAIL: Final = "email"
"""What reaches staff beside the channels of patients."""


class Answer(StrEnum):
    """What became of it."""

    TAKEN = "taken"
    """The service took it; whether it arrived is seen where it should arrive."""
    LATER = "later"
    UNCERTAIN = "uncertain"
    REFUSED = "refused"
    WORKS = "works"
    """Nothing was sent: the service was asked how it is."""


@dataclass(frozen=True, slots=True)
class Tried:
    """How it went: the service's own code, and the template that was used in place of words."""

    channel: str
    """A ChannelKind, or MAIL."""
    answer: Answer
    code: str = ""
    template: str = ""
    account: str = ""


class Tryable(Protocol):
    """A connected channel, as far as it can be tried."""

    @property
    def kind(self) -> ChannelKind:
        """Return which it is."""
        ...

    @property
    def name(self) -> str:
        """Return what the account is called."""
        ...

    @property
    def channel(self) -> Channel:
        """Return what sends."""
        ...

    @property
    def probe(self) -> Callable[[], Awaitable[object]] | None:
        """Return what asks the service something that changes nothing, if there is such a thing."""
        ...


@dataclass(frozen=True, slots=True)
class TryOut:
    """Sends test messages and asks services how they are, on the channels that are connected here."""

    lines: Sequence[Tryable]
    present: Present
    ids: Ids
    mailer: Mailer | None = None

    @property
    def places(self) -> tuple[Place, ...]:
        """Return the accounts that can be tried: their channel and name."""
        return tuple((line.kind, line.name) for line in self.lines)

    async def ask(self, place: Place) -> Tried:
        """Ask a service something that changes nothing; raise NotFound for one that is not connected."""
        line, (channel, account) = self._line(place), place
        if line.probe is None:
            raise NotFound("a channel that can't be asked")
        try:
            await line.probe()
        except SendError as error:
            return Tried(channel, _answer(error), error.code, account=account)
        return Tried(channel, Answer.WORKS, account=account)

    async def send(self, place: Place, address: str, clinic: Clinic, language: str) -> Tried:
        """Send a test message; on WhatsApp a template, since nobody has written from there just now.

        Raises NotFound for an account that is not connected.
        """
        channel, account = place
        line, body = self._line(place), self._body(channel, clinic, language)
        named = body.template.name if body.template else ""
        message = Outbound(self.ids.new(), 1, address, body, window_open=body.template is None)
        try:
            await line.channel.send(message)
        except SendError as error:
            return Tried(channel, _answer(error), error.code, named, account)
        return Tried(channel, Answer.TAKEN, template=named, account=account)

    async def ask_mail(self) -> Tried:
        """Greet the mail server and sign in, without a message; raise NotFound where there is none."""
        mailer = self._mailer()
        try:
            await mailer.knock()
        except SendError as error:
            return Tried(MAIL, _answer(error), error.code)
        return Tried(MAIL, Answer.WORKS)

    async def send_mail(self, to: str, clinic: Clinic, language: str) -> Tried:
        """Send a test by e-mail; raise NotFound where there is no mail server."""
        mailer, catalog = self._mailer(), self.present.around.catalogs.get(language)
        text = catalog.plain("console.try.text", clinic=_name(clinic))
        try:
            await mailer.send(to, catalog.plain("console.try.subject"), text)
        except SendError as error:
            return Tried(MAIL, _answer(error), error.code)
        return Tried(MAIL, Answer.TAKEN)

    def _mailer(self) -> Mailer:
        if self.mailer is None:
            raise NotFound("no mail server here")
        return self.mailer

    def _body(self, channel: ChannelKind, clinic: Clinic, language: str) -> Body:
        around = self.present.around
        name = _name(clinic)
        text = around.catalogs.get(language).text("console.try.text", clinic=name)
        if channel is not ChannelKind.WHATSAPP:
            return Body(text, language=language)
        kind = PAGE_LINK if ChannelKind.WHATSAPP in around.links_only else HELPER_ASKED
        return Body(text, language=language, template=kind.filled(language, (name,), _REPLIES[kind]))

    def _line(self, place: Place) -> Tryable:
        found = next((line for line in self.lines if (line.kind, line.name) == place), None)
        if found is None:
            raise NotFound("no such channel here")
        return found


def _name(clinic: Clinic) -> str:
    return clinic.texts.get("clinic_short") or clinic.name


def _answer(error: SendError) -> Answer:
    if isinstance(error, SendUncertain):
        return Answer.UNCERTAIN
    return Answer.LATER if isinstance(error, SendLater) else Answer.REFUSED
