"""Bring a pack's PO files up to its questionnaires: `python -m tools.sync_texts PACK_FOLDER`.

`locales/en.po` gets one entry per text that stands in the questionnaires; other entries (cards) stay.
Every other language keeps its translations: one whose English text has changed is marked fuzzy, and
an empty one is filled from an entry with the same English text in the same place of another
questionnaire, if there is one.
"""

import json
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from babel.messages.pofile import normalize, read_po

from tools.convert_content import OURS, walk

Texts = dict[str, str]
ITEM_PARTS = ("helper", "why", "example")
WIDTH = 100


@dataclass(frozen=True, slots=True)
class Entry:
    """One text of a PO file: its key, the English text it was made from, the translation."""

    key: str
    source: str
    text: str
    fuzzy: bool = False


def main() -> None:
    """Sync the pack named on the command line."""
    sync(Path(sys.argv[1]))


def sync(pack: Path) -> None:
    """Rewrite `locales/*.po` of the pack."""
    folder = pack / "locales"
    english = _read(folder / "en.po")
    kept = {key: entry.source for key, entry in english.items() if "/" not in key and "#" not in key}
    texts = {**texts_of(pack), **kept}
    _write(folder / "en.po", [Entry(key, text, "") for key, text in texts.items()])
    for path in sorted(folder.glob("*.po")):
        if path.stem != "en":
            _write(path, list(_brought_up(texts, _read(path))))


def texts_of(pack: Path) -> Texts:
    """Return {key: English text} of all questionnaires of the pack, in document order."""
    found: Texts = {}
    for path in sorted(pack.glob("*.questionnaire.json")):
        questionnaire = json.loads(path.read_text(encoding="utf-8"))
        name = questionnaire["id"]
        if questionnaire.get("title"):
            found[f"{name}#title"] = questionnaire["title"]
        for item in walk(questionnaire):
            if _extension(item, "languages"):
                continue  # its official wording stands in the questionnaire and is not translated here
            found |= {f"{name}/{item['linkId']}#{part}": text for part, text in _item_texts(item)}
    return found


def _item_texts(item: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    if item.get("text"):
        yield "text", item["text"]
    for part in ITEM_PARTS:
        if text := _extension(item, part):
            yield part, text
    for option in item.get("answerOption", ()):
        if coding := option.get("valueCoding"):
            yield f"option:{coding['code']}", coding["display"]
            if detail := _extension(option, "detail"):
                yield f"detail:{coding['code']}", detail
            for name, part in (("helper", "helper-option"), ("helperDetail", "helper-detail")):
                if text := _extension(option, name):
                    yield f"{part}:{coding['code']}", text


def _extension(holder: Mapping[str, Any], name: str) -> str:
    entries = (entry for entry in holder.get("extension", ()) if entry["url"] == OURS + name)
    return next((entry["valueString"] for entry in entries), "")


def _brought_up(texts: Texts, before: Mapping[str, Entry]) -> Iterator[Entry]:
    memory = {(_place(e.key), e.source): e.text for e in before.values() if e.text and not e.fuzzy}
    for key, source in texts.items():
        old = before.get(key, Entry(key, source, ""))
        if known := memory.get((_place(key), source)):
            yield Entry(key, source, known if not old.text or old.source != source else old.text)
        else:
            yield Entry(key, source, old.text, fuzzy=bool(old.text))


def _place(key: str) -> str:
    return key.partition("/")[2] or key


def _read(path: Path) -> dict[str, Entry]:
    with path.open("rb") as file:
        messages = [message for message in read_po(file) if message.id]
    return {str(m.context): Entry(str(m.context), str(m.id), str(m.string), fuzzy=m.fuzzy) for m in messages}


def _write(path: Path, entries: Sequence[Entry]) -> None:
    """Keep what stands above the first entry: the header with its comment is written by hand."""
    head = path.read_text(encoding="utf-8").partition("\n\n")[0]
    path.write_text("\n\n".join([head, *map(_block, entries)]) + "\n", encoding="utf-8")


def _block(entry: Entry) -> str:
    lines = [f'msgctxt "{entry.key}"', f"msgid {_quoted(entry.source)}", f"msgstr {_quoted(entry.text)}"]
    return "\n".join([*(["#, fuzzy"] if entry.fuzzy else []), *lines])


def _quoted(text: str) -> str:
    return normalize(text, width=WIDTH)


if __name__ == "__main__":
    main()
