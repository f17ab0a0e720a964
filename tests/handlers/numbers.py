"""Somebody at a WhatsApp number that may be another person's by now."""

from dataclasses import replace
from datetime import timedelta
from functools import cache

from handlers import inbound
from handlers.core.events import Event, Said
from handlers.core.values import ChannelKind, ContactPoint
from handlers.ports import InboxRow
from handlers.silence import LONG
from tests.handlers.desk import CLINIC, Desk
from tests.handlers.paths import ABOUT, consented, walk

ASK = "We want to be sure that we write to the right person."
USER, OTHER = "US.70315529846610237754", "US.11111111111111111111"


@cache
def met():
    """Return the case of somebody whose date of birth is known: 3 March 1958."""
    return walk(consented(), *ABOUT).case


def at(case, channel=ChannelKind.WHATSAPP, address=USER):
    contact = replace(case.contact, point=ContactPoint(channel, "main", address))
    desk = Desk(channel, case=replace(case, contact=contact))
    desk.clock.time = contact.last_heard_at
    return desk


def silent(desk, days=LONG.days + 1):
    desk.clock.time += timedelta(days=days)
    return desk


def say(desk, text, written_from=USER):
    """Say something from an address; return the first text that is replied."""
    desk.clock.time += timedelta(seconds=10)
    now = desk.clock.time
    row = InboxRow(f"i{now}", CLINIC.id, desk.channel, "main", written_from, b"", now, 1, 1)
    changes = inbound.decide(Event("m", now, Said(text)), desk.case, desk.around.world(CLINIC), row)
    said = desk.apply(desk.case, changes)
    return said[0].text if said else ""
