"""Half characters: JSON can carry one half of a surrogate pair, which no UTF-8 text can hold."""


def mended(text: str) -> str:
    """Return `text` with two halves that belong together joined and each lone one as U+FFFD."""
    if text.isascii():
        return text
    return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
