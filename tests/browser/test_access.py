"""The chat page for those who need it large, spoken or by keyboard; judged by axe-core, and by use."""

from pathlib import Path

import pytest
from playwright.async_api import expect

from handlers.core.events import Chose, Said, SentDocument
from handlers.core.messages import Body, Button
from tests.browser.on_the_page import HAND, KEYS, MANY, heard, say

pytestmark = pytest.mark.browser

AXE = (Path(__file__).parent / "vendor" / "axe.min.js").read_text()
JUDGED = """async () => {
    const found = await axe.run(document, {resultTypes: ["violations"]});
    return found.violations
        .filter((each) => ["serious", "critical"].includes(each.impact))
        .flatMap((each) => each.nodes.map((node) => `${each.id}: ${node.target} ${node.failureSummary}`));
}"""
SPRING = ("January", "February", "March", "April", "May", "June")
MONTHS = (*SPRING, "July", "August", "September", "October", "November", "December")
BIRTH = Body(
    "When were you born?\n\n1948: tap the month.",
    (
        *(Button(f"a:r:3:page-1948{n:02d}0", name) for n, name in enumerate(MONTHS, start=1)),
        Button("a:r:3:set-1948", "Only the year"),
        Button("a:r:3:about-1948", "About 1948"),
    ),
    KEYS,
    hint="You can also type it. For example: 12 March 1956",
)
LARGE_TEXT = "(size) => { document.documentElement.style.fontSize = size; }"


async def serious(page):
    """Return what axe-core calls serious or critical on the page as it stands."""
    await page.evaluate(AXE)
    return await page.evaluate(JUDGED)


@pytest.fixture
async def talked(begun, chat):
    """A page with words of both sides, a paper, a pad and a question with several answers."""
    say(chat, "o1", HAND)
    await begun.get_by_role("button", name="Left").click()
    await expect(begun.locator(".me .state")).to_have_text("Sent")
    await begun.set_input_files(
        "#papers input[type=file]", {"name": "scan.png", "mimeType": "image/png", "buffer": b"x" * 1000}
    )
    await expect(begun.locator(".me .state")).to_have_text(["Sent", "Sent"])
    say(chat, "o2", BIRTH)
    say(chat, "o3", MANY)
    await begun.get_by_role("button", name="Shaking").wait_for()
    return begun


async def test_the_judge_finds_what_is_wrong(begun):
    await begun.evaluate("document.getElementById('end').insertAdjacentHTML('afterend', '<img src=x.png>')")

    assert ["image-alt" in one for one in await serious(begun)] == [True]


@pytest.mark.parametrize("colours", ["light", "dark"])
async def test_nothing_serious_is_found_on_the_chat_page(talked, colours):
    await talked.evaluate("(name) => { document.documentElement.dataset.colours = name; }", colours)
    await talked.get_by_text("Text size and colours").click()

    assert await serious(talked) == []


async def test_nothing_serious_is_found_where_sending_failed(talked, context):
    await context.set_offline(True)
    await talked.fill("#text", "My medicine wears off")
    await talked.get_by_role("button", name="Send", exact=True).click()
    await talked.get_by_role("button", name="Emergency").click()
    await expect(talked.locator(".me .state").last).to_have_text("Not sent yet")

    assert await serious(talked) == []


async def test_nothing_serious_is_found_where_a_paper_was_refused(talked):
    await talked.set_input_files(
        "#papers input[type=file]",
        {"name": "mri.zip", "mimeType": "application/zip", "buffer": b"x" * 300_001},
    )
    await expect(talked.locator(".refused .state")).to_contain_text("too large")

    assert await serious(talked) == []


@pytest.mark.parametrize("path", ["/chat/", "/chat/?lang=ja", "/chat/emergency"])
async def test_nothing_serious_is_found_on_the_pages_around_it(page, address, path):
    await page.goto(f"{address}{path}")

    assert await serious(page) == []


async def test_nothing_serious_is_found_where_an_address_is_asked_for(begun, address):
    await begun.goto(f"{address}/chat/email")

    assert await serious(begun) == []


@pytest.mark.parametrize("width", [320, 390, 1280])
async def test_text_of_twice_the_size_loses_nothing(talked, width):
    await talked.set_viewport_size({"width": width, "height": 844})
    await talked.evaluate(LARGE_TEXT, "200%")

    lost = await talked.evaluate(
        """() => [...document.querySelectorAll("button, p, label, summary, span.label")]
            .filter((item) => item.getClientRects().length && !item.closest(".unseen-by-eye"))
            .filter((item) => getComputedStyle(item).display !== "inline")
            .filter((item) => item.scrollWidth > item.clientWidth + 1)
            .map((item) => item.textContent.trim())"""
    )

    assert lost == []
    assert await talked.evaluate("document.documentElement.scrollWidth") <= width


@pytest.mark.parametrize("size", ["100%", "200%"])
@pytest.mark.parametrize("width", [320, 390, 1280])
async def test_every_button_of_a_pad_is_a_large_target(begun, chat, width, size):
    await begun.set_viewport_size({"width": width, "height": 844})
    await begun.evaluate(LARGE_TEXT, size)
    say(chat, "o1", BIRTH)
    await begun.get_by_role("button", name="September").wait_for()

    boxes = await begun.evaluate(
        """() => [...document.querySelectorAll(".pad button")]
            .map((button) => button.getBoundingClientRect()).map((box) => [box.width, box.height])"""
    )

    assert min(min(box) for box in boxes) >= 48
    assert len({height for _, height in boxes}) == 1, "a word is broken in two"


