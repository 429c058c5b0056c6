"""Messages are handed over once: tried again while the server refuses, given up for good, never twice by two senders."""

import ssl
from collections import Counter
from datetime import timedelta
from threading import Barrier, Thread

import pytest
from sqlalchemy import func, select, update
from sqlalchemy.exc import ProgrammingError

from core.db.session import TenantSession
from core.errors import InvalidInputError
from core.kit import clock
from core.platform.delivery import sender
from core.platform.delivery.smtp import EmailChannel
from core.platform.events.actions import emit
from core.platform.events.tables import OutboxMessage
from tests.platform.delivery.mail_server import MailServer

FACTS = {"migration": "Spring", "migration_id": "m", "run_id": "r"}
LINK = "https://console.example.com/auth/invitation/canary"


def tell(context, *people):
    emit(context, "import_failed", to=people, **FACTS)
    context.session.commit()


def invite(context, address="carol@example.com", *, days=7):
    until = clock.now() + timedelta(days=days)
    emit(context, "invitation", to_address=address, link=LINK, expires_at=until, role="specialist")
    context.session.commit()


def make_due(tenant):
    with TenantSession(tenant, "") as session:
        session.execute(update(OutboxMessage).values(next_at=clock.now()))
        session.commit()


def test_a_message_arrives_with_text_html_and_link(alice, people, addresses, mail_server, keeper, outbox):
    tell(alice, people["bob"])
    assert sender.deliver() == 1
    [message] = keeper.messages
    assert keeper.recipients == ["bob@example.com"]
    assert message["Subject"] == "Import failed: Spring"
    plain = message.get_body(("plain",)).get_content()
    assert f"https://console.example.com/runs?tenant={alice.tenant.slug}&migration=m" in plain
    assert "Open Runs" in message.get_body(("html",)).get_content()
    assert [(row.state, row.attempts, row.repeated) for row in outbox()] == [("sent", 1, False)]
    assert sender.deliver() == 0


def test_the_link_arrives_and_is_gone_once_it_is_sent(alice, mail_server, keeper, outbox):
    invite(alice)
    assert outbox()[0].secret is not None
    sender.deliver()
    assert LINK in keeper.messages[0].get_body(("plain",)).get_content()
    assert keeper.recipients == ["carol@example.com"]
    assert outbox()[0].secret is None


def test_a_server_that_refuses_and_then_accepts_gets_the_message_once(
    alice, people, addresses, mail_server, keeper, outbox
):
    keeper.answers = ["451 Try again", "451 Try again", ""]
    tell(alice, people["bob"])
    for state in ("failed", "failed", "sent"):
        sender.deliver()
        assert outbox()[0].state == state
        make_due(alice.tenant.id)
    assert len(keeper.messages) == 1
    assert outbox()[0].attempts == 3
    assert "Aura-Repeat" not in keeper.messages[0]


def test_a_message_that_failed_waits_before_it_is_tried_again(
    alice, people, addresses, mail_server, keeper, outbox
):
    keeper.answers = ["451 Try again"]
    tell(alice, people["bob"])
    sender.deliver()
    sender.deliver()
    assert keeper.messages == []
    assert outbox()[0].next_at > clock.now() + sender.FIRST_WAIT / 3


def test_waits_grow_to_an_hour_and_differ():
    samples = [[sender.next_wait(attempts) for _ in range(50)] for attempts in range(1, 20)]
    for attempts, durations in enumerate(samples):
        middle = min(sender.FIRST_WAIT * 2**attempts, sender.LONGEST_WAIT)
        assert all(middle / 2 <= wait <= middle * 1.5 for wait in durations)
        assert len(set(durations)) > 10


def test_a_recipient_that_does_not_exist_is_not_tried_again(alice, mail_server, keeper, outbox):
    keeper.recipient_answers = ["550 No carol@example.com here"]
    invite(alice)
    sender.deliver()
    [message] = outbox()
    assert (message.state, message.attempts) == ("dead", 1)
    assert message.error == "The server refused the recipient (550)."  # not in the server's words
    assert message.secret is not None  # who may read links still can


