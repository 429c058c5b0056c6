"""The words of the audit log: actions, objects and facts as people read them."""

from __future__ import annotations

import pytest

from core.platform.audit.labels import action_label, details, object_label


@pytest.mark.parametrize(
    ("action", "label"),
    [
        ("mapping.decide", "Mapping decided"),
        ("run.rolled_back", "Import rolled back"),
        ("a.new_action", "A new action"),
    ],
)
def test_an_action_has_a_label_or_is_written_in_words(action, label):
    assert action_label(action) == label


@pytest.mark.parametrize(
    ("object_type", "label"),
    [("mapping_field", "Column"), ("tenant", "Customer"), ("run", "Run"), ("new_kind", "New kind")],
)
def test_an_object_has_a_label_or_is_written_in_words(object_type, label):
    assert object_label(object_type) == label


@pytest.mark.parametrize(
    ("facts", "text"),
    [
        ({"rows": 32}, "32 rows"),
        ({"rows": 1}, "1 row"),
        ({"calls": 1_200}, "1,200 AI calls"),
        ({"levels": {"warning": 2, "error": 6, "info": 0}}, "6 errors, 2 warnings"),
        ({"target": "menu_item.price"}, "maps to Menu item › Price"),
        ({"target": None}, "not mapped"),
        ({"source_field": "Price"}, "column Price"),
        ({"entity": "menu_item"}, "Menu item"),
        ({"undone": {"menu_item": 1_200}}, "Menu item 1,200"),
        ({"kind": "dry_run"}, "dry run"),
        ({"status": "rolled_back"}, "rolled back"),
        ({"chunk": 7}, ""),
        ({"reason": "", "note": None, "ids": []}, ""),
        ({"with_keys": True}, "with keys yes"),
        ({"size": 12_000}, "bytes 12,000"),
        ({"names": ["a", "b", "c"]}, "names a, b and c"),
        ({"limits": {"month": 5, "run": True}}, "limits month 5 and run yes"),
        ({"rows": 3, "chunk": 1, "form": "csv"}, "3 rows, format csv"),
        ({"rule": "sales|_mark|total", "skips": False}, "sales: total, rows imported"),
        ({"rule": "users|role|teacher", "skips": True}, "users: role “teacher”, rows skipped"),
        ({"rule": "sales|_mark|total", "skips": None}, "sales: total, choice undone"),
        ({"rule": "confidence above 0.9"}, "rule confidence above 0.9"),
        (
            {"target": "order.guest_count", "holds": True},
            "Order › Guest count: an unreadable value holds the row",
        ),
        (
            {"target": "order.guest_count", "holds": False},
            "Order › Guest count: an unreadable value is left empty with a warning",
        ),
        ({}, ""),
    ],
)
def test_facts_are_written_in_words_without_marks_of_a_language(facts, text):
    assert details(facts) == text
