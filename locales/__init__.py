"""Languages: texts (`Catalogs`), and how each says dates, countries and zones."""

from locales.catalog import Catalog, Phrase
from locales.catalogs import Catalogs, TextProblem
from locales.cities import city_name, city_vocabulary, zones_by_size
from locales.dates import date_in_words
from locales.places import country_name, country_vocabulary, zones_of_country

__all__ = [
    "Catalog",
    "Catalogs",
    "Phrase",
    "TextProblem",
    "city_name",
    "city_vocabulary",
    "country_name",
    "country_vocabulary",
    "date_in_words",
    "zones_by_size",
    "zones_of_country",
]
