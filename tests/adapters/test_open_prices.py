"""A price that Square calls variable is asked at the till: in the dashboard's table, in nested and in flat catalogs."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import polars as pl
import pytest

from adapters import SOURCES
from core.engine.sources.read import identify, read
from mock_data.square.exports import ITEM_LIBRARY
from tests.conftest import SQUARE_SAMPLE

VARIATION = "item_variation_data"


def frames_of(path: Path) -> dict[str, pl.DataFrame]:
    identification = identify(path, list(SOURCES.values()))
    assert identification.source.name == "square"
    return dict(read(path, identification))


@pytest.mark.parametrize("word", ["variable", "Variable", " VARIABLE "])
def test_the_word_variable_in_the_item_library_is_an_open_price(tmp_path, word):
    path = tmp_path / "ItemLibrary.csv"
    prices = {"House Red": "9.50", "Catch of the Day": word, "Oysters": "36.00"}
    with path.open("w", newline="") as file:
        writer = csv.DictWriter(file, ITEM_LIBRARY, restval="")
        writer.writeheader()
        for number, (name, price) in enumerate(prices.items()):
            writer.writerow(
                {"Token": f"T{number}", "Item Name": name, "Variation Name": "Regular", "Price": price}
            )
    library = frames_of(path)["ItemLibrary"]
    assert library["Price"].to_list() == ["9.50", None, "36.00"]
    assert library["Pricing"].to_list() == [None, "open", None]


@pytest.mark.parametrize("is_flat", [False, True])
def test_a_variable_variation_is_told_to_its_item(tmp_path, is_flat):
    document = json.loads(SQUARE_SAMPLE.read_text())
    objects = document["catalog"]["objects"]
    fixed, variable = [thing for thing in objects if thing["type"] == "ITEM"][:2]
    for item, kind in ((fixed, "FIXED_PRICING"), (variable, "VARIABLE_PRICING")):
        for variation in item["item_data"]["variations"]:
            variation[VARIATION] |= {"pricing_type": kind, "item_id": item["id"]}
        if is_flat:
            objects += item["item_data"].pop("variations")
    path = tmp_path / "catalog.json"
    path.write_text(json.dumps(document))
    items = frames_of(path)["items"]
    column = next(name for name in items.columns if name.endswith("pricing_type"))
    kinds = dict(items.select("id", column).iter_rows())
    assert (kinds[fixed["id"]], kinds[variable["id"]]) == ("FIXED_PRICING", "VARIABLE_PRICING")
