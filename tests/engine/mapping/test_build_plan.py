"""A plan is made of records that hold together, whatever single fields were mapped."""

from __future__ import annotations

from dataclasses import replace

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.engine import transforms
from core.engine.mapping.plans import Link, build_plan, contested, plan_digest, plan_from_json, plan_to_json
from core.engine.plan import Conflict, Plan
from core.schema import target_schema

FRAME = Plan("restaurant", "toast", ())
TARGETS = [field.key for field in target_schema().fields("restaurant")]


def plan_of(*links: Link, streams=None, conflicts=None) -> Plan:
    return build_plan(
        links, streams or dict.fromkeys((link.stream for link in links), None), FRAME, conflicts
    )


def entity_of(plan: Plan, name: str):
    (entity_plan,) = plan.of(name)
    return entity_plan


def sources(plan: Plan, key: str) -> tuple[str, ...]:
    entity, _, field = key.partition(".")
    return entity_of(plan, entity).field(field).sources


def made_of(plan: Plan, key: str, **row: str | None) -> str | None:
    """What the field becomes of a row: column -> text."""
    entity, _, name = key.partition(".")
    field = entity_of(plan, entity).field(name)
    frame = pl.DataFrame(
        {column: [text] for column, text in row.items()}, schema=dict.fromkeys(row, pl.String)
    )
    chain, columns = transforms.parse(field.transform), [pl.col(column) for column in field.sources]
    return frame.select(
        transforms.compile_chain(chain, columns, target_schema().field(key), FRAME).alias("made")
    ).item()


LINES = (
    Link("lines", "Line", "order_line.external_id"),
    Link("lines", "Order", "order_line.order_id"),
    Link("lines", "Item", "order_line.name"),
    Link("lines", "Item Id", "order_line.item_id"),
    Link("lines", "Group", "order_line.category_id"),
    Link("lines", "Net", "order_line.net_amount"),
)


def test_orders_are_picked_out_of_their_lines_by_the_column_that_refers_to_them():
    plan = plan_of(*LINES, Link("lines", "No.", "order.number"))
    assert sources(plan, "order.external_id") == ("Order",)
    assert not entity_of(plan, "order").primary
    assert entity_of(plan, "order_line").primary


def test_lines_alone_still_make_the_orders_items_and_categories_they_name():
    plan = plan_of(*LINES)
    assert sources(plan, "order.external_id") == ("Order",)
    assert sources(plan, "menu_item.external_id") == ("Item Id",)
    assert sources(plan, "menu_item.name") == ("Item",)
    assert sources(plan, "category.external_id") == sources(plan, "category.name") == ("Group",)


def test_staff_known_by_name_only_get_that_name_as_their_id():
    plan = plan_of(Link("o", "Id", "order.external_id"), Link("o", "Server", "order.employee_id"))
    assert sources(plan, "employee.external_id") == sources(plan, "employee.display_name") == ("Server",)


def test_guests_are_not_made_from_an_id_alone():
    plan = plan_of(Link("o", "Id", "order.external_id"), Link("o", "Guest", "order.customer_id"))
    assert not list(plan.of("customer"))


def test_nothing_is_derived_where_a_stream_is_about_it():
    plan = plan_of(
        *LINES, Link("menu", "id", "menu_item.external_id"), Link("menu", "name", "menu_item.name")
    )
    assert [entity_plan.stream for entity_plan in plan.of("menu_item")] == ["menu"]


def test_points_beside_a_guest_make_an_account_of_the_guest():
    plan = plan_of(
        Link("guests", "id", "customer.external_id"),
        Link("guests", "first", "customer.first_name"),
        Link("guests", "points", "loyalty_account.points_balance"),
    )
    assert (
        sources(plan, "loyalty_account.external_id")
        == sources(plan, "loyalty_account.customer_id")
        == ("id",)
    )


def test_an_entity_without_any_way_to_an_id_is_left_out_unless_the_rows_are_about_it():
    stray = Link("menu", "Rate", "tax_rate.rate")
    plan = plan_of(Link("menu", "id", "menu_item.external_id"), Link("menu", "name", "menu_item.name"), stray)
    assert not list(plan.of("tax_rate"))
    assert list(plan_of(stray).of("tax_rate"))


def test_of_two_sources_for_one_target_the_surer_is_taken_and_a_persons_choice_beats_both():
    sure, unsure = (
        Link("s", "a", "menu_item.price", confidence=0.9),
        Link("s", "b", "menu_item.price", confidence=0.8),
    )
    link = Link("s", "c", "menu_item.price", is_decided=True)
    assert sources(plan_of(sure, unsure), "menu_item.price") == ("a",)
    assert sources(plan_of(sure, unsure, link), "menu_item.price") == ("c",)
    assert list(contested([sure, unsure])) == [("s", "menu_item.price", ("a", "b"))]


def test_sources_that_a_transform_joins_are_all_taken():
    parts = [Link("s", name, "order.total", "sum", position=position) for position, name in enumerate("ab")]
    assert sources(plan_of(*parts), "order.total") == ("a", "b")
    assert not list(contested(parts))


def test_two_decided_columns_for_one_amount_are_contested_until_a_transform_joins_them():
    parts = [
        Link("s", name, "order.tip_total", is_decided=True, position=position)
        for position, name in enumerate("ab")
    ]
    assert list(contested(parts)) == [("s", "order.tip_total", ("a", "b"))]
    assert sources(plan_of(*parts), "order.tip_total") == ("a", "b"), "the plan drops none of them"
    added = Link("s", "a", "order.tip_total", "sum", is_decided=True)
    assert not list(contested([added, parts[1]]))


def decided_links(target: str, *names: str, transform: str | None = None) -> list[Link]:
    return [
        Link("s", name, target, transform, is_decided=True, position=position)
        for position, name in enumerate(names)
    ]


