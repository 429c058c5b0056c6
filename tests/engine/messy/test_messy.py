"""Hold what becomes of real-life exports, from file to target: the verdicts of `benchmarks/messy.py` become no worse."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).resolve().parents[3]
MESSY = ROOT / "data" / "corpus" / "messy"
NOTED: Mapping[str, Mapping[str, str]] = yaml.safe_load((MESSY / "verdicts.yaml").read_text("utf-8"))
RANKS = {"right": 0, "asked": 1, "held": 1, "silently wrong": 2}
"""Held and asked are equal: both are told to a person before anything is wrong."""


@pytest.fixture(scope="module")
def judged() -> dict[str, dict[str, dict[str, object]]]:
    """The verdicts of all cases, by case and threshold: {"grade": …, "findings": […]}."""
    command = [sys.executable, str(ROOT / "benchmarks" / "messy.py"), "--json"]
    done = subprocess.run(command, cwd=ROOT, stdout=subprocess.PIPE, check=False)
    return {case["case"]: case["verdicts"] for case in json.loads(done.stdout)}


@pytest.mark.slow
@pytest.mark.parametrize("case", NOTED)
def test_a_real_export_becomes_no_worse_than_it_was(
    judged: dict[str, dict[str, dict[str, object]]], case: str
) -> None:
    for threshold, noted in NOTED[case].items():
        verdict = judged[case][threshold]
        assert RANKS[str(verdict["grade"])] <= RANKS[noted], (threshold, verdict["findings"])


def test_every_case_of_the_corpus_has_a_noted_verdict() -> None:
    folders = {path.parent.name for path in MESSY.parent.glob("messy*/*/expected.yaml")}
    assert folders == set(NOTED)
