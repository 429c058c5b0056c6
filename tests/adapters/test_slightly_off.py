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
from core.engine.sources.read import identify
from core.engine.sources.tables import TRUSTED

FOLDER = Path(mock_data.__file__).parent
TABLES = sorted(path for shop in ("shopify", "woocommerce") for path in (FOLDER / shop).glob("*.csv"))
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
    known = SPECS[path]
    return (match.source, match.spec) == (known.source, known.spec) and match.confidence >= TRUSTED


@pytest.mark.parametrize("path", TABLES, ids=label)
@settings(max_examples=40, deadline=None)
@given(data=st.data())
def test_a_table_that_lacks_columns_in_any_order_is_recognised(path, data):
    header = HEADERS[path]
    marks = [name for name in header if name in SPECS[path].spec.headers]
    others = [name for name in header if name not in marks]
    kept = data.draw(st.lists(st.sampled_from(marks), unique=True, min_size=len(marks) * 2 // 3))
    kept += data.draw(st.lists(st.sampled_from(others), unique=True)) if others else []
    assert is_recognised(path, data.draw(st.permutations(kept)))


@pytest.mark.parametrize("path", TABLES, ids=label)
def test_a_table_with_columns_of_its_own_or_headers_in_capitals_is_recognised(path):
    assert is_recognised(path, [*HEADERS[path], *OWN_COLUMNS])
    assert is_recognised(path, [name.upper() for name in HEADERS[path]])


@pytest.mark.parametrize("path", TABLES, ids=label)
def test_hints_and_shape_hold_for_headers_written_otherwise(path, tmp_path):
    header, *rows = rows_of(path)
    other = tmp_path / path.name
    with other.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([[name.upper() for name in header], *rows])
    usual, shouted = (identify(file, list(SOURCES.values())) for file in (path, other))
    assert [(info.name, info.entity, info.rows) for info in shouted.streams] == [
        (info.name, info.entity, info.rows) for info in usual.streams
    ]
    for info, same in zip(usual.streams, shouted.streams, strict=True):
        hints = info.spec.hints_of(info.columns)
        assert {name.upper(): hint for name, hint in hints.items()} == {
            name.upper(): hint for name, hint in same.spec.hints_of(same.columns).items()
        }


@pytest.mark.parametrize("path", TABLES, ids=label)
def test_a_table_with_a_third_of_the_names_that_mark_it_is_no_known_export(path):
    marks = sorted(SPECS[path].spec.headers)
    assert not is_recognised(path, marks[: len(marks) // 3])