@pytest.mark.parametrize(
    ("target", "names"),
    [
        ("order.table", ("Table", "Table No")),
        ("order.number", ("Check", "Order No")),
        ("customer.notes", ("Notes", "Comment")),
        ("customer.phone", ("Phone", "Mobile")),
        ("customer.address", ("Home Address", "Work Address")),
        ("customer.address", ("Billing Street", "Shipping City")),
        ("customer.address", ("Street", "Address")),
        ("customer.first_name", ("First Name", "Last Name")),
        ("employee.display_name", ("Preferred First Name", "First Name")),
        ("employee.display_name", ("Employee First Name", "Manager Last Name")),
        ("menu_item.name", ("Item Name", "Kitchen Name")),
        ("menu_item.name", ("First", "Button Title")),
    ],
)
def test_decided_columns_of_one_text_are_contested_until_a_person_joins_or_chooses(target, names):
    parts = decided_links(target, *names)
    assert list(contested(parts)) == [("s", target, names)]
    plan = plan_of(*parts)
    assert sources(plan, target) == names, "the plan drops none of them"
    assert made_of(plan, target, **dict(zip(names, ["41", "42"], strict=True))) == "41", (
        "nothing is joined that nobody asked to join"
    )
    assert made_of(plan, target, **dict(zip(names, [None, "42"], strict=True))) == "42"
    assert not list(contested(parts[:1]))
    for transform in ("concat(' ')", "coalesce"):
        assert not list(contested([replace(parts[0], transform=transform), *parts[1:]]))


@pytest.mark.parametrize(
    ("target", "names", "values", "value"),
    [
        ("employee.display_name", ("Last Name", "First Name"), ["King", "Ada"], "Ada King"),
        ("employee.display_name", ("Given", "MI", "Surname"), ["Ada", "B", "King"], "Ada B King"),
        ("customer.first_name", ("First Name", "Middle Name"), ["Ada", "B"], "Ada B"),
        ("customer.address", ("Address", "Address 2", "City"), ["1 Elm", None, "Troy"], "1 Elm Troy"),
        ("customer.address", ("Billing Street", "Billing Zip"), ["1 Elm", "12180"], "1 Elm 12180"),
        ("customer.address", ("address_line_1", "address_line_2"), ["1 Elm", "Apt 2"], "1 Elm Apt 2"),
    ],
)
def test_parts_of_a_name_or_an_address_follow_each_other(target, names, values, value):
    parts = decided_links(target, *names)
    assert not list(contested(parts))
    assert made_of(plan_of(*parts), target, **dict(zip(names, values, strict=True))) == value


def test_a_conversion_that_words_share_is_applied_before_they_follow_each_other():
    parts = decided_links("employee.display_name", "First Name", "Last Name", transform="title")
    assert (
        made_of(plan_of(*parts), "employee.display_name", **{"First Name": "ADA", "Last Name": "KING"})
        == "Ada King"
    )


def test_staff_known_by_first_and_last_name_get_both_as_their_id():
    parts = decided_links("employee.display_name", "First Name", "Last Name")
    assert (
        made_of(plan_of(*parts), "employee.external_id", **{"First Name": "Ada", "Last Name": "King"})
        == "Ada King"
    )


def test_decided_columns_of_a_list_are_no_conflict():
    parts = [
        Link("s", name, "menu_item.tags", is_decided=True, position=position)
        for position, name in enumerate("ab")
    ]
    assert not list(contested(parts))


def test_a_day_comes_before_its_time_and_alone_it_needs_no_joining():
    time = Link("s", "Time", "order.opened_at", "combine_date_time", position=0)
    day = Link("s", "Date", "order.opened_at", position=1)
    assert sources(plan_of(time, day), "order.opened_at") == ("Date", "Time")
    assert entity_of(plan_of(time), "order").field("opened_at").transform is None


def test_what_is_loaded_first_stands_first_and_conflicts_are_carried():
    plan = plan_of(*LINES, conflicts={"order": Conflict.MERGE})
    order = list(target_schema().domain("restaurant"))
    positions = [order.index(entity.entity) for entity in plan.entities]
    assert positions == sorted(positions)
    assert entity_of(plan, "order").conflict is Conflict.MERGE


links = st.builds(
    Link,
    stream=st.sampled_from(["a", "b"]),
    source=st.text("xyz", min_size=1, max_size=3),
    target=st.sampled_from(TARGETS),
    is_decided=st.booleans(),
    confidence=st.floats(0, 1),
    position=st.integers(0, 50),
)


@given(st.lists(links, max_size=25))
def test_any_mapping_makes_a_plan_that_json_gives_back_and_each_record_has_its_id(mapped):
    plan = plan_of(*mapped)
    assert plan_from_json(plan_to_json(plan)) == plan
    assert plan_digest(plan_from_json(plan_to_json(plan))) == plan_digest(plan)
    assert len({(entity.stream, entity.entity) for entity in plan.entities}) == len(plan.entities)
    for entity in plan.entities:
        assert entity.primary or entity.field("external_id") or entity.field("name")


@pytest.mark.parametrize(
    ("word", "channel"),
    [("DINE_IN", "dine_in"), ("TAKE_OUT", "takeout"), ("Delivery", "delivery"), ("Pick Up", "takeout"), ("Patio 2", None)],
)  # fmt: skip
def test_a_dining_option_that_only_orders_name_brings_its_channel(word, channel):
    plan = plan_of(
        Link("orders", "guid", "order.external_id"), Link("orders", "orderType", "order.dining_option_id")
    )
    assert made_of(plan, "dining_option.name", orderType=word) == word
    assert made_of(plan, "dining_option.channel", orderType=word) == channel
