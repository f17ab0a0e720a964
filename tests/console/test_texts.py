from itertools import chain

import pytest

from bot.console.access import Role
from bot.console.plan import KINDS
from handlers.core.case import FollowUpState, Reach, ResponseStatus, Stage
from handlers.core.changes import DocumentState, Level
from handlers.core.values import AnsweredBy, ChannelKind, Purpose
from storage.states import SendState
from tests.console.samples import CATALOGS, PROTOCOL

WORDED = {
    "stage": Stage,
    "level": Level,
    "role": Role,
    "reach": Reach,
    "channel": ChannelKind,
    "by": AnsweredBy,
    "purpose": Purpose,
    "response": ResponseStatus,
    "follow_up": FollowUpState,
    "send": SendState,
    "document_state": DocumentState,
    "anchor": KINDS,
    "step": [step.id for step in PROTOCOL.steps],
}


@pytest.mark.parametrize("language", ["en", "ja"])
def test_everything_that_the_console_names_has_a_word(language):
    keys = chain.from_iterable((f"console.{area}.{one}" for one in values) for area, values in WORDED.items())

    assert [key for key in keys if not CATALOGS.get(language).has(key)] == []


def test_the_console_is_complete_in_japanese():
    wrong = [problem for problem in CATALOGS.problems() if problem.language == "ja"]

    assert [problem for problem in wrong if problem.key.startswith("console.")] == []
