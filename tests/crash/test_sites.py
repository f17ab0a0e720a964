"""Every commit and every call of a service is either hit by the crash runs or left to other tests."""

import ast

from tests.crash.scope import ELSEWHERE, HIT
from tests.crash.sites import _Finder, generated


def found_in(code, path):
    finder = _Finder(path)
    finder.visit(ast.parse(code))
    return finder.found


def test_the_lists_name_every_site_in_the_code_once():
    assert sorted(set(generated().values())) == sorted([*HIT, *ELSEWHERE])


def test_a_commit_and_a_call_are_found_wherever_they_stand(tmp_path):
    code = (
        "class A:\n    async def f(self):\n        return await self._database.write(lambda conn: 1)\n"
        "async def g(base):\n    async def inner():\n        await base.stores.uow.save(1, 2)\n"
        "async def h(client):\n    async with client.stream('GET', 'x'):\n        pass\n"
    )

    assert found_in(code, tmp_path / "a.py") == [
        ("commit", "A.f"),
        ("commit", "g.<locals>.inner"),
        ("http", "h"),
    ]
