"""A person's look at one field teaches memory, an undo takes the lesson back, and nothing of a customer is ever kept."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import select

from core.engine.mapping.actions import Decision, decide_many, undo
from core.engine.mapping.memory.actions import learn_exclusions
from core.engine.mapping.memory.rules import kept_name
from core.engine.mapping.tables import MappingDecision, MappingMemory
from core.engine.mapping.views import field_rows, mapping_fields
from core.engine.validation.actions import validate
from core.errors import ConflictError
from core.platform.access.actions import enter


def _rows(context, column):
    """Target -> decided and overturned over all customers, and the transform remembered."""
    context.session.rollback()
    name = kept_name(column, "restaurant")
    query = select(MappingMemory).where(MappingMemory.source_field == name)
    counted = {}
    for row in context.session.scalars(query.execution_options(populate_existing=True)):
        decisions, overturned, _ = counted.get(row.target, (0, 0, None))
        counted[row.target] = (decisions + row.decided, overturned + row.overturned, row.transform)
    return counted


def test_what_a_person_decides_is_remembered(alice, take, word):
    take(alice, f"Item Name,{word}", "Soup,1", "Stew,2").decide(word, "menu_item.sku")
    assert _rows(alice, word)["menu_item.sku"] == (1, 0, None)


def test_an_exclusion_teaches_once_an_import_is_completed(alice, take, word):
    customer = take(alice, f"Item Name,{word}", "Soup,1")
    customer.decide(word, None)
    assert _rows(alice, word) == {}
    for _ in range(2):
        learn_exclusions(alice, customer.migration)
        alice.session.commit()
        assert _rows(alice, word)[""][:2] == (1, 0)


def test_a_completed_import_teaches_what_a_person_excluded_and_nothing_excluded_in_bulk(alice, importer):
    """By the whole way of an import, from the file to its completion."""
    migration = importer.prepare("Item Name,Price,Gizmo,Gadget\nSoup,4.50,x1,y1\nStew,6.50,x2,y2\n")
    rows = {field_row.source_field: field_row for field_row in field_rows(alice, migration)}
    decide_many(
        alice, [Decision(rows["Gizmo"].id, rows["Gizmo"].version, None, None, "ignored")], looked=True
    )
    decide_many(alice, [Decision(rows["Gadget"].id, rows["Gadget"].version, None, None, "ignored")])
    validate(alice, migration)
    assert _rows(alice, "Gizmo") == {}
    assert importer.run(migration).state == "completed"
    assert _rows(alice, "Gizmo")[""][:2] == (1, 0)
    assert _rows(alice, "Gadget") == {}


def test_accepting_what_memory_suggests_is_no_further_decision(alice, mallory, take, word):
    header, lines = f"Item Name,{word}", ("Soup,1", "Stew,2")
    take(alice, header, *lines).decide(word, "menu_item.sku")
    theirs = take(mallory, header, *lines)
    theirs.decide(word, "menu_item.sku")
    assert theirs.field(word).status == "accepted"
    assert _rows(alice, word)["menu_item.sku"][:2] == (1, 0)


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
    undo_batch = alice.session.scalar(select(MappingDecision.batch).where(MappingDecision.undoes == batch))
    undo(alice, undo_batch)
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


def test_nothing_of_a_customer_enters_the_shared_tables(alice, take, shared_tables, word):
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
    learn_exclusions(alice, customer.migration)
    alice.session.commit()
    customer.decide("Item Name", "menu_item.name", f"equals('{canary}')")
    stored_text = shared_tables(alice)
    for secret in (
        canary,
        canary.lower(),
        alice.tenant.id,
        alice.tenant.name,
        alice.tenant.slug,
        alice.person,
        alice.name,
        customer.migration,
    ):
        assert secret not in stored_text
    assert "current quantity *" in stored_text


def test_the_fingerprint_of_a_customer_is_another_for_each_field(alice, mallory, take, word):
    """Whoever reads the shared table can count customers, and not follow one of them from field to field."""
    customers = {}
    for customer in [take(person, f"Item Name,Price,{word}", "Soup,4.50,1") for person in (alice, mallory)]:
        for column, target in ((word, "menu_item.sku"), ("Price", "menu_item.cost")):
            customer.decide(column, target)
    for column in (word, "Price"):
        name = kept_name(column, "restaurant")
        query = select(MappingMemory.customer).where(MappingMemory.source_field == name).distinct()
        customers[column] = set(alice.session.scalars(query))
    assert {len(customer) for customer in customers.values()} == {2}
    assert not customers[word] & customers["Price"]


def test_people_who_decide_alike_at_once_are_all_counted(people, alice, take, word):
    """Rows are shared by all customers: saves wait for each other instead of losing one, and never lock up."""
    header, lines = f"Item Name,Price,{word}", ("Soup,4.50,1", "Stew,6.50,2")
    slug = alice.tenant.slug
    migrations = [take(alice, header, *lines).migration for _ in range(6)]

    def decide_all(migration):
        with enter(people["alice"], slug) as context:
            fields = [
                mapping_field
                for mapping_field in mapping_fields(context, migration)
                if mapping_field.slot == 0
            ]
            targets = {"Item Name": "menu_item.name", "Price": "menu_item.price", word: "menu_item.sku"}
            order = sorted(
                fields, key=lambda field: (field.source_field, migration), reverse=migration == migrations[0]
            )
            decide_many(
                context,
                [
                    Decision(mapping_field.id, 0, targets[mapping_field.source_field])
                    for mapping_field in order
                ],
                looked=True,
            )

    with ThreadPoolExecutor(6) as pool:
        list(pool.map(decide_all, migrations))
    assert _rows(alice, word)["menu_item.sku"][:2] == (6, 0)
    assert _rows(alice, "Price")["menu_item.price"][:2] == (6, 0)
