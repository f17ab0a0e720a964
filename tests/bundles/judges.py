"""The judges of FHIR R4 resources: Medplum's (it decides) and pyfhircheck's."""

import json
import shutil
import subprocess
from pathlib import Path

from pyfhircheck import Validator
from pyfhircheck.models import Severity

from bot.restricted import restriction_of
from tests.console.samples import CATALOGS, PROTOCOL

HERE = Path(__file__).parent
JUDGE = HERE / "judge.mjs"


def lacking() -> str:
    """Return why Medplum's judge can't be asked here, or nothing."""
    if shutil.which("node") is None:
        return "no node on this machine"
    if not (HERE / "node_modules/@medplum/core").is_dir():
        return "@medplum/core is not installed: npm ci --prefix tests/bundles"
    return ""


def medplum(bundles) -> list[list[str]]:
    """Return Medplum's objections to each Bundle."""
    told = "".join(json.dumps(bundle) + "\n" for bundle in bundles)
    run = subprocess.run(
        ["node", str(JUDGE)], input=told, capture_output=True, text=True, check=False, timeout=600
    )
    if run.returncode:
        raise RuntimeError(run.stderr[-500:])
    return [json.loads(line) for line in run.stdout.splitlines()]


def pyfhircheck(bundle) -> list[str]:
    """Return pyfhircheck's errors, without four kinds that R4 and Medplum call right."""
    report = Validator().validate_resource(bundle)
    conditional = _conditional(bundle) | _withheld(bundle)
    return [
        f"{issue.resource_type}: {issue.path}: {issue.message}"
        for issue in report.issues
        if issue.severity is Severity.ERROR and not _is_its_own_fault(issue, conditional)
    ]


def _is_its_own_fault(issue, conditional) -> bool:
    """Say whether version 0.2.0 is wrong here.

    It takes `text` and `language` inside of elements for those of the resource, and does not look at
    `enableWhen`: what was not asked has no response.
    """
    path = issue.path or ""
    if issue.code == "element.unknown":
        return path.endswith((".text", ".language"))
    return issue.code == "questionnaire.item.required" and path.rpartition(":")[2] in conditional


def _conditional(bundle) -> set[str]:
    forms = [e["resource"] for e in bundle["entry"] if e["resource"]["resourceType"] == "Questionnaire"]
    found, stack = set(), [item for form in forms for item in form["item"]]
    while stack:
        item = stack.pop()
        stack += item.get("item", ())
        if "enableWhen" in item or item.get("readOnly") or item["type"] in {"display", "group"}:
            found.add(item["linkId"])
    return found


def _withheld(bundle) -> set[str]:
    """Return the questions whose answers are not for the reader of a bundle that says so by its tag."""
    tags = {one["code"] for one in bundle.get("meta", {}).get("security", ())}
    return set(restriction_of(PROTOCOL, CATALOGS).items) if "REDACTED" in tags else set()
