"""What lives as long as the process, out of the garbage collector's way.

Packs, texts and tables are some hundred thousand objects. Looking through them again and again costs
one answer a tenth of its time, and stops everything for 50 ms now and then.
"""

import gc
from typing import Final

YOUNG: Final = 5_000
"""So many new objects are worth a look; an answer makes some hundreds, nearly all gone by themselves."""


def settle() -> None:
    """Set aside all that is loaded; to be called once, before the work begins.

    Source: the gc module's documentation on `freeze` and `set_threshold`.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(YOUNG, 10, 10)
