"""The look-up of vulnerabilities never says that nothing is known when it could not look."""

import json
import runpy
import stat
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
job = runpy.run_path(str(ROOT / "scripts" / "vulnerabilities.py"))

# What pip-audit 2.10 answered in a place without a network, with exit code 0.
OFFLINE = '{"dependencies": [{"name": "pyyaml", "skip_reason": "Dependency not found on PyPI"}], "fixes": []}'
PLAIN_OFFLINE = '{"dependencies": [], "fixes": []}'
VULNERABILITY = {
    "id": "PYSEC-2020-96",
    "aliases": ["CVE-2020-1747"],
    "fix_versions": ["5.3.1"],
    "description": "",
}
ONLINE = json.dumps(
    {"dependencies": [{"name": "pyyaml", "version": "5.3", "vulns": [VULNERABILITY]}], "fixes": []}
)


@pytest.fixture
def pip_audit(tmp_path):
    """Makes a program that answers as given, with an exit code."""

    def make(answer, code=0):
        program = tmp_path / "pip-audit"
        program.write_text(f"#!/bin/sh\ncat <<'END'\n{answer}\nEND\nexit {code}\n")
        program.chmod(program.stat().st_mode | stat.S_IXUSR)
        return str(program)

    return make


@pytest.mark.parametrize("answer", [OFFLINE, PLAIN_OFFLINE, "", "No known vulnerabilities found"])
@pytest.mark.parametrize("code", [0, 1, 2])
def test_without_a_network_it_says_that_it_could_not_look(pip_audit, capsys, answer, code):
    assert job["main"]([pip_audit(answer, code)]) == job["NOT_LOOKED"]
    output = capsys.readouterr()
    assert "Could not look for vulnerabilities" in output.err
    assert output.out == ""


def test_a_program_that_is_missing_is_no_clean_bill(tmp_path, capsys):
    assert job["main"]([str(tmp_path / "nothing")]) == job["NOT_LOOKED"]
    assert "did not run" in capsys.readouterr().err


def test_a_report_that_leaves_a_package_out_is_not_believed():
    with pytest.raises(job["NotLookedError"], match="not looked up"):
        job["findings"](ONLINE, {"pyyaml", "streamlit"})


def test_what_is_known_is_named_with_its_fix():
    [finding] = job["findings"](ONLINE, {"pyyaml"})
    assert str(finding) == "pyyaml 5.3: PYSEC-2020-96, CVE-2020-1747 (fixed in 5.3.1)"


@pytest.mark.parametrize("lock", job["LOCKS"])
def test_every_locked_package_is_expected_in_the_report(lock):
    names = job["packages"](ROOT / lock)
    assert {"sqlalchemy", "pyyaml"} <= names
    assert len(names) > 50
