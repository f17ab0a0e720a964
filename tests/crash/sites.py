"""Where the product can be hit: every commit and every call of a service, read out of its code.

A site is "commit|http:module:function". It is found by walking the syntax trees of the five packages,
so that nobody can add a commit or a call without this list growing by it.
"""

import ast
import sys
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[2]
PACKAGES = ("bot", "handlers", "scheduler", "storage")
OWNERS = {"write": "database", "write_long": "database", "in_turn": "database", "save": "uow"}
"""What commits: `database.write(…)`, `.in_turn(…)` and `uow.save(…)`, whatever they are reached through."""

HANDS_ON = {ROOT / "storage" / "row_security.py"}
"""What commits for others alone: who calls it is the site."""

AS_SEEN_BY = {"of", "times", "nobody"}
"""How a database is asked for as a clinic sees it (storage/row_security.py)."""

SPEAKERS = {
    "_http": {"post", "get", "stream"},
    "client": {"post", "get", "stream", "data"},
}
"""What speaks to a service by its verbs; every method of python-telegram-bot's `bot` does."""


@cache
def generated():
    """Return every site by (path, function)."""
    found = {}
    for package in PACKAGES:
        for path in sorted({*(ROOT / package).rglob("*.py")} - HANDS_ON):
            for kind, name in _sites_in(path):
                module = ".".join(path.relative_to(ROOT).with_suffix("").parts)
                found[str(path), name] = f"{kind}:{module}:{name.replace('.<locals>', '')}"
    return found


def on_the_stack(kind, depth=2):
    """Return the sites of this kind that the running call comes through, the innermost first."""
    known, frame, found = generated(), sys._getframe(depth), []
    while frame is not None:
        code = frame.f_code
        site = known.get((code.co_filename, code.co_qualname))
        if site is not None and site.startswith(kind) and site not in found:
            found.append(site)
        frame = frame.f_back
    return tuple(found)


def _sites_in(path):
    finder = _Finder(path)
    finder.visit(ast.parse(path.read_text(encoding="utf-8")))
    return finder.found


def _seen_through(value):
    """Return the database behind one that is a clinic's: `database` of `database.of(clinic)`."""
    called = value.func if isinstance(value, ast.Call) else value
    return called.value if isinstance(called, ast.Attribute) and called.attr in AS_SEEN_BY else value


class _Finder(ast.NodeVisitor):
    """Notes the qualified name of each function that holds a site."""

    def __init__(self, path):
        self.path = path
        self.names = []
        self.found = []

    def visit_ClassDef(self, node):
        self._within([node.name], node)

    def visit_FunctionDef(self, node):
        self._within([node.name, "<locals>"], node)

    visit_AsyncFunctionDef = visit_FunctionDef  # noqa: N815

    def visit_Attribute(self, node):
        owner = ast.unparse(_seen_through(node.value)).rpartition(".")[2]
        if owner.endswith(OWNERS.get(node.attr, "\0")):
            self._note("commit")
        self.generic_visit(node)

    def visit_Call(self, node):
        if isinstance(node.func, ast.Attribute) and self._speaks(node.func):
            self._note("http")
        self.generic_visit(node)

    def _speaks(self, called):
        owner = ast.unparse(called.value).rpartition(".")[2]
        is_bot = owner in {"bot", "_bot"} and "channels" in self.path.parts
        return is_bot or called.attr in SPEAKERS.get(owner, ())

    def _within(self, names, node):
        self.names += names
        self.generic_visit(node)
        del self.names[-len(names) :]

    def _note(self, kind):
        name = ".".join(self.names).removesuffix(".<locals>")
        if name and (kind, name) not in self.found:
            self.found.append((kind, name))
