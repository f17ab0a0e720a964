"""A browser in words that its owner knows: "Firefox · Windows"."""

from collections.abc import Sequence
from typing import Final

_BROWSERS: Final = (
    *(("Edg", "Edge"), ("OPR", "Opera"), ("SamsungBrowser", "Samsung Internet"), ("Firefox", "Firefox")),
    *(("CriOS", "Chrome"), ("Chrome", "Chrome"), ("Safari", "Safari")),
)
"""The first that stands in a User-Agent counts: nearly all call themselves Safari, too."""

_SYSTEMS: Final = (
    *(("iPhone", "iPhone"), ("iPad", "iPad"), ("Android", "Android"), ("Windows", "Windows")),
    *(("Macintosh", "macOS"), ("CrOS", "ChromeOS"), ("Linux", "Linux")),
)


def browser_of(user_agent: str) -> str:
    """Return browser and system of a User-Agent, or "" if neither is known."""
    found = (_first(user_agent, _BROWSERS), _first(user_agent, _SYSTEMS))
    return " · ".join(name for name in found if name)


def _first(text: str, names: Sequence[tuple[str, str]]) -> str:
    return next((name for mark, name in names if mark in text), "")
