"""People whose kind nothing tells are asked about before they become pupils, staff or guardians."""

from __future__ import annotations

import polars as pl
import pytest

from core.engine.mapping.proposal import StreamSample
from core.engine.mapping.proposals import propose
from core.engine.plan import ImportSettings

SCHOOL = ImportSettings("school", "spreadsheet")


def _questions(stream: str, **columns: list[str]) -> set[str]:
    rows = pl.DataFrame({"_row": [2, 3, 4], **columns}, schema_overrides={"_row": pl.Int64})
    proposals = propose([StreamSample(stream, None, rows)], SCHOOL)
    return {proposal.source for proposal in proposals if proposal.question.startswith("Of which kind")}


NAMES = {
    "First name": ["Ines", "Karl", "Lea"],
    "Surname": ["Duarte", "Busch", "Novak"],
    "Email address": ["ines@example.org", "karl@example.org", "lea@example.org"],
}


def test_names_and_addresses_alone_do_not_say_who_people_are():
    assert {"First name", "Surname"} <= _questions("export", **NAMES)


@pytest.mark.parametrize("stream", ["students", "Schülerliste", "staff_2025", "Parents"])
def test_the_name_of_the_table_says_it(stream: str):
    assert not _questions(stream, **NAMES)


def test_a_column_that_only_pupils_have_says_it():
    assert "Surname" not in _questions(
        "export", **NAMES, Grade=["7", "8", "7"], **{"Date of birth": ["2012-04-03"] * 3}
    )
