"""How the parts of the checker say what they found."""

from handlers.core.inspection import Finding


class Found(Exception):
    """This is what the file is; nothing more has to be looked at."""

    def __init__(self, finding: Finding, detail: str = "") -> None:
        """Keep the finding."""
        super().__init__(finding, detail)
        self.finding = finding
        self.detail = detail
