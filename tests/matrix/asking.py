"""One cell of the matrix: who asks which route about whose record, and what may come of it."""

import re
import zipfile
from dataclasses import dataclass, field
from io import BytesIO

from starlette.routing import Mount, Route

from bot.console.access import Right, Role, rights_of
from bot.console.desk import SIGN_IN
from tests.canaries.scanner import MARK, found_in
from tests.matrix.needs import OPEN, SIGNED_IN, TOKEN, Needs

OWN_WORD, SECRET = "Ownbird", "Whisperbird"
"""What stands in the own clinic's records, and in the answers there that nurses and doctors alone see."""
FOREIGN_WORD = MARK
OUTSIDE = ("signed out", "ended session", "disabled member", "other clinic's session")
WHO = (*Role, *OUTSIDE)
_ID = re.compile(r"\{(\w+)(?::path)?\}")


@dataclass(frozen=True)
class Cell:
    """Somebody asks a route about a record: their own clinic's, a foreign one, or one that there is not."""

    route: str
    needs: Needs
    who: str
    about: str

    @property
    def may(self):
        """Say whether the role has the right."""
        return self.who in set(Role) and _has(self.needs.right, rights_of(self.who, demo=False))

    @property
    def sees_restricted(self):
        return self.may and Right.SEE_SENSITIVE in rights_of(self.who, demo=False)

    @property
    def changes(self):
        return not self.route.startswith("GET ")

    def __str__(self):
        return f"{self.route} by {self.who} about {self.about}"


@dataclass
class Found:
    """What the cells came to."""

    cells: int = 0
    faults: list = field(default_factory=list)
    foreign: int = 0
    restricted: int = 0
    seen: int = 0
    answers: dict = field(default_factory=dict)
    statuses: dict = field(default_factory=dict)

    def note(self, cell, answer, ids):
        """Judge an answer: its status, and every word in it."""
        self.cells += 1
        if reason := wrong(cell, answer):
            self.faults.append(f"{cell}: {reason}")
        content = unpacked(answer.content)
        self.seen += OWN_WORD.encode() in content
        if found_in(content):
            self.foreign += 1
            self.faults.append(f"{cell}: shows a foreign clinic's words")
        if SECRET.encode() in content and not cell.sees_restricted:
            self.restricted += 1
            self.faults.append(f"{cell}: shows a restricted answer")
        about = "assigned" if cell.needs.assigned else "own"
        if cell.needs.shows and cell.may and cell.about == about and OWN_WORD.encode() not in content:
            self.faults.append(f"{cell}: shows nothing of the record")
        self._compare(cell, answer, ids)
        if cell.needs.right == OPEN and " /console" not in cell.route:
            alone = self.statuses.setdefault((cell.route, cell.about), answer.status_code)
            if alone != answer.status_code:
                self.faults.append(f"{cell}: {answer.status_code}, to others {alone}")

    def _compare(self, cell, answer, ids):
        """Hold what is foreign to what is not there: nobody may learn the difference."""
        not_theirs = cell.needs.assigned and cell.may and cell.about == "own"
        is_none_of_theirs = cell.about in {"foreign", "unknown"} or not_theirs
        if not is_none_of_theirs or cell.needs.right == TOKEN:  # too many tries without one are a 429
            return
        place = (cell.route, cell.who)
        text = f"{answer.status_code} {answer.headers.get('location', '')} {answer.text}"
        for name in sorted(ids.values(), key=len, reverse=True):
            text = text.replace(name, "ID")
        if self.answers.setdefault(place, text) != text:
            self.faults.append(f"{cell}: tells a foreign record from one that there is not")


def wrong(cell, answer):
    """Return what is wrong with a status, or nothing."""
    status = answer.status_code
    if status >= 500 and status not in cell.needs.own:
        return f"failed with {status}"
    if cell.needs.right == OPEN:
        return ""
    if cell.needs.right == TOKEN:
        return "" if status in {401, 429} else f"{status} without a program's token"
    if cell.who in OUTSIDE:
        to_sign_in = status == 303 and answer.headers["location"] == SIGN_IN
        return "" if to_sign_in else f"{status} instead of the way to the sign-in"
    if not cell.may:
        return "" if status == 403 else f"{status} instead of 403"
    is_theirs = cell.about == ("assigned" if cell.needs.assigned else "own")
    if is_theirs and status not in cell.needs.own:
        return f"{status} instead of {cell.needs.own}"
    return "" if status not in {401, 403} else f"{status}, but the role has the right"


NO_RECORD = frozenset({"token", "link", "tag", "path", "name", "account", "way", "ident", "number", "end"})
"""What an address names besides records."""


def has_record(route, needs):
    """Say whether a route is asked about a record, so that it can be a foreign one."""
    named = set(_ID.findall(route)) - NO_RECORD
    return bool(named) or any(value.startswith("$") for value in needs.form.values())


def filled(route, needs, ids):
    """Return a route's method and path and its form, with ids in their places."""
    method, path = route.split(" ", 1)
    form = {name: ids[text[1:]] if text.startswith("$") else text for name, text in needs.form.items()}
    return method, _ID.sub(lambda found: ids[found[1]], path), form


def unpacked(content):
    """Return a body with the members of a ZIP (an XLSX is one) behind it."""
    if not content.startswith(b"PK"):
        return content
    with zipfile.ZipFile(BytesIO(content)) as packed:
        return content + b"".join(packed.read(name) for name in packed.namelist())


def routes_of(app):
    """Yield every route of an application as "METHOD path"; what is no plain route is named as it is."""
    for route in app.routes:
        inner = getattr(route, "original_router", None)
        if inner is not None:
            yield from routes_of(inner)
        elif isinstance(route, Mount) and hasattr(route.app, "routes"):
            yield from (one.replace(" ", f" {route.path}", 1) for one in routes_of(route.app))
        elif isinstance(route, Route):
            yield from (f"{method} {route.path}" for method in sorted(route.methods - {"HEAD"}))
        else:
            yield f"{type(route).__name__} {getattr(route, 'path', '')}"


def _has(right, rights):
    return right == SIGNED_IN or right in rights
