"""Commands that import: files, mapping, validation, and a run that simulates or does the import."""

from __future__ import annotations

import time
from argparse import Namespace
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict
from pathlib import Path
from typing import Any

from adapters import SOURCES
from core.context import Context
from core.engine.mapping.actions import (
    Decision,
    accept_above,
    decide_many,
    set_conflict,
    set_strict,
    suggest_mapping,
)
from core.engine.mapping.match import preload
from core.engine.mapping.tables import MappingField
from core.engine.mapping.views import UNDECIDED, current_plan, field_rows, mapping_fields
from core.engine.plan import Conflict
from core.engine.runs import actions as run_actions
from core.engine.runs import views as run_views
from core.engine.runs.reconciliation.views import reconciliation
from core.engine.runs.views import RunView
from core.engine.sources.actions import add_file, create_migration
from core.engine.validation import views as validations
from core.engine.validation.actions import validate as validate_migration
from core.engine.validation.tables import Validation
from core.entry.cli.answer import Answer, table
from core.entry.cli.domains import DomainChoice
from core.entry.cli.reading import chosen_domain
from core.entry.cli.rows import row_rule_documents, rules_text
from core.entry.cli.session import scratch_session, tenant_session
from core.entry.cli.watching import watch
from core.entry.worker import ensure_worker
from core.errors import AppError, InvalidInputError
from core.kit.money import show
from core.kit.wording import as_words
from core.schema import entity_label, target_schema

MAX_ISSUES = 200


def validate(args: Namespace) -> Answer:
    """Validate the whole data; without --tenant in a scratch tenant, of which nothing is kept."""
    started_at = time.monotonic()
    _check_files(args.files)
    choice = DomainChoice("", "") if args.tenant else chosen_domain(args.files[0], args.domain)
    session = tenant_session(args) if args.tenant else scratch_session(choice.domain)
    try:
        with session as context:
            validation = _up_to_validation(context, args)
            document = _validated(context, validation)
            document["domain"] = context.tenant.domain
    except AppError as error:  # with a wrong domain nothing fits: say which it was
        hint = f"{error.hint} {choice.reason}".strip()
        raise type(error)(error.message, hint=hint, **error.facts) from None
    document["seconds"] = round(time.monotonic() - started_at, 3)
    return Answer(document, "\n\n".join(filter(None, (choice.reason, _validation_text(document)))))


def dry_run(args: Namespace) -> Answer:
    """Show what an import would create, change, leave and hold, per entity; nothing in the tenant's target changes."""
    started_at = time.monotonic()
    _check_files(args.files)
    with tenant_session(args) as context:
        run, validation = _run(context, args, "dry_run")
        document = _of_run(run, started_at)
        document["would"] = run_views.diff_counts(context, run.id)
        document["changes"] = [asdict(row) for row in run_views.diff(context, run.id, limit=MAX_ISSUES)]
        validated = _validated(context, validation)
        document |= {name: validated[name] for name in ("issues", "questions", "row_rules")}
    order = list(target_schema().domain(context.tenant.domain))  # that of loading, parents first
    would = sorted(document["would"].items(), key=lambda item: order.index(item[0]))
    rows = [(entity_label(entity), *counts.values()) for entity, counts in would]
    text = table(("entity", "new", "changed", "same", "held"), rows)
    return _finished(
        run,
        document,
        "\n\n".join(filter(None, (f"Dry run {run.id}", text, *_open_texts(document)))),
    )


def load(args: Namespace) -> Answer:
    """Import files; show fates per entity, totals, differences between source and target, findings, seconds, rows a second."""
    started_at = time.monotonic()
    _check_files(args.files)
    with tenant_session(args) as context:
        run, validation = _run(context, args, "import")
        document = _of_run(run, started_at)
        proof = reconciliation(context, run.id)
        document["reconciliation"] = asdict(proof)
        document["fee_balances"] = [asdict(part) | {"words": part.words} for part in proof.fees]
        document["settled"] = proof.settled
        document["complete"] = proof.account.complete
        document["headline"] = proof.account.headline
        document["open"] = [point.text for point in proof.account.points]
        document["differences"] = [asdict(day) for day in proof.days if day.difference]
        validated = _validated(context, validation)
        document |= {"findings": validated["issues"]}
        document |= {name: validated[name] for name in ("questions", "row_rules")}
    return _finished(run, document, _import_text(run, document))


