"""Records that nothing in the row belongs to are asked about before they are made."""

from __future__ import annotations

import pytest

from core.engine.mapping.views import field_rows
from tests.importer import Importer

BY_WAITER = "Order No,Opened,Total\nKim:,,\n1,2025-03-11 12:00,2.00\n2,2025-03-12 12:05,3.00\nLee:,,\n3,2025-03-13 12:05,4.34\nTotal,,9.34\n"
MENU = "Item,Category,Price\nSoup,Starters,4.00\nStew,Mains,9.50\nPie,Desserts,5.00\n"


def questions(importer: Importer, text: str, target: str) -> list[str]:
    migration = importer.prepare(text, name="list.csv", reviewed=False)
    return [field.question for field in field_rows(importer.context, migration) if field.target == target]


def test_headings_above_orders_make_no_categories_without_a_question(importer: Importer) -> None:
    assert all("categories" in question for question in questions(importer, BY_WAITER, "category.name"))


@pytest.mark.parametrize("target", ["menu_item.category_id", "category.name"])
def test_the_category_of_an_item_is_no_question(importer: Importer, target: str) -> None:
    assert not any(questions(importer, MENU, target))
