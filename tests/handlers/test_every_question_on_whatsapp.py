"""Every question of the pack, every page of it, in every language: WhatsApp takes it whole."""

from dataclasses import replace

import pytest

from bot.channels.whatsapp.render import render
from bot.channels.whatsapp.words import words_from
from handlers.core import asking, pages
from handlers.core.case import Dialogue, Response, ResponseStatus
from handlers.core.values import ChannelKind, ContactPoint, Language, ResponseId, Slot
from handlers.decision import Decision
from handlers.scenes import scene_of
from handlers.wording import Wording, pieces
from tests.fakes.provider.graph_rules import check_message
from tests.handlers.desk import CLINIC, Desk
from tests.handlers.paths import consented

LANGUAGES = ("en", "ja", "zh-Hans", "vi", "ar")


@pytest.fixture(scope="module")
def asked():
    return consented().case


def messages(case, desk, questionnaire, item, page):
    """Return the page's options, whether there is a further page, and every Graph message that shows it."""
    response = Response(
        ResponseId("r" * 11),
        questionnaire.url,
        questionnaire.version,
        ResponseStatus.IN_PROGRESS,
        desk.clock.now(),
    )
    slot = Slot(item.link_id)
    dialogue = Dialogue(response=response.id, asked=slot, page=page)
    case = replace(case, responses=(response,), contact=replace(case.contact, dialogue=dialogue))
    world = desk.around.world(CLINIC)
    scene = scene_of(Decision(case, world, cause="x"), response, "")
    body = Wording(case, world).body(asking.question(scene, (item, slot)))
    words = words_from(desk.around.catalogs, "en")(case.patient.language)
    whole = [render(piece, words) for piece in pieces(replace(body, language=words.choose), 1024)]
    return pages.options_here(scene, item), page + 1 < pages.page_count(scene, item), whole


@pytest.mark.parametrize("language", LANGUAGES)
def test_whatsapp_takes_every_page_of_every_question_whole(asked, language):
    point = ContactPoint(ChannelKind.WHATSAPP, "main", "here")
    patient = replace(asked.patient, language=Language(language))
    case = replace(asked, patient=patient, contact=replace(asked.contact, point=point))
    desk = Desk(ChannelKind.WHATSAPP)
    for questionnaire in desk.around.protocol.questionnaires.values():
        for item in questionnaire.walk():
            if not item.is_question or item.is_silent:
                continue
            page, more = 0, True
            while more:
                here, more, whole = messages(case, desk, questionnaire, item, page)
                for message in filter(None, whole):
                    check_message({"messaging_product": "whatsapp", "to": "12025550143"} | message)
                alone = len(here) == 1 and len(item.options) > 1
                assert not (alone and here[0].exclusive), (item.link_id, page)
                page += 1
