import json
from dataclasses import replace

import pytest
from fhir.resources.R4B.bundle import Bundle

from handlers.core.bundle.transaction import transaction
from handlers.core.case import Contact
from handlers.core.values import AnsweredBy, ChannelKind, ContactId, ContactPoint
from tests.summaries.patients import patient, sheet

SEED = 7
POINT = ContactPoint(ChannelKind.TELEGRAM, "main", "")


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


HELPERS = [Contact(ContactId(f"h{number}"), POINT, by=AnsweredBy.HELPER) for number in (1, 2)]


def helped(*, helpers: int, who: str | None = None):
    """Return the Bundle of a patient to whose papers and consents a helper saw."""
    record = patient(SEED, "en", 10)
    papers = tuple(
        replace(one, by=AnsweredBy.HELPER, who=ContactId(who) if who else None) for one in record.documents
    )
    consents = tuple(replace(one, by=AnsweredBy.HELPER) for one in record.consents)
    told = {"contacts": tuple(HELPERS[:helpers]), "documents": papers, "consents": consents}
    return sheet(replace(record, **told)).bundle()


def authors(bundle) -> set[str]:
    """Return the kinds and names of whoever is said to have sent papers and given consents."""
    named = {entry["fullUrl"]: entry["resource"] for entry in bundle["entry"]}
    own = [one.get("author", []) for one in resources(bundle, "DocumentReference")]
    own += [one.get("performer", []) for one in resources(bundle, "Consent")]
    own += [
        [agent["who"] for agent in one["agent"] if agent["type"]["coding"][0]["code"] == "author"]
        for one in resources(bundle, "Provenance")
        if one["target"][0]["type"] == "Consent"
    ]
    found = [named[one["reference"]] for some in own for one in some]
    return {f"{one['resourceType']} {one['identifier'][0]['value'].rpartition('.')[2]}" for one in found}


def test_what_the_only_helper_did_is_theirs():
    assert authors(helped(helpers=1)) == {"RelatedPerson h1"}


def test_of_several_helpers_the_one_who_sent_a_paper_is_its_author_and_nobody_is_guessed():
    sent, unknown = helped(helpers=2, who="h2"), helped(helpers=2)

    assert (authors(sent), authors(unknown)) == ({"RelatedPerson h2"}, set())
    assert Bundle.model_validate(unknown).type == "document"


def test_a_transaction_sent_twice_makes_nobody_twice(bundle):
    requests = [entry["request"] for entry in transaction(bundle)["entry"]]

    made = [request for request in requests if request["method"] == "POST"]
    assert all(request["ifNoneExist"] for request in made)
    assert {request["url"] for request in made} == {
        "Patient", "RelatedPerson", "Organization", "Device", "Questionnaire",
    }  # fmt: skip
    assert all("?identifier=" in r["url"] or "/" in r["url"] for r in requests if r["method"] == "PUT")
