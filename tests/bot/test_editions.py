"""A questionnaire that the pack has changed meanwhile: whoever began it finishes it as it was."""

import json
import shutil

import pytest

from bot.clock import system_now
from bot.demo import make_clinic
from bot.editions import with_editions
from bot.foundation import foundation
from bot.settings import Settings
from handlers.core.case import Response, ResponseStatus
from handlers.core.values import ResponseId
from handlers.scenes import questionnaire_of
from storage.protocols import pack_folder

QUESTION = "dx.by"


class Site:
    """An installation with a pack of its own, which can be changed."""

    def __init__(self, database_url, folder):
        self.pack = folder / "pack"
        shutil.copytree(pack_folder("parkinson-cell-therapy"), self.pack)
        protocol = json.loads((self.pack / "protocol.json").read_text())
        (self.pack / "protocol.json").write_text(json.dumps({**protocol, "languages": ["en", "ja"]}))
        self.settings = Settings(
            env="test", database_url=database_url, storage_url=f"file://{folder}/files", pack=self.pack
        )

    async def started(self):
        """Start, and return what decisions stand on."""
        async with foundation(self.settings) as base:
            await make_clinic(base)
            return (await with_editions(base)).around

    def change(self, question, words, version="0.2.0"):
        """Ask something else in the pack's intake, in a new version."""
        path = self.pack / "intake-a.questionnaire.json"
        intake = json.loads(path.read_text())
        before = intake["version"]
        intake["version"] = version
        path.write_text(json.dumps(_changed(intake, question, words)))
        for language in ("en", "ja"):
            self._word(language, f'/{question}#text"', words)
        return before

    def _word(self, language, ending, words):
        texts = self.pack / "locales" / f"{language}.po"
        lines = texts.read_text().split("\n")
        at = next(n for n, line in enumerate(lines) if line.startswith("msgctxt") and line.endswith(ending))
        lines[at + 1] = f'msgid "{words}"'
        lines[at + 2] = f'msgstr "{words if language == "ja" else ""}"'
        texts.write_text("\n".join(lines))


def _changed(item, question, words):
    found = {**item, "text": words} if item.get("linkId") == question else dict(item)
    if "item" in found:
        found["item"] = [_changed(child, question, words) for child in found["item"]]
    return found


@pytest.fixture
def site(database_url, tmp_path):
    return Site(database_url, tmp_path)


def begun(around, version):
    url = around.protocol.intake[0]
    return Response(ResponseId("r"), url, version, ResponseStatus.IN_PROGRESS, system_now())


def asked(around, version, language="en"):
    """Return what somebody who began this version is asked."""
    questionnaire = questionnaire_of(around.protocol, begun(around, version))
    item = questionnaire.item(QUESTION)
    return around.catalogs.get(language).template(questionnaire.text_key(item))


async def test_a_running_intake_is_finished_in_its_own_words(site):
    before = await site.started()
    old = site.change(QUESTION, "A new question?")

    after = await site.started()

    assert asked(after, old) == asked(before, old) != "A new question?"


async def test_a_new_intake_is_asked_the_new_words(site):
    await site.started()
    site.change(QUESTION, "A new question?")

    after = await site.started()

    assert asked(after, "0.2.0") == "A new question?"


async def test_translations_of_the_old_words_are_kept_too(site):
    before = await site.started()
    japanese = asked(before, "any", "ja")
    old = site.change(QUESTION, "A new question?")

    after = await site.started()

    assert asked(after, old, "ja") == japanese


async def test_typed_labels_of_the_old_options_are_understood(site):
    await site.started()
    old = site.change(QUESTION, "A new question?")

    after = await site.started()

    name = questionnaire_of(after.protocol, begun(after, old)).id
    assert [key for key in after.catalogs.all_keys() if key.startswith(f"{name}/") and "#option:" in key]


async def test_a_pack_that_stays_the_same_keeps_nothing_twice(site):
    await site.started()

    after = await site.started()

    assert after.protocol.earlier == {}


async def test_a_version_that_nobody_kept_is_asked_as_it_is_today(site):
    around = await site.started()

    found = questionnaire_of(around.protocol, begun(around, "0.0.1"))

    assert found == around.protocol.questionnaires[around.protocol.intake[0]]