def test_after_the_last_attempt_a_message_is_a_dead_letter(alice, mail_server, keeper, outbox):
    keeper.answers = ["451 No"] * 50
    invite(alice)
    for _ in range(sender.MAX_ATTEMPTS + 3):
        sender.deliver()
        make_due(alice.tenant.id)
    assert (outbox()[0].state, outbox()[0].attempts) == ("dead", sender.MAX_ATTEMPTS)


def test_one_message_that_is_refused_holds_up_no_other(alice, mail_server, keeper, outbox):
    keeper.recipient_answers = ["550 No", "", "451 No", ""]
    for number in range(4):
        invite(alice, f"guest{number}@example.com")
    assert sender.deliver() == 2
    assert sorted(keeper.recipients) == ["guest1@example.com", "guest3@example.com"]


def test_a_server_that_is_away_costs_one_message_one_attempt(alice, mail_server, outbox, configure):
    configure(smtp_port=1)
    for number in range(3):
        invite(alice, f"guest{number}@example.com")
    assert sender.deliver() == 0
    assert sorted(message.attempts for message in outbox()) == [0, 0, 1]


def test_what_waited_too_long_is_given_up_and_its_link_forgotten(alice, mail_server, keeper, outbox):
    invite(alice, days=1)
    with clock.frozen(clock.now() + timedelta(days=1, seconds=1)):
        assert sender.deliver() == 0
        assert sender.expire() == 1
    assert [(row.state, row.secret) for row in outbox()] == [("dead", None)]
    assert keeper.messages == []


def test_without_a_server_nothing_is_tried(alice, outbox):
    invite(alice)
    assert sender.deliver() == 0
    assert (outbox()[0].state, outbox()[0].attempts) == ("waiting", 0)


