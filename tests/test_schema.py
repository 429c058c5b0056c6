"""The target schema says what every source is mapped onto; a mistake in it is named, not guessed over."""

from itertools import chain

import pytest

from core.errors import InvalidInputError
from core.schema import entity_count, read_schema, target_schema, target_title


@pytest.fixture
def write_schema(tmp_path):
    def write(text):
        path = tmp_path / "schema.yaml"
        path.write_text(text, encoding="utf-8")
        return read_schema(path)

    return write


def test_both_domains_are_there():
    assert set(target_schema().domains) == {"restaurant", "school"}


@pytest.mark.parametrize("domain", ["restaurant", "school"])
def test_entities_come_in_an_order_in_which_references_point_backwards(domain):
    earlier_entities = set()
    for name, entity in target_schema().domain(domain).items():
        earlier_entities.add(name)
        assert {field.refers_to for field in entity.references} <= earlier_entities


def test_every_entity_begins_with_the_source_s_own_id():
    for entity in chain.from_iterable(blocks.values() for blocks in target_schema().domains.values()):
        first = next(iter(entity.fields.values()))
        assert (first.name, first.required) == ("external_id", True)


def test_every_field_says_what_it_means():
    for domain in target_schema().domains:
        assert all(field.meaning for field in target_schema().fields(domain))


def test_a_field_called_on_is_text_and_not_a_boolean():
    assert target_schema().field("attendance.on").kind == "date"


def test_a_list_of_references_knows_what_it_refers_to():
    field = target_schema().field("menu_item.tax_rate_ids")
    assert (field.kind, field.is_list, field.refers_to) == ("ref", True, "tax_rate")


def test_an_enumeration_knows_its_options():
    assert target_schema().field("order.state").options == ("open", "completed", "cancelled", "refunded")


@pytest.mark.parametrize(
    ("ask", "path"),
    [
        (lambda schema: schema.domain("bakery"), "bakery"),
        (lambda schema: schema.entity("waiter"), "waiter"),
        (lambda schema: schema.field("menu_item.colour"), "colour"),
        (lambda schema: schema.field("nonsense"), "nonsense"),
    ],
)
def test_what_is_not_there_is_refused_by_name(ask, path):
    with pytest.raises(InvalidInputError, match=path):
        ask(target_schema())


def test_a_type_that_does_not_exist_is_refused(write_schema):
    with pytest.raises(InvalidInputError, match=r"shop\.item\.size.*'colour'|item\.size: 'colour'"):
        write_schema("shop:\n  item:\n    size: colour - what\n")


def test_a_reference_to_nowhere_is_refused(write_schema):
    with pytest.raises(InvalidInputError, match=r"item\.maker_id refers to 'maker'"):
        write_schema("shop:\n  item:\n    maker_id: ref(maker) - who made it\n")


def test_parents_are_put_before_children_whatever_the_file_says(write_schema):
    schema = write_schema(
        "shop:\n  line:\n    order_id: ref(order) - o\n  order:\n    guest_id: ref(guest) - g\n  guest:\n    name: text - n\n"
    )
    assert list(schema.domain("shop")) == ["guest", "order", "line"]


def test_entities_and_fields_have_labels_for_people():
    schema = target_schema()
    assert schema.field("order_line.net_amount").title == "Order line › Net amount"
    assert schema.field("menu_item.category_id").title == "Menu item › Category"
    assert schema.field("menu_item.tax_rate_ids").label == "Tax rates"
    assert schema.field("customer.external_id").title == "Guest › External ID"
    assert schema.field("order_line.is_void").label == "Void"
    assert target_title(None) == "Not mapped"
    assert entity_count(2, "category") == "2 categories"


def test_labels_of_an_entity_are_unique():
    for domain in target_schema().domains.values():
        for entity in domain.values():
            labels = [field.label for field in entity.fields.values()]
            assert len(labels) == len(set(labels)), entity.name
            assert not any("_" in label for label in labels)
