"""Compare the fees of each pupil with the receipts, by currency.

A ledger has what was paid beside each charge, or a row for each receipt with no charge in it; either is added up.
"""

from __future__ import annotations

import polars as pl

from core.engine.batch import MONEY, ROW
from core.engine.entity_columns import Columns
from core.engine.issues import issue
from core.engine.plan import Plan
from core.engine.validation.columns import ZERO, Findings, with_columns
from core.kit.money import show

NEEDED: dict[str, tuple[str, ...]] = {
    "fee": ("external_id", "student_id", "amount", "amount_paid", "currency", "status")
}
_KINDS = {
    "student_id": pl.String(),
    "amount": MONEY,
    "amount_paid": MONEY,
    "currency": pl.String(),
    "status": pl.String(),
}
_SETTLED = r"(?i)^\s*(?:fully\s+)?(?:paid(?:\s+(?:up|in full))?|settled|cleared|closed)\s*$"
_OF_PUPIL = ["student_id", "_currency"]


def check_fees(columns: Columns, plan: Plan) -> Findings:
    """Find fee_not_covered and fee_overpaid; nothing where the import does not tell both charges and receipts."""
    frame = columns.get("fee")
    if frame is None or not {"student_id", "amount", "amount_paid"} <= set(frame.columns):
        return {}
    fees = with_columns(frame, _KINDS).with_columns(
        pl.col("currency").fill_null(plan.currency).str.strip_chars().str.to_uppercase().alias("_currency"),
        pl.col("status").str.contains(_SETTLED).fill_null(value=False).alias("_settled"),
    )
    fees = fees.filter(pl.col("student_id").is_not_null())
    if fees.select((pl.col("amount").is_not_null() & pl.col("amount_paid").is_not_null()).any()).item():
        fees = fees.filter(
            pl.col("amount").is_not_null()
        )  # receipts stand beside charges: such a row lacks its charge
    issues = pl.concat([_uncovered_rows(fees), _uncovered_pupils(fees), _overpaid(fees)])
    return {"fee": issues} if len(issues) else {}


def _uncovered_rows(fees: pl.DataFrame) -> pl.DataFrame:
    """Report charges that are marked as paid, and beside which less is paid."""
    rows = fees.filter(pl.col("_settled") & (pl.col("amount_paid") < pl.col("amount")))
    return _reported(rows, "fee_not_covered", "status", "Marked as paid: {} was charged, {} is paid.")


def _uncovered_pupils(fees: pl.DataFrame) -> pl.DataFrame:
    """Report pupils whose charges are marked as paid, and whose receipts, rows of their own, come to less."""
    alone = fees.filter(pl.col("_settled") & pl.col("amount").is_not_null() & pl.col("amount_paid").is_null())
    receipts = fees.filter(pl.col("amount").is_null()).group_by(_OF_PUPIL).agg(_sum("amount_paid"))
    sums = (
        alone.sort(ROW)
        .group_by(_OF_PUPIL, maintain_order=True)
        .agg(pl.first(ROW), pl.first("external_id"), _sum("amount"))
        .join(receipts, on=_OF_PUPIL, how="inner", maintain_order="left")
    )
    rows = sums.filter(pl.col("amount_paid") < pl.col("amount"))
    return _reported(
        rows, "fee_not_covered", "status", "Marked as paid: {} was charged, receipts come to {}."
    )


def _overpaid(fees: pl.DataFrame) -> pl.DataFrame:
    """Report pupils whose receipts exceed all that was charged, at the row where most is paid beyond its charge."""
    beyond = (pl.col("amount_paid").fill_null(ZERO) - pl.col("amount").fill_null(ZERO)).alias("_beyond")
    sums = (
        fees.with_columns(beyond)
        .sort("_beyond", ROW, descending=[True, False])
        .group_by(_OF_PUPIL, maintain_order=True)
        .agg(pl.first(ROW), pl.first("external_id"), _sum("amount"), _sum("amount_paid"))
    )
    rows = sums.filter((pl.col("amount") > 0) & (pl.col("amount_paid") > pl.col("amount"))).sort(ROW)
    return _reported(rows, "fee_overpaid", "amount_paid", "{} was charged in all, receipts come to {}.")


def _sum(name: str) -> pl.Expr:
    return pl.col(name).sum().cast(MONEY)


def _reported(rows: pl.DataFrame, code: str, field: str, sentence: str) -> pl.DataFrame:
    """Make issues of rows with `amount` and `amount_paid`; the money is what is owed, below zero what is paid too much."""
    charged, paid, currency = rows["amount"], rows["amount_paid"], rows["_currency"]
    details = [
        sentence.format(show(amount, coin), show(receipt, coin))
        for amount, receipt, coin in zip(charged, paid, currency, strict=True)
    ]
    detail = pl.Series("detail", details, dtype=pl.String)
    columns = issue(
        code,
        field=field,
        value=pl.col("external_id"),
        detail=pl.col("_detail"),
        money=pl.col("amount") - pl.col("amount_paid"),
    )
    return rows.with_columns(detail.alias("_detail")).select(ROW, *columns)
