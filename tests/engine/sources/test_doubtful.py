"""What a file says twice, or in two ways: told or refused, never settled in silence."""

from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path

import polars as pl
import pytest
import xlsxwriter
from hypothesis import given
from hypothesis import strategies as st

from adapters import SOURCES
from core.engine.batch import ROW, notes_of
from core.engine.plan import EntityPlan, FieldPlan, Plan
from core.engine.sources import store, views
from core.engine.sources.actions import add_file, create_migration
from core.engine.sources.currencies.notes import note_currency
from core.engine.sources.json_text import parse
from core.engine.sources.read import identify, read
from core.engine.transforms import transform_rows
from core.errors import InvalidInputError
from core.kit.values import read_number


def write_file(folder: Path, text: str, name: str = "menu.json") -> Path:
    path = folder / name
    path.write_text(text)
    return path


def rows_of(path: Path) -> dict[str, list[dict[str, str | None]]]:
    rows: dict[str, list[dict[str, str | None]]] = {}
    for name, frame in read(path, identify(path, [*SOURCES.values()])):
        rows.setdefault(name, []).extend(frame.drop("_row").to_dicts())
    return rows


def refusal(path: Path) -> InvalidInputError:
    with pytest.raises(InvalidInputError) as caught:
        rows_of(path)
    assert caught.value.hint
    assert path.name in caught.value.message
    return caught.value


# --- keys of JSON -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "key", "line"),
    [
        ('[{"id": 1, "price": 1, "price": 2}]', "price", 1),
        ('[{"id": 1},\n {"id": "a}\\"}", "price": 4.5,\n  "price": 4.50}]', "price", 3),
        ('[{"id": 1,\n "money": {"amount": null, "amount": 3}\n}]', "amount", 2),
        ('{"items": [{"id": 1}], "shop": {},\n "items": []}', "items", 2),
        ('{"id": 1}\n{"id": 2, "price": 1, "price": true}\n', "price", 2),
        ('[{"a": 1, "a": 2, "a": 1}]', "a", 1),
    ],
)
def test_a_key_with_two_values_in_one_object_is_refused_with_its_line(tmp_path, text, key, line):
    fault = refusal(write_file(tmp_path, text))
    assert (fault.facts["field"], fault.facts["row"]) == (key, line)


def test_a_key_that_comes_again_with_the_same_value_loses_nothing(tmp_path):
    path = write_file(tmp_path, '[{"id": 1, "tags": ["a"], "tags": ["a"]}]')
    assert rows_of(path) == {"records": [{"id": "1", "tags": '["a"]'}]}


@given(
    st.recursive(
        st.integers() | st.text('aü}"', max_size=3) | st.none(),
        lambda inner: (
            st.lists(inner, max_size=3) | st.lists(st.tuples(st.sampled_from("ab}"), inner), max_size=3)
        ),
        max_leaves=8,
    )
)
def test_a_document_is_read_without_loss_or_refused(tree):
    """Lists of pairs are written as objects, whose keys may come twice."""

    def write(node: object) -> str:
        if isinstance(node, list) and node and all(isinstance(member, tuple) for member in node):
            return "{" + ",".join(f"{json.dumps(key)}:{write(value)}" for key, value in node) + "}"
        return f"[{','.join(map(write, node))}]" if isinstance(node, list) else json.dumps(node)

    def pairs(node: object) -> int:
        if isinstance(node, tuple):
            return 1 + pairs(node[1])
        return sum(map(pairs, node)) if isinstance(node, list) else 0

    def count_members(node: object) -> int:
        if isinstance(node, dict):
            return len(node) + sum(map(count_members, node.values()))
        return sum(map(count_members, node)) if isinstance(node, list) else 0

    text = write(tree)
    try:
        document = parse(text, "menu.json")
    except InvalidInputError:
        assert pairs(tree) > count_members(json.loads(text))
    else:
        assert document == json.loads(text)


