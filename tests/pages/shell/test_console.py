"""Who is signed in where: the choices of the sidebar, and what the address says."""

from __future__ import annotations

import pytest
from streamlit.proto.WidgetStates_pb2 import WidgetStates
from streamlit.testing.v1 import AppTest
from streamlit.testing.v1.element_tree import Selectbox

from core.context import Context
from core.engine.runs.actions import start
from core.engine.sources.actions import create_migration
from core.entry.tenants import create_person
from core.kit.ids import new_id
from tests.pages.conftest import Console
from tests.pages.test_menu import texts

REFUSED = "that does not exist or that you may not see"


def test_namesakes_can_be_told_apart(console: Console, alice: Context) -> None:
    ids = {create_migration(alice, "Spring menu").id for _ in range(2)}
    app = console("alice", "connect")
    box = migration_box(app)
    assert len(set(box.options)) == 2
    (second,) = ids - {app.session_state["migration"]}
    box.set_value(second).run()
    assert app.session_state["migration"] == second
    assert scope(app)["migration"] == second


def migration_box(app: AppTest) -> Selectbox:
    return next(box for box in app.sidebar.selectbox if box.label == "Migration")


def test_what_the_browser_still_holds_of_the_last_migration_chooses_nothing(
    console: Console, alice: Context
) -> None:
    first, second = (create_migration(alice, name).id for name in ("Spring menu", "Autumn menu"))
    app = console("alice", "connect")
    app.session_state["migration"] = first
    stale = migration_box(app.run())._widget_state  # the popover was opened and closed again
    app.session_state["migration"] = second
    app.run()
    states = app._tree.get_widget_states()
    current_states = [state for state in states.widgets if state.id != stale.id]
    app._run(WidgetStates(widgets=[*current_states, stale]))
    assert app.session_state["migration"] == second
    assert scope(app)["migration"] == second


def test_a_browser_acts_as_nobody_whom_its_menu_does_not_offer(console: Console, alice: Context) -> None:
    stranger = create_person(f"real-{new_id()}"[:40], "Real Person")
    app = console("alice", "today")
    box = next(box for box in app.sidebar.selectbox if box.label == "Signed in as")
    state = box._widget_state
    state.string_value = stranger
    others = [kept for kept in app._tree.get_widget_states().widgets if kept.id != state.id]
    app._run(WidgetStates(widgets=[*others, state]))
    assert app.session_state["person"] == alice.person
    app.session_state["person"] = stranger
    app.run()
    assert REFUSED in texts(app) or "Choose a role" in texts(app) or "Sign in" in texts(app)
    assert "Real Person" not in texts(app)


def scope(app: AppTest) -> dict[str, str]:
    """Person, customer and migration of the address."""
    values = {key: app.query_params[key] for key in ("person", "tenant", "migration")}
    return {key: value if isinstance(value, str) else value[-1] for key, value in values.items()}


def test_next_keeps_person_customer_and_migration_in_the_address(
    console: Console, alice: Context, migration: str
) -> None:
    create_migration(alice, "Newer, and the first in the list")
    app = console("alice", "connect", migration=migration)
    before = scope(app)
    assert before["migration"] == migration
    app.button(key="wizard_next").click().run()
    assert app.title[0].value == "Preview"
    assert scope(app) == before
    app.button(key="wizard_back").click().run()
    assert app.title[0].value == "Connect"
    assert scope(app) == before


@pytest.mark.parametrize(
    ("path", "key", "noun"),
    [
        ("mapping", "migration", "migration"),
        ("mapping", "field", "field"),
        ("runs", "run", "run"),
        ("preview", "stream", "table"),
        ("today", "tenant", "customer"),
    ],
)
def test_a_bad_id_in_a_link_is_reported_and_one_click_leaves_it(
    console: Console, alice: Context, migration: str, path: str, key: str, noun: str
) -> None:
    if key == "run":
        start(alice, migration, "dry_run")
    app = console("alice", path, **{key: "01a2195e-0000-7000-8000-000000000000"})
    assert f"names a {noun} {REFUSED}" in texts(app)
    app.run()
    assert REFUSED in texts(app), "another rerun chose something else"
    app.button(key="link_remedy").click().run()
    assert REFUSED not in texts(app)
    assert not app.exception
    assert key == "tenant" or app.session_state["migration"] == migration


def test_a_migration_of_another_customer_in_a_link_is_refused(
    console: Console, mallory: Context, migration: str
) -> None:
    create_migration(mallory, "Their own")
    app = console("mallory", "mapping", migration=migration)
    assert REFUSED in texts(app)
    assert app.session_state["migration"] is None


def test_a_bad_person_in_a_link_leads_to_the_sign_in_page(console: Console) -> None:
    app = console("alice", "today", person="nobody")
    assert [title.value for title in app.title] == ["Migration console"]
    assert REFUSED in texts(app)
