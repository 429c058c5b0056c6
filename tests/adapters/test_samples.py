"""Every sample of every source is recognised as what it is, and every record in it comes out."""

from __future__ import annotations

import json
from pathlib import Path

import polars as pl
import pytest

import mock_data
from adapters import SOURCES
from core.engine.mapping.shapes import hints_of_shape
from core.engine.sources.read import identify, read
from core.engine.sources.tables import TRUSTED

FOLDER = Path(mock_data.__file__).parent
EXPECTED = sorted(FOLDER.glob("*/*.expected.json"))


def sample_of(expected: Path) -> Path:
    stem = expected.name.removesuffix(".expected.json")
    (sample,) = (path for path in expected.parent.iterdir() if path.stem == stem and path != expected)
    return sample


def frames_of(path: Path):
    identification = identify(path, list(SOURCES.values()))
    frames: dict[str, pl.DataFrame] = {}
    for name, frame in read(path, identification):
        frames[name] = pl.concat([frames[name], frame], how="diagonal") if name in frames else frame
    return identification, frames


def hints_of(head, domain):
    """Return what the documentation and the shape of its table say of a stream's columns."""
    hints = head.spec.hints_of(head.columns) if head.spec else {}
    return hints | hints_of_shape(head.shape.readings if head.shape else {}, domain)


def distinct_records(identification, frames) -> dict[str, int]:
    """Distinct external ids by entity, as the hints point to them."""
    ids: dict[str, set[str]] = {}
    for head in identification.streams:
        for column, hint in hints_of(head, identification.source.domain).items():
            for target in (hint.target, *hint.also):
                entity, _, field = (target or "").partition(".")
                if field == "external_id" and column in head.columns:
                    ids.setdefault(entity, set()).update(frames[head.name][column].drop_nulls())
    return {entity: len(values) for entity, values in ids.items()}


def test_every_source_with_streams_has_samples():
    folders = {path.parent.name for path in EXPECTED}
    assert {source.name for source in SOURCES.values() if source.streams} <= folders


@pytest.mark.parametrize("expected", EXPECTED, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_a_sample_is_recognised_and_every_record_comes_out(expected):
    identification, frames = frames_of(sample_of(expected))
    expectation = json.loads(expected.read_text(encoding="utf-8"))
    assert identification.source.name == expected.parent.name
    assert identification.confidence >= TRUSTED
    assert {name: frame.height for name, frame in frames.items()} == expectation["streams"]
    assert {head.name: head.rows for head in identification.streams} == expectation["streams"]
    assert distinct_records(identification, frames) == expectation["entities"]


@pytest.mark.parametrize("sample", ["toast/toast_sample.json", "square/square_sample.json"])
def test_every_reference_of_the_two_documents_finds_its_record(sample):
    """Every id that a hint calls a reference is among the ids of the entity it refers to."""
    identification, frames = frames_of(FOLDER / sample)
    ids, references = links(identification, frames)
    # Toast's staff and Square's single location are only referred to by the file, or are not part of it
    outside = {"location"} if identification.source.name == "square" else {"dining_option"}
    missing = {
        (entity, value)
        for entity, values in references.items()
        for value in values
        if value not in ids.get(entity, ())
    }
    assert {entity for entity, _ in missing} <= outside


def links(identification, frames):
    from core.schema import target_schema

    ids: dict[str, set[str]] = {}
    references: dict[str, set[str]] = {}
    for head in identification.streams:
        for column, hint in hints_of(head, identification.source.domain).items():
            if column not in head.columns:
                continue
            values = frames[head.name][column].drop_nulls()
            for target in filter(None, (hint.target, *hint.also)):
                field = target_schema().field(target)
                if field.name == "external_id":
                    ids.setdefault(field.entity, set()).update(values)
                elif field.refers_to:
                    items = [
                        item for text in values for item in (json.loads(text) if text[:1] == "[" else [text])
                    ]
                    references.setdefault(field.refers_to, set()).update(items)
    return ids, references


def test_a_toast_check_carries_what_stands_on_its_order():
    _, frames = frames_of(FOLDER / "toast/toast_sample.json")
    (check,) = frames["checks"].to_dicts()
    assert (check["guid"], check["order.guid"], check["total"]) == ("check-001", "order-001", "5708")
    assert (check["order.table"], check["order.server.guid"], check["order.customer.guid"]) == (
        "12",
        "staff-001",
        "cust-001",
    )
    assert frames["menu_items"]["modifierGroups[].guid"].to_list()[0] == '["modgroup-001"]'
    assert set(frames["menu_groups"]["parent.guid"]) == {"menu-001"}


def test_modifier_groups_of_the_menus_api_are_found_by_number():
    _, frames = frames_of(FOLDER / "toast/menus_v2.json")
    items = dict(zip(frames["menu_items"]["guid"], frames["menu_items"]["modifierGroups.guid"], strict=True))
    assert items["i-padthai"] == '["mg-protein","mg-addons"]'
    options = frames["modifier_option_references"]
    assert dict(zip(options["guid"], options["group.guid"], strict=True)) == {
        "mo-tofu": "mg-protein",
        "mo-shrimp": "mg-protein",
        "mo-peanuts": "mg-addons",
    }
    assert options["price"].to_list() == ["0.00", "3.50", "0.75"]
