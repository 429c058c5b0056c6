"""What a screen shows of people's values is in the log, and who may not see them sees none on any screen."""

from __future__ import annotations

from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from core.context import Context
from core.platform.access.audit_log import AuditFilter, audit_log
from core.platform.audit.actions import forget_looks
from core.platform.audit.processing import READING
from pages.menu import MENU
from tests.pages.conftest import Console
from tests.platform.audit.canaries import canaries, import_people

PATHS = [screen.path for screen in MENU]
SHOWN = frozenset({"preview", "mapping", "validation", "dry_run"})
"""Screens that show values of people's columns to those who may see them."""


def values(app: AppTest) -> set[str]:
    """Return the personal values on a screen: in its texts, its tables and its widgets."""
    assert not app.exception
    return canaries(_texts(app))


def _texts(app: AppTest) -> list[str]:
    texts = [part.value.to_csv() for part in app.dataframe]
    return [
        *texts,
        *(str(part.proto) for part in _elements(app._tree)),
        *(str(part.value) for part in app.text),
    ]


def _elements(block: object) -> list[object]:
    children = getattr(block, "children", {})
    own = [block] if getattr(block, "proto", None) is not None else []
    return own + [element for child in children.values() for element in _elements(child)]


@pytest.fixture
def world(alice: Context, tmp_path: Path) -> str:
    return import_people(alice, tmp_path)[0]


def readings(context: Context) -> int:
    return len(audit_log(context, AuditFilter(action=READING)))


def test_each_screen_that_shows_a_personal_value_leaves_a_line(
    console: Console, alice: Context, world: str
) -> None:
    showing = set()
    for path in PATHS:
        forget_looks()
        before = readings(alice)
        if personal := values(console("alice", path, migration=world)):
            showing.add(path)
            assert readings(alice) > before, (path, personal)
    assert showing >= SHOWN


def test_a_screen_that_is_drawn_again_notes_no_second_look_within_a_minute(
    console: Console, alice: Context, world: str
) -> None:
    app = console("alice", "preview", migration=world)
    before = readings(alice)
    assert before
    app.run()
    assert values(app)
    assert readings(alice) == before


def test_no_screen_shows_a_personal_value_to_who_may_not_see_it(
    console: Console, sam: Context, world: str
) -> None:
    for path in PATHS:
        assert values(console("sam", path, migration=world)) == set(), path
    assert readings(sam) == 0
