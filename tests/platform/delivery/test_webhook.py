"""Events are posted signed, once for who drops what it has, and nowhere but to the configured address."""

import hashlib
import hmac
import json
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread

import pytest
from sqlalchemy import update

from core.db.session import TenantSession
from core.errors import InvalidInputError
from core.kit import clock
from core.platform.access.demo_outages import NETWORK, break_part, mend
from core.platform.delivery import sender
from core.platform.delivery.webhook import WebhookChannel, signature
from core.platform.events.actions import emit
from core.platform.events.tables import OutboxMessage


class Receiver(HTTPServer):
    def __init__(self):
        super().__init__(("127.0.0.1", 0), Handler)
        self.posts, self.answers = [], []

    @property
    def url(self):
        return f"http://127.0.0.1:{self.server_port}/hook"


class Handler(BaseHTTPRequestHandler):
    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.posts.append((self.path, dict(self.headers), body))
        status = self.server.answers.pop(0) if self.server.answers else 200
        self.send_response(status)
        if status == 302:
            self.send_header("Location", f"{self.server.url}/elsewhere")
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_):
        pass


@pytest.fixture
def receiver(configure):
    server = Receiver()
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    configure(webhook_url=server.url, webhook_secret="invented-secret")
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


def tell(context):
    emit(context, "import_finished", migration="Spring", migration_id="m", run_id="r", rows=32)
    context.session.commit()


def make_due(tenant):
    with TenantSession(tenant, "") as session:
        session.execute(update(OutboxMessage).values(next_at=clock.now()))
        session.commit()


def test_an_event_is_posted_with_a_signature_that_its_receiver_can_check(alice, receiver, outbox):
    tell(alice)
    assert sender.deliver() == 1
    [(path, headers, body)] = receiver.posts
    moment, _, digest = headers["Aura-Signature"].removeprefix("t=").partition(",v1=")
    expected = hmac.new(b"invented-secret", f"{moment}.".encode() + body, hashlib.sha256).hexdigest()
    assert hmac.compare_digest(digest, expected)
    assert abs(int(moment) - clock.now().timestamp()) < 60
    posted = json.loads(body)
    assert (path, posted["kind"], posted["tenant"]) == ("/hook", "import_finished", alice.tenant.id)
    assert posted["facts"] == {"migration": "Spring", "migration_id": "m", "run_id": "r", "rows": 32}
    assert headers["Idempotency-Key"] == outbox()[0].id


def test_another_body_another_moment_and_another_secret_have_other_signatures():
    base = signature("secret", 1, b"{}")
    assert base not in {
        signature("secret", 1, b"[]"),
        signature("secret", 2, b"{}"),
        signature("other", 1, b"{}"),
    }


def test_a_receiver_that_fails_gets_the_same_key_again_marked_as_a_repeat(alice, receiver, outbox):
    receiver.answers = [503, 200]
    tell(alice)
    assert sender.deliver() == 0
    make_due(alice.tenant.id)
    assert sender.deliver() == 1
    keys = [headers["Idempotency-Key"] for _, headers, _ in receiver.posts]
    assert keys == [outbox()[0].id] * 2
    assert [headers.get("Aura-Repeat") for _, headers, _ in receiver.posts] == [None, "1"]


def test_a_redirect_is_not_followed(alice, receiver, outbox):
    receiver.answers = [302]
    tell(alice)
    assert sender.deliver() == 0
    assert [path for path, _, _ in receiver.posts] == ["/hook"]
    assert (outbox()[0].state, outbox()[0].error) == ("failed", "The webhook answered 302.")


def test_a_receiver_that_is_not_there_is_tried_again(alice, receiver, outbox, configure):
    configure(webhook_url="http://127.0.0.1:1/hook")
    tell(alice)
    assert sender.deliver() == 0
    assert outbox()[0].state == "failed"


@pytest.mark.parametrize(
    "values",
    [
        {"webhook_url": "http://hooks.example.com", "webhook_secret": "s"},
        {"webhook_url": "https://hooks.example.com"},
        {"webhook_url": "ftp://127.0.0.1", "webhook_secret": "s"},
    ],
)
def test_an_address_without_tls_or_without_a_secret_is_refused(configure, values):
    configure(**values)
    with pytest.raises(InvalidInputError):
        WebhookChannel()


@pytest.mark.demo
def test_without_its_network_a_demo_s_message_waits_and_another_s_is_sent(alice, mallory, receiver, outbox):
    break_part(alice, NETWORK)
    tell(alice)
    tell(mallory)
    assert sender.deliver() == 1
    [message] = outbox()
    assert (message.state, message.error) == ("failed", "The network is switched off for this demo.")
    assert len(receiver.posts) == 1
    mend(alice)
    assert sender.deliver() == 1
    assert [message.state for message in outbox()] == ["sent"]
    assert not outbox()[0].repeated
