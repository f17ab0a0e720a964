"""What must hold in a programme, beside what must hold everywhere."""

from tests.simulation.held import HELD_CHECKS
from tests.simulation.messages import MESSAGE_CHECKS
from tests.simulation.oracle import INVARIANTS, judge_answers, judge_items, name_all
from tests.simulation.programme.alerted import judge_alerts
from tests.simulation.programme.history import History
from tests.simulation.programme.planned import judge_left_out, judge_plan, judge_stop

OF_A_PROGRAMME = {
    "date-lost": "the date that staff were told is saved is the one that stands",
    "sent-after-end": "nothing leaves of a step that is not open: the messages of a replaced plan never go",
    "sent-after-stopped": "after staff stopped everything what was in flight, and replies to later words",
    "date-after-stop": "no date is taken while everything is stopped",
    "came-back": "what staff left out or stopped stays so, whatever date they move",
    "alert-missing": "every danger sign has an alert that waits from that moment on",
    "alert-untold": "of every alert somebody is told",
    "alert-late": "the first is told within seconds, where nothing goes wrong",
    "alert-doubled": "nobody is told twice of one step, unless it was ambiguous",
    "alert-after-taken": "nobody is told of what somebody has taken",
    "alert-climbed-early": "each has their minutes before the next is told",
    "alert-step-skipped": "no step of the chain is left out",
}


def judge(evidence):
    """Return what was found against the invariants."""
    history = History.of(evidence)
    judge_items(evidence)
    judge_answers(evidence)
    judge_plan(evidence, history)
    judge_stop(evidence, history)
    judge_left_out(evidence, history)
    judge_alerts(evidence, history)
    for check in (*MESSAGE_CHECKS, *HELD_CHECKS):
        check(evidence)
    return name_all(evidence.found, INVARIANTS | OF_A_PROGRAMME)
