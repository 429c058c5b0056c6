"""Decisions teach memory, an undo takes the lesson back, and nothing of a customer is ever kept."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import select

from core.engine.mapping.actions import Decision, accept_above, decide_many, undo
from core.engine.mapping.memory.rules import kept_name
from core.engine.mapping.tables import MappingDecision, MappingMemory
from core.engine.mapping.views import mapping_fields
from core.errors import ConflictError
from core.platform.access.actions import enter


def _rows(context, column):
    context.session.rollback()
    name = kept_name(column, "restaurant")
    query = select(MappingMemory).where(MappingMemory.source_field == name)
    rows = context.session.scalars(query.execution_options(populate_existing=True))
    return {row.target: (row.decided, row.overturned, row.transform) for row in rows}


def test_what_a_person_decides_is_remembered(alice, take, word):
    take(alice, f"Item Name,{word}", "Soup,1", "Stew,2").decide(word, "menu_item.sku")
    assert _rows(alice, word)["menu_item.sku"] == (1, 0, None)


def test_leaving_out_is_a_decision_too(alice, take, word):
    take(alice, f"Item Name,{word}", "Soup,1").decide(word, None)
    assert _rows(alice, word)[""][:2] == (1, 0)


def test_a_changed_mind_overturns_what_stood(alice, take, word):
    customer = take(alice, f"Item Name,{word}", "Soup,1", "Stew,2")
    customer.decide(word, "menu_item.sku")
    customer.decide(word, "menu_item.barcode")
    rows = _rows(alice, word)
    assert rows["menu_item.sku"][:2] == (1, 1)
    assert rows["menu_item.barcode"][:2] == (1, 0)


def test_deciding_the_same_again_counts_once(alice, take, word):
    customer = take(alice, f"Item Name,{word}", "Soup,1", "Stew,2")
    customer.decide(word, "menu_item.sku")
    customer.decide(word, "menu_item.sku", "strip")
    assert _rows(alice, word)["menu_item.sku"][:2] == (1, 0)


def test_undo_forgets_and_undoing_the_undo_remembers_again(alice, take, word):
    customer = take(alice, f"Item Name,{word}", "Soup,1", "Stew,2")
    field = customer.field(word)
    before = _rows(alice, word)
    batch = decide_many(alice, [Decision(field.id, field.version, "menu_item.sku")], looked=True)
    after = _rows(alice, word)
    undo(alice, batch)
    assert _rows(alice, word) == before
    undone = alice.session.scalar(select(MappingDecision.batch).where(MappingDecision.undoes == batch))
    undo(alice, undone)
    assert _rows(alice, word) == after


def test_a_refused_save_teaches_nothing(alice, take, word):
    customer = take(alice, f"Item Name,{word}", "Soup,1")
    field = customer.field(word)
    with pytest.raises(ConflictError):
        decide_many(alice, [Decision(field.id, field.version + 1, "menu_item.sku")], looked=True)
    assert _rows(alice, word) == {}


def test_texts_inside_transforms_are_not_kept(alice, take, word):
    customer = take(alice, f"Item Name,{word}", "Soup,1.00", "Stew,2.00")
    customer.decide(word, "menu_item.name", "map_values({'Zanzibar special': 'Soup'})")
    assert _rows(alice, word)["menu_item.name"] == (1, 0, None)
    customer.decide(word, "menu_item.price", "divide(100)")
    assert _rows(alice, word)["menu_item.price"] == (1, 0, "divide(100)")


def test_bulk_decisions_are_remembered_like_single_ones(alice, take, word):
    customer = take(alice, f"Item Name,Price,SKU,Description {word}", "Soup,4.50,S1,Hot", "Stew,6.50,S2,Hot")
    accept_above(alice, customer.migration, 0.0)
    accepted = customer.field("Item Name")
    assert accepted.status == "accepted"
    signatures = set(
        alice.session.scalars(select(MappingMemory.signature).where(MappingMemory.last_by == alice.person))
    )
    assert signatures


def test_nothing_of_a_customer_enters_the_shared_tables(alice, take, everything, word):
    canary = word.title()
    customer = take(
        alice,
        f"Item Name,Current Quantity {canary},Modifier Set - {canary},{canary} Jones,{canary}@example.com,Tax - {canary} (8%)",
        f"{canary} soup,4,Y,1,2,Y",
        f"{canary} stew,5,N,3,4,Y",
        name=f"{canary} export.csv",
    )
    customer.decide(f"Current Quantity {canary}", "menu_item.sku", "strip")
    customer.decide(f"Modifier Set - {canary}", "menu_item.modifier_group_ids")
    customer.decide(f"{canary} Jones", "menu_item.sku")
    customer.decide(f"{canary}@example.com", None)
    customer.decide("Item Name", "menu_item.name", f"equals('{canary}')")
    told = everything(alice)
    for secret in (
        canary,
        canary.lower(),
        alice.tenant.id,
        alice.tenant.name,
        alice.tenant.slug,
        customer.migration,
    ):
        assert secret not in told
    assert "current quantity *" in told


def test_people_who_decide_alike_at_once_are_all_counted(people, alice, take, word):
    """Rows are shared by all customers: saves wait for each other instead of losing one, and never lock up."""
    header, lines = f"Item Name,Price,{word}", ("Soup,4.50,1", "Stew,6.50,2")
    slug = alice.tenant.slug
    migrations = [take(alice, header, *lines).migration for _ in range(6)]

    def decide_all(migration):
        with enter(people["alice"], slug) as context:
            fields = [one for one in mapping_fields(context, migration) if one.slot == 0]
            chosen = {"Item Name": "menu_item.name", "Price": "menu_item.price", word: "menu_item.sku"}
            order = sorted(
                fields, key=lambda one: (one.source_field, migration), reverse=migration == migrations[0]
            )
            decide_many(
                context, [Decision(one.id, 0, chosen[one.source_field]) for one in order], looked=True
            )

    with ThreadPoolExecutor(6) as pool:
        list(pool.map(decide_all, migrations))
    assert _rows(alice, word)["menu_item.sku"][:2] == (6, 0)
    assert _rows(alice, "Price")["menu_item.price"][:2] == (6, 0)
