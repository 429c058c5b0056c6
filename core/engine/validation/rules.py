"""Check single rows: ranges, dates, prices, modifier groups, decimals.

CHECKS is their table. Each takes a typed batch and yields candidate issues; `check_rows` evaluates those of the batch's
entity in one selection, and only candidates with rows become issues. Checks of whole files are in prices, duplicates,
references and arithmetic; `check_file` runs them over the columns that NEEDED names.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TypeAlias

import polars as pl

from core.engine.batch import ROW, Batch
from core.engine.entity_columns import Columns
from core.engine.issues import issue
from core.engine.plan import Plan
from core.engine.validation import arithmetic, duplicates, modifier_groups, prices, references, scale, schools
from core.engine.validation.columns import Findings, amount_text, join_findings
from core.engine.validation.hierarchies.cycles import check_cycles
from core.kit.masking import is_personal, mask
from core.kit.money import minor_digits
from core.schema import target_schema

CandidateIssue: TypeAlias = tuple[pl.Expr, list[pl.Expr]]
"""The rows with a fault, as a predicate, and the columns of its issue beside the row number, see `issue`."""

Finder = Callable[[Batch, Plan, datetime], Iterator[CandidateIssue]]


@dataclass(frozen=True, slots=True)
class RowCheck:
    """A check of single rows. `entity` is one of the schema or '*'; `codes` are what it may report."""

    name: str
    entities: tuple[str, ...]
    codes: tuple[str, ...]
    find: Finder

    def fits(self, entity: str) -> bool:
        return self.entities == ("*",) or entity in self.entities


RANGES: dict[str, tuple[int | None, int | None]] = {
    "order_line.quantity": (-100_000, 100_000),
    "order.guest_count": (0, 10_000),
    "menu_item.quantity_on_hand": (-1_000_000, 100_000_000),
    "modifier_group.min_selections": (0, 1_000),
    "modifier_group.max_selections": (0, 100_000),
    "customer.visit_count": (0, None),
    "loyalty_account.lifetime_points": (0, None),
    "loyalty_tier.points_required": (0, None),
    "loyalty_tier.discount_percent": (0, 100),
    "loyalty_accrual.points": (0, None),
    "gift_card.balance": (0, None),
    "tax_rate.rate": (0, 100),
    "discount.percent": (-100, 100),
    "service_charge.percent": (0, 100),
    "term.year": (1900, 2200),
    "assessment_result.max_score": (0, None),
}
"""The lowest and the highest possible value of fields that have one."""

MAX_AMOUNT = 10**11
"""The amount that no single one reaches, in any currency; sums of smaller ones fit the columns of the database."""

EARLIEST = date(1990, 1, 1)
EARLIEST_BIRTH = date(1900, 1, 1)
_BIRTHS = frozenset({"customer.birthday", "student.birth_date"})
_MAY_BE_AHEAD = frozenset(
    {
        "term.starts_on",
        "term.ends_on",
        "enrollment.starts_on",
        "enrollment.ends_on",
        "fee.due_on",
        "student.enrolled_on",
    }
)
_FINER_THAN_A_COIN = frozenset({"cost", "unit_price", "processing_fee"})

_OPEN_PRICED = ("open", "variable", "size", "per_unit")
_FREE_OF = (
    r"\b(?:gluten|dairy|sugar|nut|peanut|fat|caffeine|meat|alcohol|lactose|egg|soy|grain|cruelty)[\s-]*free\b"
)
_COMPED = r"(?:^|[^a-z])(?:comp|comps|comped|complimentary|free|on the house|gratis)(?:[^a-z]|$)"


def check_rows(plan: Plan, batch: Batch, now: datetime) -> Batch:
    """Add the issues of every check that fits the batch's entity. `now` is the moment dates are compared with."""
    candidates = [
        candidate
        for check in CHECKS.values()
        if check.fits(batch.entity)
        for candidate in check.find(batch, plan, now)
    ]
    if not candidates:
        return batch
    hits = batch.frame.select(
        predicate.any().alias(str(index)) for index, (predicate, _) in enumerate(candidates)
    ).row(0)
    issues = [
        batch.frame.filter(predicate).select(ROW, *columns)
        for has_rows, (predicate, columns) in zip(hits, candidates, strict=True)
        if has_rows
    ]
    return batch.with_issues(pl.concat(issues)) if issues else batch


