"""The sections of an order about what is written: documents, communication log, feedback, escalations."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest
from streamlit.testing.v1 import AppTest

from core.business.engagements.communications.actions import correct_communication, log_communication
from core.business.engagements.communications.rules import Entry
from core.business.engagements.communications.views import communications
from core.business.engagements.documents.actions import remove_document, upload_document
from core.business.engagements.documents.views import documents
from core.business.engagements.escalations.actions import open_escalation, raise_escalation
from core.business.engagements.escalations.views import escalations
from core.business.engagements.feedback.actions import answer_feedback
from core.business.engagements.feedback.asking import ask_at_milestone
from core.business.engagements.feedback.views import open_questions
from core.context import Context
from core.kit import clock
from core.platform.access.actions import enter
from tests.business.engagements.documents.files import CSV
from tests.business.engagements.papers import as_contact, make_order
from tests.pages.conftest import Console
from tests.pages.operator.screens import rows_of
from tests.pages.test_menu import texts

Open = Callable[..., AppTest]


@pytest.fixture
def order_id(alice: Context) -> str:
    return make_order(alice)


@pytest.fixture
def section(console: Console, order_id: str) -> Open:
    """Opens a section of the order as one of the cast."""

    def open_section(name: str, handle: str = "alice") -> AppTest:
        app = console(handle, "orders", order=order_id, section=name)
        assert not app.exception, app.exception[0].value
        return app

    return open_section


def words_of(app: AppTest) -> str:
    return texts(app).replace("\\", "").replace("\u2060", "")


def test_each_section_says_how_it_is_filled(section) -> None:
    for name, words in (
        ("documents", "No documents yet"),
        ("communications", "No entries yet"),
        ("feedback", "Nothing asked yet"),
        ("escalations", "No escalations"),
    ):
        assert words in texts(section(name))


def test_documents_stand_with_who_sees_them_and_removed_ones_with_the_reason(
    alice, order_id, section
) -> None:
    upload_document(alice, order_id, "plan *v2*.csv", "other", CSV)
    upload_document(alice, order_id, "internal.csv", "other", CSV, visibility="internal")
    removed = upload_document(alice, order_id, "wrong.csv", "data_export", CSV)
    remove_document(alice, removed, "Of another customer")
    app = section("documents")
    words = words_of(app)
    for label in ("Shared", "Internal", "Removed"):
        assert label in words
    assert "plan *v2*.csv" in [element.value for element in app.text]
    assert "Of another customer" in words
    assert len(app.get("download_button")) == 2


def test_a_document_is_removed_with_a_reason(alice, order_id, section) -> None:
    document_id = upload_document(alice, order_id, "a.csv", "other", CSV)
    app = section("documents")
    app.button(key=f"order_document_remove_{document_id}").click().run()
    app.text_input(key="order_document_reason").input("A mistake").run()
    app.button(key="order_document_remove").click().run()
    [row] = documents(alice, order_id)
    assert row.removal_reason == "A mistake"
    assert not app.exception


def test_the_upload_dialog_offers_the_kinds_and_waits_for_a_file(section) -> None:
    app = section("documents")
    app.button(key="order_document_upload").click().run()
    assert app.selectbox(key="order_document_kind").options[0] == "Contract"
    assert app.button(key="order_document_confirm").disabled


def test_who_sells_may_upload_and_not_remove(alice, order_id, section) -> None:
    upload_document(alice, order_id, "a.csv", "other", CSV)
    keys = [button.key for button in section("documents", "sam").button]
    assert "order_document_upload" in keys
    assert not [key for key in keys if str(key).startswith("order_document_remove")]


def test_an_entry_is_written_and_corrected_on_the_page(alice, order_id, section) -> None:
    app = section("communications")
    app.button(key="order_log_add").click().run()
    app.text_input(key="order_log_partner").input("Rosa Moyo").run()
    app.text_area(key="order_log_text").input("Asked for the go-live day.").run()
    app.button(key="order_log_confirm").click().run()
    assert not app.exception
    [entry] = communications(alice, order_id)
    assert (entry.partner, entry.channel, entry.direction) == ("Rosa Moyo", "email", "out")
    app.button(key=f"order_log_correct_{entry.id}").click().run()
    assert app.text_area(key="order_log_text").value == "Asked for the go-live day."
    app.text_area(key="order_log_text").input("Asked for the training day.").run()
    app.button(key="order_log_confirm").click().run()
    assert [row.is_corrected for row in communications(alice, order_id)] == [False, True]
    assert "Correction" in words_of(app)


def test_the_log_is_searched_by_channel(alice, order_id, section) -> None:
    call = Entry("phone", "in", alice.now - timedelta(hours=1), "Rosa Moyo", "By phone.")
    log_communication(alice, order_id, call)
    first = log_communication(alice, order_id, replace(call, channel="email", text="By *mail*."))
    correct_communication(alice, first, replace(call, channel="email", text="By mail, corrected."))
    app = section("communications")
    assert "By *mail*." in [element.value for element in app.text]
    app.button_group(key="order_log_channel").set_value("phone").run()
    contents = [element.value for element in app.text]
    assert "By phone." in contents
    assert "By *mail*." not in contents


def test_feedback_stands_with_its_score_and_comment(alice, order_id, section) -> None:
    for milestone in ("kickoff", "closure"):
        ask_at_milestone(alice, order_id, milestone)
    alice.session.commit()
    with as_contact(alice.tenant.id) as contact:
        question = next(row for row in open_questions(contact) if row.kind == "nps")
        answer_feedback(contact, question.id, 9, "Very *good*.")
    app = section("feedback")
    rows = {row["Milestone"]: row for row in rows_of(app, "Milestone")}
    assert (rows["Closure"]["Score"], rows["Closure"]["State"]) == ("9 of 10", ["Answered"])
    assert rows["Kickoff"]["State"] == ["Waiting"]
    assert "Very *good*." in [element.value for element in app.text]


def test_a_problem_goes_up_and_is_resolved_on_the_page(alice, order_id, section) -> None:
    app = section("escalations")
    app.button(key="order_escalate").click().run()
    app.text_area(key="order_escalation_text").input("Rows are missing.").run()
    app.button(key="order_escalation_confirm").click().run()
    [case] = escalations(alice, order_id)
    assert (case.current.level, case.current.reason) == (1, "Rows are missing.")
    assert "Response due in 3 hours" in words_of(app)
    app.button(key=f"order_take_{case.current.id}").click().run()
    assert "In work" in words_of(app)
    app.button(key=f"order_raise_{case.current.id}").click().run()
    app.text_area(key="order_escalation_text").input("Needs a specialist.").run()
    app.button(key="order_escalation_confirm").click().run()
    [case] = escalations(alice, order_id)
    assert case.current.level == 2
    app.button(key=f"order_resolve_{case.current.id}").click().run()
    app.text_area(key="order_escalation_text").input("Imported again.").run()
    app.button(key="order_escalation_confirm").click().run()
    words = words_of(app)
    assert "Resolved: Imported again." in words
    assert "L1 Customer Success: opened by Alice" in words


def test_a_dialog_keeps_what_was_typed_where_a_reason_is_missing(alice, order_id, section) -> None:
    app = section("escalations")
    app.button(key="order_escalate").click().run()
    app.button(key="order_escalation_confirm").click().run()
    assert "The reason is missing" in words_of(app)
    assert escalations(alice, order_id) == []


def test_an_overdue_escalation_says_so_in_words_and_its_pack_is_shown(alice, order_id, section) -> None:
    with clock.frozen(alice.now - timedelta(hours=30)), enter(alice.person, alice.tenant.id) as earlier:
        first = open_escalation(earlier, order_id, "Rows are missing.")
        second = raise_escalation(earlier, first, "Needs *help*.")
    app = section("escalations", "sam")
    assert "Resolution 14 hours overdue" in words_of(app)
    assert not [button.key for button in app.button if str(button.key).startswith("order_take_")]
    app.button(key=f"order_pack_{second}").click().run()
    assert not app.exception
    words = words_of(app)
    assert "As it stood on" in words
    assert "Order OC-0007: pending, nothing imported yet" in words
