"""Recognize the number that people see of a pupil beside the id of the record: 'identifier' in a table with an id. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import polars as pl

from core.engine.mapping.ambiguity.flag_words import spell
from core.engine.mapping.bands import AMBER_FROM
from core.engine.mapping.match import Evidence
from core.engine.mapping.proposal import Proposal

PUPIL_NUMBERS = "pupil_numbers"
"""The feature of the evidence that says why a column is the pupil's number."""

_TARGET, _KEY = "student.student_number", "student.external_id"
_WORDS = frozenset({"identifier", "local", "school", "student", "pupil", "user", "person"})
_CONFIDENCE = 0.85


def with_pupil_number(proposals: Sequence[Proposal], rows: pl.DataFrame) -> list[Proposal]:
    """Return the proposals of one stream, with the column called identifier as number where another one is the id."""
    keys = {proposal.source for proposal in proposals if proposal.target == _KEY}
    if not keys or any(_is_sure(proposal) for proposal in proposals):
        return list(proposals)
    candidates = [
        proposal
        for proposal in proposals
        if proposal.target in {None, _TARGET}
        and not (proposal.question or proposal.slot or proposal.source in keys)
        and "identifier" in spell(proposal.source).split()
        and set(spell(proposal.source).split()) <= _WORDS
        and _are_numbers(rows[proposal.source])
    ]
    if len(candidates) != 1:
        return list(proposals)
    reason = Evidence(
        PUPIL_NUMBERS, 1.0, "Each value is another, has digits, and stands beside the id of the record."
    )
    with_target = replace(
        candidates[0], target=_TARGET, confidence=_CONFIDENCE, evidence=(reason, *candidates[0].evidence)
    )
    return [with_target if proposal is candidates[0] else proposal for proposal in proposals]


def _is_sure(proposal: Proposal) -> bool:
    return proposal.target == _TARGET and (proposal.confidence or 0.0) >= AMBER_FROM


def _are_numbers(texts: pl.Series) -> bool:
    filled = texts.drop_nulls()
    return bool(len(filled)) and filled.n_unique() == len(filled) and bool(filled.str.contains(r"\d").all())
