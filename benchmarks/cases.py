"""Read labelled cases: the ways of looking at them, and the figures by which predictions are judged.

A case is seen in two views: with its id in the place of the file's name, as `aura suggest-case` does, and without.
What is learned from both does not lean on a file being well named, and its confidences hold for both.
"""

from __future__ import annotations

import re
import zlib
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import yaml

from core.engine.mapping.match.features import Observed, observe
from core.engine.mapping.match.lexicon import (
    NO_PLACE,
    NOUN,
    LeftOut,
    Lexicon,
    compile_lexicon,
    lexicon,
)
from core.engine.mapping.match.paths import segments_of
from core.engine.mapping.match.readings import read_names
from core.engine.sources.profile import profile_samples

NEUTRAL = "case 1"
"""The name of a table that says nothing of what it holds."""
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
        yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)
        for path in sorted((CORPUS / folder).glob("*.yaml"))
    ]


def read_cases(folder: str, view: str = "named") -> list[Case]:
    """Read the cases of a folder: 'named' with their id as the table's name, 'blind' without a name that tells anything."""
    return [as_case(document, view) for document in documents(folder)]


def as_case(document: Mapping[str, Any], view: str, words: Lexicon | None = None) -> Case:
    """Return a case as it is seen in a view, read with other words than the domain's where they are given."""
    fields, words = tuple(document["fields"]), words or lexicon(document["domain"])
    stream = document["id"] if view == "named" else NEUTRAL
    profiles = [
        profile_samples(field["source"], field["samples"], position=position, stream=stream)
        for position, field in enumerate(fields)
    ]
    return Case(
        document["id"], document["domain"], document["system"], document["kind"], view, fields, words,
        observe(profiles, words),
    )  # fmt: skip


def without_samples(document: Mapping[str, Any]) -> dict[str, Any]:
    """Return a case as an empty export: names alone."""
    return {**document, "fields": [{**field, "samples": []} for field in document["fields"]]}


def with_part_of_columns(
    document: Mapping[str, Any], least: float = 0.4, most: float = 0.8
) -> dict[str, Any]:
    """Return a case with some of its fields, the same at each call: exports are often cut to some columns."""
    random = np.random.default_rng(zlib.crc32(document["id"].encode()))
    fields = document["fields"]
    keep = max(min(4, len(fields)), round(random.uniform(least, most) * len(fields)))
    columns = sorted(random.choice(len(fields), keep, replace=False))
    return {**document, "fields": [fields[index] for index in columns]}


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


LONGEST_NOUN = 3


def supporters(documents: Iterable[Mapping[str, Any]]) -> dict[LeftOut, set[str]]:
    """Return the systems whose labelled fields support each phrase, for what it stands for."""
    systems: dict[LeftOut, set[str]] = defaultdict(set)
    for document in documents:
        for key in _supported(document):
            systems[key].add(document["system"])
    return systems


def _supported(document: Mapping[str, Any]) -> Iterable[LeftOut]:
    words = lexicon(document["domain"])
    profiles = [
        profile_samples(field["source"], [], position=position)
        for position, field in enumerate(document["fields"])
    ]
    for field, name in zip(document["fields"], read_names(profiles, words), strict=True):
        phrases = {reading.words for reading in name.readings} | {name.leaf}
        targets = [field.get("target"), *(field.get("alternatives") or [])]
        meanings = {target.partition(".")[2] for target in targets if target}
        if not field.get("target"):
            meanings.add(NO_PLACE)
        for meaning in meanings:
            yield from ((meaning, phrase) for phrase in phrases)
        for segment in segments_of(field["source"]):
            phrase = words.words(segment)
            for size in range(1, LONGEST_NOUN + 1):
                for start in range(len(phrase) - size + 1):
                    span = phrase[start : start + size]
                    for entity in words.nouns.get(span, ()):
                        yield (NOUN + words.entities[entity], span)


