"""Delivering updates to a webhook, again and again until it says 2xx."""

import asyncio

import httpx2

FIRST_PAUSE = 0.05
LONGEST_PAUSE = 1.0
PATIENCE = 10.0


class Deliveries:
    """One task per bot with a webhook: updates in their order, each until it is taken."""

    def __init__(self, stage):
        self._stage = stage
        self._tasks = {}

    def start(self, bot):
        if bot.token not in self._tasks:
            self._tasks[bot.token] = asyncio.create_task(self._deliver(bot))

    def stop(self):
        for task in self._tasks.values():
            task.cancel()
        self._tasks.clear()

    async def _deliver(self, bot):
        pause = FIRST_PAUSE
        async with httpx2.AsyncClient(timeout=PATIENCE) as client:
            while True:
                async with bot.changed:
                    await bot.changed.wait_for(lambda: bot.webhook and bot.pending(self._stage.now()))
                update = bot.pending(self._stage.now())[0]
                if await self._post(client, bot, update):
                    bot.forget(update)
                    await bot.wake()
                    pause = FIRST_PAUSE
                else:
                    await asyncio.sleep(pause)
                    pause = min(pause * 2, LONGEST_PAUSE)

    async def _post(self, client, bot, update):
        headers = {"X-Telegram-Bot-Api-Secret-Token": bot.webhook["secret"]}
        try:
            answer = await client.post(bot.webhook["url"], json=update, headers=headers)
            told = str(answer.status_code)
        except httpx2.HTTPError as error:
            told = type(error).__name__
        is_taken = told.startswith("2")
        if not is_taken:
            bot.last_error = (int(self._stage.now()), f"Wrong response from the webhook: {told}")
        await self._stage.ledger.write(
            self._stage.now(), channel="telegram", account=str(bot.id), method="webhook",
            recipient="", outbox="", attempt=None, body=update, verdict=told, accepted=is_taken,
        )  # fmt: skip
        return is_taken
