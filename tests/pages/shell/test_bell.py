"""The bell: how many notifications are unread, what they say, where they lead."""

from __future__ import annotations

from streamlit.testing.v1 import AppTest

from core.business.engagements.views import orders
from core.context import Context
from core.platform.delivery.notifications import mark_read, notifications, unread_count
from core.platform.events.actions import emit
from tests.business.engagements.desk import add_order
from tests.pages.conftest import Console


def tell(context: Context, *people: str, migration: str, migration_id: str = "") -> None:
    emit(context, "import_failed", to=people, migration=migration, migration_id=migration_id, run_id="r")
    context.session.commit()


def label(app: AppTest) -> str:
    return next(
        part.proto.popover.label for part in app.sidebar.get("popover") if "Notif" in part.proto.popover.label
    )


def test_unread_notifications_are_counted_and_marked_as_read_together(
    console: Console, alice: Context, bob: Context
) -> None:
    mark_read(bob)
    for _ in range(2):
        tell(alice, bob.person, migration="![x](https://evil.example/x)")
    app = console("bob", "today")
    assert "2" in label(app)
    assert not [part.value for part in app.markdown if "evil.example" in part.value]
    assert "![x](https://evil.example/x): import failed. It can be resumed." in [
        part.value for part in app.text
    ]
    app.button(key="bell_all").click().run()
    assert not app.exception
    assert "2" not in label(app)
    assert unread_count(bob) == 0


def test_one_notification_is_marked_as_read(console: Console, alice: Context, bob: Context) -> None:
    mark_read(bob)
    for name in ("Spring", "Autumn"):
        tell(alice, bob.person, migration=name)
    newest = notifications(bob)[0].id
    app = console("bob", "mapping")
    app.button(key=f"bell_read_{newest}").click().run()
    assert "1" in label(app)
    assert notifications(bob)[0].is_read


def test_a_notification_of_another_customer_opens_its_screen_there(
    console: Console, sam: Context, mallory: Context, migration: str
) -> None:
    mark_read(sam)
    tell(mallory, sam.person, migration="Theirs")
    notice = notifications(sam)[0]
    app = console("sam", "today")
    app.button(key=f"bell_open_{notice.id}").click().run()
    assert not app.exception
    assert app.session_state["tenant"] == mallory.tenant.slug
    assert app.title[0].value == "Runs"
    assert notifications(sam)[0].is_read


def test_a_notification_about_an_order_opens_that_very_order(console: Console, alice: Context) -> None:
    order = add_order(alice, "data_migration")
    add_order(alice, "training")
    mark_read(alice)
    emit(alice, "escalation_opened", to=[alice.person], order="x", engagement_id=order, level="L1")
    alice.session.commit()
    number = next(row.number for row in orders(alice) if row.id == order)
    app = console("alice", "today")
    notice = next(notice for notice in notifications(alice) if notice.order_id == order)
    app.button(key=f"bell_open_{notice.id}").click().run()
    assert not app.exception
    assert app.title[0].value.replace("\\", "") == f"Order {number}"


def test_another_person_s_notifications_are_not_there(console: Console, alice: Context, bob: Context) -> None:
    mark_read(alice)
    tell(alice, bob.person, migration="For Bob alone")
    app = console("alice", "today")
    assert "For Bob alone" not in str([part.value for part in app.text])
    assert ":red-badge" not in label(app)
