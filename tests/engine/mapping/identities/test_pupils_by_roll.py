"""Pupils whom a table knows by number and name only are asked about where pupils with ids are known."""

from __future__ import annotations

from dataclasses import replace

import polars as pl

from core.engine.batch import ROW
from core.engine.mapping.proposal import StreamSample
from core.engine.mapping.proposals import propose
from core.engine.plan import ImportSettings
from core.engine.sources.reshape.decide import shapes_of

SETTINGS = ImportSettings("school", "generic", country="IN")
SHEET = pl.DataFrame(
    {
        ROW: [2, 3],
        "Roll No": ["1", "2"],
        "Student Name": ["Asha Rao", "Kiran Rao"],
        "Maths (100)": ["92", "AB"],
        "English (100)": ["81", "64"],
    }
)
PUPILS = pl.DataFrame({ROW: [2], "Student ID": ["A-1"], "First Name": ["Asha"], "Last Name": ["Rao"]})


def sheet(*, has_pupils: bool = False) -> StreamSample:
    (shape,) = shapes_of(tuple(SHEET.columns[1:]), SHEET, "school")
    rows = pl.concat(shape.convert(iter([SHEET])))
    sample = StreamSample("marks", shape.entity, rows, readings=shape.readings)
    return replace(sample, has_pupils=has_pupils)


def questions(*samples: StreamSample) -> set[str]:
    return {
        proposal.question[:10]
        for proposal in propose(samples, SETTINGS)
        if proposal.source == "Pupil key" and proposal.target
    }


def test_a_sheet_of_a_school_without_pupils_needs_no_question():
    assert questions(sheet()) == {""}


def test_a_sheet_of_a_school_that_has_pupils_with_ids_is_asked_about():
    assert questions(sheet(has_pupils=True)) == {"This table"}


def test_a_sheet_beside_a_list_of_pupils_with_ids_is_asked_about():
    assert questions(sheet(), StreamSample("pupils", "student", PUPILS)) == {"This table"}
