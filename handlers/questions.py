"""Common questions: a list behind the menu, and answers to questions that somebody types.

Typed words are an answer first: only what the open question cannot take, or what is plainly asked, is
met with a topic. Words that answer nothing are kept for a person all the same.
"""

from datetime import date
from typing import Final
from zlib import crc32

from handlers import alarms, notes
from handlers.calling import call_for
from handlers.core.buttons import command_data
from handlers.core.case import Response
from handlers.core.changes import Level
from handlers.core.events import Said
from handlers.core.faq import Found, Topic, find, is_question
from handlers.core.messages import Choice, Phrase, Say
from handlers.core.showing import date_phrase
from handlers.core.step import step
from handlers.core.values import PartialDate
from handlers.decision import Decision
from handlers.scenes import scene_of
from handlers.wording import language_of

PAGE: Final = 7
"""So many topics stand on one page, with one more row for the next page."""

_PERSON: Final = Choice(command_data("person"), Phrase("chat.button.person"))
_LIST: Final = Choice(command_data("faq"), Phrase("talk.button.faq"))
_CONTINUE: Final = Choice(command_data("continue"), Phrase("talk.button.continue"))


def hear(decision: Decision, text: str, response: Response | None, source: str) -> bool:
    """Meet typed words with the topics they ask for; True when they are no answer to `response`."""
    world, language = decision.world, language_of(decision.case, decision.world)
    found = find(world.protocol.faq, text, language)
    if not found.topics:
        return False
    words = world.protocol.question_words
    asks = is_question(text, (*words.get(language, ()), *words.get("en", ())))
    if response is None:
        notes.keep(decision, source)
        _offer(decision, found)
        return True
    turn = step(scene_of(decision, response, source), Said(text))
    # The same answer once more changes nothing, and leads on.
    leads_on = turn.done or turn.dialogue.asked != decision.dialogue.asked
    is_answer = bool(turn.puts or turn.drops) or leads_on
    is_guess = turn.dialogue.confirm is not None
    if asks or found.topics[0].card or not (is_answer or is_guess):
        _offer(decision, found, listed=is_answer)
        return not is_answer
    return False


def choose(decision: Decision, argument: str) -> None:
    """Show the topic that a button names, or a page of the list."""
    topic = next((t for t in decision.world.protocol.faq if _tag(t) == argument), None)
    if topic is not None:
        show(decision, topic)
        return
    page = argument.removeprefix("p")
    _list(decision, int(page) if page.isdecimal() and len(page) == 1 else 0)


def show(decision: Decision, topic: Topic) -> None:
    """Answer one common question, with its source and the day of its last review."""
    if topic.card:
        call_for(decision, Level.RED, key=f"flag:ill:{decision.cause}")
        decision.say(alarms.red_card(decision))
        return
    texts = [Phrase(topic.key("question")), Phrase(topic.key("answer")), *_origin(decision, topic)]
    more = [Choice(command_data(topic.button), Phrase(f"talk.button.{topic.button}"))] if topic.button else []
    decision.say(Say(tuple(texts), keys=(_PERSON, *more, *_doors(decision))))


def _offer(decision: Decision, found: Found, *, listed: bool = False) -> None:
    first = found.topics[0]
    if first.card or (found.clear and not listed):
        show(decision, first)
        return
    rows = tuple(_row(topic) for topic in found.topics)
    decision.say(Say((Phrase("talk.faq.perhaps"),), choices=rows, keys=(_PERSON, *_doors(decision))))


def _list(decision: Decision, page: int) -> None:
    topics = decision.world.protocol.faq
    if not topics:
        decision.say(Say((Phrase("talk.faq.none"),), keys=(_PERSON,)))
        return
    pages = -(-len(topics) // PAGE)
    page = min(page, pages - 1)
    rows = [_row(topic) for topic in topics[page * PAGE : (page + 1) * PAGE]]
    if pages > 1:
        rows.append(Choice(command_data("faq", f"p{(page + 1) % pages}"), Phrase("talk.button.more")))
    title = Phrase("talk.faq.title")
    decision.say(Say((title,), choices=tuple(rows), keys=(_PERSON, *_doors(decision)[1:])))


def _row(topic: Topic) -> Choice:
    return Choice(command_data("faq", _tag(topic)), Phrase(topic.key("label")))


def _tag(topic: Topic) -> str:
    """Return what stands for a topic in a button's id, which says nothing about health."""
    return f"{crc32(topic.id.encode()):08x}"


def _doors(decision: Decision) -> tuple[Choice, ...]:
    is_open = decision.case.open_response() is not None
    return (_LIST, _CONTINUE) if is_open else (_LIST,)


def _origin(decision: Decision, topic: Topic) -> list[Phrase]:
    source = [Phrase("talk.faq.source", {"source": ", ".join(topic.sources)})] if topic.sources else []
    if not topic.content_date:
        return source
    day = date.fromisoformat(topic.content_date)
    said = date_phrase(PartialDate(day.year, day.month, day.day))
    name = "draft" if language_of(decision.case, decision.world) not in decision.world.signed else "reviewed"
    return [*source, Phrase(f"talk.faq.{name}", {"date": said})]
