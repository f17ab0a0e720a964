"""Treatments and the plans that a clinic filed for them: which may be shown, and what does not fit.

The Act on the Safety of Regenerative Medicine (ASRM) gives each plan a number: PA for class I, PB for
class II, PC for class III. A number proves filing, not that the treatment works (clinical.md section 4).
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from handlers.core.case import Clinic

NUMBER: Final = re.compile(r"P[ABC][0-9]{7}", re.ASCII)
LETTERS: Final[Mapping[str, str]] = MappingProxyType(
    {"msc_iv": "BC", "msc_it": "BC", "donor": "A", "ips": "A", "exo": ""}
)
"""int.type's codes → the letters that a plan for it may have: the patient's own cells, or other people's.

Exosomes are no cells: the law knows no plan for them, so they are never shown.
"""
CLASS_OF: Final[Mapping[str, str]] = MappingProxyType({"A": "I", "B": "II", "C": "III"})
_COVERS: Final = re.compile(r"parkinson|neurodegenerat|パーキンソン|神経変性", re.IGNORECASE)


class Mismatch(StrEnum):
    """Why a treatment with a plan is not shown (rule ADM-07)."""

    NUMBER = "number"
    ROUTE = "route"
    CLASS = "class"
    COMMITTEE = "committee"
    DISEASE = "disease"


@dataclass(frozen=True, slots=True)
class FiledPlan:
    """What the clinic says about the plan it filed for one treatment."""

    route: str
    number: str
    plan_class: str = ""
    committee: str = ""
    disease: str = ""

    def mismatch(self) -> Mismatch | None:
        """Return the first thing that does not fit, None if the treatment may be shown."""
        if NUMBER.fullmatch(self.number) is None:
            return Mismatch.NUMBER
        letter = self.number[1]
        if letter not in LETTERS.get(self.route, ""):
            return Mismatch.ROUTE
        if self.plan_class != CLASS_OF[letter]:
            return Mismatch.CLASS
        if not self.committee:
            return Mismatch.COMMITTEE
        return None if _COVERS.search(self.disease) else Mismatch.DISEASE


def key_of(part: str, route: str) -> str:
    """Return under which of the clinic's texts a part of a plan stands: no, class, committee, disease."""
    return f"plan_{part}_{route}"


def plans_of(texts: Mapping[str, str], routes: Iterable[str] = LETTERS) -> tuple[FiledPlan, ...]:
    """Return the plans in a clinic's texts, those with a number."""
    found = (_plan(texts, route) for route in routes)
    return tuple(plan for plan in found if plan.number)


def offered(clinic: Clinic) -> tuple[FiledPlan, ...]:
    """Return the plans of the treatments that patients of this clinic may be shown."""
    return tuple(
        plan for plan in plans_of(clinic.texts) if plan.route in clinic.routes and plan.mismatch() is None
    )


def _plan(texts: Mapping[str, str], route: str) -> FiledPlan:
    number, plan_class, committee, disease = (
        texts.get(key_of(part, route), "").strip() for part in ("no", "class", "committee", "disease")
    )
    return FiledPlan(route, number, plan_class, committee, disease)
