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
def opened(alice):
    def run():
        arguments = {"person": alice.person, "tenant": alice.tenant.id}
        return AppTest.from_function(viewer, kwargs=arguments, default_timeout=60).run()

    return run


def test_before_anything_was_sent_it_says_so(opened):
    app = opened()
    assert not app.exception
    assert any("No prompts yet" in one.value for one in app.markdown)


def test_the_newest_prompt_stands_there_as_it_was_sent_with_its_reply(opened, alice, migration, emulator):
    review_with_ai(alice, migration)
    app = opened()
    assert not app.exception
    newest = views.prompts(alice)[0]
    sent = views.prompt(alice, newest.call_id)
    assert len(app.dataframe[0].value) == len(views.prompts(alice)) == len(emulator.requests)
    shown = [one.value for one in app.code]
    assert shown[0] == sent.messages[0]["content"]
    assert json.loads(shown[2]) == json.loads(sent.reply)


def test_a_call_without_a_reply_is_shown_with_what_was_wrong(opened, alice, migration, emulator):
    emulator.plan("dropped", "dropped")
    review_with_ai(alice, migration)
    app = opened()
    assert any("No reply." in one.value for one in app.text)
    assert any("broke off" in text for text in app.dataframe[0].value["Error"])


def test_no_text_scrolls_inside_a_box_that_the_keyboard_cannot_reach(opened, alice, migration, emulator):
    review_with_ai(alice, migration)
    app = opened()
    assert {expander.label for expander in app.expander} == {"Instructions", "Data", "Reply"}
