"""A refusal says what happened and what to do, as plain text; a missing object offers the way to it."""

from __future__ import annotations

import pytest

from core.errors import (
    AppError,
    ConflictError,
    InvalidInputError,
    LimitReachedError,
    NotAllowedError,
    NotFoundError,
    NotSignedInError,
)
from pages.ui.address import BadLinkError
from pages.ui.refusals import NoMigrationError, keep_fault, notices, refusal
from tests.pages.parts import draw, text_of


@pytest.mark.parametrize(
    ("error", "title"),
    [
        (NotSignedInError("You are not signed in."), "Not signed in"),
        (NotAllowedError("Your role may not do this."), "Not allowed"),
        (NotFoundError("There is no such run."), "Not there"),
        (ConflictError("Bob decided meanwhile."), "Not possible now"),
        (InvalidInputError("A price is a number."), "Please correct this"),
        (LimitReachedError("The limit is reached."), "A limit is reached"),
    ],
)
def test_each_kind_of_refusal_has_its_title_its_message_and_its_remedy(error: AppError, title: str) -> None:
    error.hint = "Reload the page."
    app = draw(lambda: refusal(error))
    assert f"**{title}**" in text_of(app)
    assert [element.value for element in app.text] == [error.message, "Reload the page."]


def test_a_message_with_markdown_of_a_file_name_is_plain_text() -> None:
    message = "There is no file **[x](http://evil.example/a.png)**."
    app = draw(lambda: refusal(NotFoundError(message)))
    assert message in [element.value for element in app.text]
    assert not any("evil" in element.value for element in app.markdown)


def test_a_customer_without_a_migration_sees_an_empty_state_with_the_way_to_connect() -> None:
    error = NoMigrationError(
        "No migration yet", hint="Upload an export.", remedy="Go to Connect", path="connect"
    )
    app = draw(lambda: refusal(error))
    assert ":red[" not in text_of(app)
    app.button(key="link_remedy").click().run()
    assert app.session_state["frame_going"] == ("connect", {})


def test_a_bad_link_offers_the_same_screen_without_it() -> None:
    error = BadLinkError("run", path="runs")
    app = draw(lambda: refusal(error))
    assert "a run that does not exist or that you may not see" in text_of(app)
    assert app.button(key="link_remedy").label == "Open without it"
    app.button(key="link_remedy").click().run()
    assert app.session_state["frame_going"] == ("runs", {})


def test_refusals_of_callbacks_are_shown_once() -> None:
    def part() -> None:
        import streamlit as st

        if not st.session_state.get("once"):
            st.session_state["once"] = True
            keep_fault(ConflictError("First."))
            keep_fault(ConflictError("Second."))
        notices()

    app = draw(part)
    assert [element.value for element in app.text] == ["First.", "Second."]
    assert not app.run().text
