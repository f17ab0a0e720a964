"""That what every page is judged by finds what is wrong with one."""

import pytest

from tests.browser.judging import Judge

pytestmark = pytest.mark.browser

SPOILT = """addEventListener("DOMContentLoaded", () => {
    const add = (tag, more) => document.body.append(Object.assign(document.createElement(tag), more));
    add("img", {src: "https://elsewhere.example/x.png"});
    add("p", {textContent: "wide", style: "width: 2000px"});
    const short = {textContent: "a long name", style: "width: 3em; overflow: hidden; white-space: nowrap"};
    document.querySelector("main").append(Object.assign(document.createElement("p"), short));
    add("button", {textContent: "late", tabIndex: 3});
    add("button", {textContent: "a trap", onkeydown: (event) => event.preventDefault()});
    add("button", {textContent: "behind it"});
    add("details", {innerHTML: "<summary>folded up</summary><input type=text>"});
});"""
WRONG = (
    "image-alt",
    "unfolded: label",
    "px too wide",
    "cut off <p> a long name",
    "console: Loading the image",
    "out of turn: <button> late",
    "not reach <button> behind it",
)


async def test_the_judge_finds_everything_that_is_wrong(context, address):
    await context.add_init_script(SPOILT)
    judge = await Judge.of(context, address)

    found = await judge.flaws("/chat/emergency")

    assert [wrong for wrong in WRONG if not any(wrong in one for one in found)] == [], found
