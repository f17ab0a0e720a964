"""The n-th body of a seed: always the same one, so that what was found can be found again."""

from dataclasses import dataclass
from random import Random

from tests.fuzz import mutate, telegram, whatsapp

SENDERS = [str(12025550200 + n) for n in range(40)]
SPEAKING = 0.2
"""The share of untouched items that are messages, the others are receipts: those cost less to take."""
MOST = 1000
"""Updates that Meta puts into one delivery at the most."""


@dataclass(frozen=True)
class Sent:
    """One body. `beside` is the id of an untouched item in it; "" where there is none."""

    service: str
    raw: bytes
    beside: str = ""


def body(seed, number):
    """Return the body with this number."""
    chance = Random(f"{seed}:{number}")
    kind = chance.random()
    if kind < 0.12:
        return Sent("telegram", _telegram(chance))
    if kind < 0.3:
        given = mutate.written(_whatsapp(chance), chance)
        return Sent("whatsapp", mutate.damaged(given, chance))
    if kind < 0.302:
        return Sent("whatsapp", mutate.deep(chance.choice((50, 900, 5000, 200_000)), chance))
    if kind < 0.3025:
        return _crowded(chance, f"wamid.N{number}")
    return _beside(_whatsapp(chance), chance, f"wamid.N{number}")


def _beside(given, chance, name):
    """Return a body that holds an untouched entry next to what was mutated."""
    changed = mutate.mutated(given, whatsapp.BODIES, chance)
    says = chance.choice(whatsapp.SAID) if chance.random() < SPEAKING else ""
    mine = whatsapp.neighbour(name, chance.choice(SENDERS), says=says)
    entries = changed.get("entry") if isinstance(changed, dict) else None
    whole = {"object": "whatsapp_business_account", "entry": [mine, entries]}
    if isinstance(entries, list):
        whole = changed | {"entry": [*entries, mine]}
    return Sent("whatsapp", mutate.written(whole, chance), name)


def _crowded(chance, name):
    found = [chance.choice(whatsapp.BODIES)["entry"] for _ in range(chance.choice((100, MOST)) // 10)]
    given = {"object": "whatsapp_business_account", "entry": [entry for one in found for entry in one]}
    return _beside(given, chance, name)


def _whatsapp(chance):
    return _from_somebody(chance.choice(whatsapp.BODIES), chance)


def _from_somebody(given, chance):
    """Return a body whose people are drawn anew, so that many conversations go on side by side."""
    who, one = chance.choice(SENDERS), f"wamid.{chance.randrange(10**9)}"
    swaps = {whatsapp.PHONE: who, whatsapp.USER: f"US.{who}", "wamid.IN0001": one}
    return _swapped(given, swaps)


def _swapped(value, swaps):
    if isinstance(value, dict):
        return {name: _swapped(held, swaps) for name, held in value.items()}
    if isinstance(value, list):
        return [_swapped(held, swaps) for held in value]
    return swaps.get(value, value) if isinstance(value, str) else value


def _telegram(chance):
    given = dict(chance.choice(telegram.BODIES))
    changed = mutate.mutated(given, telegram.BODIES, chance)
    raw = mutate.written(changed, chance)
    return mutate.damaged(raw, chance) if chance.random() < 0.3 else raw
