"""The outbox shows what became of each message, hides addresses and links, and says who looked at them."""

from dataclasses import replace
from datetime import timedelta

import pytest

from core.entry.tenants import create_person
from core.errors import ConflictError, NotAllowedError, NotFoundError
from core.kit import clock
from core.kit.ids import new_id
from core.platform.audit.views import audit_lines
from core.platform.delivery import sender
from core.platform.delivery.actions import Revealed, retry_message, reveal_message
from core.platform.delivery.views import (
    STATES,
    faults_of_channels,
    message_text,
    outbox_counts,
    outbox_entries,
)
from core.platform.events.actions import emit

LINK = "https://console.example.com/auth/invitation/canary"


def invite(context, *, days=7):
    until = clock.now() + timedelta(days=days)
    emit(
        context, "invitation", to_address="carol@example.com", link=LINK, expires_at=until, role="specialist"
    )
    context.session.commit()
    return outbox_entries(context)[0].id


def test_a_waiting_message_is_listed_with_its_address_masked(alice):
    invite(alice)
    [entry] = outbox_entries(alice)
    assert (entry.kind, entry.channel, entry.state, entry.attempts) == ("invitation", "email", "waiting", 0)
    assert entry.recipient == "c***@***.com"
    assert entry.has_link
    assert outbox_counts(alice) == dict.fromkeys(STATES, 0) | {"waiting": 1}


def test_a_message_reads_as_it_is_sent_but_for_its_link(alice):
    message = message_text(alice, invite(alice))
    assert "Alice invited you to AuraConnect as specialist at Bella." in message.text
    assert "canary" not in message.text + message.html


def test_address_and_link_are_shown_with_a_line_in_the_log(alice):
    message = invite(alice)
    revealed = reveal_message(alice, message)
    assert (revealed.recipient, revealed.link) == ("carol@example.com", LINK)
    [line] = audit_lines(alice, object_id=message)
    assert (line.action, line.facts["kind"], line.facts["with_link"]) == ("outbox.reveal", "invitation", True)


def test_a_link_that_a_server_is_to_send_is_shown_to_nobody(alice, mail_server, keeper):
    keeper.answers = ["451 Try again", "554 No"]
    message = invite(alice)
    sender.deliver()
    assert not outbox_entries(alice)[0].has_link
    assert reveal_message(alice, message).link is None
    retry_message(alice, message)
    sender.deliver()
    assert outbox_entries(alice, message_states=["dead"])[0].has_link
    assert reveal_message(alice, message).link == LINK


def test_the_link_to_a_new_password_is_shown_to_nobody(alice):
    until = clock.now() + timedelta(hours=1)
    emit(alice, "password_reset", to_address="carol@example.com", link=LINK, expires_at=until)
    alice.session.commit()
    [entry] = outbox_entries(alice)
    assert not entry.has_link
    assert reveal_message(alice, entry.id).link is None


def test_the_link_of_an_invitation_is_hidden_once_its_address_is_somebody_s(alice):
    email = f"{new_id()}@example.com"
    create_person(f"carol-{new_id()[-12:]}", "Carol", email=email.upper())
    until = clock.now() + timedelta(days=7)
    emit(alice, "invitation", to_address=email, link=LINK, expires_at=until, role="specialist")
    alice.session.commit()
    [entry] = outbox_entries(alice)
    assert reveal_message(alice, entry.id) == Revealed(email, None)


@pytest.mark.parametrize("role", ["manager", "admin"])
def test_the_link_of_an_invitation_is_shown_to_who_may_invite_in_that_role(alice, role):
    until = clock.now() + timedelta(days=7)
    emit(alice, "invitation", to_address="carol@example.com", link=LINK, expires_at=until, role=role)
    alice.session.commit()
    [entry] = outbox_entries(alice)
    assert reveal_message(alice, entry.id).link is None
    assert reveal_message(replace(alice, role="admin"), entry.id).link == LINK


@pytest.mark.demo
def test_a_demo_shows_no_link(alice):
    message = invite(alice)
    assert not outbox_entries(alice)[0].has_link
    assert reveal_message(alice, message).link is None


@pytest.mark.parametrize("handle", ["bob", "sam"])
@pytest.mark.parametrize("call", [message_text, reveal_message, retry_message])
def test_only_managers_and_admins_see_the_outbox(alice, join, handle, call):
    message = invite(alice)
    with pytest.raises(NotAllowedError):
        call(join(handle), message)


@pytest.mark.parametrize("call", [message_text, reveal_message, retry_message])
def test_a_message_of_another_customer_is_not_there(alice, mallory, call):
    message = invite(alice)
    with pytest.raises(NotFoundError):
        call(mallory, message)
    assert outbox_entries(mallory) == []


def test_a_dead_message_is_sent_again_on_demand(alice, mail_server, keeper):
    keeper.recipient_answers = ["550 No", ""]
    message = invite(alice)
    sender.deliver()
    [entry] = outbox_entries(alice, message_states=["dead"])
    assert entry.error == "The server refused the recipient (550)."
    retry_message(alice, message)
    assert sender.deliver() == 1
    assert LINK in keeper.messages[0].get_body(("plain",)).get_content()
    assert audit_lines(alice, object_id=message)[0].action == "outbox.retry"
    assert outbox_entries(alice)[0].sent_at is not None


def test_what_was_sent_or_has_expired_is_not_sent_again(alice, mail_server, keeper):
    first = invite(alice)
    sender.deliver()
    with pytest.raises(ConflictError, match="is sent"):
        retry_message(alice, first)
    expired = invite(alice, days=-1)
    sender.deliver()
    with pytest.raises(ConflictError, match="expired"):
        retry_message(alice, expired)
    assert len(keeper.messages) == 1


def test_the_list_is_filtered_by_state_and_kind(alice):
    invite(alice)
    emit(alice, "import_failed", to=[alice.person], migration="Spring", migration_id="m", run_id="r")
    alice.session.commit()
    assert outbox_entries(alice, message_states=["sent"]) == []
    assert [entry.kind for entry in outbox_entries(alice, event_kinds=["invitation"])] == ["invitation"]


def test_the_state_of_the_channels_is_told(configure):
    assert faults_of_channels() == {
        "email": "not configured",
        "webhook": "not configured",
        "sms": "not configured",
    }
    configure(smtp_host="mail.example.com", smtp_from="a@example.com", webhook_url="http://hooks.example.com")
    assert faults_of_channels()["email"] == ""
    assert "https" in faults_of_channels()["webhook"]
