"""The story of one patient, the same on every channel, told by several of them at once.

It gathers what was seen and decides nothing: the tests judge it.
"""

import asyncio
from dataclasses import dataclass, field
from datetime import UTC, datetime

from tests.journeys.clinic import after, before
from tests.journeys.papers import PDF, PHOTO
from tests.journeys.waiting import until

CONSENT = ("English", "For myself", "Yes", "Yes, I agree", "Yes, I agree", "Stay in this chat", "Yes")
NAME = ("=Test Person", "Yes", "=Test Person", "Yes", "=3 March 1958", "Yes", "=Germany", "Yes", "Yes", "No")
DIAGNOSIS = ("A brain doctor", "=2019", "Yes")
HEALTH = ("A lot", "Both sides, good balance", "Never", "No", "I walk alone")
HOPE = ("Own fat cells, drip", "Done", "Help some signs", "Yes")
OWN_WORDS = "My hands shake most at night"
INTAKE = {
    "start.lang": "en", "start.role": "self", "start.adult": "yes",
    "consent.health": "yes", "consent.abroad": "yes", "consent.channel": "chat", "consent.messages": "yes",
    "consent.name_sign": "Test Person",
    "id.name": "Test Person", "id.dob": "1958-03-03", "id.country": "DE", "id.tz": "yes",
    "id.jp_insured": "no",
    "dx.by": "neuro", "dx.when": "2019", "dx.type": "pd", "dx.resp": "lot",
    "stage.on": "2", "hx.cancer": "past", "hx.cancer_end": "2023-05", "imp.dbs": "no", "body.walk": "free",
    "int.type": "msc_iv", "exp.change": "help", "trv.can": "yes", "end.more": OWN_WORDS, "end.send": "send",
}  # fmt: skip
OWN_WAY = frozenset({"web", "terminal"})
"""Where no other way than the one they are on is offered."""
TREATED = ("2026-03-31", "14:00")
DUE = {
    "M1": datetime(2026, 4, 30, 8, tzinfo=UTC),
    "M3": datetime(2026, 6, 30, 8, tzinfo=UTC),
    "M6": datetime(2026, 9, 30, 8, tzinfo=UTC),
}
"""Ten in the morning in Berlin, one, three and six calendar months after 31 March, clamped."""
STEPS = tuple(DUE)
CLOSING = "This is not a yes or a no"
THANKS = "Thank you. Your answers are saved"
SEND = "Send your answers"
OPENING = "check-in"
WAITS = "A message waits on the page"


def intake_on(channel):
    """Return the answers of the intake by linkId, as they are given on a channel."""
    return {
        link: value for link, value in INTAKE.items() if link != "consent.channel" or channel not in OWN_WAY
    }


@dataclass
class Told:
    """What was seen on one installation.

    There are exports of the moments "sent" and "M6", pages of "sent", "M1", "M3" and "M6".
    """

    place: object
    people: dict
    patients: dict = field(default_factory=dict)
    codes: dict = field(default_factory=dict)
    homes: dict = field(default_factory=dict)
    exports: dict = field(default_factory=dict)
    pages: dict = field(default_factory=dict)
    papers: dict = field(default_factory=dict)
    previews: dict = field(default_factory=dict)
    taps: dict = field(default_factory=dict)
    openings: dict = field(default_factory=dict)
    exits: list = field(default_factory=list)
    ledger: list = field(default_factory=list)

    def of(self, channel):
        """Return what was seen of the patient on one channel."""
        return View(self, channel)


@dataclass
class View:
    """One patient's part of what was seen."""

    all: Told
    channel: str

    @property
    def patient(self):
        return self.all.patients[self.channel]

    @property
    def code(self):
        return self.all.codes[self.patient]

    @property
    def person(self):
        return self.all.people[self.channel]

    @property
    def papers(self):
        """Return the bytes of the patient's documents by name."""
        return self.all.papers[self.channel]

    @property
    def preview(self):
        """Return the page that showed the plan before the date was saved."""
        return self.all.previews[self.channel]

    def page(self, moment):
        """Return the patient's page in the console."""
        return self.all.pages[self.channel, moment]

    def rows(self, name, moment="M6"):
        """Return the patient's rows of one list of the export."""
        return [row for row in self.all.exports[moment][name] if row["patient"] == self.patient]

    def follow_up(self, step, moment="M6"):
        return next(row for row in self.rows("follow_ups", moment) if row["step"] == step)

    def answers(self, questionnaire, moment="M6"):
        """Return (link id, value) of every answer in a questionnaire, doubles too."""
        rows = self.rows("answers", moment)
        return [
            (row["link_id"], row["value"]) for row in rows if row["questionnaire"].endswith(questionnaire)
        ]

    def tasks(self, moment="M6"):
        """Return the kinds of the patient's tasks."""
        return [row["kind"] for row in self.rows("tasks", moment)]

    def send(self, outbox_id):
        return next(row for row in self.all.exports["M6"]["sends"] if row["outbox_id"] == outbox_id)


