"""Compare the totals that a file states itself, rows that are no records, with the sums of the rows that were imported.

Each total is compared with the rows since the last total, since the last row of sums, or since the beginning: with those
that it is the sum of in the file; else with those since the last total.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from decimal import Decimal
from typing import Any

import polars as pl
from sqlalchemy import select, update

from core.context import Context
from core.engine import transforms
from core.engine.batch import MARK, ROW
from core.engine.plan import EntityPlan, FieldPlan, Plan
from core.engine.runs.loading.run_plan import RunPlan
from core.engine.runs.lookup import get_run
from core.engine.runs.rules import Fate
from core.engine.runs.tables import RowFate, Run
from core.engine.sources import store
from core.engine.sources import views as sources
from core.engine.sources.non_data.facts import RowFacts
from core.engine.sources.non_data.marks import Mark
from core.engine.sources.tables import SourceStream
from core.schema import target_schema, target_title

KEY = "file_totals"
"""Where the run's totals hold them."""
_SUMS = frozenset({Mark.TOTAL.value, Mark.SUBTOTAL.value})
_LINEAR = frozenset({"money", "number", "scale", "divide", "multiply", "cents_to_decimal", "negate"})
"""Transforms under which the sum of the values is the value of the sum."""
_IN_TARGET = (Fate.MIGRATED.value, Fate.MERGED.value)
_MOST = 200
"""Totals that are noted of a run."""


@dataclass(frozen=True, slots=True)
class FileTotal:
    """A total that a row of a table states for a field, and the sum of the rows it is about.

    imported  what of them was imported
    held      what of them was not
    """

    table: str
    row: int
    target: str
    stated: Decimal
    imported: Decimal
    held: Decimal

    @property
    def label(self) -> str:
        return target_title(self.target)

    @property
    def unexplained(self) -> Decimal:
        return self.stated - self.imported - self.held


def note_file_totals(context: Context, run_plan: RunPlan) -> None:
    """Note the totals of the run's files in its totals, in the open transaction."""
    documents = [
        {name: str(value) if isinstance(value, Decimal) else value for name, value in asdict(total).items()}
        for total in _file_totals(context, run_plan)
    ]
    run = get_run(context, run_plan.run_id)
    totals = {name: value for name, value in run.totals.items() if name != KEY}
    if documents:
        totals[KEY] = documents[:_MOST]
    if totals != run.totals:
        context.session.execute(update(Run).where(Run.id == run.id).values(totals=totals))


def noted_file_totals(totals: Mapping[str, Any]) -> list[FileTotal]:
    """Read the totals noted of a run."""
    amounts = ("stated", "imported", "held")
    return [
        FileTotal(**{**document, **{name: Decimal(document[name]) for name in amounts}})
        for document in totals.get(KEY, ())
    ]


def _file_totals(context: Context, run_plan: RunPlan) -> Iterator[FileTotal]:
    for stream in sources.streams(context, run_plan.migration_id):
        if not _SUMS & RowFacts.read(stream.facts).marks.keys():
            continue
        for entity_plan in run_plan.plan.entities:
            fields = [field for field in entity_plan.fields if _is_summed(entity_plan, field)]
            if entity_plan.stream == stream.name and entity_plan.primary and fields:
                rows = _typed_rows(context, stream, fields, entity_plan, run_plan.plan)
                imported = _imported_rows(context, run_plan.run_id, entity_plan.entity, stream.id)
                yield from totals_of_table(
                    stream.name, [(f"{entity_plan.entity}.{field.target}", field.target) for field in fields],
                    rows.with_columns(_is_in(rows[ROW], imported).alias("_imported")), _skipped_sums(entity_plan),
                )  # fmt: skip


def _is_summed(entity_plan: EntityPlan, field: FieldPlan) -> bool:
    """Whether the field is money read from one column, so that a total of the column is one of the field."""
    is_money = target_schema().field(f"{entity_plan.entity}.{field.target}").kind == "money"
    calls = {call.name for call in transforms.parse(field.transform)}
    return is_money and len(field.sources) == 1 and calls <= _LINEAR


