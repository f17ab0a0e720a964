"""The list of changes that a decision grows, beside the case as those changes leave it."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from handlers.approval import EMERGENCY_LINE, has_clinical, is_approved
from handlers.core.case import Case, Contact, Dialogue, FollowUp, FollowUpState, Reach, Response
from handlers.core.changes import (
    AddContact,
    AddPatient,
    Change,
    CloseTask,
    OpenTask,
    PutAnswer,
    Queue,
    SaveContact,
    SaveFollowUp,
    SavePatient,
)
from handlers.core.contact_time import local_text
from handlers.core.frozen import replace
from handlers.core.limits import LIMITS
from handlers.core.listed import rows_after
from handlers.core.messages import Body, Lane, Phrase, Say
from handlers.core.papers import Paper
from handlers.core.values import Answer, AnsweredBy, OutboxId, Purpose
from handlers.held_sends import brought
from handlers.neutral import carries_links_only, impersonal, neutralised, page_contact
from handlers.wording import Wording, pieces
from handlers.world import World

CARD_LIFE = timedelta(days=1)
ACK_LIFE = timedelta(minutes=1)


class Decision:
    """One decision in the making.

    `case` always shows what holds after the changes so far, so that a later part of the same
    decision sees an earlier one. Messages are worded only in `finish`, in the language that the
    patient has by then. `cause` makes the messages' dedupe keys unique by meaning.
    """

    def __init__(self, case: Case, world: World, *, cause: str) -> None:
        """Begin with nothing decided."""
        self.world = world
        self.cause = cause
        self.ack = ""
        """What the service wants acknowledged: a tap on Telegram spins until then."""
        self.met = False
        """Whether a person did something: only then does somebody unknown come into being."""
        self.is_back = False
        """Whether the patient was silent for a long time before this."""
        self.is_alarmed = False
        """Whether words of danger were heard in this."""
        self.is_hushed = False
        """Whether a person of the clinic speaks: nothing but cards and their words leaves."""
        self.quiet_zone = ""
        """Where quiet hours hold for all that is said but cards."""
        self._before = case
        self._case = case
        self._patient, self._contact = case.patient, case.contact
        self._changes: list[Change] = []
        self._says: list[tuple[Say, Mapping[str, Any]]] = []

    @property
    def now(self) -> datetime:
        """Return the present of this decision."""
        return self.world.now

    @property
    def case(self) -> Case:
        """Return the case as the changes so far leave it."""
        case = self._case
        if case.patient is not self._patient or case.contact is not self._contact:
            case = self._case = replace(case, patient=self._patient, contact=self._contact)
        return case

    @property
    def dialogue(self) -> Dialogue:
        """Return the dialogue as it stands now."""
        return self._contact.dialogue

    def add(self, *changes: Change) -> None:
        """Take further changes."""
        self._changes += changes

    def patient(self, **fields: Any) -> None:
        """Change fields of the patient."""
        self._patient = replace(self._patient, **fields)

    def contact(self, **fields: Any) -> None:
        """Change fields of the contact that this is about."""
        self._contact = replace(self._contact, **fields)

    def turn_to(self, contact: Contact) -> None:
        """Speak at another contact of this patient from here on."""
        here = self.case.contact
        if here != self._before.contact:
            self.add(SaveContact(here))
        others = (here, *(one for one in self.case.others if one.id != contact.id))
        self._case = replace(self.case, contact=contact, others=others)
        self._contact = contact

    def talk(self, **fields: Any) -> None:
        """Change fields of the dialogue."""
        self.contact(dialogue=replace(self.dialogue, **fields))

    def leave_menu(self) -> None:
        """Wait for no typed words but an answer."""
        if self.dialogue.menu:
            self.talk(menu="")

    def set_dialogue(self, dialogue: Dialogue) -> None:
        """Put another dialogue in place of the present one."""
        self.contact(dialogue=dialogue)

    def put_response(self, response: Response) -> None:
        """Show `response` in the case, in place of the one with its id or as a new one."""
        others = tuple(r for r in self.case.responses if r.id != response.id)
        self._case = replace(self.case, responses=(*others, response))

    def others(self, contacts: tuple[Contact, ...]) -> None:
        """Show the other contacts as they are from now on."""
        self._case = replace(self.case, others=contacts)

    def papers(self, papers: tuple[Paper, ...]) -> None:
        """Show the patient's files as they are from now on."""
        self._case = replace(self.case, papers=papers)

    def put_answer(self, response: Response, answer: Answer) -> Answer:
        """Store one answer and at which contact it was given; return it. The case does not show it yet."""
        if answer.by is not AnsweredBy.ENGINE:
            answer = replace(answer, who=self._contact.id)
        self.add(PutAnswer(response.id, answer))
        return answer

    def answer(self, response: Response, answer: Answer) -> Response:
        """Store one answer, and show it in the case; return the response with it."""
        answer = self.put_answer(response, answer)
        changed = replace(response, answers={**response.answers, answer.slot: answer})
        self.put_response(changed)
        return changed

    def follow_up(self, follow_up: FollowUp, fence: int | None = None) -> None:
        """Save a follow-up as it is from now on; held no longer, it is no work for a person any more."""
        others = tuple(f for f in self.case.follow_ups if f.id != follow_up.id)
        if follow_up.state is not FollowUpState.HELD and _is_held(self.case, follow_up):
            self.add(CloseTask(f"held:{follow_up.id}", self.now))
        self._case = replace(self.case, follow_ups=(*others, follow_up))
        self.add(SaveFollowUp(follow_up, fence))

    def task(self, kind: str, *, key: str = "", note: str = "", due_at: datetime | None = None) -> None:
        """Open a task for a person; the same key twice opens one."""
        self.add(OpenTask(kind, key or f"{kind}:{self.case.patient.id}", self.now, note, due_at))

    def procedures(self) -> Sequence[str]:
        """Return the local times of the procedures that have been, in no order."""
        return [a.local for a in self.case.anchors if a.local <= local_text(self.now, a.zone)]

    def say(self, *says: Say, **queue: Any) -> None:
        """Queue messages; keyword arguments go to the outbox row (expires_at, opening …)."""
        self._says += [(say, queue) for say in says]

    def tell(self, key: str, **values: "str | Phrase") -> None:
        """Queue one plain text."""
        self.say(Say((Phrase(key, values),)))

    def hush(self, instead: Say | None) -> None:
        """Take back what was to be said, but for cards; `instead` is said in its place."""
        self._says = [(say, queue) for say, queue in self._says if say.card]
        if instead is not None:
            self.say(instead)

    def lead_in(self, first: Phrase, *, about: str) -> None:
        """Put a text before the last queued message about this linkId; without one, nothing is said."""
        for number, (say, queue) in reversed(list(enumerate(self._says))):
            if say.about == about and not say.card:
                self._says[number] = (replace(say, texts=(first, *say.texts)), queue)
                return

    def agrees_to_health(self) -> bool:
        """Say whether health data may be kept of who writes here."""
        is_in = self.case.contact.reach not in {Reach.ENDED, Reach.ASKED} and self.dialogue.doubt is None
        return is_in and Purpose.HEALTH in self.case.patient.purposes

    def keeps_answers(self) -> bool:
        """Say whether answers about health may be kept: with a yes to it, or where the pack asks for none."""
        if Purpose.HEALTH in self.case.patient.purposes:
            return True
        return f"consent:{Purpose.HEALTH.value}" not in self.world.protocol.effects.values()

    def keeps_words(self) -> bool:
        """Say whether typed words may be kept: only with consent, and nowhere that carries links only."""
        return self.agrees_to_health() and not carries_links_only(self.case, self.world)

    def loose_changes(self) -> list[Change]:
        """Return what was decided about no patient (a receipt for a message long gone)."""
        return list(self._changes)

    def finish(self) -> list[Change]:
        """Return everything decided, messages worded, ready for one transaction."""
        rows = self._acknowledged(self._rows())
        freed = brought(self._before, self.case, self.world, rows)
        return [*self._people(), *self._changes, *freed, *rows]

    def _acknowledged(self, rows: list[Queue]) -> list[Queue]:
        """Let the first message carry the acknowledgement; a turn without words sends it alone."""
        if not self.ack:
            return rows
        if rows:
            return [replace(rows[0], body=replace(rows[0].body, ack=self.ack)), *rows[1:]]
        wanted = {"resend_if_uncertain": False, "expires_at": self.now + ACK_LIFE}
        return [self._row(0, Body("", ack=self.ack), card=False, wanted=wanted)]

    def _people(self) -> Sequence[Change]:
        if self._before.is_new:
            return [AddPatient(self.case.patient, self.case.contact)]
        saves: list[Change] = []
        case, before = self.case, self._before
        if case.patient is not before.patient and case.patient != before.patient:
            saves.append(SavePatient(case.patient))
        if case.joins:
            saves.append(AddContact(case.contact))
        elif case.contact is not before.contact and case.contact != before.contact:
            saves.append(SaveContact(case.contact))
        return saves

    def _rows(self) -> list[Queue]:
        wording = Wording(self.case, self.world)
        approved = is_approved(self.case, self.world)
        limit = LIMITS[self.case.contact.point.channel].text
        says = list(self._says if approved else self._without_clinical())
        if self.is_hushed:
            says = [one for one in says if one[0].card or "lane" in one[1]]
        if carries_links_only(self.case, self.world):
            says = self._neutral(says)
        elif self.dialogue.doubt is not None or self.case.contact.reach is Reach.ENDED:
            says = list(impersonal(says))
        messages, listed = [], self.dialogue.listed
        for say, wanted in says:
            body = wording.body(say)
            listed = listed if "contact" in wanted else rows_after(say, body, listed)
            messages += [(piece, say.card, wanted) for piece in pieces(body, limit)]
        if listed != self.dialogue.listed:
            self.talk(listed=listed)
        return [
            self._row(number, body, card=card, wanted=wanted)
            for number, (body, card, wanted) in enumerate(messages)
        ]

    def _neutral(self, says: list[tuple[Say, Mapping[str, Any]]]) -> list[tuple[Say, Mapping[str, Any]]]:
        """Say neutral words and links instead; the whole of a card goes to the page that is in use."""
        found, page = neutralised(says, self.case, self.world), page_contact(self.case)
        self.add(*found.codes)
        for number, card in enumerate(found.cards if page else ()):
            body = Wording(self.case, self.world).body(card)
            wanted = {"dedupe_key": f"reply:{self.cause}:page:{number}", "contact": page}
            self.add(self._row(number, body, card=True, wanted=wanted))
        return list(found.says)

    def _without_clinical(self) -> Iterator[tuple[Say, Mapping[str, Any]]]:
        """Hold back what no doctor has signed; a card gives way to the emergency line, never to silence."""
        for say, wanted in self._says:
            if say.card:
                yield Say((EMERGENCY_LINE,), keys=say.keys, card=True), wanted
            elif not has_clinical(say):
                yield say, wanted

    def _row(self, number: int, body: Body, *, card: bool, wanted: Mapping[str, Any]) -> Queue:
        fields: dict[str, Any] = {"dedupe_key": f"reply:{self.cause}:{number}", "not_before": self.now}
        if card:
            fields |= {"lane": Lane.CARD, "expires_at": self.now + CARD_LIFE}
        elif self.quiet_zone:
            fields["quiet_zone"] = self.quiet_zone
        fields |= wanted
        template, contact = fields.pop("template", None), fields.pop("contact", None) or self.case.contact
        return Queue(
            id=fields.pop("id", None) or OutboxId(self.world.ids.new()),
            contact=contact.id,
            body=replace(body, template=template) if template else body,
            turn=self.cause,
            **fields,
        )


def _is_held(case: Case, follow_up: FollowUp) -> bool:
    return any(one.id == follow_up.id and one.state is FollowUpState.HELD for one in case.follow_ups)
