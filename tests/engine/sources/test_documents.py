"""The rows of a document are the same whether they were kept when it was identified or are read again."""

from __future__ import annotations

import json

import polars as pl
import pytest

from adapters import SOURCES
from core.engine.batch import NOTED, ROW
from core.engine.sources import read as reading
from core.engine.sources.read import identify, read
from tests.conftest import ROOT

SAMPLES = sorted(
    path for path in (ROOT / "mock_data").glob("*/*.json") if not path.name.endswith(".expected.json")
)
ODD = {
    "empty_records.json": [{}, {"a": {}}, {}],
    "late_fields.json": [{"id": 1}, {"id": 2, "b": 0}, {"id": 3}, {"c": False, "id": None}, {"id": 5}],
    "our_names.json": [{ROW: 7, "^a.*$": "x"}, {"*": 1.50, ROW: None}],
    "one_name_twice.json": [{"*": 1, "* (2)": 2}, {"* (2)": 3}, {"*": 4}],
    "nested.json": {"a": {"b": {"list": [{"x": [], "y": [1, 2]}, {"y": {"z": ""}}]}}, "shop": {"id": 4}},
}


@pytest.fixture(params=[*SAMPLES, *ODD], ids=lambda param: getattr(param, "name", param))
def path(request, tmp_path):
    if request.param not in ODD:
        return request.param
    file = tmp_path / request.param
    file.write_text(json.dumps(ODD[request.param]))
    return file


def _rows(pairs) -> dict[str, list[pl.DataFrame]]:
    streams: dict[str, list[pl.DataFrame]] = {}
    for name, frame in pairs:
        streams.setdefault(name, []).append(frame)
    return streams


@pytest.mark.parametrize("chunk_rows", [1, 3, 30_000])
def test_kept_rows_are_those_that_are_read_again(path, chunk_rows):
    sources = list(SOURCES.values())
    with_rows = identify(path, sources, count=False, chunk_rows=chunk_rows)
    counted = identify(path, sources)
    assert counted.rows is None
    first, second = (
        _rows(read(path, identified, chunk_rows=chunk_rows)) for identified in (with_rows, counted)
    )
    assert first.keys() == second.keys() == {head.name for head in with_rows.streams}
    for head, stream in zip(with_rows.streams, counted.streams, strict=True):
        assert [frame.height for frame in first[head.name][:-1]] == [chunk_rows] * (len(first[head.name]) - 1)
        frame = pl.concat(first[head.name], how="diagonal")
        assert frame.equals(pl.concat(second[head.name], how="diagonal"), null_equal=True)
        frame = frame.drop(NOTED, strict=False)
        assert frame.columns == [ROW, *head.columns]
        assert frame[ROW].to_list() == list(range(1, head.rows + 1))
        assert head.sample.equals(stream.sample, null_equal=True)
        assert head.sample.equals(frame.head(200), null_equal=True)


def test_a_document_that_is_kept_is_parsed_once(tmp_path, monkeypatch):
    file = tmp_path / "late_fields.json"
    file.write_text(json.dumps(ODD["late_fields.json"]))
    identified = identify(file, [], count=False)
    monkeypatch.setattr(reading, "load_json", lambda *_: pytest.fail("parsed again"))
    assert [row["b"] for _, frame in read(file, identified) for row in frame.to_dicts()] == [
        None,
        "0",
        None,
        None,
        None,
    ]
