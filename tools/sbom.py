"""Writes a bill of materials (CycloneDX 1.6, JSON) of what the lock file installs: `python -m tools.sbom`.

Made from the lock file alone, so that it names what patients get and the same lock gives the same bytes.
"""

import json
import re
import sys
import tomllib
from pathlib import Path
from typing import Any
from uuid import NAMESPACE_URL, uuid5

ROOT = Path(__file__).parents[1]
LINE = re.compile(r"^([A-Za-z0-9._-]+)(?:\[[^\]]*\])?==([^\s;\\]+)(?:\s*;\s*([^\\]+))?")
HASH = re.compile(r"--hash=sha256:([0-9a-f]{64})")


def components(lock: str) -> list[dict[str, Any]]:
    """Return one component per pinned package, with the hashes of its files."""
    found: list[dict[str, Any]] = []
    for line in lock.splitlines():
        if match := LINE.match(line):
            name, version, marker = match.groups()
            purl = f"pkg:pypi/{name.lower()}@{version}"
            found.append({"type": "library", "bom-ref": purl, "name": name, "version": version, "purl": purl})
            if marker:
                found[-1]["properties"] = [{"name": "marker", "value": marker.strip()}]
        elif found and (digest := HASH.search(line)):
            found[-1].setdefault("hashes", []).append({"alg": "SHA-256", "content": digest[1]})
    return found


def bill(lock: str, project: dict[str, Any]) -> dict[str, Any]:
    """Return the whole document."""
    ours = f"pkg:pypi/{project['name']}@{project['version']}"
    parts = components(lock)
    return {
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "serialNumber": f"urn:uuid:{uuid5(NAMESPACE_URL, ours + lock)}",
        "version": 1,
        "metadata": {
            "component": {
                "type": "application",
                "bom-ref": ours,
                "name": project["name"],
                "version": project["version"],
                "licenses": [{"license": {"id": project["license"]}}],
            }
        },
        "components": parts,
        "dependencies": [{"ref": ours, "dependsOn": sorted(part["bom-ref"] for part in parts)}],
    }


def main() -> None:
    """Write the bill to standard output."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    json.dump(bill((ROOT / "requirements.lock").read_text(), project), sys.stdout, indent=1)


if __name__ == "__main__":
    main()
