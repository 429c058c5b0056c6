"""What a source has switched off is not linked."""

from __future__ import annotations

import json

import polars as pl
import pytest

from adapters import SOURCES
from core.engine.batch import ROW, notes_of
from core.engine.sources.read import identify, read
from tests.conftest import SQUARE_SAMPLE


@pytest.mark.parametrize(
    ("flags", "linked"),
    [
        ((True, False), ["MODLIST001"]),
        ((False, True), ["MODLIST002"]),
        ((None, True), ["MODLIST001", "MODLIST002"]),
        ((False, False), None),
    ],
)
def test_a_modifier_list_that_square_disables_for_an_item_is_not_linked_to_it(tmp_path, flags, linked):
    document = json.loads(SQUARE_SAMPLE.read_text())
    item = next(thing for thing in document["catalog"]["objects"] if thing["type"] == "ITEM")
    for entry, flag in zip(item["item_data"]["modifier_list_info"], flags, strict=True):
        entry["enabled"] = flag
        if flag is None:
            del entry["enabled"]
    path = tmp_path / "square.json"
    path.write_text(json.dumps(document))
    frames = dict(read(path, identify(path, list(SOURCES.values()))))
    noted = notes_of(frames["items"]).filter(pl.col(ROW) == 1)
    assert noted["code"].to_list() == ["switched_off"] * (False in flags)
    assert [key for key in ("MODLIST001", "MODLIST002") if any(key in text for text in noted["detail"])] == [
        key for key, flag in zip(("MODLIST001", "MODLIST002"), flags, strict=True) if flag is False
    ]
    row = frames["items"].to_dicts()[0]
    column = "item_data.modifier_list_info[].modifier_list_id"
    assert row["id"] == item["id"]
    assert (json.loads(row[column]) if row[column] else None) == linked
