"""A pupil who stands in several rows is one pupil, by the number that each row has; a number within a class is none."""

from __future__ import annotations

import polars as pl

from core.engine.mapping.natural_keys import with_keys
from core.engine.mapping.proposal import StreamSample
from core.engine.mapping.proposals import propose
from core.engine.plan import ImportSettings
from core.engine.sources.facts.columns import FactCollector


def _ids(columns: dict[str, list[str]]) -> list[str]:
    """The columns that are proposed as the pupil's id."""
    rows = pl.DataFrame({"_row": list(range(2, 2 + len(columns["Last Name"]))), **columns})
    collector = FactCollector()
    collector.add(rows)

    def differ(names, **_) -> bool:
        return rows.select(names).is_unique().all()

    sample = StreamSample("students", None, rows, facts=collector.facts(), is_unique_together=differ)
    proposals = with_keys(propose([sample], ImportSettings("school", "spreadsheet")), [sample])
    return [proposal.source for proposal in proposals if proposal.target == "student.external_id"]


ENROLMENTS = {
    "Last Name": ["Hart", "Hart", "Quist"],
    "First Name": ["Maya", "Maya", "Leo"],
    "Birth Date": ["2013-02-11", "2013-02-11", "2012-06-30"],
    "Entry Date": ["2025-08-14", "2025-11-03", "2025-08-14"],
}


def test_a_pupil_who_came_back_is_known_by_the_number_of_both_rows():
    assert _ids({"Student Number": ["510001", "510001", "510002"], **ENROLMENTS}) == ["Student Number"]


def test_a_number_that_two_pupils_have_is_no_id():
    rows = {"Student Number": ["1", "2", "1"], **ENROLMENTS}
    assert "Student Number" not in _ids(rows)
