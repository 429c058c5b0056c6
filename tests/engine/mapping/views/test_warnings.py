"""Warnings and the target-side checklist follow each decision at once, before any validation."""

from __future__ import annotations

import pytest

from core.engine.mapping import actions, views


@pytest.fixture
def toast(suggested_toast: str) -> str:
    return suggested_toast


def field_of(context, migration: str, target: str):
    return next(row for row in views.field_rows(context, migration) if row.target == target)


def decide(context, field, target: str | None) -> None:
    actions.decide(context, field.id, version=field.version, target=target)


def test_a_name_chosen_as_a_phone_number_warns_of_its_type_and_of_the_gap_it_leaves(alice, toast) -> None:
    name = field_of(alice, toast, "location.name")
    assert views.field_warnings(alice, toast).get(name.id, ()) == ()
    assert "location.name" in views.checklist(alice, toast).mapped
    decide(alice, name, "location.phone")
    warnings = {warning.label: warning.text for warning in views.field_warnings(alice, toast)[name.id]}
    assert warnings["Type"].startswith("Values do not look like phone numbers: 0 of ")
    assert warnings["Required"] == "Location › Name is required and has no column now."
    assert "location.name" in views.checklist(alice, toast).unmapped


def test_a_second_column_for_a_target_warns_on_both(alice, toast) -> None:
    first = field_of(alice, toast, "menu_item.name")
    second = next(
        row
        for row in views.field_rows(alice, toast)
        if row.stream == first.stream and row.target == "menu_item.description"
    )
    decide(alice, second, "menu_item.name")
    warnings = views.field_warnings(alice, toast)
    for field in (first, second):
        texts = [warning.text for warning in warnings[field.id] if warning.label == "Duplicate"]
        assert texts == ["2 columns map to Menu item › Name."]
    assert [rivals.target for rivals in views.contested_rows(alice, toast)] == ["menu_item.name"]


def test_a_required_target_without_a_column_names_its_candidates(alice, toast) -> None:
    name = field_of(alice, toast, "location.name")
    decide(alice, name, None)
    assert views.candidate_fields(alice, toast, "location.name")[0] == name.id
    (warning,) = views.field_warnings(alice, toast)[name.id]
    assert warning.label == "Required"


def test_a_changed_target_that_the_values_fit_warns_of_nothing(alice, toast) -> None:
    note = field_of(alice, toast, "menu_item.description")
    decide(alice, note, "menu_item.sku")
    assert note.id not in views.field_warnings(alice, toast)


def test_the_warnings_of_one_field_are_those_it_has_among_all(alice, toast) -> None:
    name, first = (field_of(alice, toast, target) for target in ("location.name", "menu_item.name"))
    decide(alice, name, "location.phone")
    decide(alice, field_of(alice, toast, "menu_item.description"), "menu_item.name")
    warnings = views.field_warnings(alice, toast)
    assert {name.id, first.id} <= set(warnings)
    required, conflicts = views.checklist(alice, toast), views.contested_rows(alice, toast)
    for field_id, expected in warnings.items():
        field = views.mapping_field(alice, field_id)
        assert views.warnings_of(alice, field, required=required, conflicts=conflicts) == expected


def test_band_counts_are_of_all_fields_and_stay_when_fields_are_reviewed(alice, toast) -> None:
    before = views.progress(alice, toast)
    assert sum(before.in_band.values()) == before.total
    actions.accept_above(alice, toast, 0.9)
    after = views.progress(alice, toast)
    assert after.in_band == before.in_band
    asked = [field for field in views.field_rows(alice, toast) if field.question and field.band == "green"]
    assert after.by_band["green"] == len(asked)
