import pytest

from bot.console.access import Right, Role, rights_of
from bot.console.desk import own_path
from bot.console.paperwork import size_text
from bot.console.render import city_of, language_name, local_moment, wall_time
from bot.disposition import disposition
from storage.views.listing import initials_of
from tests.console.samples import NOW


@pytest.mark.parametrize(
    ("name", "header"),
    [
        ("scan.pdf", "attachment; filename=\"scan.pdf\"; filename*=UTF-8''scan.pdf"),
        ("処方箋.pdf", "attachment; filename=\"___.pdf\"; filename*=UTF-8''%E5%87%A6%E6%96%B9%E7%AE%8B.pdf"),
        ('a"\r\nb', "attachment; filename=\"a_b\"; filename*=UTF-8''a%22b"),
    ],
)
def test_a_files_name_cannot_break_the_header(name, header):
    assert disposition(name) == header


@pytest.mark.parametrize(
    ("size", "text"),
    [(None, "\N{EN DASH}"), (0, "0 B"), (999, "999 B"), (1400, "1.4 kB"), (2_500_000, "2.5 MB")],
)
def test_sizes_are_said_as_people_say_them(size, text):
    assert size_text(size) == text


@pytest.mark.parametrize(
    ("name", "initials"),
    [("Anna Maria Rossi", "AR"), ("Madonna", "M"), ("", ""), ("田中 和子", "田和")],
)
def test_a_list_shows_initials_only(name, initials):
    assert initials_of(name) == initials


@pytest.mark.parametrize(
    ("path", "kept"),
    [
        ("/console/patients/p1", "/console/patients/p1"),
        ("//evil.example", "/console/"),
        ("https://evil.example", "/console/"),
        ("/console//evil.example", "/console/"),
        ("/chat", "/console/"),
    ],
)
def test_a_redirect_stays_inside_the_console(path, kept):
    assert own_path(path) == kept


def test_times_are_said_in_the_readers_language():
    assert local_moment(NOW, "Asia/Tokyo", "en") == "24 Nov 2026, 10:00"
    assert local_moment(NOW, "Asia/Tokyo", "ja") == "2026年11月24日 10:00"


def test_a_planned_time_is_said_with_its_weekday():
    assert wall_time("2026-12-24T10:00", "en") == "24 Dec 2026 (Thu) 10:00"


def test_places_and_languages_have_names():
    assert (city_of("Asia/Tokyo", "ja"), language_name("zh-Hans", "en")) == ("東京", "Chinese (Simplified)")


def test_a_language_that_nobody_knows_is_shown_by_its_code():
    assert language_name("xx-nonsense", "en") == "xx-nonsense"


def test_only_doctors_close_flags():
    closing = {role for role in Role if Right.CLOSE_FLAGS in rights_of(role, demo=False)}

    assert closing == {Role.DOCTOR}


def test_the_administrator_sees_no_patient_outside_demo():
    assert Right.SEE_PATIENTS not in rights_of(Role.ADMINISTRATOR, demo=False)


def test_in_demo_the_administrator_may_try_everything():
    assert rights_of(Role.ADMINISTRATOR, demo=True) == frozenset(Right)


def test_an_unknown_role_may_nothing():
    assert rights_of("owner", demo=True) == frozenset()
