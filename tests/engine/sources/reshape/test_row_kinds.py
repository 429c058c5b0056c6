"""An export with rows of several kinds is read as a stream of each kind; no row is in two, and none is lost."""

from __future__ import annotations

import polars as pl
from hypothesis import given
from hypothesis import strategies as st

from core.engine.batch import ROW
from core.engine.sources.contract import Source, StreamSpec
from core.engine.sources.read import ReaderOptions, identify, read
from core.engine.sources.reshape.row_kinds import row_kinds

LINES = StreamSpec("lines", "order_line", where=("Line Type", "Line"))
SALES = StreamSpec(
    "sales",
    "order",
    frozenset({"number", "Line Type", "total"}),
    where=("Line Type", "Sale"),
    kinds=(LINES,),
)
TILL = Source("till", "Till", "restaurant", (SALES, LINES))
TEXT = "number,line_type,total\n1,Sale,5.00\n1,Line,5.00\n2,SALE,3.00\n2,line,3.00\n2,Rounding,0.01\n"


@given(st.lists(st.sampled_from(["Sale", "sale ", "LINE", "Rounding", "", None])))
def test_every_row_is_in_exactly_one_stream(values):
    frame = pl.DataFrame(
        {ROW: range(len(values)), "Line type": values}, schema={ROW: pl.Int64, "Line type": pl.String}
    )
    rows = [
        number
        for _, shape in row_kinds(["Line type"], SALES)
        for part in shape.convert(iter([frame]))
        for number in part[ROW]
    ]
    assert sorted(rows) == list(range(len(values)))


def test_a_table_without_the_column_of_kinds_is_not_split():
    assert list(row_kinds(["number", "total"], SALES)) == []


def test_kinds_become_streams_of_their_declarations_and_others_are_set_apart(tmp_path):
    path = tmp_path / "history.csv"
    path.write_text(TEXT.replace("line_type", "Line Type"), encoding="utf-8")
    identified = identify(path, [TILL])
    assert [(info.name, info.entity, info.rows) for info in identified.streams] == [
        ("sales", "order", 2),
        ("lines", "order_line", 2),
        ("history · further rows", None, 1),
    ]
    frames = dict(read(path, identified))
    assert frames["lines"][ROW].to_list() == [3, 5]
    unsplit = identify(path, [TILL], ReaderOptions(reshape=False))
    assert [info.rows for info in unsplit.streams] == [5]


def test_a_kind_may_have_several_words_and_rows_of_no_word_are_nobody_s(tmp_path):
    staff = StreamSpec("staff", "staff", where=("user_role", "teacher|aide"))
    pupils = StreamSpec(
        "pupils", "student", frozenset({"id", "User Role"}), where=("User Role", "student"), kinds=(staff,)
    )
    path = tmp_path / "users.csv"
    path.write_text("id,user_role\n1,student\n2,Aide\n3,\n4,guest\n5,teacher\n", encoding="utf-8")
    system = Source("system", "System", "school", (pupils, staff))
    identification = identify(path, [system], ReaderOptions())
    frames = dict(read(path, identification))
    assert {name: frame["id"].to_list() for name, frame in frames.items()} == {
        "pupils": ["1"],
        "staff": ["2", "5"],
        "users · further rows": ["3", "4"],
    }
    assert [info.entity for info in identification.streams] == ["student", "staff", None]
