"""Eight ways through the intake, each walked by somebody else on one clinic at the same time.

They gather what was seen and decide nothing: test_eight_people judges it.
"""

import asyncio
import re
from dataclasses import dataclass, field
from datetime import UTC, datetime

from tests.journeys.effort import Effort
from tests.journeys.story import CONSENT, DIAGNOSIS, HEALTH, HOPE, NAME
from tests.journeys.waiting import until

TYPE = "Parkinson's disease"
ASKED = (*CONSENT, *NAME, *DIAGNOSIS, TYPE, *HEALTH, *HOPE)
"""Part A up to the last open question, by somebody of whom there is nothing to tell."""
ON_THEIR_WAY = (*CONSENT, *NAME, *DIAGNOSIS)
CANCER = (*ON_THEIR_WAY, TYPE, *HEALTH[:2], "Yes, in the past", "Yes", "=2023", "Yes", *HEALTH[3:], *HOPE)
ABOUT_THE_PARENT = ("=Hanna Test", "Yes", "=Maria Test", "Yes", "=3 March 1938", *NAME[5:])
CARER = (
    *(
        "English",
        "For family or friend",
        "=Hanna Test",
        "Yes",
        "Son or daughter",
        "Yes",
        "Yes, they agree",
        "Yes",
    ),
    *(*CONSENT[3:], *ABOUT_THE_PARENT, *DIAGNOSIS, TYPE, *HEALTH[:-1], "Walks alone", *HOPE),
)
MISTYPED = (
    *("englsh", "for mysefl", "yse", "yes i agre", "Yes, I agreee", "stay in this caht", "yees"),
    *(
        "Test Persn",
        "yse",
        "Test Persn",
        "yse",
        "3 Mrach 1958",
        "rihgt",
        "yse",
        "Germny",
        "ys",
        "yess",
        "noo",
        "no",
    ),
    *(
        "a brian doctor",
        "Juen 2019",
        "June 2019",
        "yse",
        "parkinsons diseese",
        "alot",
        "both side good balanse",
    ),
    *("both sides good balance", "nevr", "no", "i wlak alone", "own fat cels drip", "help som signs", "yse"),
    *("my hands shaek most at nigth", "send nwo"),
)
TOLD_TOO_EARLY = "I have Parkinsons and take Warfarin"
GIVEN_UP = "I think about suicide. I cannot go on like this"
PARTS = (
    "Moving and speaking", "Sleep, body and mood", "Medicines and allergies", "Heart, lungs",
    "Other illnesses", "Your body and your journey", "Your papers",
)  # fmt: skip
THINNED = {"thin the blood": "Warfarin", "two visits": "Yes, two trips", "lie flat": "Yes"}
REMINDED = tuple(datetime(2026, 3, day, 9, 30, tzinfo=UTC) for day in (3, 5, 12))
"""Half past ten in the morning in Berlin, one, three and ten days after their last word."""
GIVEN_TO_A_PERSON = datetime(2026, 3, 16, 9, 30, tzinfo=UTC)
THREE_MONTHS_LATER = datetime(2026, 6, 2, 9, 30, tzinfo=UTC)
UNFINISHED = "The intake lies unfinished"
LINK = re.compile(r"https://wa\.me/\S+")


@dataclass
class Walk:
    """One person's way: who they are at the clinic, what they did, and its page at some moments."""

    place: object
    person: object
    patient: str = ""
    pages: dict = field(default_factory=dict)
    effort: Effort = field(default_factory=Effort)
    said: list = field(default_factory=list)
    seen: dict = field(default_factory=dict)

    async def begins(self):
        """Open the clinic's invitation, by one tap."""
        known = set(await self.place.console.listed())
        await self.place.meets(self.person)
        self.person.effort.taps += 1
        [self.patient] = set(await self.place.console.listed()) - known

    async def look(self, moment):
        """Keep the patient's page in the console as it is now."""
        self.pages[moment] = await self.place.console.page_of(self.patient)

    def ends(self, *elsewhere):
        """Note what was heard up to here and what it took; `elsewhere` is the same person, on another way."""
        people = (self.person, *elsewhere)
        self.said = [plain(message.text) for person in people for message in person.heard]
        self.effort = sum((person.effort.having(person.heard) for person in people), Effort())


def plain(text):
    """Return a text without the invisible marks that keep directions apart."""
    return re.sub("[\u2066-\u2069]", "", text)


async def shortest(walk):
    await walk.person.walks(*ASKED, "Skip", "Send now")
    walk.ends()


async def carer(walk):
    await walk.person.walks(*CARER, "Skip", "Send now")
    walk.ends()
    await walk.look("end")


