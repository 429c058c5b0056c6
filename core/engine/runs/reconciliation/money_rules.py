"""Account for the money of the files: what of each sum came in, was excluded, is held, or is not explained. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from decimal import Decimal
from typing import Any

import polars as pl

from core.kit import money
from core.kit.wording import agree, listed

ORDER_MEASURES: Mapping[str, str] = {
    "gross": "Gross sales",
    "discounts": "Discounts",
    "tax": "Tax",
    "tips": "Tips",
    "service_charges": "Service charges",
    "payments": "Payments",
}
PRICES: Mapping[str, str] = {"menu_item": "price", "item_variant": "price", "modifier": "price_delta"}
"""Entity -> its field with a price that is accounted for."""

MEASURES: Mapping[str, str] = {
    **ORDER_MEASURES,
    "menu_item.price": "Menu item prices",
    "item_variant.price": "Variant prices",
    "modifier.price_delta": "Modifier prices",
}
HELD, EXISTING = "held for correction", "existing kept"
"""Names of what a difference consists of."""
_ZERO = Decimal(0)
_AMOUNTS = ("file", "imported", "excluded", "held", "existing")


@dataclass(frozen=True, slots=True)
class MoneySum:
    """One measure: file = imported + excluded + held + existing + unexplained, in the customer's currency.

    existing  what records that were in AuraConnect already were left with, as chosen on Rules
    differs   whether anything is not explained; amounts above and below may make an unexplained sum of 0
    """

    measure: str
    file: Decimal
    imported: Decimal
    excluded: Decimal
    held: Decimal
    existing: Decimal = _ZERO
    differs: bool = False

    @property
    def label(self) -> str:
        return MEASURES.get(self.measure, self.measure)

    @property
    def unexplained(self) -> Decimal:
        return self.file - self.imported - self.excluded - self.held - self.existing


@dataclass(frozen=True, slots=True)
class MoneyAccount:
    """excluded_tables: tables with amounts that a person excluded; not_read: columns left out that could not be typed.

    undecided: columns with amounts, 'table › column', that nobody decided about; unread: amounts that could not be read
    """

    sums: tuple[MoneySum, ...] = ()
    excluded_tables: tuple[str, ...] = ()
    not_read: tuple[str, ...] = ()
    undecided: tuple[str, ...] = ()
    unread: int = 0

    @property
    def is_open(self) -> bool:
        """Whether an amount is not explained, or nobody decided about it."""
        return bool(self.undecided) or any(part.differs or part.unexplained for part in self.sums)

    def excluded_words(self, currency: str) -> str:
        """'Not in AuraConnect: gross sales $15,950.00 and tips $1,204.00. Checks were excluded by choice.'; '' if all is."""
        amounts = [
            f"{part.label[:1].lower()}{part.label[1:]} {money.show(part.excluded, currency)}"
            for part in self.sums
            if part.excluded
        ]
        if not amounts:
            return ""
        tables = listed(self.excluded_tables)
        were = agree(len(self.excluded_tables), "were")
        cause = f" {tables[:1].upper()}{tables[1:]} {were} excluded by choice." if tables else ""
        if self.undecided:
            cause += f" Nobody decided about {listed(self.undecided)}."
        return f"Not in AuraConnect: {listed(amounts, limit=9)}.{cause}"

    def to_json(self) -> dict[str, Any]:
        sums = [{name: _text(value) for name, value in asdict(part).items()} for part in self.sums]
        return {
            "sums": sums,
            "excluded_tables": list(self.excluded_tables),
            "not_read": list(self.not_read),
            "undecided": list(self.undecided),
            "unread": self.unread,
        }


def money_from_json(document: Mapping[str, Any]) -> MoneyAccount:
    sums = [
        MoneySum(
            measure=part["measure"],
            differs=part["differs"],
            **{name: Decimal(part[name]) for name in _AMOUNTS},
        )
        for part in document["sums"]
    ]
    return MoneyAccount(
        tuple(sums),
        tuple(document["excluded_tables"]),
        tuple(document["not_read"]),
        tuple(document.get("undecided", ())),
        document.get("unread", 0),
    )


def _text(value: object) -> object:
    return str(value) if isinstance(value, Decimal) else value


# --- orders -----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Surplus:
    """What the whole of the files holds of a measure beyond what the mapped columns do.

    twice  what the mapped columns hold once more than the whole: of lines and payments whose orders they do not tell
    """

    amount: Decimal = _ZERO
    twice: Decimal = _ZERO


def order_sums(differences: pl.DataFrame | None, surplus: Mapping[str, Surplus]) -> Iterator[MoneySum]:
    """Sum up order money. `differences`: measure, source_amount, target_amount, difference, held, existing per day and place;

    `surplus` by measure. Measures of which the files hold nothing are left out. What lines or payments held for
    correction count once more than the order that was imported is not held.
    """
    for measure in ORDER_MEASURES:
        of_measure = surplus.get(measure, Surplus())
        beyond = of_measure.amount
        if differences is None:
            if beyond:
                yield MoneySum(measure, beyond, _ZERO, beyond, _ZERO)
            continue
        days = differences.filter(pl.col("measure") == measure)
        file, target = _sum(days["source_amount"]), _sum(days["target_amount"])
        differing = days.filter(pl.col("difference") != pl.col("held") + pl.col("existing"))
        if file or target or beyond or len(differing):
            held, existing = _sum(days["held"]), _sum(days["existing"])
            twice = max(_ZERO, min(held, of_measure.twice))
            yield MoneySum(
                measure,
                file - twice + beyond,
                target,
                beyond,
                held - twice,
                existing,
                differs=len(differing) > 0,
            )


def _sum(amounts: pl.Series) -> Decimal:
    return Decimal(amounts.sum() or 0)


# --- prices -----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Prices:
    """Prices of one entity, each frame with external_id and price.

    file           every price that the mapped columns give a record; `held` ids of records in rows that stayed out
    target         what the records have in the target now
    with_excluded  prices under the mapping with the excluded columns; empty where nothing was excluded
    """

    file: pl.DataFrame
    held: pl.DataFrame
    target: pl.DataFrame
    with_excluded: pl.DataFrame


def price_sum(measure: str, prices: Prices, *, keeps_existing: bool) -> MoneySum | None:
    """Sum up an entity's prices over its records; None where the files have none.

    A record that several rows give different prices counts with the one it has in the target, where that is one of them.
    The price of a held row is held, also where its record is in the target already with another price.
    `keeps_existing`: records that were in the target already were left as they are.
    """
    file = prices.file.drop_nulls("price")
    joined = file.join(
        prices.target.rename({"price": "_target"}), on="external_id", how="left", maintain_order="left"
    )
    equal = (pl.col("price") == pl.col("_target")).fill_null(value=False)
    records = joined.sort(~equal, maintain_order=True).unique(
        "external_id", keep="first", maintain_order=True
    )
    records = records.with_columns(
        pl.col("external_id").is_in(prices.held["external_id"].implode()).alias("_held"),
        pl.col("_target").is_not_null().alias("_there"),
    )
    beyond = _sum(_beyond(prices.with_excluded, file)["price"])
    if records.is_empty() and not beyond:
        return None
    stays_out = pl.col("_held") & (pl.col("price") != pl.col("_target")).fill_null(value=True)
    present, absent = (
        records.filter(~stays_out & pl.col("_there")),
        records.filter(stays_out | ~pl.col("_there")),
    )
    off = _sum(present["price"] - present["_target"]) if len(present) else _ZERO
    differing = present.filter(pl.col("price") != pl.col("_target"))
    missing = absent.filter(~pl.col("_held"))
    return MoneySum(
        measure,
        _sum(records["price"]) + beyond,
        _sum(present["_target"]),
        beyond,
        _sum(absent.filter("_held")["price"]),
        off if keeps_existing else _ZERO,
        differs=len(missing) > 0 or (len(differing) > 0 and not keeps_existing),
    )


def _beyond(full_prices: pl.DataFrame, file: pl.DataFrame) -> pl.DataFrame:
    """List the records that only excluded columns give a price."""
    if full_prices.is_empty():
        return full_prices
    priced = full_prices.drop_nulls("price").unique("external_id", keep="first", maintain_order=True)
    return priced.join(file, on="external_id", how="anti")


_PARTS: Mapping[str, tuple[str, ...]] = {
    "gross": ("subtotal", "discount_total", "gross_amount", "net_amount", "discount_amount"),
    "discounts": ("discount_total", "discount_amount"),
    "tax": ("tax_total", "tax_amount"),
    "tips": ("tip_total", "tip_amount"),
    "service_charges": ("service_charge_total",),
    "payments": ("amount",),
}
"""Measure -> the columns of orders, lines and payments that it comes from."""


def surplus_of(
    planned: pl.DataFrame | None, full_figures: pl.DataFrame, columns: Mapping[str, pl.DataFrame]
) -> dict[str, Surplus]:
    """Calculate the surplus of each order measure, from the day's figures of the mapped columns and of the whole files.

    `columns` are the frames that the whole was added up from. Where none of their amounts is negative, an excluded
    column can take nothing away: an excluded state or void mark leaves in what the mapped columns say, and lines whose
    order they do not tell count beside its total.
    """
    surplus: dict[str, Surplus] = {}
    for measure in ORDER_MEASURES:
        amount = _of(full_figures, measure) - _of(planned, measure)
        if amount < 0 and not _has_negative(columns, _PARTS[measure]):
            unplaced = _of(_unplaced(planned), measure) - _of(_unplaced(full_figures), measure)
            surplus[measure] = Surplus(_ZERO, max(_ZERO, min(-amount, unplaced)))
        else:
            surplus[measure] = Surplus(amount)
    return surplus


def _of(figures: pl.DataFrame | None, measure: str) -> Decimal:
    return _ZERO if figures is None else _sum(figures[measure])


def _unplaced(figures: pl.DataFrame | None) -> pl.DataFrame | None:
    """Select the figures without location and day, as of lines and payments whose order is missing."""
    if figures is None:
        return None
    return figures.filter(pl.col("location_id").is_null() & pl.col("business_date").is_null())


def _has_negative(columns: Mapping[str, pl.DataFrame], names: Sequence[str]) -> bool:
    return any(
        (frame[name] < 0).any() for frame in columns.values() for name in names if name in frame.columns
    )
