"""The communication log of an order: entries stay, corrections follow, contacts see what is shared."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import text
from sqlalchemy.exc import ProgrammingError

from core.business.engagements.communications.actions import correct_communication, log_communication
from core.business.engagements.communications.rules import Entry
from core.business.engagements.communications.views import communications
from core.context import Context
from core.db.session import TenantSession
from core.errors import ConflictError, InvalidInputError, NotAllowedError, NotFoundError
from core.platform.access.actions import enter
from tests.business.engagements.papers import actions_of, as_contact, audit_lines, make_order, stored_bytes

HOUR = timedelta(hours=1)


@pytest.fixture
def order_id(alice: Context) -> str:
    return make_order(alice)


@pytest.fixture
def call(alice: Context) -> Entry:
    return Entry("phone", "in", alice.now - HOUR, "Rosa Moyo", "Asked for the go-live day.")


def test_an_entry_is_read_back_with_who_wrote_it(alice, order_id, call):
    log_communication(alice, order_id, call)
    [entry] = communications(alice, order_id)
    assert (entry.channel_text, entry.direction_text, entry.partner) == (
        "Phone",
        "From the customer",
        "Rosa Moyo",
    )
    assert (entry.text, entry.happened_at, entry.logged_at) == (call.text, call.happened_at, alice.now)
    assert (entry.writer, entry.is_shared, entry.is_corrected, entry.corrects) == (
        "Alice",
        False,
        False,
        None,
    )


def test_names_and_texts_can_be_read_neither_in_the_database_nor_in_the_audit_log(alice, order_id, call):
    log_communication(alice, order_id, call)
    assert "Moyo" not in stored_bytes(alice.tenant.id, "communication")
    assert b"go-live".hex() not in stored_bytes(alice.tenant.id, "communication")
    assert "Moyo" not in str(audit_lines(alice.tenant.id))


def test_a_correction_follows_the_entry_and_the_entry_stays(alice, bob, order_id, call):
    first = log_communication(alice, order_id, call)
    second = correct_communication(bob, first, replace(call, text="Asked for the training day."))
    newer, older = communications(alice, order_id)
    assert (newer.id, newer.corrects, newer.text) == (second, first, "Asked for the training day.")
    assert (older.id, older.text, older.is_corrected) == (first, call.text, True)
    assert not newer.is_corrected
    assert {"communication.log", "communication.correct"} <= set(actions_of(alice.tenant.id))


def test_an_entry_is_corrected_once_and_its_correction_may_be_again(alice, order_id, call):
    first = log_communication(alice, order_id, call)
    second = correct_communication(alice, first, replace(call, text="Better."))
    with pytest.raises(ConflictError, match="corrected already"):
        correct_communication(alice, first, replace(call, text="Otherwise."))
    correct_communication(alice, second, replace(call, text="Best."))
    assert [entry.is_corrected for entry in communications(alice, order_id)] == [False, True, True]


def test_of_many_corrections_at_once_one_is_written(alice, people, order_id, call):
    first = log_communication(alice, order_id, call)

    def correct(number: int) -> bool:
        with enter(people["alice"], alice.tenant.id) as context:
            try:
                correct_communication(context, first, replace(call, text=f"Version {number}"))
            except ConflictError:
                return False
            return True

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(correct, range(8))) == 1
    assert len(communications(alice, order_id)) == 2


def test_the_database_lets_nobody_change_or_delete_an_entry(alice, order_id, call):
    log_communication(alice, order_id, call)
    for statement in ("update communication set channel = 'sms'", "delete from communication"):
        with (
            TenantSession(alice.tenant.id, alice.person) as session,
            pytest.raises(ProgrammingError, match="permission denied"),
        ):
            session.execute(text(statement))


def test_what_the_customer_saw_stays_visible_when_it_is_corrected(alice, order_id, call):
    first = log_communication(alice, order_id, replace(call, is_shared=True))
    correct_communication(alice, first, replace(call, text="Corrected.", is_shared=False))
    with as_contact(alice.tenant.id) as contact:
        assert [entry.text for entry in communications(contact, order_id)] == ["Corrected.", call.text]


def test_a_contact_sees_shared_entries_and_writes_none(alice, order_id, call):
    log_communication(alice, order_id, call)
    log_communication(alice, order_id, replace(call, text="For you.", is_shared=True))
    with as_contact(alice.tenant.id) as contact:
        assert [entry.text for entry in communications(contact, order_id)] == ["For you."]
        with pytest.raises(NotAllowedError):
            log_communication(contact, order_id, call)


def test_a_search_is_by_channel_and_by_when_it_happened(alice, order_id, call):
    for hours, channel in ((50, "email"), (26, "phone"), (2, "phone"), (1, "sms")):
        entry = replace(call, channel=channel, happened_at=alice.now - hours * HOUR, text=f"{hours} h")
        log_communication(alice, order_id, entry)

    def texts(**search: object) -> list[str]:
        return [entry.text for entry in communications(alice, order_id, **search)]

    assert texts() == ["1 h", "2 h", "26 h", "50 h"]
    assert texts(channel="phone") == ["2 h", "26 h"]
    assert texts(since=alice.now - 26 * HOUR) == ["1 h", "2 h", "26 h"]
    assert texts(until=alice.now - 26 * HOUR) == ["50 h"]
    assert texts(channel="phone", since=alice.now - 26 * HOUR, until=alice.now - 2 * HOUR) == ["26 h"]
    assert texts(limit=1) == ["1 h"]
    with pytest.raises(InvalidInputError, match="no channel"):
        texts(channel="fax")
    with pytest.raises(InvalidInputError, match="ends before"):
        texts(since=alice.now, until=alice.now - HOUR)


def test_another_customer_finds_neither_order_nor_entry(alice, mallory, order_id, call):
    entry_id = log_communication(alice, order_id, call)
    with pytest.raises(NotFoundError):
        communications(mallory, order_id)
    with pytest.raises(NotFoundError):
        log_communication(mallory, order_id, call)
    with pytest.raises(NotFoundError):
        correct_communication(mallory, entry_id, call)
