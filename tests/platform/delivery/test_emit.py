"""An event stands or falls with its cause, goes to whom it is for, and leaves no secret that can be read."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import text

from core.db.session import TenantSession
from core.errors import InvalidInputError
from core.kit import clock
from core.platform.access.actions import action
from core.platform.events.actions import emit, is_address, open_secret
from core.platform.events.kinds import KINDS
from core.platform.events.tables import OutboxMessage

FACTS = {"migration": "Spring", "migration_id": "m", "run_id": "r"}
LINK = "https://console.example.com/auth/invitation/canary-of-a-link"


@action("migration.write")
def tell(context, to, *, fails=False, **facts):
    emit(context, "import_failed", to=to, **FACTS)
    if fails:
        raise InvalidInputError("It failed.")


def counts(tenant, person):
    with TenantSession(tenant, person) as session:
        tables = ("outbox_event", "outbox_message", "notification")
        counting = "select count(*) from {} where tenant_id = :tenant"
        return tuple(session.scalar(text(counting.format(table)), {"tenant": tenant}) for table in tables)


def test_an_event_whose_cause_is_rolled_back_leaves_no_row(alice, people, addresses):
    before = counts(alice.tenant.id, people["bob"])
    with pytest.raises(InvalidInputError):
        tell(alice, [people["bob"]], fails=True)
    assert counts(alice.tenant.id, people["bob"]) == before


def test_an_event_writes_a_notification_and_a_message_for_each_person_once(alice, people, addresses):
    tell(alice, [people["bob"], people["bob"], people["sam"]])
    assert counts(alice.tenant.id, people["bob"]) == (1, 2, 1)  # Sam's notification is Sam's


def test_a_person_without_an_address_is_told_in_the_console_only(alice, people, addresses):
    with TenantSession("", people["bob"]) as session:
        session.execute(text("update person set email = null where id = :id"), {"id": people["bob"]})
        session.commit()
    tell(alice, [people["bob"]])
    assert counts(alice.tenant.id, people["bob"]) == (1, 0, 1)


def test_a_person_who_is_not_active_gets_no_mail(alice, people, addresses, outbox):
    with TenantSession("", people["bob"]) as session:
        session.execute(text("update person set active = false where id = :id"), {"id": people["bob"]})
        session.commit()
    try:
        tell(alice, [people["bob"]])
        assert outbox() == []
    finally:
        with TenantSession("", people["bob"]) as session:
            session.execute(text("update person set active = true where id = :id"), {"id": people["bob"]})
            session.commit()


def test_address_and_link_cannot_be_read_in_the_database(alice, outbox):
    until = clock.now() + timedelta(days=7)
    emit(alice, "invitation", to_address="carol@example.com", link=LINK, expires_at=until, role="specialist")
    alice.session.commit()
    with TenantSession(alice.tenant.id, "") as session:
        dumped = session.execute(
            text("select m::text || e::text from outbox_message m join outbox_event e on e.id = m.event_id")
        ).scalar_one()
    readable = ("carol", "canary", b"carol@example.com".hex(), b"canary".hex())
    assert [word for word in readable if word in dumped] == []
    [message] = outbox()
    with TenantSession(alice.tenant.id, "") as session:
        assert open_secret(session, message.id, "secret", message.secret) == LINK
        assert open_secret(session, message.id, "address", message.address) == "carol@example.com"


def test_an_event_is_emitted_where_nobody_is_signed_in(tenants, outbox):
    with TenantSession(tenants["bella"], "") as session:
        until = clock.now() + timedelta(hours=1)
        emit(session, "password_reset", to_address="carol@example.com", link=LINK, expires_at=until)
        session.commit()
    assert [message.state for message in outbox()] == ["waiting"]


@pytest.mark.parametrize(
    ("kind", "values"),
    [
        ("import_failed", FACTS | {"guest": "Jones"}),
        ("import_failed", {"migration": "Spring"}),
        ("invitation", {"role": "sales"}),
        ("invitation", {"role": "sales", "link": LINK}),
        ("import_failed", FACTS | {"link": LINK}),
    ],
)
def test_facts_and_link_are_those_of_the_kind(alice, kind, values):
    with pytest.raises(ValueError, match=r"facts|expires"):
        emit(alice, kind, to=[alice.person], **values)


@pytest.mark.parametrize(
    "address",
    [
        "",
        "carol",
        "a@b\nBcc: eve@example.com",
        "a@b c",
        "a@b,eve@example.com",
        "<a@b>",
        "a@b@c",
        "a\x00@b",
        "a\u2028@b",
    ],
)
def test_what_could_be_a_second_header_is_no_address(alice, address):
    with pytest.raises(InvalidInputError):
        emit(
            alice,
            "invitation",
            to_address=address,
            link=LINK,
            expires_at=clock.now() + timedelta(days=1),
            role="sales",
        )


@given(st.text())
def test_an_address_has_one_line_and_one_at_sign(address):
    if is_address(address):
        assert address.count("@") == 1
        assert len(address.splitlines()) == 1


def test_a_kind_with_a_secret_is_never_posted(alice, configure, outbox):
    configure(webhook_url="https://hooks.example.com", webhook_secret="s")
    emit(
        alice,
        "invitation",
        to_address="carol@example.com",
        link=LINK,
        expires_at=clock.now() + timedelta(days=1),
        role="sales",
    )
    emit(alice, "import_failed", **FACTS)
    alice.session.commit()
    assert sorted(message.channel for message in outbox()) == ["email", "webhook"]
    assert {kind for kind, definition in KINDS.items() if definition.with_secret} == {
        "invitation",
        "password_reset",
        "quote_sent",
    }


def test_two_tenants_cannot_open_each_other_s_links(alice, mallory, outbox):
    emit(
        alice,
        "invitation",
        to_address="carol@example.com",
        link=LINK,
        expires_at=clock.now() + timedelta(days=1),
        role="sales",
    )
    alice.session.commit()
    [message] = outbox()
    with pytest.raises(ValueError, match="does not open"):
        open_secret(mallory.session, message.id, "secret", message.secret)
    assert mallory.session.get(OutboxMessage, (alice.tenant.id, message.id)) is None
