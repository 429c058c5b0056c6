"""Recognize the column in which the parents of a table of people list their children, by the ids of the other rows. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

import polars as pl

from core.engine.mapping.match import Evidence
from core.engine.mapping.proposal import Proposal
from core.engine.mapping.row_rules.words import PEOPLE, kinds_of
from core.kit.wording import counted

WARDS = "wards"
"""The feature of the evidence that says whose ids a column lists."""

_TARGET = "guardian.student_ids"
_KEYS = frozenset({"student.external_id", "staff.external_id", "guardian.external_id"})
_CONFIDENCE = 0.85
_MOST_KINDS = 40
_LOOKED_AT = 10_000
_TELLING_ID = re.compile(r"\D|\d{4}")
_WARD_WORDS = re.compile(
    r"agent|student|pupil|child|ward|dependent|schüler|kind|élève|enfant|alumn|hijo|alun|leerling"
)
_COUNT = re.compile(r"(?<![a-z])(?:no|number|num|count|total|anzahl|nombre|número|numero|qty)(?![a-z])|#")


def with_wards(proposals: Sequence[Proposal], rows: pl.DataFrame) -> list[Proposal]:
    """Return the proposals of one stream, with the column of the parents' rows that lists the ids of the pupils' rows."""
    keys = [proposal for proposal in proposals if proposal.target in _KEYS and not proposal.question]
    if not keys or any(proposal.target == _TARGET for proposal in proposals):
        return list(proposals)
    sample_rows = rows.head(_LOOKED_AT)
    for proposal in proposals:
        if proposal.target or proposal.question or proposal.slot or proposal.source == keys[0].source:
            continue
        if match := _listed(proposal.source, keys[0].source, sample_rows):
            replaced = _as_wards(proposal, *match, keys[0].source)
            return [replaced if member is proposal else member for member in proposals]
    return list(proposals)


def _listed(column: str, key: str, rows: pl.DataFrame) -> tuple[int, str] | None:
    """Return in how many rows of parents a column lists ids of pupils, and nothing else, and the column that says which rows."""
    texts = rows[column]
    if not texts.count():
        return None
    for role, parents, pupils in _roles(rows):
        lists = [_ids(text) for text in texts.filter(rows[role].is_in(parents)).drop_nulls()]
        ids = set(rows[key].filter(rows[role].is_in(pupils)).drop_nulls().str.strip_chars())
        listed = {part for parts in lists for part in parts}
        if listed and listed <= ids and _are_ids(column, listed):
            return sum(map(bool, lists)), role
    return None


def _roles(rows: pl.DataFrame) -> Iterator[tuple[str, list[str], list[str]]]:
    """Yield the columns that say of each row which kind of person it is, with the words for parents and for pupils."""
    for name in rows.columns:
        if rows[name].dtype != pl.String or name.startswith("_"):
            continue
        words = rows[name].drop_nulls().unique()
        if not 2 <= len(words) <= _MOST_KINDS:
            continue
        kinds = {word: kinds_of(PEOPLE, word) for word in words}
        parents = [word for word, kind in kinds.items() if kind == "guardian"]
        pupils = [word for word, kind in kinds.items() if kind == "student"]
        if parents and pupils:
            yield name, parents, pupils


def _ids(text: str) -> list[str]:
    return [part for part in re.split(r"[\s,;|]+", text.strip()) if part]


def _are_ids(column: str, listed: set[str]) -> bool:
    """Tell whether values are ids and no counts: by their look, else by the name of their column."""
    if all(map(_TELLING_ID.search, listed)):
        return True
    name = column.casefold()
    return bool(_WARD_WORDS.search(name)) and not _COUNT.search(name)


def _as_wards(proposal: Proposal, count: int, role: str, key: str) -> Proposal:
    text = f"In {counted(count, 'row')} of parents ({role}) it lists ids that pupils have in {key}."
    return replace(
        proposal,
        target=_TARGET,
        transform=None,
        confidence=_CONFIDENCE,
        evidence=(Evidence(WARDS, 1.0, text), *proposal.evidence),
    )
