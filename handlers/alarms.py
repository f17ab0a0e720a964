"""Answers and words that a person must see at once: the fixed card to the patient, a flag to staff.

The card is the clinic's fixed text, never a judgement: it is shown by the pack's written rules, and
too often rather than too seldom (clinical.md section 9).
"""

from collections.abc import Collection, Sequence
from datetime import date

from handlers.calling import call_for
from handlers.core.buttons import command_data
from handlers.core.calls import call_of
from handlers.core.case import Dialogue, Response
from handlers.core.changes import Level, RaiseFlag
from handlers.core.danger import LOUDEST_FIRST
from handlers.core.flags import are_listed, raise_flags
from handlers.core.frozen import replace
from handlers.core.messages import Choice, Phrase, Say
from handlers.core.protocol import ALARMING, Rule
from handlers.core.showing import date_phrase
from handlers.core.turn import Turn
from handlers.core.values import Answer, AnsweredBy, PartialDate, Slot, Value
from handlers.decision import Decision
from handlers.scenes import live_parts, questionnaire_of
from handlers.wording import language_of

CARDS = {
    Level.RED: "cards.red",
    Level.ORANGE: "cards.orange",
    Level.YELLOW: "cards.yellow",
    Level.CRISIS: "cards.crisis",
}
_PERSON = Choice(command_data("person"), Phrase("talk.button.person"))


def watch(decision: Decision, response: Response, turn: Turn) -> None:
    """Raise the flags that the answers of this turn lead to, and show the loudest one's card."""
    if not turn.crossed & decision.world.protocol.watched:
        return
    flags = raise_flags(
        decision.world.protocol, response, baseline=_baseline(decision), crossed=turn.crossed, at=decision.now
    )
    _raise(decision, flags)
    _show_loudest(decision, [flag.level for flag in flags])


def watch_ticks(decision: Decision, response: Response, before: Dialogue, turn: Turn) -> None:
    """Take a danger sign at its tick: whoever stops there and never taps Done is seen, too.

    `before` is the dialogue ahead of the turn.
    """
    slot = turn.dialogue.asked
    if slot is None or slot.link_id not in decision.world.protocol.alarming:
        return
    stored = response.answers[slot].codes() if slot in response.answers else ()
    known = {*stored, *(before.picked if (before.response, before.asked) == (response.id, slot) else ())}
    if known.issuperset(turn.dialogue.picked):
        return
    earlier = {flag.key for flag in _flags_of_ticks(decision, response, slot, known)}
    flags = _flags_of_ticks(decision, response, slot, turn.dialogue.picked)
    _raise(decision, flags)
    _show_loudest(decision, [flag.level for flag in flags if flag.key not in earlier])


def watch_cards(decision: Decision, response: Response, turn: Turn) -> None:
    """Tell staff of a card that the engine shows by itself: "Yes, one of these" needs no tick."""
    linked = {say.about for say in turn.says if say.card and say.about}
    if not linked:
        return
    first: dict[str, Rule] = {}  # which sign it is nobody knows yet: one flag, not one for each rule
    for rule in decision.world.protocol.flags:
        is_meant = rule.level in ALARMING and rule.questionnaire in {"", response.questionnaire}
        for link_id in rule.items & linked if is_meant else ():
            first.setdefault(link_id, rule)
    _raise(decision, [_card_flag(decision, response, first[link_id], link_id) for link_id in sorted(first)])


def as_card(decision: Decision, say: Say) -> Say:
    """Return a card of the engine with the text and the button that cards have at this point of the case."""
    if not say.card:
        return say
    return replace(say, texts=(_card(decision, Level.RED),), keys=(_PERSON,))


def listen(decision: Decision, text: str, response: Response | None, source: str) -> None:
    """Show the card and tell staff when typed words are on one of the clinic's lists; nothing is judged.

    Before consent to health data nothing of it is stored but the task.
    """
    if not text:
        return
    level = decision.world.protocol.danger.loudest(text)
    if level is None:
        return
    decision.is_alarmed = True
    key = f"words:{source}"
    if decision.agrees_to_health() and are_listed(decision.case.clinic.texts):
        decision.add(_heard_flag(decision, text, response, level, key))
    call_for(decision, level, key=f"flag:{key}")
    _show_loudest(decision, [level])


def without_reproach(decision: Decision, say: Say) -> Say:
    """Return what follows a card for typed words: the question, without "I did not understand"."""
    if not decision.is_alarmed:
        return say
    texts = tuple(text for text in say.texts if not text.key.startswith("chat.not_understood."))
    return replace(say, texts=texts or say.texts)