def test_many_senders_at_once_hand_each_message_over_once(alice, mail_server, keeper, outbox):
    for number in range(40):
        invite(alice, f"guest{number}@example.com")
    barrier = Barrier(4)

    def work():
        barrier.wait()
        sender.deliver()

    threads = [Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert Counter(keeper.recipients) == {f"guest{number}@example.com": 1 for number in range(40)}
    assert {(row.state, row.attempts, row.repeated) for row in outbox()} == {("sent", 1, False)}
    assert len(set(keeper.refs())) == 40


class Death(BaseException):
    """The sender is killed here."""


def test_a_sender_that_dies_before_the_hand_over_leaves_an_unmarked_message(
    alice, mail_server, keeper, outbox, monkeypatch
):
    invite(alice)
    with monkeypatch.context() as patch:
        patch.setattr(EmailChannel, "_connected", lambda *_: (_ for _ in ()).throw(Death))
        with pytest.raises(Death):
            sender.deliver(claim=timedelta(0))
    assert sender.deliver() == 1
    assert "Aura-Repeat" not in keeper.messages[0]
    assert outbox()[0].repeated is False


def test_a_sender_that_dies_after_the_hand_over_leads_to_one_marked_repeat_of_the_same_message(
    alice, mail_server, keeper, outbox, monkeypatch
):
    invite(alice)
    with monkeypatch.context() as patch:
        patch.setattr(sender, "_settle", lambda *_, **__: (_ for _ in ()).throw(Death))
        with pytest.raises(Death):
            sender.deliver(claim=timedelta(0))
    assert outbox()[0].state == "sending"
    assert sender.deliver() == 1
    assert sender.deliver() == 0
    assert [message["Aura-Repeat"] for message in keeper.messages] == [None, "1"]
    assert len(set(keeper.refs())) == 1
    assert outbox()[0].repeated is True


def test_a_sender_whose_claim_ran_out_hands_nothing_over(alice, mail_server, keeper, outbox, monkeypatch):
    """It was stopped for longer than its claim; another one took the message and sent it."""
    invite(alice)
    connected = EmailChannel._connected

    def overtaken(channel):
        monkeypatch.setattr(EmailChannel, "_connected", connected)
        assert sender.deliver() == 1
        return channel._connected()

    monkeypatch.setattr(EmailChannel, "_connected", overtaken)
    assert sender.deliver(claim=timedelta(0)) == 0
    assert len(keeper.messages) == 1
    assert outbox()[0].state == "sent"


def test_a_connection_that_breaks_while_the_message_is_handed_over_leads_to_a_marked_repeat(
    alice, mail_server, keeper, outbox, monkeypatch
):
    invite(alice)
    with monkeypatch.context() as patch:
        patch.setattr("smtplib.SMTP.data", lambda *_: (_ for _ in ()).throw(ConnectionResetError))
        sender.deliver()
    make_due(alice.tenant.id)
    sender.deliver()
    assert [message["Aura-Repeat"] for message in keeper.messages] == ["1"]


@pytest.fixture
def encrypted_server(certificate, keeper, configure, monkeypatch):
    """A server that wants STARTTLS and a password; its certificate is trusted."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(*certificate)
    server = MailServer(keeper, context=context, password="invented")
    server.start()
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate[0]))
    configure(
        smtp_host="127.0.0.1",
        smtp_port=server.port,
        smtp_from="console@example.com",
        smtp_user="console",
        smtp_password="invented",
    )
    yield server
    server.stop()


def test_a_message_goes_through_starttls_with_a_password(alice, encrypted_server, keeper):
    invite(alice)
    assert sender.deliver() == 1
    assert len(keeper.messages) == 1


def test_a_certificate_that_is_not_trusted_gets_nothing(alice, encrypted_server, keeper, outbox, monkeypatch):
    monkeypatch.delenv("SSL_CERT_FILE")
    invite(alice)
    assert sender.deliver() == 0
    assert (keeper.messages, outbox()[0].state) == ([], "failed")


def test_a_wrong_password_is_tried_again_and_is_in_no_error(
    alice, encrypted_server, configure, outbox, caplog
):
    configure(smtp_password="canary-password")
    invite(alice)
    assert sender.deliver() == 0
    assert outbox()[0].state == "failed"
    assert "canary" not in outbox()[0].error + caplog.text


def test_a_server_without_starttls_gets_nothing(alice, mail_server, keeper, outbox, configure):
    configure(smtp_tls="starttls")
    invite(alice)
    assert sender.deliver() == 0
    assert (keeper.messages, outbox()[0].state) == ([], "failed")


@pytest.mark.parametrize(
    "values",
    [
        {"smtp_host": "mail.example.com", "smtp_tls": "none", "smtp_from": "a@example.com"},
        {"smtp_host": "127.0.0.1", "smtp_from": ""},
        {"smtp_host": "127.0.0.1", "smtp_from": "a@b\nBcc: eve@example.com"},
    ],
)
def test_settings_that_are_wrong_send_nothing_and_cost_no_attempt(alice, outbox, configure, caplog, values):
    configure(**values)
    with pytest.raises(InvalidInputError):
        EmailChannel()
    invite(alice)
    assert sender.deliver() == 0
    assert (outbox()[0].state, outbox()[0].attempts) == ("waiting", 0)
    assert "Nothing is sent by email" in caplog.text


def test_no_address_and_no_link_stands_in_the_log(alice, mail_server, keeper, caplog):
    caplog.set_level("DEBUG")
    keeper.recipient_answers, keeper.answers = ["550 carol@example.com", "", ""], ["554 canary", ""]
    for _ in range(3):
        invite(alice)
    sender.deliver()
    ours = [record.getMessage() for record in caplog.records if record.name.startswith("aura")]
    assert len(ours) == 2
    assert not any(word in line for line in ours for word in ("carol", "canary"))


def test_old_events_are_removed_unless_they_wait(tenants, outbox):
    sender.purge()  # those of other tests
    with clock.frozen(clock.now() - timedelta(days=91)):
        for address in ("carol@example.com", "dora@example.com"):
            with TenantSession(tenants["bella"], "") as session:
                until = clock.now() + timedelta(days=365)
                emit(session, "password_reset", to_address=address, link=LINK, expires_at=until)
                session.commit()
    with TenantSession(tenants["bella"], "") as session:
        session.execute(update(OutboxMessage).where(OutboxMessage.id == outbox()[0].id).values(state="sent"))
        session.commit()
    assert sender.purge() == 1
    assert [message.state for message in outbox()] == ["waiting"]


def test_no_event_of_the_last_month_can_be_removed(database):
    with TenantSession("", "") as session, pytest.raises(ProgrammingError, match="last 30 days"):
        session.execute(select(func.purge_outbox(clock.now() - timedelta(days=29))))