def _skipped_sums(entity_plan: EntityPlan) -> frozenset[str]:
    """Return the marks of rows of sums that the plan skips; a person may have said that others are records."""
    return _SUMS & {
        value for rule in entity_plan.rules if rule.column == MARK and not rule.holds for value in rule.values
    }


def _typed_rows(
    context: Context, stream: SourceStream, fields: Sequence[FieldPlan], entity_plan: EntityPlan, plan: Plan
) -> pl.DataFrame:
    """Read ROW, MARK and the fields of all rows of the stream, in their order."""
    columns = dict.fromkeys(source for field in fields for source in field.sources)
    names = [ROW, *(name for name in columns if name in stream.columns), MARK]
    frames = [
        store.read_chunk(context, head.stream_id, head.chunk_no, names)
        for head in store.list_chunks(context, stream.id)
    ]
    rows = pl.concat(frames, how="diagonal").sort(ROW)
    missing = [name for name in (*columns, MARK) if name not in rows.columns]
    rows = rows.with_columns(pl.lit(None, dtype=pl.String).alias(name) for name in missing)
    return rows.select(
        ROW,
        MARK,
        *(
            transforms.compile_chain(
                transforms.parse(field.transform),
                [pl.col(field.sources[0])],
                target_schema().field(f"{entity_plan.entity}.{field.target}"),
                plan,
            ).alias(field.target)
            for field in fields
        ),
    )


def _imported_rows(context: Context, run_id: str, entity: str, stream_id: str) -> pl.DataFrame:
    """Read the ranges of rows of the stream that are in the target: first and last."""
    query = select(RowFate.starts, RowFate.ends).where(
        RowFate.run_id == run_id,
        RowFate.entity == entity,
        RowFate.stream_id == stream_id,
        RowFate.fate.in_(_IN_TARGET),
    )
    ranges: defaultdict[str, list[int]] = defaultdict(list)
    for starts, ends in context.session.execute(query):
        ranges["first"] += starts
        ranges["last"] += ends
    schema = {"first": pl.Int64, "last": pl.Int64}
    return pl.DataFrame({name: ranges[name] for name in schema}, schema=schema).sort("first")


def _is_in(rows: pl.Series, ranges: pl.DataFrame) -> pl.Series:
    """Tell of sorted row numbers which lie in one of the sorted ranges."""
    joined = rows.to_frame().join_asof(
        ranges.set_sorted("first"), left_on=rows.name, right_on="first", strategy="backward"
    )
    return (joined[rows.name] <= joined["last"]).fill_null(value=False)


def totals_of_table(
    table: str, fields: Sequence[tuple[str, str]], rows: pl.DataFrame, skipped: frozenset[str]
) -> Iterator[FileTotal]:
    """Yield the totals of a table. `fields`: target and column; `rows`: ROW, MARK, the columns, `_imported`, in order.

    Rows whose mark is in `skipped` are totals, all other rows without a mark, or imported, are what they add up.
    """
    is_sum = rows[MARK].is_in(list(skipped))
    is_data = rows[MARK].is_null() | rows["_imported"]
    places = is_sum.arg_true().to_list()[:_MOST]
    marks = rows[MARK]
    for target, column in fields:
        amounts = rows[column].fill_null(0)
        in_file = _sums_before(amounts, is_data)
        in_target = _sums_before(amounts, rows["_imported"])
        for number, place in enumerate(places):
            stated = rows[column][place]
            if stated is None:
                continue
            totals = [earlier for earlier in places[:number] if marks[earlier] == Mark.TOTAL]
            starts = [totals[-1] + 1 if totals else 0, places[number - 1] + 1 if number else 0, 0]
            fitting = [start for start in starts if in_file[place] - in_file[start] == stated]
            start = (fitting or starts)[0]
            imported = in_target[place] - in_target[start]
            held = in_file[place] - in_file[start] - imported
            yield FileTotal(table, rows[ROW][place], target, stated, imported, held)


def _sums_before(amounts: pl.Series, counts: pl.Series) -> list[Decimal]:
    """Return for each row the sum of the amounts before it that count."""
    sums = amounts.to_frame().select(pl.when(counts).then(pl.col(amounts.name)).otherwise(0).cum_sum())
    return [Decimal(0), *sums.to_series().to_list()]
