"""The parts of the intake: which one is next, its offer "now or later?", and what a change left open."""

from handlers import notes
from handlers.core.buttons import command_data
from handlers.core.case import Response, ResponseStatus, Stage
from handlers.core.messages import Choice, Phrase, Say
from handlers.core.moving import path_of
from handlers.core.path import next_open
from handlers.decision import Decision
from handlers.scenes import live_parts, scene_of

OFFER = "part"
"""Dialogue.menu while "now or later?" stands open."""
_OVER = frozenset({Stage.TREATMENT, Stage.CLOSED, Stage.REFUSED})


def next_part(decision: Decision) -> str | None:
    """Return the url of the intake's first part that has no response, or None; none once treatment began."""
    done = {r.questionnaire for r in decision.case.responses if r.status is not ResponseStatus.STOPPED}
    if decision.case.patient.stage in _OVER:
        return None
    return next((url for url in decision.world.protocol.intake if url not in done), None)


def stands_between(decision: Decision) -> bool:
    """Say whether a part is finished, the next one is not begun, and nothing else is open."""
    if decision.case.open_response() is not None:
        return False
    return next_part(decision) not in {None, decision.world.protocol.intake[0]}


def is_under_way(decision: Decision) -> bool:
    """Say whether a part is begun and not finished, or still to come."""
    parts = live_parts(decision.case, decision.world.protocol)
    begun = any(part.response.status is ResponseStatus.IN_PROGRESS for part in parts)
    return begun or next_part(decision) is not None


def offer(decision: Decision, *first: Phrase) -> None:
    """Say what comes next and ask: now or later? Without a next part only `first` is said."""
    url = next_part(decision)
    if url is None:
        decision.say(*([Say(first)] if first else []))
        return
    decision.talk(menu=OFFER)
    choices = (
        Choice(command_data("continue"), Phrase("talk.button.now")),
        Choice(command_data("later"), Phrase("talk.button.later")),
    )
    decision.say(Say((*first, _named(decision, url)), choices=choices))


def later(decision: Decision) -> None:
    """Leave the next part for another time."""
    decision.talk(menu="", listed=())  # an "ok" that follows is no yes to "now"
    decision.tell("talk.part.later", button=Phrase("talk.button.intake"))


def keep_and_offer(decision: Decision, source: str) -> None:
    """Keep words that answer nothing for a person, and offer the next part again."""
    notes.keep(decision, source)
    offer(decision, Phrase("talk.note_kept"))


def left_open(decision: Decision) -> Response | None:
    """Return a finished part in which a question is open by now, or None.

    A change elsewhere has brought it up, or the channel of then could not carry it.
    """
    finished = {ResponseStatus.COMPLETED, ResponseStatus.AMENDED}
    for part in live_parts(decision.case, decision.world.protocol):
        may_open = part.questionnaire.carried or part.questionnaire.withheld
        if part.response.status not in finished or not may_open:
            continue
        scene = scene_of(decision, part.response, "")
        if next_open(path_of(scene), part.response.answers) is not None:
            return part.response
    return None


def waiting(decision: Decision) -> Response | None:
    """Return what somebody who goes on is asked: what stands open, else what a finished part lacks."""
    under_way = decision.case.open_response()
    if under_way is not None or decision.case.patient.stage in _OVER:
        return under_way
    return left_open(decision)


def _named(decision: Decision, url: str) -> Phrase:
    questionnaire = decision.world.protocol.questionnaires[url]
    title = Phrase(f"{questionnaire.id}#title", default=questionnaire.title)
    minutes = decision.world.protocol.minutes.get(url)
    if minutes is None:
        return Phrase("talk.part.next", {"title": title})
    return Phrase("talk.part.next_minutes", {"title": title, "minutes": str(minutes)})
