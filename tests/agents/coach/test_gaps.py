"""Gaps of files and mapping, from facts that are made up; no database."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from core.agents.coach import gaps
from core.agents.coach.facts import FieldGroup, Review, StreamFact
from core.agents.coach.words import entity_noun, systems


def stream(name, entity=None, rows=10, date_order=None):
    return StreamFact(name, name, entity, rows, 3, date_order)


def facts(
    *streams, planned=(), sources=(), streams_in_use=(), domain="restaurant", conflicts=None, has_records=True
):
    return SimpleNamespace(
        streams=streams,
        review=Review({}, frozenset(planned)),
        sources=sources,
        streams_in_use=frozenset(streams_in_use),
        domain=domain,
        conflicts=conflicts or {},
        has_records=lambda _entity: has_records,
    )


def test_entities_come_from_streams_with_rows_and_from_planned_targets():
    case = facts(
        stream("menu", "menu_item"), stream("empty", "order", rows=0), stream("notes"), planned=["guest.name"]
    )
    assert gaps.entities(case) == {"menu_item", "guest"}


@pytest.mark.parametrize(
    ("entities", "missing"),
    [
        (["order"], ("order_line", "payment")),
        (["order", "payment"], ("order_line",)),
        (["order", "order_line", "payment"], ()),
        (["student"], ("class_section", "enrollment")),
        (["menu_item"], ()),
    ],
)
def test_orders_need_their_lines_and_payments_and_students_their_classes(entities, missing):
    assert gaps.missing_companions(facts(*(stream(name, name) for name in entities))) == missing


@pytest.mark.parametrize(
    ("sources", "names", "unrecognised"),
    [
        ([("toast", True), ("toast", True)], (), 0),
        ([("toast", True), ("square", True)], ("square", "toast"), 0),
        ([("toast", True), ("spreadsheet", False)], (), 1),
        ([], (), 0),
    ],
)
def test_several_recognised_systems_are_named_and_unrecognised_files_counted(sources, names, unrecognised):
    case = facts(sources=sources)
    assert gaps.systems(case) == names
    assert gaps.unrecognised(case) == unrecognised


def test_streams_without_rows_and_streams_that_are_not_imported_are_counted_apart():
    case = facts(stream("a"), stream("b", rows=7), stream("c", rows=0), streams_in_use=["a"])
    assert gaps.empty_streams(case) == 1
    assert gaps.left_behind(case) == (1, 7)


@pytest.mark.parametrize(
    ("orders", "is_mixed"),
    [(["mdy", "dmy"], True), (["mdy", "mdy"], False), (["mdy", None], False), (["ymd", "dmy"], False)],
)
def test_dates_are_mixed_where_some_tables_have_the_month_first_and_others_the_day(orders, is_mixed):
    case = facts(*(stream(str(number), date_order=order) for number, order in enumerate(orders)))
    assert gaps.has_mixed_dates(case) is is_mixed


def test_the_date_order_of_an_empty_table_does_not_count():
    assert not gaps.has_mixed_dates(
        facts(stream("a", date_order="mdy"), stream("b", rows=0, date_order="dmy"))
    )


@pytest.mark.parametrize(
    ("planned", "entity"),
    [
        (["order.total"], "order"),
        (["order.total", "order.location_id"], None),
        (["order.total", "location.name"], None),
        (["student.first_name"], "student"),
        (["menu_item.name"], None),
    ],
)
def test_records_without_a_location_or_a_school_are_named(planned, entity):
    assert gaps.without_place(facts(planned=planned)) == entity


@pytest.mark.parametrize(
    ("planned", "answer"),
    [
        (["customer.email"], True),
        (["customer.email", "customer.marketing_opt_in"], False),
        (["menu_item.name"], False),
    ],
)
def test_people_without_their_consent_are_told(planned, answer):
    assert gaps.without_consent(facts(planned=planned)) is answer


@pytest.mark.parametrize(
    ("planned", "conflicts", "has_records", "entities"),
    [
        (["customer.email"], {}, True, ["customer"]),
        (["customer.email"], {"customer": "overwrite"}, True, ["customer"]),
        (["customer.email"], {"customer": "keep_existing"}, True, []),
        (["customer.email"], {}, False, []),
        (["gift_card.balance"], {}, True, []),
        (["menu_item.name"], {}, True, []),
    ],
)
def test_people_whose_records_would_be_overwritten_are_named(planned, conflicts, has_records, entities):
    case = facts(planned=planned, conflicts=conflicts, has_records=has_records)
    assert list(gaps.overwritten_people(case)) == entities


def test_entities_that_double_with_every_import_are_listed_in_the_order_they_are_loaded():
    conflicts = {"order": "duplicate", "menu_item": "duplicate", "customer": "merge", "payment": "duplicate"}
    case = facts(planned=["order.total", "menu_item.name", "customer.email"], conflicts=conflicts)
    assert gaps.doubled(case) == ["menu_item", "order"]


def test_a_review_counts_what_the_next_step_waits_for():
    review = Review(
        {"green": FieldGroup(5), "amber": FieldGroup(3), "red": FieldGroup(2), "none": FieldGroup(1)}
    )
    assert review.unsure == 3
    assert Review({"green": FieldGroup(5)}).unsure == 0


@pytest.mark.parametrize(("name", "noun"), [("menu_item", "menu item"), ("customer", "guest")])
def test_an_entity_is_named_as_in_a_sentence(name, noun):
    assert entity_noun(name) == noun


@pytest.mark.parametrize(
    ("names", "text"), [(("square", "toast"), "Square and Toast"), (("clover_pos",), "Clover pos"), ((), "")]
)
def test_systems_are_listed_by_their_names(names, text):
    assert systems(names) == text
