"""People of whom a table has neither name nor address nor number: no record is made of them unasked."""

from __future__ import annotations

import polars as pl
import pytest

from core.engine.mapping.ambiguity.resolve import resolve
from core.engine.mapping.proposal import Proposal, StreamSample
from core.engine.plan import ImportSettings
from core.engine.sources.profile import profile_frame


def _questions(domain: str, targets: dict[str, str], confidence: float = 0.9) -> dict[str, str]:
    """Column -> the question on it, where the matcher chose these targets, those that name people with `confidence`."""
    frame = pl.DataFrame({column: ["Alpha", "Beta", "Gamma"] for column in targets})
    proposals = [
        Proposal("table", profile.source, 0, profile.position, targets[profile.source], None,
                 confidence if targets[profile.source].endswith("name") else 0.9, (), (), profile)
        for profile in profile_frame("table", frame)
    ]  # fmt: skip
    resolved = resolve(proposals, StreamSample("table", None, frame), ImportSettings(domain, "spreadsheet"))
    return {proposal.source: proposal.question for proposal in resolved}


@pytest.mark.parametrize(
    ("domain", "column", "target"),
    [
        ("restaurant", "Désignation", "employee.role"),
        ("restaurant", "Remarks", "customer.notes"),
        ("school", "Pupil", "guardian.student_ids"),
        ("school", "Home", "guardian.address"),
    ],
)
def test_a_column_about_people_whom_nothing_names_is_asked_about(domain, column, target):
    question = _questions(domain, {column: target})[column]
    assert column in question
    assert "without a name" in question


def test_a_column_about_people_with_a_name_is_not_asked_about():
    named = {"Position": "employee.role", "Who": "employee.display_name"}
    assert _questions("restaurant", named) == {"Position": "", "Who": ""}


def test_a_name_that_is_itself_unsure_names_nobody():
    named = {"Position": "employee.role", "Who": "employee.display_name"}
    assert "without a name" in _questions("restaurant", named, confidence=0.5)["Position"]


def test_records_that_need_a_name_are_held_row_by_row_instead():
    assert _questions("school", {"Post": "staff.role"}) == {"Post": ""}
