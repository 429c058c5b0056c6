"""What adapters declare exists: target fields, transforms, places."""

from __future__ import annotations

import pytest

from adapters import SOURCES
from core.engine.sources.paths import pattern_of
from core.engine.transforms import parse
from core.schema import target_schema

STREAMS = [(source, spec) for source in SOURCES.values() for spec in source.streams]


def of_stream(value: object) -> str:
    return getattr(value, "name", "")


def test_sources_are_registered_under_their_names():
    assert {key: source.name for key, source in SOURCES.items()} == {key: key for key in SOURCES}


@pytest.mark.parametrize(("source", "spec"), STREAMS, ids=of_stream)
def test_hints_name_fields_of_the_schema_and_transforms_that_exist(source, spec):
    schema = target_schema()
    assert not spec.entity or spec.entity in schema.domain(source.domain)
    for hint in spec.hints.values():
        for target in filter(None, (hint.target, *hint.also)):
            field = schema.field(target)
            assert (hint.unit is not None) == (field.kind == "money") or hint.also
        assert hint.unit in {None, "major", "minor"}
        parse(hint.transform)


@pytest.mark.parametrize(("source", "spec"), STREAMS, ids=of_stream)
def test_a_stream_is_told_by_its_place_its_header_or_its_sheet(source, spec):
    besides = {other.name for stream in source.streams for other in stream.kinds}
    elsewhere = {name for other, stream in STREAMS if other != source for name in stream.headers}
    is_marked = len(spec.headers) >= 10 or len(spec.headers - elsewhere) >= 3
    assert spec.path or spec.sheet or spec.needs or is_marked or spec.name in besides
    for path in [*(spec.path or "").replace("||", "|").split(" | "), *spec.carry.values()]:
        for option in path.split(" | "):
            pattern_of(option.strip())
    if spec.path is None:
        assert spec.hints.keys() >= spec.headers
    names = {stream.name for stream in source.streams}
    assert {look_up.stream for look_up in spec.look_up.values()} <= names


@pytest.mark.parametrize("source", SOURCES.values(), ids=of_stream)
def test_streams_of_a_source_have_names_of_their_own(source):
    names = [spec.name for spec in source.streams]
    assert len(set(names)) == len(names)
