"""Find the columns of amounts of a stream, and which of them add up to a total, row by row. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
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

CHARGES = re.compile(
    r"(?<![a-z])(?:shipping|delivery|fees?|charges?|surcharge|service|packag\w*|packing|rounding|deposit|bags?|auto grat|versand\w*|"
    r"liefer\w*|livraison|envio|spedizione|bezorg\w*|entrega)(?![a-z])"
)
_OTHER_KINDS = frozenset({"", "text", "int", "decimal"})
"""Kinds of the targets whose columns may be amounts all the same; '' for none."""
_READABLE = 0.8
_ROWS_TO_CHOOSE_BY = 2_000
_MOST_PARTS = 5
_MOST_UNMAPPED = 4
_ENOUGH_ROWS = 3
"""Rows from which on columns without a target are believed to make a total."""
_USUAL_TIPS = (10, 12, 12.5, 15, 18, 20, 22, 25)
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
    """The sum that fits best: which columns make the total, over how many rows, and what rows with a tip say.

    `exact` counts the rows that add up to the last digit, without a cent of rounding.
    """

    subtotal: Column
    parts: tuple[Column, ...]
    has_discount: bool
    matched: int
    exact: int
    inside: int
    apart: int
    tipped: int

    @property
    def fit(self) -> tuple[int, int]:
        return self.matched, self.exact

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
    others = [column for column in columns if column is not tip and column not in totals]
    unmapped = [column for column in others if column.proposal.target is None][:_MOST_UNMAPPED]
    subtotals = [column for column in others if column.proposal.target == "order.subtotal"]
    subtotals += [column for column in totals if column is not total]
    parts = [column for column in others if _is_part(column) and column not in subtotals]
    discounts = [column for column in others if column.proposal.target == "order.discount_total"][:1]
    mapped = _best(total, subtotals, parts[:_MOST_PARTS], discounts, tip)
    if mapped or not unmapped:
        return mapped
    more_parts = [*parts, *(column for column in unmapped if column not in parts)][:_MOST_PARTS]
    guess = _best(total, [*subtotals, *unmapped], more_parts, discounts, tip)
    return guess if guess and guess.matched >= _ENOUGH_ROWS else None


def _is_part(column: Column) -> bool:
    return column.proposal.target in {"order.tax_total", "order.service_charge_total"} or bool(
        CHARGES.search(spell(column.name))
    )


def _best(
    total: Column,
    subtotals: Sequence[Column],
    parts: Sequence[Column],
    discounts: Sequence[Column],
    tip: Column | None,
) -> Sum | None:
    """Return the sum that fits most rows, and most of them exactly, chosen by some of them and counted over all.

    Where others fit as well and say otherwise of the tip, the sum counts their rows besides: it is contradicted.
    """
    step = max(1, len(total.filled) // _ROWS_TO_CHOOSE_BY)
    some = slice(None, None, step)
    candidates = [
        _sum(total, subtotal, picked, discount, tip, some)
        for subtotal in subtotals
        for picked in _choices([part for part in parts if part is not subtotal])
        for discount in (None, *discounts)
    ]
    best = max(candidates, key=lambda candidate: (*candidate.fit, -len(candidate.parts)), default=None)
    if best is None:
        return None
    equals = [candidate for candidate in candidates if candidate.fit == best.fit]
    picked = best.parts[: len(best.parts) - best.has_discount]
    counted = _sum(
        total, best.subtotal, picked, best.parts[-1] if best.has_discount else None, tip, slice(None)
    )
    if counted.matched < max(1, _ENOUGH * int(total.filled.sum())):
        return None
    return replace(
        counted,
        inside=max(counted.inside, *(rival.inside for rival in equals)),
        apart=max(counted.apart, *(rival.apart for rival in equals)),
    )


def _choices(parts: Sequence[Column]) -> Iterator[tuple[Column, ...]]:
    """Yield every choice of the parts, in their order."""
    for chosen in product((False, True), repeat=len(parts)):
        yield tuple(part for part, is_in in zip(parts, chosen, strict=True) if is_in)


def _sum(
    total: Column,
    subtotal: Column,
    parts: tuple[Column, ...],
    discount: Column | None,
    tip: Column | None,
    rows: slice,
) -> Sum:
    """Count in how many of the rows subtotal and parts, less the discount, make the total, with the tip and without."""
    base = subtotal.amounts[rows]
    usable = total.filled[rows] & subtotal.filled[rows]
    remainder = total.amounts[rows] - base
    for part in parts:
        remainder = remainder - part.amounts[rows]
    if discount is not None:
        remainder = remainder + np.where(base < 0, -1, 1) * np.abs(discount.amounts[rows])
    plain = usable & (np.abs(remainder) <= _TOLERANCE)
    tips = tip.amounts[rows] if tip is not None else np.zeros(len(usable), np.int64)
    tipped = usable & (tips != 0)
    without, within = np.abs(remainder), np.abs(remainder - tips)
    inside = tipped & (within <= _TOLERANCE) & (within <= without)
    apart = tipped & plain & (without <= within)
    return Sum(
        subtotal,
        parts if discount is None else (*parts, discount),
        discount is not None,
        int((plain | inside).sum()),
        int((usable & ((without == 0) | tipped & (within == 0))).sum()),
        int(inside.sum()),
        int(apart.sum()),
        int(tipped.sum()),
    )


def round_percentages(total: Column, tip: Column) -> tuple[int, int]:
    """Count the tips that are a usual percentage of the total less the tip, and those that are one of the total itself.

    People tip 15, 18 or 20 percent of what they pay; of an amount that has the tip inside, that is no round figure.
    """
    usable = total.filled & (tip.amounts > 0) & (total.amounts > tip.amounts)
    amounts, tips = total.amounts[usable], tip.amounts[usable]
    return _of_percentages(tips, amounts - tips), _of_percentages(tips, amounts)


def _of_percentages(tips: Amounts, base: Amounts) -> int:
    near = np.zeros(len(tips), np.bool_)
    for percent in _USUAL_TIPS:
        near |= np.abs(base * percent / 100 - tips) <= _TOLERANCE / 2 + 1
    return int(near.sum())
