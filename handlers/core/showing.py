"""Items, options and answers as phrases: the words are looked up later, in the patient's language."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, time
from decimal import Decimal
from types import MappingProxyType
from typing import assert_never
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from handlers.core.frozen import replace
from handlers.core.limits import clipped
from handlers.core.messages import Phrase
from handlers.core.per_answer import above
from handlers.core.questionnaire import Item, Option
from handlers.core.turn import Scene
from handlers.core.values import Absent, Answer, Coding, FileRef, PartialDate, Quantity, Slot, Url, Value

_UNITS: Mapping[str, str] = MappingProxyType(
    {"[ft_i]": "ft", "[in_i]": "in", "[lb_av]": "lb", "[stone_av]": "st", "Cel": "°C", "[degF]": "°F"}
)

_ABSENT: Mapping[Absent, str] = MappingProxyType(
    {Absent.UNKNOWN: "chat.button.unsure", Absent.VOICE: "chat.voice_note"}
)


def today(scene: Scene) -> date:
    """Return the date where the patient is."""
    return scene.now.astimezone(zone_of(scene)).date()


def item_text(scene: Scene, item: Item) -> Phrase:
    """Return what is asked or shown, in the wording for whoever answers."""
    if not item.text:
        return Phrase("chat.no_text")
    part = "helper" if scene.helper and item.helper else "text"
    inner = _own(scene, item, part, item.helper if part == "helper" else item.text)
    return Phrase("chat.prefixed", {"prefix": item.prefix, "text": inner}) if item.prefix else inner


def asked_text(scene: Scene, item: Item, slot: Slot) -> Phrase:
    """Return what is asked, and under a repeating question about which of its answers."""
    asked, answered = item_text(scene, item), above(scene.questionnaire, scene.response.answers, slot)
    if answered is None:
        return asked
    about = in_short(scene, answered.question, (answered.value,))
    return Phrase("chat.about_answer", {"answer": about, "question": asked})


def why_text(scene: Scene, item: Item) -> Phrase:
    """Return the answer to "Why do you ask?"."""
    return _own(scene, item, "why", item.why) if item.why else Phrase("chat.why")


def option_label(scene: Scene, item: Item, option: Option) -> Phrase:
    """Return an option's label."""
    if not isinstance(option.value, Coding | str):
        return value_phrase(scene, item, option.value)
    if scene.helper and option.helper:
        return _own(scene, item, f"helper-option:{option.code}", option.helper)
    return _own(scene, item, f"option:{option.code}", option.label)


def option_detail(scene: Scene, item: Item, option: Option) -> Phrase | None:
    """Return an option's longer line, None if it has none."""
    if scene.helper and option.helper_detail:
        return _own(scene, item, f"helper-detail:{option.code}", option.helper_detail)
    return _own(scene, item, f"detail:{option.code}", option.detail) if option.detail else None


def summary_line(scene: Scene, item: Item, slot: Slot) -> Phrase:
    """Return one line of the summary: the question and what stands there now."""
    answer = scene.response.answers.get(slot)
    said = answer_phrase(scene, item, answer) if answer else Phrase("chat.no_answer")
    return Phrase("chat.summary_line", {"question": asked_text(scene, item, slot), "answer": said})


def answer_phrase(scene: Scene, item: Item, answer: Answer) -> Phrase:
    """Return an answer in words, or that there is none."""
    if answer.absent is not None or not answer.values:
        return absent_phrase(answer)
    return values_phrase(scene, item, answer.values)


def absent_phrase(answer: Answer) -> Phrase:
    """Return in words why an answer holds no value of its question's kind."""
    return Phrase(_ABSENT.get(answer.absent or Absent.SKIPPED, "chat.no_answer"))


def values_phrase(scene: Scene, item: Item, values: Sequence[Value]) -> Phrase:
    """Return one or several values in words."""
    return joined("chat.list", [value_phrase(scene, item, value) for value in values])


def in_short(scene: Scene, item: Item, values: Sequence[Value]) -> Phrase:
    """Return values in words that leave room for a question around them: a quarter of a message.

    A label counts as 24, the most that WhatsApp shows; long words of the patient's own end in "…".
    """
    room = scene.limits.text // 4
    most = max(1, room // 24)
    phrases = [value_phrase(scene, item, value) for value in values[:most]]
    phrases = [_shortened(phrase, room // len(phrases)) for phrase in phrases]
    return joined("chat.list", [*phrases, _verbatim("…")] if len(values) > most else phrases)


def joined(key: str, parts: Sequence[Phrase]) -> Phrase:
    """Return the parts as one phrase: `key` joins `{first}` and `{rest}`, halved so that it stays flat."""
    if len(parts) == 1:
        return parts[0]
    middle = len(parts) // 2
    return Phrase(key, {"first": joined(key, parts[:middle]), "rest": joined(key, parts[middle:])})


def value_phrase(scene: Scene, item: Item, value: Value) -> Phrase:
    """Return one value in words."""
    match value:
        case bool():
            return Phrase("chat.button.yes" if value else "chat.button.no")
        case Coding() | str():
            return _chosen(scene, item, value)
        case int() | Decimal():
            return _verbatim(f"{value:f}" if isinstance(value, Decimal) else str(value))
        case Quantity():
            unit = _UNITS.get(value.unit, value.unit)
            return Phrase("chat.quantity", {"number": f"{value.value:f}", "unit": unit})
        case PartialDate():
            return date_phrase(value)
        case datetime():
            return _moment(value.astimezone(zone_of(scene)))
        case time():
            return _verbatim(value.isoformat("minutes"))
        case FileRef():
            return _verbatim(value.name) if value.name else Phrase("chat.file")
        case Url():
            return _verbatim(value.value)
        case unreachable:
            assert_never(unreachable)


def zone_of(scene: Scene) -> ZoneInfo:
    """Return the patient's zone, UTC where it is unknown."""
    try:
        return ZoneInfo(scene.zone)
    except (ZoneInfoNotFoundError, ValueError):
        return ZoneInfo("UTC")


def _own(scene: Scene, item: Item, part: str, source: str) -> Phrase:
    own = item.translations
    translated = own.get(f"{scene.words.language}#{part}") if own else None
    return Phrase(scene.questionnaire.text_key(item, part), default=translated or source)


def _shortened(phrase: Phrase, units: int) -> Phrase:
    values = {
        name: _shortened(value, units) if isinstance(value, Phrase) else clipped(value, units)
        for name, value in phrase.values.items()
    }
    return replace(phrase, values=values)


def _verbatim(text: str) -> Phrase:
    return Phrase("chat.value", {"value": text})


def _chosen(scene: Scene, item: Item, value: Coding | str) -> Phrase:
    option = item.option_of(value)
    if option is not None:
        return option_label(scene, item, option)
    return _verbatim((value.display or value.code) if isinstance(value, Coding) else value)


def date_phrase(value: PartialDate) -> Phrase:
    """Return a date in words, as exact as it is known."""
    inserted: dict[str, str | Phrase] = {"year": str(value.year)}
    key = "chat.date.year"
    if value.month is not None:
        key, inserted["month"] = "chat.date.month", Phrase(f"chat.month.{value.month}")
        if value.day is not None:
            key, inserted["day"] = "chat.date.day", str(value.day)
    written = Phrase(key, inserted)
    return Phrase("chat.date.about", {"date": written}) if value.about else written


def _moment(local: datetime) -> Phrase:
    day = date_phrase(PartialDate(local.year, local.month, local.day))
    return Phrase("chat.date.time", {"date": day, "time": local.strftime("%H:%M")})
