"""Pictures that come together are one delivery, and a photo of a paper is better sent as a file."""

from dataclasses import replace

import pytest

from handlers.core.changes import AddDocument, Queue
from handlers.core.events import Fetched, FileKind, SentDocument
from handlers.core.internal import UPLOADED
from handlers.core.papers import DocumentState, Paper, Verdict
from handlers.core.values import ChannelKind, ContactPoint, FollowUpId
from tests.handlers.desk import Desk
from tests.handlers.paths import submitted
from tests.handlers.test_documents import asked_for_papers, papers

PHOTO = SentDocument("photo-1", FileKind.PHOTO, mime="image/jpeg", size=1000)
SMALLER = "make photos smaller"
_NO_ISOLATES = dict.fromkeys((0x2068, 0x2069))


def album(size: int, name: str = "7") -> tuple[Desk, list[str]]:
    """Return a desk whose patient sent an album of which nothing is in yet, and its documents."""
    desk = submitted()
    for number in range(size):
        desk.take(replace(PHOTO, ref=f"photo-{number}", album=name))
    sent = desk.of(AddDocument)[-size:]
    papers = tuple(Paper(one.id, "unsorted", DocumentState.PENDING, one.at, album=one.album) for one in sent)
    desk.case = replace(desk.case, papers=papers)
    return desk, [one.id for one in sent]


def fetch(desk: Desk, document: str, *, stored: bool = True, reason: str = "") -> list[tuple[str, str]]:
    """Let a file come in or fail; return what is said of it, with the key under which it is said once."""
    state = DocumentState.STORED if stored else DocumentState.REFUSED
    verdict = Verdict.LOCKED if reason == "locked" else Verdict.OPEN
    papers = [replace(p, state=state, verdict=verdict) if p.id == document else p for p in desk.case.papers]
    desk.case, before = replace(desk.case, papers=tuple(papers)), len(desk.log)
    desk.take(Fetched(document, stored=stored, reason=reason))
    return [
        (one.body.text.translate(_NO_ISOLATES), one.dedupe_key)
        for one in desk.log[before:]
        if isinstance(one, Queue)
    ]


def test_that_an_album_is_in_is_said_once_with_its_last_picture():
    desk, documents = album(10)

    said = [fetch(desk, document) for document in documents]

    assert [len(one) for one in said] == [0] * 9 + [1]
    assert "safely in: 10" in said[-1][0][0]


@pytest.mark.parametrize("failing", [{"stored": False, "reason": "gone"}, {"reason": "locked"}])
@pytest.mark.parametrize("place", [0, 2])
def test_a_picture_of_an_album_that_fails_is_said_and_the_others_are_in(failing, place):
    desk, documents = album(3)

    said = [fetch(desk, one, **(failing if n == place else {})) for n, one in enumerate(documents)]

    texts = [text for one in said for text, _ in one]
    assert [("in: 2" in text) for text in texts] == [False, True]


def test_a_picture_of_an_album_that_comes_late_is_said_under_the_same_key_and_on_our_page_anew():
    for name, again in (("7", 1), (f"{UPLOADED}link", 2)):
        desk, documents = album(3, name)
        late = desk.case.papers[2]
        desk.case = replace(desk.case, papers=desk.case.papers[:2])
        first = [fetch(desk, one) for one in documents[:2]][-1]
        desk.case = replace(desk.case, papers=(*desk.case.papers, late))

        assert len({key for _, key in (*first, *fetch(desk, documents[2]))}) == again


def test_dark_pictures_of_an_album_are_hinted_at_under_one_key():
    desk, documents = album(3)

    said = [fetch(desk, one, reason="dark") for one in documents]

    assert len({key for _, key in (said[0] + said[1])}) == 1
    assert "safely in: 3" in said[2][-1][0]


def photographed(channel: ChannelKind, sent: SentDocument = PHOTO) -> str:
    """Return what is said to a photo that answers the question for a paper."""
    desk = asked_for_papers(papers("image/jpeg", "application/pdf"))
    contact = replace(desk.case.contact, point=ContactPoint(channel, "main", "here"))
    desk.case, desk.channel = replace(desk.case, contact=contact), channel
    return desk.take(sent)[0].text


@pytest.mark.parametrize("channel", [ChannelKind.TELEGRAM, ChannelKind.WHATSAPP])
def test_a_photo_of_a_paper_that_the_service_makes_smaller_gets_the_tip_to_send_it_as_a_file(channel):
    assert SMALLER in photographed(channel)


@pytest.mark.parametrize(
    ("channel", "changed"),
    [
        (ChannelKind.WEB, {}),
        (ChannelKind.TELEGRAM, {"kind": FileKind.DOCUMENT}),
        (ChannelKind.TELEGRAM, {"ref": f"{UPLOADED}a"}),
    ],
)
def test_what_comes_as_it_is_gets_no_tip(channel, changed):
    assert SMALLER not in photographed(channel, replace(PHOTO, **changed))


def test_the_tip_is_given_once_per_paper_and_not_for_what_a_check_in_asks_a_photo_of():
    desk = asked_for_papers(papers("image/jpeg"))
    point = ContactPoint(ChannelKind.TELEGRAM, "main", "here")
    known = Paper("d", "doc.letter", DocumentState.STORED, desk.clock.time)
    desk.case = replace(desk.case, contact=replace(desk.case.contact, point=point))
    wound = replace(desk.case, responses=(replace(desk.case.responses[0], follow_up=FollowUpId("f")),))

    for case in (wound, replace(desk.case, papers=(known,))):
        desk.case, desk.channel = case, ChannelKind.TELEGRAM
        assert SMALLER not in desk.take(PHOTO)[0].text
