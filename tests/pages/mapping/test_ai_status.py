"""The mapping screen says how it stands with AI, asks it on a click, and tells what came of it."""

from __future__ import annotations

from core.engine.mapping import views
from core.platform.ai.wire import NO_KEY
from tests.pages.conftest import Console


def button(app):
    return next((element for element in app.button if element.key == "ai_ask"), None)


def text_of_status(app):
    return " ".join(element.value for element in [*app.caption, *app.text, *app.markdown]).replace("\\", "")


def test_without_a_key_it_says_that_rules_memory_and_statistics_stand(console: Console, migration):
    app = console("alice", "mapping")
    assert NO_KEY in text_of_status(app)
    assert button(app) is None


def test_a_click_asks_and_tells_what_came_of_it(console: Console, alice, migration, emulator):
    app = console("alice", "mapping")
    assert button(app).label.startswith("Ask AI about ")
    button(app).click().run(timeout=60)
    assert not app.exception
    assert "answered" in text_of_status(app)
    alice.session.rollback()
    assert any(field.origin == "ai" for field in views.mapping_fields(alice, migration))
    assert button(app).disabled


def test_when_the_server_fails_the_reason_stands_there_and_the_badge_is_degraded(
    console: Console, migration, emulator
):
    emulator.scenario = "server_error"
    app = console("alice", "mapping")
    button(app).click().run(timeout=60)
    assert "as the rules had it: The model" in text_of_status(app)
    assert "AI degraded" in text_of_status(app)
