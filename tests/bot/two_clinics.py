"""Two clinics in one process: each with its host, its pack, its bot and its number at the fake services."""

import asyncio
import hmac
import json
from contextlib import asynccontextmanager, suppress
from hashlib import sha256

import httpx2

from bot import channel_commands, clinic_commands
from bot.app import Roles, run
from bot.channel_commands import Place
from bot.clinic_commands import Wanted
from bot.clinics import of_clinic
from bot.demo import make_clinic
from bot.foundation import foundation
from bot.invitation_desk import InvitationDesk
from bot.settings import read_settings
from bot.staff_door import first_link
from bot.ways import Ways
from handlers.core.values import ChannelKind, ClinicId
from storage.export import Export
from storage.invitations import Invitations
from storage.staff import Member, StaffRoom
from storage.views.console_views import ConsoleViews
from tests.fakes.provider.client import WHATSAPP_NUMBER, WHATSAPP_SECRET, FakeProvider
from tests.journeys.clinic import connected
from tests.journeys.product import free_port

OWN, KOBE = ClinicId("default"), ClinicId("kobe")
AT = {OWN: "127.0.0.1", KOBE: "127.0.0.2"}
NUMBERS = {OWN: WHATSAPP_NUMBER, KOBE: "482913307659999"}
KOBE_BOT = "7000000002:another-made-up-token-of-the-fake-provider"
KOBE_SECRET = "another-made-up-secret-of-the-fake-app"
KOBE_TOKEN = "EAAG-another-made-up-token-of-the-fake-provider"
PATIENCE = 30


class Street:
    """The two clinics, and who comes to them."""

    def __init__(self, base, provider, port):
        self.base, self.provider = base, provider
        self.urls = {clinic: f"http://{host}:{port}" for clinic, host in AT.items()}
        self.bots = {OWN: provider, KOBE: FakeProvider(provider._process, provider.host[10:], KOBE_BOT)}

    async def of(self, clinic):
        return await of_clinic(self.base, clinic)

    async def build(self):
        """Make the second clinic and its accounts, as the command line does."""
        await make_clinic(self.base)
        wanted = Wanted("kobe", AT[KOBE], "Kobe Clinic", "JP", "Asia/Tokyo", ("ja",))
        self.made = await clinic_commands.add(self.base, wanted)
        await self._put(ChannelKind.TELEGRAM, f"TELEGRAM_BOT_TOKEN={KOBE_BOT}\nTELEGRAM_MODE=webhook")
        await self._put(
            ChannelKind.WHATSAPP,
            f"WHATSAPP_ACCESS_TOKEN={KOBE_TOKEN}\nWHATSAPP_PHONE_NUMBER_ID={NUMBERS[KOBE]}\n"
            f"WHATSAPP_APP_SECRET={KOBE_SECRET}\nWHATSAPP_VERIFY_TOKEN=v\nWHATSAPP_CONTENT=full\n",
        )

    async def _put(self, channel, text):
        values = channel_commands.read_values(channel, text)
        await channel_commands.put(self.base, Place(KOBE, channel, "main"), values, is_new=True)
        self.base.others.clear()  # what was read before its accounts were there, as another command did

    async def connect(self):
        """Let both numbers deliver to the path of their own account."""
        paths = {clinic: f"{url}/webhooks/whatsapp/main" for clinic, url in self.urls.items()}
        await self.provider.connect_whatsapp(paths[OWN])
        about = {"number": NUMBERS[KOBE], "token": KOBE_TOKEN, "secret": KOBE_SECRET}
        await self.provider.whatsapp("connect", url=paths[KOBE], **about)

    async def invitation(self, clinic):
        """Return the code of an invitation for a new patient."""
        base = await self.of(clinic)
        stores = base.stores
        desk = InvitationDesk(
            base,
            Invitations(stores.database, stores.vault, stores.clinics),
            Ways(base.settings.public_url, None),
        )
        [way] = await desk("patient", "cli")
        assert way.url.startswith(self.urls[clinic])
        return way.url.rpartition("/")[2]

    async def greeted_on_telegram(self, clinic, chat, language, fragment):
        """Let somebody come to a clinic's bot; return what they hear with these words in it."""
        person = self.bots[clinic].patient(chat, language=language)
        await person.start(await self.invitation(clinic))
        return (await person.hears(fragment, seconds=PATIENCE))["text"]

    async def greeted_on_whatsapp(self, clinic, phone, fragment):
        """Let somebody write to a clinic's number; return what they hear with these words in it."""
        who, at = {"phone": phone, "user_id": "", "name": "P"}, {"number": NUMBERS[clinic]}
        await self.provider.whatsapp("say", who=who, text=f"Hello #{await self.invitation(clinic)}", **at)
        async with asyncio.timeout(PATIENCE):
            while True:
                messages = await self.provider.whatsapp_messages(who, wait=2, **at)
                if said := [one["text"] for one in messages if one["ours"] and fragment in one["text"]]:
                    return said[0]

    async def senders(self):
        """Return which account has written to whom."""
        lines = await self.provider.ledger(accepted=True)
        return {(line["account"], str(line["recipient"])) for line in lines if line["outbox"]}

    async def patients(self, clinic):
        """Return the ids of a clinic's patients."""
        stores = self.base.stores
        views = ConsoleViews(stores.database, stores.vault, stores.clinics)
        return set(await views.ids(clinic, after="", limit=99))

    async def exported(self, clinic):
        """Return whose messages stand in a clinic's export."""
        stores = self.base.stores
        export = Export(stores.database, stores.vault, stores.clinics)
        return [row["channel"] async for row in export.rows(clinic, "sends")]

    async def coordinator(self, clinic):
        """Return the browser of a clinic's coordinator, signed in at the clinic's own host."""
        base = await self.of(clinic)
        staff = StaffRoom(base.stores.database, base.stores.vault, base.stores.clinics)
        ben = Member(f"ben-{clinic}", "Ben", "ben@clinic.example", "coordinator")
        await staff.add(clinic, ben, now_system=base.now_system())
        browser = httpx2.AsyncClient(base_url=self.urls[clinic], headers={"sec-fetch-site": "same-origin"})
        assert (await browser.post(await first_link(base, email=ben.email))).status_code == 303
        return browser

    async def on_the_web(self, of, at):
        """Let somebody come in at one clinic's page and go to another's; return what they get there.

        That is the status of their chat's stream, and whether an invitation of the first lets them in.
        """
        async with httpx2.AsyncClient(headers={"sec-fetch-site": "same-origin"}) as browser:
            await browser.post(f"{self.urls[of]}/chat/i/{await self.invitation(of)}")
            shown = {"cookie": "; ".join(f"{name}={value}" for name, value in browser.cookies.items())}
            there = await browser.get(f"{self.urls[at]}/chat/events", headers=shown)
            again = await browser.post(f"{self.urls[at]}/chat/i/{await self.invitation(of)}")
        return bool(shown["cookie"]), there.status_code, "set-cookie" in again.headers

    async def forged(self, by, at):
        """Deliver to one clinic's number what is signed with the secret of another; return the answer."""
        secret = {OWN: WHATSAPP_SECRET, KOBE: KOBE_SECRET}[by]
        body = json.dumps(_said(NUMBERS[at])).encode()
        signed = hmac.new(secret.encode(), body, sha256).hexdigest()
        async with httpx2.AsyncClient(base_url=self.urls[at]) as http:
            answer = await http.post(
                "/webhooks/whatsapp/main", content=body, headers={"X-Hub-Signature-256": f"sha256={signed}"}
            )
        return answer.status_code