async def test_a_pad_looks_the_same_after_a_reload(begun, chat):
    say(chat, "o1", BIRTH)
    await begun.get_by_role("button", name="September").wait_for()
    rows = "() => [...document.querySelectorAll('.pad button')].map((each) => each.className)"
    grown = await begun.evaluate(rows)

    await begun.reload()

    assert await begun.evaluate(rows) == grown
    assert grown.count("choice wide") == 2


async def reach(page, name, *, most=60):
    """Press Tab until the button or box with this name has the focus."""
    for _ in range(most):
        await page.keyboard.press("Tab")
        label = await page.evaluate(
            "(document.activeElement.innerText || document.activeElement.labels?.[0]?.innerText || '').trim()"
        )
        if label.splitlines()[:1] == [name]:
            return
    raise AssertionError(f"{name} cannot be reached by keyboard")


async def test_the_way_in_and_an_answer_take_only_the_keyboard(page, chat, address):
    await page.goto(f"{address}/chat/")
    await reach(page, "Continue")
    await page.keyboard.press("Enter")
    await expect(page.locator("html.ready")).to_be_visible()
    say(chat, "o1", BIRTH)
    await page.get_by_role("button", name="March").wait_for()

    await reach(page, "March")
    await page.keyboard.press("Space")
    await expect(page.locator(".me .state")).to_have_text("Sent")
    await reach(page, await page.locator("label[for=text]").inner_text())
    await page.keyboard.type("Thank you")
    await page.keyboard.press("Tab")
    await page.keyboard.press("Enter")

    await expect(page.locator(".me .state")).to_have_text(["Sent", "Sent"])
    assert heard(chat, Chose) == [Chose("a:r:3:page-1948030")]
    assert heard(chat, Said) == [Said("Thank you")]


async def test_what_has_the_focus_is_seen(talked):
    await talked.locator("body").press("Tab")

    outlines = []
    for _ in range(12):
        await talked.keyboard.press("Tab")
        outlines.append(
            await talked.evaluate(
                """() => { const item = document.activeElement;
                    const box = item.closest(".paper") || item; const style = getComputedStyle(box);
                    return [item.tagName, parseFloat(style.outlineWidth), style.outlineStyle]; }"""
            )
        )

    assert [one for one in outlines if one[0] != "BODY" and (one[1] < 2 or one[2] == "none")] == []


async def test_an_answer_whose_acknowledgement_is_lost_is_sent_again_and_counts_once(begun, chat, context):
    say(chat, "o1", HAND)
    sent = []

    async def lose_the_first(route):
        sent.append(route.request.post_data_json["id"])
        response = await route.fetch()
        await (route.abort() if len(sent) == 1 else route.fulfill(response=response))

    await context.route("**/chat/messages", lose_the_first)
    await begun.get_by_role("button", name="Left").click()

    await expect(begun.locator(".me .state")).to_have_text("Not sent yet")
    await expect(begun.locator(".me .state")).to_have_text("Sent", timeout=10_000)
    assert sent[0] == sent[1]
    assert heard(chat, Chose) == [Chose("a:r:1:0")]


async def test_a_tap_is_kept_over_a_reload_while_the_server_is_away(begun, chat, context):
    say(chat, "o1", HAND)
    await begun.get_by_role("button", name="Left").wait_for()
    await context.route("**/chat/messages", lambda route: route.fulfill(status=503, body=""))
    await begun.get_by_role("button", name="Left").click()
    await expect(begun.locator(".me .state")).to_have_text("Not sent yet")

    await begun.reload()
    await expect(begun.locator(".me .words")).to_have_text("Left")
    await context.unroute("**/chat/messages")

    await expect(begun.locator(".me .state")).to_have_text("Sent", timeout=15_000)
    assert heard(chat, Chose) == [Chose("a:r:1:0")]


async def test_a_paper_whose_acknowledgement_is_lost_is_sent_again_and_counts_once(begun, chat, context):
    tries = []

    async def lose_the_first(route):
        tries.append(route)
        response = await route.fetch()
        await (route.abort() if len(tries) == 1 else route.fulfill(response=response))

    await context.route("**/chat/files", lose_the_first)
    await begun.set_input_files(
        "#papers input[type=file]", {"name": "scan.png", "mimeType": "image/png", "buffer": b"x" * 1000}
    )

    await expect(begun.locator(".me .state")).to_have_text("Sent", timeout=10_000)
    assert len(tries) == 2
    assert len(heard(chat, SentDocument)) == 1


async def test_a_one_time_link_is_opened_and_copied_by_keyboard_and_by_large_buttons(begun, chat, context):
    await context.grant_permissions(["clipboard-read", "clipboard-write"])
    say(chat, "o1", Body(f"Please send this to your helper.\n{chat.public_url}/chat/i/abc"))
    copy = begun.get_by_role("button", name="Copy link 127.0.0.1")
    await copy.focus()
    await begun.keyboard.press("Enter")
    await expect(begun.get_by_role("button", name="Copied 127.0.0.1")).to_be_visible()

    assert await begun.evaluate("navigator.clipboard.readText()") == f"{chat.public_url}/chat/i/abc"
    link = begun.get_by_role("link", name="Open 127.0.0.1")
    assert await link.get_attribute("href") == f"{chat.public_url}/chat/i/abc"
    assert min([(await one.bounding_box())["height"] for one in (copy, link)]) >= 48
    assert await serious(begun) == []
