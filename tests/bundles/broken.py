"""Ten Bundles that a judge must refuse: a right one, broken in one place each."""

import copy
from collections.abc import Callable
from typing import Any

Bundle = dict[str, Any]


def _first(bundle: Bundle, kind: str) -> Any:
    return next(e["resource"] for e in bundle["entry"] if e["resource"]["resourceType"] == kind)


def _composition_without_status(bundle: Bundle) -> None:
    del _first(bundle, "Composition")["status"]


def _composition_without_author(bundle: Bundle) -> None:
    del _first(bundle, "Composition")["author"]


def _patient_with_a_wrong_birth_date(bundle: Bundle) -> None:
    _first(bundle, "Patient")["birthDate"] = "15.3.1958"


def _patient_with_an_unknown_element(bundle: Bundle) -> None:
    _first(bundle, "Patient")["eligible"] = True


def _response_without_status(bundle: Bundle) -> None:
    del _first(bundle, "QuestionnaireResponse")["status"]


def _response_with_a_text_for_its_items(bundle: Bundle) -> None:
    _first(bundle, "QuestionnaireResponse")["item"] = "everything"


def _consent_without_scope(bundle: Bundle) -> None:
    del _first(bundle, "Consent")["scope"]


def _task_without_intent(bundle: Bundle) -> None:
    del _first(bundle, "Task")["intent"]


def _provenance_without_target(bundle: Bundle) -> None:
    _first(bundle, "Provenance")["target"] = []


def _document_without_content(bundle: Bundle) -> None:
    del _first(bundle, "DocumentReference")["content"]


BROKEN: tuple[Callable[[Bundle], None], ...] = (
    _composition_without_status,
    _composition_without_author,
    _patient_with_a_wrong_birth_date,
    _patient_with_an_unknown_element,
    _response_without_status,
    _response_with_a_text_for_its_items,
    _consent_without_scope,
    _task_without_intent,
    _provenance_without_target,
    _document_without_content,
)


def broken(bundle: Bundle) -> dict[str, Bundle]:
    """Return {what is wrong: the Bundle with that one fault}."""
    found = {}
    for breaking in BROKEN:
        copied = copy.deepcopy(bundle)
        breaking(copied)
        found[breaking.__name__.strip("_").replace("_", " ")] = copied
    return found
