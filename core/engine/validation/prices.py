"""Find menu prices that stand out: missing, far from their category, 100 times too high or low, or contradictory.

Statistics, not learning: within a category the logarithms of the prices have a median and a median absolute
deviation (MAD); the robust score of a price is 0.6745 x distance / MAD (Iglewicz and Hoaglin, 1993). Prices whose
hundredth or hundredfold would be ordinary are reported as cents among dollars. Logarithms are floats; no amount
is computed from them.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

import polars as pl

from core.engine.batch import MONEY, ROW
from core.engine.entity_columns import Columns, distinct
from core.engine.issues import issue
from core.engine.plan import Plan
from core.engine.validation.columns import Findings, join_findings, with_columns
from core.kit.money import round_to_cents, show

MIN_SCORE = 5.0
"""The robust score from which a price stands out; 3.5 is usual, menus are broad."""

MIN_RATIO = 3.0
"""A price must also be this many times the median, or a fraction of it that small, to stand out."""

MIN_PRICES = 8
"""Prices that a category must have to be compared by itself; else the whole menu is."""

MIX_RATIO, MAX_CORRECTED_RATIO = 20.0, 4.0
"""Cents among dollars: at least FAR from the median, and its hundredth or hundredfold within NEAR times of it."""

MIN_MAD = 0.1
ENDINGS = frozenset({0, 25, 45, 49, 50, 75, 95, 99})
"""What the last two digits of menu prices usually are."""

_WITHOUT_PRICE = ("open", "variable", "size", "per_unit")
_TYPES: dict[str, pl.DataType] = {
    "name": pl.String(),
    "category_id": pl.String(),
    "price": MONEY,
    "pricing_strategy": pl.String(),
    "item_id": pl.String(),
}
NEEDED: dict[str, tuple[str, ...]] = {
    "menu_item": ("external_id", "name", "category_id", "price", "pricing_strategy"),
    "item_variant": ("external_id", "name", "item_id", "price"),
}


@dataclass(frozen=True, slots=True)
class PriceSummary:
    """The prices of a menu: how many records, how many with a price, and mean (to the cent), lowest, highest."""

    items: int
    priced: int
    average: Decimal | None
    lowest: Decimal | None
    highest: Decimal | None
    findings: Findings


def validate_pricing(columns: Columns, plan: Plan) -> PriceSummary:
    """Sum up a menu in figures and findings; zero prices count neither for the mean nor for the lowest."""
    columns_of_prices = [
        frame["price"]
        for name in NEEDED
        if (frame := distinct(columns, name)) is not None and "price" in frame.columns
    ]
    prices = pl.concat(columns_of_prices) if columns_of_prices else pl.Series("price", [], dtype=MONEY)
    charged: list[Decimal] = prices.filter(prices > 0).to_list()
    items = distinct(columns, "menu_item")
    return PriceSummary(
        items=0 if items is None else len(items),
        priced=prices.count(),
        average=round_to_cents(sum(charged, Decimal(0)) / len(charged)) if charged else None,
        lowest=min(charged, default=None),
        highest=max(charged, default=None),
        findings=check_prices(columns, plan),
    )


def check_prices(columns: Columns, plan: Plan) -> Findings:
    """Find missing_price, price_outlier, cents_dollars_mix and same_name_other_price on items and their variants."""
    items, variants = distinct(columns, "menu_item"), distinct(columns, "item_variant")
    if items is None:
        return {}
    findings = [_missing(items, variants)]
    if "price" in items.columns or (variants is not None and "price" in variants.columns):
        findings += [_outliers(items, variants, plan), _same_names(items, plan)]
    return join_findings(findings)


def _missing(items: pl.DataFrame, variants: pl.DataFrame | None) -> Findings:
    """Find items without a price, unless their strategy or variants explain it, and variants without one."""
    all_items = with_columns(items, _TYPES)
    explained = pl.col("pricing_strategy").is_in(_WITHOUT_PRICE).fill_null(False)
    unexplained = all_items.filter(pl.col("price").is_null() & ~explained)
    findings: Findings = {}
    if variants is not None and "item_id" in variants.columns:
        parents = variants["item_id"].drop_nulls().unique()
        by_id_or_name = pl.col("external_id").is_in(parents.implode()) | pl.col("name").is_in(
            parents.implode()
        )
        unexplained = unexplained.filter(~by_id_or_name)
        if "price" in variants.columns:
            open_items = all_items.filter(explained)["external_id"]
            bare = variants.filter(pl.col("price").is_null() & ~pl.col("item_id").is_in(open_items.implode()))
            findings["item_variant"] = _report_missing(bare, "The variant has no price.")
    if "price" in items.columns or variants is None:
        findings["menu_item"] = _report_missing(
            unexplained, "The item has no price, and no variant with one."
        )
    return findings


def _report_missing(rows: pl.DataFrame, detail: str) -> pl.DataFrame:
    rows = with_columns(rows, {"name": pl.String()})
    return rows.select(ROW, *issue("missing_price", field="price", value=pl.col("name"), detail=detail))


def _outliers(items: pl.DataFrame, variants: pl.DataFrame | None, plan: Plan) -> Findings:
    scored = _scored(_priced(items, variants))
    far = (pl.col("ratio") >= MIX_RATIO) | (pl.col("ratio") <= 1 / MIX_RATIO)
    off = pl.when(pl.col("ratio") > 1).then(pl.col("ratio") / 100).otherwise(pl.col("ratio") * 100)
    mixed = far & off.is_between(1 / MAX_CORRECTED_RATIO, MAX_CORRECTED_RATIO)
    stands_out = (pl.col("score") > MIN_SCORE) & (
        (pl.col("ratio") > MIN_RATIO) | (pl.col("ratio") < 1 / MIN_RATIO)
    )
    suspects = scored.filter(mixed | stands_out).with_columns(mixed.alias("mixed"))
    issues: dict[str, list[pl.DataFrame]] = {}
    for row in suspects.iter_rows(named=True):
        code = "cents_dollars_mix" if row["mixed"] else "price_outlier"
        detail = _mix_detail(row, plan.currency) if row["mixed"] else _outlier_detail(row, plan.currency)
        row_frame = pl.DataFrame(
            {ROW: [row[ROW]], "price": [row["price"]]}, schema={ROW: pl.Int64, "price": MONEY}
        )
        issues.setdefault(row["entity"], []).append(
            row_frame.select(
                ROW,
                *issue(
                    code, field="price", value=pl.lit(str(row["name"])), detail=detail, money=pl.col("price")
                ),
            )
        )
    return {entity: pl.concat(parts) for entity, parts in issues.items()}


def _priced(items: pl.DataFrame, variants: pl.DataFrame | None) -> pl.DataFrame:
    """Select entity, ROW, name, category and price of everything with a price above zero."""
    all_items = with_columns(items, _TYPES)
    parts = [all_items.select(pl.lit("menu_item").alias("entity"), ROW, "name", "category_id", "price")]
    if variants is not None and "price" in variants.columns:
        of_item = all_items.select(pl.col("external_id").alias("item_id"), "category_id")
        sized = with_columns(
            variants.drop("category_id", strict=False), {"item_id": pl.String(), "name": pl.String()}
        )
        sized = sized.join(of_item, on="item_id", how="left", maintain_order="left")
        parts.append(
            sized.select(pl.lit("item_variant").alias("entity"), ROW, "name", "category_id", "price")
        )
    return pl.concat(parts).filter(pl.col("price") > 0)


def _scored(prices: pl.DataFrame) -> pl.DataFrame:
    """Add the typical price that each is compared with, its ratio to that, and the robust score."""
    log = pl.col("price").cast(pl.Float64).log()
    prices = prices.with_columns(log.alias("log"), pl.len().over("category_id").alias("peers"))
    grouped = (pl.col("peers") >= MIN_PRICES) & pl.col("category_id").is_not_null()
    prices = prices.with_columns(pl.when(grouped).then(pl.col("category_id")).alias("held_against"))
    alone = pl.col("held_against").is_null()
    prices = prices.with_columns(
        _within_or(alone, "log").alias("middle"),
        _within_or(alone, "price").alias("median"),
        pl.when(alone).then(len(prices)).otherwise(pl.col("peers")).alias("peers"),
    )
    distance = (pl.col("log") - pl.col("middle")).abs()
    prices = prices.with_columns(distance.alias("distance"))
    spread = pl.max_horizontal(_within_or(alone, "distance"), pl.lit(MIN_MAD))
    enough = len(prices) >= MIN_PRICES
    return prices.with_columns(
        (pl.lit(0.6745 if enough else 0.0) * pl.col("distance") / spread).alias("score"),
        (pl.col("log") - pl.col("middle")).exp().alias("ratio"),
    )


def _within_or(alone: pl.Expr, column: str) -> pl.Expr:
    """Take the median of a column over the prices compared with: those of the category, or of the whole menu."""
    return (
        pl.when(alone).then(pl.col(column).median()).otherwise(pl.col(column).median().over("held_against"))
    )


def _against(row: dict[str, object], currency: str) -> str:
    typical = Decimal(str(row["median"]))
    where = f"in category {row['held_against']!r}" if row["held_against"] else "on the menu"
    return f"the median {where} is {show(typical, currency)} ({row['peers']} prices)"


def _outlier_detail(row: dict[str, object], currency: str) -> str:
    price = Decimal(str(row["price"]))
    return f"{show(price, currency)}, while {_against(row, currency)}; robust score {row['score']:.1f}, limit {MIN_SCORE:.0f}."


def _mix_detail(row: dict[str, object], currency: str) -> str:
    price = Decimal(str(row["price"]))
    corrected = price / 100 if Decimal(str(row["ratio"])) > 1 else price * 100
    usual = ", with an ending that menus use" if int(round_to_cents(corrected) * 100) % 100 in ENDINGS else ""
    return (
        f"{show(price, currency)}, while {_against(row, currency)}; "
        f"{'a hundredth' if corrected < price else 'a hundredfold'} of it would be {show(corrected, currency)}{usual}."
    )


def _same_names(items: pl.DataFrame, plan: Plan) -> Findings:
    """Find items of one name in one category with different prices; the first of them is not reported."""
    if not {"name", "price"} <= set(items.columns):
        return {}
    priced_items = with_columns(items, _TYPES).filter(
        pl.col("price").is_not_null() & pl.col("name").is_not_null()
    )
    keyed = priced_items.with_columns(pl.col("name").str.strip_chars().str.to_lowercase().alias("key"))
    group = ["key", "category_id"]
    differing = keyed.with_columns(
        pl.col("price").first().over(group).alias("first_price"),
        pl.col(ROW).first().over(group).alias("first_row"),
    ).filter(pl.col("price") != pl.col("first_price"))
    if differing.is_empty():
        return {}
    details = [
        f"{name!r} costs {show(price, plan.currency)} here and {show(first, plan.currency)} in row {row}."
        for name, price, first, row in differing.select(
            "name", "price", "first_price", "first_row"
        ).iter_rows()
    ]
    differing = differing.with_columns(pl.Series("detail", details))
    issues = issue(
        "same_name_other_price",
        field="price",
        value=pl.col("name"),
        detail=pl.col("detail"),
        money=pl.col("price"),
    )
    return {"menu_item": differing.select(ROW, *issues)}
