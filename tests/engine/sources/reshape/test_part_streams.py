"""Cells that list things with their amounts become records: sizes, modifiers and payments; other cells are asked or held."""

from __future__ import annotations

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.engine.batch import FAULT, ROW
from core.engine.sources.reshape.decide import shapes_of
from core.engine.sources.reshape.parts import Part, parts_of

NAMES = st.sampled_from(["Bacon", "Extra cheese", "S", "Groß", "Gift Card", "Double-shot", "Crème fraîche"])
AMOUNTS = st.decimals(0, 999, places=2, allow_nan=False).map(str)


@given(
    st.lists(st.tuples(NAMES, AMOUNTS), min_size=1, max_size=4, unique_by=lambda pair: pair[0].casefold()),
    st.sampled_from(["; ", ", ", " / ", " | ", "\n", " & "]),
    st.sampled_from(["{} {}", "{} +{}", "{}: {}", "{} ({})", "{} ${}", "{} (+{})"]),
    st.sampled_from(".,"),
)
def test_a_list_of_names_and_amounts_is_read_whole(pairs, separator, form, sign):
    texts = [form.format(name, amount.replace(".", sign)) for name, amount in pairs]
    parts = parts_of(separator.join(texts))
    assert parts is not None
    read = [(part.name, (part.amount or "").strip("+$").replace(",", ".")) for part in parts]
    assert read == pairs


@given(st.text(st.sampled_from("ab 12.,;/+-:$"), max_size=14))
def test_no_letter_and_no_digit_of_a_cell_is_lost(text):
    parts = parts_of(text)
    if parts is not None:
        read = "".join(f"{part.name}{part.amount or ''}" for part in parts)
        assert sorted(filter(str.isalnum, read)) == sorted(filter(str.isalnum, text))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("0,3 l: 2,80; 0,5 l: 3,90", [Part("0,3 l", "2,80"), Part("0,5 l", "3,90")]),
        ("$20.00 Cash & $4.00 Card", [Part("Cash", "$20.00"), Part("Card", "$4.00")]),
        ("No croutons; Chicken +3.00", [Part("No croutons"), Part("Chicken", "+3.00")]),
    ],
)
def test_a_cell_is_read_as_people_write_it(text, expected):
    assert parts_of(text) == expected


@pytest.mark.parametrize(
    "text",
    ["1,3,7", "ask for 2 sauces", "Avocado - 2.00", "Visa 4242 20.00", "Cheese 1,000.00", "S 8; S 9", ""],
)
def test_other_cells_are_no_lists_of_amounts(text):
    assert parts_of(text) is None


def read(
    columns: dict[str, list[str | None]], later: list[str | None] | None = None
) -> dict[str, pl.DataFrame]:
    """Stream's suffix -> its rows; `later` are cells of the last column in rows beyond those that decide."""
    table = pl.DataFrame({ROW: range(2, 2 + len(next(iter(columns.values())))), **columns})
    shapes = shapes_of(tuple(columns), table, "restaurant")
    frames = [table]
    if later is not None:
        last = [*columns][-1]
        filling = {name: [f"{name} {number}" for number in range(len(later))] for name in [*columns][:-1]}
        frames.append(pl.DataFrame({ROW: range(50, 50 + len(later)), **filling, last: later}))
    return {shape.suffix: pl.concat([*shape.convert(iter(frames))], how="diagonal") for shape in shapes}


DISHES: dict[str, list[str | None]] = {
    "Item": ["Burger", "Pizza", "Soup"],
    "Price": ["9.00", None, "4.00"],
    "Sizes": [None, "S 8.00 / L 11.00", None],
    "Extras": ["Bacon +1.50; Cheese +1.00", "No basil; Olives +0.50", None],
}


def test_sizes_become_variants_and_modifiers_a_group_of_their_item():
    streams = read(DISHES)
    assert streams[" · sizes"].select(ROW, "Size", "Size price", "Item").rows() == [
        (301, "S", "8.00", "Pizza"),
        (302, "L", "11.00", "Pizza"),
    ]
    assert streams[" · extras"].select("Modifier group", "Modifier", "Price change").rows() == [
        ("Burger Extras", "Bacon", "+1.50"),
        ("Burger Extras", "Cheese", "+1.00"),
        ("Pizza Extras", "No basil", None),
        ("Pizza Extras", "Olives", "+0.50"),
    ]
    assert streams[""]["Modifier set"].to_list() == ['["Burger Extras"]', '["Pizza Extras"]', None]


def test_a_cell_further_on_that_is_no_list_is_a_row_with_a_fault():
    rows = read(DISHES, later=["Ham +1.00", "ask 2 cooks"])[" · extras"].tail(2)
    assert rows["Modifier"].to_list() == ["Ham", None]
    assert rows[FAULT].to_list() == [None, "Extras is no list of names and amounts: ask 2 cooks"]


def test_a_cell_that_lists_more_than_its_row_numbers_allow_is_a_row_with_a_fault():
    letters = "abcdefghijklmnopqrstuvwxyz"
    names = [f"{first}{second}x" for first in letters[:4] for second in letters]
    rows = read(DISHES, later=["; ".join(f"{name} +1.00" for name in names)])[" · extras"]
    assert rows[FAULT].drop_nulls().len() == 1
    assert rows[ROW].is_unique().all()


@pytest.mark.parametrize(
    "changes",
    [
        {"Extras": ["Bacon +1.50; Cheese +1.00", "ask 2 cooks", None]},
        {"Item": ["Burger", "Burger", "Soup"]},
        {
            "Price": [None, None, "4.00"],
            "Extras": ["Small 3.00; Large 4.00", None, None],
        },  # of a dish without a price
    ],
)
def test_a_column_that_is_not_certain_is_not_divided(changes):
    assert " · extras" not in read({**DISHES, **changes})


def test_payments_of_a_cell_belong_to_their_order():
    streams = read(
        {
            "Order No": ["1", "2", "1"],
            "Date": ["2025-03-01 12:10", "2025-03-01 12:45", "2025-03-02 10:00"],
            "Total": ["51.20", "64.00", "-30.00"],
            "Payment Method": ["Card", "Cash $20.00, Card $44.00", "Card"],
        }
    )
    assert streams[" · payments"].select("Order key", "Tender", "Tender amount").rows() == [
        ("1/2025-03-01 12:10", "Card", None),
        ("2/2025-03-01 12:45", "Cash", "$20.00"),
        ("2/2025-03-01 12:45", "Card", "$44.00"),
        ("1/2025-03-02 10:00", "Card", None),
    ]
    assert streams[""]["Order key"].n_unique() == 3


def test_an_order_of_one_payment_each_stays_as_it_is():
    columns: dict[str, list[str | None]] = {
        "Order No": ["1", "2"],
        "Total": ["5", "6"],
        "Payment Method": ["Card", "Cash"],
    }
    assert [*read(columns)] == [""]
