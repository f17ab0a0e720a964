"""Somebody whose answers depend on the question and a seed alone: asked twice, they say the same."""

from random import Random
from zlib import crc32

from handlers.core.buttons import answer_data
from handlers.core.case import Reach, Stage
from handlers.core.codec import plain
from handlers.core.events import Chose, Said, Started
from handlers.core.pages import is_overview
from handlers.core.questionnaire import ItemType
from handlers.core.step import numbered
from handlers.decision import Decision
from handlers.scenes import scene_of
from tests.conversations.starts import ONE
from tests.handlers.desk import CLINIC

FIRM = {
    "start.lang": "en",
    "start.adult": "yes",
    "start.role": "self",
    "start.permission": "agree",
    "id.tz": "yes",
    "end.send": "send",
}
"""Answers that lead on, whatever the seed: any other ends the intake or waits."""
MOST = 150
DATES = ("3 March 2019", "May 2021", "2022", "2023")


class Policy:
    """Answers the open question of the first person; `other` of them differ by their seed."""

    def __init__(self, house, seed):
        self.house, self.seed = house, seed

    def goes_on(self):
        """Answer what is open or begin the next part; False where nothing is left to do."""
        case = self.house.case(ONE)
        dialogue = case.contact.dialogue
        if dialogue.confirm is not None:
            self._do(Chose(self._shown(":right")))
        elif dialogue.asked is None or case.response(dialogue.response) is None:
            return False
        else:
            self._answer(case.response(dialogue.response), dialogue)
        return True

    def _answer(self, response, dialogue):
        slot, item = dialogue.asked, self._item(response, dialogue.asked)
        if dialogue.misses and item.skippable and not item.options:
            self._do(Chose(self._data(response, slot, "skip")))
        elif item.type is ItemType.GROUP:
            self._do(Chose(self._data(response, slot, "no")))
        elif item.type is ItemType.BOOLEAN:
            self._do(Chose(self._data(response, slot, self._chance(item).choice(("yes", "no")))))
        elif item.options and item.repeats:
            self._tick(response, slot, item, dialogue.picked)
        elif item.options:
            self._do(Chose(self._data(response, slot, str(self._option(item)))))
        elif item.type is ItemType.ATTACHMENT:
            self._do(Chose(self._data(response, slot, "skip")))
        else:
            self._do(Said(self._words(item)))

    def _tick(self, response, slot, item, picked):
        wanted = self._option(item)
        if is_overview(self._scene(response), item):
            if item.options[wanted].exclusive:
                self._do(Chose(self._data(response, slot, str(wanted))))
                return
            self._do(Chose(self._data(response, slot, "yes")))
        for number, option in enumerate(item.options):
            if (option.code in picked) != (number == wanted):
                self._do(Chose(self._data(response, slot, str(number), "0" if option.code in picked else "")))
        self._do(Chose(self._data(response, slot, "done")))

    def _option(self, item):
        allowed = self.house.shown(self.house.case(ONE)).get(item.link_id)
        codes = [option.code for option in item.options]
        if item.link_id in FIRM:
            return codes.index(FIRM[item.link_id])
        if self.house.around.protocol.effects.get(item.link_id, "").startswith("consent:"):
            return codes.index("yes" if "yes" in codes else "here")
        fitting = [n for n, code in enumerate(codes) if allowed is None or code in allowed]
        return self._chance(item).choice(fitting)

    def _words(self, item):
        match item.type:
            case ItemType.DATE if item.link_id == self.house.around.protocol.birth_item:
                return "3 March 1958"
            case ItemType.DATE:
                return self._chance(item).choice(DATES)
            case ItemType.INTEGER | ItemType.DECIMAL | ItemType.QUANTITY:
                return str(self._chance(item).randrange(1, 90))
            case _:
                return (
                    self._chance(item).choice(("Germany", "France"))
                    if item.vocabulary
                    else f"Words {self.seed}"
                )

    def _chance(self, item):
        return Random(crc32(f"{self.seed} {item.link_id}".encode()))

    def _do(self, what):
        return self.house.take(ONE, what)

    def _shown(self, mark):
        newest_first = (
            button.data for body in reversed(self.house.past.heard[ONE]) for button in body.choices
        )
        return next(data for data in newest_first if mark in data)

    def _item(self, response, slot):
        return self._form(response).item(slot.link_id)

    def _form(self, response):
        return self.house.around.protocol.questionnaire(response.questionnaire, response.version)

    def _data(self, response, slot, code, tag=""):
        return answer_data(response.id, self._form(response).order[slot.link_id], slot.instance, code, tag)

    def _scene(self, response):
        return scene_of(
            Decision(self.house.case(ONE), self.house.around.world(CLINIC), cause=""), response, ""
        )

    def lines(self):
        """Return the summary: what is asked and answered, part by part in its order, with what was said."""
        told = []
        for response in sorted(self.house.whole(ONE).responses, key=lambda one: one.started_at):
            for _, _, slot in numbered(self._scene(response)):
                answer = response.answers[slot]
                told.append(
                    (response.questionnaire, str(slot), str(plain(answer.values)), str(answer.absent))
                )
        return told

    def back(self):
        """Tap Back at the open question."""
        case = self.house.case(ONE)
        dialogue = case.contact.dialogue
        if dialogue.asked is not None and (response := case.response(dialogue.response)) is not None:
            self._do(Chose(self._data(response, dialogue.asked, "back")))

    def mends(self, wanted):
        """Change the first answer that is not as in `wanted`; False where there is none."""
        said = {(url, slot): rest for url, slot, *rest in wanted}
        for response in sorted(self.house.whole(ONE).responses, key=lambda one: one.started_at):
            for number, _, slot in numbered(self._scene(response)):
                answer = response.answers[slot]
                given = [str(plain(answer.values)), str(answer.absent)]
                if said.get((response.questionnaire, str(slot)), given) != given:
                    self._change(response, number, slot)
                    return True
        return False

    def _change(self, response, number, slot):
        self._do(Chose(f"c:change:{number}"))
        for _ in range(4):
            dialogue = self.house.case(ONE).contact.dialogue
            if dialogue.confirm is None and (dialogue.asked, dialogue.revising) != (slot, slot):
                return
            self.goes_on()


def to_the_end(house, seed):
    """Let the first person go on until they have sent the intake or refused; return their policy."""
    policy = Policy(house, seed)
    for _ in range(MOST):
        if not policy.goes_on() and _has_ended(house, policy):
            return policy
    raise AssertionError("a conversation without an end")


def _has_ended(house, policy):
    """Say whether nothing is left; where something may be, begin anew or ask for it."""
    case = house.case(ONE)
    if case is not None and case.patient.stage in {Stage.SUBMITTED, Stage.CLOSED}:
        return True
    if case is None or case.contact.reach is Reach.ENDED:
        house.take(ONE, Started())
    elif case.contact.reach is Reach.STOPPED:
        house.tap(ONE, "c:use_again")
    else:
        house.tap(ONE, "c:start")
    return False