# --- the steps of an import -------------------------------------------------------------------------------------------------------


def _check_files(paths: Sequence[Path]) -> None:
    for path in paths:
        if not path.is_file():
            raise InvalidInputError(f"There is no file {path}.", hint="Check the name and the folder.")


def _up_to_validation(context: Context, args: Namespace) -> Validation:
    """Create a migration of the files, map and validate it."""
    migration = create_migration(context, ", ".join(path.name for path in args.files))
    for path in args.files:
        add_file(context, migration.id, path, SOURCES)
    suggest_mapping(context, migration.id, SOURCES)
    _set_by_hand(context, migration.id, dict(args.set))
    accept_above(context, migration.id, args.accept_above)
    for target in args.strict:
        set_strict(context, migration.id, target, holds=True)
    if conflict := getattr(args, "conflict", None):
        planned = current_plan(context, migration.id, accept_above=args.accept_above)
        for entity in dict.fromkeys(plan.entity for plan in planned.entities):
            set_conflict(context, migration.id, entity, Conflict(conflict))
    return validate_migration(context, migration.id, accept_above=args.accept_above)


def _set_by_hand(context: Context, migration_id: str, overrides: Mapping[str, str | None]) -> None:
    """Decide the fields that --set names: as FIELD, in whatever streams have it, or as STREAM:FIELD."""
    fields = mapping_fields(context, migration_id)
    decisions = []
    for name, target in overrides.items():
        matches = [
            field for field in fields if name in {field.source_field, f"{field.stream}:{field.source_field}"}
        ]
        if not matches:
            names = ", ".join(sorted({field.source_field for field in fields})[:20])
            raise InvalidInputError(f"No file has a field {name!r}.", hint=f"There are {names} …", field=name)
        decisions += [_decision(field, target) for field in matches if field.slot == 0]
    if decisions:
        decide_many(context, decisions, include_high=True)


def _decision(field: MappingField, target: str | None) -> Decision:
    transform = field.transform if target == field.target else None
    status = "edited" if target else "ignored"
    return Decision(field.id, field.version, target, transform, status, "set on the command line")


def _run(context: Context, args: Namespace, kind: str) -> tuple[RunView, Validation]:
    """Start a run and watch it to its end. Worker and matcher get ready while the file is read."""
    with ThreadPoolExecutor(2) as executor:
        worker = executor.submit(ensure_worker)
        executor.submit(preload, context.tenant.domain)
        validation = _up_to_validation(context, args)
        worker.result()
    run = run_actions.start(context, validation.migration_id, kind)
    ensure_worker()  # should it have ended meanwhile
    return watch(context, run.id), validation


# --- what it says ---------------------------------------------------------------------------------------------------


def _validated(context: Context, validation: Validation) -> dict[str, Any]:
    counts = validations.issue_counts(context, validation.id)
    issues = [
        issue
        for level in ("error", "warning", "info")
        for issue in validations.issues(context, validation.id, level=level, limit=MAX_ISSUES)
    ]
    return {
        "migration": validation.migration_id,
        "validation": validation.id,
        "questions": open_questions(context, validation.migration_id),
        "row_rules": row_rule_documents(context, validation.migration_id),
        "totals": validation.totals,
        "counts": [asdict(count) for count in counts],
        "issues": [asdict(issue) for issue in issues[:MAX_ISSUES]],
    }


def open_questions(context: Context, migration_id: str) -> list[dict[str, Any]]:
    """List the columns that wait for a person's answer, and are not imported until then."""
    return [
        {"table": row.stream, "field": row.source_field, "target": row.target, "question": row.question}
        for row in field_rows(context, migration_id, UNDECIDED)
        if row.question
    ]


def _open_texts(document: Mapping[str, Any]) -> list[str]:
    """List the columns that ask and the rows that are not records, a table each, where there are any."""
    return [*filter(None, (_questions_text(document), rules_text(document["row_rules"])))]


