"""A hand-over pack as it is drawn: what was known, and what was not."""

from __future__ import annotations

from typing import Any

from pages.orders.escalations.pack import draw_pack
from tests.pages.operator.screens import rows_of
from tests.pages.parts import context_of, draw, text_of

PACK: dict[str, Any] = {
    "made_at": "2026-11-26T09:00:00+00:00",
    "order": "OC-0042",
    "state": "data_migration",
    "state_since": None,
    "promised_go_live": None,
    "held_rows": 1,
    "tasks": [
        {
            "title": "Send *all* menus",
            "side": "customer",
            "due_on": "2026-12-01",
            "blocks": "data_collection",
        },
        {"title": "Look at it", "side": "operator", "due_on": None, "blocks": None},
    ],
    "milestones": [{"key": "go_live", "promised_on": "2026-12-05", "reached_on": None}],
    "log": [
        {
            "at": "2026-11-25T09:00:00+00:00",
            "channel": "phone",
            "direction": "in",
            "with": "Rosa",
            "text": "Hm.",
        }
    ],
    "levels": [{"level": 1, "opened_at": "2026-11-25T09:00:00+00:00", "taken_at": None, "reason": "Slow."}],
}


def test_a_pack_has_its_moment_in_the_zone_of_the_customer_and_the_levels_before() -> None:
    app = draw(lambda: draw_pack(context_of("manager"), PACK))
    words = text_of(app)
    assert "As it stood on 26 Nov, 04:00 EST." in words
    assert "Order OC-0042: data migration, 1 held row" in words
    assert "L1 Customer Success" in words
    assert "Slow." in words
    assert "Phone from the customer" in words
    assert "Rosa: Hm." in words


def test_tasks_and_milestones_are_tables_with_days_and_owners() -> None:
    app = draw(lambda: draw_pack(context_of("manager"), PACK))
    first, second = rows_of(app, "Task")
    assert (first["Task"], first["Whose"], first["Due"], first["Blocks"]) == (
        "Send *all* menus",
        "Customer",
        "1 Dec",
        "Data collection",
    )
    assert second["Whose"] == "Us"
    assert rows_of(app, "Milestone") == [{"Milestone": "Go live", "Promised": "5 Dec", "Reached": None}]


def test_a_pack_of_an_order_that_has_just_begun_says_what_there_is_not() -> None:
    empty = PACK | {"held_rows": None, "tasks": [], "milestones": [], "log": [], "levels": []}
    words = text_of(draw(lambda: draw_pack(context_of("manager"), empty)))
    assert "nothing imported yet" in words
    assert words.count("None.") == 2
    assert "None planned." in words
