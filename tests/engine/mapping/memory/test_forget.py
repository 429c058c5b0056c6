"""Managers see what is remembered, in words, and can have it forgotten."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from core.engine.mapping.actions import undo
from core.engine.mapping.memory.forget import forget, learned_mappings
from core.engine.mapping.views import batches
from core.errors import InvalidInputError, NotAllowedError
from core.platform.audit.tables import AuditLine


def test_learned_mappings_count_decisions_and_customers(alice, mallory, take, word):
    for customer in [take(person, "Item Name,Gizmo", "Soup,1") for person in (alice, alice, mallory)]:
        customer.decide("Gizmo", "menu_item.sku")
    alice.session.rollback()
    (learned,) = learned_mappings(alice)
    assert (learned.source, learned.target) == ("spreadsheet", "menu_item.sku")
    assert (learned.decision_count, learned.customers, learned.change_count) == (3, 2, 0)


def test_an_unreadable_name_is_shown_to_the_customer_whose_column_it_is_and_to_nobody_else(
    alice, mallory, take, word
):
    take(alice, f"Item Name,{word}", "Soup,1").decide(word, "menu_item.sku")
    (mine,), (theirs,) = learned_mappings(alice), learned_mappings(mallory)
    assert (mine.column, theirs.column) == (word, "")
    assert mine.name.startswith("#")


def test_forgotten_mappings_are_suggested_no_more_and_leave_an_audit_line(alice, mallory, take, word):
    header = f"Item Name,Price,{word}"
    customer = take(alice, header, "Soup,4.50,1")
    customer.decide(word, "menu_item.sku")
    customer.decide("Price", "menu_item.cost")
    mappings = [
        learned_mapping
        for learned_mapping in learned_mappings(mallory)
        if learned_mapping.target == "menu_item.sku"
    ]
    assert forget(mallory, mappings) == 1
    assert {learned_mapping.target for learned_mapping in learned_mappings(mallory)} >= {"menu_item.cost"}
    assert "menu_item.sku" not in {learned_mapping.target for learned_mapping in learned_mappings(mallory)}
    assert take(mallory, header, "Latte,3.50,7").field(word).target is None
    line = mallory.session.scalar(select(AuditLine).where(AuditLine.action == "memory.forget"))
    assert line.facts["mappings"] == 1


def test_what_was_forgotten_is_learned_again_when_it_is_decided_again(alice, take, word):
    customer = take(alice, f"Item Name,{word}", "Soup,1")
    customer.decide(word, "menu_item.sku")
    forget(alice, learned_mappings(alice))
    assert learned_mappings(alice) == []
    customer.decide(word, "menu_item.sku")
    (learned,) = learned_mappings(alice)
    assert (learned.decision_count, learned.change_count) == (1, 0)


def test_a_mapping_that_was_not_forgotten_is_not_learned_twice(alice, mallory, take, word):
    header = f"Item Name,{word}"
    customer = take(alice, header, "Soup,1")
    customer.decide(word, "menu_item.sku")
    take(mallory, header, "Latte,1").decide(word, "menu_item.barcode")
    alice.session.rollback()
    forget(
        alice,
        [
            learned_mapping
            for learned_mapping in learned_mappings(alice)
            if learned_mapping.target == "menu_item.barcode"
        ],
    )
    customer.decide(word, "menu_item.sku")
    (learned,) = learned_mappings(alice)
    assert (learned.target, learned.decision_count) == ("menu_item.sku", 1)


def test_undoing_a_later_decision_does_not_bring_back_what_was_forgotten(alice, take, word):
    customer = take(alice, f"Item Name,{word}", "Soup,1")
    customer.decide(word, "menu_item.sku")
    customer.decide(word, "menu_item.barcode")
    forget(alice, learned_mappings(alice))
    newest = batches(alice, customer.migration)[0]
    undo(alice, newest.id)
    assert customer.field(word).target == "menu_item.sku"
    assert learned_mappings(alice) == []


def test_only_managers_and_admins_forget(alice, bob, sam, take, word):
    take(alice, f"Item Name,{word}", "Soup,1").decide(word, "menu_item.sku")
    for person in (bob, sam):
        with pytest.raises(NotAllowedError):
            forget(person, learned_mappings(person))
    with pytest.raises(InvalidInputError):
        forget(alice, [])
