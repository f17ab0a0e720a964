"""Nothing goes around the ports: the lint finds each way of doing so, and the product has none."""

import pytest

from tools.ports import findings_in, main, needless

AROUND = [
    ("from datetime import datetime\nnow = datetime.now()", "clock"),
    ("import datetime\nnow = datetime.datetime.now(datetime.UTC)", "clock"),
    ("import datetime as d\nnow = d.datetime.utcnow()", "clock"),
    ("from datetime import date\ntoday = date.today()", "clock"),
    ("import time\nnow = time.time()", "clock"),
    ("from time import monotonic as tick\nnow = tick()", "clock"),
    ("import asyncio\nnow = asyncio.get_running_loop().time()", "clock"),
    ("import uuid", "chance"),
    ("from random import random", "chance"),
    ("import secrets as s", "chance"),
    ("import os\nkey = os.urandom(16)", "chance"),
    ("import asyncio\nasync def nap(): await asyncio.sleep(1)", "wait"),
    ("from asyncio import sleep", "wait"),
    ("import asyncio\nsleep = asyncio.sleep", "wait"),
    ("import httpx", "network"),
    ("from urllib import request", "network"),
    ("from sqlalchemy import func\nnow = func.now()", "SQL time"),
    ("query = 'SELECT now() FROM inbox'", "SQL time"),
    ("column = text('DEFAULT CURRENT_TIMESTAMP')", "SQL time"),
    ("words = open('words.txt')", "files"),
    ("def words(path): return path.read_text()", "files"),
]
STRAIGHT = [
    "async def due(clock): await clock.sleep_until(clock.now())",
    "import asyncio\nasync def let_others_run(): await asyncio.sleep(0)",
    '"""Never the database\'s now()."""',
    "from datetime import datetime\nthen = datetime.fromisoformat('2026-11-24')",
    "def told(world): return world.now",
]


@pytest.mark.parametrize(("source", "kind"), AROUND)
def test_going_around_a_port_is_found(source, kind):
    assert {finding.kind for finding in findings_in(source, "handlers/snippet.py")} == {kind}


@pytest.mark.parametrize("source", STRAIGHT)
def test_going_through_a_port_is_fine(source):
    assert findings_in(source, "handlers/snippet.py") == []


def test_what_a_file_is_allowed_is_not_found_there():
    assert findings_in("import secrets", "bot/ids.py", frozenset({"chance"})) == []


def test_an_allowance_that_nobody_needs_is_found():
    assert needless("import secrets", "bot/ids.py", frozenset({"chance", "wait"})) == ["wait"]


def test_the_product_goes_through_its_ports(capsys):
    main(["bot", "handlers", "scheduler", "storage", "locales"])

    assert capsys.readouterr().out == ""
