"""What the product leaves to chance, drawn by a seed: what is due at one moment is taken up in its order."""

import random
from contextlib import contextmanager
from dataclasses import dataclass

from storage import keys, row_ids


def rows_named_by(seed):
    """Draw the ids of rows."""
    return _drawn(row_ids, "secrets", f"rows/{seed}")


def keys_drawn_by(seed):
    """Draw keys, too: the hashes by which addresses and items are known come of them."""
    return _drawn(keys, "os", f"keys/{seed}")


@contextmanager
def _drawn(module, name, seed):
    usual = getattr(module, name)
    setattr(module, name, _Drawn(random.Random(seed)))
    try:
        yield
    finally:
        setattr(module, name, usual)


@dataclass(frozen=True)
class _Drawn:
    """Stands for the modules `secrets` and `os` where they give what nobody can guess."""

    rng: random.Random

    def token_hex(self, size):
        return self.rng.randbytes(size).hex()

    def urandom(self, size):
        return self.rng.randbytes(size)
