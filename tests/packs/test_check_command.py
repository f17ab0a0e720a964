"""`yorisoi check`: one line each, and an exit code for machines."""

import json

from bot.check_command import check, exit_code, report
from handlers.core.problems import Problem, Severity

PO_HEADER = 'msgid ""\nmsgstr "Content-Type: text/plain; charset=UTF-8\\n"\n\n'


def write_po(small, language, *entries):
    folder = small.folder / "locales"
    folder.mkdir(exist_ok=True)
    blocks = [f'msgctxt "{key}"\nmsgid "{source}"\nmsgstr "{text}"\n' for key, source, text in entries]
    (folder / f"{language}.po").write_text(PO_HEADER + "\n".join(blocks), encoding="utf-8")


def reasons(small):
    return [str(problem) for problem in check(str(small.write()))]


def test_the_shipped_pack_is_in_order():
    assert check("parkinson-cell-therapy") == []


def test_a_pack_without_texts_of_its_own_speaks_english(small):
    assert reasons(small) == []


def test_a_label_too_long_for_a_button_is_found(small):
    small.item["answerOption"][0]["valueCoding"]["display"] = "Yes, very well, thank you"

    assert "a label of 25, WhatsApp shows 20 (en)" in reasons(small)[0]


def test_a_list_of_many_may_have_longer_labels(small):
    codings = [{"code": str(n), "display": f"An answer, the number {n}"} for n in range(4)]
    small.item["answerOption"] = [{"valueCoding": coding} for coding in codings]
    small.files.pop("flags.json")

    assert reasons(small) == []


def test_an_untranslated_text_of_a_language_that_is_switched_on_is_found(small):
    small.files["protocol.json"]["languages"] = ["en", "ja"]
    write_po(small, "ja", ("short/well#text", "Are you well?", "お元気ですか"))

    assert "locales/ja.po: short/well#option:yes: is not translated" in reasons(small)


def test_a_rung_behind_the_end_of_its_window_is_a_warning(small):
    small.files["protocol.json"]["steps"][0]["windowAfter"] = "P1D"

    [problem] = check(str(small.write()))

    assert problem.severity is Severity.WARNING
    assert "the rung remind never comes" in problem.reason


def test_an_english_text_that_differs_from_the_questionnaire_is_found(small):
    write_po(small, "en", ("short/well#text", "How are you?", ""))

    assert reasons(small) == ["locales/en.po: short/well#text: differs from the text in the questionnaire"]


def test_a_stale_translation_is_found(small):
    small.files["protocol.json"]["languages"] = ["en", "ja"]
    write_po(small, "en", ("short/well#text", "Are you well?", ""))
    write_po(small, "ja", ("short/well#text", "Are you fine?", "お元気ですか"))

    assert "locales/ja.po: short/well#text: the text is stale" in reasons(small)


def test_a_placeholder_that_nobody_fills_is_found(small):
    write_po(small, "en", ("cards.red", "Call {grandmother}", ""))

    assert reasons(small) == ["locales/en.po: cards.red: nobody fills the placeholder {grandmother}"]


def test_a_channel_without_a_privacy_line_is_found_where_the_line_is_used(small):
    lines = [
        (f"consent.privacy.{channel}", "Only you and us.", "") for channel in ("web", "telegram", "terminal")
    ]
    write_po(small, "en", ("cards.red", "{channel_privacy_line}", ""), *lines)

    assert reasons(small) == [
        "locales/en.po: consent.privacy.whatsapp: the privacy line of this channel has no text"
    ]


def test_a_card_without_a_text_is_found(small):
    small.files["protocol.json"]["cards"] = {"RED": "cards.red"}

    assert reasons(small) == ["locales/en.po: cards.red: the card RED has no text"]


def test_a_language_without_texts_is_found(small):
    small.files["protocol.json"]["languages"] = ["en", "xx"]

    assert reasons(small) == ["protocol.json: xx: a language without texts"]


def test_a_broken_text_file_is_found(small):
    write_po(small, "en", ("", "No key", ""))

    assert reasons(small)[0].startswith("en.po")


def test_a_missing_pack_is_one_line():
    assert [str(problem) for problem in check("no-such-pack")] == [
        "no-such-pack: no folder with a protocol.json, and no pack of that name"
    ]


def test_warnings_alone_do_not_fail():
    assert exit_code([Problem("a.json", "x", "odd", Severity.WARNING)]) == 0


def test_an_error_fails():
    assert exit_code([Problem("a.json", "x", "wrong")]) == 1


def test_people_read_one_line_each_and_a_count():
    text = report([Problem("a.json", "x", "wrong"), Problem("b.json", "", "odd", Severity.WARNING)])

    assert text.splitlines() == ["error: a.json: x: wrong", "warning: b.json: odd", "1 errors, 1 warnings"]


def test_programs_read_json():
    [row] = json.loads(report([Problem("a.json", "x", "wrong")], as_json=True))

    assert row == {"severity": "error", "file": "a.json", "linkId": "x", "reason": "wrong"}


def in_two_parts(small, **more):
    """Let the intake have a second part with this item, in English and Japanese."""
    part = json.loads(json.dumps(small.files["short.questionnaire.json"]))
    part |= {"id": "next", "url": "https://example.org/next", "title": "What next"}
    part["item"][0] |= more
    small.files["next.questionnaire.json"] = part
    small.files["protocol.json"] |= {"languages": ["en", "ja"], "intake": ["short", "next"]}
    return small


def mark(name, **value):
    return {"url": f"https://yorisoi.example/fhir/StructureDefinition/{name}", **value}


def test_the_name_of_a_part_that_is_offered_needs_its_translation(small):
    in_two_parts(small)

    assert "locales/ja.po: next#title: is not translated" in reasons(small)


def test_what_is_carried_needs_no_translation_there(small):
    in_two_parts(small, extension=[mark("carried", valueBoolean=True)])

    assert not any("next/well" in reason for reason in reasons(small))


def test_a_question_of_some_languages_needs_only_their_texts(small):
    in_two_parts(small, linkId="mood", extension=[mark("languages", valueString="en de")])

    assert not any("next/mood" in reason for reason in reasons(small))
