"""Every screen for every role: with nothing there yet, and with a migration under way."""

from __future__ import annotations

import pytest
from streamlit.testing.v1 import AppTest

from core.context import Context
from core.platform.access.rules import PERMISSIONS
from pages.menu import MENU
from tests.pages.conftest import ROOT, Console

ROLES = ("alice", "bob", "sam")
PATHS = [screen.path for screen in MENU]


def texts(app) -> str:
    parts = [*app.title, *app.markdown, *app.text, *app.caption, *app.metric, *app.error]
    return "\n".join(str(part.value) for part in parts)


def draw_screens(console: Console, handle: str) -> dict[str, AppTest]:
    """Draw each screen for that person, without a fault; path -> screen."""
    screens = {path: console(handle, path) for path in PATHS}
    faults = {path: str(app.exception) or texts(app) for path, app in screens.items() if is_faulty(app)}
    assert faults == {}
    return screens


def is_faulty(app: AppTest) -> bool:
    return bool(app.exception) or "Something went wrong" in texts(app) or not (app.title or app.text)


@pytest.mark.parametrize("handle", ROLES)
def test_an_empty_tenant_is_told_what_to_do(console: Console, handle: str) -> None:
    draw_screens(console, handle)


@pytest.mark.demo
@pytest.mark.parametrize("handle", ROLES)
def test_every_role_sees_every_screen_and_the_demo_mark(
    console: Console, migration: str, handle: str
) -> None:
    for path, app in draw_screens(console, handle).items():
        assert len(app.title) == 1, path
        assert "Demo data" in texts(app), path


def test_every_screen_asks_for_a_permission_that_exists() -> None:
    assert {screen.permission for screen in MENU} <= PERMISSIONS
    assert len({screen.path for screen in MENU}) == len(MENU)


def test_nobody_signed_in_sees_no_tenant(people: dict[str, str]) -> None:
    app = AppTest.from_file(ROOT / "pages" / "console.py", default_timeout=60).run()
    assert not app.exception
    assert [title.value for title in app.title] == ["Migration console"]
    assert "Customer" not in [box.label for box in app.selectbox]


def test_a_migration_of_another_tenant_is_not_offered(
    console: Console, mallory: Context, migration: str
) -> None:
    app = console("mallory", "mapping")
    assert migration not in texts(app)
    assert app.session_state["migration"] is None


@pytest.mark.parametrize(
    "path", ["preview", "mapping", "rules", "validation", "dry_run", "runs", "reconciliation"]
)
def test_a_new_customer_sees_each_title_and_an_empty_state_and_no_refusal(
    console: Console, path: str
) -> None:
    app = console("alice", path)
    assert [element.value for element in app.title] == [path.replace("_", " ").capitalize()]
    texts = [element.value for element in app.markdown]
    assert "**This customer has no migration yet**" in texts
    assert not any(":red[" in element for element in texts)
    assert app.button(key="link_remedy").label == "Go to Connect"