def _said(number):
    message = {"id": "wamid.x", "from": "1", "timestamp": "1", "type": "text", "text": {"body": "hi"}}
    value = {"metadata": {"phone_number_id": number}, "messages": [message]}
    change = {"field": "messages", "value": value}
    return {"object": "whatsapp_business_account", "entry": [{"id": "1", "changes": [change]}]}


@asynccontextmanager
async def street(folder, database_url):
    """Open both clinics in one process, and close them."""
    port, provider = free_port(), await FakeProvider.start(folder / "ledger.jsonl")
    said = {
        **connected(provider, webhook=False),
        "ENV": "test",
        "DATABASE_URL": database_url,
        "STORAGE_URL": f"file://{folder}/files",
        "PUBLIC_URL": f"http://{AT[OWN]}:{port}",
        "TICK_SECONDS": "2",
    }
    environ = {f"YORISOI_{name}": value for name, value in said.items()}
    settings = read_settings({**environ, "HOST": "0.0.0.0", "PORT": str(port)})
    try:
        async with foundation(settings, serves=True) as base:
            clinics = Street(base, provider, port)
            await clinics.build()
            await clinics.connect()
            ready = asyncio.Event()
            running = asyncio.create_task(run(base, Roles(), ready))
            await asyncio.wait({running, asyncio.create_task(ready.wait())}, return_when="FIRST_COMPLETED")
            try:
                yield clinics
            finally:
                await clinics.bots[KOBE]._http.aclose()
                running.cancel()
                with suppress(asyncio.CancelledError):
                    await running
    finally:
        await provider.stop()
