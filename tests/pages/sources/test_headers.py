"""Files without a header, without rows, and with periods for headers, on the screens from upload to mapping."""

from __future__ import annotations

from pathlib import Path

import pytest

from adapters import SOURCES
from core.context import Context
from core.engine.mapping.actions import suggest_mapping
from core.engine.sources.actions import add_file, create_migration
from tests.pages.conftest import Console
from tests.pages.parts import text_of

FILES = {
    "without a header": "S1,Soup,4.50,Starters\nS2,Salad,6.00,Starters\nS3,Steak,21.00,Mains\n",
    "without rows": "SKU,Item Name,Price,Category\n",
    "of periods": "Item,Category,January,February\nSoup,Food,120.50,99.00\nTea,Drinks,20.00,18.50\n",
}


@pytest.fixture
def prepared(alice: Context, tmp_path: Path, request: pytest.FixtureRequest) -> str:
    path = tmp_path / "export.csv"
    path.write_text(FILES[request.param], encoding="utf-8")
    migration = create_migration(alice, "Move").id
    add_file(alice, migration, path, SOURCES)
    suggest_mapping(alice, migration, SOURCES)
    return migration


@pytest.mark.parametrize("screen", ["connect", "preview", "mapping"])
@pytest.mark.parametrize("prepared", FILES, indirect=True)
def test_unusual_headers_are_shown_on_every_screen(prepared: str, console: Console, screen: str) -> None:
    app = console("alice", screen)
    assert not app.exception


@pytest.mark.parametrize("prepared", ["without a header"], indirect=True)
def test_a_file_without_a_header_says_so(prepared: str, console: Console) -> None:
    assert "no header" in text_of(console("alice", "preview"))
    assert "has no name in the file" in text_of(console("alice", "mapping"))


@pytest.mark.parametrize("prepared", ["without rows"], indirect=True)
def test_the_columns_of_a_file_without_rows_are_there_to_map(prepared: str, console: Console) -> None:
    app = console("alice", "mapping")
    shown = " ".join(frame.value.to_string() for frame in app.dataframe) + text_of(app)
    assert "Item Name" in shown
