"""Ways through the intake that several tests walk."""

from tests.handlers.desk import Desk

TO_CONSENT = ("English", "For myself", "Yes")
CONSENT = ("Yes, I agree", "Yes, I agree", "Stay in this chat", "Yes")
ON_THE_PAGE = tuple(step for step in CONSENT if step != "Stay in this chat")
"""The same on our page, where no other way is offered."""
ABOUT = ("=Test Person", "Yes", "=Test Person", "Yes", "=3 March 1958", "Yes", "=Germany", "Yes", "Yes", "No")
HEALTH = (
    "A brain doctor",
    "=2019",
    "Yes",
    "Parkinson's disease",
    "A lot",
    "Both sides, good balance",
    "Never",
    "No",
    "I walk alone",
    "Own fat cells, drip",
    "Done",
    "Help some signs",
    "Yes",
)
END = ("Skip", "Send now")


def walk(desk: Desk, *steps: str) -> Desk:
    """Say (a step that begins with "=") or tap each step."""
    for step in steps:
        if step.startswith("="):
            desk.say(step[1:])
        else:
            desk.tap(step)
    return desk


def consented() -> Desk:
    """Return a desk whose patient has given all consents and stands before their name."""
    desk = Desk()
    desk.start()
    return walk(desk, *TO_CONSENT, *ON_THE_PAGE)


def submitted() -> Desk:
    """Return a desk whose patient has sent the whole intake."""
    return walk(consented(), *ABOUT, *HEALTH, *END)
