"""The treatments that a clinic may ask about, and what is said before a patient chooses among them."""

from handlers.core.case import Dialogue, Response
from handlers.core.messages import Phrase, Say
from handlers.core.plans import FiledPlan, offered
from handlers.core.questionnaire import Item, Questionnaire
from handlers.core.turn import Turn
from handlers.decision import Decision
from handlers.scenes import questionnaire_of

CARD = "treatments"
"""The pack's balanced statement (protocol.json, cards)."""


def before_the_question(
    decision: Decision, response: Response, before: Dialogue, turn: Turn
) -> tuple[Say, ...]:
    """Return the balanced statement and the plans, if this turn puts the question for the treatment."""
    asked = turn.dialogue.asked
    statement = decision.world.protocol.cards.get(CARD)
    is_new = asked is not None and (before.response, before.asked) != (response.id, asked)
    if asked is None or not is_new or statement is None:
        return ()
    if decision.world.protocol.effects.get(asked.link_id) != "route":
        return ()
    questionnaire = questionnaire_of(decision.world.protocol, response)
    item = questionnaire.item(asked.link_id)
    lines = [_line(questionnaire, item, plan) for plan in offered(decision.case.clinic)]
    return (Say((Phrase(statement), *lines)),)


def _line(questionnaire: Questionnaire, item: Item, plan: FiledPlan) -> Phrase:
    option = item.option(plan.route)
    key = questionnaire.text_key(item, f"option:{plan.route}")
    treatment = Phrase(key, default=option.label if option else plan.route)
    values = {"number": plan.number, "class": plan.plan_class, "committee": plan.committee}
    return Phrase("talk.plan_line", {"treatment": treatment, **values})
