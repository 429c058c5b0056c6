"""The samples that a generator writes are those that lie in the folder; a file that is slightly off is still its source's."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest

import mock_data
from adapters import SOURCES
from core.engine.sources.read import identify
from core.engine.sources.tables import TRUSTED
from mock_data.canvas.generate import write_canvas
from mock_data.clever.generate import write_clever
from mock_data.lightspeed_r.generate import write_lightspeed_r
from mock_data.lightspeed_x.generate import write_lightspeed_x
from mock_data.loyverse.generate import write_loyverse
from mock_data.oneroster.generate import write_oneroster
from mock_data.zettle.generate import write_zettle

FOLDER = Path(mock_data.__file__).parent
GENERATORS = {
    "canvas": write_canvas,
    "clever": write_clever,
    "lightspeed_r": write_lightspeed_r,
    "lightspeed_x": write_lightspeed_x,
    "loyverse": write_loyverse,
    "oneroster": write_oneroster,
    "zettle": write_zettle,
}
SAMPLES = [
    path
    for path in sorted(FOLDER.glob("*/*.*"))
    if path.suffix in {".csv", ".json"}
    and not path.stem.endswith("expected")
    and SOURCES[path.parent.name].streams
]


@pytest.mark.parametrize("source", GENERATORS)
def test_a_generator_writes_the_samples_of_its_source(source, tmp_path):
    for path in GENERATORS[source](tmp_path):
        assert path.read_bytes() == (FOLDER / source / path.name).read_bytes()


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_a_sample_with_a_further_field_and_without_another_is_still_its_source_s(sample, tmp_path):
    path = tmp_path / sample.name
    if sample.suffix == ".csv":
        header, *rows = csv.reader(sample.read_text(encoding="utf-8").splitlines())
        with path.open("w", encoding="utf-8", newline="") as file:
            # the last column is missing, as in an older export; a further one is there, as in a newer
            csv.writer(file).writerows([[*header[:-1], "Loyalty level"], *([*row[:-1], "7"] for row in rows)])
    else:
        path.write_text(
            json.dumps(_with_field(json.loads(sample.read_text(encoding="utf-8")))), encoding="utf-8"
        )
    expected = json.loads(sample.with_suffix(".expected.json").read_text(encoding="utf-8"))
    identification = identify(path, list(SOURCES.values()))
    assert identification.source.name == sample.parent.name
    assert identification.confidence >= TRUSTED
    assert {stream.name for stream in identification.streams} == set(expected["streams"])


def _with_field(value: object) -> object:
    """Give every record of a document a field that no documentation knows."""
    if isinstance(value, list):
        return [_with_field(member) for member in value]
    if not isinstance(value, dict):
        return value
    record = {key: _with_field(member) for key, member in value.items()}
    return (
        record | {"newlyAdded": "x"}
        if any(not isinstance(member, (dict, list)) for member in value.values())
        else record
    )
