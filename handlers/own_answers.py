"""The patient's own copy of their answers: as a file where the chat carries files, else as words."""

from collections.abc import Iterator

from handlers.core import step as engine
from handlers.core.buttons import command_data
from handlers.core.messages import Choice, Phrase, Say, Sheet
from handlers.core.values import AnsweredBy, ChannelKind
from handlers.decision import Decision
from handlers.scenes import live_parts, scene_of

NAME = "answers.txt"
"""It says nothing of an illness: names of files stand in previews and on lists."""
_WITH_FILES = frozenset({ChannelKind.TELEGRAM, ChannelKind.WHATSAPP})


def give(decision: Decision, _argument: str = "") -> None:
    """Send all answers to the intake, part by part, as the summary shows them."""
    lines = tuple(_lines(decision))
    keys = (Choice(command_data("continue"), Phrase("talk.button.continue")),)
    if not lines:
        decision.say(Say((Phrase("talk.answers.none"),), keys=keys))
    elif decision.case.contact.point.channel in _WITH_FILES:
        sheet = Sheet(NAME, lines)
        # A tap asks for it again: what may have arrived is not sent twice.
        decision.say(Say((Phrase("talk.answers.copy"),), sheet=sheet), resend_if_uncertain=False)
        decision.say(Say((Phrase("talk.answers.goes_on"),), keys=keys))
    else:
        decision.say(Say((Phrase("talk.answers.copy"), *lines), keys=keys))


def _lines(decision: Decision) -> Iterator[Phrase]:
    """Yield each part's title and its answers; a helper gets none that was the patient's alone to give."""
    effects, is_helper = decision.world.protocol.effects, decision.case.contact.by is AnsweredBy.HELPER
    for part in live_parts(decision.case, decision.world.protocol):
        scene = scene_of(decision, part.response, decision.cause)
        told = [
            engine.summary_line(scene, item, slot)
            for _, item, slot in engine.numbered(scene)
            if not (is_helper and effects.get(item.link_id) == "alone")
        ]
        if told:
            title = part.questionnaire
            yield Phrase(f"{title.id}#title", default=title.title)
            yield from told
