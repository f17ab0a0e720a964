"""The world around the product: the fake provider's services with their ledger, in the driver's process.

The driver is never killed, so the ledger outlives every life of the product.
"""

import asyncio
import logging
from contextlib import nullcontext

import uvicorn
from starlette.applications import Starlette

from bot.listening import take_address
from tests.fakes.provider import graph_hooks, telegram_hooks
from tests.fakes.provider.app import control_routes
from tests.fakes.provider.client import TOKEN, WHATSAPP_NUMBER, WHATSAPP_SECRET, WHATSAPP_TOKEN
from tests.fakes.provider.graph import Graph
from tests.fakes.provider.graph_control import GraphControl
from tests.fakes.provider.ledger import Ledger
from tests.fakes.provider.stage import Stage, abortable
from tests.fakes.provider.telegram import Telegram
from tests.fakes.provider.telegram_control import TelegramControl

# A life is shorter than the pauses that the services make between two deliveries.
graph_hooks.LONGEST_PAUSE = telegram_hooks.LONGEST_PAUSE = 0.1


class QuickLedger(Ledger):
    """A ledger of a hundred thousand lines, of which only the newest are looked at again and again."""

    def read(self, since=0):
        return self._entries[max(self._from, since) :]


class Town:
    """Telegram and WhatsApp, served to the product; the patients reach them directly."""

    def __init__(self, ledger):
        self.stage = Stage(QuickLedger(ledger))
        self.telegram, self.graph = Telegram(self.stage), Graph(self.stage)
        self.on_telegram = TelegramControl(self.telegram, self.stage)
        self.on_whatsapp = GraphControl(self.graph, self.stage)
        self.bot = self.telegram.bot(TOKEN)
        self.number = self.graph.number(WHATSAPP_NUMBER)
        self.updates = []
        self._keep_what_is_told()
        self._listener = take_address("127.0.0.1", 0)
        self.port = self._listener.getsockname()[1]

    def _keep_what_is_told(self):
        """Note every update that is on its way to the product, to see later that none was lost."""
        emit_raw, emit = self.bot.emit_raw, self.number.emit

        async def from_telegram(update, now):
            self.updates.append(("telegram", update))
            await emit_raw(update, now)

        async def from_whatsapp(*updates):
            self.updates.extend(("whatsapp", update) for update in updates)
            await emit(*updates)

        self.bot.emit_raw, self.number.emit = from_telegram, from_whatsapp

    async def open(self, webhook):
        """Serve, and deliver WhatsApp's webhooks to `webhook`."""
        routes = [
            *control_routes(self.stage, [self.telegram, self.graph]),
            *self.telegram.routes(),
            *self.graph.routes(),
        ]
        # A call that a killed process left hanging is cut off at the end, and that is no news.
        logging.getLogger("uvicorn.error").setLevel(logging.CRITICAL)
        config = uvicorn.Config(
            abortable(Starlette(routes=routes)), http="h11", lifespan="off", proxy_headers=False,
            log_config=None, timeout_graceful_shutdown=1,
        )  # fmt: skip
        self._server = _Server(config)
        self._serving = asyncio.create_task(self._server.serve(sockets=[self._listener]))
        await self.on_whatsapp.connect(self.number, token=WHATSAPP_TOKEN, secret=WHATSAPP_SECRET, url=webhook)

    async def close(self):
        """Serve no more."""
        self.telegram.deliveries.stop()
        self.graph.deliveries.stop()
        self._server.should_exit = self._server.force_exit = True
        await self._serving

    def pending(self, *, by_hook=True):
        """Return how many updates the product has not confirmed, those that come by webhook among them."""
        polled = len(self.bot.pending(self.stage.now()))
        return polled + len(self.number.updates) * by_hook

    def taken(self):
        """Return the updates that the product has taken since this was asked last."""
        waiting = [update for _, update in self.bot.updates] + self.number.updates
        taken = [one for one in self.updates if not any(one[1] is update for update in waiting)]
        self.updates[:] = [one for one in self.updates if any(one[1] is update for update in waiting)]
        return taken

    async def lines(self, since):
        """Return the ledger's lines after `since`, as soon as there are any."""
        return await self.stage.ledger.wait(lambda: self.stage.ledger.read(since), 1.0)

    def settings(self):
        """Return the product's settings that lead here, without their prefix."""
        url = f"http://127.0.0.1:{self.port}"
        return {
            "TELEGRAM_BOT_TOKEN": TOKEN,
            "TELEGRAM_API_BASE_URL": f"{url}/bot",
            "TELEGRAM_FILE_BASE_URL": f"{url}/file/bot",
            "TELEGRAM_MODE": "polling",
            "TELEGRAM_WEBHOOK_SECRET": "a-made-up-secret-of-forty-letters-or-more",
            "WHATSAPP_ACCESS_TOKEN": WHATSAPP_TOKEN,
            "WHATSAPP_PHONE_NUMBER_ID": WHATSAPP_NUMBER,
            "WHATSAPP_APP_SECRET": WHATSAPP_SECRET,
            "WHATSAPP_VERIFY_TOKEN": "a-made-up-verify-token",
            "WHATSAPP_API_BASE_URL": url,
            "WHATSAPP_MEDIA_HOSTS": f"127.0.0.1:{self.port}",
            "WHATSAPP_CONTENT": "full",
            "WHATSAPP_DISPLAY_NUMBER": "12025550110",
        }


class _Server(uvicorn.Server):
    def install_signal_handlers(self):
        """Leave the signals to the driver."""

    def capture_signals(self):
        return nullcontext()
