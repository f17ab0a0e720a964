"""Changes to a pack's files: a questionnaire is added, linked into the plan, a text is worded anew. Pure."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from io import BytesIO
from typing import Any, Final

from babel.messages.catalog import Catalog, Message
from babel.messages.pofile import PoFileError, read_po, write_po

from handlers.core.fhir import read_questionnaire
from handlers.core.protocol import StepKind
from handlers.core.questionnaire import Questionnaire
from handlers.errors import PackError
from locales.catalogs import SOURCE_LANGUAGE
from locales.pack_texts import parts_of
from storage.pack_archive import MOST_BYTES, Files, is_pack_file
from storage.pack_files import PROTOCOL

_ENDING: Final = ".questionnaire.json"


@dataclass(frozen=True, slots=True)
class Part:
    """The questionnaire becomes a part of the intake, after the part `after`."""

    questionnaire: str
    after: str
    minutes: int = 0


@dataclass(frozen=True, slots=True)
class Check:
    """The questionnaire is asked as a step of the plan, so long after a date of the kind `anchor`."""

    questionnaire: str
    id: str
    anchor: str
    offset: str
    window: str
    ladder: str = ""


def with_questionnaire(files: Files, content: bytes, texts: Mapping[str, bytes]) -> tuple[Files, str]:
    """Return the pack with one more questionnaire (or a new version of one), and its name.

    `texts` are PO files by language; what they hold goes over what the pack says. Raises PackError.
    """
    if len(content) > MOST_BYTES:
        raise PackError("the questionnaire: too large")
    data = _json(content, "the questionnaire")
    found = read_questionnaire(data if isinstance(data, dict) else {}, source="the questionnaire")
    name = f"{found.id}{_ENDING}"
    if not is_pack_file(name):
        raise PackError(f"the questionnaire: its id {found.id[:40]} can't be the name of a file")
    new = {**files, name: _pretty(data)}
    for language, po in texts.items():
        new[_po_name(language)] = _merged(files.get(_po_name(language)), po, language)
    return _with_sources(new, found), found.id


def linked(files: Files, link: Part | Check) -> Files:
    """Return the pack that asks a questionnaire as a part of the intake, or as a step of the plan."""
    protocol = _json(files[PROTOCOL], PROTOCOL)
    if isinstance(link, Part):
        _put_part(protocol, link)
    else:
        _put_step(protocol, link)
    return {**files, PROTOCOL: _pretty(protocol)}


def with_text(files: Files, key: str, words: Mapping[str, str]) -> Files:
    """Return the pack with a text in every language given, each beside the English as it is now.

    `words` has the English text, too: who words it anew says that the others still fit.
    """
    source = words[SOURCE_LANGUAGE]
    new = dict(files)
    for language, said in words.items():
        catalog = _catalog(files.get(_po_name(language)), language)
        _put(catalog, key, source, "" if language == SOURCE_LANGUAGE else said)
        new[_po_name(language)] = _po(catalog)
    return new


def translated(files: Files, sources: Mapping[str, str], language: str, words: Mapping[str, str]) -> Files:
    """Return the pack with texts in one language beside the English ones; an empty one is left out."""
    new = dict(files)
    for code, texts in ((SOURCE_LANGUAGE, dict.fromkeys(words, "")), (language, words)):
        catalog = _catalog(files.get(_po_name(code)), code)
        for key, said in texts.items():
            _put(catalog, key, sources[key], said)
        new[_po_name(code)] = _po(catalog)
    return new


def sources_of(form: Questionnaire) -> dict[str, str]:
    """Return {key: English text} of all that a questionnaire says, its title first."""
    title = {f"{form.id}#title": form.title} if form.title else {}
    items = (item for item in form.walk() if not item.carried)
    return title | {
        form.text_key(item, part): text for item in items for part, text in parts_of(item).items()
    }


def ladders_of(files: Files) -> list[str]:
    """Return the names of a pack's ladders of reminders; none for a file that can't be read."""
    try:
        ladders = _json(files[PROTOCOL], PROTOCOL).get("ladders", {})
    except (PackError, AttributeError):
        return []
    return list(ladders) if isinstance(ladders, dict) else []


def _with_sources(files: Files, form: Questionnaire) -> Files:
    """Return the files with the questionnaire's English words, and in no language words that it lost."""
    sources, new = sources_of(form), dict(files)
    own = f"{form.id}/"
    for name in [_po_name(SOURCE_LANGUAGE), *(one for one in files if one.endswith(".po"))]:
        language = name.removeprefix("locales/").removesuffix(".po")
        if language != SOURCE_LANGUAGE and own.encode() not in files[name]:
            continue  # it has no word of the questionnaire, and stays as it is to the byte
        catalog = _catalog(files.get(name), language)
        for one in [one for one in catalog if one.id and str(one.context).startswith(own)]:
            if str(one.context) not in sources:
                catalog.delete(one.id, one.context)
        for key, text in sources.items() if language == SOURCE_LANGUAGE else ():
            _put(catalog, key, text, "")
        new[name] = _po(catalog)
    return new


