"""Which languages a patient may choose: complete, switched on, and in production signed."""

from dataclasses import replace

import pytest

from bot.surroundings import TEXTS
from locales import Catalogs
from tests.handlers.desk import Desk


def offered(desk):
    desk.start()
    return [button.label for button in desk.heard[-1].choices]


def desk_with(*languages, root=TEXTS):
    desk = Desk()
    catalogs = Catalogs(root, [desk.around.pack], switched_on=languages)
    desk.around = replace(desk.around, catalogs=catalogs)
    return desk


def test_only_what_is_switched_on_is_offered():
    assert offered(desk_with("en")) == ["English"]


def test_every_complete_language_that_is_switched_on_is_offered():
    assert offered(desk_with("en", "ja"))[:2] == ["English", "日本語"]


@pytest.mark.parametrize("harm", ["fuzzy", "missing"])
def test_a_language_with_one_text_missing_or_fuzzy_is_not_offered(tmp_path, harm):
    for language in ("en", "ja"):
        (tmp_path / language).mkdir()
        for path in (TEXTS / language).glob("*.po"):
            (tmp_path / language / path.name).write_bytes(path.read_bytes())
    path = tmp_path / "ja/faq.po"
    text = path.read_text()
    entry = 'msgctxt "talk.faq.perhaps"'
    spoilt = f"#, fuzzy\n{entry}" if harm == "fuzzy" else 'msgctxt "talk.faq.elsewhere"'
    path.write_text(text.replace(entry, spoilt))

    assert offered(desk_with("en", "ja", root=tmp_path)) == ["English"]


@pytest.mark.parametrize(("needs", "spoken"), [(False, ("en", "ja")), (True, ("ja",))])
def test_the_web_page_offers_what_is_signed_where_a_signature_is_needed(needs, spoken):
    around = desk_with("en", "ja").around

    assert replace(around, needs_signature=needs, signed=frozenset({"ja"})).offered() == spoken
