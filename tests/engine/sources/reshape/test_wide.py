"""Wide tables become long: a row a day, a row a subject, and nothing of a row is lost."""

import json
from datetime import date, timedelta

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.engine.batch import ROW
from core.engine.sources.read import ReaderOptions, identify, read
from core.engine.sources.reshape.decide import shapes_of

CODES = ["P", "A", "L", "E"]


def streams_of(tmp_path, text, options=None, domain="school"):
    path = tmp_path / "table.csv"
    path.write_text(text, encoding="utf-8")
    identified = identify(path, [], options, domain=domain)
    frames = {}
    for name, frame in read(path, identified, chunk_rows=2):
        frames.setdefault(name, []).append(frame)
    rows = {name: pl.concat(parts).to_dicts() for name, parts in frames.items()}
    return {info.name: info for info in identified.streams}, rows


@st.composite
def registers(draw):
    """Build a long register: pupils, days of neighbouring weeks, and the code of each, some without one."""
    pupils = draw(st.lists(st.integers(1, 9_999), min_size=1, max_size=6, unique=True))
    first = draw(st.dates(date(2020, 1, 1), date(2030, 1, 1)))
    count = draw(st.integers(3, 20))
    days = [first + timedelta(days=place) for place in range(count)]
    cells = {(pupil, day): draw(st.sampled_from([*CODES, ""])) for pupil in pupils for day in days}
    return pupils, days, cells


@given(
    register=registers(), form=st.sampled_from(["%Y-%m-%d", "%d/%m/%Y", "%m/%d/%Y", "%d %b %Y", "%d.%m.%y"])
)
def test_a_register_turned_wide_is_read_as_the_long_one(register, form):
    pupils, days, cells = register
    columns = ("Student ID", *(day.strftime(form) for day in days))
    texts = [[str(pupil), *(cells[pupil, day] or None for day in days)] for pupil in pupils]
    frame = pl.DataFrame(texts, schema=dict.fromkeys(columns, pl.String), orient="row").with_row_index(ROW, 2)
    (shape,) = shapes_of(columns, frame.with_columns(pl.col(ROW).cast(pl.Int64)), "school")
    if shape.entity is None:  # day and month cannot be told apart, or no cell says that it is a register
        assert all(shape.readings[name].target is None for name in columns[1:] if name in shape.readings)
        return
    long = pl.concat(shape.convert(iter([frame.with_columns(pl.col(ROW).cast(pl.Int64))])))
    assert long[ROW].is_unique().all()
    assert long[ROW].is_sorted()
    cells_read = {
        (int(row["Student ID"]), row["Day"]): row["Attendance"] for row in long.to_dicts() if row["Day"]
    }
    assert cells_read == {(pupil, str(day)): code for (pupil, day), code in cells.items() if code}
    assert set(long["Student ID"]) == {str(pupil) for pupil in pupils}


def test_marks_of_each_subject_become_rows_and_absence_is_no_score(tmp_path):
    text = "Admission No,Student Name,Maths (100),Art (50),Total,Rank\nA1,Ada Bloom,92,AB,92,1\nA2,Ben Carr,,B+,0,2\n"
    infos, rows = streams_of(tmp_path, text)
    assert infos["table"].entity == "assessment_result"
    cells_read = [
        (row[ROW], row["Subject"], row["Max score"], row["Score"], row["Letter"], row["Comment"])
        for row in rows["table"]
    ]
    assert cells_read == [
        (201, "Maths", "100", "92", None, None),
        (202, "Art", "50", None, None, "AB"),
        (302, "Art", "50", None, "B+", None),
    ]
    readings = infos["table"].shape.readings
    assert readings["Total"].target is None
    assert readings["Admission No"].target == "assessment_result.student_id"


@pytest.mark.parametrize(
    "text",
    [
        "Roll No,Name,Maths (100),English (100)\n1,Ada,90,80\n1,Ben,70,60\n",  # of two classes
        "Roll No,Maths (100),English (100)\n1,90,80\n2,70,60\n",  # of nobody by name
    ],
)
def test_a_number_within_the_class_that_identifies_nobody_is_asked_about(tmp_path, text):
    infos, _ = streams_of(tmp_path, text)
    readings = infos["table"].shape.readings
    assert "Roll No" in readings["Roll No"].question
    assert all("external_id" not in str(reading.target) for reading in readings.values())


def pupil_keys(tmp_path, *lines, header="Roll No,Class,Name,Maths (100),English (100)"):
    infos, rows = streams_of(tmp_path, "\n".join([header, *lines]) + "\n")
    assert infos["table"].shape.readings["Pupil key"].also == ("student.external_id",)
    return [row["Pupil key"] for row in rows["table"]][::2]


def test_class_number_and_name_identify_a_pupil_together_wherever_the_rows_stand(tmp_path):
    rows = ["1,5A,Ada Bloom,90,80", "2,5A,Ben Carr,70,AB", "1,5B,Cy Dunn,7,8"]
    keys = pupil_keys(tmp_path, *rows)
    assert len(set(keys)) == 3
    assert pupil_keys(tmp_path, *reversed(rows)) == keys[::-1]
    assert not any("Ada" in key for key in keys)


def test_pupils_of_one_number_in_two_files_of_marks_are_two(tmp_path):
    header = "Roll No,Name,Maths (100),English (100)"
    (first,) = pupil_keys(tmp_path, "1,Ada Bloom,90,80", header=header)
    (second,) = pupil_keys(tmp_path, "1,Cy Dunn,90,80", header=header)
    assert first != second


