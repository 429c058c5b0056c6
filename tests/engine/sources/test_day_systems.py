"""A workbook that counts days from 1904 is told from others, so that its day numbers are the right days."""

from __future__ import annotations

from datetime import date

import pytest
import xlsxwriter

from adapters import SOURCES
from core.engine.mapping.actions import suggest_mapping
from core.engine.mapping.views import field_rows
from core.engine.sources.actions import add_file, create_migration
from core.engine.sources.read import identify, read


def write_workbook(path, options):
    with xlsxwriter.Workbook(str(path), options) as workbook:
        sheet = workbook.add_worksheet("Guests")
        sheet.write_row(0, 0, ["Customer ID", "First Name", "Birthday", "Last Visit"])
        for row, day in enumerate((31_048, 28_856), start=1):
            sheet.write_row(row, 0, [f"C{row}", "Mira", day - (1_462 if options else 0)])
            sheet.write_datetime(
                row, 3, date(2024, 10, 16), workbook.add_format({"num_format": "yyyy-mm-dd"})
            )
    return path


@pytest.mark.parametrize(("options", "year"), [({}, 1900), ({"date_1904": True}, 1904)])
def test_day_numbers_are_counted_from_the_year_of_the_workbook(alice, tmp_path, options, year):
    path = write_workbook(tmp_path / "guests.xlsx", options)
    identified = identify(path, list(SOURCES.values()))
    assert identified.options.day_system == year
    ((_, frame),) = read(path, identified)
    assert [text[:10] for text in frame["Last Visit"]] == ["2024-10-16"] * 2
    migration = create_migration(alice, "Guests").id
    add_file(alice, migration, path, SOURCES)
    suggest_mapping(alice, migration, SOURCES)
    transforms = {field.source_field: field.transform for field in field_rows(alice, migration)}
    assert transforms["Birthday"] == f"parse_date(excel={year})"