def _heard_flag(
    decision: Decision, text: str, response: Response | None, level: Level, key: str
) -> RaiseFlag:
    staff = decision.world.catalogs.get(_clinic_language(decision))
    return RaiseFlag(
        key=key,
        rule="words-seen",
        rule_version=decision.world.protocol.version,
        level=level,
        route="any",
        staff_text=staff.text("console.rule.words-seen"),
        evidence=(("free text", text),),
        sources=(),
        response=response.id if response else None,
        at=decision.now,
    )


def red_card(decision: Decision) -> Say:
    """Return the RED card: somebody says that they feel ill now."""
    return Say((_card(decision, Level.RED),), keys=(_PERSON,), card=True)


def show_card(decision: Decision, level: Level) -> None:
    """Show the card of a level."""
    decision.say(Say((_card(decision, level),), keys=(_PERSON,), card=True))


def level_if(decision: Decision, response: Response, slot: Slot, values: tuple[Value, ...]) -> Level | None:
    """Return how loud these values would be as the answer; None if no rule is met."""
    return next((flag.level for flag in _flags_if(decision, response, slot, values)), None)


def emergency_card() -> Say:
    """Return the emergency text that is always one tap away."""
    return Say((Phrase("cards.emergency"),), card=True)


def _clinic_language(decision: Decision) -> str:
    """Return the clinic's language if its texts are there: a danger word must never fail for want of them."""
    world, wanted = decision.world, decision.case.clinic.language
    return wanted if wanted in world.catalogs.languages() else world.default_language


def _flags_of_ticks(
    decision: Decision, response: Response, slot: Slot, codes: Collection[str]
) -> tuple[RaiseFlag, ...]:
    """Return the flags that these ticks would lead to if they were the answer."""
    item = questionnaire_of(decision.world.protocol, response).item(slot.link_id)
    values = tuple(option.value for option in item.options if option.code in codes)
    return _flags_if(decision, response, slot, values) if values else ()


def _flags_if(
    decision: Decision, response: Response, slot: Slot, values: tuple[Value, ...]
) -> tuple[RaiseFlag, ...]:
    """Return the flags that these values would lead to if they were the answer, the loudest first."""
    answer = Answer(slot, values, decision.now, decision.case.contact.by)
    given = replace(response, answers={**response.answers, slot: answer})
    crossed = frozenset({slot.link_id})
    return raise_flags(
        decision.world.protocol, given, baseline=_baseline(decision), crossed=crossed, at=decision.now
    )


def _card_flag(decision: Decision, response: Response, rule: Rule, link_id: str) -> RaiseFlag:
    said = decision.world.catalogs.get("en").text("chat.button.one_of_these")
    return RaiseFlag(
        key=f"{rule.id}:{response.id}:{rule.route}",
        rule=rule.id,
        rule_version=decision.world.protocol.version,
        level=Level(rule.level),
        route=rule.route,
        staff_text=rule.staff_text,
        evidence=((link_id, said),),
        sources=rule.sources,
        response=response.id,
        at=decision.now,
        task=rule.task,
        opens_case=rule.adverse_event is not False,
    )


def _raise(decision: Decision, flags: Sequence[RaiseFlag]) -> None:
    """Tell staff; without consent to health data nothing of it is stored but the task."""
    is_listed = are_listed(decision.case.clinic.texts)
    for flag in flags:
        if decision.keeps_answers() and is_listed:
            decision.add(flag)
        call = call_of(flag.level, flag.task)
        call_for(decision, flag.level, key=f"flag:{flag.key}", call=call, opens_case=flag.opens_case)


def _show_loudest(decision: Decision, levels: list[Level]) -> None:
    loudest = next((level for level in LOUDEST_FIRST if level in levels), None)
    if loudest is not None:
        show_card(decision, loudest)


def _card(decision: Decision, level: Level) -> Phrase:
    """Return the fixed card; after a treatment the RED one says what to tell the helpers, and when it was."""
    treated = decision.procedures()
    if level is Level.RED and treated:
        day = date.fromisoformat(max(treated)[:10])
        said = date_phrase(PartialDate(day.year, day.month, day.day))
        return Phrase(_for_whoever_reads(decision, "cards.red.treated"), {"date": said})
    return Phrase(_for_whoever_reads(decision, CARDS[level]))


def _for_whoever_reads(decision: Decision, key: str) -> str:
    """Return the card worded for a helper where a helper reads and the pack has such a one."""
    texts = decision.world.catalogs.get(language_of(decision.case, decision.world))
    is_helper = decision.case.contact.by is AnsweredBy.HELPER
    return f"{key}.helper" if is_helper and texts.has(f"{key}.helper") else key


def _baseline(decision: Decision) -> Response | None:
    """Return the intake as one response: the answers of all its parts."""
    parts = [part.response for part in live_parts(decision.case, decision.world.protocol)]
    if not parts:
        return None
    return replace(parts[0], answers={slot: a for part in parts for slot, a in part.answers.items()})
