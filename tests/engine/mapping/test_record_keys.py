"""What a row tells of besides its main record gets an id that the next export gives too, or is named as left out."""

from __future__ import annotations

import pytest

from core.engine.mapping.plans import Link, build_plan, plan_from_json, plan_to_json
from core.engine.mapping.record_keys import left_out_words
from core.engine.plan import ImportSettings, Plan
from core.engine.sources.facts.columns import ColumnFacts

RESTAURANT, SCHOOL = ImportSettings("restaurant", "test"), ImportSettings("school", "test")


def plan_of(settings: ImportSettings, facts: dict[str, ColumnFacts] | None = None, **targets: str) -> Plan:
    links = [
        Link("table", source, target.replace("__", "."), position=position)
        for position, (source, target) in enumerate(targets.items())
    ]
    return build_plan(links, {"table": None}, settings, facts={"table": facts or {}})


def key_of(plan: Plan, entity: str) -> tuple[tuple[str, ...], str | None]:
    (field,) = [part.field("external_id") for part in plan.of(entity)]
    assert field is not None
    return field.sources, field.transform


def test_a_payment_beside_its_order_has_an_id_of_the_order_s() -> None:
    plan = plan_of(
        RESTAURANT,
        no="order__external_id",
        total="order__total",
        tax="order__tax_total",
        paid="payment__tender",
    )
    assert key_of(plan, "payment") == (("no",), "template('{1}/payment')")


def test_an_order_told_of_by_its_number_alone_has_the_number_as_id() -> None:
    plan = plan_of(
        RESTAURANT,
        line="order_line__external_id",
        item="order_line__name",
        qty="order_line__quantity",
        no="order__number",
    )
    assert key_of(plan, "order") == (("no",), None)
    (lines,) = plan.of("order_line")
    assert lines.field("order_id") is not None


@pytest.mark.parametrize("contact", ["email", "phone"])
def test_a_guest_beside_an_order_is_known_by_the_address_or_the_number(contact: str) -> None:
    plan = plan_of(
        RESTAURANT,
        no="order__external_id",
        total="order__total",
        tax="order__tax_total",
        who=f"customer__{contact}",
    )
    assert key_of(plan, "customer")[0] == ("who",)
    (orders,) = plan.of("order")
    assert orders.field("customer_id") is not None


def test_a_guardian_beside_a_pupil_is_known_by_name_and_number_and_linked_to_the_pupil() -> None:
    plan = plan_of(
        SCHOOL, id="student__external_id", first="student__first_name", last="student__last_name",
        mother="guardian__first_name", mobile="guardian__phone",
    )  # fmt: skip
    assert key_of(plan, "guardian")[0] == ("mother", "mobile")
    (guardians,) = plan.of("guardian")
    pupils = guardians.field("student_ids")
    assert pupils is not None
    assert pupils.sources == ("id",)


def test_what_nothing_tells_apart_is_left_out_by_name_and_survives_json() -> None:
    plan = plan_of(
        SCHOOL, id="student__external_id", first="student__first_name", kin="guardian__relationship"
    )
    (part,) = plan.left_out
    assert (part.entity, part.columns) == ("guardian", ("kin",))
    assert "kin" in left_out_words(part)
    assert plan_from_json(plan_to_json(plan)) == plan


def test_where_order_numbers_repeat_the_rows_are_the_lines() -> None:
    targets = {
        "no": "order__number",
        "day": "order__business_date",
        "sum": "order__total",
        "item": "order_line__name",
    }
    for is_unique, entity in ((True, "order"), (False, "order_line")):
        plan = plan_of(RESTAURANT, {"no": ColumnFacts(4, is_unique)}, **targets)
        assert [part.entity for part in plan.entities if part.primary] == [entity]


@pytest.mark.parametrize("facts", [ColumnFacts(4, is_unique=False), ColumnFacts(2, is_unique=True)])
def test_several_rows_of_one_order_never_become_one_payment(facts: ColumnFacts) -> None:
    plan = plan_of(
        RESTAURANT,
        {"no": facts, "paid": ColumnFacts(4)},
        no="order__external_id",
        total="order__total",
        tax="order__tax_total",
        paid="payment__tender",
    )
    assert not list(plan.of("payment"))
    assert [part.entity for part in plan.left_out] == ["payment"]


@pytest.mark.parametrize(
    ("settings", "number", "other"),
    [
        (RESTAURANT, "order__number", "order__total"),
        (RESTAURANT, "gift_card__code", "gift_card__balance"),
        (SCHOOL, "student__student_number", "student__last_name"),
    ],
)
def test_a_number_that_stands_on_several_rows_is_one_record(
    settings: ImportSettings, number: str, other: str
) -> None:
    repeated = {
        "no": ColumnFacts(filled=6, is_unique=False),
        "value": ColumnFacts(filled=6, is_unique=False),
    }
    plan = plan_of(settings, repeated, no=number, value=other)
    assert key_of(plan, number.partition("__")[0]) == (("no",), None)


def test_a_number_that_never_repeats_needs_no_rule_of_its_own() -> None:
    unique = {"no": ColumnFacts(filled=6, is_unique=True), "value": ColumnFacts(filled=6, is_unique=False)}
    (order,) = plan_of(RESTAURANT, unique, no="order__number", value="order__total").of("order")
    assert order.field("external_id") is None


def test_orders_stay_what_the_rows_are_about_however_much_they_tell_of_their_guests() -> None:
    plan = plan_of(
        RESTAURANT,
        no="order__external_id",
        total="order__total",
        tax="order__tax_total",
        who="customer__email",
        given="customer__first_name",
        family="customer__last_name",
        town="customer__city",
    )
    assert [part.primary for part in plan.of("customer")] == [False]
    assert key_of(plan, "customer")[0] == ("who",)
    (orders,) = plan.of("order")
    reference = orders.field("customer_id")
    assert reference is not None
    assert reference.sources == ("who",)


@pytest.mark.parametrize(
    ("targets", "entity", "key"),
    [
        ({"day": "attendance__on", "mark": "attendance__status"}, "attendance", ("no", "day")),
        (
            {"exam": "assessment_result__title", "points": "assessment_result__score"},
            "assessment_result",
            ("no", "exam"),
        ),
        ({"what": "fee__description", "sum": "fee__amount"}, "fee", ("no", "what")),
    ],
)
def test_what_happens_to_a_pupil_is_known_by_more_than_the_pupil(
    targets: dict[str, str], entity: str, key: tuple[str, ...]
) -> None:
    pupil = {
        "no": "student__external_id",
        "first": "student__first_name",
        "last": "student__last_name",
        "born": "student__birth_date",
    }
    plan = plan_of(SCHOOL, {"no": ColumnFacts(filled=2, is_unique=True)}, **pupil, **targets)
    assert key_of(plan, entity) == (key, "concat('/')")


def test_a_guest_whose_address_stands_on_several_rows_is_known_by_it_and_the_name() -> None:
    facts = {
        name: ColumnFacts(filled=6, is_unique=name == "notes") for name in ("mail", "first", "last", "notes")
    }
    columns = {
        "mail": "customer__email",
        "first": "customer__first_name",
        "last": "customer__last_name",
        "notes": "customer__notes",
    }
    assert key_of(plan_of(RESTAURANT, facts, **columns), "customer") == (
        ("mail", "first", "last"),
        "concat('/')",
    )
