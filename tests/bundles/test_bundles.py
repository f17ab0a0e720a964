import json

import pytest
from fhir.resources.R4B.bundle import Bundle

from handlers.core.bundle.transaction import transaction
from tests.summaries.patients import patient, sheet

SEED = 7


@pytest.fixture(scope="module")
def bundle():
    return sheet(patient(SEED, "ja", 10)).bundle()


def resources(bundle, kind):
    return [e["resource"] for e in bundle["entry"] if e["resource"]["resourceType"] == kind]


def references(value):
    if isinstance(value, dict):
        own = [value["reference"]] if "reference" in value else []
        return own + [found for inner in value.values() for found in references(inner)]
    return [found for inner in value for found in references(inner)] if isinstance(value, list) else []


def test_a_bundle_is_a_document_that_the_r4b_models_take_too(bundle):
    assert Bundle.model_validate(bundle).type == "document"
    assert bundle["entry"][0]["resource"]["resourceType"] == "Composition"


def test_the_same_record_makes_the_same_bytes(bundle):
    assert json.dumps(sheet(patient(SEED, "ja", 10)).bundle()) == json.dumps(bundle)


def test_every_reference_leads_to_an_entry_and_no_two_entries_share_a_url(bundle):
    urls = [entry["fullUrl"] for entry in bundle["entry"]]

    assert len(urls) == len(set(urls))
    assert set(references(bundle)) <= set(urls)


def test_a_coded_answer_bears_the_label_that_the_patient_saw(bundle):
    [first, *_] = resources(bundle, "QuestionnaireResponse")

    found = json.dumps(first, ensure_ascii=False)

    assert '"url": "lang", "valueCode": "ja"' in found


def test_who_may_not_see_restricted_answers_gets_a_bundle_without_them_that_says_so():
    bundle = sheet(patient(SEED, "en", 10), sees_sensitive=False).bundle()

    told = json.dumps([one for one in bundle["entry"] if one["resource"]["resourceType"] != "Questionnaire"])
    assert ("sym.selfharm" in told, bundle["meta"]["security"][0]["code"]) == (False, "REDACTED")


def test_a_transaction_sent_twice_makes_nobody_twice(bundle):
    requests = [entry["request"] for entry in transaction(bundle)["entry"]]

    made = [request for request in requests if request["method"] == "POST"]
    assert all(request["ifNoneExist"] for request in made)
    assert {request["url"] for request in made} == {
        "Patient", "RelatedPerson", "Organization", "Device", "Questionnaire",
    }  # fmt: skip
    assert all("?identifier=" in r["url"] or "/" in r["url"] for r in requests if r["method"] == "PUT")
