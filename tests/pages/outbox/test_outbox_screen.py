"""Outbox: what became of each message, its text, its recipient on demand, and sending it again."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import update
from streamlit.testing.v1 import AppTest

from core.context import Context
from core.db.session import TenantSession
from core.kit import clock
from core.platform.audit.views import audit_lines
from core.platform.delivery.views import outbox_entries
from core.platform.events.actions import emit
from core.platform.events.tables import OutboxMessage
from tests.pages.conftest import Console

Outbox = Callable[..., AppTest]
LINK = "https://console.example.com/auth/invitation/canary"


@pytest.fixture
def invitation(alice: Context) -> str:
    until = clock.now() + timedelta(days=7)
    emit(
        alice,
        "invitation",
        to_address="carol@example.com",
        link=LINK,
        expires_at=until,
        role="![x](https://evil.example/x)",
    )
    alice.session.commit()
    return outbox_entries(alice)[0].id


def set_state(context: Context, state: str) -> None:
    with TenantSession(context.tenant.id, "") as session:
        session.execute(
            update(OutboxMessage).values(state=state, error="The server refused the recipient (550).")
        )
        session.commit()


@pytest.fixture
def outbox(console: Console, alice: Context) -> Outbox:
    """Opens the screen on the messages of Alice's customer: staff of an operator begins with those of the operator."""

    def open_screen(**query: str) -> AppTest:
        app = console("alice", "outbox", **query)
        for choice in app.selectbox:
            if choice.key == "outbox_of":
                labels = {alice.tenant.name, f"{alice.tenant.name} ({alice.tenant.slug[-8:]})"}
                choice.set_value(next(label for label in choice.options if label in labels)).run()
        return app

    return open_screen


def rows(app: AppTest) -> list[dict[str, object]]:
    return next(part.value for part in app.dataframe if "Attempts" in part.value.columns).to_dict("records")


def words(app: AppTest) -> str:
    return str([part.value for part in (*app.markdown, *app.text, *app.caption, *app.code)])


def test_an_empty_outbox_says_how_messages_appear(outbox: Outbox) -> None:
    app = outbox()
    assert not app.exception
    assert "**No messages yet**" in words(app)
    assert "set SMTP" in words(app)


def test_a_message_is_listed_with_its_recipient_masked(outbox: Outbox, invitation: str) -> None:
    [row] = rows(outbox())
    assert (row["State"], row["Message"], row["To"]) == (["Waiting"], "Invitation", "c***@***.com")


def test_a_message_is_shown_as_text_without_its_link(outbox: Outbox, invitation: str) -> None:
    app = outbox(message=invitation)
    contents = [part.value for part in app.code]
    assert "![x](https://evil.example/x)" in contents[0]
    assert "<!doctype html>" in contents[1]
    assert "canary" not in words(app)
    assert not [part.value for part in app.markdown if "evil.example" in part.value]


def test_recipient_and_link_are_shown_once_and_recorded(
    outbox: Outbox, alice: Context, invitation: str
) -> None:
    app = outbox(message=invitation)
    app.button(key="outbox_reveal").click().run()
    assert not app.exception
    assert "carol@example.com" in words(app)
    assert LINK in [part.value for part in app.code]
    assert audit_lines(alice, object_id=invitation)[0].action == "outbox.reveal"
    app.run()
    assert "carol@example.com" not in words(app)


def test_a_dead_message_is_sent_again_by_a_click(outbox: Outbox, alice: Context, invitation: str) -> None:
    set_state(alice, "dead")
    app = outbox(message=invitation)
    assert "refused the recipient" in words(app)
    app.button(key="outbox_retry").click().run()
    assert not app.exception
    assert rows(app)[0]["State"] == ["Waiting"]
    assert app.button(key="outbox_retry").disabled


def test_state_and_kind_narrow_the_list(outbox: Outbox, alice: Context, invitation: str) -> None:
    app = outbox()
    app.segmented_control(key="outbox_state").set_value("Sent").run()
    assert "No message matches" in words(app)
    app.segmented_control(key="outbox_state").set_value("Waiting").run()
    app.selectbox(key="outbox_kind").select("Invitation").run()
    assert len(rows(app)) == 1


def test_the_outbox_is_no_screen_of_a_specialist(console: Console, invitation: str) -> None:
    app = console("bob", "outbox")
    assert "Invitation" not in words(app)
    assert app.title[0].value != "Outbox"
