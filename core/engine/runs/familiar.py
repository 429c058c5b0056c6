"""What a run has met already under one entity plan, so that the shop that stands on every line is looked at once.

Only for entities picked out of rows that mainly are another one, and only inside one walk: it is no proof of anything.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import polars as pl

from core.engine.batch import ROW
from core.engine.mapping.rules import identity
from core.engine.plan import EntityPlan

_SEEN = 20_000
"""Records remembered: the few that repeat without end, not the orders of a year."""

_FEW = 1_000
"""A chunk with more different rows than this has too many to look for rows that are known by their text."""


@dataclass(slots=True)
class Familiar:
    """What was met under one plan.

    seen     external id -> fingerprint of records that are in the target now
    latest   the same of the chunk before, as an order's lines may lie on both sides of a border
    texts    the source's own text of rows that became or joined a record; None once they are too many
    """

    entity_plan: EntityPlan
    seen: dict[str, bytes] = field(default_factory=dict)
    latest: dict[str, bytes] = field(default_factory=dict)
    texts: pl.DataFrame | None = field(default_factory=pl.DataFrame)

    def __post_init__(self) -> None:
        if self.entity_plan.primary or identity(self.entity_plan) == "row":  # each row a record of its own
            self.texts = None

    def has_many(self) -> bool:
        """Whether it is records without end (orders): no use in looking for rows that are known by their text."""
        return self.texts is None

    def split(self, rows: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
        """(the numbers of the rows that an earlier chunk brought in exactly so, the other rows)."""
        texts = self.texts
        if texts is None or texts.is_empty() or not set(texts.columns) <= set(rows.columns):
            return rows.select(ROW).clear(), rows
        again = rows.join(texts, on=texts.columns, how="semi", nulls_equal=True, maintain_order="left")
        if again.height == rows.height:
            return again.select(ROW), rows.clear()
        return again.select(ROW), rows.join(again, on=ROW, how="anti", maintain_order="left")

    def fresh(self, records: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
        """(records to load, records that an earlier chunk brought in exactly so)."""
        if self.entity_plan.primary:
            return records, records.clear()
        known = [
            digest in (self.seen.get(key), self.latest.get(key)) for key, digest in _fingerprints(records)
        ]
        if not any(known):
            return records, records.clear()
        return records.filter([not is_known for is_known in known]), records.filter(known)

    def remember(self, loaded: pl.DataFrame, rows: pl.DataFrame | None) -> None:
        """Records that are in the target now, and the source rows that became or joined them (unless has_many).

        Never those of a row that was held back: its record is not there to be merged into.
        """
        if self.entity_plan.primary:
            return
        if len(self.seen) < _SEEN:
            self.seen.update(_fingerprints(loaded))
        else:
            self.latest = dict(_fingerprints(loaded))
        if self.texts is None or rows is None:
            return
        columns = [name for name in self.entity_plan.columns() if name in rows.columns]
        if self.texts.width and self.texts.columns != columns:
            return
        texts = rows.select(columns).unique(maintain_order=True)
        self.texts = pl.concat([self.texts, texts]) if self.texts.width else texts
        if texts.height > _FEW:
            self.texts = None


def _fingerprints(rows: pl.DataFrame) -> list[tuple[str, bytes]]:
    return list(zip(rows["external_id"].to_list(), rows["row_hash"].to_list(), strict=True))
