"""The arithmetic of the mapping grid, without Streamlit: rows as shown, edits folded by row id, decisions to save.

The editor keeps edits by row position and forgets them when its data or key changes. So each view is frozen: the ids
behind the positions (`shown`) and the rows as they were (`base`). What a person wants is always base plus the
editor's present edits; the browser drops an edit that equals the base again, so folding must start from the base.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import ceil, floor
from typing import Any

from core.engine.mapping.tables import MappingField
from core.engine.mapping.views import FieldRow

UNKNOWN = "?"
BADGES: Mapping[str, str] = {
    **{f"{share}%": "red" if share < 70 else "orange" if share <= 90 else "green" for share in range(101)},
    UNKNOWN: "gray",
}
"""Badge label -> colour. The colour hangs on the label, so `badge` keeps label and band in agreement."""

DECISIONS: Mapping[str, str] = {
    "suggested": "To decide",
    "accepted": "Accepted",
    "edited": "Edited",
    "ignored": "Left out",
}
CHOSEN = frozenset({"Accepted", "Left out"})
"""What a person may choose by hand; the other two come about by themselves."""


def badge(confidence: float | None) -> str:
    """'84%': floored up to 90, above it rounded up, so that 90.4% shows green '91%' and 69.9% shows red '69%'."""
    if confidence is None:
        return UNKNOWN
    percent = confidence * 100
    return f"{ceil(percent) if confidence > 0.9 else floor(percent)}%"


@dataclass(frozen=True, slots=True)
class Row:
    """One mapping field as the grid holds it. `target` is 'entity.field' or None; `transform` '' for none."""

    id: str
    version: int
    target: str | None
    transform: str
    decision: str


@dataclass(frozen=True, slots=True)
class Wish:
    """What the person wants of a row: arguments of the `decide` action."""

    id: str
    target: str | None
    transform: str | None
    status: str


def row_of(field: FieldRow | MappingField) -> Row:
    return Row(field.id, field.version, field.target, field.transform or "", DECISIONS[field.status])


def absorb(
    base: Mapping[str, Row],
    shown: Sequence[str],
    edited_rows: Mapping[Any, Mapping[str, Any]],
    targets: Iterable[str],
) -> dict[str, Row]:
    """The rows that differ from the base, by id. Idempotent; drops positions, columns and targets it does not know."""
    allowed = set(targets)
    changed: dict[str, Row] = {}
    for position, cells in edited_rows.items():
        if not 0 <= int(position) < len(shown):
            continue
        old = base[shown[int(position)]]
        target = cells.get("Target", old.target)
        if target is not None and target not in allowed:
            target = old.target
        decision = cells.get("Decision", old.decision)
        if decision not in CHOSEN:
            decision = old.decision
        transform = cells.get("Transform", old.transform) or ""
        new = Row(old.id, old.version, target, transform.strip(), decision)
        if new != old:
            changed[old.id] = new
    return changed


def wish(old: Row, new: Row) -> Wish:
    """The decision that leads from one to the other: an empty target leaves the field out, a changed one is an edit."""
    if new.decision == "Left out" and old.decision != "Left out":
        return Wish(old.id, None, None, "ignored")
    if new.target is None:
        return Wish(old.id, None, None, "ignored")
    touched = (new.target, new.transform) != (old.target, old.transform)
    status = "edited" if touched else "accepted"
    return Wish(old.id, new.target, new.transform or None, status)
