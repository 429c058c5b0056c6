"""Proposes to take away what other programs leave in texts: apostrophes of spreadsheets before numbers, HTML of web shops."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import polars as pl

from core.engine.mapping.match import Evidence
from core.engine.mapping.proposal import Proposal, StreamSample
from core.kit.wording import counted
from core.schema import Field, target_schema

LEFTOVERS = "leftovers"
"""The feature of the evidence that says what is taken away."""

_NUMBERED = frozenset(
    ["external_id", "sku", "barcode", "postal_code", "phone", "code", "student_number", "number", "last4"]
)
_PROSE = frozenset(["name", "kitchen_name", "description", "notes", "title", "comment", "reason"])
JSON_TEXT = "json_list | join(', ')"
_JSON_LIST = r'^\s*\[\s*(?:"(?:[^"\\]|\\.)*"|-?[\d.]+)(?:\s*,\s*(?:"(?:[^"\\]|\\.)*"|-?[\d.]+))*\s*\]\s*$'
_BEFORE_A_NUMBER = r"^'[0-9=+@(.$€£-]"
_HTML = (
    r"(?i)<(?:p|br|b|i|u|em|strong|ul|ol|li|div|span|h[1-6]|a|table|tr|td|img|font)(?:\s[^<>]*)?/?>"
    r"|&(?:amp|lt|gt|quot|apos|nbsp|[a-z]{1,6}(?:uml|acute|grave|circ|tilde|cedil|ring|slash|lig)|#[0-9]+|#x[0-9a-f]+);"
)


def with_leftovers(proposals: Sequence[Proposal], samples: Sequence[StreamSample]) -> list[Proposal]:
    """Return the proposals whose transforms take away what their columns have too much."""
    rows = {sample.name: sample.rows for sample in samples}
    return [
        _cleaned(proposal, rows[proposal.stream][proposal.source]) if proposal.target else proposal
        for proposal in proposals
    ]


def _cleaned(proposal: Proposal, texts: pl.Series) -> Proposal:
    field = target_schema().field(proposal.target or "")
    if field.is_list or proposal.origin == "memory":
        return proposal
    if not proposal.transform and (count := _lists(texts)):
        reason = (
            f"{counted(count, 'value')} are lists in JSON; what they hold is taken, several parted by commas."
        )
        return _with_call(proposal, JSON_TEXT, reason)
    if (field.name in _NUMBERED or field.refers_to) and (count := _apostrophes(texts)):
        reason = f"{counted(count, 'value')} begin with the apostrophe by which spreadsheets mark a text; it is removed."
        return _with_call(proposal, "without_apostrophe", reason)
    if (field.name in _PROSE or field.refers_to) and (count := _html(texts, field)):
        reason = f"{counted(count, 'value')} hold HTML; it is turned into plain text."
        return _with_call(proposal, "html_text", reason)
    return proposal


def _lists(texts: pl.Series) -> int:
    """Count the values that are lists of texts or numbers in JSON, if all filled ones are."""
    filled = texts.drop_nulls()
    are_lists = filled.str.contains(_JSON_LIST)
    return len(filled) if len(filled) and are_lists.all() else 0


def _apostrophes(texts: pl.Series) -> int:
    """Count the values that begin with an apostrophe, if none of them is a name such as 't Hooft."""
    filled = texts.drop_nulls()
    marked = filled.filter(filled.str.starts_with("'"))
    is_every_value = len(marked) == len(filled) and len(filled) > 1
    return len(marked) if is_every_value or marked.str.contains(_BEFORE_A_NUMBER).all() else 0


def _html(texts: pl.Series, field: Field) -> int:
    return int(texts.str.contains(_HTML).sum() or 0) if field.kind == "text" or field.refers_to else 0


def _with_call(proposal: Proposal, call: str, reason: str) -> Proposal:
    return replace(
        proposal,
        transform=" | ".join(filter(None, (call, proposal.transform))),
        evidence=(*proposal.evidence, Evidence(LEFTOVERS, 0.0, reason)),
    )
