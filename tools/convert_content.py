"""Turn content rows (intake_items.json, followup.json) into FHIR R4 Questionnaires of a pack.

    python -m tools.convert_content CONTENT_FOLDER PACK_FOLDER --block a
    python -m tools.convert_content CONTENT_FOLDER PACK_FOLDER --check M1

The rows hold texts, options and conditions; what they say in words (ranges, formats) is typed here.
Helper wordings, reasons and examples are written into the questionnaire by hand: a second run keeps
those it finds there, so that new rows can be added to a file that people have worked on.
"""

import argparse
import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from tools.content_tables import (
    AFTER,
    AGE,
    BLOCKS,
    BY_HAND,
    CARRIED,
    CHECKS,
    CONSTRAINTS,
    HELPER,
    HIDDEN,
    HL7,
    NEVER_SKIPPED,
    NOT_ON,
    NOT_SURE,
    OURS,
    PHQ_2,
    REASONS,
    SENSITIVE,
    SYSTEM,
    TITLES,
    TYPES,
    VERSIONS,
    WHETHER,
    WITHOUT_CARD,
    YES_NO,
    Row,
)


def main() -> None:
    """Convert what the command line names, into the pack's folder."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("content", type=Path)
    parser.add_argument("pack", type=Path)
    parser.add_argument("--block", choices=list(BLOCKS))
    parser.add_argument("--check", choices=list(CHECKS))
    options = parser.parse_args()
    rows = _load(options.content / "intake_items.json")
    if options.block:
        write(options.pack, convert_block(rows, options.block))
    if options.check:
        content = _load(options.content / "followup.json")
        write(options.pack, convert_check(content, options.check, intake=rows))


def convert_block(rows: Sequence[Row], block: str) -> Row:
    """Return the Questionnaire of one block of the intake, a group per section.

    What its conditions need from other blocks stands first, as hidden items whose answer is carried over.
    """
    groups: dict[str, Row] = {}
    section: Row = {}
    tier, prefixes = BLOCKS[block]
    for row in rows:
        if "linkId" not in row:
            section = row
        elif row["tier"] == tier and row["linkId"].startswith(prefixes):
            name, title = _section_of(row, section)
            group = groups.setdefault(name, _group(name, title))
            group["item"].append(_in_its_group(row))
    own = {row["linkId"] for row in rows if row.get("tier") == tier and row["linkId"].startswith(prefixes)}
    asked = {condition["item"] for row in rows if row.get("linkId") in own for condition in _needs(row)}
    carried = [_carried(row) for row in rows if row.get("linkId") in asked - own]
    return _questionnaire(f"intake-{block}", TITLES[block], [*carried, *groups.values()])


def convert_check(content: dict[str, list[Row]], step: str, *, intake: Sequence[Row]) -> Row:
    """Return the Questionnaire of one check-in: the safety card first, then its items in order.

    What its conditions need of the intake's answers stands before them, hidden.
    """
    by_id = {row["id"]: row for row in content["items"]}
    [planned] = [row for row in content["schedule"] if row["id"] == step]
    names = [] if step in WITHOUT_CARD else ["s.card"]
    for name in planned["items"]:
        names += [name, *(one for one in AFTER.get(name, ()) if one not in planned["items"])]
    more = {name: {"reasons": _reasons_among(names, name)} for name in names if name not in planned["items"]}
    rows = ({**by_id[name], "linkId": name, **more.get(name, {})} for name in names)
    items = [convert_item(row) | WHETHER.get(row["linkId"], {}) for row in rows]
    copyright_ = {"copyright": PHQ_2} if "f.phq1" in names else {}
    return _questionnaire(*CHECKS[step], [*_looked_at(names, intake), *items], step) | copyright_


def _looked_at(names: Sequence[str], intake: Sequence[Row]) -> Iterator[Row]:
    wanted = {CARRIED[name] for name in names if name in CARRIED}
    yield from (_carried(row) for row in intake if row.get("linkId") in wanted)
    if "f.memory" in names:
        yield HELPER


def _reasons_among(names: Sequence[str], name: str) -> list[tuple[str, str]]:
    """Return the answers to questions of this check for which `name` is asked."""
    return [(item, code) for item, code in REASONS.get(name, ()) if item in names]


def convert_item(row: Row) -> Row:
    """Return one FHIR item; raise SystemExit for a condition that needs a nested group."""
    link_id, kind = row["linkId"], row["type"]
    is_list = bool(CONSTRAINTS.get(link_id, {}).get("vocabulary"))
    item: Row = {
        "linkId": link_id,
        "text": row["text"],
        "type": "open-choice" if is_list else TYPES[kind],
        "extension": list(_extensions(link_id)),
    }
    if kind != "display":
        item["required"] = bool(row.get("required", True)) and kind != "file" and not _is_open(link_id)
    if kind in {"multi", "file"}:
        item["repeats"] = True
    if "maxLength" in CONSTRAINTS.get(link_id, {}):
        item["maxLength"] = CONSTRAINTS[link_id]["maxLength"]
    item |= _conditions(row)
    options = [] if is_list else _options(row)
    if options:
        item["answerOption"] = [_option(option, exclusive=kind == "multi") for option in options]
    return {key: value for key, value in item.items() if value != []}


def write(pack: Path, questionnaire: Row) -> None:
    """Write the questionnaire, keeping what people wrote by hand into the one that stood there."""
    path = pack / f"{questionnaire['id']}.questionnaire.json"
    if path.is_file():
        keep_handwriting(questionnaire, _load(path))
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(questionnaire, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")


def keep_handwriting(questionnaire: Row, before: Row) -> None:
    """Carry helper wordings, reasons and examples over from the earlier version, by linkId."""
    urls = {OURS + name for name in BY_HAND}
    kept = {
        item["linkId"]: [entry for entry in item.get("extension", ()) if entry["url"] in urls]
        for item in walk(before)
    }
    for item in walk(questionnaire):
        if found := kept.get(item["linkId"]):
            item["extension"] = [*item.get("extension", ()), *found]


def walk(parent: Row) -> Iterator[Row]:
    """Yield every item below `parent`, in document order."""
    for item in parent.get("item", ()):
        yield item
        yield from walk(item)


def _load(path: Path) -> Any:
    return json.loads(path.read_text(encoding="utf-8"))


def _section_of(row: Row, section: Row) -> tuple[str, str]:
    if row["linkId"].startswith("end."):
        return "end", "Check and send"
    return section["section"], section["title"]


def _group(name: str, title: str) -> Row:
    group = {"linkId": f"section.{name}", "text": title, "type": "group", "item": []}
    channels = list(_not_on(group["linkId"]))
    return group | ({"extension": channels} if channels else {})


def _questionnaire(name: str, title: str, items: list[Row], step: str = "") -> Row:
    return {
        "resourceType": "Questionnaire",
        "id": name,
        "url": f"https://yorisoi.example/fhir/Questionnaire/{name}",
        "version": VERSIONS.get(step, "0.1.0"),
        "title": title,
        "status": "draft",
        "subjectType": ["Patient"],
        "purpose": "Draft, to be approved by the clinic's medical director.",
        "item": items,
    }


def _extensions(link_id: str) -> Iterator[Row]:
    if group := next((group for prefix, group in SENSITIVE.items() if link_id.startswith(prefix)), ""):
        yield {"url": OURS + "sensitive", "valueCode": group}
    if link_id.startswith(NEVER_SKIPPED):
        yield {"url": OURS + "skippable", "valueBoolean": False}
    for name, value in CONSTRAINTS.get(link_id, {}).items():
        if name != "maxLength":
            yield _extension(name, value)
    yield from _not_on(link_id)


def _not_on(link_id: str) -> Iterator[Row]:
    if link_id in NOT_ON:
        yield {"url": OURS + "notOn", "valueString": NOT_ON[link_id]}


def _extension(name: str, value: Any) -> Row:
    if name in {"minValue", "maxValue"}:
        return {"url": HL7 + name, "valueDecimal": value}
    if name in {"minLength", "maxDecimalPlaces"}:
        return {"url": HL7 + name, "valueInteger": value}
    kind = {bool: "valueBoolean", int: "valueInteger", str: "valueCode"}[type(value)]
    return {"url": OURS + name, kind: value}


def _is_open(link_id: str) -> bool:
    return link_id in {"f.other", "s.temp"}


def _options(row: Row) -> list[Row]:
    if row["type"] in {"yesno", "yesno_ns"}:
        return [*YES_NO, NOT_SURE] if row["type"] == "yesno_ns" else YES_NO
    return row.get("options") or []


def _option(option: Row, *, exclusive: bool) -> Row:
    extensions = []
    if option.get("detail"):
        extensions.append({"url": OURS + "detail", "valueString": option["detail"]})
    if exclusive and option["code"] == "none":
        extensions.append({"url": HL7 + "questionnaire-optionExclusive", "valueBoolean": True})
    coding = {"system": SYSTEM, "code": option["code"], "display": option["label"]}
    return ({"extension": extensions} if extensions else {}) | {"valueCoding": coding}


def _conditions(row: Row) -> Row:
    if row.get("reasons"):
        return _any_of(row["reasons"])
    conditions = row.get("enableWhen") or []
    if not conditions:
        return {}
    if len(conditions) == 1 and conditions[0]["op"] in {"in", "contains_any"}:
        return _any_of([(conditions[0]["item"], code) for code in conditions[0]["value"]])
    if any(condition["op"] not in {"=", "!=", "contains"} for condition in conditions):
        raise SystemExit(f"{row['linkId']}: these conditions need a nested group")
    return {"enableWhen": [each for c in conditions for each in _all_of(c)], "enableBehavior": "all"}


def _in_its_group(row: Row) -> Row:
    """Return the item; one that also depends on the age stands in a group for its other condition."""
    conditions = row.get("enableWhen") or []
    if not any("calc" in condition for condition in conditions):
        return convert_item(row)
    [age] = [condition for condition in conditions if "calc" in condition]
    others = [condition for condition in conditions if "calc" not in condition]
    limit = {"question": "calc.age", "operator": age["op"], "answerInteger": age["value"]}
    item = convert_item({**row, "enableWhen": None}) | {"enableWhen": [limit], "enableBehavior": "all"}
    around = {
        "linkId": f"group.{row['linkId']}",
        "type": "group",
        **_conditions({**row, "enableWhen": others}),
    }
    return around | {"item": [AGE, item]}


def _needs(row: Row) -> list[Row]:
    return [condition for condition in row.get("enableWhen") or [] if "item" in condition]


def _carried(row: Row) -> Row:
    """Return the hidden item that stands for an answer of another block."""
    item = convert_item({**row, "enableWhen": None})
    kept = {key: item[key] for key in ("linkId", "text", "type", "repeats", "answerOption") if key in item}
    return kept | {"extension": [HIDDEN, {"url": OURS + "carried", "valueBoolean": True}]}


def _any_of(answers: Sequence[tuple[str, str]]) -> Row:
    conditions = [_equals(item, code) for item, code in answers]
    return {"enableWhen": conditions, "enableBehavior": "any"}


def _all_of(condition: Row) -> Iterator[Row]:
    if condition["op"] == "!=":
        yield {"question": condition["item"], "operator": "exists", "answerBoolean": True}
        yield {**_equals(condition["item"], condition["value"]), "operator": "!="}
    else:
        yield _equals(condition["item"], condition["value"])


def _equals(item: str, code: str) -> Row:
    return {"question": item, "operator": "=", "answerCoding": {"system": SYSTEM, "code": code}}


if __name__ == "__main__":
    main()
