"""Columns that a source declares beside those of its table: defaults, joined columns, and records of repeated columns."""

from __future__ import annotations

import json

import polars as pl
from hypothesis import given
from hypothesis import strategies as st

from adapters.declare import fields
from core.engine.batch import ROW
from core.engine.sources.contract import Source, StreamSpec
from core.engine.sources.detect import match_table
from core.engine.sources.read import ReaderOptions, identify, read
from core.engine.sources.reshape.declared import declared_shape

PEOPLE = StreamSpec(
    "people_of_classes",
    "enrollment",
    unpivoted=("Teacher id", "Teacher * id"),
    defaults={"Role": "teacher"},
    hints=fields({"Class id": "enrollment.class_id", "Teacher id": "enrollment.person_id"}),
)
CLASSES = StreamSpec(
    "classes",
    "class_section",
    frozenset({"Class id", "Teacher id", "Term", "Begin"}),
    kinds=(PEOPLE,),
    joined={"Term key": ("Term", "Begin")},
    hints=fields({"Class id": "class_section.external_id"}, "Teacher id", "Teacher * id", "Term", "Begin"),
)
SYSTEM = Source("system", "System", "school", (CLASSES, PEOPLE))
HEADERS = ("class_id", "TEACHER_ID", "Teacher 2 Id", "Begin", "Term")
CELLS = st.sampled_from(["a", "b", " ", ""])


def frames_of(tmp_path, rows, headers=HEADERS, options=None):
    path = tmp_path / "classes.csv"
    text = "\n".join(",".join(row) for row in (headers, *rows))
    path.write_text(text + "\n", encoding="utf-8")
    identification = identify(path, [SYSTEM], options or ReaderOptions())
    return identification, dict(read(path, identification))


def test_each_filled_cell_of_a_repeated_column_is_a_record_with_its_position_and_the_columns_it_needs(
    tmp_path,
):
    rows = [("c1", "t1", "t2", "2026-08-24", "Fall"), ("c2", "", "t3", "2026-08-24", "Fall")]
    identification, frames = frames_of(tmp_path, rows)
    people = frames["people_of_classes"]
    assert people.select("class_id", "Teacher id", "Position", "Role").rows() == [
        ("c1", "t1", "1", "teacher"),
        ("c1", "t2", "2", "teacher"),
        ("c2", "t3", "2", "teacher"),
    ]
    assert people[ROW].to_list() == [201, 202, 302]
    assert {info.name: info.rows for info in identification.streams} == {"classes": 2, "people_of_classes": 3}


@given(st.lists(st.tuples(CELLS, CELLS), max_size=6))
def test_as_many_records_come_out_as_cells_are_filled(cells):
    from core.engine.sources.table_streams.unpivoted import unpivoted_shape

    columns = ("Class id", "Teacher id", "Teacher 2 id")
    data = [(number, f"c{number}", *pair) for number, pair in enumerate(cells, start=2)]
    schema = {ROW: pl.Int64, **dict.fromkeys(columns, pl.String)}
    frame = pl.DataFrame(data, schema=schema, orient="row")
    shape = unpivoted_shape(PEOPLE, columns)
    people = pl.concat([*shape.convert(iter([frame]))])
    assert people.height == sum(bool(cell.strip()) for pair in cells for cell in pair)
    assert people[ROW].is_unique().all()
    assert tuple(people.columns) == (ROW, *shape.columns)


def test_a_table_without_the_repeated_columns_has_no_such_stream(tmp_path):
    _, frames = frames_of(tmp_path, [("c1", "Fall", "2026-08-24")], ("Class id", "Term", "Begin"))
    assert set(frames) == {"classes"}


def test_a_table_that_is_to_be_read_as_it_stands_keeps_its_columns(tmp_path):
    rows = [("c1", "t1", "t2", "2026-08-24", "Fall")]
    identification, frames = frames_of(tmp_path, rows, options=ReaderOptions(reshape=False))
    assert set(frames) == {"classes"}
    assert identification.streams[0].columns == HEADERS


def test_a_joined_column_has_the_order_of_the_declaration_whatever_that_of_the_table(tmp_path):
    rows = [("c1", "t1", "", "2026-08-24", "Fall"), ("c2", "t1", "", "", "Fall"), ("c3", "t1", "", "", "")]
    _, frames = frames_of(tmp_path, rows)
    assert frames["classes"]["Term key"].to_list() == ["Fall 2026-08-24", "Fall", None]


def test_a_default_fills_blank_cells_and_stands_for_a_missing_column():
    spec = StreamSpec("rolls", "enrollment", defaults={"Role": "student"})
    for columns, expected in ((("Id",), ["student"] * 2), (("Id", "role"), ["aide", "student"])):
        rows = pl.DataFrame({ROW: [2, 3], "Id": ["1", "2"], "role": ["aide", None]}).select(ROW, *columns)
        shape = declared_shape(spec, columns, rows, {})
        (frame,) = shape.convert(iter([rows]))
        assert frame[shape.columns[-1]].to_list() == expected
        assert len(shape.columns) == 2


WARDS = StreamSpec("wards", "guardian", collected="student_id")


@given(
    st.lists(st.tuples(st.sampled_from(["g1", "g2"]), st.sampled_from(["s1", "s2", "s3", ""]))), st.randoms()
)
def test_rows_that_differ_in_the_collected_column_are_one_record_in_any_order(pairs, random):
    from core.engine.sources.table_streams.collected import collected_shape

    columns = ("observer_id", "Student ID")

    def lists(rows):
        schema = {ROW: pl.Int64, **dict.fromkeys(columns, pl.String)}
        frame = pl.DataFrame(
            [(number, *row) for number, row in enumerate(rows, start=2)], schema, orient="row"
        )
        shape = collected_shape(declared_shape(WARDS, columns, frame, {}), WARDS)
        return {
            row["observer_id"]: row["Student ID"]
            for part in shape.convert(iter([frame]))
            for row in part.to_dicts()
        }

    wards = {name: json.loads(text) if text else [] for name, text in lists(pairs).items()}
    assert wards == {
        name: sorted({student for key, student in pairs if key == name and student}) for name, _ in pairs
    }
    mixed = list(pairs)
    random.shuffle(mixed)
    assert lists(mixed) == lists(pairs)


def test_a_table_without_a_needed_column_is_no_such_stream():
    spec = StreamSpec("users", "student", frozenset({"id", "name", "role"}), needs=frozenset({"Role"}))
    system = Source("system", "System", "school", (spec,))
    assert match_table(["ID", "Name", "ROLE"], [system]).spec == spec
    assert match_table(["id", "name", "email"], [system]) is None
