"""`python -m tests.crash.zygote`: has imported everything, and forks a life for each line it is given.

A start takes two seconds, of which the product itself needs a few hundredths. What is the same in
every life (modules, texts, pack, certificates) is read here, once.
"""

import gc
import json
import os
import signal
import sys
from functools import cache

import bot.surroundings
from tests.crash import life
from tests.crash.bound import bound
from tests.crash.sites import generated
from tests.crash.warm import keep_what_is_made_once, live_once

SCRATCH = "SCRATCH_DATABASE_URL"
"""Where the zygote lives once before it forks; without it, on a SQLite file."""


def main():
    """Warm up, say so, and fork until the input ends."""
    keep_what_is_made_once()
    _keep_what_is_always_the_same()
    live_once(os.environ.pop(SCRATCH, ""))
    generated()
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    gc.collect()
    gc.freeze()
    bind = bound()
    _say({"ready": True})
    for line in sys.stdin:
        order = json.loads(line)
        if os.fork() == 0:
            bind()
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            life.live(order)


def _keep_what_is_always_the_same():
    surroundings = bot.surroundings
    surroundings.read_pack = cache(surroundings.read_pack)
    surroundings.Catalogs = _once(surroundings.Catalogs)
    surroundings.text_problems = _once(surroundings.text_problems)
    surroundings.words_of = _once(surroundings.words_of)
    if "YORISOI_PACK" in os.environ:
        folder = surroundings.pack_folder(os.environ["YORISOI_PACK"])
        protocol = surroundings.read_pack(folder)
        catalogs = surroundings.Catalogs(surroundings.TEXTS, [folder], switched_on=protocol.languages)
        surroundings.text_problems(protocol, catalogs)
        words = surroundings.words_of(catalogs)
        for language in protocol.languages:
            words(language)


def _once(make):
    """Return `make` that keeps its first result: in a run it is always asked for the same."""
    kept = []

    def made(*words, **named):
        if not kept:
            kept.append(make(*words, **named))
        return kept[0]

    return made


def _say(word):
    sys.stdout.write(json.dumps(word) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