def test_two_keys_that_would_be_one_column_stay_two(tmp_path):
    path = write_file(tmp_path, json.dumps([{"*": 1, "* (2)": 2}, {"* (2)": 3}]))
    assert rows_of(path) == {"records": [{"* (2)": "1", "* (2) (2)": "2"}, {"* (2)": None, "* (2) (2)": "3"}]}


# --- lists ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("document", "where", "index"),
    [
        ([{"id": 1}, 7, {"id": 2}], "", 2),
        ([{"id": 1}, None], "", 2),
        ({"items": [{"id": 1}, "x"]}, "items", 2),
        ({"shop": {"items": [[], {"id": 1}]}}, "shop.items", 1),
        ([{"id": 1, "lines": [{"n": 1}, {"n": 2}, 3]}], "*.lines", 3),
    ],
)
def test_a_list_of_records_and_other_values_is_refused(tmp_path, document, where, index):
    fault = refusal(write_file(tmp_path, json.dumps(document)))
    assert fault.facts["row"] == index
    assert "other value" in fault.message
    assert fault.facts["field"].replace("[]", "*") == where


def test_a_list_of_plain_values_stays_one_value(tmp_path):
    path = write_file(tmp_path, json.dumps([{"id": 1, "tags": ["a", 2, None]}]))
    assert rows_of(path) == {"records": [{"id": "1", "tags": '["a",2,null]'}]}


# --- headers ----------------------------------------------------------------------------------------------------


def test_columns_of_one_name_are_read_apart_and_told(tmp_path):
    path = write_file(tmp_path, "Name,Price,Name,Price ,Sku\nSoup,4,Cup,5,a\n", "menu.csv")
    (head,) = identify(path, []).streams
    assert head.columns == ("Name", "Price", "Name (2)", "Price (2)", "Sku")
    assert (
        "2 columns of the header are called 'Price'; they are read apart, as Price and Price (2)" in head.why
    )
    assert sum("of the header are called" in sentence for sentence in head.why) == 2


def test_names_that_stand_once_and_columns_without_one_are_no_finding(tmp_path):
    path = write_file(tmp_path, "Name,,Price,\nSoup,1,4,2\n", "menu.csv")
    (head,) = identify(path, []).streams
    assert not any("of the header are called" in sentence for sentence in head.why)


# --- numbers ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("money", [False, True])
@pytest.mark.parametrize("text", ["1E-401", "-1e-401", "1E-11", "5.5E-17", "00.001e-9", "1E999999", "1E400"])
def test_a_number_of_which_nothing_would_be_left_is_not_read(text, money):
    assert read_number(pl.Series([text, "1.5"]), money=money).to_list() == [None, Decimal("1.5")]


@pytest.mark.parametrize(
    ("text", "number"), [("0E-401", 0), ("0.00", 0), ("1E-10", "1E-10"), ("1.5E3", 1500)]
)
def test_zero_and_small_numbers_are_read(text, number):
    assert read_number(pl.Series([text])).to_list() == [Decimal(number)]


def test_a_tiny_number_of_a_document_keeps_its_text(tmp_path):
    path = write_file(tmp_path, '[{"id": 1, "price": 1E-401}]')
    assert rows_of(path) == {"records": [{"id": "1", "price": "1E-401"}]}


def workbook(folder: Path, *rows: list[object]) -> Path:
    path = folder / "menu.xlsx"
    with xlsxwriter.Workbook(str(path)) as book:
        sheet = book.add_worksheet("Menu")
        for number, row in enumerate(rows):
            sheet.write_row(number, 0, row)
    return path


def frame_of(path: Path, chunk_rows: int = 20_000) -> pl.DataFrame:
    frames = [frame for _, frame in read(path, identify(path, []), chunk_rows=chunk_rows)]
    return pl.concat(frames, how="diagonal")


ROUNDED = 1234567890123456789
EXACT = 1234567890123456


