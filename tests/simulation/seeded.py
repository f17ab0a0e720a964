"""What the product leaves to chance, drawn by a seed: what is due at one moment is taken up in its order."""

import random
from contextlib import contextmanager
from dataclasses import dataclass

from storage import keys, row_ids


@contextmanager
def rows_named_by(seed):
    """Draw the ids of rows."""
    usual, row_ids.secrets = row_ids.secrets, _Drawn(random.Random(f"rows/{seed}"))
    try:
        yield
    finally:
        row_ids.secrets = usual


@contextmanager
def keys_drawn_by(seed):
    """Draw keys, too: the hashes by which addresses and items are known come of them."""
    usual, keys.os = keys.os, _Drawn(random.Random(f"keys/{seed}"))
    try:
        yield
    finally:
        keys.os = usual


@dataclass(frozen=True)
class _Drawn:
    """Stands for the modules `secrets` and `os` where they give what nobody can guess."""

    rng: random.Random

    def token_hex(self, size):
        return self.rng.randbytes(size).hex()

    def urandom(self, size):
        return self.rng.randbytes(size)
