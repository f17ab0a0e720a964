"""Our templates: as Meta takes them, as Meta has them, and what is amiss with them."""

import json
from pathlib import Path

import pytest

from bot.channels.whatsapp.client import Graph, GraphError
from bot.channels.whatsapp.templates import (
    Amiss,
    Found,
    Wanted,
    amiss,
    code_of,
    creation,
    faults_of,
    found_in,
    next_page,
    wanted,
)
from handlers.core.templates import CHECK_IN, INTAKE_REMINDER, MESSAGE_WAITING, PAGE_LINK
from locales import Catalogs, health_words
from tests.fakes.provider.client import WHATSAPP_NUMBER

ACCOUNT = "318240559917736"
CATALOGS = Catalogs(Path("locales"))
KINDS = (CHECK_IN, INTAKE_REMINDER, MESSAGE_WAITING, PAGE_LINK)
LANGUAGES = ("en", "ja", "zh-Hans", "vi", "ar")
ALL = wanted(CATALOGS, LANGUAGES, KINDS)
ONE = ALL[0]
BODY = {"type": "BODY", "text": "A"}


def as_meta_has(template=ONE, status="APPROVED", category="UTILITY", **other):
    fields = {"text": template.text, "replies": template.replies} | other
    return Found(template.name, template.language, status, category, **fields)


@pytest.mark.parametrize("template", ALL, ids=lambda one: f"{one.name}-{one.language}")
def test_meta_takes_every_template_in_every_language(template):
    assert list(faults_of(template)) == []


@pytest.mark.parametrize(("text", "fault"), [
    ("{{1}}, it is time with {{2}}.", "begins or ends"), ("Hello {{1}} of {{2}}", "begins or ends"),
    ("Hello {{1}} {{2}} now", "side by side"), ("Hello {{2}}, with {{1}} now", "in their order"),
    ("Hello {{1}}, now", "in their order"), ("Hello {{1}} of {{2}} " + "x" * 1010, "more than 1024"),
])  # fmt: skip
def test_what_meta_would_refuse_is_found_before_it_is_asked(text, fault):
    template = Wanted("n", "en", text, ("a", "b"), ("Start",))

    assert [found for found in faults_of(template) if fault in found]


@pytest.mark.parametrize(("found", "why"), [
    (as_meta_has(), None), (None, Amiss.MISSING), (as_meta_has(status="PENDING"), Amiss.PENDING),
    (as_meta_has(status="PAUSED"), Amiss.STOPPED), (as_meta_has(status="REJECTED"), Amiss.STOPPED),
    (as_meta_has(status="DISABLED"), Amiss.STOPPED), (as_meta_has(status="SOMETHING_NEW"), Amiss.STOPPED),
    (as_meta_has(category="MARKETING"), Amiss.CATEGORY), (as_meta_has(text="Hello"), Amiss.OTHER_TEXT),
    (as_meta_has(replies=("Go",)), Amiss.OTHER_TEXT),
])  # fmt: skip
def test_what_is_amiss_has_one_name(found, why):
    assert amiss(ONE, found) is why


@pytest.mark.parametrize("answer", [{}, {"data": None}, {"data": [None, 3, {"name": "n"}]}, {"paging": []}])
def test_a_list_that_cannot_be_read_holds_nothing(answer):
    assert list(found_in(answer)) == []
    assert next_page(answer) == ""


def test_chinese_has_another_code_at_meta():
    assert [code_of(language) for language in LANGUAGES] == ["en", "ja", "zh_CN", "vi", "ar"]


@pytest.mark.parametrize(("words", "language"), [
    ("your Parkinson's check", "en"), ("How is your health?", "en"),
    ("治療の確認です", "ja"), ("随访时间到了", "zh-Hans"),
    ("hỏi thăm sức khỏe", "vi"), ("موعد العلاج", "ar"),
    ("Your treatment", "ja"), ("your pain", "de"),
])  # fmt: skip
def test_health_words_are_found_in_every_language(words, language):
    assert health_words.find(words, language)


async def test_the_fake_takes_each_of_them_once_and_lists_them_page_by_page(provider, graph):
    await provider.whatsapp("delivery", page=2)
    path = f"{ACCOUNT}/message_templates"
    for template in ALL[:1] + ALL[3:5]:
        if template.name != "checkin_start_v1":
            await graph.make(path, creation(template))

    with pytest.raises(GraphError, match="100"):
        await graph.make(path, creation(ALL[4]))
    first = await graph.ask(path, limit="100")
    assert [len(list(found_in(first))), next_page(first)] == [2, "2"]


@pytest.mark.parametrize("broken", [
    {"name": "Check In"}, {"language": "xx"}, {"category": "NEWS"}, {"components": []}, {"colour": "red"},
    *({"components": [{"type": "BODY", "text": text}]} for text in ("{{1}} hello", "A {{1}} b", "x" * 1025)),
    {"components": [BODY, {"type": "BUTTONS", "buttons": [{"type": "URL", "text": "a"}]}]},
])  # fmt: skip
async def test_the_fake_refuses_what_meta_refuses(graph, broken):
    asked = json.loads(json.dumps(creation(ALL[2]))) | broken

    with pytest.raises(GraphError, match=r"100|131009"):
        await graph.make(f"{ACCOUNT}/message_templates", asked)


async def test_the_fake_tells_its_tier_and_no_field_that_it_does_not_have(provider, graph):
    await provider.whatsapp("delivery", tier="TIER_2K")

    answer = await graph.ask(WHATSAPP_NUMBER, fields="whatsapp_business_manager_messaging_limit,other")

    assert answer == {"id": WHATSAPP_NUMBER, "whatsapp_business_manager_messaging_limit": "TIER_2K"}


async def test_a_stranger_is_told_nothing_of_the_templates(provider):
    stranger = Graph(WHATSAPP_NUMBER, "another token", api=provider.url, seconds=2)

    with pytest.raises(GraphError):
        await stranger.ask(f"{ACCOUNT}/message_templates")
    await stranger.close()
