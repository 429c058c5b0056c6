"""What is said of a source agrees with its declaration: what a stream feeds is not missing, and nothing else is given."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from adapters import SOURCES
from core.engine.sources.contract import Hint, Source, StreamSpec
from core.engine.sources.coverage.rules import AREAS, declared_areas
from core.engine.sources.coverage.views import NO, PARTLY, YES, coverage, coverage_of, described_sources
from core.kit import clock
from core.schema import target_schema

DECLARED = [name for name, source in SOURCES.items() if source.streams]
LONGEST_NOTE = 120


def areas_under(name: str, part: str) -> dict[str, str | None]:
    return described_sources()[name].get(part) or {}


def test_every_declared_source_is_described_and_no_other():
    assert list(described_sources()) == [name for name in DECLARED if name in described_sources()]
    assert set(described_sources()) == set(DECLARED)


def test_no_source_is_described_twice():
    text = (Path(__file__).resolve().parents[4] / "data" / "sources.yaml").read_text(encoding="utf-8")
    names = [line.removesuffix(":") for line in text.splitlines() if line.endswith(":") and line[0].isalpha()]
    assert names == list(described_sources())


@pytest.mark.parametrize("name", DECLARED)
def test_a_source_is_said_to_give_exactly_what_its_streams_feed(name):
    described_areas = {*areas_under(name, "gives"), *areas_under(name, "partly")}
    assert described_areas == declared_areas(SOURCES[name]).keys()


@pytest.mark.parametrize("name", DECLARED)
def test_every_area_of_the_domain_is_described_once_and_what_is_missing_has_a_reason(name):
    parts = [areas_under(name, part) for part in ("gives", "partly", "lacks")]
    assert sorted(key for part in parts for key in part) == sorted(AREAS[SOURCES[name].domain])
    for note in [*parts[1].values(), *parts[2].values()]:
        assert (note or "").endswith(".")
    assert all(len(note or "") <= LONGEST_NOTE for part in parts for note in part.values())


@pytest.mark.parametrize("name", DECLARED)
def test_a_source_names_the_day_and_the_documents_of_its_check(name):
    described = described_sources()[name]
    assert isinstance(described["checked"], date)
    assert described["checked"] <= clock.now().date()
    assert described["documents"]
    assert all(
        document["url"].startswith("https://") and document["name"] for document in described["documents"]
    )


def test_areas_are_made_of_entities_and_fields_of_the_schema():
    for domain, areas in AREAS.items():
        for area in areas.values():
            for target in area.targets:
                if "." in target:
                    target_schema().field(target)
                assert target.partition(".")[0] in target_schema().domain(domain)


def test_a_stream_feeds_the_areas_of_all_targets_of_its_fields():
    hints = {
        "a": Hint("menu_item.name", also=("category.name",)),
        "b": Hint(None),
        "c": Hint("menu_item.quantity_on_hand"),
    }
    source = Source("till", "Till", "restaurant", (StreamSpec("items", "menu_item", hints=hints),))
    assert declared_areas(source) == {"menu": ("items",), "stock": ("items",)}


def test_the_view_lists_the_sources_of_the_tenant_s_domain(alice):
    listed = coverage(alice, SOURCES)
    assert [source.name for source in listed] == [
        name for name in DECLARED if SOURCES[name].domain == "restaurant"
    ]
    square = next(source for source in listed if source.name == "square")
    answers = {area.label: area.answer for area in square.areas}
    assert (answers["Gift cards"], answers["Stock"]) == (YES, NO)
    assert [area.label for area in square.areas] == [area.label for area in AREAS["restaurant"].values()]
    assert PARTLY in {area.answer for source in listed for area in source.areas}


def test_an_area_that_nobody_described_is_not_said_to_be_given():
    described = {"checked": date(2026, 1, 1), "documents": [], "gives": {"menu": None}}
    areas = {area.label: area for area in coverage_of(SOURCES["zettle"], described).areas}
    assert (areas["Menu"].answer, areas["Menu"].streams) == (YES, ("products",))
    assert (areas["Orders"].answer, areas["Orders"].note) == (NO, "Not checked.")
