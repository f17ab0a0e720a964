"""Options that read alike are found when a pack is checked, and keep it from being used."""

import pytest

from bot.surroundings import read_folder
from handlers.errors import PackError
from tests.packs.conftest import option
from tests.packs.further import SHORT, found
from tests.packs.test_check_command import write_po


def test_two_options_that_read_alike_are_refused_with_file_and_link_id(small):
    small.item["answerOption"].append(option("never", " No"))
    line = f"{SHORT}: well: option:never: reads as option:no does (en)"

    assert found(small) == [line]
    with pytest.raises(PackError, match="option:never: reads as option:no does"):
        read_folder(small.write())


def test_options_that_read_alike_in_one_language_only_are_found(small):
    small.files["protocol.json"]["languages"] = ["en", "ja"]
    for language, yes, no in (("en", "", ""), ("ja", "はい", "はい")):
        labels = [("short/well#option:yes", "Yes", yes), ("short/well#option:no", "No", no)]
        write_po(small, language, *labels)

    assert f"{SHORT}: well: option:no: reads as option:yes does (ja)" in found(small)


def test_an_option_that_reads_as_a_button_of_ours_is_warned_of(small):
    small.item["answerOption"].append(option("back", "Back"))

    [line] = found(small)
    assert "option:back: reads as a button beside it" in line
    assert read_folder(small.write()).protocol.id == "small"
