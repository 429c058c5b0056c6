"""Several columns for one target: the one that the others clearly are not, or a question on each; never a mixture."""

from __future__ import annotations

import polars as pl
import pytest

from core.engine.mapping.ambiguity.resolve import resolve
from core.engine.mapping.proposal import Proposal, StreamSample
from core.engine.plan import ImportSettings
from core.engine.sources.profile import profile_frame

SETTINGS = ImportSettings("restaurant", "spreadsheet")

Columns = dict[str, tuple[str, list[str | None]]]
"""Header -> the target that the matcher chose, and the values."""


def resolved(columns: Columns, confidence: dict[str, float] | None = None) -> dict[str, Proposal]:
    """Resolve what the matcher suggested, by header."""
    cells = {header: values for header, (_, values) in columns.items()}
    frame = pl.DataFrame(cells, schema=dict.fromkeys(cells, pl.String))
    profiles = profile_frame("table", frame)
    proposals = [
        Proposal("table", profile.source, 0, profile.position, columns[profile.source][0], None,
                 (confidence or {}).get(profile.source, 0.9), (), (), profile)
        for profile in profiles
    ]  # fmt: skip
    sample = StreamSample("table", None, frame)
    return {proposal.source: proposal for proposal in resolve(proposals, sample, SETTINGS)}


PRICES = ["10.00", "12.50", "9.00"]


@pytest.mark.parametrize(
    ("target", "taken", "values", "left", "other_values"),
    [
        ("menu_item.price", "Regular price", PRICES, "Sale price", ["8.00", None, None]),
        ("menu_item.price", "Price", PRICES, "Compare At Price", ["11.00", "14.00", None]),
        ("menu_item.price", "Preis", PRICES, "Aktionspreis", ["8.00", None, None]),
        ("menu_item.price", "Prix", PRICES, "Prix soldé", ["8.00", None, None]),
        ("menu_item.price", "Price", PRICES, "Delivery Price", ["12.00", "14.00", "11.00"]),
        ("menu_item.price", "Dine-in Price", PRICES, "Delivery Price", ["12.00", "14.00", "11.00"]),
        ("menu_item.category_id", "Category", ["A", "B", "C"], "Subcategory 1", ["a1", "b1", "c1"]),
        ("menu_item.name", "Name", ["A", "B", "C"], "Attribute 1 name", ["Size", "Size", None]),
        ("menu_item.name", "Name", ["A", "B", "C"], "Kitchen name", ["a1", "b1", "c1"]),
        ("menu_item.name", "Name", ["A", "B", "C"], "Name (2)", ["a1", "b1", "c1"]),
        ("menu_item.quantity_on_hand", "Stock", ["20", "10", "0"], "In stock?", ["1", "1", "0"]),
        ("order.service_charge_total", "Service Charges", ["0.00", "4.00"], "Fees", ["-$0.93", "-$1.20"]),
        ("customer.phone", "Phone", ["617-555-0142", "617-555-0143", None], "Fax", ["617-555-0199", None, None]),
    ],
)  # fmt: skip
def test_the_column_that_the_other_clearly_is_not_is_taken(target, taken, values, left, other_values):
    for order in ((taken, left), (left, taken)):
        data = {taken: values, left: other_values}
        proposals = resolved({header: (target, data[header]) for header in order})
        assert (proposals[taken].target, proposals[taken].question) == (target, "")
        assert proposals[left].target is None
        assert proposals[left].alternatives[0].target == target
        assert any(taken in reason.text for reason in proposals[left].evidence)


@pytest.mark.parametrize(
    ("target", "first", "second"),
    [
        ("menu_item.price", "Price takeaway", "Price delivery"),
        ("menu_item.price", "Price A", "Price B"),
        ("menu_item.price", "Sale price", "Member price"),
        ("menu_item.price", "Price", "Selling Price"),
        ("menu_item.cost", "Cost", "Last cost"),
    ],
)
def test_rivals_that_nothing_tells_apart_are_both_asked(target, first, second):
    proposals = resolved({first: (target, ["10.00", "12.00"]), second: (target, ["11.00", "12.00"])})
    for header in (first, second):
        assert "Which of" in proposals[header].question
        assert "10.0000 / 11.0000" in proposals[header].question
        assert "They differ in 1 row" in proposals[header].question


