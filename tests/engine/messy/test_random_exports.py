"""Random tables with what reports put into them: the target is the clean table's, or a row is held, or a person is asked."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import polars as pl
from hypothesis import HealthCheck, given, settings

from adapters import SOURCES
from core.context import Context
from core.engine.batch import ROW
from core.engine.mapping.actions import accept_above, suggest_mapping
from core.engine.mapping.ambiguity.unlinked import with_links
from core.engine.mapping.natural_keys import with_keys
from core.engine.mapping.plans import Link, build_plan
from core.engine.mapping.proposal import Proposal, StreamSample
from core.engine.mapping.proposals import propose
from core.engine.mapping.review import is_consent
from core.engine.mapping.row_rules import rules
from core.engine.mapping.views import UNDECIDED as UNDECIDED_FIELDS
from core.engine.mapping.views import field_rows
from core.engine.plan import ImportSettings
from core.engine.row_rules import rule_issues
from core.engine.runs import actions
from core.engine.runs.worker import steps
from core.engine.sources.actions import add_file, create_migration
from core.engine.sources.facts.columns import FactCollector
from core.engine.sources.non_data.facts import RowFacts
from core.engine.sources.non_data.marks import without_marked
from core.engine.sources.read import identify, read
from core.engine.transforms import transform_rows
from core.engine.validation import views as validation_views
from core.engine.validation.actions import validate
from core.entry.tenants import create_tenant
from core.errors import AppError
from core.kit.ids import new_id
from core.kit.times import UNDECIDED
from core.platform.access.actions import enter
from tests.engine.messy.random_exports import FIELDS, Export, Outcome, deviations, exports
from tests.stored import stored_records

ACCEPTED = 0.7


def outcome_of(path: Path, kind: str) -> Outcome:
    """Read, map, plan and transform a file as an import does, without a database."""
    domain = "school" if kind == "pupils" else "restaurant"
    identified = identify(path, [*SOURCES.values()], domain=domain)
    frames: dict[str, list[pl.DataFrame]] = {info.name: [] for info in identified.streams}
    for name, frame in read(path, identified):
        frames[name].append(frame)
    rows = {name: pl.concat(parts, how="diagonal") for name, parts in frames.items() if parts}
    samples = [
        sample_of(info.name, info.entity, info.shape, rows[info.name])
        for info in identified.streams
        if info.name in rows
    ]
    import_settings = ImportSettings(domain, "spreadsheet", date_order=UNDECIDED)
    proposals = with_links(with_keys(propose(samples, import_settings, year=2025), samples), samples)
    plan = build_plan(
        links_of(proposals),
        {sample.name: sample.entity for sample in samples},
        import_settings,
        {},
        {sample.name: sample.facts for sample in samples},
    )
    row_facts = {name: RowFacts() for name in rows}
    for name, frame in rows.items():
        row_facts[name].add(frame)
    plan = rules.with_rules(plan, rules.propose(plan, row_facts, {}))
    entity, _ = FIELDS[kind]
    outcome = Outcome()
    outcome.open_columns = {
        proposal.source
        for proposal in proposals
        if proposal.question or (proposal.confidence or 0) < ACCEPTED
    }
    plans = [part for part in plan.of(entity) if part.primary]
    outcome.is_refused = not plans
    for part in plans:
        batch = transform_rows(plan, part, rows[part.stream])
        issues = pl.concat([batch.issues, rule_issues(part, rows[part.stream])])
        outcome.held |= set(issues.filter(pl.col("level") == "error")[ROW].to_list())
        outcome.noted |= set(issues.filter(pl.col("level") != "info").select(ROW, "field").iter_rows())
        for record in batch.frame.iter_rows(named=True):
            if record[ROW] not in outcome.held:
                outcome.records[record[ROW]] = record
    return outcome


def sample_of(name: str, entity: str | None, shape: object, rows: pl.DataFrame) -> StreamSample:
    data = without_marked(rows)
    collector = FactCollector()
    collector.add(data)
    columns = [column for column in data.columns if not column.startswith("_")]
    return StreamSample(
        name,
        entity,
        data.select(ROW, *columns),
        facts=collector.facts(),
        readings=getattr(shape, "readings", None) or {},
        is_unique_together=lambda names, **_: not data.select(names).is_duplicated().any(),
    )


def links_of(proposals: Sequence[Proposal]) -> list[Link]:
    return [
        Link(
            proposal.stream,
            proposal.source,
            proposal.target,
            proposal.transform,
            False,
            proposal.confidence,
            proposal.position,
        )
        for proposal in proposals
        if proposal.target
        and not proposal.question
        and (proposal.confidence or 0) >= ACCEPTED
        and not is_consent(proposal.target)
    ]


@given(export=exports())
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_table_with_what_reports_add_is_the_clean_table_or_is_held_or_asked(
    tmp_path: Path, export: Export
) -> None:
    path = tmp_path / f"{export.kind}.csv"
    path.write_text(export.text(), encoding="utf-8")
    assert deviations(export, outcome_of(path, export.kind)) == [], export.text()


def outcome_in_target(context: Context, path: Path, kind: str) -> Outcome:
    """Import a file as the command line does with --accept-above, and read what came of it."""
    migration = create_migration(context, path.name).id
    outcome = Outcome()
    try:
        add_file(context, migration, path, SOURCES)
        suggest_mapping(context, migration, SOURCES)
        accept_above(context, migration, ACCEPTED)
        validation = validate(context, migration, accept_above=ACCEPTED).id
        run = actions.start(context, migration, "import").id
        steps.load(
            context.tenant.id, context.person, run, steps.begin(context.tenant.id, context.person, run)
        )
    except AppError:
        context.session.rollback()
        outcome.is_refused = True
        return outcome
    context.session.rollback()
    for issue in validation_views.issues(context, validation, limit=None):
        if issue.level == "error":
            outcome.held.add(issue.row)
        elif issue.level == "warning":
            outcome.noted.add((issue.row, issue.field))
    outcome.open_columns = {field.source_field for field in field_rows(context, migration, UNDECIDED_FIELDS)}
    entity, _ = FIELDS[kind]
    names = {}
    for parent, name in (("category", "name"), ("employee", "display_name"), ("employee", "first_name")):
        names |= {
            record["id"]: record[name]
            for record in stored_records(context, parent)
            if record[name] is not None
        }
    for record in stored_records(context, entity):
        outcome.records[record["source_row"]] = {
            name: names.get(value, value) if isinstance(value, str) else value
            for name, value in record.items()
        }
    return outcome


@given(export=exports().filter(lambda export: export.kind != "pupils"))
@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_what_reports_add_to_a_table_is_none_of_the_target_s(
    tmp_path: Path, people: dict[str, str], export: Export
) -> None:
    path = tmp_path / f"{export.kind}.csv"
    path.write_text(export.text(), encoding="utf-8")
    slug = f"random-{new_id()}"
    create_tenant(people["alice"], slug, "Random", zone="UTC")
    with enter(people["alice"], slug) as context:
        assert deviations(export, outcome_in_target(context, path, export.kind)) == [], export.text()
