"""Who must be called about an answer or a word: the task with its due time, and the alert of what is loud."""

from handlers.core.calls import HURRIED, USUAL, Call, due_at, kind_of
from handlers.core.changes import Level, RaiseAlert
from handlers.core.on_call import URGENT
from handlers.decision import Decision

_OPENS_CASE = frozenset({Level.RED, Level.ORANGE})


def call_for(
    decision: Decision,
    level: Level,
    *,
    key: str,
    call: Call | None = None,
    opens_case: bool = True,
    kind: str = "",
) -> None:
    """Open the task of a call, once while it is open; without a `call` it is what the level asks for.

    Without a `kind` the task is named after the level and the call. Of what is loud staff are told at once,
    and after a procedure a case of a possible adverse event opens, unless the rule says that it does not.
    """
    call = call or USUAL[level]
    if level in URGENT:
        is_case = opens_case and level in _OPENS_CASE and bool(decision.procedures())
        alert = RaiseAlert(key, level, decision.now, opens_case=is_case, hurried=call in HURRIED)
        decision.add(alert)
    clinic = decision.case.clinic
    due = due_at(call, decision.now, clinic.zone, clinic.texts)
    decision.task(kind or kind_of(level, call), key=key, due_at=due)
