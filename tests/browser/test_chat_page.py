"""The chat page in a real browser: what a person with a trembling hand does, and what they see."""

from dataclasses import replace

import pytest
from playwright.async_api import expect

from handlers.core.events import Chose, Said, SentDocument
from tests.browser.on_the_page import HAND, MANY, heard, say
from tests.journeys.waiting import until

pytestmark = pytest.mark.browser

NOTHING_UNSENT = "!Object.keys(localStorage).some((key) => key.includes('unsent'))"
"""Looked at from outside: the page's policy lets no text be run in it."""


async def test_a_question_arrives_by_itself_and_a_tap_answers_it(begun, chat, context):
    say(chat, "o1", HAND)

    await begun.get_by_role("button", name="Left").click()

    await expect(begun.locator(".me .state")).to_have_text("Sent")
    assert heard(chat, Chose) == [Chose("a:r:1:0")]
    assert context.problems == []


async def test_ten_taps_of_a_trembling_finger_are_one(begun, chat):
    say(chat, "o1", HAND)

    left = begun.get_by_role("button", name="Left")
    await left.wait_for()
    await left.evaluate("(button) => { for (let n = 0; n < 10; n += 1) button.click(); }")

    await expect(begun.locator(".me .state")).to_have_text("Sent")
    assert heard(chat, Chose) == [Chose("a:r:1:0")]


async def test_a_second_tap_that_lands_on_the_next_question_is_ignored(begun, chat):
    say(chat, "o1", HAND)
    say(chat, "o2", MANY)
    await begun.get_by_role("button", name="Shaking").wait_for()

    await begun.evaluate("""() => {
        document.querySelector("[value='a:r:1:0']").click();
        document.querySelector("[value='a:r:2:0']").click();
    }""")

    await expect(begun.locator(".me .state")).to_have_text("Sent")
    assert heard(chat, Chose) == [Chose("a:r:1:0")]


async def test_emergency_is_heard_right_after_another_tap(begun, chat):
    say(chat, "o1", HAND)
    await begun.get_by_role("button", name="Left").wait_for()

    await begun.evaluate("""() => {
        document.querySelector("[value='a:r:1:0']").click();
        document.querySelector("[value='c:emergency']").click();
    }""")

    await expect(begun.locator("#alarm")).to_be_visible()
    await expect(begun.locator(".me .state")).to_have_text(["Sent", "Sent"])
    assert heard(chat, Chose) == [Chose("a:r:1:0"), Chose("c:emergency")]


async def test_two_different_messages_in_a_hurry_are_both_sent(begun, chat):
    await begun.evaluate("""() => {
        const box = document.getElementById("text");
        for (const words of ["My hand shakes", "The left one"]) {
            box.value = words;
            document.querySelector("#words .send").click();
        }
    }""")

    await expect(begun.locator(".me .state")).to_have_text(["Sent", "Sent"])
    assert heard(chat, Said) == [Said("My hand shakes"), Said("The left one")]


async def test_what_is_typed_without_a_connection_is_kept_and_sent_once(begun, chat, context):
    await context.set_offline(True)
    await begun.fill("#text", "My medicine wears off")
    await begun.get_by_role("button", name="Send", exact=True).click()
    await expect(begun.locator(".me .state")).to_have_text("Not sent yet")

    await context.set_offline(False)

    await expect(begun.locator(".me .state")).to_have_text("Sent", timeout=10_000)
    assert heard(chat, Said) == [Said("My medicine wears off")]
    assert (
        await begun.evaluate("Object.keys(localStorage).filter((key) => key.includes('unsent')).length") == 0
    )


