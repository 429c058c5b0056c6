"""A list of all people of a school: account and state make one flag, parents list their children, identifier is the number."""

from __future__ import annotations

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.engine.batch import ROW
from core.engine.mapping.proposal import Proposal, StreamSample
from core.engine.mapping.proposals import propose
from core.engine.plan import EntityPlan, FieldPlan, ImportSettings, Plan
from core.engine.transforms import transform_rows

SETTINGS = ImportSettings("school", "generic")
PEOPLE = {
    "sourcedId": ["s1", "s2", "s3", "p1", "t1"],
    "status": ["active", "active", "tobedeleted", "active", "active"],
    "enabledUser": ["true", "false", "false", "true", "true"],
    "role": ["student", "student", "student", "parent", "teacher"],
    "givenName": ["Ann", "Bob", "Cid", "Pat", "Tea"],
    "familyName": ["Lee", "Lee", "Ray", "Lee", "Cher"],
    "identifier": ["0001", "0002", "0003", None, "T1"],
    "phone": [None, None, None, "617-555-0101", None],
    "sms": [None, None, None, "617-555-0102", None],
    "agentSourcedIds": ["p1", "p1", None, "s1,s2", None],
    "grades": ["07", "08", "07", None, None],
}


def proposed(columns: dict[str, list[str | None]], **changes: list[str | None]) -> dict[str, Proposal]:
    frame = pl.DataFrame({ROW: range(2, 7), **columns, **changes})
    proposals = propose([StreamSample("users", "student", frame)], SETTINGS)
    return {proposal.source: proposal for proposal in proposals if not proposal.slot}


def test_a_person_is_active_where_state_and_account_say_so():
    proposals = proposed(PEOPLE)
    transform = "map_values({'tobedeleted': 'false'}) | all_yes"
    for name in ("status", "enabledUser"):
        assert (proposals[name].target, proposals[name].transform, proposals[name].question) == (
            "student.is_active",
            transform,
            "",
        )


def test_two_states_are_asked_about():
    columns = {("current" if name == "enabledUser" else name): values for name, values in PEOPLE.items()}
    proposals = proposed(columns)
    assert "Which of" in proposals["status"].question


@given(st.lists(st.tuples(*[st.sampled_from(["yes", "no", None])] * 2), min_size=1, max_size=6))
def test_nobody_is_active_whom_a_column_calls_inactive(rows):
    frame = pl.DataFrame(
        {ROW: range(2, len(rows) + 2), "a": [row[0] for row in rows], "b": [row[1] for row in rows]},
        schema={ROW: pl.Int64, "a": pl.String, "b": pl.String},
    )
    plan = EntityPlan("users", "student", (FieldPlan("is_active", ("a", "b"), "all_yes"),))
    read = transform_rows(Plan.under(SETTINGS, (plan,)), plan, frame).frame["is_active"].to_list()
    assert read == [None if set(row) == {None} else "no" not in row for row in rows]


def test_parents_list_the_ids_of_their_children():
    assert proposed(PEOPLE)["agentSourcedIds"].target == "guardian.student_ids"


@pytest.mark.parametrize(
    "changes",
    [
        {"agentSourcedIds": [None, None, None, "s1,x9", None]},  # an id that no pupil has
        {"agentSourcedIds": ["s2", "s1", None, None, None]},  # a list of siblings
    ],
)
def test_other_ids_are_no_children(changes):
    assert proposed(PEOPLE, **changes)["agentSourcedIds"].target is None


def test_counts_are_no_ids():
    columns = {
        **PEOPLE,
        "sourcedId": ["1", "2", "3", "4", "5"],
        "number of children": [None, None, None, "2", None],
    }
    del columns["agentSourcedIds"]
    assert proposed(columns)["number of children"].target != "guardian.student_ids"


def test_the_identifier_beside_an_id_is_the_number_of_the_pupil():
    proposals = proposed(PEOPLE)
    assert proposals["identifier"].target == "student.student_number"
    assert proposed(PEOPLE, identifier=["1", "1", "1", None, None])["identifier"].target is None


def test_a_number_for_messages_is_no_rival_of_the_telephone():
    proposals = proposed(PEOPLE)
    assert (proposals["phone"].target, proposals["phone"].question) == ("student.phone", "")
    assert proposals["sms"].target is None
