"""Connect: the drop zone, what a file was recognised as, and its tables."""

from __future__ import annotations

import re
from pathlib import Path

from adapters import SOURCES
from core.context import Context
from core.engine.sources.actions import add_file, create_migration
from tests.pages.conftest import Console
from tests.prepared import TOAST

ARTICLES = TOAST.parents[1] / "spreadsheet" / "artikelliste.csv"


def badges(app) -> list[str]:
    return [part.value for part in app.markdown if "-badge[" in part.value]


def add(context: Context, path: Path) -> None:
    add_file(context, create_migration(context, "Move").id, path, SOURCES)


def test_a_recognised_export_says_whose_it_is_and_how_sure_that_is(console: Console, alice: Context) -> None:
    add(alice, TOAST)
    app = console("alice", "connect")
    assert not app.exception
    assert any("Toast" in badge for badge in badges(app))
    assert any(re.search(r"Recognised, \d+% sure", badge) for badge in badges(app))
    assert not any("% recognised" in badge for badge in badges(app))  # that reads as a share of the file


def test_a_file_of_no_known_system_is_a_generic_spreadsheet_in_gray(console: Console, alice: Context) -> None:
    add(alice, ARTICLES)
    labels = badges(console("alice", "connect"))
    assert any(badge.startswith(":gray-badge[") and "Generic spreadsheet" in badge for badge in labels)
    assert not any("recognised" in badge for badge in labels)


def test_tables_say_what_they_are_imported_as(console: Console, alice: Context) -> None:
    add(alice, ARTICLES)
    app = console("alice", "connect")
    (tables,) = [frame.value for frame in app.dataframe if "Table" in frame.value]
    assert tables["Imports as"].tolist() == ["Set in mapping"]
    assert {"Tables", "Rows"} <= {metric.label for metric in app.metric}


def test_there_is_one_drop_zone_and_a_link_for_servers(console: Console, alice: Context) -> None:
    create_migration(alice, "Move")
    app = console("alice", "connect")
    assert not app.exception
    assert not app.get("file_uploader")
    assert len(app.get("bidi_component")) == 1
    app.button(key="connect_get_ticket").click().run()
    assert "/api/upload?ticket=" in app.code[0].value