async def test_what_was_not_sent_survives_closing_the_page(begun, chat, context, address):
    await context.set_offline(True)
    await begun.fill("#text", "My medicine wears off")
    await begun.get_by_role("button", name="Send", exact=True).click()
    await expect(begun.locator(".me .state")).to_have_text("Not sent yet")
    await begun.close()

    await context.set_offline(False)
    again = await context.new_page()
    await again.goto(f"{address}/chat/")

    await expect(again.locator(".me")).to_have_count(1)
    await expect(again.locator(".me .words")).to_have_text("My medicine wears off")
    assert heard(chat, Said) == [Said("My medicine wears off")]


async def test_a_second_tab_does_not_write_over_what_the_first_could_not_send(begun, chat, context, address):
    other = await context.new_page()
    await other.goto(f"{address}/chat/")
    await context.set_offline(True)
    for page, words in ((begun, "My medicine wears off"), (other, "At noon")):
        await page.fill("#text", words)
        await page.get_by_role("button", name="Send", exact=True).click()
        await expect(page.locator(".me .state")).to_have_text("Not sent yet")
    await begun.close()
    await context.set_offline(False)
    await other.reload()
    await until(lambda: other.evaluate(NOTHING_UNSENT), "everything was sent")
    assert {said.text for said in heard(chat, Said)} == {"My medicine wears off", "At noon"}


async def test_words_that_are_too_long_come_back_to_be_shortened(begun, chat):
    await begun.fill("#text", "long " * 9000)
    await begun.get_by_role("button", name="Send", exact=True).click()

    await expect(begun.locator(".refused .state")).to_contain_text("too long")
    await expect(begun.locator("#text")).to_have_value(("long " * 9000).strip())
    assert heard(chat, Said) == []


async def test_a_photo_is_sent_as_soon_as_it_is_chosen(begun, chat):
    await begun.set_input_files(
        "#papers input[type=file]", {"name": "scan.png", "mimeType": "image/png", "buffer": b"x" * 1000}
    )

    await expect(begun.locator(".me .state")).to_have_text("Sent")
    [sent] = heard(chat, SentDocument)
    assert (sent.name, sent.size) == ("scan.png", 1000)


async def test_a_file_that_is_too_large_says_so_at_once(begun, chat):
    await begun.set_input_files(
        "#papers input[type=file]", {"name": "scan.png", "mimeType": "image/png", "buffer": b"x" * 300_001}
    )

    await expect(begun.locator(".refused .state")).to_contain_text("too large")
    assert heard(chat, SentDocument) == []


async def test_the_emergency_button_says_what_to_do_even_without_a_connection(begun, context):
    await context.set_offline(True)

    await begun.get_by_role("button", name="Emergency").click()

    await expect(begun.get_by_role("alert").first).to_contain_text("119")


async def test_a_reload_shows_the_same_page_that_grew_by_itself(begun, chat):
    say(chat, "o1", HAND)
    await begun.get_by_role("button", name="Right").click()
    await expect(begun.locator(".me .state")).to_have_text("Sent")
    say(chat, "o2", MANY)
    await expect(begun.get_by_role("button", name="Shaking")).to_be_visible()

    grown = await seen(begun)
    await begun.reload()

    assert await seen(begun) == grown


async def seen(page):
    """Return what stands in the conversation: words, buttons and which of them are open."""
    return await page.evaluate(
        """() => [...document.querySelectorAll("#log > li")].map((line) => [
            line.id, line.dataset.from, line.querySelector(".who").textContent,
            line.dataset.from === "me" ? "" : line.querySelector(".words").textContent,
            line.querySelector(".asks")?.open,
            [...line.querySelectorAll("button")].map((button) => [
                button.className.replace(" tapped", ""), button.value, button.name,
                button.textContent.trim().replace(/\\s+/g, " "), button.getAttribute("aria-pressed"),
            ]),
        ])"""
    )


