"""A target to write records to in one open transaction: no file, no queue, no worker."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import polars as pl
import pytest
from sqlalchemy import select, text

from core.context import Context
from core.db.keys import tenant_key
from core.db.target import target_table
from core.engine.batch import MONEY, ROW
from core.engine.plan import Conflict, EntityPlan, FieldPlan, Plan
from core.engine.runs.loading.bisect import write_isolating_failures
from core.engine.runs.loading.run_plan import RunPlan
from core.engine.runs.loading.upsert import fingerprinted, write_rows
from core.engine.runs.loading.write_context import WriteContext
from core.engine.runs.tables import Run
from core.kit.ids import new_id, new_id_bytes
from tests.engine.runs.conftest import add_run

SOURCE = "toast"
KINDS = {"price": MONEY} | dict.fromkeys(("tax_rate_ids", "modifier_group_ids", "tags"), pl.List(pl.String))

Row = Mapping[str, Any]


def frame_of(rows: Sequence[Row], *, first: int = 2) -> pl.DataFrame:
    """Rows as the loading has them before they are linked: ROW, then fields by name, typed."""
    names = list(dict.fromkeys(name for row in rows for name in row))
    columns = {
        name: pl.Series(name, [row.get(name) for row in rows], KINDS.get(name, pl.String), strict=False)
        for name in names
    }
    numbers = pl.Series(ROW, range(first, first + len(rows)), pl.Int64)
    return pl.DataFrame([numbers, *columns.values()])


def with_ids(frame: pl.DataFrame) -> pl.DataFrame:
    return frame.with_columns(pl.Series("id", new_id_bytes(frame.height), pl.Binary))


@dataclass
class Target:
    """The tenant's target tables, and the run that writes to them."""

    context: Context
    run_id: str
    stream_id: str = field(default_factory=new_id)

    def another_run(self) -> Target:
        return Target(self.context, add_run(self.context, state="completed"))

    def write_context(
        self, entity: str, conflict: Conflict, *, expect_new: bool = False, primary: bool = True
    ) -> WriteContext:
        fields = (FieldPlan("external_id", ("Id",)),)
        entity_plan = EntityPlan("table", entity, fields, conflict=conflict, primary=primary)
        run = self.context.session.get_one(Run, (self.context.tenant.id, self.run_id))
        plan = Plan("restaurant", SOURCE, entities=(entity_plan,))
        run_plan = RunPlan(self.run_id, run.migration_id, run.validation_id, plan)
        return WriteContext(self.context, run_plan, entity_plan, self.stream_id, expect_new=expect_new)

    def write(
        self,
        rows: Sequence[Row],
        *,
        entity: str = "menu_item",
        conflict: Conflict = Conflict.OVERWRITE,
        expect_new: bool = False,
        primary: bool = True,
    ) -> list[str]:
        """Write the rows; return the outcome of each."""
        outcome, failures = self.write_each(
            rows, entity=entity, conflict=conflict, expect_new=expect_new, primary=primary
        )
        assert failures == {}
        return list(outcome.values())

    def write_each(
        self,
        rows: Sequence[Row],
        *,
        entity: str = "menu_item",
        conflict: Conflict = Conflict.OVERWRITE,
        expect_new: bool = False,
        primary: bool = True,
    ) -> tuple[dict[int, str], dict[int, str]]:
        """Write the rows; return the outcome of each that was written, and the reason of each that was refused."""
        frame = with_ids(fingerprinted(tenant_key(self.context.session), frame_of(rows)))
        outcome, failed = write_isolating_failures(
            self.write_context(entity, conflict, expect_new=expect_new, primary=primary), frame, write_rows
        )
        return dict(outcome.select(ROW, "outcome").sort(ROW).rows()), dict(
            failed.select(ROW, "reason").rows()
        )

    def records(self, entity: str = "menu_item", *names: str) -> dict[str, tuple[Any, ...]]:
        """The named fields of each record, by its external_id."""
        table = target_table(entity)
        query = select(table.c.external_id, *(table.c[name] for name in names)).order_by(table.c.external_id)
        return {row[0]: tuple(row[1:]) for row in self.context.session.execute(query)}

    def ids(self, entity: str) -> dict[str, str]:
        """Our id of each record, by its external_id."""
        return {external_id: str(row[0]) for external_id, row in self.records(entity, "id").items()}

    def count(self, table: str) -> int:
        """Records of the run in new_records or change."""
        total = "coalesce(sum(cardinality(target_ids)), 0)" if table == "new_records" else "count(*)"
        query = text(f"select {total} from {table} where tenant_id = :tenant and run_id = :run")
        params = {"tenant": self.context.tenant.id, "run": self.run_id}
        return int(self.context.session.scalar(query, params))


@pytest.fixture
def target(alice):
    """Target tables without records; nothing written to them outlives the test."""
    yield Target(alice, add_run(alice, state="running"))
    alice.session.rollback()
