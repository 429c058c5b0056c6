"""Every direct dependency has a compatible range, and what is locked lies in it."""

import re
from pathlib import Path

import pytest
from packaging.requirements import Requirement

ROOT = Path(__file__).resolve().parents[2]
FILES = sorted(path.name for path in ROOT.glob("requirements*.in"))
LOCKS = {"requirements.in": "requirements.txt", "requirements-dev.in": "requirements-dev.txt"}


def requirements(name):
    lines = (ROOT / name).read_text(encoding="utf-8").splitlines()
    return [Requirement(line.partition(" #")[0]) for line in lines if line and line[0] not in "#-"]


def bounded(requirement):
    """Whether the range ends on both sides."""
    marks = {specifier.operator for specifier in requirement.specifier}
    return bool(marks & {"~=", "=="}) or (">=" in marks and "<" in marks)


@pytest.mark.parametrize("name", FILES)
def test_every_direct_dependency_has_a_range(name):
    assert [str(requirement) for requirement in requirements(name) if not bounded(requirement)] == []


@pytest.mark.parametrize("name", LOCKS)
def test_what_is_locked_lies_in_the_range_and_has_hashes(name):
    lock = (ROOT / LOCKS[name]).read_text(encoding="utf-8")
    for requirement in requirements(name):
        versions = re.findall(
            rf"^{re.escape(requirement.name)}==(\S+)(?: ;.*)? \\\n +--hash",
            lock,
            re.MULTILINE | re.IGNORECASE,
        )
        assert versions, f"{requirement} is not in {LOCKS[name]}"
        assert all(requirement.specifier.contains(version) for version in versions), requirement
