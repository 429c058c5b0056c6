"""Read labelled cases: the ways of looking at them, and the figures by which predictions are judged.

A case is seen in two views: with its id in the place of the file's name, as `aura suggest-case` does, and without.
What is learned from both does not lean on a file being well named, and its confidences hold for both.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import yaml

from core.engine.mapping.match.features import Observed, observe
from core.engine.mapping.match.lexicon import Lexicon, lexicon
from core.engine.sources.profile import profile_samples

CORPUS = Path(__file__).resolve().parent.parent / "data" / "corpus"


@dataclass(frozen=True)
class Case:
    """One labelled table or payload as the matcher sees it; `view` says how."""

    name: str
    domain: str
    system: str
    kind: str
    view: str
    fields: tuple[dict[str, Any], ...]
    words: Lexicon
    observed: Observed

    @property
    def targets(self) -> tuple[str, ...]:
        return tuple(field.key for field in self.words.targets)


@dataclass(frozen=True)
class Verdict:
    """One field's outcome: `kind` is mapped, optional or unmapped, as in the corpus' own description."""

    case: Case
    source: str
    kind: str
    target: str | None
    confidence: float
    ranked: tuple[str, ...]
    accepted: frozenset[str]

    @property
    def right(self) -> bool:
        return self.target in self.accepted if self.target else self.kind != "mapped"

    @property
    def rank(self) -> int:
        return next(
            (position for position, target in enumerate(self.ranked, 1) if target in self.accepted), 0
        )


def judged(
    case: Case, row: int, target: str | None, sure: float, order: Iterable[str], alternatives: int = 5
) -> Verdict:
    """Judge one field; `order` are all its targets, best first; `alternatives` of them are listed."""
    field = case.fields[row]
    gold, also = field.get("target"), field.get("alternatives") or []
    kind = "mapped" if gold else ("optional" if also else "unmapped")
    ranked = [target] * (target is not None) + [candidate for candidate in order if candidate != target][
        :alternatives
    ]
    accepted = frozenset([*([gold] if gold else []), *also])
    return Verdict(case, field["source"], kind, target, sure, tuple(ranked), accepted)


def documents(folder: str) -> list[dict[str, Any]]:
    """Read the cases of a folder below data/corpus as they are in their files."""
    return [
        yaml.safe_load(path.read_text(encoding="utf-8")) for path in sorted((CORPUS / folder).glob("*.yaml"))
    ]


def read_cases(folder: str, view: str = "named") -> list[Case]:
    """Read the cases of a folder: 'named' as the product sees them, 'bare' without the name of their file."""
    return [_case(document, view) for document in documents(folder)]


def _case(document: dict[str, Any], view: str) -> Case:
    fields, words = tuple(document["fields"]), lexicon(document["domain"])
    stream = "" if view == "bare" else document["id"]
    profiles = [
        profile_samples(field["source"], field["samples"], position=position, stream=stream)
        for position, field in enumerate(fields)
    ]
    return Case(
        document["id"], document["domain"], document["system"], document["kind"], view, fields, words,
        observe(profiles, words),
    )  # fmt: skip


def figures(rows: Sequence[Verdict]) -> dict[str, float]:
    """Calculate the measures of the corpus; calibration over ten bins of confidence of the mapped fields."""
    must = [row for row in rows if row.kind == "mapped"]
    mapped = [row for row in rows if row.target]
    sure = [row for row in mapped if row.confidence > 0.9]
    unfit = [row for row in rows if row.kind == "unmapped"]
    gaps = np.zeros(10)
    for row in mapped:
        gaps[min(9, int(row.confidence * 10))] += row.right - row.confidence
    return {
        "fields": len(rows),
        "mappable": len(must),
        "top-1": _share(row.right for row in must),
        "MRR": _share(1 / row.rank if row.rank else 0 for row in must),
        "P>0.9": _share(row.right for row in sure),
        "n>0.9": len(sure),
        "left alone": _share(row.target is None for row in unfit),
        "all right": _share(row.right for row in rows),
        "ECE": float(np.abs(gaps).sum() / max(1, len(mapped))),
    }


def _share(values: Iterable[float]) -> float:
    numbers = list(values)
    return float(np.mean(numbers)) if numbers else float("nan")


def show(title: str, rows: Sequence[Verdict], key: Callable[[Verdict], str]) -> None:
    """Print a table of the figures, one line per value of `key`."""
    names = sorted({key(row) for row in rows})
    tables = {name: figures([row for row in rows if key(row) == name]) for name in names}
    width = max(len(name) for name in [title, *names])
    print(f"\n{title:<{width}}" + "".join(f"{head:>11}" for head in tables[names[0]]))
    for name, table in tables.items():
        cells = (
            f"{value:>11.0f}" if value > 1 or head == "fields" else f"{value:>11.3f}"
            for head, value in table.items()
        )
        print(f"{name:<{width}}" + "".join(cells))