async def cancer_and_warfarin(walk):
    await walk.person.walks(*CANCER, "Skip", "Send now")
    await _parts(walk.person, PARTS[:4])
    walk.ends()
    await walk.look("end")


async def typos(walk):
    """Keep what was replied to each message, beside it."""
    walk.seen["replies"] = replies = []
    for words in MISTYPED:
        await walk.person.says(words)
        while (reply := await walk.person.is_asked()).button("Change an answer"):
            pass  # the summary: the question comes after it
        replies.append((words, plain(reply.text)))
    walk.ends()


async def another_route(walk):
    person = walk.person
    await person.walks(*ASKED, "Skip", "Send now")
    await _parts(person, PARTS)
    await walk.look("drip")
    await _goes_to_the_treatments(person)
    await person.walks("Own fat cells, drip", "Own fat cells, spine", "Done")
    walk.seen["asked"] = plain(person.heard[-1].text)
    await person.walks("Metal in the spine", "Done", "No")
    await walk.look("spine")
    await _goes_to_the_treatments(person)
    await person.walks("Own fat cells, spine", "Own fat cells, drip", "Done")
    await walk.look("drip again")
    walk.ends()


async def three_months_away(walk):
    """Stop in the middle; what comes in those months is in `returns`."""
    await walk.person.walks(*ON_THEIR_WAY)


async def no_consent(walk):
    person = walk.person
    await person.walks(*CONSENT[:3], f"={TOLD_TOO_EARLY}")
    await person.taps("No")
    await person.hears("We respect your decision")
    await walk.look("end")
    await person.walks("=hello")
    await person.taps("Start again")
    await person.is_asked("yourself or for someone else")
    walk.ends()


async def free_text(walk):
    person = walk.person
    await person.walks(*ASKED)
    await person.is_asked("anything else")
    before = len(person.heard)
    await person.says(GIVEN_UP)
    await person.is_asked("Send your answers")
    # A card waits for nothing and nothing waits for it: it and the next question race.
    heard = [plain(one.text) for one in person.heard[before:]]
    walk.seen["card"] = next(text for text in heard if "Send your answers" not in text)
    await walk.look("card")
    walk.seen["work"] = await walk.place.console.worklist()
    await person.walks("Send now")
    walk.ends()


async def _parts(person, ends):
    for end in ends:
        await person.taps("Now")
        await person.answers_by_taps(end, THINNED)


async def _goes_to_the_treatments(person):
    """Open the answer that decides the route, in the part that they finished first."""
    await person.walks("=menu", "Change an answer", "Intake, part A")
    await person.walks(next(label for label in person.heard[-1].labels() if "Which treatment" in label))


async def returns(walk):
    """Be reminded three times, be silent, and come back after three months on WhatsApp."""
    there, place = walk.person, walk.place
    for moment in REMINDED:
        await place.set_clock(moment)
        walk.seen[moment] = await there.hears("Some questions are still open")
    await place.set_clock(GIVEN_TO_A_PERSON)
    await until(lambda: _is_given_to_a_person(walk), "a person was asked to look")
    await walk.look("silent")
    await place.set_clock(THREE_MONTHS_LATER)
    await there.walks("=menu", "More")
    await there.taps("Continue elsewhere")
    offer = await there.hears("You can go on at another device")
    here = place.somebody("whatsapp")
    await here.arrives(LINK.search(plain(offer.text))[0])
    await here.is_asked("Do you want to go on in this chat?")
    await here.taps("Yes, go on here")
    walk.seen["recap"] = plain((await here.hears("answers so far")).text)
    await here.is_asked()
    walk.seen["next"] = plain(here.heard[-1].text)
    await here.walks(TYPE, *HEALTH, *HOPE, "Skip", "Send now")
    walk.ends(here)


async def _is_given_to_a_person(walk):
    page = await walk.place.console.page_of(walk.patient)
    return UNFINISHED in page.text("tasks")


WAYS = {
    "shortest": ("telegram", shortest),
    "carer": ("web", carer),
    "cancer": ("telegram", cancer_and_warfarin),
    "typos": ("telegram", typos),
    "route": ("telegram", another_route),
    "away": ("telegram", three_months_away),
    "no consent": ("web", no_consent),
    "crisis": ("whatsapp", free_text),
}
"""Each way by its name: the channel that it is walked on, and how."""


async def walk_all(place):
    """Let everybody walk at the same time; return each Walk by name, and the clinic's export at the end."""
    walks = {name: Walk(place, place.somebody(channel)) for name, (channel, _) in WAYS.items()}
    for walk in walks.values():
        await walk.begins()
    await asyncio.gather(*(way(walks[name]) for name, (_, way) in WAYS.items()))
    await returns(walks["away"])
    return walks, await place.product.export()
