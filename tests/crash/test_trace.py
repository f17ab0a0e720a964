"""The reader of system-call traces sees an acknowledgement that came too early."""

import pytest

from tests.crash.system_calls import Order, ServerOrder

READ = '7 recvfrom(20<socket:[1]>, "POST /webhooks/whatsapp/main HTTP/1.1", 262144, 0, NULL, NULL) = 40'
SYNC = "8 fdatasync(9</tmp/yorisoi.db-wal>) = 0"
BEGUN = "8 fdatasync(9</tmp/yorisoi.db-wal> <unfinished ...>"
ENDED = "8 <... fdatasync resumed>) = 0"
SAID = '7 sendto(20<socket:[1]>, "HTTP/1.1 200 OK", 15, 0, NULL, 0) = 15'
GIVEN = r'7 recvfrom(17<socket:[2]>, "{\"result\":[{\"update_id\":700}]}", 2621, 0, NULL, NULL) = 40'
MOVED = '7 sendto(17<socket:[2]>, "timeout=3&limit=100&offset=701", 30, 0, NULL, 0) = 30'
COMMITTED = r'7 recvfrom(12<socket:[3]>, "C\0\0\0\vCOMMIT\0Z\0\0\0\5I", 262144, 0, NULL, NULL) = 18'


def seen(*lines, is_sqlite=True):
    order = Order(is_sqlite=is_sqlite)
    for number, line in enumerate(lines):
        order.note(number, line.split(" ", 1)[0], line)
    return sum(order.seen.values()), len(order.wrong)


@pytest.mark.parametrize(
    ("lines", "found"),
    [
        ((READ, SYNC, SAID), (1, 0)),
        ((READ, SAID, SYNC), (1, 1)),
        ((SYNC, READ, SAID), (1, 1)),
        ((READ, BEGUN, ENDED, SAID), (1, 0)),
        ((READ, BEGUN, SAID, ENDED), (1, 1)),
        ((BEGUN, READ, ENDED, SAID), (1, 1)),
        ((GIVEN, SYNC, MOVED), (1, 0)),
        ((GIVEN, MOVED, SYNC), (1, 1)),
        ((MOVED,), (0, 0)),
    ],
)
def test_an_acknowledgement_needs_an_fsync_that_began_after_the_delivery_and_has_ended(lines, found):
    assert seen(*lines) == found


@pytest.mark.parametrize(
    ("lines", "found"),
    [((READ, COMMITTED, SAID), (1, 0)), ((READ, SAID, COMMITTED), (1, 1)), ((READ, SYNC, SAID), (1, 1))],
)
def test_on_postgresql_its_commit_must_have_come_back(lines, found):
    assert seen(*lines, is_sqlite=False) == found


ADDED = r'9 sendto(9<socket:[4]>, "C\0\0\0\17INSERT 0 1\0Z\0\0\0\5T", 22, 0, NULL, 0) = 22'
ASKED = r'9 recvfrom(9<socket:[4]>, "Q\0\0\0\fCOMMIT;\0", 8192, 0, NULL, NULL) = 13'
LOGGED = "9 fdatasync(46</var/data/pg_wal/000000010000000000000001>) = 0"
TOLD = r'9 sendto(9<socket:[4]>, "C\0\0\0\vCOMMIT\0Z\0\0\0\5I", 18, 0, NULL, 0) = 18'


@pytest.mark.parametrize(
    ("lines", "found"),
    [
        ((ADDED, ASKED, LOGGED, TOLD), (1, 0)),
        ((ADDED, ASKED, TOLD, LOGGED), (1, 1)),
        ((ADDED, LOGGED, ASKED, TOLD), (1, 1)),
        ((ASKED, TOLD), (0, 0)),
    ],
)
def test_the_server_has_its_log_on_the_disk_before_it_says_that_something_is_committed(lines, found):
    order = ServerOrder()
    for number, line in enumerate(lines):
        order.note(number, "9", line)
    assert (order.seen, len(order.wrong)) == found
