"""What may be said in a chat that carries links only (clinical.md section 15): the last look at a message.

There the chat says neutral words and gives one-time links to our page. Whatever else a decision would
say becomes one line that a message waits on the page. So nothing has to be remembered elsewhere: what
is not listed here does not leave.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Final

from handlers.core.case import Case, Contact, Reach
from handlers.core.changes import AddInvitation
from handlers.core.messages import Choice, Phrase, Say
from handlers.core.templates import PAGE_LINK, spoken
from handlers.core.values import ChannelKind
from handlers.page_codes import new_code, page_of
from handlers.wording import language_of
from handlers.world import World

TEXTS: Final = frozenset(
    {
        *("link.welcome", "link.waits", "link.not_here"),
        *("talk.demo", "talk.draft", "talk.not_approved", "talk.emergency_line", "talk.cannot_use"),
        *("talk.too_many", "talk.not_read", "talk.gap", "codes.another", "codes.helpers"),
        *(
            "talk.stopped_messages",
            "consent.messages_again",
            "talk.resumed_messages",
            "talk.later_it_is",
            "talk.person_comes",
        ),
        *("talk.which_language", "talk.language_set", "consent.channel_again", "talk.channel_used_again"),
        *("talk.withdrawn_channel", "talk.help_is_over", "talk.help_left", "talk.helper_asked"),
        *("cards.emergency", "cards.crisis", "cards.yellow"),
    }
)
"""Texts without a word about an illness, a treatment or an answer."""

BUTTONS: Final = frozenset(
    f"talk.button.{name}"
    for name in (
        *("start", "later", "stop", "continue", "resume", "use_again", "start_own"),
        *("hour", "evening", "tomorrow"),
    )
) | {"talk.button.person", "talk.button.emergency", "talk.button.language"}

_EMERGENCY: Final = Phrase("cards.emergency")
CARDS: Final[Mapping[str, tuple[Phrase, ...]]] = MappingProxyType(
    {
        "cards.red": (_EMERGENCY,),
        "cards.red.helper": (_EMERGENCY,),
        "cards.red.treated": (_EMERGENCY,),
        "cards.red.treated.helper": (_EMERGENCY,),
        "cards.orange": (_EMERGENCY, Phrase("talk.person_comes")),
    }
)
"""What a card that names the illness or a treatment says here; the whole card stands on the page."""

Wanted = tuple[Say, Mapping[str, Any]]


@dataclass(frozen=True, slots=True)
class Neutral:
    """The messages that may leave, the codes of their links, and the cards that only the page shows."""

    says: tuple[Wanted, ...]
    codes: tuple[AddInvitation, ...] = ()
    cards: tuple[Say, ...] = ()


def carries_links_only(case: Case, world: World) -> bool:
    """Say whether the case's contact is at a channel that carries nothing but links."""
    return case.contact.point.channel in world.links_only


def link_doors(case: Case, world: World) -> tuple[Contact, ...]:
    """Return the other contacts that only lead to our page: behind them is who is on the page."""
    return tuple(one for one in case.others if one.point.channel in world.links_only)


def page_contact(case: Case) -> Contact | None:
    """Return the contact on our page that was used last, if there is one; none where a stranger may be."""
    pages = [one for one in case.others if one.point.channel is ChannelKind.WEB and one.reach is Reach.ACTIVE]
    pages = [one for one in pages if one.dialogue.doubt is None]
    return max(pages, key=lambda one: one.last_heard_at.timestamp() if one.last_heard_at else 0, default=None)


def clinic_short(case: Case) -> str:
    """Return how the clinic calls itself where there is little room."""
    return case.clinic.texts.get("clinic_short") or case.clinic.name


def neutralised(says: Iterable[Wanted], case: Case, world: World) -> Neutral:
    """Return what is said instead of `says` at a contact that carries links only."""
    given = list(says)
    codes: list[AddInvitation] = []
    cards = tuple(say for say, _ in given if say.card and not _is_neutral(say))
    return Neutral(tuple(_said(given, case, world, codes)), tuple(codes), cards)


def impersonal(says: Iterable[Wanted]) -> Iterator[Wanted]:
    """Yield what is said instead where somebody else may read it: nobody's name, no illness, no treatment.

    Within the 24 hours, too, what we say first says no more than its template does.
    """
    for say, wanted in says:
        if "template" in wanted:
            yield spoken(wanted["template"]), wanted
        else:
            yield _card(say) if say.card and not _is_neutral(say) else say, wanted


def _said(given: list[Wanted], case: Case, world: World, codes: list[AddInvitation]) -> Iterator[Wanted]:
    has_link = any("link" in phrase.values for say, _ in given for phrase in say.texts if _is_neutral(say))
    for say, wanted in given:
        if _is_neutral(say):
            yield say, wanted
        elif say.card:
            yield _card(say), wanted
        elif "template" in wanted or not has_link:
            has_link = True
            made = new_code(case, world, contact=case.contact.id)
            codes.append(made)
            yield _nudge(say, wanted, page_of(world, made.code), case, world)


def _card(say: Say) -> Say:
    texts = CARDS.get(say.texts[0].key if say.texts else "", (_EMERGENCY,))
    return Say(texts, keys=tuple(filter(_is_plain, say.keys)), card=True)


def _nudge(say: Say, wanted: Mapping[str, Any], link: str, case: Case, world: World) -> Wanted:
    """Return "a message waits on our page", for an opening with its template and the ways not to go there."""
    text = Phrase("link.waits", {"link": link, "clinic_short": clinic_short(case)})
    if wanted.get("template") is None:
        return Say((text,)), {**wanted, "resend_if_uncertain": False}
    payloads = [choice.data for choice in say.choices]
    template = PAGE_LINK.filled(language_of(case, world), (clinic_short(case),), payloads)
    # The link itself is the way to start.
    others = tuple(one for one in say.choices if one.label.key in {"talk.button.later", "talk.button.stop"})
    return Say((text,), choices=others), {**wanted, "template": template}


def _is_neutral(say: Say) -> bool:
    labels = (*say.choices, *say.keys)
    texts = (*say.texts, *((say.hint,) if say.hint else ()))
    return all(text.key in TEXTS for text in texts) and all(_is_plain(choice) for choice in labels)


def _is_plain(choice: Choice) -> bool:
    """Say whether a button says nothing: one of the listed ones, or a language's name."""
    return choice.label.key in BUTTONS or (not choice.label.key and choice.data.startswith("c:language:"))
