"""Rows that are no data are recognised by several signs together; what is not certain is said to be likely, or is data."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters import SOURCES
from core.engine.batch import MARK, NOTED, ROW, notes_of
from core.engine.sources.non_data.facts import RowFacts, says_kind
from core.engine.sources.non_data.marks import Mark, without_marked
from core.engine.sources.non_data.reading import Marker
from core.engine.sources.read import identify, read

ORDERS = "Order #,Opened,Server,Subtotal,Tax,Total"
ROWS_OF_ORDERS = (
    "501,2025-03-01 12:05,Kim,40.00,3.20,43.20",
    "502,2025-03-01 12:40,Lee,15.50,1.24,16.74",
    "503,2025-03-01 13:20,Kim,88.00,7.04,95.04",
)


def frame_of(folder: Path, *lines: str, name: str = "table.csv", chunk_rows: int = 20_000) -> pl.DataFrame:
    path = folder / name
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    identified = identify(path, [*SOURCES.values()])
    frames = [frame for _, frame in read(path, identified, chunk_rows=chunk_rows)]
    return pl.concat(frames, how="diagonal")


def marks_of(frame: pl.DataFrame) -> dict[int, str]:
    if MARK not in frame.columns:
        return {}
    return dict(frame.select(ROW, MARK).drop_nulls(MARK).iter_rows())


@pytest.mark.parametrize(
    ("line", "mark"),
    [
        ("Total,,,143.50,11.48,154.98", "total"),
        ("Grand Total,,,143.50,11.48,154.98", "total"),
        ("Summe,,,143.50,11.48,154.98", "total"),
        ("Gesamt:,,,143.50,11.48,154.98", "total"),
        ("Totale,,,143.50,11.48,154.98", "total"),
        ("Total général,,,143.50,11.48,154.98", "total"),
        ("Suma total,,,143.50,11.48,154.98", "total"),
        ("Итого,,,143.50,11.48,154.98", "total"),
        ("Razem,,,143.50,11.48,154.98", "total"),
        ("Toplam,,,143.50,11.48,154.98", "total"),
        ("合計,,,143.50,11.48,154.98", "total"),
        ("总计,,,143.50,11.48,154.98", "total"),
        ("합계,,,143.50,11.48,154.98", "total"),
        (",,TOTAL,143.50,11.48,154.98", "total"),
        (",,,143.50,11.48,154.98", "total"),
        ("Zwischensumme,,,143.50,11.48,154.98", "subtotal"),
        ("Sous-total,,,143.50,11.48,154.98", "subtotal"),
        ("小計,,,143.50,11.48,154.98", "subtotal"),
        ("Subtotal Food,,,143.50,11.48,154.98", "subtotal"),
        ("Total for Kim,,,143.50,11.48,154.98", "total"),
        ("March Total,,,143.50,11.48,154.98", "total"),
        ("Count,,,3,,", "count"),
        ("3 records,,,,,", "count"),
        ("Anzahl Belege,,,3,,", "count"),
        ("Average,,,47.83,3.83,51.66", "average"),
        ("Order #,Opened,Server,Subtotal,Tax,Total", "repeated header"),
        ("Printed 2025-03-02 by Admin,,,,,", "footer"),
        ("Page 1 of 3,,,,,", "footer"),
        ("Seite 1 von 3,,,,,", "footer"),
        ("Imprimé le 02/03/2025,,,,,", "footer"),
        ("Prices include VAT and are subject to change,,,,,", "footer"),
    ],
)
def test_a_row_below_the_orders_is_no_order(tmp_path, line, mark):
    assert marks_of(frame_of(tmp_path, ORDERS, *ROWS_OF_ORDERS, line)) == {5: mark}


@pytest.mark.parametrize(
    "line",
    [
        "504,2025-03-01 14:00,Total,10.00,0.80,10.80",
        "504,,,10.00,0.80,10.80",
        "504,2025-03-01 14:00,,10.00,,10.00",
        "504,2025-03-01 14:00,Lee,143.50,11.48,154.98",
    ],
)
def test_an_order_with_empty_or_odd_cells_is_an_order(tmp_path, line):
    assert marks_of(frame_of(tmp_path, ORDERS, *ROWS_OF_ORDERS, line)) == {}


@pytest.mark.parametrize(
    "dish",
    ["Total Burger", "Sum Dim", "Count Dracula Cocktail", "Average Joe", "Page Turner", "Summer Salad"],
)
def test_a_dish_named_like_a_total_is_a_dish(tmp_path, dish):
    menu = (
        "Item ID,Item,Category,Price",
        "i1,Soup,Starters,4.00",
        f"i2,{dish},Mains,9.00",
        "i3,Cake,Sweets,5.00",
    )
    assert marks_of(frame_of(tmp_path, *menu)) == {}


def test_a_dish_without_a_price_is_held_and_no_heading_where_the_table_is_not_in_sections(tmp_path):
    menu = ("Item,Price", "Soup,4.00", "Lobster,", "Cake,5.00", "Stew,7.00")
    assert marks_of(frame_of(tmp_path, *menu)) == {3: "likely heading"}


def test_a_guest_with_only_a_name_is_a_guest_where_others_lack_their_e_mail_too(tmp_path):
    guests = (
        "Name,Email,Phone",
        "Ada,ada@example.com,",
        "Ben,,",
        "Cy,,555-0101",
        "Dee,dee@example.com,555-0102",
    )
    assert marks_of(frame_of(tmp_path, *guests)) == {}


def test_headings_in_capitals_give_the_rows_below_their_section(tmp_path):
    menu = ("Item,Price", "STARTERS,", "Soup,4.00", "Salad,6.00", "MAINS,", "Stew,7.00", "Total,17.00")
    frame = frame_of(tmp_path, *menu)
    assert marks_of(frame) == {2: "heading", 5: "heading", 7: "total"}
    sections = dict(without_marked(frame).select("Item", "Section").iter_rows())
    assert sections == {"Soup": "STARTERS", "Salad": "STARTERS", "Stew": "MAINS"}


STOCK = "Item,UOM,Par,Walk-in,Dry Store,Bar,On Hand,Unit Cost,Value"


def test_headings_and_subtotals_are_no_records_where_they_are_more_than_the_rows_of_data(tmp_path):
    frame = frame_of(
        tmp_path,
        STOCK,
        "PRODUCE,,,,,,,,",
        "Romaine,case,4,3.5,-,-,3.5,24.00,84.00",
        "Tomatoes 5x6,case,3,2,-,-,2,31.50,63.00",
        "Subtotal Produce,,,,,,,,147.00",
        "DRY GOODS,,,,,,,,",
        "Olive Oil 3L,tin,6,-,6,1,7,27.90,195.30",
        "Subtotal Dry Goods,,,,,,,,195.30",
        "WINE,,,,,,,,",
        "House Red,bottle,24,6,-,25,31,6.40,198.40",
        "Subtotal Wine,,,,,,,,198.40",
        "TOTAL INVENTORY,,,,,,,,540.70",
    )
    assert without_marked(frame)["Item"].to_list() == ["Romaine", "Tomatoes 5x6", "Olive Oil 3L", "House Red"]
    assert without_marked(frame)["Section"].to_list() == ["PRODUCE", "PRODUCE", "DRY GOODS", "WINE"]


@pytest.mark.parametrize("count", ["5 employees", "3 cards", "12 Mitarbeiter", "7 transactions"])
def test_a_total_that_counts_its_rows_beside_is_no_record(tmp_path, count):
    frame = frame_of(
        tmp_path,
        "Employee,Emp #,Job,Hours,Pay",
        "Maria Alvarez,1004,Cook,80.00,1560.00",
        "Chen O'Neil,1011,Dishwasher,62.25,996.00",
        f"Company Total,{count},,142.25,2556.00",
    )
    assert marks_of(frame) == {4: "total"}


def test_headings_with_a_key_name_the_column_after_it(tmp_path):
    lines = ("Order,Opened,Total", "Server: Kim,,", "1,2025-03-01,5.00", "2,2025-03-01,6.00", "Server: Lee,,")
    frame = without_marked(frame_of(tmp_path, *lines, "3,2025-03-01,7.00"))
    assert frame["Server"].to_list() == ["Kim", "Kim", "Lee"]


def test_no_section_is_added_where_a_column_says_the_category(tmp_path):
    menu = ("Item,Category,Price", "STARTERS,,", "Soup,Starters,4.00", "MAINS,,", "Stew,Mains,7.00")
    frame = frame_of(tmp_path, *menu)
    assert marks_of(frame) == {2: "heading", 4: "heading"}
    assert "Section" not in frame.columns


def test_a_header_repeated_below_each_heading_and_page_title_is_none_of_the_rows(tmp_path):
    lines = (
        "Daily Sales,,",
        "Item,Sold,Revenue",
        "Soup,2,8.00",
        "Stew,1,7.00",
        "Daily Sales,,",
        "Item,Sold,Revenue",
    )
    frame = frame_of(tmp_path, *lines, "Cake,3,15.00")
    assert marks_of(frame) == {5: "page title", 6: "repeated header"}


def test_a_row_of_units_below_the_header_is_no_record(tmp_path):
    lines = ("Item,Weight,Price", "text,(kg),(EUR)", "Soup,0.4,4.00", "Stew,0.5,7.00")
    assert marks_of(frame_of(tmp_path, *lines)) == {2: "units"}


def test_a_total_that_differs_is_noted_with_both_figures(tmp_path):
    frame = frame_of(tmp_path, ORDERS, *ROWS_OF_ORDERS, "Total,,,143.50,11.48,164.98")
    (note,) = notes_of(frame).iter_rows(named=True)
    assert (note[ROW], note["code"], note["column"]) == (5, "total_differs", "Total")
    assert note["detail"] == "Total: the file's total is 164.98, the rows above add up to 154.98."


def test_a_total_with_a_decimal_comma_is_compared_as_it_is_written(tmp_path):
    lines = ("Beleg;Datum;Betrag", "1;01.03.2025;1.234,50", "2;02.03.2025;65,50", "Summe;;1.300,00")
    frame = frame_of(tmp_path, *lines)
    assert marks_of(frame) == {4: "total"}
    assert NOTED not in frame.columns


def test_the_total_on_a_later_frame_is_compared_with_the_rows_of_earlier_ones(tmp_path):
    rows = [f"{number},2025-03-01 12:00,Kim,10.00,1.00,11.00" for number in range(501, 561)]
    frame = frame_of(tmp_path, ORDERS, *rows, "Total,,,600.00,60.00,670.00", chunk_rows=25)
    assert marks_of(frame) == {62: "total"}
    assert notes_of(frame)["detail"].to_list() == [
        "Total: the file's total is 670, the rows above add up to 660."
    ]


def test_a_section_goes_on_in_the_next_frame(tmp_path):
    dishes = [f"Dish {number},a,{number}.00" for number in range(1, 8)]
    frame = frame_of(
        tmp_path, "Item,Note,Price", "STARTERS,,", *dishes, "MAINS,,", "Stew,b,9.00", chunk_rows=3
    )
    sections = without_marked(frame).sort(ROW)["Section"].to_list()
    assert sections == ["STARTERS"] * 7 + ["MAINS"]


def test_facts_count_the_marks_and_the_words_of_columns_that_say_the_kind(tmp_path):
    lines = ("Name,Role,City", "Ada,student,X", "Ben,teacher,Y", "Cy,student,X", "Total,,")
    facts = RowFacts()
    facts.add(frame_of(tmp_path, *lines))
    stored = facts.stored()
    assert RowFacts.read(stored).marks == {"total": 1}
    assert RowFacts.read(stored).words == {"Role": {"student": 2, "teacher": 1}}


@pytest.mark.parametrize(
    "name", ["Role", "userRole", "status", "Record Type", "Statut", "Typ", "状態", "is_deleted"]
)
def test_columns_that_say_the_kind_of_a_row_are_told_by_their_name(name):
    assert says_kind(name)


@pytest.mark.parametrize("name", ["Name", "Total", "Typewriter", "Estates", "_mark"])
def test_other_columns_are_not(name):
    assert not says_kind(name)


# --- any table ----------------------------------------------------------------------------------------------------

AMOUNTS = st.integers(1, 99_999).map(lambda cents: f"{cents / 100:.2f}")
NAMES = st.sampled_from(["Kim", "Lee", "Ana", "Bo"])
TABLES = st.lists(st.tuples(NAMES, AMOUNTS, AMOUNTS), min_size=3, max_size=30)
TOTAL_WORDS = st.sampled_from(
    ["Total", "Grand Total", "Summe", "Totale", "Sous-total", "合計", "Subtotal", "Итого"]
)


def text_of(rows: list[list[str]]) -> pl.DataFrame:
    buffer = io.StringIO()
    csv.writer(buffer).writerows(rows)
    frame = pl.read_csv(buffer.getvalue().encode(), infer_schema=False, has_header=True)
    return frame.insert_column(0, pl.Series(ROW, range(2, len(frame) + 2), pl.Int64))


@given(TABLES, TOTAL_WORDS, st.data())
def test_a_table_with_totals_and_repeated_headers_in_it_is_read_as_the_clean_one(table, word, data):
    header = ["Order No", "Server", "Net", "Gross"]
    clean = [[str(100 + number), *row] for number, row in enumerate(table)]
    cuts = sorted(data.draw(st.sets(st.integers(1, len(clean)), max_size=3)))
    dirty: list[list[str]] = []
    first = 0
    for cut in [*cuts, len(clean)]:
        dirty += clean[first:cut]
        if part := clean[first:cut]:
            sums = [f"{sum(round(float(row[place]) * 100) for row in part) / 100:.2f}" for place in (2, 3)]
            dirty.append([word, "", *sums])
            if cut < len(clean):
                dirty.append(header)
        first = cut
    frame = text_of([header, *dirty])
    marked = Marker(header).mark_frame(frame, None)
    assert without_marked(marked).select(header).rows() == [tuple(row) for row in clean]


@given(TABLES, st.integers(1, 7))
def test_marks_do_not_depend_on_where_frames_end(table, size):
    header = ["Order No", "Server", "Net", "Gross"]
    clean = [[str(100 + number), *row] for number, row in enumerate(table)]
    net = f"{sum(round(float(row[2]) * 100) for row in clean) / 100:.2f}"
    frame = text_of([header, *clean, ["Total", "", net, ""], ["Printed by Admin", "", "", ""]])
    whole = marks_of(Marker(header).mark_frame(frame, None))
    parts = pl.concat(Marker(header).mark(iter(frame.iter_slices(size))), how="diagonal")
    assert whole == {len(clean) + 2: Mark.TOTAL, len(clean) + 3: Mark.FOOTER}
    assert set(marks_of(parts).values()) <= set(Mark)
    assert len(clean) + 2 in marks_of(parts)


@given(st.lists(st.tuples(NAMES, st.sampled_from(["", "a@example.com"]), AMOUNTS), min_size=1, max_size=20))
def test_a_clean_table_has_no_marks_that_skip_a_row(table):
    header = ["Order No", "Server", "Email", "Total"]
    frame = text_of([header, *([str(100 + number), *row] for number, row in enumerate(table))])
    assert marks_of(Marker(header).mark_frame(frame, None)) == {}


def test_days_between_the_rows_of_a_timetable_are_no_classes(tmp_path):
    lines = [
        "Class,Subject,Room", "Monday,,", "7B/Ma,Maths,M12", "8A/Sc,Science,L1", "Tuesday,,", "9C/Hi,History,H3", "8A/Fr,French,F2",
    ]  # fmt: skip
    frame = without_marked(frame_of(tmp_path, *lines))
    assert "Section" not in frame.columns
    assert frame["Heading"].to_list() == ["Monday", "Monday", "Tuesday", "Tuesday"]
