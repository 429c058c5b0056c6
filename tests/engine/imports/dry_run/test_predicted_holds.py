"""The rows that a validation says are held are those that the dry run and the import hold, children of held records included."""

from __future__ import annotations

import json

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from core.engine.runs.reconciliation.accounting import account
from core.engine.validation import views
from tests.conftest import SQUARE_SAMPLE, TOAST_SAMPLE

ORDERS = (
    "Order ID,Date,Subtotal,Tax,Tip,Total\n"
    "o1,2026-01-02,10.00,1.00,0.00,11.00\no2,2026-01-02,ten,1.00,0.00,11.00\n"
)
LINES = (
    "Line ID,Order ID,Item Name,Quantity,Unit Price,Net Amount\n"
    "l1,o1,Soup,1,10.00,10.00\nl2,o2,Stew,1,6.00,6.00\nl3,o2,Tea,1,4.00,4.00\nl4,o9,Pie,1,4.00,4.00\n"
)
PAYMENTS = "Payment ID,Order ID,Payment Type,Amount\np1,o1,Card,11.00\np2,o2,Card,11.00\n"


def held(importer, migration):
    """(foreseen by the validation, held by the dry run, held by the import)."""
    foreseen = views.file_held(views.latest(importer.context, migration).totals)
    runs = [importer.run(migration, kind).id for kind in ("dry_run", "import")]
    importer.context.session.rollback()
    return (foreseen, *(account(importer.context, run).held for run in runs))


def test_the_lines_and_payments_of_a_held_order_are_foreseen_as_held(importer):
    migration = importer.prepare(
        ORDERS, name="orders.csv", more=[("lines.csv", LINES), ("payments.csv", PAYMENTS)]
    )
    assert held(importer, migration) == (5, 5, 5)
    validation = views.latest(importer.context, migration)
    issues = views.issues(importer.context, validation.id, code="missing_reference")
    assert [(issue.stream, issue.detail) for issue in issues if "held" in (issue.detail or "")] == [
        ("lines", "Order 'o2' is held for correction."),
        ("lines", "Order 'o2' is held for correction."),
        ("payments", "Order 'o2' is held for correction."),
    ]


def test_an_order_that_is_there_already_takes_its_lines_though_its_row_is_held(importer):
    importer.import_file(ORDERS.replace("ten", "10.00"), name="orders.csv")
    migration = importer.prepare(ORDERS, name="orders2.csv", more=[("lines.csv", LINES)])
    assert held(importer, migration) == (2, 2, 2)


def test_children_of_children_are_foreseen_as_held(importer):
    menu = "Item ID,Item Name,Price\ni1,Soup,much\ni2,Stew,5.00\n"
    sizes = (
        "Variation ID,Item ID,Variation Name,Price\nv1,i1,Small,4.00\nv2,i2,Small,4.00\nv3,Soup,Large,6.00\n"
    )
    migration = importer.prepare(menu, name="items.csv", more=[("variations.csv", sizes)])
    foreseen, rehearsed, imported = held(importer, migration)
    assert foreseen == rehearsed == imported >= 3


def broken(sample, tmp_path):
    """The sample with an amount of one order and the price of one item written as words."""
    document = json.loads(sample.read_text())

    def spoil(node, names, kinds):
        for key, value in list(node.items()) if isinstance(node, dict) else enumerate(node):
            if kinds and key in names and not isinstance(value, dict | list):
                node[key] = "much"
                kinds.pop()
            elif isinstance(value, dict | list):
                spoil(value, names, kinds)

    for part in ("menus", "orders", "objects"):
        if part in document:
            spoil(document[part], {"price", "totalAmount", "amount"}, [1])
    path = tmp_path / sample.name
    path.write_text(json.dumps(document))
    return path


@pytest.mark.parametrize("sample", [TOAST_SAMPLE, SQUARE_SAMPLE], ids=lambda path: path.stem)
@pytest.mark.parametrize("is_whole", [True, False], ids=["whole", "broken"])
def test_what_a_sample_has_held_is_what_was_foreseen(importer, tmp_path, sample, is_whole):
    migration = importer.prepare(sample if is_whole else broken(sample, tmp_path))
    foreseen, rehearsed, imported = held(importer, migration)
    assert foreseen == rehearsed == imported
    assert is_whole or foreseen


_IDS = st.sampled_from(["o1", "o2", "o3", "o4"])
_AMOUNTS = st.sampled_from(["5.00", "5.00", "five"])


@settings(
    max_examples=6,
    deadline=None,
    phases=[Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(
    orders=st.lists(st.tuples(_IDS, _AMOUNTS), min_size=1, max_size=5),
    lines=st.lists(st.tuples(_IDS, _AMOUNTS), min_size=1, max_size=8),
    payments=st.lists(st.tuples(_IDS, _AMOUNTS), min_size=1, max_size=5),
)
def test_whatever_is_broken_what_is_held_was_foreseen(importer, orders, lines, payments):
    """Orders come again, are broken or missing; lines and payments are broken or belong to such an order."""
    of_orders = "".join(f"{order},2026-01-02,{amount},{amount}\n" for order, amount in orders)
    of_lines = "".join(f"l{number},{order},Soup,1,{amount}\n" for number, (order, amount) in enumerate(lines))
    of_payments = "".join(
        f"p{number},{order},Card,{amount}\n" for number, (order, amount) in enumerate(payments)
    )
    migration = importer.prepare(
        "Order ID,Date,Subtotal,Total\n" + of_orders,
        name="orders.csv",
        more=[
            ("lines.csv", "Line ID,Order ID,Item Name,Quantity,Net Amount\n" + of_lines),
            ("payments.csv", "Payment ID,Order ID,Payment Type,Amount\n" + of_payments),
        ],
    )
    foreseen = views.file_held(views.latest(importer.context, migration).totals)
    run = importer.run(migration).id
    importer.context.session.rollback()
    assert account(importer.context, run).held == foreseen
    importer.roll_back(run)
