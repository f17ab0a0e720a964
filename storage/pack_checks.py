"""What must fit together in a pack: rules with items and codes, effects with items, steps with texts."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from handlers.core.limits import LIMITS
from handlers.core.prescreen import BY_CODE, TOO_OLD
from handlers.core.problems import Problem, Severity
from handlers.core.protocol import UNFINISHED, Offset, Protocol, Rule, RungAction, StepKind
from handlers.core.questionnaire import Item, ItemType
from handlers.core.values import ChannelKind
from storage.pack_files import FLAGS, PRESCREEN, PROTOCOL
from storage.pack_rules import RuleCheck, call_faults, is_by_code, items_in

PRESCREEN_LEVELS = frozenset({"STOP", "LIKELY_NO", "REVIEW", "MISSING", "INFO", "SAFETY"})
FLAG_LEVELS = frozenset({"CRISIS", "RED", "ORANGE", "YELLOW"})
ALARMING = frozenset({"CRISIS", "RED"})
EFFECTS = frozenset(
    {
        *("language", "role", "name", "birth-date", "country", "zone-ok", "consent", "sign"),
        *("stop-if", "review", "submit", "route", "call-me", "best-time", "page-privacy"),
        *("helper-name", "helper-relation", "alone", "task-if"),
    }
)
NEEDS_QUESTIONS = frozenset(
    {StepKind.PREP_CHECK, StepKind.SAFETY_CHECK, StepKind.CHECK_IN, StepKind.LATE_CHECK}
)


def protocol_problems(protocol: Protocol, awaited: frozenset[str]) -> list[Problem]:
    """Return what does not fit together; `awaited` names linkIds that a later version will bring."""
    pack = _Pack(protocol, _items(protocol), awaited)
    return [
        *pack.of_questionnaires(),
        *pack.of_carried(),
        *pack.of_money(),
        *pack.of_rules(PRESCREEN, protocol.prescreen, PRESCREEN_LEVELS),
        *pack.of_rules(FLAGS, protocol.flags, FLAG_LEVELS),
        *pack.of_effects(),
        *pack.of_baseline(),
        *pack.of_quotes(),
        *pack.of_paper_limits(),
        *pack.of_steps(),
        *pack.of_ladders(),
        *pack.of_alarming_questions(),
    ]


def _items(protocol: Protocol) -> dict[str, Item]:
    """Return every item by its linkId: what is carried stands for the question that it is carried from."""
    every = [item for each in protocol.questionnaires.values() for item in each.walk()]
    return {item.link_id: item for carried in (True, False) for item in every if item.carried is carried}


def _least_days(offset: Offset) -> float:
    """Return how many days an offset has at least: a month may be a February."""
    return offset.months * 28 + offset.days + offset.hours / 24


@dataclass(frozen=True, slots=True)
class _Pack:
    protocol: Protocol
    items: Mapping[str, Item]
    awaited: frozenset[str]

    def of_questionnaires(self) -> Iterator[Problem]:
        names = Counter(each.id for each in self.protocol.questionnaires.values())
        for name, count in names.items():
            if count > 1:
                yield Problem(PROTOCOL, name, "two questionnaires have this id")
        for link_id in sorted(self.awaited & self.items.keys()):
            yield Problem(PROTOCOL, link_id, "is awaited, but already there", Severity.WARNING)

    def of_carried(self) -> Iterator[Problem]:
        """Find items whose answer no earlier part of the intake asks for."""
        asked: set[str] = set()
        for url in self.protocol.intake:
            part = self.protocol.questionnaires[url]
            for item in part.carried:
                if item.link_id not in asked:
                    yield Problem(part.source, item.link_id, "is carried, but no earlier part asks it")
            asked |= {item.link_id for item in part.walk() if item.is_question and not item.carried}
        for url in {step.questionnaire for step in self.protocol.steps if step.questionnaire}:
            form = self.protocol.questionnaires[url]
            for item in form.carried:
                if item.link_id not in asked:
                    yield Problem(form.source, item.link_id, "is carried, but no part of the intake asks it")

    def of_money(self) -> Iterator[Problem]:
        """Find questions about money that WhatsApp would carry, which its policy forbids (clinical.md 15)."""
        for form in self.protocol.questionnaires.values():
            held = form.withheld.get(ChannelKind.WHATSAPP, frozenset())
            for item in form.walk():
                if item.sensitive == "money" and not item.is_silent and item.link_id not in held:
                    reason = "is about money: say notOn whatsapp, it is asked on our page"
                    yield Problem(form.source, item.link_id, reason)

    def of_rules(self, file: str, rules: Sequence[Rule], levels: frozenset[str]) -> Iterator[Problem]:
        for rule_id, count in Counter(rule.id for rule in rules).items():
            if count > 1:
                yield Problem(file, rule_id, "the rule's id stands twice")
        check = RuleCheck(self.items, self.awaited)
        for rule in rules:
            if rule.level not in levels:
                yield Problem(file, rule.id, f"unknown level {rule.level}")
            for reason in (*check.faults(rule.when), *call_faults(rule)):
                yield Problem(file, rule.id, reason)
            if is_by_code(rule.when) and (file != PRESCREEN or rule.id not in BY_CODE):
                yield Problem(file, rule.id, "is left to code, but no code finds this out")

    def of_effects(self) -> Iterator[Problem]:
        for link_id, effect in self.protocol.effects.items():
            if link_id not in self.items and link_id not in self.awaited:
                yield Problem(PROTOCOL, link_id, "has an effect, but there is no such item")
            if effect.partition(":")[0] not in EFFECTS:
                yield Problem(PROTOCOL, link_id, f"unknown effect {effect}")

    def of_baseline(self) -> Iterator[Problem]:
        for link_id in {*self.protocol.baseline, *self.protocol.baseline.values()}:
            if link_id not in self.items and link_id not in self.awaited:
                yield Problem(PROTOCOL, link_id, "stands in baseline, but there is no such item")

    def of_quotes(self) -> Iterator[Problem]:
        for name, link_id in self.protocol.quotes.items():
            item = self.items.get(link_id)
            if item is None or item.type not in {ItemType.STRING, ItemType.TEXT}:
                yield Problem(PROTOCOL, link_id, f"{name} quotes it, but it is no question for words")

    def of_paper_limits(self) -> Iterator[Problem]:
        for link_id in self.protocol.paper_limits:
            item = self.items.get(link_id)
            if item is None or item.type is not ItemType.ATTACHMENT:
                yield Problem(PROTOCOL, link_id, "has a paper limit, but no document is asked for there")
        if not self.protocol.paper_limits and any(rule.id == TOO_OLD for rule in self.protocol.prescreen):
            reason = "never matches: protocol.json has no paperLimits"
            yield Problem(PRESCREEN, TOO_OLD, reason, Severity.WARNING)

    def of_steps(self) -> Iterator[Problem]:
        for step_id, count in Counter(step.id for step in self.protocol.steps).items():
            if count > 1:
                yield Problem(PROTOCOL, step_id, "the step's id stands twice")
        if any(step.id == UNFINISHED for step in self.protocol.steps):
            yield Problem(PROTOCOL, UNFINISHED, "no step may be called so, these are the intake's reminders")
        for step in self.protocol.steps:
            if step.kind in NEEDS_QUESTIONS and not step.questionnaire:
                yield Problem(PROTOCOL, step.id, f"a {step.kind.value} without a questionnaire")
            if step.kind not in NEEDS_QUESTIONS and not step.text:
                yield Problem(PROTOCOL, step.id, f"a {step.kind.value} without a text")

    def of_ladders(self) -> Iterator[Problem]:
        """Find rungs that never come: behind the end of their step's window the check-in is missed."""
        for rung in self.protocol.unfinished:
            if rung.action in {RungAction.GIVE_UP, RungAction.OTHER}:
                reason = f"an unfinished intake ends with a person, not with {rung.action.value}"
                yield Problem(PROTOCOL, "unfinished", reason)
        for step in self.protocol.steps:
            window = step.window_after_days + step.window_after_hours / 24
            late = [rung for rung in step.ladder if _least_days(rung.after) >= window]
            for rung in late:
                yield Problem(
                    PROTOCOL,
                    step.id,
                    f"the rung {rung.action.value} never comes: its window is over after {window:g} days",
                    Severity.WARNING,
                )

    def of_alarming_questions(self) -> Iterator[Problem]:
        """Find questions that can be RED and neither fit one message nor hold an option that says no."""
        rows = min(limits.rows for limits in LIMITS.values())
        alarming = {link_id for rule in self._alarming() for link_id in items_in(rule.when)}
        for link_id in sorted(alarming & self.items.keys()):
            options = self.items[link_id].options
            if len(options) > rows and not any(option.exclusive for option in options):
                yield Problem(
                    self._file_of(link_id),
                    link_id,
                    f"its answer can be RED, it has more than {rows} options ({ChannelKind.WHATSAPP.value}) "
                    "and none of them excludes the others",
                )

    def _alarming(self) -> Iterator[Rule]:
        return (rule for rule in self.protocol.flags if rule.level in ALARMING)

    def _file_of(self, link_id: str) -> str:
        every = self.protocol.questionnaires.values()
        return next((each.source for each in every if link_id in each.by_link_id), "")
