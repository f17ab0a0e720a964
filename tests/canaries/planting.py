"""Plants canaries through every door of a running product: patients', services', staff's."""

import re
from itertools import count

from tests.canaries.scanner import canary
from tests.journeys.console import Console
from tests.journeys.story import CONSENT
from tests.journeys.waiting import until

_NOTES = re.compile(r'action="(/console/patients/[^"]+/(?:close|decision))"')
"""Forms of a patient's page into which staff write why."""
PDF = b"%PDF-1.4\n%% "


class Planter:
    """Counts what it plants."""

    def __init__(self, place):
        self.place = place
        self._numbers = count()
        self.planted = 0

    def next(self):
        """Return a canary that was not planted before."""
        self.planted += 1
        return canary(next(self._numbers))

    async def person(self, channel, words):
        """Let somebody come, agree, and say nothing but canaries: names, words, files, captions."""
        person = await self.place.meets(self.place.somebody(channel))
        await person.walks(*CONSENT)
        await person.walks(*(f"={self.next()}" for _ in range(2)))
        for number in range(words):
            await self._say(person, channel, number)
        return person

    async def _say(self, person, channel, number):
        if number % 10:
            await person._say(self.next())
            return
        content = PDF + self.next().encode()
        if channel == "telegram":
            about = {"kind": "document", "name": f"{self.next()}.pdf", "caption": self.next()}
            await self.place.provider.send_file(person.chat, content, mime="application/pdf", **about)
        else:
            await person.sends_file(f"{self.next()}.pdf", "application/pdf", content)

    async def staff(self, number):
        """Let staff be named, search, decide and close what is open, in canaries."""
        office, http = self.place.office, self.place.console.http
        for _ in range(number):
            email = f"{self.next().replace(' ', '.')}@clinic.example"
            form = {"name": self.next(), "email": email, "role": "doctor"}
            answer = await office.http.post("/console/staff", data=form)
            answer.raise_for_status()
        doctor = Console(self.place.product.url)
        await doctor.sign_in(await office.add_staff("dora@clinic.example", "doctor"))
        for patient in await self.place.console.listed():
            page = (await doctor.page_of(patient)).html
            for path in sorted(set(_NOTES.findall(page))):
                await doctor.http.post(path, data={"reason": self.next(), "outcome": "more"})
            await self._case(doctor, patient)
            await http.get("/console/patients", params={"code": self.next()[:20]})
        await doctor.close()

    async def _case(self, doctor, patient):
        """Let a doctor open the case of a possible adverse event and write into its log."""
        opened = await doctor.http.post(f"/console/patients/{patient}/cases")
        for kind in ("note", "call"):
            form = {"kind": kind, "text": self.next()}
            answer = await doctor.http.post(f"{opened.url.path}/notes", data=form)
            answer.raise_for_status()

    async def strangers(self, number):
        """Let people whom nobody invited write, and the service send what we can't read."""
        for one in range(number):
            await self.place.provider.say(9900 + one % 7, self.next())
            await self.place.provider.raw({"message": {"text": self.next(), "odd": [self.next()]}})


async def settled(product):
    """Wait until the product has worked off what came in."""

    async def idle():
        text = (await product_metrics(product)).decode()
        waiting = [line for line in text.splitlines() if line.partition(" ")[0].endswith("inbox_pending")]
        return bool(waiting) and all(float(line.split()[-1]) == 0 for line in waiting)

    await until(idle, "everything was worked off", seconds=120)


async def product_metrics(product):
    """Return the product's metrics."""
    console = Console(product.url)
    answer = await console.http.get("/metrics")
    await console.close()
    return answer.content
