"""Carries a file down the whole road inside the test's own process, step by step as the queue would."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest

from adapters import SOURCES
from core.context import Context
from core.engine.mapping.actions import accept_above, decide_many, set_conflict, suggest_mapping
from core.engine.mapping.actions.decide import Decision
from core.engine.mapping.views import current_plan, field_rows
from core.engine.plan import Conflict
from core.engine.runs import actions, rollback, views
from core.engine.runs.views import RunView
from core.engine.runs.worker import steps
from core.engine.sources.actions import add_file, create_migration
from core.engine.validation.actions import validate

MENU = (
    "Item ID,Item Name,Category,Price,SKU\n"
    "i1,Margherita,Pizza,14.50,P-1\n"
    "i2,Diavola,Pizza,16.00,P-2\n"
    "i3,House Red,Wine,9.25,W-1\n"
)


def review_all(context: Context, migration: str) -> None:
    """Accepts every suggestion and excludes the columns without one, so that no field waits for a person."""
    accept_above(context, migration, 0.0)
    open_ = [
        Decision(field.id, field.version, None, status="ignored")
        for field in field_rows(context, migration, undecided=True)
    ]
    if open_:
        decide_many(context, open_)


@dataclass(frozen=True)
class Road:
    """A context's ways to prepare, carry out and take back runs."""

    context: Context
    folder: Path

    def migration(
        self,
        text: str | Path,
        *,
        conflict: Conflict | None = None,
        name: str = "menu.csv",
        more: Sequence[tuple[str, str]] = (),
        reviewed: bool = True,
    ) -> str:
        """`more` are further files: name and text. Not `reviewed`, columns without a suggestion stay undecided."""
        path = text if isinstance(text, Path) else self._written(name, text)
        made = create_migration(self.context, path.name).id
        for each in [path, *(self._written(*file) for file in more)]:
            add_file(self.context, made, each, SOURCES)
        suggest_mapping(self.context, made, SOURCES)
        if reviewed:
            review_all(self.context, made)
        else:
            accept_above(self.context, made, 0.0)
        if conflict:
            for entity in {plan.entity for plan in current_plan(self.context, made).entities}:
                set_conflict(self.context, made, entity, conflict)
        validate(self.context, made)
        return made

    def _written(self, name: str, text: str) -> Path:
        path = self.folder / name
        path.write_text(text, encoding="utf-8")
        return path

    def carry(self, migration: str, kind: str = "import") -> RunView:
        run = actions.start(self.context, migration, kind).id
        tenant, person = self.context.tenant.id, self.context.person
        if kind == "dry_run":
            steps.dry_run(tenant, person, run, lambda: False)
        else:
            steps.load(tenant, person, run, steps.begin(tenant, person, run))
            steps.finish(tenant, person, run)
        return self.look(run)

    def bring(self, text: str | Path, **options: object) -> RunView:
        return self.carry(self.migration(text, **options))

    def take_back(self, run: str, **options: object) -> views.RollbackReport:
        actions.rollback(self.context, run, **options)
        rollback.roll_back(
            self.context.tenant.id,
            self.context.person,
            run,
            options.get("entities"),
            list(options.get("discard_edits_of", ())),
        )
        self.context.session.rollback()
        return views.rollback_report(self.context, run)

    def look(self, run: str) -> RunView:
        self.context.session.rollback()
        return views.run(self.context, run)


@pytest.fixture
def road(alice: Context, tmp_path: Path) -> Road:
    return Road(alice, tmp_path)


@pytest.fixture
def road_of(tmp_path: Path) -> Callable[[Context], Road]:
    return lambda context: Road(context, tmp_path)
