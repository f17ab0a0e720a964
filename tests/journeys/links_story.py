"""The story of one patient where WhatsApp carries links only: told once per database, judged by the tests."""

import json
from dataclasses import dataclass, field

from tests.journeys.clinic import BIRTH_DATE, after
from tests.journeys.over_links import OverLinks
from tests.journeys.papers import PHOTO
from tests.journeys.story import (
    CLOSING,
    CONSENT,
    DIAGNOSIS,
    DUE,
    HEALTH,
    HOPE,
    NAME,
    OPENING,
    OWN_WORDS,
    STEPS,
    THANKS,
    TREATED,
)

TYPED = "My medicine makes me dizzy"
DANGER = "I have chest pain"


@dataclass
class LinksTold:
    """What was seen: the person, their exports and pages, the templates, WhatsApp's side."""

    person: object
    synced: list = field(default_factory=list)
    export: dict = field(default_factory=dict)
    page: object = None
    ledger: list = field(default_factory=list)


async def tell(place):
    """Tell the story."""
    person = OverLinks(place.product.url, place.provider, "12025559901", birth_date=BIRTH_DATE)
    place.people.append(person)
    told = LinksTold(person)
    told.synced = json.loads(await place.product.run("templates", "sync", "--json"))["templates"]
    await place.meets(person)
    await _intake(person)
    [code] = (await place.console.listed()).values()
    await place.console.enter_date(*TREATED, code=code)
    for step in STEPS:
        await place.set_clock(after(DUE[step]))
        await _check_in(person)
    told.export = await place.product.export()
    told.page = await place.console.patient(code)
    told.ledger = [line for line in await place.accepted() if line["channel"] == "whatsapp"]
    return told


async def _intake(person):
    await person.walks(*CONSENT)
    await person.sends_file("photo.png", "image/png", PHOTO)
    await person.walks(*NAME)
    await person.phone.says(TYPED)
    await person.phone.hears("We do not keep what you send here")
    await person.phone.says(DANGER)
    await person.phone.hears("nearest emergency room")
    await person.walks(*DIAGNOSIS, "Parkinson's disease", *HEALTH, *HOPE, f"={OWN_WORDS}")
    await person.taps("Send now")
    await person.hears(CLOSING)


async def _check_in(person):
    await person.is_called_back()
    await person.is_asked(OPENING)
    await person.taps("Start")
    await person.answers_by_taps(THANKS)