def _questions_text(document: Mapping[str, Any]) -> str:
    questions = [
        (question["table"], question["field"], question["question"]) for question in document["questions"]
    ]
    return table(("table", "column not imported", "question"), questions) if questions else ""


def _of_run(run: RunView, started_at: float) -> dict[str, Any]:
    seconds = time.monotonic() - started_at
    return {
        "run": run.id,
        "migration": run.migration_id,
        "kind": run.kind,
        "state": run.state,
        "entities": {count.entity: asdict(count) for count in run.entities},
        "totals": {
            name: sum(getattr(count, name) for count in run.entities)
            for name in ("read", "migrated", "merged", "quarantined", "failed", "changed")
        },
        "seconds": round(seconds, 3),
        "run_seconds": round(run.elapsed, 3),
        "rows": {
            "in_files": run.file_rows,
            "imported": run.imported,
            "held": run.errors,
            "records": run.records,
        },
        "rows_per_second": round(sum(count.read for count in run.entities) / seconds) if seconds else 0,
        "source_rows_per_second": round(run.rows_done / seconds) if seconds else 0,
    }


def _finished(run: RunView, document: dict[str, Any], text: str) -> Answer:
    """Answer for a run: one that failed or was cancelled in full, and as a refusal."""
    bad = run.state in {"failed", "cancelled"}
    return Answer(document, text, f"The run is {run.state}: {run.error or run.step}" if bad else "")


def _validation_text(document: Mapping[str, Any]) -> str:
    rows = [
        (count["level"], count["title"], count["rows"], _money(count["money"]))
        for count in document["counts"]
    ]
    findings = [
        (
            issue["file"],
            issue["row"],
            issue["field"] or entity_label(issue["entity"]),
            issue["title"],
            issue["detail"] or issue["value"],
        )
        for issue in document["issues"][:20]
    ]
    read, held = document["totals"]["file_rows"], document["totals"]["file_held"]
    return "\n\n".join(
        (
            f"{read:,} rows checked, {held:,} held, {document['seconds']:.1f} s",
            table(("level", "finding", "rows", "amount affected"), rows),
            table(("file", "row", "field", "finding", "detail"), findings),
            *_open_texts(document),
        )
    )


def _import_text(run: RunView, document: Mapping[str, Any]) -> str:
    rows = [
        (entity_label(entity), *list(counts.values())[1:]) for entity, counts in document["entities"].items()
    ]
    header = ("entity", "read", "imported", "merged", "skipped", "no consent", "held", "failed", "changed")
    days = [
        (
            day["location"],
            day["business_date"],
            day["measure"],
            show(day["difference"]),
            day["name"] or "open",
        )
        for day in document["differences"]
    ]
    parts = [
        f"Run {run.id}: {as_words(run.state)} in {document['seconds']:.1f} s, {document['rows_per_second']:,} rows a second",
        table(header, rows),
    ]
    if days:
        parts.append(table(("location", "day", "measure", "difference", "cause"), days))
    unexplained = [finding["detail"] for finding in document["reconciliation"]["findings"]]
    if unexplained:
        parts.append(
            "\n".join(["The source itself does not explain:", *(f"  {text}" for text in unexplained)])
        )
    parts += [*_open_texts(document), _account_text(document)]
    if run.state == "awaiting_approval":
        parts.append(f"Something is open. Look at it, then: aura approve {run.id}")
    return "\n\n".join(parts)


def _account_text(document: Mapping[str, Any]) -> str:
    """Describe the rows of the files: how many came in, whether all are accounted for, and what is open."""
    lines = [document["headline"] + "."]
    if document["complete"]:
        lines.append("Every row accounted for.")
    lines += [f"Open: {text}." for text in document["open"]]
    lines += [part["words"] for part in document["fee_balances"]]
    if document["complete"] and document["reconciliation"]["days"] and not document["differences"]:
        lines.append("Money is equal in file and AuraConnect, by location and day.")
    return "\n".join(lines)


def _money(amount: Any) -> str:
    return show(amount) if amount else ""
