import re
from itertools import chain

import pytest

from bot.console.access import Role
from bot.console.plan import KINDS
from handlers.core.case import FollowUpState, Reach, ResponseStatus, Stage
from handlers.core.changes import Level
from handlers.core.course import Late, WhySkipped
from handlers.core.papers import DocumentState, Verdict
from handlers.core.values import AnsweredBy, ChannelKind, Purpose
from handlers.programme import WhyStopped
from storage.states import SendState
from tests.console.samples import CATALOGS, PROTOCOL, ROOT

ROOT_OF_PAGES = ROOT / "bot/console"
_NOTED = re.compile(r'(?:audit\(reader, |_found\(.*, |_let_in\(.*, |action: str = )"([a-z.-]+)"')
ACTS = [act for path in ROOT_OF_PAGES.glob("*.py") for act in _NOTED.findall(path.read_text())]
STAFF_ACTS = [
    *("anchor.cancelled", "step.send", "step.skip", "programme.pause"),
    *(f"programme.stop.{why}" for why in WhyStopped),
]
"""What the use cases write down themselves."""
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
    "verdict": Verdict,
    "anchor": KINDS,
    "act": [
        *ACTS,
        *(f"staff.add.{role}" for role in Role),
        *(f"anchor.{kind}" for kind in KINDS),
        *STAFF_ACTS,
    ],
    "step": [step.id for step in PROTOCOL.steps],
    "programme": {step.programme for step in PROTOCOL.steps},
    "skip": WhySkipped,
    "stop": WhyStopped,
    "date": [f"late_{late}" for late in Late if late is not Late.PLAN],
}

CODE = ("handlers", "scheduler", "storage", "bot")
_OPENED = re.compile(r'(?:OpenTask|_task|\.task)\((?:row, )?"([a-z-]+)"')


@pytest.mark.parametrize("language", ["en", "ja"])
def test_everything_that_the_console_names_has_a_word(language):
    keys = chain.from_iterable((f"console.{area}.{one}" for one in values) for area, values in WORDED.items())

    assert [key for key in keys if not CATALOGS.get(language).has(key)] == []


def kinds_of_tasks():
    """Return the kind of every task that the code opens, as it stands there."""
    sources = (path.read_text() for area in CODE for path in (ROOT / area).rglob("*.py"))
    return set(chain.from_iterable(_OPENED.findall(source) for source in sources))


@pytest.mark.parametrize("language", ["en", "ja"])
def test_every_kind_of_task_that_is_opened_has_a_name(language):
    kinds = kinds_of_tasks()

    assert {"answers-changed", "send-failed", "unknown-send", "waits-on-page"} <= kinds
    assert [kind for kind in kinds if not CATALOGS.get(language).has(f"console.task.{kind}")] == []


def test_the_console_is_complete_in_japanese():
    wrong = [problem for problem in CATALOGS.problems() if problem.language == "ja"]

    assert [problem for problem in wrong if problem.key.startswith("console.")] == []
