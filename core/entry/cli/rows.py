"""Row rules on the command line: which rows of a migration are not records, and whether they are imported all the same."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Sequence
from typing import Any

from core.context import Context
from core.engine.mapping.row_rules.actions import decide_row_rule, forget_row_rule
from core.engine.mapping.row_rules.rules import Proposal
from core.engine.mapping.row_rules.views import example_rows, row_rules
from core.engine.mapping.views import current_plan
from core.entry.cli.answer import Answer, table
from core.entry.cli.session import resolve_migration, tenant_session
from core.errors import NotFoundError


def show(args: Namespace) -> Answer:
    """List the row rules of a migration; with --skip, --import or --undo after the named rule was decided."""
    with tenant_session(args) as context:
        migration_id = resolve_migration(context, args.migration)
        for keys, skips in ((args.skip, True), (args.import_rows, False)):
            for key in keys:
                _check_key(context, migration_id, key)
                decide_row_rule(context, migration_id, key, skips=skips)
        for key in args.undo:
            _check_key(context, migration_id, key)
            forget_row_rule(context, migration_id, key)
        document = row_rule_documents(context, migration_id, with_rows=True)
    return Answer(document, rules_text(document) or "Every row is a record.")


def row_rule_documents(
    context: Context, migration_id: str, *, with_rows: bool = False
) -> list[dict[str, Any]]:
    """List the rules about rows that are not records; `with_rows`: with the numbers of the first rows of each."""
    return [
        _document(rule)
        | (
            {"first_rows": [row.row for row in example_rows(context, migration_id, rule)]}
            if with_rows
            else {}
        )
        for rule in _rules(context, migration_id)
    ]


def rules_text(document: Sequence[dict[str, Any]]) -> str:
    """Format the rules as a table; '' without any."""
    rows = [(rule["table"], rule["rule"], rule["rows"], rule["outcome"], rule["key"]) for rule in document]
    return table(("table", "rows that are not records", "rows", "outcome", "key"), rows) if rows else ""


def _document(rule: Proposal) -> dict[str, Any]:
    decision = {None: None, True: "skip", False: "import"}[rule.decision]
    return {
        "key": rule.key,
        "table": rule.stream,
        "rule": rule.title,
        "rows": rule.rows,
        "outcome": rule.outcome,
        "decision": decision,
    }


def _rules(context: Context, migration_id: str) -> list[Proposal]:
    return row_rules(context, migration_id, current_plan(context, migration_id))


def _check_key(context: Context, migration_id: str, key: str) -> None:
    keys = [rule.key for rule in _rules(context, migration_id)]
    if key not in keys:
        raise NotFoundError(
            f"This migration has no row rule {key!r}.",
            hint=f"It has {', '.join(keys)}." if keys else "Every row of its files is a record.",
        )
