"""Records that nothing in the row belongs to are asked about before they are made."""

from __future__ import annotations

import pytest

from core.engine.mapping.views import field_rows
from tests.importer import Importer

BY_WAITER = "Order No,Opened,Total\nKim:,,\n1,2025-03-11 12:00,2.00\n2,2025-03-12 12:05,3.00\nLee:,,\n3,2025-03-13 12:05,4.34\nTotal,,9.34\n"
MENU = "Item,Category,Price\nSoup,Starters,4.00\nStew,Mains,9.50\nPie,Desserts,5.00\n"
RESERVATIONS = (
    "Conf #,Party,Guest,Guest Phone,Guest Email,Cancelled\n"
    "R1,4,Ada Sample,312-555-0101,ada@example.com,No\nR2,2,Cy Doe,312-555-0102,cy@example.com,Yes\n"
    "R3,6,Bo Ray,312-555-0103,bo@example.com,No\n"
)


def questions(importer: Importer, text: str, target: str) -> list[str]:
    migration = importer.prepare(text, name="list.csv", reviewed=False)
    return [field.question for field in field_rows(importer.context, migration) if field.target == target]


def test_headings_above_orders_make_no_categories_without_a_question(importer: Importer) -> None:
    assert all("categories" in question for question in questions(importer, BY_WAITER, "category.name"))


@pytest.mark.parametrize("target", ["menu_item.category_id", "category.name"])
def test_the_category_of_an_item_is_no_question(importer: Importer, target: str) -> None:
    assert not any(questions(importer, MENU, target))


def test_a_flag_alone_makes_no_records_without_a_question(importer: Importer) -> None:
    assert all(questions(importer, RESERVATIONS, "order_line.is_void"))


def test_a_name_becomes_no_id_of_a_nameless_guest_without_a_question(importer: Importer) -> None:
    assert all(questions(importer, RESERVATIONS, "order.customer_id"))