async def test_a_tap_stands_above_its_reply_where_that_was_faster_than_the_receipt(begun, chat, context):
    async def hold(route):
        receipt = await route.fetch()
        chat.reader.lines[-1] = replace(chat.reader.lines[-1], text="")
        say(chat, "o2", MANY)
        await expect(begun.locator("#m-o2")).to_be_visible()
        await route.fulfill(response=receipt)

    await context.route("**/chat/messages", hold)
    say(chat, "o1", HAND)
    await begun.get_by_role("button", name="Left").click()
    await expect(begun.locator(".me .state")).to_have_text("Sent")
    assert [line[1] for line in await seen(begun)] == ["clinic", "me", "clinic"]


async def test_a_question_with_several_answers_that_comes_again_is_shown_once(begun, chat):
    say(chat, "o1", MANY)
    await begun.get_by_role("button", name="Shaking").click()
    picked = replace(MANY.choices[0], picked=True)
    say(chat, "o2", replace(MANY, choices=(picked, MANY.choices[1])))

    await expect(begun.locator("#m-o2")).to_be_visible()
    await expect(begun.locator("#m-o1")).to_have_count(0)
    await expect(begun.locator("#m-o2 [aria-pressed=true]")).to_have_count(1)


async def test_the_page_confirms_what_it_has_shown(begun, chat):
    say(chat, "o1", HAND)

    await expect(begun.locator("#m-o1:not([data-unseen])")).to_be_visible()

    assert any(item.dedupe_key.startswith("seen-o1") for item in chat.inbox.items)


async def test_everything_works_without_a_script(context_of, chat, address):
    page = await (await context_of(java_script_enabled=False)).new_page()
    await page.goto(f"{address}/chat/")
    await page.get_by_role("button", name="Continue").click()
    say(chat, "o1", HAND)
    await page.goto(f"{address}/chat/")

    await page.get_by_role("button", name="Left").click()
    await page.fill("#text", "Hello")
    await page.get_by_role("button", name="Send", exact=True).click()

    assert heard(chat, Chose) == [Chose("a:r:1:0")]
    assert heard(chat, Said) == [Said("Hello")]


async def test_the_whole_page_works_by_keyboard(begun, chat):
    say(chat, "o1", HAND)
    await begun.get_by_role("button", name="Left").focus()

    await begun.keyboard.press("Tab")
    await begun.keyboard.press("Enter")

    await expect(begun.locator(".me .state")).to_have_text("Sent")
    assert heard(chat, Chose) == [Chose("a:r:1:1")]


@pytest.mark.parametrize("width", [320, 390, 1280])
@pytest.mark.parametrize("size", ["1", "3"])
async def test_every_target_is_large_and_nothing_runs_over_the_edge(begun, chat, width, size):
    await begun.set_viewport_size({"width": width, "height": 844})
    await begun.evaluate("(size) => { document.documentElement.dataset.size = size; }", size)
    say(chat, "o1", HAND)
    await begun.get_by_role("button", name="Left").wait_for()

    boxes = await begun.evaluate(
        """() => [...document.querySelectorAll("button, .paper, a, summary")]
            .map((target) => target.getBoundingClientRect()).filter((box) => box.height)
            .map((box) => [box.height, box.right])"""
    )

    assert min(height for height, _ in boxes) >= 48
    assert max(right for _, right in boxes) <= width
    assert await begun.evaluate("document.documentElement.scrollWidth") <= width


async def test_the_stream_falls_back_to_polling_where_a_proxy_holds_it_back(context_of, chat, address):
    context = await context_of()
    await context.route("**/chat/events", lambda route: route.abort())
    page = await context.new_page()
    await page.goto(f"{address}/chat/")
    await page.get_by_role("button", name="Continue").click()
    await expect(page.locator("#text")).to_be_visible()

    say(chat, "o1", HAND)

    await expect(page.get_by_role("button", name="Left")).to_be_visible(timeout=20_000)


async def test_text_size_is_remembered_on_this_device(begun):
    await begun.get_by_text("Text size and colours").click()
    await begun.get_by_role("button", name="Largest").click()

    await begun.reload()

    assert await begun.evaluate("getComputedStyle(document.documentElement).fontSize") == "28px"
