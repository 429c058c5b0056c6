"""Who is signed in where: the choices of the sidebar."""

from __future__ import annotations

from core.context import Context
from core.engine.sources.actions import create_migration
from tests.pages.conftest import Console


def test_namesakes_can_be_told_apart(console: Console, alice: Context) -> None:
    made = {create_migration(alice, "Spring menu").id for _ in range(2)}
    app = console("alice", "connect")
    box = app.sidebar.selectbox(key="migration")
    assert len(set(box.options)) == 2
    (other,) = made - {app.session_state["migration"]}
    box.set_value(other).run()
    assert app.session_state["migration"] == other
