"""What was decided for one customer is suggested to the next, with how often, and no surer than counts allow."""

import pytest
from sqlalchemy import NullPool, create_engine, update

from adapters import SOURCES
from core.db.base import owner_url
from core.engine.mapping.actions import decide, suggest_mapping
from core.engine.mapping.memory.actions import learn_exclusions
from core.engine.mapping.memory.rules import is_meaningful, kept_name
from core.engine.mapping.memory.views import recall
from core.engine.mapping.tables import MappingMemory
from core.engine.mapping.views import FieldFilter, mapping_fields
from core.engine.sources.actions import add_file, create_migration
from tests.engine.mapping.memory.conftest import Customer


def test_another_customer_profits_from_a_decision_and_reads_no_name(alice, mallory, take, word):
    header, lines = f"Item Name,{word}", ("Soup,1", "Stew,2")
    take(alice, header, *lines).decide(word, "menu_item.sku")
    theirs = take(mallory, header, "Latte,77", "Mocha,78").field(word)
    assert (theirs.target, theirs.origin) == ("menu_item.sku", "memory")
    (reason,) = [item for item in theirs.evidence if item["feature"] == "memory"]
    assert reason["text"].startswith("Decided once for 1 customer, last on ")
    assert "never changed" in reason["text"]
    assert alice.name not in reason["text"]
    assert reason["weight"] > 0


def test_within_the_customer_the_reason_names_who_decided_and_counts_fully(alice, bob, take, word):
    header, lines = f"Item Name,{word}", ("Soup,1", "Stew,2")
    take(alice, header, *lines).decide(word, "menu_item.sku")
    again = take(bob, header, *lines).field(word)
    assert again.evidence[0]["text"].startswith("Decided once by your team, last by Alice on ")
    assert again.confidence > 0.90


def test_one_other_customer_is_a_hint_however_often_it_decided(alice, mallory, take, word):
    header = f"Item Name,{word}"
    customers = [take(alice, header, "Soup,1") for _ in range(5)]
    for customer in customers:
        customer.decide(word, "menu_item.sku")
    theirs = take(mallory, header, "Latte,7").field(word)
    assert (theirs.target, theirs.confidence) == ("menu_item.sku", 0.80)
    assert theirs.evidence[0]["text"].startswith("Decided 5 times for 1 customer, last on ")


def test_several_customers_who_decide_alike_make_it_surer_and_a_change_of_mind_less(
    alice, mallory, third, take, word
):
    header = f"Item Name,{word}"
    first, second, later = (take(context, header, "Soup,1") for context in (alice, mallory, mallory))
    for customer in (first, second):
        customer.decide(word, "menu_item.sku")
    sure = take(third, header, "Tea,7").field(word)
    assert sure.confidence > 0.90
    assert sure.evidence[0]["text"].startswith("Decided twice for 2 customers, last on ")
    later.decide(word, "menu_item.sku")
    assert take(third, header, "Tea,7").field(word).confidence == sure.confidence
    second.decide(word, "menu_item.barcode")
    field = take(third, header, "Tea,7").field(word)
    assert field.confidence < sure.confidence
    assert "later changed once" in field.evidence[0]["text"]


@pytest.mark.parametrize(
    "header", ["Col1", "Feld 3", "x", "column b", "Unnamed: 4", "AA", "Spalte 12", "value_2"]
)
def test_a_header_without_meaning_learns_nothing_from_other_customers(alice, bob, mallory, take, header):
    columns = f"Item Name,{header}"
    for customer in [take(alice, columns, "Soup,A1", "Stew,B2") for _ in range(2)]:
        customer.decide(header, "menu_item.sku")
    assert recall(mallory, take(mallory, columns, "Latte,C3").migration) == {}
    assert take(bob, columns, "Soup,A1").field(header).target == "menu_item.sku"


@pytest.mark.parametrize("header", ["SKU", "Item No", "Preis", "Kategorie", "DOB", "id", "Tender", "MwSt"])
def test_a_header_with_meaning_is_recognised(header):
    assert is_meaningful(header)


def test_columns_in_another_order_and_spelling_are_the_same_export(alice, mallory, take, word):
    take(alice, f"Item Name,Unit Price,{word}", "Soup,4.50,1").decide(word, "menu_item.sku")
    recalled = take(mallory, f"{word.upper()},item_name,unit prices", "7,Latte,3.50")
    recollections = recall(mallory, recalled.migration)
    assert next(
        recollection for (_, field), recollection in recollections.items() if field == word.upper()
    ).exact


def test_a_place_in_a_header_does_not_hide_the_export(alice, mallory, take, word):
    take(alice, f"{word},Current Quantity Downtown", "a1,4").decide(
        "Current Quantity Downtown", "menu_item.sku"
    )
    theirs = take(mallory, f"{word},Current Quantity Harbour Street", "b1,5").field(
        "Current Quantity Harbour Street"
    )
    assert theirs.target == "menu_item.sku"
    assert "other columns" not in theirs.evidence[0]["text"]


def test_the_same_field_among_other_columns_speaks_more_softly(alice, mallory, take, word):
    take(alice, f"Item Name,Price,{word}", "Soup,4.50,1").decide(word, "menu_item.sku")
    customer = take(mallory, f"Item Name,Category,Description,{word}", "Latte,Hot,Nice,7")
    softer = next(
        recollection
        for (_, field), recollection in recall(mallory, customer.migration).items()
        if field == word
    )
    assert not softer.exact
    assert softer.confidence < 0.90
    assert "in files with other columns" in softer.text


