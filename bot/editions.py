"""A pack's questionnaires change; whoever began one finishes it as it was then."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import replace

import structlog

from bot.foundation import Foundation
from bot.surroundings import Reading, Surroundings, words_of
from handlers.core.questionnaire import Questionnaire
from handlers.errors import PackError
from locales import Catalogs
from storage.protocols import questionnaire_files
from storage.questionnaires import Edition, Texts, editions, keep, opened

log = structlog.get_logger(__name__)


async def with_editions(base: Foundation, reading: Reading | None = None) -> Foundation:
    """Keep the questionnaires of today, and let `base` know those that the pack has replaced.

    With `reading` another pack takes the place of the one in force, in the same moment.
    """
    around = base.around if reading is None else base.around.with_pack(reading)
    current = await asyncio.to_thread(lambda: list(_current(around)))
    now = base.now_system()
    await base.stores.database.write(lambda conn: keep(conn, base.clinic, current, now))
    kept = await base.stores.database.read(lambda conn: editions(conn, base.clinic))
    today = {(one.url, one.version) for one in current}
    base.present.put(remembering(around, [e for e in kept if (e.url, e.version) not in today]))
    return base


def remembering(around: Surroundings, kept: Sequence[Edition]) -> Surroundings:
    """Return the surroundings with the questionnaires of earlier packs and their texts."""
    earlier: dict[tuple[str, str], Questionnaire] = {}
    catalogs = around.catalogs
    for edition in kept:
        try:
            questionnaire, texts = opened(edition)
        except PackError as error:
            log.warning(
                "an earlier questionnaire can't be read", questionnaire=edition.url, reason=str(error)
            )
            continue
        earlier[edition.url, edition.version] = questionnaire
        catalogs = catalogs.plus(texts)
    if not earlier:
        return around
    protocol = replace(around.protocol, earlier=earlier)
    return replace(around, protocol=protocol, catalogs=catalogs, words=words_of(catalogs))


def _current(around: Surroundings) -> Sequence[Edition]:
    return [
        Edition(questionnaire.url, questionnaire.version, content, _texts(around.catalogs, questionnaire.id))
        for questionnaire, content in questionnaire_files(around.pack)
    ]


def _texts(catalogs: Catalogs, name: str) -> Texts:
    """Return all texts of a questionnaire, in every language that has them."""
    keys = [key for key in catalogs.all_keys() if key.startswith((f"{name}/", f"{name}#"))]
    return {language: _of(catalogs, language, keys) for language in catalogs.languages()}


def _of(catalogs: Catalogs, language: str, keys: Sequence[str]) -> Mapping[str, str]:
    catalog = catalogs.get(language)
    return {key: catalog.template(key) for key in keys if catalog.has(key)}
