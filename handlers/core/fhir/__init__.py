"""Reading FHIR R4 Questionnaires: JSON in, frozen values out, or a PackError that says why not."""

from handlers.core.fhir.reader import read_questionnaire

__all__ = ["read_questionnaire"]
