"""The viewer shows what was sent and what came back, word for word and as plain text."""

from __future__ import annotations

import json

import pytest
from streamlit.testing.v1 import AppTest

from core.engine.mapping.ai_review.actions import review_with_ai
from core.platform.ai import views


def viewer(person, tenant):
    """The widget alone, as any screen shows it."""
    from core.platform.access.actions import enter
    from pages.ai_costs.prompts import prompts

    with enter(person, tenant) as context:
        prompts(context)


@pytest.fixture
def open_prompts(alice):
    def run():
        arguments = {"person": alice.person, "tenant": alice.tenant.id}
        return AppTest.from_function(viewer, kwargs=arguments, default_timeout=60).run()

    return run


def test_before_anything_was_sent_it_says_so(open_prompts):
    app = open_prompts()
    assert not app.exception
    assert any("No prompts yet" in element.value for element in app.markdown)


def test_the_newest_prompt_stands_there_as_it_was_sent_with_its_reply(
    open_prompts, alice, migration, emulator
):
    review_with_ai(alice, migration)
    app = open_prompts()
    assert not app.exception
    newest = views.prompts(alice)[0]
    exchange = views.prompt(alice, newest.call_id)
    assert len(app.dataframe[0].value) == len(views.prompts(alice)) == len(emulator.requests)
    texts = [element.value for element in app.code]
    assert texts[0] == exchange.messages[0]["content"]
    assert json.loads(texts[2]) == json.loads(exchange.reply)


def test_a_call_without_a_reply_is_shown_with_what_was_wrong(open_prompts, alice, migration, emulator):
    emulator.plan("dropped", "dropped")
    review_with_ai(alice, migration)
    app = open_prompts()
    assert any("No reply." in element.value for element in app.text)
    assert any("broke off" in text for text in app.dataframe[0].value["Error"])


def test_no_text_scrolls_inside_a_box_that_the_keyboard_cannot_reach(
    open_prompts, alice, migration, emulator
):
    review_with_ai(alice, migration)
    app = open_prompts()
    assert {expander.label for expander in app.expander} == {"Instructions", "Data", "Reply"}
