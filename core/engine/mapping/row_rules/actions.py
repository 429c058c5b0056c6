"""Takes what a person says about rows that may be no records: skip them, or import them"""

from __future__ import annotations

from core.context import Context
from core.engine.mapping.row_rules.views import SETTING
from core.engine.sources import views as sources
from core.platform.access.actions import action
from core.platform.audit.actions import record


@action("mapping.edit")
def decide_row_rule(context: Context, migration_id: str, key: str, *, skips: bool) -> None:
    """Say whether the rows of a rule are skipped or imported; the customer's next file of the kind follows it.

    Only rows of sums that are imported are no example for the next file: its totals are skipped again.
    """
    migration = sources.migration(context, migration_id)
    migration.settings = {
        **migration.settings,
        SETTING: {**migration.settings.get(SETTING, {}), key: skips},
    }
    record(context, "mapping.row_rule", "migration", migration_id, rule=key, skips=skips)


@action("mapping.edit")
def forget_row_rule(context: Context, migration_id: str, key: str) -> None:
    """Take back what a person said about the rows of a rule, so that the proposal holds again."""
    migration = sources.migration(context, migration_id)
    decisions = {name: skips for name, skips in migration.settings.get(SETTING, {}).items() if name != key}
    migration.settings = {**migration.settings, SETTING: decisions}
    record(context, "mapping.row_rule", "migration", migration_id, rule=key, skips=None)
