"""The demo script on Today, and the bar that follows the person who gives the demo."""

from __future__ import annotations

import pytest

from core.context import Context
from core.engine.sources.actions import create_migration
from core.entry.demo import BELLA, FINISHED, OPEN
from pages.demo import state
from pages.demo.steps import STEPS
from tests.pages.conftest import Console


def _keys(app) -> set[str]:
    return {button.key for button in app.button}


def _press(app, key: str):
    return next(button for button in app.button if button.key == key).click().run()


@pytest.fixture
def stage(alice: Context, monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    """The demo's migrations, empty, in the test's demo tenant; name -> id."""
    monkeypatch.setattr(state, "TENANT_OF_THE_SCRIPT", alice.tenant.slug)
    return {name: create_migration(alice, name).id for name in (OPEN, FINISHED)}


@pytest.mark.demo
def test_the_script_leads_sales_from_step_to_step(console: Console, stage: dict[str, str]) -> None:
    app = console("sam", "today")
    assert "demo_next" not in _keys(app)
    app = _press(app, "demo_start")
    for number, step in enumerate(STEPS, start=1):
        assert not app.exception
        assert any(f"step {number} of 5" in part.value for part in app.markdown), number
        assert any(step.talk in part.value for part in app.markdown)
        assert app.session_state["migration"] == stage[step.migration]
        if number < len(STEPS):
            app = _press(app, "demo_next")
    assert "demo_next" not in _keys(app)
    app = _press(app, "demo_end")
    assert "demo_end" not in _keys(app)


@pytest.mark.demo
def test_the_script_goes_back_and_returns_to_its_screen(console: Console, stage: dict[str, str]) -> None:
    app = _press(_press(console("sam", "today"), "demo_start"), "demo_next")
    app = _press(app, "demo_back")
    assert any("step 1 of 5" in part.value for part in app.markdown)
    app = _press(app, "demo_show")
    assert app.session_state["migration"] == stage[FINISHED]


@pytest.mark.demo
def test_a_demo_that_lacks_its_migrations_says_how_to_get_them(
    console: Console, alice: Context, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(state, "TENANT_OF_THE_SCRIPT", alice.tenant.slug)
    app = _press(console("sam", "today"), "demo_start")
    assert any("Reset the demo" in part.value for part in app.text)


@pytest.mark.demo
def test_a_reset_asks_first(console: Console, stage: dict[str, str]) -> None:
    app = _press(console("sam", "today"), "demo_reset")
    assert "demo_reset_now" in _keys(app)
    assert any("removed and built again" in part.value for part in app.markdown)


@pytest.mark.parametrize("handle", ["alice", "sam"])
def test_a_customer_that_is_no_demo_has_no_script_and_no_reset(console: Console, handle: str) -> None:
    assert not {key for key in _keys(console(handle, "today")) if key and key.startswith("demo_")}


def test_the_script_is_written_for_bella() -> None:
    assert BELLA.slug == state.TENANT_OF_THE_SCRIPT
