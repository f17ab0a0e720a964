"""Which treatments a clinic may show: number, class, route and disease of the filed plan."""

from dataclasses import replace

import pytest

from handlers.core.plans import FiledPlan, Mismatch, offered
from tests.handlers.desk import CLINIC

FITS = FiledPlan("msc_iv", "PB1234567", "II", "Tokyo Committee", "Parkinson's disease")


@pytest.mark.parametrize(
    ("changed", "mismatch"),
    [
        ({}, None),
        ({"number": "PC1234567", "plan_class": "III"}, None),
        ({"disease": "\u30d1\u30fc\u30ad\u30f3\u30bd\u30f3\u75c5"}, None),
        ({"disease": "neurodegenerative disease"}, None),
        ({"route": "donor", "number": "PA1234567", "plan_class": "I"}, None),
        ({"number": "PB123456"}, Mismatch.NUMBER),
        ({"number": "PD1234567"}, Mismatch.NUMBER),
        ({"number": "PA1234567", "plan_class": "I"}, Mismatch.ROUTE),
        ({"route": "donor"}, Mismatch.ROUTE),
        ({"route": "ips"}, Mismatch.ROUTE),
        ({"route": "exo"}, Mismatch.ROUTE),
        ({"plan_class": "III"}, Mismatch.CLASS),
        ({"committee": ""}, Mismatch.COMMITTEE),
        ({"disease": "knee pain"}, Mismatch.DISEASE),
    ],
)
def test_a_plan_fits_when_all_of_it_fits(changed, mismatch):
    assert replace(FITS, **changed).mismatch() is mismatch


def test_a_route_whose_plan_does_not_name_the_disease_is_not_offered():
    texts = {**CLINIC.texts, "plan_disease_msc_iv": "knee pain"}

    assert [plan.route for plan in offered(CLINIC)] == ["msc_iv"]
    assert offered(replace(CLINIC, texts=texts)) == ()
