"""A class is called by its name where the name stands beside its id, or a person is asked."""

from __future__ import annotations

import polars as pl
import pytest

from core.engine.mapping.proposal import StreamSample
from core.engine.mapping.proposals import propose
from core.engine.plan import ImportSettings

ENROLMENTS = {
    "Class ID": ["C1", "C1", "C2"],
    "Class Name": ["Algebra", "Algebra", "Biology"],
    "Student ID": ["S1", "S2", "S1"],
    "Role": ["Student", "Student", "Student"],
    "Date Enrolled": ["2025-09-02", "2025-09-02", "2025-09-02"],
}


@pytest.mark.parametrize("title", ["Class Name", "Class Title"])
def test_the_name_of_a_class_beside_its_id_is_taken_or_asked_about(title: str):
    columns = {title if name == "Class Name" else name: texts for name, texts in ENROLMENTS.items()}
    rows = pl.DataFrame({"_row": [2, 3, 4], **columns})
    proposals = propose([StreamSample("enrolments", None, rows)], ImportSettings("school", "spreadsheet"))
    assert "class_section.name" in {proposal.target for proposal in proposals if proposal.source == title}
