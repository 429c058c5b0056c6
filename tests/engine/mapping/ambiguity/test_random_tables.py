"""Random menus with a flag of the opposite and a second price: the target has what the menu means, or a person is asked."""

from __future__ import annotations

from decimal import Decimal

import polars as pl
from hypothesis import given, settings
from hypothesis import strategies as st

from core.engine.mapping.plans import Link, build_plan
from core.engine.mapping.proposal import StreamSample
from core.engine.mapping.proposals import propose
from core.engine.plan import ImportSettings
from core.engine.transforms import transform_rows

SETTINGS = ImportSettings("restaurant", "spreadsheet")

OPPOSITES = [
    "Discontinued",
    "Archived",
    "Inactive",
    "Hidden",
    "Sold out",
    "Unavailable",
    "Not available",
    "Disabled",
]
SAME = ["Active", "Available", "Is active", "Available for sale", "Published", "Enabled"]
ANSWERS = [
    ("Y", "N"),
    ("yes", "no"),
    ("1", "0"),
    ("TRUE", "FALSE"),
    ("ja", "nein"),
    ("oui", "non"),
    ("sí", "no"),
]
SECOND_PRICES = [
    "Sale price",
    "Compare At Price",
    "Delivery price",
    "Price (2)",
    "Staff price",
    "Old price",
    "Price B",
]

_CENTS = st.integers(100, 9_999)


def text(cents: int) -> str:
    return f"{Decimal(cents) / 100:.2f}"


@given(
    st.lists(st.tuples(_CENTS, st.none() | _CENTS, st.booleans()), min_size=2, max_size=12),
    st.sampled_from([(header, True) for header in OPPOSITES] + [(header, False) for header in SAME]),
    st.sampled_from(ANSWERS),
    st.sampled_from(SECOND_PRICES),
    st.permutations(range(5)),
)
@settings(deadline=None)
def test_a_menu_is_imported_as_it_is_meant_or_a_person_is_asked(items, flag, answers, second_price, order):
    header, is_opposite = flag
    yes, no = answers
    columns = {
        "Item ID": [f"i{number}" for number in range(len(items))],
        "Item Name": [f"Dish {number}" for number in range(len(items))],
        "Price": [text(price) for price, _, _ in items],
        second_price: [None if other is None else text(other) for _, other, _ in items],
        header: [yes if active != is_opposite else no for _, _, active in items],
    }
    names = [list(columns)[number] for number in order]
    rows = pl.DataFrame({name: columns[name] for name in names}, schema=dict.fromkeys(names, pl.String))
    rows = rows.with_row_index("_row", 2).cast({"_row": pl.Int64})
    proposals = propose([StreamSample("menu", "menu_item", rows)], SETTINGS)
    links = [
        Link("menu", proposal.source, proposal.target, proposal.transform, True, 1, proposal.position)
        for proposal in proposals
        if proposal.target and not proposal.question
    ]
    plan = build_plan(links, {"menu": "menu_item"}, SETTINGS)
    entity = next(plan.of("menu_item"), None)
    if entity is None:
        return
    target = transform_rows(plan, entity, rows).frame
    if "is_active" in target.columns:
        assert target["is_active"].to_list() == [active for _, _, active in items]
    if "price" in target.columns:
        assert target["price"].to_list() == [Decimal(price) / 100 for price, _, _ in items]