NEEDED: dict[str, tuple[str, ...]] = {
    entity: tuple(dict.fromkeys(name for part in parts for name in part.get(entity, ())))
    for parts in [
        (
            duplicates.NEEDED,
            references.NEEDED,
            prices.NEEDED,
            modifier_groups.NEEDED,
            arithmetic.NEEDED,
            schools.NEEDED,
        )
    ]
    for entity in dict.fromkeys(entity for part in parts for entity in part)
}
"""Per entity the columns that the checks of a whole file want, where they are planned ('_content' is a hash)."""


def check_file(plan: Plan, columns: Columns, existing: Mapping[str, pl.DataFrame]) -> Findings:
    """Find the issues of every check over the whole import. `existing`: external_id and name of records in the target."""
    return join_findings(
        [
            duplicates.check_duplicates(columns, plan),
            references.check_references(columns, target_schema(), existing),
            check_cycles(columns),
            scale.check_scale(columns, plan),
            prices.check_prices(columns, plan),
            modifier_groups.check_groups(columns),
            arithmetic.check_arithmetic(columns, plan),
            schools.check_school(columns, plan, existing),
        ]
    )


# --- ranges and dates -------------------------------------------------------------------------------------------


def _ranges(batch: Batch, plan: Plan, _now: datetime) -> Iterator[CandidateIssue]:
    for key, (lowest, highest) in RANGES.items():
        entity, _, name = key.partition(".")
        if entity != batch.entity or name not in batch.frame.columns:
            continue
        value = pl.col(name)
        below = value < lowest if lowest is not None else pl.lit(False)
        above = value > highest if highest is not None else pl.lit(False)
        bounds = f"at least {lowest}" if highest is None else f"from {lowest} to {highest}"
        yield _where(batch, plan, below | above, "out_of_range", name, f" is not {bounds}.")


def _dates(batch: Batch, plan: Plan, now: datetime) -> Iterator[CandidateIssue]:
    tomorrow = (now + timedelta(days=1)).date()
    for name, kind in batch.frame.schema.items():
        key = f"{batch.entity}.{name}"
        if kind.base_type() not in (pl.Date, pl.Datetime):
            continue
        earliest = EARLIEST_BIRTH if key in _BIRTHS else EARLIEST
        day = pl.col(name).dt.date() if kind.base_type() is pl.Datetime else pl.col(name)
        yield _where(batch, plan, day < earliest, "out_of_range", name, f" is before {earliest}.")
        if key not in _MAY_BE_AHEAD:
            yield _where(batch, plan, day > tomorrow, "out_of_range", name, " is in the future.")


# --- money ------------------------------------------------------------------------------------------------------


def _amounts(batch: Batch, plan: Plan, _now: datetime) -> Iterator[CandidateIssue]:
    fields = target_schema().entity(batch.entity).fields
    for name in batch.frame.columns:
        if name in fields and fields[name].kind == "money":
            end = f" is not an amount below {MAX_AMOUNT:,}."
            yield _where(
                batch, plan, pl.col(name).abs() >= MAX_AMOUNT, "out_of_range", name, end, money=pl.col(name)
            )


def _decimals(batch: Batch, plan: Plan, _now: datetime) -> Iterator[CandidateIssue]:
    decimal_places = minor_digits(plan.currency)
    fields = target_schema().entity(batch.entity).fields
    for name in batch.frame.columns:
        if name in fields and fields[name].kind == "money" and name not in _FINER_THAN_A_COIN:
            finer = pl.col(name) != pl.col(name).round(decimal_places)
            end = f" has more than the {decimal_places} decimal places of {plan.currency}."
            yield _where(batch, plan, finer, "too_many_decimals", name, end, money=pl.col(name))


def _menu_prices(batch: Batch, plan: Plan, _now: datetime) -> Iterator[CandidateIssue]:
    if "price" not in batch.frame.columns:
        return
    price = pl.col("price")
    yield _where(batch, plan, price < 0, "negative_price", "price", " is negative.", money=price)
    if not batch.frame.select((price == 0).any()).item():
        return
    free, found_in = _comped(batch)
    open_priced = pl.lit(False)
    if "pricing_strategy" in batch.frame.columns:
        open_priced = pl.col("pricing_strategy").is_in(_OPEN_PRICED).fill_null(False)
    end = f"; the item is marked as complimentary ({found_in})."
    yield _where(batch, plan, (price == 0) & free, "comped_price", "price", end, money=price)
    unmarked = (price == 0) & ~free & ~open_priced
    yield _where(
        batch, plan, unmarked, "zero_price", "price", "; the item is not marked as free.", money=price
    )


