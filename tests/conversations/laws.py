"""What must hold after everything that is said, tapped or waited for."""

from collections import Counter

from sqlalchemy import select

from handlers.core.buttons import read_data
from handlers.core.case import Reach, ResponseStatus, Stage
from handlers.core.changes import (
    AddDocument,
    CloseResponse,
    DropAnswer,
    DropHealthData,
    PutAnswer,
    Queue,
    RaiseFlag,
    RecordConsent,
    ReplaceFlags,
    SettleInbox,
    StartResponse,
)
from handlers.core.events import Chose, Edited, Fetched, Said, SentDocument, Started, Unusable
from handlers.core.values import AnsweredBy, Purpose
from locales import claims
from storage.interviews import slot_of
from storage.tables import answers, inbox

WORDS_FOR = (Said, Started, SentDocument, Edited, Unusable)
MOST_BARE = 3
WHY_SHUT = ("talk.identity_by_link", "talk.identity_closed")
"""Said in place of every question while it is not known who writes; they tell why, and the way on."""
FOR_ANYBODY = ("cards.emergency", "cards.crisis")
"""Cards without a word about an illness or a treatment: danger is answered whoever writes of it."""
TELLING = (PutAnswer, DropAnswer, DropHealthData, RecordConsent, StartResponse, CloseResponse, AddDocument)
ASKED = frozenset({"superlative"})
"""Rules that our questions break: "When do you feel best?"."""


def hold(house, seen):
    """Check every law on one event."""
    _is_answered(seen)
    _is_explained(house, seen)
    _shows_nothing_in_doubt(house, seen)
    _says_what_it_kept(house, seen)
    _waits(house, seen)
    _stores_what_was_meant(house, seen)
    _takes_what_was_tapped(house, seen)
    _loses_nothing(seen)
    _keeps_nothing_before_consent(house, seen)
    _promises_nothing(house, seen)
    _stops(house, seen)


def _is_answered(seen):
    """Nobody who says something meets silence, and nothing is done without a word."""
    if isinstance(seen.what, WORDS_FOR):
        assert seen.says, "words met with silence"
    if not seen.says and isinstance(seen.what, Chose):
        assert not [change for change in seen.changes if isinstance(change, TELLING)], "done without a word"


def _is_explained(house, seen):
    """Typed words that lead to nothing are met with more than the same question again."""
    house.past.bare[seen.who] = house.past.bare[seen.who] + 1 if _is_bare(house, seen) else 0
    assert house.past.bare[seen.who] <= MOST_BARE, "the same question without a word of explanation"


def _is_bare(house, seen):
    if not isinstance(seen.what, Said) or not seen.before or seen.after.contact.dialogue.asked is None:
        return False
    if [change for change in seen.changes if isinstance(change, TELLING)]:
        return False
    if _is_shut_for_doubt(house, seen):
        return False
    before, after = house.past.heard[seen.who][: -len(seen.says) or None], seen.says
    return bool(before) and len(after) == 1 and after[0] == before[-1]


def _is_shut_for_doubt(house, seen):
    return any(house.begins(key, body) for key in WHY_SHUT for body in seen.says)


def _shows_nothing_in_doubt(house, seen):
    """While it is not known who writes, nothing goes on, and no question of ours is shown."""
    if _is_shut_for_doubt(house, seen):
        others = [body for body in seen.says if not any(house.begins(key, body) for key in FOR_ANYBODY)]
        assert len(others) == 1, "more than the reason"
        assert not [change for change in seen.changes if isinstance(change, TELLING)], "heard from a stranger"
        assert seen.after.contact.dialogue.doubt is not None, "shut without a doubt"


def _says_what_it_kept(house, seen):
    """Whoever reads that their words were kept can rely on it."""
    for change in seen.changes:
        if isinstance(change, SettleInbox) and not change.keep:
            assert not [b for b in seen.says if house.begins("talk.note_kept", b)], (
                "kept, it says, and did not"
            )


