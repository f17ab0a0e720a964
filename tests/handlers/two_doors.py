"""One patient with a chat that carries links only, and our page behind it."""

from dataclasses import dataclass, replace

from handlers import inbound
from handlers.core.changes import AddInvitation
from handlers.core.values import ChannelKind, ContactPoint
from handlers.ports import Invited
from tests.handlers.desk import CLINIC, Desk
from tests.handlers.paths import ABOUT, END, HEALTH, ON_THE_PAGE, walk

PAGE = "https://clinic.example"


@dataclass
class TwoDoors(Desk):
    """`chat` and `page` say where the patient is from then on."""

    channel: ChannelKind = ChannelKind.WHATSAPP

    def __post_init__(self) -> None:
        super().__post_init__()
        only = frozenset({ChannelKind.WHATSAPP})
        self.around = replace(self.around, links_only=only, public_url=PAGE)

    def opens_the_link(self):
        """Follow the newest link of the chat to our page."""
        made = self.of(AddInvitation)[-1]
        point = ContactPoint(ChannelKind.WEB, "main", made.code)
        invited = Invited(self.case.patient.id, contact=made.contact)
        self.case = inbound.joined(self.case, point, self.around.world(CLINIC), invited)
        self.channel = ChannelKind.WEB
        return self.start("en")

    def chat(self):
        """Take up the messenger again."""
        people = (self.case.contact, *self.case.others)
        door = next(one for one in people if one.point.channel is ChannelKind.WHATSAPP)
        others = tuple(one for one in people if one is not door)
        self.case, self.channel = replace(self.case, contact=door, others=others), ChannelKind.WHATSAPP
        return self


def arrived() -> TwoDoors:
    """Return somebody who has just said hello in the chat."""
    desk = TwoDoors()
    desk.say("hello")
    return desk


def on_the_page() -> TwoDoors:
    """Return somebody whom a chat's link has led to the first question."""
    desk = arrived()
    desk.opens_the_link()
    return desk


def agreed() -> TwoDoors:
    """Return somebody who has given all consents on the page."""
    return walk(on_the_page(), *TO_CONSENT, *ON_THE_PAGE)


def treated() -> TwoDoors:
    """Return somebody who has sent the intake on the page and was treated since."""
    desk = walk(agreed(), *ABOUT, *HEALTH, *END).chat()
    desk.treat("2026-03-31T14:00")
    return desk


TO_CONSENT = ("For myself", "Yes")
