"""A message in the patient's language → the one Graph message that shows it on WhatsApp. Pure.

Nothing that answers or that would come back is ever cut: what is too long is refused, as our defect.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from bot.channels.text import clean, details, one_line
from bot.channels.whatsapp.templates import code_of
from handlers.core.buttons import answer_data, command_data, read_data
from handlers.core.frozen import replace
from handlers.core.limits import LIMITS, clipped, utf16_units
from handlers.core.messages import Attached, Body, Button, Template
from handlers.core.values import ChannelKind
from handlers.errors import SendRejected

PICKED: Final = "✓"
ASIDE: Final = "» "
"""Stands before a side door whose label is an option's, too: Meta takes no two titles that are alike."""
MOST_TEXT: Final = 4096
MOST_FOOTER: Final = 60
MOST_CAPTION: Final = 1024
MOST_FILE: Final[Mapping[str, int]] = {
    **dict.fromkeys(("image/jpeg", "image/png"), 5 * 1024 * 1024),
    **dict.fromkeys(("application/pdf", "text/plain"), 100 * 1024 * 1024),
}
"""What we send as files, and how large each may be (channels.md 3.2): Meta takes no HEIC and no ZIP."""
MOST_ROWS: Final = 10
MOST_PAYLOAD: Final = 256
MOST_TEMPLATE_BUTTONS: Final = 10
BETWEEN: Final = " · "

_LIMITS: Final = LIMITS[ChannelKind.WHATSAPP]
_PERSON: Final = command_data("person")
_ROOMS: Final = re.compile(r"\s+")
_WIDE: Final = {"*": "\uff0a", "_": "\uff3f", "~": "\uff5e", "`": "\uff40"}
_OPENS: Final = re.compile(r"[*_~`]+(?=\S)")
_LINK_OR_OPENS: Final = re.compile(r"https?://\S+|(?<![^\W_])[*_~`](?=\S)")

Message = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Words:
    """Our own words around a message, in its language.

    `choose` opens a list, `doors` is the row that stands for the side doors where they have no room,
    `typed` stands before the words that can be typed instead.
    """

    choose: str
    doors: str
    typed: str


def render(body: Body, words: Words) -> Message | None:
    """Return the message that shows `body`, None for a blank one; raise SendRejected."""
    if not (body.choices or body.keys):
        return _text(body)
    body = told_apart(body)
    # A question with several answers ends with Done: that must have a place to be tapped.
    most = _LIMITS.buttons - 1 if body.many else _LIMITS.buttons
    if len(body.choices) <= most and _fit_buttons(body.choices):
        return _with_buttons(body, words)
    return _with_list(body, words)


def told_apart(body: Body) -> Body:
    """Return the body with titles that differ: choices alike are numbered, a side door like one is marked.

    `yorisoi check` finds such options in a pack; what is chosen from at run time (dates, people, places) may
    still be alike, and a question that never arrives helps nobody.
    """
    titles = {one_line(button.label) for button in (*body.choices, *body.keys)}
    if len(titles) == len(body.choices) + len(body.keys):
        return body
    seen: set[str] = set()
    choices = tuple(_apart(button, seen, "{label} ({n})") for button in body.choices)
    keys = tuple(_apart(button, seen, ASIDE + "{label}") for button in body.keys)
    return replace(body, choices=choices, keys=keys)


def render_file(body: Body, media_id: str) -> Message:
    """Return the message that shows a file by the id that Meta gave it; its text is the caption."""
    file, text = body.file, _joined(body.text, body.hint)
    if file is None or body.choices or body.keys:
        raise SendRejected("no-file-or-buttons")
    caption = {"caption": _sized(text, MOST_CAPTION)} if text else {}
    if file.mime.startswith("image/"):
        return {"type": "image", "image": {"id": media_id, **caption}}
    return {"type": "document", "document": {"id": media_id, "filename": file.name, **caption}}


def check_file(file: Attached) -> None:
    """Raise SendRejected for a file that Meta would not take, before it is uploaded."""
    most = MOST_FILE.get(file.mime)
    if most is None:
        raise SendRejected("file-kind")
    if not 0 < len(file.content) <= most:
        raise SendRejected("file-size")


def render_template(template: Template) -> Message:
    """Return the message that sends an approved template; raise SendRejected."""
    if len(template.payloads) > MOST_TEMPLATE_BUTTONS:
        raise SendRejected("too-many-buttons")
    components = [_component("body", [_parameter(text) for text in template.parameters])]
    for index, payload in enumerate(template.payloads):
        _check_data(payload, MOST_PAYLOAD)
        shown = _component("button", [{"type": "payload", "payload": payload}])
        components.append(shown | {"sub_type": "quick_reply", "index": str(index)})
    held = [component for component in components if component["parameters"]]
    named = {"name": template.name, "language": {"code": code_of(template.language)}}
    return {"type": "template", "template": named | ({"components": held} if held else {})}


def _text(body: Body) -> Message | None:
    text = _joined(body.text, body.hint)
    if not text:
        return None
    # A preview would fetch our one-time links.
    return {"type": "text", "text": {"body": _sized(text, MOST_TEXT), "preview_url": False}}


def _with_buttons(body: Body, words: Words) -> Message:
    room = _LIMITS.buttons - len(body.choices)
    shown, typed = _places(body, words, room, _LIMITS.button_label)
    buttons = [
        {"type": "reply", "reply": {"id": button.data, "title": _title(button, _LIMITS.button_label)}}
        for button in shown
    ]
    _check_unique(shown)
    text = _joined(body.text, details(body.choices), body.hint)
    return _interactive("button", text, typed, {"buttons": buttons})


