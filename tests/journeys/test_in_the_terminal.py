"""The story with `yorisoi chat`, on each database."""

from collections import Counter

import pytest

from tests.journeys.conftest import database, marked
from tests.journeys.in_the_terminal import InTheTerminal
from tests.journeys.papers import PDF
from tests.journeys.product import Product
from tests.journeys.story import (
    CLOSING,
    CONSENT,
    DIAGNOSIS,
    HEALTH,
    HOPE,
    NAME,
    OWN_WORDS,
    SEND,
    STEPS,
    THANKS,
    intake_on,
)

PROGRAMME = ("I-7", "I-1", "I+6h", "I+24h", "I+48h", "I+7d", *STEPS)
"""Every check around an infusion, in order."""
DATABASES = [marked(kind, kind, kind) for kind in ("sqlite", "postgresql")]


@pytest.fixture(params=DATABASES)
async def product(request, tmp_path):
    async with database(request.param, tmp_path) as url:
        yield Product(tmp_path, url)


async def test_the_whole_story_is_told_in_a_terminal(product):
    person = InTheTerminal(product)
    await person.sits_down()
    await person.is_asked()
    await person.walks(*CONSENT)
    await person.sends_file("letter.pdf", "application/pdf", PDF)
    await person.walks(*NAME, *DIAGNOSIS)
    await person.taps("Parkinson's disease")
    await person.is_asked("medicines help you")
    await person.is_cut_off()

    await person.sits_down()
    await person.is_asked("medicines help you")
    await person.walks(*HEALTH, *HOPE)
    await person.walks(f"={OWN_WORDS}", f"=change {person.number_of('cancer')}")
    await person.walks("Yes, in the past", "Yes", "=May 2023", "Yes")
    assert SEND in person.heard[-1].text
    await person.taps("Send now")
    await person.hears(CLOSING)
    await person.says("/treated 2026-03-31")
    await person.sees("M6: 2026-09-30T10:00 Europe/Berlin")
    for _ in PROGRAMME:
        await person.says("/jump")
        await person.taps("Start")
        await person.answers_by_taps(THANKS)
    await person.says("/quit")

    assert await person.close() == 0
    await judged(product)


async def judged(product):
    """Fail unless the export holds every answer once and every check-in as completed."""
    export = await product.export()
    intake = [row for row in export["answers"] if row["questionnaire"].endswith("intake-a")]
    assert {row["link_id"]: row["value"] for row in intake} == intake_on("terminal")
    counts = Counter((row["questionnaire"], row["link_id"]) for row in export["answers"])
    assert max(counts.values()) == 1
    states = {row["step"]: row["state"] for row in export["follow_ups"]}
    assert states == dict.fromkeys(PROGRAMME, "completed")
    assert {row["state"] for row in export["sends"]} <= {"sent", "delivered"}
