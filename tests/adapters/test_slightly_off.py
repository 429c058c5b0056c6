"""A source's file is still that source's where its header is older, has columns on top, lacks some, or is written otherwise."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import mock_data
from adapters import SOURCES
from core.engine.sources.detect import match_table
from core.engine.sources.read import identify, read
from core.engine.sources.tables import TRUSTED

FOLDER = Path(mock_data.__file__).parent
TABLES = sorted(
    path for shop in ("shopify", "woocommerce", "clever", "canvas") for path in (FOLDER / shop).glob("*.csv")
)
OWN_COLUMNS = ("Warehouse shelf", "Season", "Checked by", "Legacy code", "Sustainability score")


def rows_of(path: Path) -> list[list[str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.reader(file))


def label(path: Path) -> str:
    return f"{path.parent.name}/{path.name}"


HEADERS = {path: tuple(rows_of(path)[0]) for path in TABLES}
SPECS = {path: match_table(HEADERS[path], list(SOURCES.values())) for path in TABLES}


def is_recognised(path: Path, columns: list[str]) -> bool:
    match = match_table(columns, list(SOURCES.values()))
    declared = SPECS[path]
    return (
        match is not None
        and (match.source, match.spec) == (declared.source, declared.spec)
        and (match.confidence >= TRUSTED)
    )


@pytest.mark.parametrize("path", TABLES, ids=label)
@settings(max_examples=40, deadline=None)
@given(data=st.data())
def test_a_table_that_lacks_columns_in_any_order_is_recognised(path, data):
    header = HEADERS[path]
    marks = [name for name in header if name in SPECS[path].spec.headers]
    optional = [name for name in header if name not in marks]
    columns = data.draw(st.lists(st.sampled_from(marks), unique=True, min_size=len(marks) * 2 // 3))
    columns += data.draw(st.lists(st.sampled_from(optional), unique=True)) if optional else []
    columns = list(dict.fromkeys([*columns, *SPECS[path].spec.needs]))
    assert is_recognised(path, data.draw(st.permutations(columns)))


@pytest.mark.parametrize("path", TABLES, ids=label)
def test_a_table_with_columns_of_its_own_or_headers_in_capitals_is_recognised(path):
    assert is_recognised(path, [*HEADERS[path], *OWN_COLUMNS])
    assert is_recognised(path, [name.upper() for name in HEADERS[path]])


@pytest.mark.parametrize("path", TABLES, ids=label)
def test_hints_and_shape_hold_for_headers_written_otherwise(path, tmp_path):
    header, *rows = rows_of(path)
    copy = tmp_path / path.name
    with copy.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([[name.upper() for name in header], *rows])
    usual, capitals = (identify(file, list(SOURCES.values())) for file in (path, copy))
    assert [(info.name, info.entity, info.rows) for info in capitals.streams] == [
        (info.name, info.entity, info.rows) for info in usual.streams
    ]
    for info, capital_info in zip(usual.streams, capitals.streams, strict=True):
        hints = info.spec.hints_of(info.columns)
        assert {name.upper(): hint for name, hint in hints.items()} == {
            name.upper(): hint for name, hint in capital_info.spec.hints_of(capital_info.columns).items()
        }


@pytest.mark.parametrize("path", TABLES, ids=label)
def test_a_table_with_a_third_of_the_names_that_mark_it_is_no_known_export(path):
    marks = sorted(SPECS[path].spec.headers)
    assert not is_recognised(path, marks[: len(marks) // 3])


def test_a_variation_of_several_kinds_is_still_a_variation_and_a_file_without_one_keeps_its_ids(tmp_path):
    header, *rows = rows_of(FOLDER / "woocommerce" / "wc-product-export.csv")
    kinds = [row[header.index("Type")] for row in rows]
    assert "variation, virtual" in kinds
    simple = [row for row, kind in zip(rows, kinds, strict=True) if kind == "simple"]
    path = tmp_path / "simple.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([header, *simple])
    (stream,) = identify(path, list(SOURCES.values()), domain="restaurant").streams
    assert (stream.name, stream.entity, stream.rows) == ("wc-product-export", "menu_item", len(simple))
    assert stream.spec.hints_of(stream.columns)["ID"].target == "menu_item.external_id"


@pytest.mark.parametrize("domain", [None, "restaurant", "school"])
def test_the_shape_of_a_known_source_does_not_depend_on_the_tenant(domain):
    path = FOLDER / "woocommerce" / "wc-product-export.csv"
    names = [info.name for info in identify(path, list(SOURCES.values()), domain=domain).streams]
    assert names == ["wc-product-export", "wc-product-export · variants"]


def test_products_with_one_variant_each_have_the_same_ids_as_among_others(tmp_path):
    header, *rows = rows_of(FOLDER / "shopify" / "products_export.csv")
    handles = [row[0] for row in rows]
    path = tmp_path / "single.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([header, *(row for row in rows if handles.count(row[0]) == 1)])
    keys = []
    for file in (FOLDER / "shopify" / "products_export.csv", path):
        identification = identify(file, list(SOURCES.values()))
        frames = dict(read(file, identification))
        keys.append(set(frames["products_export · variants"]["Variant key"]))
    assert keys[1] == {key for key in keys[0] if key.endswith("| Default Title")}
    assert len(keys[1]) == 4