def _with_list(body: Body, words: Words) -> Message:
    if len(body.choices) > MOST_ROWS:
        raise SendRejected("too-many-choices")
    room = MOST_ROWS - len(body.choices)
    shown, typed = _places(body, words, room, _LIMITS.label)
    _check_unique(shown)
    is_long = any(utf16_units(_detail(button)) > _LIMITS.detail for button in shown)
    rows = [_row(button, is_long=is_long) for button in shown]
    text = _joined(body.text, details(body.choices) if is_long else "", body.hint)
    button = _sized(one_line(words.choose), _LIMITS.button_label)
    return _interactive("list", text, typed, {"button": button, "sections": [{"rows": rows}]})


def _places(body: Body, words: Words, room: int, most: int) -> tuple[list[Button], str]:
    """Return the buttons for which there is room, and the line that names the side doors without one.

    The side doors come along as far as they fit, the others behind one button of their own, else as typed
    words. The way to a person goes before all others.
    """
    choices, keys = body.choices, body.keys
    if not keys:
        return list(choices), ""
    if len(keys) <= room and all(_is_short(key, most) for key in keys):
        return [*choices, *keys], ""
    ordered = sorted(keys, key=lambda key: key.data != _PERSON)
    about = next(filter(None, (read_data(key.data) for key in keys)), None)
    fitting = [key for key in ordered if _is_short(key, most)][: max(room - 1 if about else room, 0)]
    behind = [key for key in keys if key not in fitting]
    labels = BETWEEN.join(one_line(key.label).removeprefix(ASIDE) for key in behind)
    if room and about is not None:
        data = answer_data(about.response, about.index, about.instance, "keys")
        is_row = most == _LIMITS.label
        shown = labels if is_row and utf16_units(labels) <= _LIMITS.detail else ""
        is_taken = words.doors in {one_line(choice.label) for choice in choices}
        return [*choices, *fitting, Button(data, ASIDE * is_taken + words.doors, detail=shown)], ""
    return [*choices, *fitting], f"{words.typed} {labels}"


def _interactive(kind: str, text: str, typed: str, action: Mapping[str, Any]) -> Message:
    is_footer = 0 < utf16_units(typed) <= MOST_FOOTER
    body = _sized(text if is_footer else _joined(text, typed), _LIMITS.text)
    if not text:
        raise SendRejected("buttons-without-text")
    footer = {"footer": {"text": typed}} if is_footer else {}
    return {
        "type": "interactive",
        "interactive": {"type": kind, "body": {"text": body}, **footer, "action": action},
    }


def _row(button: Button, *, is_long: bool) -> Mapping[str, str]:
    detail = (PICKED if button.picked else "") if is_long else _detail(button)
    row = {"id": button.data, "title": _title(button, _LIMITS.label, ticked=False)}
    return row | ({"description": detail} if detail else {})


def _detail(button: Button) -> str:
    """Return a row's second line, which also holds the tick: a title has no room for one."""
    return " ".join(filter(None, (PICKED if button.picked else "", one_line(button.detail))))


def _title(button: Button, most: int, *, ticked: bool = True) -> str:
    label = one_line(button.label)
    if not label:
        raise SendRejected("button-without-label")
    _check_data(button.data, _LIMITS.data_bytes)
    return _sized(f"{PICKED} {label}" if button.picked and ticked else label, most, "label-too-long")


def _apart(button: Button, seen: set[str], how: str) -> Button:
    """Return the button under a title that is in nobody's way, and note it in `seen`."""
    title = own = one_line(button.label)
    number = 1
    while title and title in seen:
        number += 1
        title = how.format(label=own, n=number)
        over = utf16_units(title) - _LIMITS.label
        if over > 0 and utf16_units(own) <= _LIMITS.label:  # what was too long before is refused as ever
            title = how.format(label=clipped(own, utf16_units(own) - over), n=number)
        how = how if "{n}" in how else how + " {n}"
    seen.add(title)
    return button if title == own else replace(button, label=title)


def _fit_buttons(buttons: Sequence[Button]) -> bool:
    return all(_is_short(button, _LIMITS.button_label) for button in buttons)


def _is_short(button: Button, most: int) -> bool:
    return utf16_units(one_line(button.label)) + 2 * button.picked <= most


def _check_unique(buttons: Sequence[Button]) -> None:
    titles, ids = {one_line(button.label) for button in buttons}, {button.data for button in buttons}
    if len(titles) < len(buttons) or len(ids) < len(buttons):
        raise SendRejected("buttons-alike")


def _check_data(data: str, most: int) -> None:
    if not 1 <= len(data.encode()) <= most:
        raise SendRejected("button-data-too-long")


def _component(kind: str, parameters: Sequence[Mapping[str, str]]) -> dict[str, Any]:
    return {"type": kind, "parameters": parameters}


def _parameter(text: str) -> Mapping[str, str]:
    # Meta refuses line breaks, tabs and four spaces in a row.
    shown = _ROOMS.sub(" ", _plain(clean(text))).strip()
    if not shown:
        raise SendRejected("empty-parameter")
    return {"type": "text", "text": _sized(shown, _LIMITS.text)}


def _joined(*texts: str) -> str:
    return "\n\n".join(_plain(text).strip() for text in map(clean, texts) if text.strip())


def _plain(text: str) -> str:
    """Return a text in which WhatsApp finds no bold, italic, struck or typewriter words; links stay whole.

    It knows no escape: a sign that would open one gives way to its wide twin, which is as long.
    """
    if _OPENS.search(text) is None:
        return text
    return _LINK_OR_OPENS.sub(lambda found: _WIDE.get(found[0], found[0]), text)


def _sized(text: str, most: int, code: str = "text-too-long") -> str:
    if utf16_units(text) > most:
        raise SendRejected(code)
    return text
