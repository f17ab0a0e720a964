"""STOP in any language: whoever wants no more messages is understood, whatever language we speak here.

Somebody who is annoyed writes in their own language, or in what they believe is the machine's. Only a
whole message that is such a word counts, whatever politeness stands around it: no slip of the finger is
forgiven, and a sentence about something else is none.
"""

import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from types import MappingProxyType
from typing import Final

from handlers.core.turn import Words
from handlers.core.understanding.folding import bare, is_alphabetic, spoken

ABROAD: Final[Mapping[str, tuple[str, ...]]] = MappingProxyType(
    {
        "de": ("stopp", "abmelden", "abbestellen", "keine nachrichten mehr"),
        "es": ("parar", "para ya", "detener", "darse de baja", "cancelar suscripción", "no más mensajes"),
        "fil": ("itigil", "ihinto"),
        "fr": ("arrêt", "arrêter", "arrêtez", "désabonner", "se désabonner", "plus de messages"),
        "hi": ("रोको", "रोकें", "बंद करो", "बंद करें"),
        "id": ("berhenti", "hentikan"),
        "it": ("fermare", "annulla iscrizione", "disiscrivimi", "basta messaggi"),
        "ko": ("중지", "그만", "수신거부", "수신 거부"),
        "pt": ("pare", "parar", "sair da lista", "cancelar inscrição", "chega de mensagens"),
        "ru": ("стоп", "остановить", "отписаться", "отписка", "хватит сообщений"),
        "th": ("หยุด", "ยกเลิกการรับข้อความ"),
        "tr": ("durdur", "abonelikten çık"),
        "zh-Hant": ("停止", "退訂", "取消訂閱", "不要再發"),
    }
)
"""The words of further languages that patients write in on WhatsApp; we do not speak these. Draft."""

LONGEST: Final = 80
"""Characters: none of these words comes near, with all politeness around it."""
SHORTEST_UNACCENTED: Final = 5
"""Letters of a word that counts without its accents, too; a shorter one may be another word, or a name."""
_MOST_POLITE: Final = 4


@dataclass(frozen=True, slots=True)
class Lexicon:
    """Every word for STOP, those of our languages without accents, and what may stand around one."""

    exact: frozenset[str]
    unaccented: frozenset[str]
    polite: tuple[str, ...]


def means_stop(text: str, languages: Iterable[Words], *, unaccented: bool = False) -> bool:
    """Say whether the whole message is a word for STOP, in one of our languages or of those abroad.

    Politeness, punctuation and emoji around it change nothing; neither does the word said twice. With
    `unaccented` a short word counts without its accents, too: "dung" for "dừng".
    """
    if len(text) > LONGEST:
        return False
    known = _lexicon(
        tuple((words.commands.get("stop", ()), words.marks.get("polite", ())) for words in languages)
    )
    rest = _plainly(text)
    for _ in range(_MOST_POLITE):
        if _is_known(rest, known, unaccented=unaccented):
            return True
        rest, before = _less_polite(rest, known.polite), rest
        if rest == before:
            return False
    return _is_known(rest, known, unaccented=unaccented)


def _is_known(heard: str, known: Lexicon, *, unaccented: bool) -> bool:
    parts = set(heard.split())
    once = parts.pop() if len(parts) == 1 else heard
    if once in known.exact:
        return True
    key = bare(once)
    return key in known.unaccented and (unaccented or len(key) >= SHORTEST_UNACCENTED)


def _less_polite(heard: str, polite: tuple[str, ...]) -> str:
    """Return the text without one polite word at its beginning or end; a Latin one must stand apart."""
    for word in polite:
        if heard.startswith(word) and not _runs_on(word[-1:], heard[len(word) : len(word) + 1]):
            return heard[len(word) :].strip()
        if heard.endswith(word) and not _runs_on(heard[-len(word) - 1 : -len(word)], word[:1]):
            return heard[: -len(word)].strip()
    return heard


def _runs_on(left: str, right: str) -> bool:
    return left.isalpha() and right.isalpha() and is_alphabetic(left + right)


def _plainly(text: str) -> str:
    """Return the text as words are compared here: without punctuation and emoji."""
    heard = spoken(text)
    kept = (" " if unicodedata.category(sign)[0] in "SP" else sign for sign in heard)
    return " ".join("".join(kept).split())


@lru_cache(maxsize=16)
def _lexicon(languages: tuple[tuple[tuple[str, ...], tuple[str, ...]], ...]) -> Lexicon:
    ours = [_plainly(word) for words, _ in languages for word in words]
    abroad = (_plainly(word) for some in ABROAD.values() for word in some)
    polite = {_plainly(word) for _, words in languages for word in words}
    return Lexicon(
        frozenset((*ours, *abroad)),
        frozenset(map(bare, ours)),
        tuple(sorted(polite, key=len, reverse=True)),
    )
