"""Look up known vulnerabilities of every pinned package, and fail when it could not look.

`python scripts/vulnerabilities.py [PIP-AUDIT]`, by `make vulnerabilities`. Exit code 0: none is known; 1: some are; 2: it
could not look. Offline, pip-audit reports that nothing is known. So it is asked first about a package with a vulnerability
known since 2020 (PyYAML 5.3, CVE-2020-1747); where it does not find that one, nothing it says is believed.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
LOCKS = ("requirements.txt", "requirements-dev.txt")
KNOWN_VULNERABLE = ("PyYAML", "5.3")
NONE_KNOWN, SOME_KNOWN, NOT_LOOKED = 0, 1, 2


class NotLookedError(Exception):
    """The packages could not be looked up; the text says why."""


@dataclass(frozen=True, slots=True)
class Finding:
    package: str
    version: str
    ids: tuple[str, ...]
    fixed_in: tuple[str, ...]

    def __str__(self) -> str:
        fix = f"fixed in {', '.join(self.fixed_in)}" if self.fixed_in else "no fix yet"
        return f"{self.package} {self.version}: {', '.join(self.ids)} ({fix})"


def packages(lock: Path) -> set[str]:
    """List the names that a lock file pins, in lower case."""
    pinned = re.findall(
        r"^([A-Za-z0-9_.-]+)(?:\[[^\]]*\])?==", lock.read_text(encoding="utf-8"), re.MULTILINE
    )
    return {name.lower().replace("_", "-") for name in pinned}


def findings(report: str, expected: set[str]) -> list[Finding]:
    """Read pip-audit's JSON report; NotLookedError unless it has looked up every expected package."""
    try:
        dependencies: list[dict[str, Any]] = json.loads(report)["dependencies"]
    except (ValueError, KeyError, TypeError):
        raise NotLookedError("pip-audit gave no report.") from None
    looked_up = {
        entry["name"].lower().replace("_", "-") for entry in dependencies if "skip_reason" not in entry
    }
    if missing := sorted(expected - looked_up):
        raise NotLookedError(f"not looked up: {', '.join(missing[:3])}{', …' if len(missing) > 3 else ''}.")
    return [
        Finding(
            entry["name"],
            entry["version"],
            tuple(
                dict.fromkeys(
                    name
                    for vulnerability in entry["vulns"]
                    for name in (vulnerability["id"], *vulnerability["aliases"])
                )
            ),
            tuple(
                dict.fromkeys(
                    version for vulnerability in entry["vulns"] for version in vulnerability["fix_versions"]
                )
            ),
        )
        for entry in dependencies
        if entry.get("vulns")
    ]


def main(arguments: Sequence[str]) -> int:
    """Look up every lock; print what is known."""
    program = arguments[0] if arguments else "pip-audit"
    try:
        with tempfile.TemporaryDirectory() as folder:
            example = Path(folder) / "known.txt"
            example.write_text("==".join(KNOWN_VULNERABLE) + "\n", encoding="utf-8")
            _expect_known(_report(program, example))
        vulnerabilities = [
            finding
            for name in LOCKS
            for finding in findings(_report(program, ROOT / name), _applicable(ROOT / name))
        ]
    except NotLookedError as reason:
        sys.stderr.write(f"Could not look for vulnerabilities: {reason} Is there a network?\n")
        return NOT_LOOKED
    for line in dict.fromkeys(map(str, vulnerabilities)):
        sys.stdout.write(line + "\n")
    sys.stdout.write(
        f"{len(set(vulnerabilities))} packages with known vulnerabilities.\n"
        if vulnerabilities
        else "None known.\n"
    )
    return SOME_KNOWN if vulnerabilities else NONE_KNOWN


def _expect_known(report: str) -> None:
    """Raise NotLookedError unless the vulnerability that is known is in the report."""
    if not findings(report, {KNOWN_VULNERABLE[0].lower()}):
        raise NotLookedError(
            f"A vulnerability of {' '.join(KNOWN_VULNERABLE)} that is known since 2020 was not found."
        )


def _applicable(lock: Path) -> set[str]:
    """List the packages of a lock that apply to every platform: those without a condition."""
    text = lock.read_text(encoding="utf-8")
    conditional = {name.lower() for name in re.findall(r"^([A-Za-z0-9_.-]+)==\S+ ;", text, re.MULTILINE)}
    return packages(lock) - {name.replace("_", "-") for name in conditional}


def _report(program: str, requirements: Path) -> str:
    command = [program, "--format", "json", "--progress-spinner", "off", "--no-deps", "--disable-pip"]
    try:
        done = subprocess.run(
            [*command, "--requirement", str(requirements)],
            capture_output=True,
            text=True,
            check=False,
            timeout=600,
        )
    except (OSError, subprocess.TimeoutExpired) as failure:
        raise NotLookedError(f"{program} did not run ({type(failure).__name__}).") from None
    if done.returncode not in {0, 1} or not done.stdout.strip():
        raise NotLookedError(f"pip-audit ended with {done.returncode}.")
    return done.stdout


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
