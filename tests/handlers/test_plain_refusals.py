"""What is not understood is answered in plain words, with an example, and never as a fault of theirs."""

from pathlib import Path

import pytest

from locales.po import read_po_file
from tests.handlers.paths import ABOUT, HEALTH, consented, walk

ROOT = Path(__file__).parents[2]
CURT = ("invalid", "error", "incorrect", "not valid", "illegal", "bad input", "format")
REFUSALS = ("chat.check.", "chat.not_understood.", "chat.help.")


def refusals() -> list[str]:
    entries = read_po_file(ROOT / "locales/en/answers.po").entries
    return [entry.source[0] for entry in entries if entry.key.startswith(REFUSALS)]


def test_no_refusal_blames_whoever_wrote():
    assert len(refusals()) > 20
    assert [text for text in refusals() if any(word in text.casefold() for word in CURT)] == []


@pytest.mark.parametrize(
    "typed", ["???", "asdf", "99/99/9999", "yes no", "-", "\N{WHITE SQUARE}", "1e9", "0"]
)
def test_nothing_typed_under_any_question_is_called_invalid(typed):
    desk = consented()
    for step in (*ABOUT, *HEALTH):
        said = desk.say(typed)
        text = " ".join(body.text for body in said).casefold()
        assert said
        assert "invalid" not in text
        desk = walk(consented(), *(*ABOUT, *HEALTH)[: (*ABOUT, *HEALTH).index(step) + 1])