async def tell(place, channels):
    """Tell the story with one patient per channel."""
    told = Told(place, {channel: place.somebody(channel) for channel in channels})
    for channel, person in told.people.items():
        await place.meets(person)
        await _note_who(told, channel)
    await _together(told, _first_half)
    # What a killed process was bringing in is free again after ten minutes only.
    for channel in channels:
        await _papers_of(told, channel)
    await place.product.restart()
    await _together(told, _second_half)
    await _treat(told)
    for step in STEPS:
        await _month(told, step)
    told.exports["M6"] = await place.product.export()
    told.ledger = await place.accepted()
    told.exits += await place.product.stop()
    return told


async def gives_consent(person):
    """Walk a patient to where their name is asked for: from there the clinic may write to them."""
    await person.walks(*CONSENT)


async def _note_who(told, channel):
    async def known():
        listed = await told.place.console.listed()
        return {patient: code for patient, code in listed.items() if patient not in told.codes}

    [(patient, code)] = (await until(known, "a new patient was listed")).items()
    told.codes[patient] = code
    told.patients[channel] = patient


async def _together(told, act):
    await asyncio.gather(*(act(person) for person in told.people.values()))


async def _first_half(person):
    """Answer up to a tap that nobody has replied to yet; a photo and a paper go in between."""
    await gives_consent(person)
    await person.sends_file("photo.png", "image/png", PHOTO)
    await person.walks(*NAME)
    await person.sends_file("letter.pdf", "application/pdf", PDF)
    await person.walks(*DIAGNOSIS)
    await person.taps("Parkinson's disease")


async def _second_half(person):
    """Come back, finish, change one answer that opens another question, and send."""
    await person.comes_back()
    await person.is_asked("medicines help you")
    await person.walks(*HEALTH, *HOPE)
    await person.walks(f"={OWN_WORDS}", f"=change {person.number_of('cancer')}")
    await person.walks("Yes, in the past", "Yes", "=May 2023", "Yes")
    assert SEND in person.heard[-1].text
    await person.taps("Send now")
    await person.hears(CLOSING)


async def _treat(told):
    """Do the coordinator's part: read, open the papers, enter the date of the treatment."""
    console = told.place.console
    told.homes["sent"] = await console.home()
    told.exports["sent"] = await told.place.product.export()
    for channel, patient in told.patients.items():
        code = told.codes[patient]
        told.papers[channel] = await _papers_of(told, channel)
        told.previews[channel] = await console.preview_date(*TREATED, code=code)
        told.pages[channel, "sent"] = await console.patient(code)
        await console.enter_date(*TREATED, code=code)


async def _papers_of(told, channel):
    """Return a patient's two papers by name, as soon as both are in."""
    code = told.codes[told.patients[channel]]

    async def both():
        papers = await told.place.console.documents(code)
        return papers if len(papers) == 2 else None

    return await until(both, "both papers stood")


async def _month(told, step):
    """Let the month come; everybody answers; look at the console and the export."""
    place, due = told.place, DUE[step]
    if step == "M1":
        await place.set_clock(before(due))
        await _together(told, _shows_that_all_is_quiet)
    elif "web" in told.people:
        # Nobody has the page open when the product comes back in a later month.
        told.exits += await place.product.stop()
        await place.set_clock(before(due))
        await place.product.start()
    await place.set_clock(after(due))
    if step != "M1":
        await _waits_on_the_page(told)
    answers = await asyncio.gather(*(_check_in(person) for person in told.people.values()))
    told.taps |= {(channel, step): taps for channel, taps in zip(told.people, answers, strict=True)}
    for channel, patient in told.patients.items():
        told.pages[channel, step] = await place.console.patient(told.codes[patient])


async def _shows_that_all_is_quiet(person):
    """Get an answer a minute before the check-in is due: the product is awake, and it was not offered."""
    await person.comes_back()
    await person.says("menu")
    await person.is_asked()


async def _waits_on_the_page(told):
    """Return once staff see that nobody has the page open that the check-in waits on."""
    if "web" in told.people:
        code = told.of("web").code

        async def seen():
            return WAITS in (await told.place.console.patient(code)).text("tasks")

        await until(seen, "a task said that the page is closed")


async def _check_in(person):
    await person.comes_back()
    await person.is_asked(OPENING)
    await person.taps("Start")
    return await person.answers_by_taps(THANKS)
