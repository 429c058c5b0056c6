"""What papers of an order have in common: encryption bound to the row, finding an order, going round the customers."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import text

from core.business.engagements.papers.encryption import (
    decrypt_json,
    decrypt_text,
    encrypt_json,
    encrypt_text,
)
from core.business.engagements.papers.orders import find_order, is_contact
from core.business.engagements.papers.rounds import contexts_of, portfolio_rows, supervisor
from core.db.session import TenantSession
from core.errors import NotFoundError
from core.kit.crypto import DecryptionError
from core.kit.ids import new_id
from tests.business.engagements.papers import as_contact, make_order
from tests.staff import add_staff, end_managers, operator

TEXT = st.text(st.characters(codec="utf-8"), max_size=60)


@pytest.fixture(scope="module")
def session(new_tenants, people):
    with TenantSession(new_tenants()["bella"], people["alice"]) as session:
        yield session


@given(TEXT, st.dictionaries(TEXT, st.none() | st.booleans() | st.integers() | TEXT, max_size=4))
def test_texts_and_documents_come_back_as_they_were(session, words, document):
    row_id = new_id()
    assert decrypt_text(session, "a.b", row_id, encrypt_text(session, "a.b", row_id, words)) == words
    assert decrypt_json(session, "a.b", row_id, encrypt_json(session, "a.b", row_id, document)) == document


def test_equal_texts_do_not_look_alike_and_nothing_is_an_empty_text(session):
    row_id = new_id()
    assert encrypt_text(session, "a.b", row_id, "x") != encrypt_text(session, "a.b", row_id, "x")
    assert decrypt_text(session, "a.b", row_id, None) == ""


def test_a_value_opens_in_its_own_row_column_and_customer_alone(session, new_tenants, people):
    row_id = new_id()
    encrypted = encrypt_text(session, "document.name", row_id, "Contract")
    with pytest.raises(DecryptionError):
        decrypt_text(session, "document.name", new_id(), encrypted)
    with pytest.raises(DecryptionError):
        decrypt_text(session, "document.content", row_id, encrypted)
    with TenantSession(new_tenants()["coffee"], people["mallory"]) as foreign, pytest.raises(DecryptionError):
        decrypt_text(foreign, "document.name", row_id, encrypted)


def test_an_order_is_found_by_its_customer_alone(alice, mallory):
    order_id = make_order(alice)
    assert find_order(alice, order_id).id == order_id
    assert find_order(alice, order_id, lock=True).id == order_id
    alice.session.rollback()
    for context, wrong in ((mallory, order_id), (alice, new_id())):
        with pytest.raises(NotFoundError, match="no such order"):
            find_order(context, wrong)


def test_only_a_contact_of_the_customer_is_one(alice, bob):
    assert not is_contact(alice)
    assert not is_contact(bob)
    with as_contact(alice.tenant.id) as contact:
        assert is_contact(contact)


@pytest.fixture
def no_supervisor(database):
    """An operator of whose supervisors none is active, until the test is over."""
    tenant = operator()
    end_managers()
    switch = text(
        "update person set active = :on where id in"
        " (select person_id from membership where tenant_id = :t and role = 'admin')"
    )
    for is_on in (False, True):
        with TenantSession(tenant, "", system=True) as session:
            session.execute(switch, {"t": tenant, "on": is_on})
            session.commit()
        if not is_on:
            yield


QUERY = text("select customer_id::text as customer_id from portfolio_order where number = :number")


def test_a_job_works_in_the_name_of_a_supervisor_who_sees_every_customer(alice):
    operator()
    manager = add_staff("manager")
    make_order(alice)
    person = supervisor()
    assert person is not None
    rows = portfolio_rows(QUERY, lambda _: {"number": "OC-0007"})
    assert alice.tenant.id in [row["customer_id"] for row in rows]
    [context] = [(context.tenant.id, context.role) for context in contexts_of(alice.tenant.id)]
    assert context == (alice.tenant.id, "worker")
    assert manager


def test_a_customer_that_is_gone_is_passed_over(alice):
    operator()
    add_staff("manager")
    assert list(contexts_of(new_id())) == []


def test_without_a_supervisor_a_job_has_nothing_to_do(no_supervisor, alice):
    assert supervisor() is None
    assert portfolio_rows(QUERY, lambda _: {"number": "OC-0007"}) == []
    assert list(contexts_of(alice.tenant.id)) == []
