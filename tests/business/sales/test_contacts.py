"""Contacts of prospects: encrypted, bound to their row, found by address and telephone number."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.business.sales.prospects.contacts import contact_prints, decrypt_contact, encrypt_contact
from core.business.sales.prospects.rules import ContactDetails, fold_email, fold_phone, is_email
from core.context import Context
from core.kit.crypto import DecryptionError
from core.kit.ids import new_id
from core.platform.access.actions import enter
from tests.operators import add_staff

TEXT = st.text(st.characters(codec="utf-8"), max_size=40)


@pytest.fixture(scope="module")
def sam(database: None) -> Iterator[Context]:
    person = add_staff("sales")
    with enter(person.person, person.operator) as context:
        yield context


@given(TEXT, TEXT, TEXT)
def test_a_contact_is_read_back_as_it_was_written(sam, name, email, phone):
    contact, prospect_id = ContactDetails(name, email, phone), new_id()
    encrypted = encrypt_contact(sam.session, prospect_id, contact)
    assert decrypt_contact(sam.session, prospect_id, encrypted) == (contact or None)


def test_a_contact_of_another_row_does_not_open(sam):
    encrypted = encrypt_contact(sam.session, new_id(), ContactDetails("Rosa", "", ""))
    with pytest.raises(DecryptionError):
        decrypt_contact(sam.session, new_id(), encrypted)


def test_addresses_and_numbers_are_compared_folded_and_names_are_not(sam):
    one = contact_prints(sam.session, ContactDetails("Rosa", "Rosa@Example.com ", "+1 (555) 010-0123"))
    two = contact_prints(sam.session, ContactDetails("Marco", "rosa@example.com", "555 010 0123"))
    assert one == two
    assert len(set(one)) == 2
    assert contact_prints(sam.session, ContactDetails("Rosa", "", "12")) == []


@pytest.mark.parametrize("text", ["a@example.com", "first.last+tag@sub.example.org", "ü@example.com"])
def test_an_address_is_recognised(text):
    assert is_email(text)


@pytest.mark.parametrize(
    "text", ["", "a@b", "a b@example.com", "a@example.com, b@example.com", "@example.com"]
)
def test_what_is_no_single_address_is_not(text):
    assert not is_email(text)


@given(TEXT)
def test_folding_twice_changes_nothing(text):
    assert fold_email(fold_email(text)) == fold_email(text)
    assert fold_phone(fold_phone(text)) == fold_phone(text)