def lexicons(documents: Sequence[Mapping[str, Any]]) -> dict[tuple[str, str], Lexicon]:
    """Compile, for each domain and system, the lexicon without what that system alone supports."""
    support = supporters(documents)
    pairs = {(document["domain"], document["system"]) for document in documents}
    return {
        (domain, system): compile_lexicon(
            domain, frozenset(key for key, systems in support.items() if systems == {system})
        )
        for domain, system in sorted(pairs)
    }


def learned_documents() -> list[dict[str, Any]]:
    """Return the cases that the shipped model has learned from."""
    return [document for folder in ("mapping", "holdout/dev") for document in documents(folder)]


def views() -> dict[str, list[Case]]:
    """Return the learned cases as they are trained on and judged: blind, and but for 'with all words' by the jackknife."""
    cases = learned_documents()
    words = lexicons(cases)

    def cases_in(view: str, change: Callable[[Mapping[str, Any]], Mapping[str, Any]]) -> list[Case]:
        return [as_case(change(case), view, words[case["domain"], case["system"]]) for case in cases]

    return {
        "with all words": [as_case(case, "with all words") for case in cases],
        "whole": cases_in("whole", dict),
        "without samples": cases_in("without samples", without_samples),
        "part of the columns": cases_in("part of the columns", with_part_of_columns),
    }


LANGUAGES = ("es", "fr", "de", "pt")
_SHORT = """
quantity qty, amount amt, number no, description desc, category cat, department dept, employee emp, customer cust,
address addr, telephone tel, phone ph, date dt, discount disc, payment pmt, product prod, item itm, transaction txn,
student stu, school sch, teacher tchr, attendance att, enrollment enr, grade grd, group grp, modifier mod, maximum max,
minimum min, percent pct, percentage pct, price prc, total tot, reference ref, location loc, street str, code cd,
organization org, status stat, guardian gdn, account acct, balance bal, section sec, course crs, subject subj,
message msg, manager mgr, supplier supp, inventory inv, image img, average avg, country ctry, receipt rcpt, charge chg,
service svc, delivery dlv, order ord, table tbl, check chk, server srvr, comment cmt, relationship rel,
registration reg, semester sem, year yr, level lvl, required req, available avail, original orig, previous prev,
preferred pref, information info, business bus, building bldg, contact cont, language lang, position pos, source src,
updated upd, created crt, options opts, option opt, value val, variant var, period per, room rm, points pts, point pt
"""
_USUAL = dict(pair.split() for pair in " ".join(_SHORT.split()).split(", "))
_WORD = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])")


def abbreviated(document: Mapping[str, Any]) -> dict[str, Any]:
    """Return a case with its headers' words cut as people cut them; where two would be alike they stay whole."""
    short = [_WORD.sub(_cut, field["source"]) for field in document["fields"]]
    fields = [
        {**field, "source": name if short.count(name) == 1 else field["source"]}
        for field, name in zip(document["fields"], short, strict=True)
    ]
    return {**document, "fields": fields}


def _cut(word: re.Match[str]) -> str:
    text = word[0]
    short = _USUAL.get(text.lower())
    if short is None:
        return text
    return short.upper() if text.isupper() else short.capitalize() if text[0].isupper() else short


def translated(document: Mapping[str, Any], language: str) -> dict[str, Any]:
    """Return a case with its headers as systems of the language write them."""
    names = translations()[document["id"]][language]
    fields = [
        {**field, "source": names.get(field["source"], field["source"])} for field in document["fields"]
    ]
    return {**document, "fields": fields}


@cache
def translations() -> Mapping[str, Mapping[str, Mapping[str, str]]]:
    """Read the headers in other languages: case -> language -> header -> header."""
    path = CORPUS / "headers" / "translations.yaml"
    document: Mapping[str, Mapping[str, Mapping[str, str]]] = yaml.safe_load(path.read_text(encoding="utf-8"))
    return document
