"""Find the columns of amounts of a stream, and which of them add up to a total, row by row. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import product

import numpy as np
import numpy.typing as npt
import polars as pl

from core.engine import transforms
from core.engine.mapping.ambiguity.flag_words import spell
from core.engine.mapping.plans import joins
from core.engine.mapping.proposal import Proposal
from core.engine.plan import ImportSettings
from core.kit import values
from core.schema import target_schema

Amounts = npt.NDArray[np.int64]
"""Amounts of the rows in ten-thousandths, 0 where there is none."""

_CHARGES = re.compile(
    r"(?<![a-z])(?:shipping|delivery|fees?|charges?|surcharge|service|packag\w*|packing|rounding|deposit|bags?|versand\w*|"
    r"liefer\w*|livraison|envio|spedizione|bezorg\w*|entrega)(?![a-z])"
)
_OTHER_KINDS = frozenset({"", "text", "int", "decimal"})
"""Kinds of the targets whose columns may be amounts all the same; '' for none."""
_READABLE = 0.8
_MOST_CHARGES = 4
_TOLERANCE = 100  # ten-thousandths: one cent, as totals are rounded
_ENOUGH = 0.9
"""Share of the rows with a tip that must add up; the others may be faulty, but none may add up the other way."""


@dataclass(frozen=True, slots=True, eq=False)
class Column:
    """A column of amounts: its proposal and its amounts, row by row; `filled` where there is one."""

    proposal: Proposal
    amounts: Amounts
    filled: npt.NDArray[np.bool_]
    texts: pl.Series
    settings: ImportSettings

    @property
    def name(self) -> str:
        return self.proposal.source

    def read(self, transform: str | None) -> Amounts:
        """Return the amounts as they are under another transform."""
        return read_amounts(self.texts, transform, self.settings)[0]


@dataclass(frozen=True, slots=True)
class Sum:
    """The sum that fits best: which columns make the total, over how many rows, and what rows with a tip say."""

    subtotal: Column
    parts: tuple[Column, ...]
    has_discount: bool
    matched: int
    inside: int
    apart: int
    tipped: int

    @property
    def is_inside(self) -> bool:
        return self.tipped > 0 and not self.apart and self.inside >= _ENOUGH * self.tipped

    @property
    def is_apart(self) -> bool:
        return self.tipped > 0 and not self.inside and self.apart >= _ENOUGH * self.tipped

    @property
    def is_contradicted(self) -> bool:
        return self.inside > 0 and self.apart > 0


def amount_columns(
    proposals: Sequence[Proposal], rows: pl.DataFrame, settings: ImportSettings
) -> Iterator[Column]:
    """Read each column of amounts as its transform says; dates, flags and texts are left out."""
    for proposal in proposals:
        if proposal.slot or joins(proposal.transform):
            continue
        kind = target_schema().field(proposal.target).kind if proposal.target else ""
        if kind != "money" and (proposal.profile.kind not in {"int", "decimal"} or kind not in _OTHER_KINDS):
            continue
        texts = rows[proposal.source]
        transform = proposal.transform if kind == "money" else None
        amounts, filled = read_amounts(texts, transform, settings)
        if filled.any() and filled.sum() >= _READABLE * (len(texts) - texts.null_count()):
            yield Column(proposal, amounts, filled, texts, settings)


def read_amounts(
    texts: pl.Series, transform: str | None, settings: ImportSettings
) -> tuple[Amounts, npt.NDArray[np.bool_]]:
    """Return the amounts of a column under a transform, and where there is one."""
    field = target_schema().field("order.total")
    frame = texts.cast(pl.String).to_frame("value")
    expr = transforms.compile_chain(transforms.parse(transform), [pl.col("value")], field, settings)
    numbers = frame.select(expr.cast(values.NUMBER).alias("value")).to_series()
    scaled = (numbers.cast(pl.Float64) * 10_000).round(0)
    return scaled.fill_null(0).cast(pl.Int64).to_numpy(), numbers.is_not_null().to_numpy()


def best_sum(
    total: Column, columns: Sequence[Column], totals: Sequence[Column], tip: Column | None
) -> Sum | None:
    """Return the sum of other columns that makes the total in most rows; None where none makes it in most of them."""
    subtotals = [column for column in columns if column.proposal.target == "order.subtotal"]
    subtotals += [column for column in totals if column.name != total.name]
    parts = [
        column
        for column in columns
        if column.proposal.target in {"order.tax_total", "order.service_charge_total"}
        or (_CHARGES.search(spell(column.name)) and column not in totals)
    ]
    parts = [part for part in parts if part is not tip and part not in subtotals][: _MOST_CHARGES + 1]
    discounts = [column for column in columns if column.proposal.target == "order.discount_total"][:1]
    candidates = [
        candidate for subtotal in subtotals for candidate in _sums(total, subtotal, parts, discounts, tip)
    ]
    best = max(candidates, key=lambda candidate: (candidate.matched, -len(candidate.parts)), default=None)
    filled = int(total.filled.sum())
    return best if best and best.matched >= max(1, _ENOUGH * filled) else None


def _sums(
    total: Column,
    subtotal: Column,
    parts: Sequence[Column],
    discounts: Sequence[Column],
    tip: Column | None,
) -> Iterator[Sum]:
    usable = total.filled & subtotal.filled
    tipped = usable & (tip.amounts != 0) if tip is not None else np.zeros(len(usable), np.bool_)
    for chosen in product((False, True), repeat=len(parts)):
        picked = [part for part, is_in in zip(parts, chosen, strict=True) if is_in]
        for with_discount in (False, True) if discounts else (False,):
            remainder = total.amounts - subtotal.amounts
            for part in picked:
                remainder = remainder - part.amounts
            if with_discount:
                sign = np.where(subtotal.amounts < 0, -1, 1)
                remainder = remainder + sign * np.abs(discounts[0].amounts)
            plain = usable & (np.abs(remainder) <= _TOLERANCE)
            inside = tipped & (np.abs(remainder - tip.amounts) <= _TOLERANCE) if tip is not None else tipped
            apart = tipped & plain
            yield Sum(
                subtotal,
                (*picked, *(discounts if with_discount else [])),
                with_discount,
                int((plain | inside).sum()),
                int(inside.sum()),
                int(apart.sum()),
                int(tipped.sum()),
            )
