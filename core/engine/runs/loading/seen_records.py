"""Remember records and rows that a run has loaded under one entity plan, so that a shop on every line is looked up once.

Only for entities picked out of rows that mainly are another one, and only inside one process: they prove nothing.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import polars as pl

from core.engine.batch import ROW
from core.engine.plan import EntityPlan
from core.engine.transforms import identity

_MAX_SEEN = 20_000
"""Records remembered: the few that repeat without end, not the orders of a year."""

_MAX_DISTINCT = 1_000
"""A chunk with more different rows than this has too many to look for rows that are known by their text."""

_FINGERPRINT = {"external_id": pl.String, "row_hash": pl.Binary}


@dataclass(slots=True)
class SeenRecords:
    """Records and rows loaded under one plan.

    seen     external_id and row_hash of records that are in the target now, up to the moment they are too many (full)
    latest   the same of the chunk before, as an order's lines may lie on both sides of a border
    texts    the source's own text of rows that became or joined a record; None once they are too many
    columns  whose text that is
    """

    entity_plan: EntityPlan
    seen: pl.DataFrame = field(default_factory=lambda: pl.DataFrame(schema=_FINGERPRINT))
    latest: pl.DataFrame = field(default_factory=lambda: pl.DataFrame(schema=_FINGERPRINT))
    full: bool = False
    texts: pl.Series | None = field(default_factory=lambda: pl.Series(dtype=pl.String))
    columns: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        if self.entity_plan.primary or identity(self.entity_plan) == "row":  # each row a record of its own
            self.texts = None

    def is_unbounded(self) -> bool:
        """Whether it is records without end (orders): no use in looking for rows that are known by their text."""
        return self.texts is None

    def known(self, rows: pl.DataFrame) -> pl.Expr | None:
        """Which of such rows an earlier chunk brought in exactly so; None where none can be."""
        if self.texts is None or self.texts.is_empty() or self._columns(rows) != self.columns:
            return None
        return _text(self.columns).is_in(self.texts.implode())

    def split(self, rows: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
        """(the numbers of the rows that an earlier chunk brought in exactly so, the other rows)."""
        is_known = self.known(rows)
        if is_known is None:
            return rows.select(ROW).clear(), rows
        again = rows.select(is_known).to_series()
        return rows.select(ROW).filter(again), rows.filter(~again)

    def fresh(self, records: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
        """(records to load, records that an earlier chunk brought in exactly so)."""
        if self.entity_plan.primary:
            return records, records.clear()
        seen = pl.concat([self.seen, self.latest])
        likely = records["row_hash"].is_in(seen["row_hash"].implode())
        again = records.filter(likely).join(seen, on=list(_FINGERPRINT), how="semi", maintain_order="left")
        if again.height == likely.sum():
            return records.filter(~likely) if again.height else records, again
        return records.join(again, on=ROW, how="anti", maintain_order="left"), again

    def add(self, loaded: pl.DataFrame, rows: pl.DataFrame | None) -> None:
        """Records that are in the target now, and the source rows that became or joined them (unless is_unbounded).

        Never those of a row that was held back: its record is not there to be merged into.
        """
        if self.entity_plan.primary:
            return
        fingerprints = loaded.select(*_FINGERPRINT)
        if not self.full:
            self.seen = pl.concat([self.seen, fingerprints]).unique("external_id", keep="last")
            self.full = len(self.seen) >= _MAX_SEEN
        else:
            self.latest = fingerprints
            if self.is_unbounded():  # they come again at a border of two chunks, and hardly elsewhere
                self.seen = self.seen.clear()
        if self.texts is None or rows is None:
            return
        columns = self._columns(rows)
        if self.columns and self.columns != columns:
            return
        self.columns = columns
        texts = rows.select(_text(columns).unique()).to_series()
        self.texts = pl.concat([self.texts, texts]) if texts.len() <= _MAX_DISTINCT else None

    def _columns(self, rows: pl.DataFrame) -> list[str]:
        """Those of the plan's columns that the rows have: a chunk may lack one that another has."""
        return [name for name in self.entity_plan.columns() if name in rows.columns]


def _text(columns: list[str]) -> pl.Expr:
    """The columns' values as one text that no other values have: an empty one is not a missing one."""
    values = [
        pl.col(name).str.replace_all("\x1f", "\x1f\x1f", literal=True).fill_null("\x1f0") for name in columns
    ]
    return pl.concat_str(values, separator="\x1f1")
