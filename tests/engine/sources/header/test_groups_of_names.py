"""A header of two rows, groups above and the same names below each, names its columns by both."""

from __future__ import annotations

import pytest

from core.engine.sources.file_info import ReaderOptions
from core.engine.sources.read import identify, read

NAMES = "ID,First Name,Last Name,Name,Phone,Name,Phone"
ROWS = "S1,Finn,Barlow,Paul Barlow,020 7946 0102,Helen Barlow,020 7946 0101\nS2,Kofi,Osei,,,Ama Osei,020 7946 0110\n"


def _tables(folder, text: str) -> dict[str, list[str]]:
    path = folder / "contacts.csv"
    path.write_text(text, encoding="utf-8")
    identified = identify(path, [], None, domain="school")
    rows: dict[str, list[str]] = {}
    for name, frame in read(path, identified, chunk_rows=10):
        column = "Name" if "Name" in frame.columns else frame.columns[1]
        rows.setdefault(name, []).extend(frame[column].to_list())
    return rows


@pytest.mark.parametrize(
    "groups",
    [
        "Student,,,Father,,Mother,",
        "Student,Student,Student,Father,Father,Mother,Mother",
        ",,,Father,,Mother,",
    ],
)
def test_the_people_of_both_groups_are_read_apart(tmp_path, groups):
    pupils, guardians = _tables(tmp_path, f"{groups}\n{NAMES}\n{ROWS}").values()
    assert pupils == ["S1", "S2"]
    assert guardians == ["Paul Barlow", "Helen Barlow", "Ama Osei"]


@pytest.mark.parametrize("title", ["Pupil list,,,,,Printed 12 September,", "Contacts", ",,,,,,"])
def test_a_title_above_the_header_groups_nothing(tmp_path, title):
    path = tmp_path / "pupils.csv"
    path.write_text(
        f"{title}\nID,First Name,Last Name,Year,Form,Phone,Email\nS1,Finn,Barlow,4,4A,,\n", encoding="utf-8"
    )
    (stream,) = identify(path, [], None, domain="school").streams
    assert stream.columns[:3] == ("ID", "First Name", "Last Name")


def test_names_that_repeat_within_a_group_are_left_as_they_are(tmp_path):
    path = tmp_path / "pupils.csv"
    path.write_text("Pupil,,,Notes,\nID,Name,Name,Note,Note\nS1,Finn,Barlow,a,b\n", encoding="utf-8")
    (stream,) = identify(path, [], None, domain="school").streams
    assert "Name (2)" in stream.columns


@pytest.mark.parametrize(
    ("text", "columns"),
    [
        (
            "Item,,Price,,Stock,\nCode,Name,Dine in,Takeout,On hand,Minimum\nS1,Soup,4.5,5,11,3\nS2,Tea,2,2.5,9,3\n",
            ("Item Code", "Item Name", "Price Dine in", "Price Takeout", "Stock On hand", "Stock Minimum"),
        ),
        (
            "Student ID,Name,Address,,\n,,Street,City,Zip\n7,Ada Moss,1 Elm Rd,Troy,12180\n8,Ben Lake,2 Elm Rd,Troy,12180\n",
            ("Student ID", "Name", "Address Street", "Address City", "Address Zip"),
        ),
        (
            "Student number,First name,Last name\nstu_no,fname,lname\n1001,Ada,Moss\n1002,Ben,Lake\n",
            ("Student number", "First name", "Last name"),
        ),
        (
            ",,Mother,,Father,\nStudent ID,Name,Name,Phone,Name,Phone\n7,Ada Moss,Ann Moss,555-0101,Bob Moss,555-0102\n",
            ("Student ID", "Name", "Mother Name", "Mother Phone", "Father Name", "Father Phone"),
        ),
        (
            "Pupil,,Contact,\nPupil ID,Name,Name,Phone\n7,Ada Moss,Ann Moss,555-0101\n",
            ("Pupil ID", "Pupil Name", "Contact Name", "Contact Phone"),
        ),
    ],
)
def test_columns_are_named_by_group_and_name(tmp_path, text, columns):
    path = tmp_path / "list.csv"
    path.write_text(text, encoding="utf-8")
    (first, *_) = identify(path, [], ReaderOptions(reshape=False)).streams
    assert first.columns == columns


@pytest.mark.parametrize(
    "text",
    [
        "Item,,Price\nSoup,hot,4.50\nTea,cold,2.00\n",
        "Name,City,\nAda,Troy,x\nBen,Albany,y\n",
        "Dish,Price,Kind\nsoup,4,starter\ntea,2,drink\n",
    ],
)
def test_a_first_row_of_data_is_no_second_row_of_the_header(tmp_path, text):
    path = tmp_path / "list.csv"
    path.write_text(text, encoding="utf-8")
    (first, *_) = identify(path, [], ReaderOptions(reshape=False)).streams
    assert first.columns[0] in {"Item", "Name", "Dish"}
    assert first.rows == 2
