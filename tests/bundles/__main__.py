"""`make bundles`: Bundles of generated patients before two judges, and broken ones that both must refuse."""

import argparse
import os
import sys
from collections import Counter

from handlers.core.bundle.transaction import transaction
from tests.bundles.broken import broken
from tests.bundles.judges import lacking, medplum, pyfhircheck
from tests.summaries.patients import patient, sheet

WANTED = frozenset(
    {
        "Composition", "Patient", "RelatedPerson", "Questionnaire", "QuestionnaireResponse", "Consent",
        "DocumentReference", "DetectedIssue", "Task", "Provenance",
    }
)  # fmt: skip


def main() -> int:
    """Judge; print the figures last."""
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--n", type=int, default=50)
    number = arguments.parse_args().n
    bundles = [generated(seed) for seed in range(number)]
    wrong = broken(next(one for one in bundles if set(kinds([one])) >= WANTED))
    faults, passed = judged(bundles, wrong)
    missing = sorted(WANTED - set(kinds(bundles)))
    for line in (*faults[:20], *passed):
        print(line)
    print(f"held: {', '.join(f'{kind} {count}' for kind, count in sorted(kinds(bundles).items()))}")
    print(f"bundles: {number}, faults: {len(faults)}, resources never seen: {missing or 'none'}")
    print(f"broken bundles: {len(wrong)}, let through: {len(passed)}")
    return int(bool(faults or passed or missing))


def generated(seed):
    """Return one patient's Bundle: some in Japanese, some without sensitive answers, all with odd texts."""
    record = patient(seed, hostile=0.1)
    language = "ja" if seed % 3 == 0 else "en"
    return sheet(record, language=language, sees_sensitive=seed % 5 != 0).bundle()


def kinds(bundles) -> Counter:
    """Return how many resources of each kind there are."""
    return Counter(entry["resource"]["resourceType"] for one in bundles for entry in one["entry"])


def judged(bundles, wrong) -> tuple[list[str], list[str]]:
    """Return the objections to the right ones, and which of the broken ones were let through.

    Medplum decides about the broken ones; pyfhircheck 0.2.0 looks past what some elements require.
    """
    faults = [f"pyfhircheck: {fault}" for one in bundles for fault in pyfhircheck(one)]
    refused = {name for name, one in wrong.items() if pyfhircheck(one)}
    print(f"pyfhircheck refused {len(refused)} of {len(wrong)} broken bundles")
    reason = lacking()
    if reason and os.environ.get("YORISOI_NODE_REQUIRED") != "0":
        without = "YORISOI_NODE_REQUIRED=0 goes on without it"
        return [*faults, f"medplum, which decides, was not asked: {reason} ({without})"], []
    if reason:
        print(f"skipped medplum: {reason}")
        return faults, []
    sent = [transaction(one) for one in bundles[:10]]
    faults += [f"medplum: {fault}" for found in medplum([*bundles, *sent]) for fault in found]
    answers = zip(wrong, medplum(wrong.values()), strict=True)
    return faults, [f"medplum let through: {name}" for name, found in answers if not found]


if __name__ == "__main__":
    sys.exit(main())
