"""From a case to the scene that a step of its questionnaire needs."""

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from handlers.core.buttons import read_data
from handlers.core.carried import Part, carried_into
from handlers.core.case import Case, Clinic, Outcome, Response, ResponseStatus
from handlers.core.limits import LIMITS
from handlers.core.plans import offered
from handlers.core.protocol import Protocol
from handlers.core.questionnaire import Questionnaire
from handlers.core.turn import Scene
from handlers.core.values import AnsweredBy, Answers, ChannelKind, Value
from handlers.decision import Decision
from handlers.whereabouts import zone_now
from handlers.wording import language_of
from handlers.world import World

_SHUT = frozenset({ResponseStatus.STOPPED, ResponseStatus.ENTERED_IN_ERROR})
_FILTERED = frozenset({"language", "route"})
"""Effects of questions of which a clinic shows some options only."""
PRIVATE = frozenset({ChannelKind.WEB, ChannelKind.TERMINAL})
"""Channels on which nobody but the clinic carries the answers."""


def questionnaire_of(protocol: Protocol, response: Response) -> Questionnaire:
    """Return the questionnaire that a response is about, as it was begun; raise KeyError if it is lost."""
    found = protocol.questionnaire(response.questionnaire, response.version)
    if found is None:
        raise KeyError(response.questionnaire)
    return found


def scene_of(decision: Decision, response: Response, source: str) -> Scene:
    """Return everything that a step of `response` may look at."""
    case, world = decision.case, decision.world
    helper = case.contact.by is AnsweredBy.HELPER
    questionnaire, language = questionnaire_of(world.protocol, response), language_of(case, world)
    reckoned = calculated(case, decision.now.date())
    return Scene(
        questionnaire=questionnaire,
        response=response,
        dialogue=decision.dialogue,
        now=decision.now,
        by=case.contact.by,
        source=source,
        words=world.words(language),
        limits=LIMITS[case.contact.point.channel],
        calculated=reckoned,
        helper=helper,
        vocabulary={"iso3166": world.places.countries(language)},
        shown=shown_options(decision),
        red=world.protocol.alarming,
        consents=world.protocol.consenting,
        zone=zone_now(case, decision.now),
        birth=date.fromisoformat(case.patient.birth_date) if case.patient.birth_date else None,
        birth_item=world.protocol.birth_item,
        unasked=unasked(decision)
        | questionnaire.unspoken(language)
        | questionnaire.withheld.get(case.contact.point.channel, frozenset()),
        carried=_carried(decision, questionnaire, reckoned),
        alarmed=decision.is_alarmed,
        follows=response.follow_up is None and response.questionnaire in world.protocol.intake[1:],
        counted=True,
    )


def answerable(case: Case, response_id: str | None) -> Response | None:
    """Return the loaded response with this id if its answers may still be given or changed."""
    response = case.response(response_id)
    return response if response is not None and response.status not in _SHUT else None


def tapped_response(case: Case, data: str) -> Response | None:
    """Return the response that a tap (its callback data) may still answer or change."""
    parsed = read_data(data)
    return answerable(case, parsed.response) if parsed else None


def why_too_late(case: Case, data: str) -> str:
    """Return the name of the text that says why a tap (its callback data) can answer nothing any more."""
    parsed = read_data(data)
    response = case.response(parsed.response) if parsed else None
    is_of_check_in = response is not None and response.follow_up is not None
    return "talk.check_in_closed" if is_of_check_in else "talk.button_too_old"


def asked_response(case: Case) -> Response | None:
    """Return the response whose question or "is that right?" stands open; None if nothing does.

    It may be a finished one: an answer of it is being changed.
    """
    dialogue = case.contact.dialogue
    if dialogue.asked is None and dialogue.confirm is None:
        return None
    return answerable(case, dialogue.response) or case.open_response()


def unasked(decision: Decision) -> frozenset[str]:
    """Return the linkIds left out here: another way than this chat is offered only where there is one.

    On our page, which is that other way, and in the terminal the privacy line stands as a text.
    """
    left_out = "consent:channel" if decision.case.contact.point.channel in PRIVATE else "page-privacy"
    return decision.world.protocol.by_effect.get(left_out, frozenset())


def _carried(decision: Decision, questionnaire: Questionnaire, reckoned: Mapping[str, Value]) -> Answers:
    if not questionnaire.carried:
        return {}
    return carried_into(questionnaire, live_parts(decision.case, decision.world.protocol), reckoned)


def live_parts(case: Case, protocol: Protocol) -> tuple[Part, ...]:
    """Return the parts of the intake that were begun and not given up, in the order of the pack."""
    begun = {r.questionnaire: r for r in case.responses if r.status not in _SHUT and r.follow_up is None}
    found = (begun[url] for url in protocol.intake if url in begun)
    return tuple(Part(questionnaire_of(protocol, response), response) for response in found)


def calculated(case: Case, today: date) -> Mapping[str, Value]:
    """Return the engine-set values: is a consultation wanted, does a helper answer, full years of age."""
    wanted: dict[str, Value] = {
        "consultation": case.patient.decision is Outcome.CANDIDATE,
        "helper": case.contact.by is AnsweredBy.HELPER,
    }
    if not case.patient.birth_date:
        return wanted
    born = date.fromisoformat(case.patient.birth_date)
    had_birthday = (today.month, today.day) >= (born.month, born.day)
    return wanted | {"age": today.year - born.year - (0 if had_birthday else 1)}


def shown_options(decision: Decision) -> Mapping[str, frozenset[str]]:
    """Return, per filtered question, the option codes that this clinic may show."""
    return _Shown(decision.world, decision.case.clinic)


class _Shown(Mapping[str, frozenset[str]]):
    """linkId → the codes that may be shown, worked out for the few questions that are filtered."""

    def __init__(self, world: World, clinic: Clinic) -> None:
        self._world, self._clinic = world, clinic

    def __getitem__(self, link_id: str) -> frozenset[str]:
        found: frozenset[str] | None = self.get(link_id)
        if found is None:
            raise KeyError(link_id)
        return found

    def get(self, link_id: str, default: Any = None) -> Any:
        """Return the codes, or `default`: each question is asked for, and nearly none is filtered."""
        match self._world.protocol.effects.get(link_id):
            case "language":
                return frozenset(self._world.offered())
            case "route":
                return frozenset({*(plan.route for plan in offered(self._clinic)), "ns"})
            case _:
                return default

    def __iter__(self) -> Iterator[str]:
        return (link for link, effect in self._world.protocol.effects.items() if effect in _FILTERED)

    def __len__(self) -> int:
        return sum(1 for _ in self)
