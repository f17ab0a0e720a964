"""A clinic for a journey: the product, the fake provider, the console, and one clock for all of them."""

import asyncio
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import ClassVar

from tests.fakes.provider.client import WHATSAPP_NUMBER, WHATSAPP_SECRET, WHATSAPP_TOKEN, FakeProvider
from tests.journeys.console import Console
from tests.journeys.on_telegram import OnTelegram
from tests.journeys.on_the_web import OnTheWeb
from tests.journeys.on_whatsapp import OnWhatsApp
from tests.journeys.product import BEGIN, Product

SECRET = "a-made-up-secret-of-forty-letters-or-more"
BIRTH_DATE = "3 March 1958"
LEASE = {"LEASE_SECONDS": "8", "SEND_TIMEOUT_SECONDS": "2.5"}
"""What a killed process held is free again after this: short, so that nobody waits for it."""


MONTHS_ALONE = {f"programme_{part}": "off" for part in ("preparation", "safety-checks", "culture")}
"""What the administrator chooses: the check-ins after 1, 3 and 6 months, and nothing else."""


class Clinic:
    """The running product and everything around it."""

    starts: ClassVar = Product
    """How its processes are started, where nobody says another way."""

    def __init__(self, product, provider):
        self.product = product
        self.provider = provider
        self.office = Console(product.url)
        self.console = Console(product.url)
        self.people = []

    async def open(self, moment=BEGIN):
        """Start everything; the administrator (at `office`) adds a coordinator (at `console`)."""
        await self.set_clock(moment)
        await self.provider.connect_whatsapp(f"{self.product.url}/webhooks/whatsapp/main")
        self.link_again = await self.office.sign_in(await self.product.open())
        await self.console.sign_in(await self.office.add_staff("ben@clinic.example", "coordinator"))
        await self.office.http.post("/console/clinic", data=MONTHS_ALONE)

    async def set_clock(self, moment):
        """Move the provider's clock, then the product's: nothing is ever sent before its time by this."""
        await self.provider.set_clock(moment.timestamp())
        self.product.move_clock(moment)
        # Every process of the product sees a changed clock file within a tenth of a second.
        await asyncio.sleep(0.15)

    async def meets(self, person):
        """Invite somebody; they open the link and are greeted."""
        links = await self.console.invite()
        await person.arrives(links[person.channel])
        await person.is_asked()
        return person

    def somebody(self, channel, **about):
        """Return a person with this channel, whom the clinic does not know yet; `language` is their app's."""
        number = len(self.people) + 1
        makers = {
            "telegram": lambda: OnTelegram(self.provider, 4700 + number, **about),
            "whatsapp": lambda: OnWhatsApp(self.provider, f"1202555{number:04}"),
            "web": lambda: OnTheWeb(self.product.url, birth_date=BIRTH_DATE),
        }
        self.people.append(makers[channel]())
        return self.people[-1]

    async def accepted(self, **wanted):
        """Return what the provider took from the product and showed to people."""
        lines = await self.provider.ledger(accepted=True, **wanted)
        return [line for line in lines if line["outbox"]]


@asynccontextmanager
async def clinic(folder, database_url, *, roles=("serve",), webhook=False, starts=None, **settings):
    """Open a clinic on Telegram, WhatsApp and the web; close it at the end."""
    provider = await FakeProvider.start(folder / "ledger.jsonl")
    product = (starts or Clinic.starts)(
        folder, database_url, roles=roles, **(connected(provider, webhook=webhook) | LEASE | settings)
    )
    place = Clinic(product, provider)
    try:
        await place.open()
        yield place
    finally:
        await product.kill()
        for closing in (place.office, place.console, *place.people):
            await closing.close()
        await provider.stop()


def connected(provider, *, webhook):
    return {
        "PACE": "100",
        "TELEGRAM_BOT_TOKEN": provider.token,
        "TELEGRAM_API_BASE_URL": f"{provider.url}/bot",
        "TELEGRAM_FILE_BASE_URL": f"{provider.url}/file/bot",
        "TELEGRAM_MODE": "webhook" if webhook else "polling",
        "TELEGRAM_WEBHOOK_SECRET": SECRET,
        "WHATSAPP_ACCESS_TOKEN": WHATSAPP_TOKEN,
        "WHATSAPP_PHONE_NUMBER_ID": WHATSAPP_NUMBER,
        "WHATSAPP_APP_SECRET": WHATSAPP_SECRET,
        "WHATSAPP_VERIFY_TOKEN": "a-made-up-verify-token",
        "WHATSAPP_API_BASE_URL": provider.url,
        "WHATSAPP_MEDIA_HOSTS": provider.host,
        "WHATSAPP_CONTENT": "full",
        "WHATSAPP_DISPLAY_NUMBER": "12025550110",
    }


def before(moment):
    """Return the last minute before `moment`."""
    return moment - timedelta(minutes=1)


def after(moment):
    """Return a minute after `moment`."""
    return moment + timedelta(minutes=1)