def test_a_number_that_the_workbook_rounded_is_noted_at_its_row_and_column(tmp_path):
    path = workbook(
        tmp_path, ["Id", "Dish"], [EXACT, "Soup"], [ROUNDED, "Tea"], [-ROUNDED, "Cake"], [7, "Rice"]
    )
    notes = notes_of(frame_of(path, chunk_rows=2))
    assert notes.select("_row", "code", "column").rows() == [
        (3, "number_rounded", "Id"),
        (4, "number_rounded", "Id"),
    ]
    assert "1234567890123460000, which the workbook has rounded to 15 digits" in notes["detail"][0]


def test_a_long_number_that_is_text_in_the_workbook_is_whole_and_no_finding(tmp_path):
    frame = frame_of(workbook(tmp_path, ["Id", "Dish"], [str(ROUNDED), "Soup"]))
    assert frame["Id"].to_list() == [str(ROUNDED)]
    assert notes_of(frame).is_empty()


@pytest.mark.parametrize(("mapped", "level"), [("Id", "error"), ("Code", "warning")])
def test_a_row_is_held_for_a_rounded_number_only_where_the_column_is_imported(tmp_path, mapped, level):
    path = workbook(tmp_path, ["Id", "Code", "Dish"], [1, 2, "Tea"], *[[ROUNDED, "c", "Soup"]])
    fields = (FieldPlan("external_id", (mapped,)), FieldPlan("name", ("Dish",)))
    entity = EntityPlan("menu", "menu_item", fields)
    batch = transform_rows(Plan("restaurant", "test", (entity,)), entity, frame_of(path))
    issues = batch.issues.filter(pl.col("code") == "number_rounded")
    assert issues.select("_row", "level", "source_field").rows() == [(3, level, "Id")]


def test_rows_in_another_currency_than_the_customers_are_noted(alice, tmp_path):
    migration = create_migration(alice, "Menus").id
    path = write_file(
        tmp_path, "Dish,Price,Currency\nSoup,4,USD\nTea,3,EUR\nRice,2,\nCake,5, usd\n", "menu.csv"
    )
    file = add_file(alice, migration, path, SOURCES)
    (stream,) = [stream for stream in views.streams(alice, migration) if stream.file_id == file.id]
    frame = store.read_chunk(alice, stream.id, 0)
    entity = EntityPlan(
        stream.name, "menu_item", (FieldPlan("name", ("Dish",)), FieldPlan("price", ("Price",)))
    )
    issues = transform_rows(Plan("restaurant", "test", (entity,)), entity, frame).issues
    assert issues.filter(pl.col("code") == "other_currency")["level"].to_list() == ["warning"]
    notes = notes_of(frame)
    assert notes.rows() == [
        (3, "other_currency", "Currency", "Column 'Currency' says EUR; amounts are imported as USD.")
    ]


@pytest.mark.parametrize(
    ("currency", "texts", "noted"),
    [
        ("USD", ["€ 18", "$3", "5EUR", "R$ 4", "7", "12.50 usd"], ["€ 18", "5EUR", "R$ 4"]),
        ("EUR", ["€ 18", "$3", "5 EUR"], ["$3"]),
        ("CAD", ["$3", "3.00", "USD 4"], ["USD 4"]),
        ("USD", ["Euro € Bar", "Cafe EUR"], []),
    ],
)
def test_amounts_that_name_another_currency_are_noted(currency, texts, noted):
    frame = pl.DataFrame({ROW: range(len(texts)), "Price": texts})
    rows = notes_of(note_currency(frame, currency)).filter(pl.col("code") == "other_currency")[ROW]
    assert [texts[row] for row in rows] == noted


@pytest.mark.parametrize(
    ("text", "is_noted"),
    [('["USD","USD"]', False), ('["USD","EUR"]', True), ("[]", False), ("US Dollar", False)],
)
def test_a_list_of_currencies_is_looked_through(text, is_noted):
    frame = pl.DataFrame({"_row": [1], "prices[].price_money.currency": [text]})
    assert notes_of(note_currency(frame, "USD")).height == is_noted