def _waits(house, seen):
    """What stands open is one question or one "is that right?", and it is there to be answered."""
    if seen.after is None:
        return
    dialogue = seen.after.contact.dialogue
    confirm = dialogue.confirm
    for response, slot in (
        (dialogue.response, dialogue.asked),
        *([(confirm.response, confirm.slot)] if confirm else ()),
    ):
        if slot is None:
            continue
        found = seen.after.response(response)
        assert found is not None, "asked about answers that are not there"
        form = house.around.protocol.questionnaire(found.questionnaire, found.version)
        assert slot.link_id in form.by_link_id
    if seen.after.patient.stage in {Stage.REFUSED, Stage.CLOSED}:
        running = [
            r for r in seen.after.responses if r.status is ResponseStatus.IN_PROGRESS and not r.follow_up
        ]
        assert not running or seen.after.patient.stage is not Stage.REFUSED, "refused and still asked"


def _stores_what_was_meant(house, seen):
    """An answer lands at the question that was open, tapped or confirmed, and only one of them."""
    puts = [c for c in seen.changes if isinstance(c, PutAnswer) and c.answer.by is not AnsweredBy.ENGINE]
    languages = {link for link, effect in house.around.protocol.effects.items() if effect == "language"}
    told = {c.answer.slot.link_id for c in puts} - languages
    assert len(told) <= 1, f"one word, several answers: {told}"
    meant = _places_meant(house, seen)
    assert told <= meant, f"{told} answered where {meant} was meant"
    twice = Counter((c.response, str(c.answer.slot)) for c in puts)
    assert not [place for place, times in twice.items() if times > 1], "stored twice"


def _loses_nothing(seen):
    """An answer is taken back only where another one has changed, or its file could not be had."""
    if [change for change in seen.changes if isinstance(change, DropAnswer)]:
        is_changed = any(isinstance(change, PutAnswer) for change in seen.changes)
        assert is_changed or isinstance(seen.what, Fetched), "an answer dropped for nothing"


def _places_meant(house, seen):
    if seen.before is None:
        return frozenset()
    dialogue = seen.before.contact.dialogue
    meant = {dialogue.asked.link_id} if dialogue.asked else set()
    if dialogue.confirm and dialogue.confirm.slot:
        meant.add(dialogue.confirm.slot.link_id)
    place = tapped(house, seen)
    return meant | ({place[1].link_id} if place else set())


def tapped(house, seen):
    """Return the response and the item that a tapped button is about, or None."""
    parsed = read_data(seen.what.data) if isinstance(seen.what, Chose) else None
    response = seen.before.response(parsed.response) if parsed and seen.before else None
    if response is None:
        return None
    form = house.around.protocol.questionnaire(response.questionnaire, response.version)
    item = form.at(parsed.index)
    return (response, item) if item else None


def _takes_what_was_tapped(house, seen):
    """A tap on an option of the open question is that answer, or what happened instead is said."""
    place = tapped(house, seen)
    if place is None or is_shut(seen.before):
        return
    (response, item), parsed = place, read_data(seen.what.data)
    dialogue = seen.before.contact.dialogue
    is_open = dialogue.response == response.id and dialogue.asked == slot_of(item.link_id, "")
    if not is_open or item.repeats or not parsed.code.isdecimal() or int(parsed.code) >= len(item.options):
        return
    if response.status is not ResponseStatus.IN_PROGRESS:
        assert seen.says, "a tap on what is over met with silence"
        return
    answer = house.past.ledger.now.get((response.id, item.link_id))
    is_stored = answer is not None and answer.codes() == (item.options[int(parsed.code)].code,)
    assert is_stored or seen.says or dialogue.last_tap == seen.what.data, "a tap that is lost"
    effects = house.around.protocol.effects.get(item.link_id, "")
    waits = seen.after.contact.dialogue.confirm is not None or effects.partition(":")[0] in {
        "consent",
        "submit",
        "stop-if",
    }
    met = (
        seen.before.others
        or dialogue.last_tap == seen.what.data
        or Purpose.HEALTH not in seen.before.patient.purposes
    )
    hidden = item.options[int(parsed.code)].code not in house.shown(seen.before).get(
        item.link_id, {item.options[int(parsed.code)].code}
    )
    assert is_stored or waits or met or hidden, "a tap that is not stored"


