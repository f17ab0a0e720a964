"""Further questions, conditions and rules for a small pack, and what the linter says of it."""

from bot.check_command import check
from tests.packs.conftest import option, ours

SHORT = "short.questionnaire.json"


def found(small):
    return [str(problem) for problem in check(str(small.write()))]


def item(link_id, *codes, **fields):
    """Return a further question with all its wordings."""
    return {
        "linkId": link_id,
        "extension": [ours("helper", f"Their {link_id}?"), ours("why", "To know.")],
        "text": f"Your {link_id}?",
        "type": "choice",
        "answerOption": [option(code, code) for code in codes],
        **fields,
    }


def add(small, *items):
    small.files[SHORT]["item"] += items


def when(question, code, operator="="):
    coding = {"system": "https://example.org/codes", "code": code}
    return {"question": question, "operator": operator, "answerCoding": coding}


def exists(question, *, there):
    return {"question": question, "operator": "exists", "answerBoolean": there}


def rule(link_id, level="REVIEW", operator="=", value="a"):
    leaf = {"item": link_id, "op": operator, "value": value}
    return {"rules": [{"id": "P1", "level": level, "when": leaf, "staffText": "Look."}]}
