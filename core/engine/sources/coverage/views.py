"""Show what each source gives and lacks, with the day and the documents it was checked against (data/sources.yaml)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from core.context import Context
from core.engine.sources.contract import Source
from core.engine.sources.coverage.rules import AREAS, declared_areas
from core.platform.access.actions import view

_FILE = Path(__file__).resolve().parents[4] / "data" / "sources.yaml"

YES, PARTLY, NO = "Yes", "Partly", "No"


@dataclass(frozen=True, slots=True)
class AreaCoverage:
    """What a source gives of one area. `answer` is YES, PARTLY or NO; `note` says what is missing or why, '' for nothing."""

    label: str
    answer: str
    note: str
    streams: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Document:
    name: str
    url: str


@dataclass(frozen=True, slots=True)
class SourceCoverage:
    """What a source gives, area by area in the order of AREAS. `checked` is the day on which `documents` were read."""

    name: str
    label: str
    domain: str
    checked: date
    documents: tuple[Document, ...]
    areas: tuple[AreaCoverage, ...]
    notes: tuple[str, ...]


@cache
def described_sources() -> Mapping[str, Mapping[str, Any]]:
    """Return data/sources.yaml: source -> checked, documents, and by area what it gives, gives partly and lacks."""
    with _FILE.open("rb") as file:
        described: Mapping[str, Mapping[str, Any]] = yaml.load(file, Loader=yaml.CSafeLoader)
    return described


@view("migration.read")
def coverage(context: Context, sources: Mapping[str, Source]) -> list[SourceCoverage]:
    """List the declared sources of the tenant's domain that are described, in the order of `sources`."""
    return [
        coverage_of(source, described_sources()[name])
        for name, source in sources.items()
        if source.streams and source.domain == context.tenant.domain and name in described_sources()
    ]


def coverage_of(source: Source, described: Mapping[str, Any]) -> SourceCoverage:
    """Join what is described of a source with the streams that its declaration has for it."""
    streams = declared_areas(source)
    return SourceCoverage(
        source.name,
        source.label,
        source.domain,
        described["checked"],
        tuple(Document(**document) for document in described["documents"]),
        tuple(
            AreaCoverage(area.label, *_answer(described, key), streams.get(key, ()))
            for key, area in AREAS[source.domain].items()
        ),
        source.notes,
    )


def _answer(described: Mapping[str, Any], key: str) -> tuple[str, str]:
    for answer, part in ((YES, "gives"), (PARTLY, "partly"), (NO, "lacks")):
        if key in (described.get(part) or {}):
            return answer, described[part][key] or ""
    return NO, "Not checked."