def _keeps_nothing_before_consent(house, seen):
    """Without a yes to health data nothing is kept but what stands up to that question itself."""
    if seen.after is None or Purpose.HEALTH in seen.after.patient.purposes:
        return
    for change in seen.changes:
        assert not isinstance(change, AddDocument | RaiseFlag | ReplaceFlags), "kept without consent"
        if isinstance(change, SettleInbox):
            assert not change.keep, "words kept without consent"
        if (
            isinstance(change, PutAnswer)
            and (change.response, str(change.answer.slot)) in house.past.ledger.now
        ):
            assert _comes_before_consent(house, change.response, change.answer.slot.link_id)
    if seen.after.patient.stage in {Stage.NEW, Stage.INTAKE, Stage.REFUSED}:
        for response, slot in house.past.ledger.now:
            if house.past.ledger.forms[response][0] == seen.after.patient.id:
                assert _comes_before_consent(house, response, slot.partition("#")[0]), (
                    "a health fact without consent"
                )


def _comes_before_consent(house, response, link_id):
    effects = house.around.protocol.effects
    order = house.around.protocol.questionnaires[house.past.ledger.forms[response][1]].order
    asking = [link for link, effect in effects.items() if effect == "consent:health" and link in order]
    return bool(asking) and order[link_id] <= order[asking[0]]


def _promises_nothing(house, seen):
    """No word of ours sounds like a promise.

    What a button offers them to say is theirs; what common questions are answered with, the linter reads.
    """
    heard = house.past.heard.get(seen.who, ())
    theirs = {button.label for body in heard for button in (*body.choices, *body.keys)}
    for body in seen.says:
        text = body.text
        for known in (*house.answers_to_questions(body.language), *theirs):
            text = text.replace(known, "")
        found = [claim for claim in claims.find(text, body.language or "en") if claim.rule not in ASKED]
        assert not found, f"promised: {found}"


def _stops(house, seen):
    """Whoever has taken back a consent hears the answer to that, and nothing that was planned before."""
    if seen.after is None or not is_silenced(seen.after):
        return
    ours = {change.id for change in seen.changes if isinstance(change, Queue)}
    late = [out for out, address in seen.delivered if address == seen.who and out not in ours]
    assert not late, "sent after the no"


def is_shut(case):
    """Say whether nothing is heard at this contact any more."""
    return case.contact.reach in {Reach.STOPPED, Reach.ENDED}


def is_silenced(case):
    """Say whether this person has told us to write nothing by ourselves."""
    return (
        is_shut(case)
        or case.patient.stage in {Stage.REFUSED, Stage.CLOSED}
        or Purpose.MESSAGES not in case.patient.purposes
    )


def nothing_comes(delivered, cases):
    """After a no, time alone brings nothing."""
    silenced = {who for who, case in cases.items() if case is not None and is_silenced(case)}
    late = [address for _, address in delivered if address in silenced]
    assert not late, "a reminder after the no"


def books_agree(house):
    """The store holds what was accepted: each answer once, what it replaced as history, so the export."""
    told = sorted(
        (
            row["patient"],
            row["questionnaire"],
            row["link_id"],
            str(row["value"]),
            row["source_message_id"],
            row["by"],
        )
        for row in house.exported()
    )
    assert told == house.past.ledger.exported(), "the export is not what was accepted"
    rows = house.read(select(answers))
    stored = Counter((row.response_id, str(slot_of(row.link_id, row.instance))) for row in rows)
    assert stored == {place: len(ever) for place, ever in house.past.ledger.ever.items()}, (
        "history is not whole"
    )
    waiting = house.read(select(inbox.c.state).where(inbox.c.state != "done"))
    assert not waiting, "a row that nobody has settled"
