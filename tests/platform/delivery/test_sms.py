"""Text messages go as a form to the gateway, once, to contacts who gave a number, of kinds that allow it; nothing else does."""

from __future__ import annotations

from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread
from urllib.parse import parse_qs

import pytest
from sqlalchemy import select, text

from core.db.session import TenantSession
from core.errors import InvalidInputError
from core.kit import clock
from core.kit.ids import new_id
from core.platform.access.actions import enter
from core.platform.delivery import sender
from core.platform.delivery.phones import my_phone, set_phone
from core.platform.delivery.sms import MAX_CHARACTERS, SmsChannel
from core.platform.delivery.templates import template
from core.platform.delivery.views import faults_of_channels, outbox_entries
from core.platform.events.actions import emit
from core.platform.events.kinds import KINDS, SMS
from core.platform.events.phones import check_number
from core.platform.events.tables import OutboxMessage, PhoneNumber
from tests.staff import add_contact, deactivate

NUMBER = "+263771234567"


class Gateway(HTTPServer):
    def __init__(self):
        super().__init__(("127.0.0.1", 0), Handler)
        self.posts, self.answers = [], []

    @property
    def url(self):
        return f"http://127.0.0.1:{self.server_port}/sms"


class Handler(BaseHTTPRequestHandler):
    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"])).decode()
        form = {name: values[0] for name, values in parse_qs(body).items()}
        self.server.posts.append((self.path, dict(self.headers), form))
        status = self.server.answers.pop(0) if self.server.answers else 202
        self.send_response(status)
        if status == 302:
            self.send_header("Location", f"{self.server.url}/elsewhere")
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_):
        pass


@pytest.fixture
def gateway(configure):
    server = Gateway()
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    configure(
        sms_gateway_url=server.url,
        sms_gateway_key="invented-key",
        sms_sender="OneClass",
        app_public_url="https://console.example.com",
    )
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def contact(tenants):
    """A contact of Alice's customer who gave a number."""
    person = add_contact(tenants["bella"])
    with enter(person, tenants["bella"]) as context:
        set_phone(context, "+263 77 123-4567")
    return person


ORDER = new_id()


def tell(context, *people, kind="order_received"):
    facts = {"order": "OC-0042", "engagement_id": ORDER, "package": "Growth", "total": "$6,500.00"}
    if kind == "import_finished":
        facts = {"migration": "Spring", "migration_id": "m", "run_id": "r", "rows": 32}
    emit(context, kind, to=people, **facts)
    context.session.commit()


def messages(tenant):
    with TenantSession(tenant, "") as session:
        return session.scalars(select(OutboxMessage).where(OutboxMessage.channel == SMS)).all()


def make_due(tenant):
    with TenantSession(tenant, "") as session:
        session.execute(text("update outbox_message set next_at = :now"), {"now": clock.now()})
        session.commit()


def test_an_order_update_reaches_the_contact_s_phone_as_a_form_that_the_gateway_reads(
    alice, contact, gateway
):
    tell(alice, contact)
    assert sender.deliver() == 1
    [(path, headers, form)] = gateway.posts
    [message] = messages(alice.tenant.id)
    assert (path, headers["Authorization"]) == ("/sms", "Bearer invented-key")
    assert headers["Idempotency-Key"] == form["reference"] == message.id
    assert (form["to"], form["from"], message.state) == (NUMBER, "OneClass", "sent")
    assert "we received your order OC-0042 (Growth, $6,500.00)" in form["text"]
    assert form["text"].endswith(
        f"https://console.example.com/my_order?tenant={alice.tenant.slug}&order={ORDER}"
    )
    assert len(form["text"]) <= MAX_CHARACTERS


def test_only_kinds_that_allow_it_and_people_with_a_number_get_text_messages(alice, contact, gateway):
    tell(alice, contact, kind="import_finished")
    tell(alice, alice.person)
    assert messages(alice.tenant.id) == []
    by_sms = {kind for kind, definition in KINDS.items() if definition.by_sms}
    assert by_sms >= {"order_received", "order_team", "instalment_due", "instalment_overdue"}
    assert all(template(kind).sms for kind in by_sms)
    assert not any(
        definition.by_sms and (definition.with_secret or not definition.for_customer)
        for definition in KINDS.values()
    )


