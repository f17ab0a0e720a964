"""A file too large for the chat: on our own page, by a link from the chat, which says when it is in."""

import re

import httpx2
import pytest

from tests.files.samples import archive, scan
from tests.journeys.story import gives_consent

pytestmark = pytest.mark.timeout(120)
LINK = re.compile(r"(http://[^/\s]+)(/upload/[\w-]+)")


async def test_scans_on_our_page_come_in_as_the_patients_own(house):
    patient = await house.meets(house.somebody("telegram"))
    await gives_consent(patient)
    await patient.says("Send a file")
    await patient.taps("Send on our page")
    origin, path = LINK.search((await patient.hears("/upload/")).text).groups()

    await send(origin, path, archive({"CD/IM1": scan(), "CD/IM2": scan()}))

    assert await patient.hears("safely in")


async def send(origin, path, content):
    said = {"name": "CD.zip", "size": len(content), "modified": 1, "mime": "application/zip"}
    async with httpx2.AsyncClient(base_url=origin, headers={"Origin": origin}) as browser:
        path = (await browser.post(path)).headers["Location"]
        ident = (await browser.post(f"{path}/files", json=said)).json()["id"]
        where = {"size": str(len(content)), "offset": "0"}
        await browser.put(f"{path}/files/{ident}", params=where, content=content)
        answer = await browser.post(f"{path}/files/{ident}/done", json=said)
    assert answer.status_code == 202
