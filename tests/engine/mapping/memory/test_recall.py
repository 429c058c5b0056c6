"""What was decided for one customer is suggested to the next, with who and how often, and no surer than counts allow."""

from sqlalchemy import update

from core.engine.mapping.memory.rules import kept_name
from core.engine.mapping.memory.views import recall
from core.engine.mapping.tables import MappingMemory


def test_another_customer_profits_from_a_decision(alice, mallory, take, word):
    header, lines = f"Item Name,{word}", ("Soup,1", "Stew,2")
    take(alice, header, *lines).decide(word, "menu_item.sku")
    theirs = take(mallory, header, "Latte,77", "Mocha,78").field(word)
    assert (theirs.target, theirs.origin) == ("menu_item.sku", "memory")
    (reason,) = [one for one in theirs.evidence if one["feature"] == "memory"]
    assert "Decided once for files with the same columns, last by Alice on" in reason["text"]
    assert "never overturned" in reason["text"]
    assert reason["weight"] > 0


def test_one_decision_alone_is_never_all_but_certain(alice, mallory, take, word):
    take(alice, f"Item Name,{word}", "Soup,1").decide(word, "menu_item.sku")
    theirs = take(mallory, f"Item Name,{word}", "Latte,7")
    assert 0.70 <= theirs.field(word).confidence <= 0.95


def test_the_more_decide_alike_the_surer_and_a_change_of_mind_makes_it_less(alice, mallory, take, word):
    sure = []
    for _ in range(3):
        customer = take(alice, f"Item Name,{word}", "Soup,1")
        sure.append(customer.field(word).confidence or 0.0)
        customer.decide(word, "menu_item.sku")
    sure.append(take(mallory, f"Item Name,{word}", "Latte,7").field(word).confidence)
    assert sure == sorted(sure)
    assert len(set(sure)) == 4
    customer.decide(word, "menu_item.barcode")
    field = take(mallory, f"Item Name,{word}", "Latte,7").field(word)
    assert field.target == "menu_item.sku"
    assert field.confidence < sure[-1]
    assert "later overturned once" in field.evidence[0]["text"]


def test_columns_in_another_order_and_spelling_are_the_same_export(alice, mallory, take, word):
    take(alice, f"Item Name,Unit Price,{word}", "Soup,4.50,1").decide(word, "menu_item.sku")
    recalled = take(mallory, f"{word.upper()},item_name,unit prices", "7,Latte,3.50")
    said = recall(mallory, recalled.migration)
    assert next(one for (_, field), one in said.items() if field == word.upper()).exact


def test_a_place_in_a_header_does_not_hide_the_export(alice, mallory, take, word):
    take(alice, f"{word},Current Quantity Downtown", "a1,4").decide(
        "Current Quantity Downtown", "menu_item.sku"
    )
    theirs = take(mallory, f"{word},Current Quantity Harbour Street", "b1,5").field(
        "Current Quantity Harbour Street"
    )
    assert theirs.target == "menu_item.sku"
    assert "same columns" in theirs.evidence[0]["text"]


def test_the_same_field_among_other_columns_speaks_more_softly(alice, mallory, take, word):
    take(alice, f"Item Name,Price,{word}", "Soup,4.50,1").decide(word, "menu_item.sku")
    customer = take(mallory, f"Item Name,Category,Description,{word}", "Latte,Hot,Nice,7")
    said = next(one for (_, field), one in recall(mallory, customer.migration).items() if field == word)
    assert not said.exact
    assert said.confidence < 0.90
    assert "in other files of the source" in said.text


def test_values_that_contradict_the_type_stop_a_memory(alice, mallory, take, word):
    take(alice, f"Item Name,{word}", "Soup,4.50", "Stew,6.50").decide(word, "menu_item.price")
    theirs = take(mallory, f"Item Name,{word}", "Latte,ann@example.com", "Mocha,bea@example.com").field(word)
    assert theirs.target != "menu_item.price"
    assert "Not taken over: the values cannot be read as money" in theirs.evidence[0]["text"]


def test_what_people_leave_out_is_left_out(alice, mallory, take, word):
    take(alice, f"Item Name,{word},Price", "Soup,1,4.50").decide("Price", None)
    theirs = take(mallory, f"Item Name,{word},Price", "Latte,2,3.50").field("Price")
    assert (theirs.target, theirs.origin, theirs.confidence) == (None, "memory", None)


def test_cents_elsewhere_are_not_cents_here(alice, mallory, take, word):
    customer = take(alice, f"Item Name,{word}", "Soup,450", "Stew,650", "Tea,200")
    customer.decide(word, "menu_item.price", "divide(100)")
    theirs = take(mallory, f"Item Name,{word}", "Latte,3.50", "Mocha,4.25", "Tea,2.95").field(word)
    assert (theirs.target, theirs.transform) == ("menu_item.price", None)


def test_a_target_given_by_memory_is_not_suggested_twice(alice, mallory, take, word):
    header = f"Item Name,Price,{word}"
    customer = take(alice, header, "Soup,9.99,4.50")
    customer.decide(word, "menu_item.price")
    theirs = take(mallory, header, "Latte,9.99,3.50")
    assert theirs.field(word).target == "menu_item.price"
    assert theirs.field("Price").target is None
    assert theirs.field("Price").alternatives[0]["target"] == "menu_item.price"


def test_targets_that_the_schema_has_no_more_are_not_recalled(alice, mallory, take, word):
    take(alice, f"Item Name,{word}", "Soup,1").decide(word, "menu_item.sku")
    name = kept_name(word, "restaurant")
    chosen = (MappingMemory.source_field == name, MappingMemory.target == "menu_item.sku")
    alice.session.execute(update(MappingMemory).where(*chosen).values(target="menu_item.long_gone"))
    alice.session.commit()
    customer = take(mallory, f"Item Name,{word}", "Latte,7")
    assert not any(field == word for _, field in recall(mallory, customer.migration))