def test_a_name_beside_the_id_of_the_same_person_becomes_the_name_of_that_person():
    target = "order.customer_id"
    frame = pl.DataFrame(
        {"Customer ID": ["c1", "c2", None], "Customer Name": ["Ada Sample", "Bo Sample", None]}
    )
    proposals = resolve(
        [
            Proposal("table", profile.source, 0, profile.position, target, None, 0.9, (), (), profile)
            for profile in profile_frame("table", frame)
        ],
        StreamSample("table", None, frame),
        SETTINGS,
    )
    assert [
        (proposal.source, proposal.slot, proposal.target, proposal.transform) for proposal in proposals
    ] == [
        ("Customer ID", 0, "order.customer_id", None),
        ("Customer Name", 0, "customer.first_name", "given_name"),
        ("Customer Name", 1, "customer.last_name", "family_name"),
    ]


def test_values_of_people_do_not_stand_in_a_question():
    target = "customer.phone"
    proposals = resolved({
        "Phone": (target, ["617-555-0142", "617-555-0143"]),
        "Mobile": (target, ["617-555-0188", "617-555-0189"]),
    })  # fmt: skip
    assert proposals["Phone"].question.endswith("They differ in 2 rows.")


def test_columns_of_the_same_content_are_no_rivals():
    target = "menu_item.price"
    proposals = resolved({"Price": (target, PRICES), "Selling Price": (target, ["10.0", "12.5", None])})
    assert (proposals["Price"].target, proposals["Price"].question) == (target, "")
    assert proposals["Selling Price"].target is None


def test_codes_of_which_each_row_has_one_are_joined_by_a_visible_transform():
    target = "menu_item.barcode"
    proposals = resolved({
        "UPC": (target, ["012345678905", None]),
        "EAN": (target, [None, "5012345678900"]),
    })  # fmt: skip
    assert [(proposal.transform, proposal.question) for proposal in proposals.values()] == [
        ("coalesce", "")
    ] * 2


def test_a_weak_claim_is_asked_and_the_sure_one_is_not():
    target = "menu_item.price"
    proposals = resolved(
        {"Price": (target, PRICES), "Rate": (target, ["1", "2", "3"])}, {"Price": 0.95, "Rate": 0.4}
    )
    assert not proposals["Price"].question
    assert "Is 'Rate' it instead?" in proposals["Rate"].question


def test_parts_of_one_value_stay_together():
    target = "employee.display_name"
    proposals = resolved({
        "First Name": (target, ["Ada", "Bo"]),
        "Last Name": (target, ["Sample", "Example"]),
    })  # fmt: skip
    assert [proposal.question for proposal in proposals.values()] == ["", ""]
    assert {proposal.target for proposal in proposals.values()} == {target}


@pytest.mark.parametrize(
    ("target", "values"),
    [
        ("menu_item.price", ["8.50 / 12.00", "market", "9.00"]),
        ("order.opened_at", ["soon", "2025-01-01 10:00", "later"]),
        ("customer.email", ["yes", "no", "ada@example.com"]),
        ("customer.phone", ["1", "0", "1"]),
        ("menu_item.pricing_strategy", ["Y", "N", "N"]),
    ],
)
def test_a_column_whose_values_the_target_cannot_take_is_asked(target, values):
    assert "Is it" in resolved({"Column": (target, values)})["Column"].question


def test_few_values_that_cannot_be_taken_are_held_row_by_row():
    values = [*PRICES * 4, "market"]
    assert not resolved({"Price": ("menu_item.price", values)})["Price"].question


@pytest.mark.parametrize("cell", ["Cash $20.00, Card $44.00", "Card 10.00 + Gift Card 5.00", "Cash, Visa"])
def test_tenders_listed_in_one_cell_are_asked(cell):
    proposals = resolved({"Payment Method": ("payment.tender", ["Card", "Cash", "Card", "Card", cell])})
    assert "lists several values in one cell in 1 row" in proposals["Payment Method"].question


@pytest.mark.parametrize(
    ("header", "target"),
    [("Exit date", "student.enrolled_on"), ("Austrittsdatum", "student.enrolled_on"), ("Start date", "enrollment.ends_on")],
)  # fmt: skip
def test_the_end_of_something_is_not_taken_for_its_beginning(header, target):
    assert "sounds like" in resolved({header: (target, ["2024-01-01", "2024-02-01"])})[header].question


def test_a_quantity_on_order_is_no_position():
    assert "a quantity" in resolved({"On Order": ("menu_item.sort_order", ["5", "3"])})["On Order"].question


@pytest.mark.parametrize("is_first", [True, False])
def test_a_column_without_values_is_no_rival(is_first):
    columns: Columns = {"Product category": ("menu_item.category_id", [None, None])}
    filled: Columns = {"Type": ("menu_item.category_id", ["Coffee", "Kitchen"])}
    proposals = resolved(columns | filled if is_first else filled | columns)
    assert (proposals["Type"].target, proposals["Type"].question) == ("menu_item.category_id", "")
    assert proposals["Product category"].target is None
