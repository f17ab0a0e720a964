"""Month 1 by the link in an e-mail: nobody has the page open, and the patient comes from another device."""

import re

import pytest

from tests.fakes.mail_server import FakeSmtp
from tests.journeys.clinic import after, before, clinic
from tests.journeys.on_the_web import OnTheWeb
from tests.journeys.story import DUE, NAME, OPENING, THANKS, TREATED, gives_consent
from tests.journeys.waiting import until

pytestmark = pytest.mark.timeout(120)

EMAIL = "maria@example.com"
WORDS_OF_HEALTH = re.compile(r"parkinson|health|treatment|cell|patient|symptom|check-in|month", re.IGNORECASE)


@pytest.fixture(scope="module")
async def seen(tmp_path_factory):
    """The two devices, the letters, and the clinic's export after month 1."""
    folder = tmp_path_factory.mktemp("by-email")
    async with (
        FakeSmtp() as post,
        clinic(
            folder, f"sqlite:///{folder}/yorisoi.db", SMTP_URL=post.url, SMTP_FROM="clinic@example.org"
        ) as place,
    ):
        person = await place.meets(place.somebody("web"))
        await gives_consent(person)
        await person.walks(*NAME)
        proof = await _gives_address(person, post)
        await place.console.enter_date(*TREATED)
        await place.product.stop()
        await place.set_clock(before(DUE["M1"]))
        await place.product.start()
        await place.set_clock(after(DUE["M1"]))
        news = await _letter(post, 2)
        other = await _opens(place, news)
        await other.is_asked(OPENING)
        await other.taps("Start")
        await other.answers_by_taps(THANKS)
        stranger = await place.somebody("web").http.post(link_in(news))
        yield {
            "letters": post.letters(), "proof": proof, "other": other, "stranger": stranger,
            "export": await place.product.export(),
        }  # fmt: skip


async def _gives_address(person, post):
    """Type the address on the page and press the button behind the link that comes; return the last page."""
    asked = await person.http.post("/chat/email", data={"email": EMAIL})
    assert asked.status_code == 200, asked.text
    return await person.http.post(link_in(await _letter(post, 1)))


async def _opens(place, letter):
    """Open the link of a letter in another browser, press its button and say the birth date."""
    other = place.somebody("web")
    shown = await other.http.get(link_in(letter))
    begin = re.search(r'name="begin" value="([^"]+)"', shown.text)[1]
    await other.http.post(link_in(letter), data={"begin": begin})
    await other.comes_back()
    return other


async def _letter(post, number):
    async def come():
        return post.letters()[number - 1 : number]

    [letter] = await until(come, f"letter {number} came")
    return letter


def link_in(letter):
    return re.search(r"https?://\S+", letter.get_content())[0]


def test_the_address_is_kept_once_its_link_was_pressed(seen):
    assert seen["proof"].status_code == 200


def test_one_letter_tells_of_month_1_to_the_address_that_was_proven(seen):
    assert [letter["To"] for letter in seen["letters"]] == [EMAIL] * 2


def test_the_letter_says_nothing_about_health(seen):
    letter = seen["letters"][1]

    words = letter["Subject"] + letter.get_content().replace(link_in(letter), "")

    assert WORDS_OF_HEALTH.findall(words) == []


def test_the_check_in_is_answered_on_the_other_device(seen):
    states = {row["step"]: row["state"] for row in seen["export"]["follow_ups"]}

    assert isinstance(seen["other"], OnTheWeb)
    assert states["M1"] == "completed"


def test_nobody_of_the_clinic_has_to_ring_where_an_e_mail_went(seen):
    assert "waits-on-page" not in [row["kind"] for row in seen["export"]["tasks"]]


def test_a_link_that_was_used_leads_nobody_else_in(seen):
    assert seen["stranger"].status_code == 410
