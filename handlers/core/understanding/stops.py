"""STOP in any language: whoever wants no more messages is understood, whatever language we speak here.

Somebody who is annoyed writes in their own language, or in what they believe is the machine's. Only a
whole message that is exactly such a word counts: no slip of the finger is forgiven.
"""

from collections.abc import Iterable, Mapping
from functools import cache
from types import MappingProxyType
from typing import Final

from handlers.core.turn import Words
from handlers.core.understanding.folding import fold, fold_known

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

LONGEST: Final = 40
"""Characters: none of these words comes near."""


def means_stop(text: str, languages: Iterable[Words]) -> bool:
    """Say whether the whole message is a word for STOP, in one of our languages or of those abroad."""
    if len(text) > LONGEST:
        return False
    heard = fold(text)
    ours = (word for words in languages for word in words.commands.get("stop", ()))
    return heard in _abroad() or any(heard == fold_known(word) for word in ours)


@cache
def _abroad() -> frozenset[str]:
    return frozenset(fold_known(word) for some in ABROAD.values() for word in some)