def _comped(batch: Batch) -> tuple[pl.Expr, str]:
    """Tell whether name, tags or id say that the item is given away; 'gluten free' does not."""
    looked_at = [name for name in ("name", "tags", "external_id") if name in batch.frame.columns]
    texts = [pl.col(name).list.join(" ") if name == "tags" else pl.col(name) for name in looked_at]
    words = pl.concat_str(texts, separator=" | ", ignore_nulls=True).str.to_lowercase()
    return words.str.replace_all(_FREE_OF, "").str.contains(_COMPED), ", ".join(looked_at)


def _modifier_prices(batch: Batch, plan: Plan, _now: datetime) -> Iterator[CandidateIssue]:
    if "price_delta" in batch.frame.columns:
        delta = pl.col("price_delta")
        yield _where(
            batch, plan, delta < 0, "negative_modifier", "price_delta", " lowers the price.", money=delta
        )


# --- modifier groups and people ---------------------------------------------------------------------------------


def _modifier_groups(batch: Batch, plan: Plan, _now: datetime) -> Iterator[CandidateIssue]:
    have = set(batch.frame.columns)
    fewest, most, required = pl.col("min_selections"), pl.col("max_selections"), pl.col("is_required")
    if {"min_selections", "max_selections"} <= have:
        over = (fewest > most) & (most > 0)  # some exports write "no limit" as 0
        yield _where(batch, plan, over, "modifier_min_over_max", "min_selections", " is above the maximum.")
    if {"min_selections", "is_required"} <= have:
        no_minimum = required & (fewest == 0)
        yield _where(
            batch,
            plan,
            no_minimum,
            "modifier_required_without_min",
            "min_selections",
            ", although a choice is required.",
        )
        has_minimum = ~required & (fewest > 0)
        yield _where(
            batch,
            plan,
            has_minimum,
            "modifier_optional_with_min",
            "min_selections",
            ", although no choice is required.",
        )


def _emails(batch: Batch, _plan: Plan, _now: datetime) -> Iterator[CandidateIssue]:
    if "email" in batch.frame.columns:
        columns = issue("missing_email", field="email", detail="The guest has no e-mail address.")
        yield pl.col("email").is_null(), columns


def _marks(batch: Batch, plan: Plan, _now: datetime) -> Iterator[CandidateIssue]:
    have = set(batch.frame.columns)
    if "score" in have:
        yield _where(batch, plan, pl.col("score") < 0, "mark_out_of_range", "score", " is below 0.")
    if {"score", "max_score"} <= have:
        above = pl.col("score") > pl.col("max_score")
        end = " is above the highest possible score."
        yield _where(batch, plan, above, "mark_out_of_range", "score", end)


def _where(
    batch: Batch,
    plan: Plan,
    predicate: pl.Expr,
    code: str,
    field: str,
    end: str,
    *,
    money: pl.Expr | None = None,
) -> CandidateIssue:
    """Build an issue where the predicate holds: '<label> <value><end>'. Amounts have a currency; personal values are masked."""
    target = target_schema().entity(batch.entity).fields[field]
    if batch.frame.schema[field].is_decimal() and target.kind == "money":
        value = amount_text(pl.col(field), plan.currency)
    elif batch.frame.schema[field].is_decimal():
        value = pl.col(field).cast(pl.String).str.strip_chars_end("0").str.strip_chars_end(".")
    else:
        value = pl.col(field).cast(pl.String)
    if is_personal(batch.entity, field):
        value = value.map_elements(mask, return_dtype=pl.String)
    detail = pl.lit(f"{target.label} ") + value + pl.lit(end)
    return predicate, issue(code, field=field, value=value, detail=detail, money=money)


_ALL = (
    RowCheck(
        "ranges", tuple(dict.fromkeys(key.partition(".")[0] for key in RANGES)), ("out_of_range",), _ranges
    ),
    RowCheck("dates", ("*",), ("out_of_range",), _dates),
    RowCheck("amounts", ("*",), ("out_of_range",), _amounts),
    RowCheck("decimals", ("*",), ("too_many_decimals",), _decimals),
    RowCheck(
        "menu_prices",
        ("menu_item", "item_variant"),
        ("negative_price", "comped_price", "zero_price"),
        _menu_prices,
    ),
    RowCheck("modifier_prices", ("modifier",), ("negative_modifier",), _modifier_prices),
    RowCheck(
        "modifier_groups",
        ("modifier_group",),
        ("modifier_min_over_max", "modifier_required_without_min", "modifier_optional_with_min"),
        _modifier_groups,
    ),
    RowCheck("emails", ("customer",), ("missing_email",), _emails),
    RowCheck("marks", ("assessment_result",), ("mark_out_of_range",), _marks),
)
CHECKS: dict[str, RowCheck] = {check.name: check for check in _ALL}
