"""What the doctor sees of the protocol pack: can it be read, and who has signed which language."""

from collections.abc import Iterator, Mapping

from bot.doctor.findings import Finding, note, ok, red
from bot.pack_commands import status, words_of
from bot.settings import Env, Settings
from bot.surroundings import DEFAULT_PACK
from handlers.approval import missing_texts
from handlers.core.signing import Standing
from handlers.errors import PackError


def look_at_pack(settings: Settings) -> Iterator[Finding]:
    """Yield how each language stands; without a signature nothing clinical goes out in production."""
    try:
        looks = status(str(settings.pack or DEFAULT_PACK))
    except PackError as error:
        yield red("pack", reason=str(error))
        return
    bad = red if settings.env is Env.PRODUCTION else note
    for one in looks:
        tell = ok if one.standing is Standing.SIGNED else bad
        yield tell(f"pack_{one.standing.value}", **words_of(one))


def look_at_words(settings: Settings, own: Mapping[str, str], usual: Mapping[str, str]) -> Iterator[Finding]:
    """Yield which of the clinic's words are empty without which no consent and no card goes out."""
    missing = missing_texts(own, usual)
    if missing:
        bad = red if settings.env is Env.PRODUCTION else note
        yield bad("clinic_words", names=", ".join(missing))
    else:
        yield ok("clinic_words_there")
