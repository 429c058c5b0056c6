"""Carry out whole imports inside the test's own process, step by step as the queue of the workers would."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from adapters import SOURCES
from core.context import Context
from core.engine.mapping.actions import accept_above, decide_many, set_conflict, suggest_mapping
from core.engine.mapping.actions.decide import Decision, save
from core.engine.mapping.actions.decision_log import Mark
from core.engine.mapping.views import UNDECIDED, current_plan, field_rows
from core.engine.plan import Conflict
from core.engine.runs import actions, rollback, views
from core.engine.runs.views import RunView
from core.engine.runs.worker import steps
from core.engine.sources.actions import add_file, create_migration
from core.engine.validation.actions import validate
from core.kit.ids import new_id

MENU = (
    "Item ID,Item Name,Category,Price,SKU\n"
    "i1,Margherita,Pizza,14.50,P-1\n"
    "i2,Diavola,Pizza,16.00,P-2\n"
    "i3,House Red,Wine,9.25,W-1\n"
)


def review_all(context: Context, migration: str) -> None:
    """Accept every suggestion, also those with a question, and exclude the columns without a suggestion."""
    accept_above(context, migration, 0.0)
    undecided = field_rows(context, migration, UNDECIDED)
    asked = [
        Decision(field.id, field.version, field.target, field.transform, "accepted")
        for field in undecided
        if field.target
    ]
    if asked:
        save(context, asked, Mark(new_id(), rule="confidence above 0"))
    without = [
        Decision(field.id, field.version, None, status="ignored") for field in undecided if not field.target
    ]
    if without:
        decide_many(context, without)


@dataclass(frozen=True)
class Importer:
    """Prepare, run and roll back imports of a context; its files are written to `folder`."""

    context: Context
    folder: Path

    def prepare(
        self,
        text: str | Path,
        *,
        conflict: Conflict | None = None,
        name: str = "menu.csv",
        more: Sequence[tuple[str, str]] = (),
        reviewed: bool = True,
    ) -> str:
        """Create a migration of the files, suggest its mapping, review and validate it; returns its id.

        `more` are further files: name and text. Not `reviewed`, columns without a suggestion stay undecided.
        """
        path = text if isinstance(text, Path) else self._write_file(name, text)
        migration = create_migration(self.context, path.name).id
        for file in [path, *(self._write_file(*file) for file in more)]:
            add_file(self.context, migration, file, SOURCES)
        suggest_mapping(self.context, migration, SOURCES)
        if reviewed:
            review_all(self.context, migration)
        else:
            accept_above(self.context, migration, 0.0)
        if conflict:
            for entity in {plan.entity for plan in current_plan(self.context, migration).entities}:
                set_conflict(self.context, migration, entity, conflict)
        validate(self.context, migration)
        return migration

    def _write_file(self, name: str, text: str) -> Path:
        path = self.folder / name
        path.write_text(text, encoding="utf-8")
        return path

    def run(self, migration: str, kind: str = "import") -> RunView:
        """Carry out an import or a dry run of the migration to its end."""
        run = actions.start(self.context, migration, kind).id
        tenant, person = self.context.tenant.id, self.context.person
        if kind == "dry_run":
            steps.dry_run(tenant, person, run, lambda: False)
        else:
            steps.load(tenant, person, run, steps.begin(tenant, person, run))
            steps.finish(tenant, person, run)
        return self.reload(run)

    def import_file(self, text: str | Path, **options: object) -> RunView:
        """Prepare a migration and import it; the options are those of `prepare`."""
        return self.run(self.prepare(text, **options))

    def roll_back(self, run: str, **options: object) -> views.RollbackReport:
        """Roll the run back to its end; the options are those of the action."""
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

    def reload(self, run: str) -> RunView:
        """Read the run as other transactions left it."""
        self.context.session.rollback()
        return views.run(self.context, run)
