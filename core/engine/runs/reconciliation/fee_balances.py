"""Reconcile the fees of pupils to the cent: what was charged less what was paid, in the files and in the target.

Each record of the files is looked up in the target; by pupil and currency the balances are compared. Amounts of several
currencies are never added up.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, replace
from decimal import Decimal
from typing import Any

import polars as pl
from sqlalchemy import select, update

from core.context import Context
from core.db.personal import PersonalValues
from core.db.target import target_table
from core.engine.batch import MONEY, ROW
from core.engine.plan import KEEPING, EntityPlan
from core.engine.runs.loading.references import look_up
from core.engine.runs.loading.run_plan import RunPlan
from core.engine.runs.loading.write_context import duplicate_suffix
from core.engine.runs.lookup import get_run
from core.engine.runs.reconciliation.source_totals import held_rows, typed_rows
from core.engine.runs.tables import Run
from core.engine.validation.tables import IssueRecord
from core.kit.money import show

KEY = "fee_balances"
"""Where the run's totals hold them."""

_AMOUNTS = ("charged", "paid", "imported_charged", "imported_paid", "held", "existing")
_FEE = {
    "external_id": pl.String(),
    "pupil": pl.String(),
    "currency": pl.String(),
    "amount": MONEY,
    "amount_paid": MONEY,
}
_FIELDS = ("student_id", "currency", "amount", "amount_paid")
_ZERO = Decimal(0)


@dataclass(frozen=True, slots=True)
class FeeSum:
    """The fees of one currency: balance = imported balance + held + existing + unexplained.

    charged, paid  what the files say, of every row that could be read; with `imported_` what the target has of these
    held           the balance of rows held for correction
    existing       by how much more is owed in the files than in records that were left as they were, as chosen on Rules
    pupils         with fees in the files; `differing` those whose balance is not explained
    """

    currency: str
    charged: Decimal
    paid: Decimal
    imported_charged: Decimal
    imported_paid: Decimal
    held: Decimal
    existing: Decimal
    pupils: int
    differing: int

    @property
    def balance(self) -> Decimal:
        return self.charged - self.paid

    @property
    def imported(self) -> Decimal:
        return self.imported_charged - self.imported_paid

    @property
    def unexplained(self) -> Decimal:
        return self.balance - self.imported - self.held - self.existing

    @property
    def is_open(self) -> bool:
        return bool(self.differing or self.unexplained)

    @property
    def words(self) -> str:
        """'Fees in USD: 640 pupils owe $84,378.05 in the files, $84,000.00 in AuraConnect; $378.05 held for correction.'"""
        balances = f"{self._show(self.balance)} in the files, {self._show(self.imported)} in AuraConnect"
        parts = [f"Fees in {self.currency}: {self.pupils:,} pupils owe {balances}"]
        parts += [f"{self._show(self.held)} held for correction"] if self.held else []
        parts += [f"{self._show(self.existing)} in records that were kept"] if self.existing else []
        parts += [f"{self.differing:,} pupils differ"] if self.differing else []
        return "; ".join(parts) + "."

    def _show(self, amount: Decimal) -> str:
        return show(amount, self.currency)


def noted_fee_balances(totals: Mapping[str, Any]) -> list[FeeSum]:
    """Read the balances noted of a run, a sum for each currency."""
    return [
        FeeSum(**{**document, **{name: Decimal(document[name]) for name in _AMOUNTS}})
        for document in totals.get(KEY, ())
    ]


def note_fee_balances(context: Context, run_plan: RunPlan) -> bool:
    """Note the balances of the run's fees in its totals, in the open transaction; return whether one is not explained."""
    sums = list(_sums(context, run_plan)) if any(run_plan.plan.of("fee")) else []
    documents = [
        {name: str(value) if isinstance(value, Decimal) else value for name, value in asdict(part).items()}
        for part in sums
    ]
    run = get_run(context, run_plan.run_id)
    totals = {name: value for name, value in run.totals.items() if name != KEY}
    if documents:
        totals[KEY] = documents
    if totals != run.totals:
        context.session.execute(update(Run).where(Run.id == run.id).values(totals=totals))
    return any(part.is_open for part in sums)


