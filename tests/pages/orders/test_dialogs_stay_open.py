"""A dialog whose write is refused stays open, says why and keeps what was typed."""

from __future__ import annotations

import pytest
from streamlit.testing.v1 import AppTest

from core.business.engagements.tasks.views import tasks
from core.context import Context
from tests.business.engagements.desk import add_order, add_task_row
from tests.pages.orders.test_order_screen import open_orders, words

pytestmark = [pytest.mark.usefixtures("database"), pytest.mark.demo]


@pytest.fixture
def order_id(alice: Context) -> str:
    return add_order(alice, "training")


def open_dialog(alice: Context, order_id: str, key: str, name: str) -> AppTest:
    app = open_orders(alice.person, alice.tenant.id, order=order_id)
    app.session_state[key] = name
    return app.run()


def test_a_task_without_a_title_is_refused_and_keeps_its_blocked_milestone(alice, order_id) -> None:
    app = open_dialog(alice, order_id, "task_dialog", "new")
    app.selectbox(key="task_blocks_new").set_value("go_live")
    app.button(key="task_save").click().run()
    assert "The task has no title." in words(app) + "\n".join(text.value for text in app.text)
    assert app.session_state["task_dialog"] == "new"
    assert app.selectbox(key="task_blocks_new").value == "go_live"
    app.text_input(key="task_title_new").set_value("Order the printer")
    app.button(key="task_save").click().run()
    assert app.session_state["task_dialog"] == ""
    assert [task.title for task in tasks(alice, order_id)] == ["Order the printer"]


def test_a_promise_without_a_reason_is_refused_in_the_dialog(alice, order_id) -> None:
    app = open_dialog(alice, order_id, "milestone_dialog", "go_live")
    app.button(key="milestone_promise").click().run()
    assert app.session_state["milestone_dialog"] == "go_live"
    assert not app.exception


@pytest.mark.parametrize("event", ["hold", "cancel"])
def test_a_hold_and_a_cancellation_ask_again_for_their_reason(alice, order_id, event: str) -> None:
    app = open_dialog(alice, order_id, "order_dialog", event)
    app.button(key="order_dialog_confirm").click().run()
    assert "A reason is missing." in "\n".join(text.value for text in app.text)
    app.text_area(key="order_reason").set_value("The owner is away")
    app.button(key="order_dialog_confirm").click().run()
    assert app.session_state["order_dialog"] == ""


def test_a_task_that_waits_for_itself_over_another_is_refused_in_the_dialog(alice, order_id) -> None:
    first, second = (add_task_row(alice, order_id, title) for title in ("Read the register", "Send it"))
    for task, awaited in ((first, second), (second, first)):
        app = open_dialog(alice, order_id, "task_dialog", task)
        app.multiselect(key=f"task_waits_{task}").set_value([awaited])
        app.button(key="task_waits").click().run()
        assert not app.exception
    assert app.session_state["task_dialog"] == second
