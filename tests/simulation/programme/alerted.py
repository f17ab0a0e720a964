"""The oracle on alerts: every danger sign calls staff, in time, each once a step, until somebody takes it."""

from collections import defaultdict

from tests.simulation.evidence import disturbed
from tests.simulation.programme.history import seconds
from tests.simulation.programme.on_call import CHATS, MINUTES

IN_TIME = 15.0
"""Seconds from the sign to the first chat, where nothing goes wrong."""

WINDOW = 70.0
"""Seconds around an alert in which something may have gone wrong with it: a lease."""

IN_FLIGHT = 25.0
TRIES = 8
"""So often a chat is tried before the next is told, unless an alert waits there already."""

_NOTICES = (
    "SELECT alert_id, step, at, state, settled_at, attempts FROM alert_notices"
    " WHERE kind = 'alert' ORDER BY at"
)


def judge_alerts(evidence, history):
    """Look at every danger sign, and at every alert."""
    _signs(evidence, history)
    told = defaultdict(list)
    for telling in evidence.world.tellings:
        for alert in telling.alerts:
            told[alert].append(telling)
    notices = _notices(evidence)
    for alert, entries in history.alerts.items():
        _alert(evidence, entries, notices[alert], told[alert])
    evidence.world.figures |= {"alerts": len(history.alerts)}


def _notices(evidence):
    found = defaultdict(list)
    for alert, step, at, state, settled, attempts in evidence.world.server.driver.execute(_NOTICES):
        ends = seconds(settled) if settled else None
        notice = {"step": step, "at": seconds(at), "state": state, "ends": ends, "attempts": attempts}
        found[alert].append(notice)
    return found


def _signs(evidence, history):
    """Whoever ticked a danger sign has an alert that was waiting then."""
    alerts = defaultdict(list)
    for entries in history.alerts.values():
        alerts[entries[0].row["patient_id"]].append(entries[-1].row)
    patients = {person.number: patient for patient, person in evidence.persons.items()}
    stored = {answer["source_message_id"]: answer for answer in evidence.lists["answers"]}
    for item in evidence.ledger.items.values():
        answer = stored.get(item.key)
        if answer is None or (answer["link_id"], answer["value"]) != ("danger", "yes"):
            continue
        evidence.world.faults.fired["danger-told"] += 1
        at = history.handled[evidence.rows[item.key]][1]
        own = alerts[patients.get(item.person % 100_000)]
        if not any(_covers(row, at) for row in own):
            evidence.found.add("alert-missing", item, at, own)


def _covers(alert, at):
    taken = alert["taken_at"]
    return seconds(alert["raised_at"]) <= at + 3 and (taken is None or seconds(taken) >= at - 3)


def _alert(evidence, entries, notices, tellings):
    alert, fired = entries[-1].row, evidence.world.faults.fired
    raised = seconds(alert["raised_at"])
    taken = seconds(alert["taken_at"]) if alert["taken_at"] else None
    if taken is None:
        evidence.found.add("queue-stuck", entries)
    accepted = [telling for telling in tellings if telling.attempt.accepted is not None]
    _first(evidence, raised, tellings, accepted)
    _once(evidence, notices, accepted)
    _after(evidence, taken, tellings)
    steps = sorted({notice["step"] for notice in notices})
    fired["chain-climbed"] += max(steps, default=0)
    _climbs(evidence, notices, taken, tellings)


def _first(evidence, raised, tellings, accepted):
    """The first chat hears of it at once, unless something went wrong; sooner or later somebody does."""
    if not accepted:
        evidence.found.add("alert-untold", raised, tellings)
        return
    first = min(telling.attempt.accepted for telling in accepted)
    is_upset = (
        any(disturbed(owner, raised - WINDOW, first) for owner in _owners(evidence))
        or any(telling.attempt.verdict != "taken" for telling in tellings if telling.attempt.began <= first)
        or evidence.world.was_upset(raised - WINDOW, first)
    )
    if first - raised > IN_TIME and not is_upset:
        evidence.found.add("alert-late", raised, first, tellings)


def _owners(evidence):
    return (*evidence.world.processes, *evidence.world.graveyard)


def _once(evidence, notices, accepted):
    """No chat hears of one step twice, unless it was recorded that it may."""
    by_chat = defaultdict(list)
    for telling in accepted:
        by_chat[telling.chat].append(telling)
    for chat, heard in by_chat.items():
        steps = sum(_chat_of(notice["step"]) == chat for notice in notices)
        excused = sum(_may_come_again(telling) for telling in heard)
        if len(heard) > steps + excused:
            evidence.found.add("alert-doubled", chat, heard, notices)


def _chat_of(step):
    return list(CHATS)[step % len(CHATS)]


def _may_come_again(telling):
    attempt = telling.attempt
    is_slow = attempt.accepted - attempt.began >= 20
    return (
        attempt.verdict not in {"taken", "slow"}
        or is_slow
        or disturbed(attempt.owner, attempt.began - 200, attempt.began + 200)
    )


def _after(evidence, taken, tellings):
    """Nobody is told any more of what was taken, but by what was on its way."""
    for telling in tellings:
        began = telling.attempt.began
        is_late = taken is not None and began > taken + IN_FLIGHT
        if is_late and not disturbed(telling.attempt.owner, began - 1_000, began + 1):
            evidence.found.add("alert-after-taken", taken, telling)


def _climbs(evidence, notices, taken, tellings):
    """The next is told after the minutes of the one before, or once that one failed; never if it is taken."""
    by_step = {}
    for notice in notices:
        by_step.setdefault(notice["step"], notice["at"])
    tried = {one["step"] for one in notices if one["state"] == "failed" or one["attempts"] >= TRIES}
    for step, at in by_step.items():
        before = by_step.get(step - 1)
        is_early = before is not None and step - 1 not in tried and at - before < MINUTES * 60 - 5
        if is_early and not _in_vain(tellings, step - 1, before, at):
            evidence.found.add("alert-climbed-early", step, at, before)
        if taken is not None and at > taken + 3:
            evidence.found.add("alert-after-taken", step, at, taken)
    if any(not _is_tried_on(notices, step) for step in range(max(by_step, default=0)) if step not in by_step):
        evidence.found.add("alert-step-skipped", notices)


def _in_vain(tellings, step, since, until):
    """Say whether a chat was tried, together with what waited there already, and not reached in this time."""
    tries = [
        telling
        for telling in tellings
        if telling.chat == _chat_of(step) and since - 3 <= telling.attempt.began <= until
    ]
    is_reached = any(telling.attempt.verdict in {"taken", "slow"} for telling in tries)
    return not is_reached and any(len(telling.alerts) > 1 for telling in tries)


def _is_tried_on(notices, step):
    """Say whether a step that told nobody had its chat still tried for an earlier step then."""
    reached = max((notice["at"] for notice in notices if notice["step"] < step), default=0)
    waits = (n for n in notices if n["step"] < step and _chat_of(n["step"]) == _chat_of(step))
    return any(notice["ends"] is None or notice["ends"] >= reached for notice in waits)
