"""Hold what the writing of a chunk needs to know: the session, the plan, and the ids that each record is written with."""

from __future__ import annotations

from dataclasses import dataclass

from core.context import Context
from core.db.target import target_table
from core.engine.plan import EntityPlan
from core.engine.runs.loading.run_plan import RunPlan


@dataclass(frozen=True, slots=True)
class WriteContext:
    """What the statements that write a chunk need."""

    context: Context
    run_plan: RunPlan
    entity_plan: EntityPlan
    stream_id: str
    expect_new: bool = False  # the chunk before had only new records: insert without a look-up first

    @property
    def entity(self) -> str:
        return self.entity_plan.entity

    @property
    def run_id(self) -> str:
        return self.run_plan.run_id

    @property
    def table(self) -> str:
        return target_table(self.entity).name

    @property
    def params(self) -> dict[str, object]:
        """Parameters of the statements."""
        return {
            "tenant": self.context.tenant.id,
            "source": self.run_plan.plan.source,
            "migration": self.run_plan.migration_id,
            "run": self.run_id,
            "stream": self.stream_id,
            "entity": self.entity,
            "now": self.context.now,
        }


def duplicate_suffix(run_id: str) -> str:
    """Build what is added to the id of a record that the run writes beside an existing one: the beginning of the run's id."""
    return f"~{run_id[:13]}"
