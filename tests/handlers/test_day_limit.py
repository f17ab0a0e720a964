"""More files in a day than are taken: said in words, a task for staff, and nothing kept of them."""

from dataclasses import replace

import pytest

from handlers.core.changes import AddDocument, OpenTask
from handlers.core.day_limit import Came
from handlers.core.events import FileKind, SentDocument, TooManyFiles
from handlers.core.internal import UPLOADED, read_internal, too_many_item
from handlers.core.values import Purpose
from tests.handlers.desk import NOON
from tests.handlers.paths import submitted

PHOTO = SentDocument("photo-1", FileKind.PHOTO, mime="image/jpeg", size=1000)


def full():
    desk = submitted()
    desk.case = replace(desk.granting(Purpose.VOICE), came=(Came(desk.clock.time),) * 500)
    return desk


@pytest.mark.parametrize("kind", [FileKind.PHOTO, FileKind.DOCUMENT, FileKind.VOICE])
def test_the_day_is_full_and_each_file_is_answered_in_words(kind):
    desk = full()

    [said] = desk.take(replace(PHOTO, kind=kind))

    assert "tomorrow" in said.text
    assert desk.of(AddDocument) == []
    assert [one.kind for one in desk.of(OpenTask)][-1] == "too-many-files"


def test_what_our_own_page_has_taken_is_kept():
    desk = full()

    desk.take(replace(PHOTO, ref=f"{UPLOADED}a.b"))

    assert len(desk.of(AddDocument)) == 1


def test_our_pages_word_that_it_took_no_more_opens_the_same_task():
    desk = full()

    assert desk.take(read_internal(too_many_item("a", at=NOON)).what) == []
    assert read_internal(too_many_item("a", at=NOON)).what == TooManyFiles()
    assert desk.of(OpenTask)[-1].kind == "too-many-files"
