"""The demo tenants' exports: the same bytes for the same day, and defects that the catalogue knows."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest

from core.engine.issues import CATALOGUE
from core.schema import target_schema
from mock_data.clover.generate import write_pacific
from mock_data.oneclass.generate import write_oneclass
from mock_data.square.generate import write_coffee_corner
from mock_data.toast.generate import write_bella
from tests.mock_data.exports import UNTIL, read


@pytest.mark.parametrize("write", [write_bella, write_coffee_corner, write_pacific, write_oneclass])
def test_the_same_day_gives_the_same_bytes(write: Callable[..., list[Path]], tmp_path):
    first = write(tmp_path / "first", until=UNTIL)
    second = write(tmp_path / "second", until=UNTIL)
    assert [path.name for path in first] == [path.name for path in second]
    assert all(a.read_bytes() == b.read_bytes() for a, b in zip(first, second, strict=True))


@pytest.mark.parametrize("name", ["bella", "coffee", "pacific", "oneclass"])
def test_every_planted_defect_has_a_code_of_the_catalogue_and_a_field_of_the_schema(name, request):
    expected = read(request.getfixturevalue(name) / "expected.json")
    for defect in expected["defects"]:
        assert defect["code"] in CATALOGUE
        assert target_schema().field(f"{defect['entity']}.{defect['field']}")
    assert Counter(d["code"] for d in expected["defects"]) == expected["defects_by_code"]
