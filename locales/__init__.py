"""Languages: texts (`Catalogs`), and how each says dates, numbers, countries and zones."""

from locales.catalog import Catalog, Phrase
from locales.catalogs import Catalogs, TextProblem

__all__ = ["Catalog", "Catalogs", "Phrase", "TextProblem"]
