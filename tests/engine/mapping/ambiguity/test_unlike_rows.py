"""Ids that differ in each row are no school of many pupils; lists in JSON are no text as they stand."""

from __future__ import annotations

import polars as pl
import pytest

from core.engine.mapping.proposal import Proposal, StreamSample
from core.engine.mapping.proposals import propose
from core.engine.plan import ImportSettings

NAMES = {
    "First Name": ["Ella", "Nadia", "Owen"],
    "Last Name": ["Ash", "Begum", "Clarke"],
    "Year": ["9", "9", "8"],
}


def _sample(stream: str, columns: dict[str, list[str]]) -> StreamSample:
    rows = pl.DataFrame({"_row": list(range(2, 2 + len(columns["Year"]))), **columns})
    return StreamSample(stream, None, rows, file="pupils.xlsx")


def _proposals(*samples: StreamSample) -> dict[tuple[str, str], Proposal]:
    proposals = propose(samples, ImportSettings("school", "spreadsheet"))
    return {(proposal.stream, proposal.source): proposal for proposal in proposals}


def test_a_school_of_its_own_in_each_row_is_asked_about_in_every_sheet():
    many = _sample("pupils", NAMES | {"School ID": ["000412", "000413", "000414"]})
    one = _sample("leavers", {name: texts[:1] for name, texts in NAMES.items()} | {"School ID": ["000120"]})
    proposals = _proposals(many, one)
    assert "own record" in proposals["pupils", "School ID"].question
    assert "own record" in proposals["leavers", "School ID"].question


def test_a_school_that_pupils_share_is_not_asked_about():
    proposal = _proposals(_sample("pupils", NAMES | {"School ID": ["12", "12", "14"]}))["pupils", "School ID"]
    assert (proposal.target, proposal.question) == ("student.school_id", "")


def test_a_list_of_one_value_is_taken_out_of_its_json():
    proposal = _proposals(_sample("pupils", NAMES | {"Year": ['["9"]', '["9"]', '["8"]']}))["pupils", "Year"]
    assert (proposal.transform, proposal.question) == ("json_list | join(', ')", "")


def test_a_list_of_several_values_is_asked_about_where_the_target_takes_one():
    proposal = _proposals(_sample("pupils", NAMES | {"Year": ['["9"]', '["8","9"]', '["8"]']}))[
        "pupils", "Year"
    ]
    assert "several values" in proposal.question


def test_a_consent_never_says_whether_a_pupil_is_on_roll():
    columns = NAMES | {"Photo Consent Withdrawn": ["Y", "N", "N"]}
    proposal = _proposals(_sample("pupils", columns))["pupils", "Photo Consent Withdrawn"]
    assert proposal.target != "student.is_active" or proposal.question


def test_a_year_of_entry_is_no_grade():
    columns = {name: texts for name, texts in NAMES.items() if name != "Year"} | {
        "Year of Entry": ["2020", "2019", "2021"]
    }
    rows = pl.DataFrame({"_row": [2, 3, 4], **columns})
    (proposal,) = [
        proposal
        for proposal in propose([StreamSample("pupils", None, rows)], ImportSettings("school", "spreadsheet"))
        if proposal.source == "Year of Entry" and proposal.slot == 0
    ]
    assert proposal.target != "student.grade_level" or "calendar years" in proposal.question


@pytest.mark.parametrize("column", ["Percentage", "Score %", "Prozent"])
def test_a_percentage_is_no_score_without_a_question(column):
    columns = {"Student ID": ["S1", "S2", "S3"], "Subject": ["Maths", "Maths", "Art"], "Max Marks": ["50", "50", "40"], column: ["90", "24", "96.25"]}  # fmt: skip
    rows = pl.DataFrame({"_row": [2, 3, 4], **columns})
    proposals = propose([StreamSample("marks", None, rows)], ImportSettings("school", "spreadsheet"))
    scores = [proposal for proposal in proposals if proposal.target == "assessment_result.score"]
    assert all(proposal.question for proposal in scores)
