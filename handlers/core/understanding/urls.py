"""Reading web addresses: http and https only."""

import re

from handlers.core.understanding.folding import clean
from handlers.core.understanding.outcome import Likely, NotUnderstood, Outcome, Understood
from handlers.core.values import Url

LONGEST_URL = 2000

_HOST = r"(?:[^\W_](?:[\w-]{0,61}[^\W_])?\.){1,10}[^\W\d_]{2,63}"
_WEB = re.compile(rf"(https?)://({_HOST})(:\d{{1,5}})?([/?#]\S*)?", re.IGNORECASE)
_BARE = re.compile(rf"({_HOST})([/?#]\S*)?", re.IGNORECASE)


def read_url(text: str) -> Outcome:
    """Read a web address; one typed without https:// is asked back with it."""
    if len(text) > LONGEST_URL:
        return NotUnderstood("chat.not_understood.url")
    typed = clean(text)
    if _WEB.fullmatch(typed):
        return Understood((Url(typed),))
    if _BARE.fullmatch(typed):
        return Likely((Url(f"https://{typed}"),))
    return NotUnderstood("chat.not_understood.url")