def test_values_that_contradict_the_type_stop_a_memory(alice, mallory, take, word):
    take(alice, f"Item Name,{word}", "Soup,4.50", "Stew,6.50").decide(word, "menu_item.price")
    theirs = take(mallory, f"Item Name,{word}", "Latte,ann@example.com", "Mocha,bea@example.com").field(word)
    assert theirs.target != "menu_item.price"
    assert "Not applied: the values cannot be read as money" in theirs.evidence[0]["text"]


def _exclude(customer, column):
    customer.decide(column, None)
    learn_exclusions(customer.context, customer.migration)
    customer.context.session.commit()


def test_a_remembered_exclusion_lowers_a_well_supported_suggestion_to_amber_and_says_why(
    alice, bob, mallory, take, word
):
    header, lines = f"Item Name,{word},Price", ("Soup,1,4.50", "Stew,2,6.50")
    new_field = take(mallory, header, *lines, name="menu.csv").field("Price")
    assert new_field.confidence > 0.80
    _exclude(take(alice, header, *lines, name="menu.csv"), "Price")
    for person in (bob, mallory):
        field = take(person, header, *lines, name="menu.csv").field("Price")
        assert (field.target, field.transform) == (new_field.target, new_field.transform)
        assert field.confidence == 0.80
        reason = field.evidence[0]
        assert reason["text"].startswith("Excluded once ")
        assert reason["weight"] < 0


def test_what_is_hardly_supported_is_excluded_as_remembered(alice, mallory, take, word):
    header = f"Item Name,{word}"
    new_field = take(mallory, header, "Latte,2").field(word)
    assert (new_field.confidence or 0) < 0.70
    _exclude(take(alice, header, "Soup,1"), word)
    theirs = take(mallory, header, "Latte,2").field(word)
    assert (theirs.target, theirs.origin, theirs.confidence) == (None, "memory", None)


@pytest.fixture
def toast(sample):
    """toast(context): a Toast file of the customer with its mapping suggested, and one documented field of it."""

    def make(context):
        migration = create_migration(context, "Toast").id
        add_file(context, migration, sample("toast"), SOURCES)
        suggest_mapping(context, migration, SOURCES)
        return Customer(context, migration), next(
            mapping_field
            for mapping_field in mapping_fields(context, migration, FieldFilter("menu_items"))
            if mapping_field.source_field == "description"
        )

    return make


def test_another_target_remembered_elsewhere_is_offered_beside_a_documented_one(alice, mallory, toast):
    _, documented = toast(mallory)
    _, field = toast(alice)
    decide(alice, field.id, version=0, target="menu_item.kitchen_name")
    _, again = toast(mallory)
    assert (again.target, again.origin) == (documented.target, "documentation")
    assert documented.confidence > 0.90
    assert again.confidence == 0.80
    assert again.alternatives[0] == {"target": "menu_item.kitchen_name", "confidence": 0.80}
    assert again.evidence[0]["weight"] < 0
    assert "Mapped to Menu item › Kitchen name there" in again.evidence[0]["text"]


def test_a_documented_field_the_customer_excluded_itself_stays_suggested_at_amber(alice, bob, toast):
    customer, field = toast(alice)
    decide(alice, field.id, version=0, target=None, status="ignored")
    learn_exclusions(alice, customer.migration)
    alice.session.commit()
    _, again = toast(bob)
    assert (again.target, again.confidence) == (field.suggested_target, 0.80)
    assert "Excluded once by your team, last by Alice on " in again.evidence[0]["text"]


def test_cents_elsewhere_are_not_cents_here(alice, mallory, take, word):
    customer = take(alice, f"Item Name,{word}", "Soup,450", "Stew,650", "Tea,200")
    customer.decide(word, "menu_item.price", "divide(100)")
    theirs = take(mallory, f"Item Name,{word}", "Latte,3.50", "Mocha,4.25", "Tea,2.95").field(word)
    assert (theirs.target, theirs.transform) == ("menu_item.price", None)


def test_another_customer_takes_no_target_from_a_column_that_it_suits(alice, mallory, take, word):
    header = f"Item Name,Price,{word}"
    customer = take(alice, header, "Soup,9.99,4.50")
    customer.decide(word, "menu_item.price")
    theirs = take(mallory, header, "Latte,9.99,3.50")
    assert theirs.field("Price").target == "menu_item.price"
    assert theirs.field("Price").confidence > 0.80
    assert theirs.field(word).target != "menu_item.price"
    assert "Price suits Menu item › Price better" in theirs.field(word).evidence[0]["text"]


def test_a_target_the_customer_gave_to_another_column_is_at_most_amber_for_the_first(alice, bob, take, word):
    header = f"Item Name,Price,{word}"
    take(alice, header, "Soup,9.99,4.50").decide(word, "menu_item.price")
    again = take(bob, header, "Soup,9.99,4.50")
    assert again.field(word).target == "menu_item.price"
    assert again.field("Price").target == "menu_item.price"
    assert again.field("Price").confidence <= 0.80
    assert again.field("Price").evidence[0]["weight"] < 0


def test_targets_that_the_schema_has_no_more_are_not_recalled(alice, mallory, take, word):
    take(alice, f"Item Name,{word}", "Soup,1").decide(word, "menu_item.sku")
    name = kept_name(word, "restaurant")
    conditions = (MappingMemory.source_field == name, MappingMemory.target == "menu_item.sku")
    engine = create_engine(owner_url(), poolclass=NullPool)  # the app's role changes no key of a row
    with engine.begin() as connection:
        connection.execute(update(MappingMemory).where(*conditions).values(target="menu_item.long_gone"))
    customer = take(mallory, f"Item Name,{word}", "Latte,7")
    assert not any(field == word for _, field in recall(mallory, customer.migration))
