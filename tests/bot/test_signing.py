"""`yorisoi pack sign`: a doctor's name under a language, void after any edit."""

import json
import shutil
from datetime import date
from pathlib import Path

import pytest
from typer.testing import CliRunner

from bot import pack_commands
from bot.check_command import check
from bot.cli.app import app
from bot.doctor.findings import Level
from bot.doctor.pack import look_at_pack, look_at_words
from bot.settings import Settings
from handlers.core.signing import Standing, digest
from handlers.errors import PackError
from storage.signatures import read_signatures

TODAY = date(2026, 11, 24)


@pytest.fixture
def pack(tmp_path):
    """A clinic's own copy of the pack."""
    folder = tmp_path / "ours"
    shutil.copytree("handlers/protocols/parkinson-cell-therapy", folder)
    (folder / "signatures.json").unlink(missing_ok=True)
    speaks(folder, "en", "ja")
    return folder


def speaks(pack, *languages):
    """Switch on these languages alone."""
    path = pack / "protocol.json"
    protocol = json.loads(path.read_text(encoding="utf-8"))
    path.write_text(json.dumps({**protocol, "languages": languages}, indent=2), encoding="utf-8")


def standings(pack):
    return {one.language: one.standing for one in pack_commands.status(str(pack))}


def edit(path, old, new):
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")


def test_nothing_is_signed_at_first(pack):
    assert set(standings(pack).values()) == {Standing.UNSIGNED}


def test_a_signature_stands_in_the_clinics_folder_with_name_date_and_hash(pack):
    pack_commands.sign(str(pack), "en", "  Dr  Sato ", TODAY)

    [signature] = read_signatures(pack)
    assert (signature.language, signature.name, signature.date) == ("en", "Dr Sato", "2026-11-24")
    assert len(signature.sha256) == 64


def test_a_signature_is_for_one_language(pack):
    pack_commands.sign(str(pack), "ja", "Dr Sato", TODAY)

    assert standings(pack) == {"en": Standing.UNSIGNED, "ja": Standing.SIGNED}


EDITS = [
    ("locales/en.po", "In an emergency, call", "In any emergency, call"),
    ("flags.json", '"level": "RED"', '"level": "ORANGE"'),
    ("prescreen.json", '"level": "STOP"', '"level": "REVIEW"'),
    ("emergency-numbers.json", '"JP": "119"', '"JP": "118"'),
    ("word-lists.json", '"chest pain"', '"chest ache"'),
    ("protocol.json", '"P3M"', '"P2M"'),
    ("faq.json", '"contentDate": "2026-11-24"', '"contentDate": "2026-11-25"'),
    ("facts.json", '"asOf": "2026-06"', '"asOf": "2026-07"'),
]


@pytest.mark.parametrize(("file", "old", "new"), EDITS)
def test_any_edit_voids_the_signature(pack, file, old, new):
    pack_commands.sign(str(pack), "en", "Dr Sato", TODAY)

    edit(pack / file, old, new)

    assert standings(pack)["en"] is Standing.VOID


def test_an_edit_of_one_language_leaves_the_others_signed(pack):
    for language in ("en", "ja"):
        pack_commands.sign(str(pack), language, "Dr Sato", TODAY)

    edit(pack / "locales/ja.po", "今すぐ助けを求めてください", "すぐに助けを求めてください")

    assert standings(pack) == {"en": Standing.SIGNED, "ja": Standing.VOID}


def test_signing_again_takes_the_place_of_the_void_signature(pack):
    pack_commands.sign(str(pack), "en", "Dr Sato", TODAY)
    edit(pack / "emergency-numbers.json", '"JP": "119"', '"JP": "118"')

    pack_commands.sign(str(pack), "en", "Dr Mori", TODAY)

    assert [one.name for one in read_signatures(pack)] == ["Dr Mori"]
    assert standings(pack)["en"] is Standing.SIGNED


def test_a_new_label_or_order_of_keys_voids_nothing(pack):
    pack_commands.sign(str(pack), "en", "Dr Sato", TODAY)
    path = pack / "flags.json"
    data = json.loads(path.read_text())

    path.write_text(json.dumps({**data, "status": "signed"}, sort_keys=True))

    assert standings(pack)["en"] is Standing.SIGNED


def test_the_hash_does_not_depend_on_the_order_of_keys_or_the_unicode_form():
    assert digest({"a": "é", "b": 1}) == digest({"b": 1, "a": "e\u0301"})


def test_a_pack_with_errors_is_not_signed(pack):
    edit(pack / "faq.json", '"F029"', '"F999"')

    with pytest.raises(pack_commands.NotSignable):
        pack_commands.sign(str(pack), "en", "Dr Sato", TODAY)


@pytest.mark.parametrize(("language", "name"), [("ko", "Dr Sato"), ("en", "  "), ("en", "x" * 121)])
def test_an_unknown_language_or_no_name_is_refused(pack, language, name):
    with pytest.raises(PackError):
        pack_commands.sign(str(pack), language, name, TODAY)


def test_check_warns_of_a_void_signature(pack):
    pack_commands.sign(str(pack), "en", "Dr Sato", TODAY)
    edit(pack / "emergency-numbers.json", '"JP": "119"', '"JP": "118"')

    [problem] = [one for one in check(str(pack)) if one.file == "signatures.json"]

    assert str(problem).startswith("signatures.json: en: the signature of Dr Sato is void")


def test_a_broken_file_of_signatures_is_said_in_one_line(pack):
    (pack / "signatures.json").write_text("{")

    with pytest.raises(PackError, match=r"signatures\.json: line 1"):
        pack_commands.status(str(pack))


def test_the_command_signs_and_says_so_as_json(pack):
    arguments = ["pack", "sign", str(pack), "--language", "en", "--name", "Dr Sato", "--json"]

    result = CliRunner().invoke(app, arguments)

    [row] = json.loads(result.output)
    assert (result.exit_code, row["state"], row["signer"]) == (0, "signed", "Dr Sato")


def test_the_status_ends_with_1_until_every_language_is_signed(pack):
    before = CliRunner().invoke(app, ["pack", "status", str(pack)])
    for language in ("en", "ja"):
        pack_commands.sign(str(pack), language, "Dr Sato", TODAY)

    after = CliRunner().invoke(app, ["pack", "status", str(pack)])

    assert (before.exit_code, after.exit_code) == (1, 0)
    assert "en: signed by Dr Sato on 2026-11-24" in after.output


@pytest.mark.parametrize(("env", "level"), [("production", Level.RED), ("demo", Level.NOTE)])
def test_the_doctor_says_which_language_nobody_has_signed(pack, env, level):
    settings = Settings(env=env, pack=pack, public_url="https://clinic.example")
    pack_commands.sign(str(pack), "en", "Dr Sato", TODAY)

    found = {(one.name, one.values["language"]): one.level for one in look_at_pack(settings)}

    assert found == {("pack_signed", "en"): Level.OK, ("pack_unsigned", "ja"): level}


@pytest.mark.parametrize("gap", ["", "\N{EN DASH}"])
def test_the_doctor_names_the_words_of_the_clinic_that_are_missing(gap):
    settings = Settings(env="production", public_url="https://clinic.example")
    own = {"clinic_emergency_phone": gap, "crisis_line": "TELL", "hosting_country": "Japan"}

    [finding] = look_at_words(settings, own, {"clinic_emergency_phone": gap})

    assert (finding.level, finding.values["names"]) == (Level.RED, "clinic_emergency_phone")


def test_the_shipped_pack_carries_no_signature():
    assert not Path("handlers/protocols/parkinson-cell-therapy/signatures.json").exists()
