"""Mutations of JSON by structure, and of bytes without any regard for it; all drawn from one seed."""

import copy
import json

LONG = 3000
DIGITS = "@digits@"
"""Stands for a number with more digits than Python reads."""
JUNK = (
    *(DIGITS, None, True, False, 0, -1, 2**63, 10**400, 1e400, float("nan"), 0.1, "", " ", "0", "-1", "null"),
    *([], {}, [None], [[]], {"": None}, "\ud800", "\x00", "\u202e", "x" * LONG, "9" * LONG, ["x"] * 50),
    *("1792828800", "253402300799", "99999999999999", "messages", "text", "system", "edit", "failed"),
)
NAMES = (
    *("id", "type", "from", "from_user_id", "timestamp", "text", "body", "field", "value", "messages"),
    *("statuses", "errors", "contacts", "metadata", "phone_number_id", "system", "group_id", "context"),
    *("message", "chat", "callback_query", "data", "date", "update_id", "", "__proto__", "\ud800"),
)


def mutated(body, others, chance):
    """Return a copy of a body in which a few things are otherwise, some taken from other bodies."""
    changed = copy.deepcopy(body)
    for _ in range(chance.choice((1, 1, 2, 3, 5))):
        places = list(_places(changed))
        if places:
            chance.choice(_WAYS)(*chance.choice(places), others, chance)
    return changed


def damaged(raw, chance):
    """Return bytes in which a few things are otherwise, wherever they stand."""
    changed = bytearray(raw)
    for _ in range(chance.choice((1, 1, 2, 4, 16))):
        at, size = chance.randrange(len(changed) + 1), chance.choice((1, 2, 7, 60))
        piece = changed[at : at + size]
        kinds = (b"", piece * 2, bytes(reversed(piece)), chance.randbytes(size), _flipped(piece, chance))
        changed[at : at + size] = chance.choice(kinds)
    return bytes(changed[: chance.randrange(len(changed) + 1)]) if chance.random() < 0.1 else bytes(changed)


def written(value, chance):
    """Return a value as JSON in one of the ways in which JSON may be written."""
    is_escaped, indent = chance.random() < 0.8, chance.choice((None, None, 1))
    text = json.dumps(value, ensure_ascii=is_escaped, indent=indent).replace(f'"{DIGITS}"', "9" * 5000)
    return text.encode("utf-8", "surrogatepass")


def deep(depth, chance):
    """Return JSON text nested so deeply."""
    opening, closing = chance.choice((("[", "]"), ('{"a":', "}"), ('{"entry":[', "]}")))
    return f"{opening * depth}1{closing * depth}".encode()


def _flipped(piece, chance):
    return bytes(byte ^ (1 << chance.randrange(8)) for byte in piece)


def _places(value):
    """Yield (holder, key) of everything inside a value."""
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, held in inner:
        yield value, key
        yield from _places(held)


def _junk(holder, key, others, chance):
    holder[key] = copy.deepcopy(chance.choice(JUNK))


def _gone(holder, key, others, chance):
    del holder[key]


def _foreign(holder, key, others, chance):
    places = list(_places(chance.choice(others)))
    there, name = chance.choice(places)
    holder[key] = copy.deepcopy(there[name])


def _repeated(holder, key, others, chance):
    if isinstance(holder, list):
        holder.extend(copy.deepcopy(holder[: chance.choice((1, 20))]))
    else:
        holder[chance.choice(NAMES)] = copy.deepcopy(holder[key])


def _wrapped(holder, key, others, chance):
    for _ in range(chance.choice((1, 1, 3, 40))):
        holder[key] = [holder[key]] if chance.random() < 0.5 else {chance.choice(NAMES): holder[key]}


def _unwrapped(holder, key, others, chance):
    held = holder[key]
    inner = list(held.values()) if isinstance(held, dict) else held
    if isinstance(inner, list) and inner:
        holder[key] = chance.choice(inner)


def _retyped(holder, key, others, chance):
    held = holder[key]
    if isinstance(held, str):
        holder[key] = int(held) if held.isascii() and held.isdecimal() else [held]
    else:
        holder[key] = str(held)


def _renamed(holder, key, others, chance):
    if isinstance(holder, dict):
        holder[chance.choice(NAMES)] = holder.pop(key)


_WAYS = (_junk, _junk, _gone, _foreign, _foreign, _repeated, _wrapped, _unwrapped, _retyped, _renamed)