def _put_part(protocol: dict[str, Any], link: Part) -> None:
    parts = [part for part in protocol["intake"] if _name(part) != link.questionnaire]
    at = next((n for n, part in enumerate(parts, start=1) if _name(part) == link.after), len(parts))
    named: Any = {"questionnaire": link.questionnaire, "minutes": link.minutes}
    protocol["intake"] = [*parts[:at], named if link.minutes else link.questionnaire, *parts[at:]]


def _name(part: Any) -> str:
    return part if isinstance(part, str) else str(part["questionnaire"])


def _put_step(protocol: dict[str, Any], link: Check) -> None:
    step = {
        "id": link.id,
        "anchor": link.anchor,
        "offset": link.offset,
        "kind": (StepKind.PREP_CHECK if link.offset.startswith("-") else StepKind.CHECK_IN).value,
        "questionnaire": link.questionnaire,
        "windowAfter": link.window,
    }
    step |= {"ladder": link.ladder} if link.ladder else {}
    others = [one for one in protocol.get("steps", []) if one["id"] != link.id]
    protocol["steps"] = [*others, step]


def _merged(before: bytes | None, po: bytes, language: str) -> bytes:
    catalog = _catalog(before, language)
    for message in _catalog(po, language):
        if message.id and message.context:
            _put(catalog, message.context, _one(message.id), _one(message.string))
    return _po(catalog)


def _put(catalog: Catalog, key: str, source: str, said: str) -> None:
    old: list[Message] = [one for one in catalog if one.id and one.context == key]
    for one in old:
        catalog.delete(one.id, one.context)
    if source:
        catalog.add(source, said, context=key)


def _one(text: object) -> str:
    return str(text[0]) if isinstance(text, (list, tuple)) else str(text)


def _catalog(po: bytes | None, language: str) -> Catalog:
    if po is None:
        return Catalog(locale=language.replace("-", "_"), fuzzy=False, header_comment="")
    try:
        return read_po(BytesIO(po), locale=language.replace("-", "_"), abort_invalid=True)
    except (PoFileError, UnicodeDecodeError, ValueError) as error:
        raise PackError(f"locales/{language}.po: {error}") from None


def _po(catalog: Catalog) -> bytes:
    made = BytesIO()
    write_po(made, catalog, width=0, omit_header=False)
    return made.getvalue()


def _po_name(language: str) -> str:
    name = f"locales/{language}.po"
    if not is_pack_file(name):
        raise PackError(f"{language[:20]}: no language")
    return name


def _json(content: bytes, name: str) -> Any:
    try:
        return json.loads(content.decode())
    except (UnicodeDecodeError, json.JSONDecodeError, RecursionError):
        raise PackError(f"{name}: no JSON") from None


def _pretty(data: Any) -> bytes:
    return (json.dumps(data, ensure_ascii=False, indent=2) + "\n").encode()
