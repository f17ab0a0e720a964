"""Texts for patients, edited by staff: checked for promises, shown as they arrive, kept in a draft."""

import pytest

from bot.console.access import Role
from bot.packs.wording import Amiss, faults
from tests.console.samples import CATALOGS

KEY = "faq.time.answer" if "faq.time.answer" in CATALOGS.all_keys() else "faq.cure.answer"
PAGE = f"/console/clinic/texts/edit?key={KEY}"
LANGUAGES = ("en", "ja", "zh-Hans", "vi", "ar")


def typed(**changed):
    texts = {language: CATALOGS.get(language).template(KEY) for language in LANGUAGES} | changed
    return {f"text_{language}": text for language, text in texts.items()}


async def test_a_text_is_kept_in_a_draft_and_its_history_names_who(house):
    browser = await house.signed_in(Role.ADMINISTRATOR)
    words = f"{CATALOGS.get('en').template(KEY)} Please ask us."

    answer = await browser.post(PAGE, data=typed(en=words) | {"do": "save"})

    reading = await house.packs.reading(1)
    assert (answer.status_code, reading.catalogs.get("en").template(KEY)) == (303, words)
    assert KEY not in {one.link_id for one in (await house.packs.one(1)).findings}
    assert "A administrator" in (await browser.get(PAGE)).text
    assert ("text.save", KEY) in await house.acts()


async def test_a_text_is_shown_on_a_channel_before_it_is_kept(house):
    browser = await house.signed_in(Role.ADMINISTRATOR)

    answer = await browser.post(PAGE, data=typed(en="word " * 400) | {"do": "preview", "look": "whatsapp"})

    assert "2 messages" in answer.text
    assert await house.packs.draft() == 0


@pytest.mark.parametrize(
    ("words", "amiss"),
    [
        ({"en": "We cure Parkinson's."}, Amiss.CLAIM),
        ({"en": "Hello", "ja": "必ず治ります"}, Amiss.CLAIM),
        ({"en": "", "ja": "x"}, Amiss.EMPTY),
        ({"en": "Call {nobody}"}, Amiss.UNKNOWN),
        ({"en": "Call {clinic_phone}", "ja": "電話"}, Amiss.PLACEHOLDERS),
        ({"en": "Call {"}, Amiss.UNKNOWN),
    ],
)
def test_what_is_wrong_with_words_is_named(words, amiss):
    assert amiss in {one.amiss for one in faults(words, "", (), ()).values()}
