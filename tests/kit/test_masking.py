"""Guests' values are recognisable to who knows them and of no use to who does not."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.kit.masking import is_personal, mask, quote, shape
from core.schema import target_schema


@pytest.mark.parametrize(
    ("value", "masked"),
    [
        ("john.smith@example.com", "j***@***.com"),
        ("+1 (555) 123-4590", "***90"),
        ("Jane", "J***"),
        ("", ""),
        ("100 Example Street", "1***"),
        ("4111 1111 1111 1234", "***34"),
    ],
)
def test_a_masked_value_keeps_its_beginning_or_its_end(value, masked):
    assert mask(value) == masked


@given(st.emails())
def test_of_an_address_only_the_first_letter_and_the_last_label_are_told(email):
    assert mask(email) == f"{email[0]}***@***.{email.rpartition('.')[2]}"


@given(st.text(min_size=2, max_size=60))
def test_at_most_three_characters_of_a_value_are_told(value):
    visible = mask(value).replace("*", "").replace("@", "")
    suffix = value.rpartition(".")[2] if "@" in value else ""
    assert len(visible) <= 3 + len(suffix)


def test_every_field_of_a_guest_is_personal_but_for_ids_and_counts():
    personal = {
        field.key for field in target_schema().fields("restaurant") if is_personal(field.entity, field.name)
    }
    assert {
        "customer.email",
        "customer.phone",
        "customer.birthday",
        "gift_card.code",
        "employee.first_name",
    } <= personal
    assert not personal & {"customer.external_id", "customer.visit_count", "menu_item.name", "order.total"}


def test_pupils_and_their_families_are_personal():
    assert is_personal("student", "birth_date")
    assert is_personal("guardian", "phone")
    assert not is_personal("course", "name")


@pytest.mark.parametrize(
    ("value", "pattern"), [("Anna Berg", "Aa Aa"), ("12-345", "9-9"), ("AB12", "A9"), ("", "")]
)
def test_a_shape_tells_the_pattern_without_the_content(value, pattern):
    assert shape(value) == pattern


@given(st.text(alphabet=st.characters(categories=["Lu", "Ll", "Nd"]), max_size=200))
def test_a_shape_is_never_longer_than_what_it_stands_for(value):
    assert len(shape(value)) <= min(len(value), 80)
    assert set(shape(value)) <= set("Aa9")


@pytest.mark.parametrize(
    "value",
    [
        "jane@example.com",
        "+1 (555) 123-4590",
        "4111 1111 1111 1234",
        "1985-12-10",
        "148-98-7233",
        "call 555.0101.22",
    ],
)
def test_what_has_the_form_of_a_person_s_own_is_not_quoted_in_clear(value):
    assert quote(value) != value


@pytest.mark.parametrize("value", ["voided", "T 12.50", "@home", "1,204.00", "10:30", "20001"])
def test_other_values_are_quoted_as_they_are(value):
    assert quote(value) == value
