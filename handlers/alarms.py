"""Answers and words that a person must see at once: the fixed card to the patient, a flag to staff.

The card is the clinic's fixed text, never a judgement: it is shown by the pack's written rules, and
too often rather than too seldom (clinical.md section 9).
"""

from handlers.core.buttons import command_data
from handlers.core.case import Response
from handlers.core.changes import Level, RaiseFlag
from handlers.core.flags import raise_flags, words_seen
from handlers.core.messages import Choice, Phrase, Say
from handlers.core.turn import Turn
from handlers.decision import Decision
from handlers.wording import language_of

CARDS = {
    Level.RED: "cards.red",
    Level.ORANGE: "cards.orange",
    Level.YELLOW: "cards.yellow",
    Level.CRISIS: "cards.crisis",
}
LOUDEST_FIRST = (Level.CRISIS, Level.RED, Level.ORANGE, Level.YELLOW)


def watch(decision: Decision, response: Response, turn: Turn) -> None:
    """Raise the flags that the answers of this turn lead to, and show the loudest one's card."""
    if not turn.crossed:
        return
    flags = raise_flags(
        decision.world.protocol, response, baseline=_baseline(decision), crossed=turn.crossed, at=decision.now
    )
    for flag in flags:
        decision.add(flag)
        if flag.level in {Level.RED, Level.CRISIS, Level.ORANGE}:
            decision.task(f"flag-{flag.level.value.lower()}", key=f"flag:{flag.key}")
    _show_loudest(decision, [flag.level for flag in flags])


def listen(decision: Decision, text: str, response: Response | None, source: str) -> None:
    """Show the card and tell staff when typed words are on the clinic's list; nothing is judged.

    Before consent to health data nothing of it is stored but the task.
    """
    lists = decision.world.protocol.word_lists
    spoken = [lists.get(language_of(decision.case, decision.world), {}), lists.get("en", {})]
    level = next((Level(seen) for words in spoken if (seen := words_seen(text, words))), None)
    if level is None:
        return
    key = f"words:{source}"
    if decision.keeps_words():
        decision.add(_heard_flag(decision, text, response, level, key))
    decision.task(f"flag-{level.value.lower()}", key=f"flag:{key}")
    _show_loudest(decision, [level])


def _heard_flag(
    decision: Decision, text: str, response: Response | None, level: Level, key: str
) -> RaiseFlag:
    return RaiseFlag(
        key=key,
        rule="words-seen",
        rule_version=decision.world.protocol.version,
        level=level,
        route="any",
        staff_text="Words seen in free text; not a finding.",
        evidence=(("free text", text),),
        sources=(),
        response=response.id if response else None,
        at=decision.now,
    )


def emergency_card() -> Say:
    """Return the emergency text that is always one tap away."""
    return Say((Phrase("cards.emergency"),), card=True)


def _show_loudest(decision: Decision, levels: list[Level]) -> None:
    loudest = next((level for level in LOUDEST_FIRST if level in levels), None)
    if loudest is None:
        return
    call = Choice(command_data("person"), Phrase("talk.button.person"))
    decision.say(Say((_card(decision, loudest),), keys=(call,), card=True))


def _card(decision: Decision, level: Level) -> Phrase:
    """Return the fixed card; after a treatment the RED one says what to tell the helpers, and when it was."""
    treated = [a.local for a in decision.case.anchors if a.local <= decision.now.strftime("%Y-%m-%dT%H:%M")]
    if level is Level.RED and treated:
        return Phrase("cards.red.treated", {"date": max(treated)[:10]})
    return Phrase(CARDS[level])


def _baseline(decision: Decision) -> Response | None:
    intake = set(decision.world.protocol.intake)
    return next((r for r in decision.case.responses if r.questionnaire in intake), None)