def test_without_a_gateway_no_text_message_waits(alice, contact):
    tell(alice, contact)
    assert messages(alice.tenant.id) == []


def test_a_number_that_is_taken_away_gets_nothing_more(alice, contact, gateway, tenants):
    tell(alice, contact)
    with enter(contact, tenants["bella"]) as context:
        assert my_phone(context) == NUMBER
        set_phone(context, None)
        assert my_phone(context) is None
    assert sender.deliver() == 0
    [message] = messages(alice.tenant.id)
    assert (message.state, message.error) == ("dead", "The person has no phone number, or is not active.")
    tell(alice, contact)
    assert len(messages(alice.tenant.id)) == 1


def test_whoever_is_not_active_gets_no_text_message(alice, contact, gateway):
    deactivate(contact)
    tell(alice, contact)
    assert messages(alice.tenant.id) == []


def test_a_number_is_the_person_s_alone_in_that_customer_and_stored_sealed(alice, mallory, contact, gateway):
    stored = alice.session.scalars(select(PhoneNumber)).one()
    assert stored.number is not None
    assert b"771234567" not in stored.number
    assert mallory.session.scalars(select(PhoneNumber)).all() == []
    with enter(add_contact(alice.tenant.id), alice.tenant.id) as other:
        assert my_phone(other) is None
    tell(alice, contact)
    assert {entry.recipient for entry in outbox_entries(alice)} == {"A Contact"}


@pytest.mark.parametrize(
    ("status", "state", "error"),
    [
        (400, "dead", "The SMS gateway answered 400."),
        (302, "failed", "The SMS gateway answered 302."),
        (429, "failed", "The SMS gateway answered 429."),
        (503, "failed", "The SMS gateway answered 503."),
    ],
)
def test_a_gateway_that_does_not_take_it_is_asked_again_where_that_can_help(
    alice, contact, gateway, status, state, error
):
    gateway.answers = [status]
    tell(alice, contact)
    assert sender.deliver() == 0
    [message] = messages(alice.tenant.id)
    assert (message.state, message.error) == (state, error)
    assert len(gateway.posts) == 1


def test_a_message_that_is_sent_again_has_the_same_reference(alice, contact, gateway):
    gateway.answers = [503, 202]
    tell(alice, contact)
    sender.deliver()
    make_due(alice.tenant.id)
    assert sender.deliver() == 1
    first, second = (form["reference"] for _, _, form in gateway.posts)
    assert first == second


def test_a_gateway_that_is_not_there_is_tried_again(alice, contact, gateway, configure):
    configure(sms_gateway_url="http://127.0.0.1:1/sms")
    tell(alice, contact)
    assert sender.deliver() == 0
    assert messages(alice.tenant.id)[0].state == "failed"


@pytest.mark.parametrize(
    "values",
    [
        {"sms_gateway_url": "http://sms.example.com", "sms_gateway_key": "k"},
        {"sms_gateway_url": "https://sms.example.com"},
    ],
)
def test_a_gateway_without_tls_or_without_a_key_is_refused_and_the_outbox_says_why(configure, values):
    configure(**values)
    with pytest.raises(InvalidInputError):
        SmsChannel()
    assert faults_of_channels()["sms"].startswith("SMS_GATEWAY_")


@pytest.mark.parametrize(
    "typed", ["+263 77 123 4567", "00263771234567", "+263-(77)-123/45.67", " +263771234567 "]
)
def test_a_number_is_read_however_people_write_it(typed):
    assert check_number(typed) == NUMBER


@pytest.mark.parametrize("typed", ["", "0771234567", "+0771234567", "+2637", "call me", "+26377123456789012"])
def test_what_is_no_number_with_its_country_is_refused(typed):
    with pytest.raises(InvalidInputError, match="not a mobile number"):
        check_number(typed)