def compare_fees(file: pl.DataFrame, target: pl.DataFrame, *, keeps_existing: bool) -> Iterator[FeeSum]:
    """Compare fees of the files with those of the target that have their ids, by currency. Pure.

    Both frames have external_id, pupil, currency, amount and amount_paid; that of the files `held` as well, whether the
    row stayed out. A fee of another pupil, or in another currency, is not the one of the files.
    """
    owed = pl.col("amount").fill_null(_ZERO) - pl.col("amount_paid").fill_null(_ZERO)
    target = target.rename(
        {"amount": "_amount", "amount_paid": "_paid", "pupil": "_pupil", "currency": "_coin"}
    )
    fees = file.join(target, on="external_id", how="left", maintain_order="left").with_columns(
        owed.alias("_owed")
    )
    is_same = pl.col("_pupil").eq_missing(pl.col("pupil")) & (pl.col("_coin") == pl.col("currency"))
    counts = ~pl.col("held") & is_same.fill_null(value=False)
    zero = pl.lit(_ZERO).cast(MONEY)
    fees = fees.with_columns(
        pl.when(counts).then(pl.col("_amount").fill_null(_ZERO)).otherwise(zero).alias("_amount"),
        pl.when(counts).then(pl.col("_paid").fill_null(_ZERO)).otherwise(zero).alias("_paid"),
        counts.alias("_counts"),
    )
    off = (pl.col("_owed") - (pl.col("_amount") - pl.col("_paid"))).alias("_off")
    fees = fees.with_columns(off)
    is_kept = pl.col("_counts") if keeps_existing else pl.lit(value=False)
    fees = fees.with_columns(
        pl.when("held").then("_owed").otherwise(zero).alias("_held"),
        pl.when(is_kept).then("_off").otherwise(zero).alias("_existing"),
    )
    unexplained = (pl.col("_off") - pl.col("_held") - pl.col("_existing")).sum().alias("_open")
    by_pupil = fees.group_by("currency", "pupil").agg(
        unexplained, pl.sum("amount", "amount_paid", "_amount", "_paid", "_held", "_existing")
    )
    for (currency,), part in by_pupil.sort("currency").group_by("currency", maintain_order=True):
        charged, paid, in_charged, in_paid, held, existing = (
            _sum(part[name]) for name in ("amount", "amount_paid", "_amount", "_paid", "_held", "_existing")
        )
        pupils, differing = part["pupil"].drop_nulls().n_unique(), part.filter(pl.col("_open") != 0).height
        yield FeeSum(str(currency), charged, paid, in_charged, in_paid, held, existing, pupils, differing)


def _sum(amounts: pl.Series) -> Decimal:
    return Decimal(amounts.sum() or 0)


def _sums(context: Context, run_plan: RunPlan) -> Iterator[FeeSum]:
    file = _file_fees(context, run_plan)
    if file.is_empty():
        return
    keeps = any(part.conflict in KEEPING for part in run_plan.plan.of("fee"))
    yield from compare_fees(file, _target_fees(context, run_plan), keeps_existing=keeps)


def _cut(plan: EntityPlan) -> EntityPlan | None:
    """Reduce the plan of fees to what a balance is made of; None for other entities."""
    if plan.entity != "fee" or not (plan.field("amount") or plan.field("amount_paid")):
        return None
    if plan.field("external_id") is None:
        return plan
    wanted = {"external_id", *_FIELDS}
    return replace(plan, fields=tuple(field for field in plan.fields if field.target in wanted))


def _file_fees(context: Context, run_plan: RunPlan) -> pl.DataFrame:
    """Read the fees of the files under their stored ids, each once, our ids of their pupils, and whether they are held."""
    stayed_out, unread = held_rows(context, run_plan.run_id), _unread_rows(context, run_plan.validation_id)
    parts = [pl.DataFrame(schema={**_FEE, "held": pl.Boolean()})]
    for stream_id, plan, frame in typed_rows(context, run_plan, _cut):
        kinds = {"student_id": pl.String(), **{name: _FEE[name] for name in _FIELDS[1:]}}
        lacking = [
            pl.lit(None, dtype=kind).alias(name) for name, kind in kinds.items() if name not in frame.columns
        ]
        held = stayed_out.get((plan.entity, stream_id), pl.DataFrame(schema={ROW: pl.Int64()}))
        rows = frame.with_columns(*lacking, pl.col(ROW).is_in(held[ROW].implode()).alias("held"))
        rows = rows.filter(~pl.col(ROW).is_in(unread.get(stream_id, [])))
        parts.append(rows.select("external_id", pl.col("student_id").alias("pupil"), *_FIELDS[1:], "held"))
    fees = pl.concat(parts).unique(["external_id", *_FIELDS[1:], "pupil", "held"], maintain_order=True)
    references = fees["pupil"].drop_nulls().unique().to_list()
    ours = look_up(context, run_plan.plan.source, "student", references) if references else {}
    stored = PersonalValues.of(context.session, "fee").id_index(fees["external_id"])
    currency = pl.col("currency").fill_null(run_plan.plan.currency)
    return fees.with_columns(
        stored.alias("external_id"),
        currency,
        pl.col("pupil").replace_strict(ours or {"": None}, default=None, return_dtype=pl.String),
    )


def _unread_rows(context: Context, validation_id: str) -> dict[str, list[int]]:
    """List by stream the rows with an amount that could not be read: nobody knows what is owed there."""
    query = select(IssueRecord.stream_id, IssueRecord.row).where(
        IssueRecord.validation_id == validation_id,
        IssueRecord.code == "bad_money",
        IssueRecord.entity == "fee",
    )
    rows: dict[str, list[int]] = {}
    for stream_id, row in context.session.execute(query):
        rows.setdefault(stream_id, []).append(row)
    return rows


def _target_fees(context: Context, run_plan: RunPlan) -> pl.DataFrame:
    """Read the target's fees of the source; of several beside each other, that of this run."""
    table = target_table("fee")
    query = (
        select(table.c.external_id, table.c.student_id, table.c.currency, table.c.amount, table.c.amount_paid)
        .where(table.c.tenant_id == context.tenant.id, table.c.source_name == run_plan.plan.source)
        .order_by((table.c.run_id == run_plan.run_id).desc())
    )
    rows = [
        (row[0].removesuffix(duplicate_suffix(run_plan.run_id)), str(row[1]), *row[2:])
        for row in context.session.execute(query)
    ]
    fees = pl.DataFrame(rows, schema=_FEE, orient="row").unique(
        "external_id", keep="first", maintain_order=True
    )
    return fees.with_columns(pl.col("currency").fill_null(run_plan.plan.currency))
