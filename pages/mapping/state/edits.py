"""The arithmetic of the mapping grid, without Streamlit: rows as shown, edits folded by row id, decisions to save.

The editor keeps edits by row position and forgets them when its data or key changes. So each view is frozen: the ids
behind the positions (`ids`) and the rows as they were (`base`). What a person wants is always base plus the
editor's present edits; the browser drops an edit that equals the base again, so folding must start from the base.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from core.engine.mapping.bands import band, whole_percent
from core.engine.mapping.review import Judged, is_asked, is_set_by_hand
from core.engine.mapping.views import FieldRow

SOURCE, SAMPLE, CONFIDENCE, MAPS_TO = "Source column", "Sample", "Confidence", "Maps to"
WARNINGS, DECISION, DETAILS, TRANSFORM = "Warnings", "Decision", "Details", "Transform"
TABLE, ROWS, AMOUNT = "Table", "Rows", "Amount"
"""Columns of the grid."""

NO_SUGGESTION, SET_BY_YOU = "None", "Set by you"
BADGES: Mapping[str, str] = {
    **{f"{band(share / 100).label} {share}%": band(share / 100).color for share in range(101)},
    NO_SUGGESTION: "gray",
    SET_BY_YOU: "blue",
}
"""Confidence label -> colour. The colour hangs on the label, so label and band agree."""

DECISIONS: Mapping[str, str] = {
    "suggested": "Needs review",
    "accepted": "Accepted",
    "edited": "Changed",
    "ignored": "Excluded",
}
MANUAL_DECISIONS = frozenset({"Accepted", "Excluded"})
"""What a person may choose by hand; the other two come about by themselves."""


def badge(confidence: float | None) -> str:
    """Format a confidence: 'Medium 84%', above 90% rounded up (90.4% is 'High 91%'), else down; 'None' without one."""
    if confidence is None:
        return NO_SUGGESTION
    return f"{band(confidence).label} {whole_percent(confidence)}%"


def standing_badge(
    field: Judged, decided_by: str | None, person: str, names: Mapping[str | None, str]
) -> str:
    """Format as `badge`, or 'Set by you', 'Set by Bob Lindgren' where a person chose another target than suggested."""
    if not is_set_by_hand(field):
        return badge(field.confidence)
    if decided_by == person:
        return SET_BY_YOU
    return f"Set by {names.get(decided_by) or 'a person'}"


def badge_colours(labels: Iterable[str]) -> dict[str, str]:
    """Return BADGES extended by the labels that name people."""
    return {**BADGES, **dict.fromkeys(sorted(set(labels) - set(BADGES)), "blue")}


@dataclass(frozen=True, slots=True)
class Row:
    """One mapping field of the grid. `target` is 'entity.field' or None; `transform` '' for none.

    `asked`: it waits for a person's answer, so no bulk action accepts it.
    """

    id: str
    version: int
    target: str | None
    transform: str
    decision: str
    asked: bool = False


@dataclass(frozen=True, slots=True)
class EditIntent:
    """The person's edit of a row: arguments of the `decide` action."""

    id: str
    target: str | None
    transform: str | None
    status: str


def row_of(field: FieldRow) -> Row:
    decision = DECISIONS[field.status]
    return Row(field.id, field.version, field.target, field.transform or "", decision, is_asked(field))


def apply_edits(
    base: Mapping[str, Row],
    ids: Sequence[str],
    edited_rows: Mapping[Any, Mapping[str, Any]],
    targets: Mapping[str, str],
) -> dict[str, Row]:
    """Apply the editor's cells; return the rows that differ from the base, by id. `targets`: title -> 'entity.field'.

    Idempotent; drops positions, columns and titles it does not know.
    """
    changes: dict[str, Row] = {}
    for position, cells in edited_rows.items():
        if not 0 <= int(position) < len(ids):
            continue
        old = base[ids[int(position)]]
        target = old.target
        if MAPS_TO in cells:
            title = cells[MAPS_TO]
            target = None if title is None else targets.get(title, old.target)
        decision = cells.get(DECISION, old.decision)
        if decision not in MANUAL_DECISIONS:
            decision = old.decision
        transform = cells.get(TRANSFORM, old.transform) or ""
        new = replace(old, target=target, transform=transform.strip(), decision=decision)
        if new != old:
            changes[old.id] = new
    return changes


def intent_of(old: Row, new: Row) -> EditIntent:
    """Derive the decision from `old` to `new`: an empty target excludes the field, a changed one is an edit."""
    if new.decision == "Excluded" and old.decision != "Excluded":
        return EditIntent(old.id, None, None, "ignored")
    if new.target is None:
        return EditIntent(old.id, None, None, "ignored")
    touched = (new.target, new.transform) != (old.target, old.transform)
    status = "edited" if touched else "accepted"
    return EditIntent(old.id, new.target, new.transform or None, status)
