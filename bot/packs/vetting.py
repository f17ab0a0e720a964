"""What `yorisoi check` finds in a pack that was loaded, and what it would do to whoever is answering."""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from bot.check_command import check
from handlers.core.problems import Problem, Severity
from handlers.errors import PackError
from storage.pack_files import PROTOCOL, ProtocolFile, read_model
from storage.protocols import questionnaire_files
from storage.questionnaires import Edition

_LABELS = frozenset({"title", "status", "date", "purpose", "publisher", "description", "copyright"})
"""Fields of a questionnaire that change nothing in what is asked."""


_MISSING, _UNTRANSLATED = "the text is missing", "is not translated"


def vetted(folder: Path, kept: Sequence[Edition]) -> tuple[str, tuple[Problem, ...]]:
    """Return the pack's own version and everything that is wrong with it, errors first.

    `kept` are the questionnaires that were ever asked: one that was changed needs a version of its own, so
    that whoever has begun it can finish it as it was.
    """
    found = list(_once([*_without_version(folder, kept), *check(str(folder))]))
    found.sort(key=lambda one: one.severity is not Severity.ERROR)
    try:
        version = read_model(folder, PROTOCOL, ProtocolFile).version
    except PackError:
        version = ""
    return version, tuple(found)


def _once(found: Sequence[Problem]) -> Iterator[Problem]:
    """Yield what is said of a place, a missing text of a questionnaire once: two checks look for it."""
    missing = {(one.file, one.link_id) for one in found if one.reason == _MISSING}
    for one in found:
        if one.reason != _UNTRANSLATED or (one.file, one.link_id) not in missing:
            yield one


def _without_version(folder: Path, kept: Sequence[Edition]) -> Iterator[Problem]:
    known = {(one.url, one.version): one.content for one in kept}
    try:
        forms = questionnaire_files(folder)
    except PackError:
        return  # `check` says it better
    for form, content in forms:
        before = known.get((form.url, form.version))
        if before is not None and _asked(before) != _asked(content):
            reason = f"it asks something else, and is still version {form.version}: give it a new version"
            yield Problem(form.source, "", reason)


def _asked(content: Mapping[str, Any]) -> Mapping[str, Any]:
    return {name: value for name, value in content.items() if name not in _LABELS}