@pytest.mark.parametrize(
    "header",
    ["1,2,3,4,5,6", "1 Sep,2 Sep,3 Sep,4 Sep,5 Sep", "01/02/2025,02/01/2025,03/03/2025"],
)
def test_days_that_cannot_be_dated_are_asked_about(tmp_path, header):
    days = header.split(",")
    infos, rows = streams_of(tmp_path, f"Student ID,{header}\nS1,{','.join('PALPAP'[: len(days)])}\n")
    readings = infos["table"].shape.readings
    assert all(readings[day].target is None and readings[day].question for day in days)
    assert len(rows["table"]) == 1


def test_a_table_is_read_as_it_stands_where_the_option_says_so(tmp_path):
    text = "Student ID,2025-09-01,2025-09-02,2025-09-03\nS1,P,A,P\n"
    infos, rows = streams_of(tmp_path, text, ReaderOptions(reshape=False))
    assert infos["table"].columns == ("Student ID", "2025-09-01", "2025-09-02", "2025-09-03")
    assert [row[ROW] for row in rows["table"]] == [2]


def test_guardians_of_siblings_are_one_person(tmp_path):
    text = (
        "Admission No,First Name,Father Name,Father Mobile,Mother Name,Mother Mobile\n"
        "1,Asha,Vikram Rao,+91 98450 12345,Meera Rao,9845012346\n"
        "2,Kiran,Vikram Rao,98450-12345,,\n"
        "3,Dev,Vikram Rao,9000000000,Latha,\n"
    )
    infos, rows = streams_of(tmp_path, text)
    assert infos["table"].columns == ("Admission No", "First Name")
    people = [
        (row[ROW], row["Relationship"], row["Name"], json.loads(row["Pupils"]))
        for row in rows["table · guardians"]
    ]
    assert people == [
        (201, "father", "Vikram Rao", ["1", "2"]),
        (202, "mother", "Meera Rao", ["1"]),
        (401, "father", "Vikram Rao", ["3"]),
        (402, "mother", "Latha", ["3"]),
    ]


def test_people_beside_a_pupil_whom_no_column_identifies_are_asked_about(tmp_path):
    infos, _ = streams_of(
        tmp_path, "Student,Father Name,Father Phone\nAda,Al,555 1234567\nAda,Bo,555 7654321\n"
    )
    readings = infos["table"].shape.readings
    assert readings["Father Name"].target is None
    assert readings["Father Name"].question


@pytest.mark.parametrize(
    ("header", "cell"),
    [
        ("Modifiers", "Bacon +1.50; Cheese +1.00"),
        ("Sizes", "S 8.00 / L 11.00"),
        ("Payments", "Cash $20.00, Card $44.00"),
        ("Bought", "2x Burger; 1x Cola"),
        ("Categories", "Food > Pizza, Bestsellers"),
    ],
)
def test_several_values_in_a_cell_of_rows_that_nothing_tells_apart_are_asked_about(tmp_path, header, cell):
    infos, _ = streams_of(tmp_path, f'Item,{header}\nBurger,"{cell}"\nBurger,"{cell}"\n', domain="restaurant")
    reading = infos["table"].shape.readings[header]
    assert reading.target is None
    assert reading.question


@pytest.mark.parametrize("cell", ["12 High St, Flat 4", "Bacon; cheese", "1,3,7", "vegan, spicy"])
def test_prose_and_plain_lists_are_left_to_the_mapping(tmp_path, cell):
    infos, _ = streams_of(tmp_path, f'Item,Allergens\nBurger,"{cell}"\n', domain="restaurant")
    assert infos["table"].shape is None


def test_a_mark_sheet_whose_ids_stand_beside_repeated_numbers_is_read(tmp_path):
    text = "Student,ID,SIS User ID,Essay (20),Quiz (10)\nAda Bloom,1,A1,18,9\nBen Carr,1,A2,15,\nCy Dunn,2,A2,7,4\n"
    infos, rows = streams_of(tmp_path, text)
    assert infos["table"].shape.entity == "assessment_result"
    assert [row["Score"] for row in rows["table"]] == ["18", "9", "15", "7", "4"]


@pytest.mark.parametrize("noun", ["Student", "Child"])
def test_several_pupils_of_a_household_in_one_row_are_asked_about(tmp_path, noun):
    header = f"Household ID,Parent 1 Name,Parent 1 Email,{noun} 1 ID,{noun} 1 Name,{noun} 2 ID,{noun} 2 Name"
    text = f"{header}\nH1,Ann Beck,ann@example.com,7001,Nora Beck,7002,Eli Beck\n"
    infos, _ = streams_of(tmp_path, text)
    readings = infos["table"].shape.readings
    assert all("several pupils" in readings[name].question for name in header.split(",")[1:])


def test_contacts_in_a_row_each_beside_a_pupil_are_guardians_and_the_pupil_is_one(tmp_path):
    text = (
        "Student_id,Last_name,First_name,Contact_name,Contact_type,Contact_phone\n"
        "S1,Ash,Ella,Jane Ash,Guardian,7755550101\nS1,Ash,Ella,Mark Ash,Guardian,7755550102\nS2,Begum,Nadia,Salma Begum,Guardian,7755550103\n"
    )
    infos, rows = streams_of(tmp_path, text)
    pupils, guardians = infos
    assert infos[pupils].shape.readings["Student_id"].target == "student.external_id"
    assert "Contact_name" not in rows[pupils][0]
    assert [row["Name"] for row in rows[guardians]] == ["Jane Ash", "Mark Ash", "Salma Begum"]


def test_a_list_of_contacts_stays_a_table_of_contacts(tmp_path):
    text = "Contact Name,Contact Phone,Contact Email,Pupil UPN\nJane Ash,1,a@example.com,A1\nMark Ash,2,b@example.com,A1\n"
    infos, _ = streams_of(tmp_path, text)
    assert list(infos) == ["table"]
