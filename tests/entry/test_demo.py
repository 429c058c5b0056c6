"""The demo tells the same story on every machine, to the people of the cast, and to nobody else."""

from __future__ import annotations

import json
import time
from collections import Counter

import pytest
from sqlalchemy import func, select

from adapters import SOURCES
from core.db.target import target_table
from core.engine.mapping import actions as mapping_actions
from core.engine.mapping import views as mapping
from core.engine.mapping.bands import band
from core.engine.mapping.calibration.views import by_decisions
from core.engine.mapping.memory.forget import learned_mappings
from core.engine.mapping.tables import ConfidenceOutcome, MappingMemory
from core.engine.runs import actions as run_actions
from core.engine.runs import rollback
from core.engine.runs import views as runs
from core.engine.runs.tables import Run
from core.engine.sources import views as sources
from core.engine.sources.actions import add_file, create_migration
from core.engine.sources.tables import Migration
from core.engine.validation import views as validations
from core.engine.validation.actions import validate
from core.entry import demo, demo_copy
from core.entry.demo_import import finish_run
from core.entry.tenants import create_person, create_tenant
from core.errors import ConflictError, NotAllowedError, NotFoundError
from core.kit.ids import new_id
from core.platform.access.actions import enter
from core.platform.access.rules import ROLES
from core.platform.access.views import operator_of, tenants_of
from core.platform.audit.tables import AuditLine
from pages.demo.steps import PLANNED, STEPS
from tests.conftest import TOAST_SAMPLE as TOAST

pytestmark = [pytest.mark.slow, pytest.mark.timeout(600)]


@pytest.fixture(scope="module")
def cast(people):
    return demo.seed_cast()


@pytest.fixture(scope="module")
def loaded(cast):
    """Every demo, loaded once."""
    for slug in demo.TENANTS:
        demo.load(slug)
    return cast


@pytest.fixture(scope="module")
def first_story(loaded):
    """The figures of Bella's demo as the first load made it."""
    with enter(loaded["alice"], "bella") as context:
        return _figures(context)


@pytest.fixture
def bella(loaded):
    """Bella as her manager sees her."""
    with enter(loaded["alice"], "bella") as context:
        yield context


def _migration_by_name(context, name):
    return context.session.scalar(select(Migration.id).where(Migration.name == name))


def _colours(context, name):
    """Colour of the confidence -> number of fields, over a migration; a suggestion excluded by a person counts too."""
    return Counter(
        band(field.confidence).color
        for field in mapping.field_rows(context, _migration_by_name(context, name))
    )


def _figures(context):
    """Everything a demo shows in numbers: fields, findings, rows by outcome and money by day, per migration."""
    figures = {}
    for migration in sources.migrations(context):
        fields = sorted(
            (field.stream, field.source_field, field.slot, field.target, field.confidence, field.status)
            for field in mapping.field_rows(context, migration.id)
        )
        latest = validations.latest(context, migration.id)
        issues = sorted(
            (count.code, count.rows, count.money) for count in validations.issue_counts(context, latest.id)
        )
        imports = [
            (run.kind, run.state, run.rows_total, run.errors, run.entities, _days(context, run))
            for run in runs.runs(context, migration.id)
            if run.kind == "import"
        ]
        figures[migration.name] = (fields, issues, imports)
    return figures


def _days(context, run):
    days = runs.reconciliation(context, run.id).days
    return sorted((str(day.business_date), day.measure, day.source, day.target, day.name) for day in days)


def test_the_cast_is_seeded_once(cast):
    assert demo.seed_cast() == cast
    assert set(cast) == {"alice", "bob", "sam", "mallory", "ada", "petra", "tendai", "rudo"}


def test_everybody_has_the_role_of_the_story(cast):
    def roles(handle):
        return {
            access.slug: access.role for access in tenants_of(cast[handle]) if access.slug in demo.TENANTS
        }

    everywhere = dict.fromkeys(demo.TENANTS, "manager")
    assert roles("alice") == everywhere
    assert roles("ada") == dict.fromkeys(demo.TENANTS, "admin")
    assert roles("bob") == {"bella": "specialist"}
    assert roles("mallory") == {"coffee-corner": "manager"}
    assert roles("sam") == dict.fromkeys(demo.TENANTS, "sales")
    assert roles("petra") == {"pacific-seafood": "manager"}
    assert roles("tendai") == {"oneclass-school": "manager"}
    assert roles("rudo") == {"oneclass-school": "customer"}


def test_the_staff_of_the_story_works_for_the_demo_s_operator_and_its_customers_do_not(cast):
    operators = {handle: operator_of(person) for handle, person in cast.items()}
    assert {handle: access.role for handle, access in operators.items() if access} == demo.STAFF
    assert all(access.is_demo for access in operators.values() if access)


def test_the_demo_s_staff_reaches_no_customer_that_is_no_demo(cast):
    slug = f"real-{new_id()}"
    create_tenant(create_person(slug[:40], "Real"), slug, "Real")
    for person in cast.values():
        assert slug not in {access.slug for access in tenants_of(person)}


def test_every_role_of_the_story_may_be_given(cast):
    assert {role for tenant in demo.TENANTS.values() for role in tenant.roles.values()} <= ROLES.keys()


def test_the_migration_a_person_lands_on_is_finished_and_approved_with_a_reason(bella):
    assert bella.tenant.is_demo
    first, second = sources.migrations(bella)
    assert (first.name, second.name) == (demo.FINISHED, demo.OPEN)
    run, rehearsal = runs.runs(bella, first.id)
    assert (run.kind, run.state) == ("import", "completed")
    assert (rehearsal.kind, rehearsal.state) == ("dry_run", "completed")
    approval = bella.session.scalars(
        select(AuditLine).where(AuditLine.action == "run.approve", AuditLine.object_id == run.id)
    ).one()
    assert (approval.person_id, approval.reason) == (bella.person, demo.APPROVED)
    assert runs.runs(bella, second.id) == []


def test_the_finished_move_has_days_of_money_and_named_differences(bella):
    run, _ = runs.runs(bella, _migration_by_name(bella, demo.FINISHED))
    result = runs.reconciliation(bella, run.id)
    assert len({day.business_date for day in result.days}) == 30
    assert {day.measure for day in result.days} >= {"gross", "tax", "tips", "payments"}
    differing = [day for day in result.days if day.difference]
    assert differing
    assert all(day.name for day in differing)
    assert {issue.code for issue in result.findings} >= {"payment_differs", "order_total_differs"}
    held = {entity.entity: entity.quarantined for entity in result.entities if entity.quarantined}
    assert {"menu_item", "modifier", "order", "gift_card"} <= held.keys()
    assert sum(held.values()) == run.errors < 40


def test_the_finished_move_excludes_a_table_with_a_reason(bella):
    fields = [
        field
        for field in mapping.mapping_fields(bella, _migration_by_name(bella, demo.FINISHED))
        if field.stream == "bella_suppliers"
    ]
    assert fields
    assert {field.status for field in fields} == {"ignored"}
    assert {field.reason for field in fields} == {"Suppliers stay in the purchasing system."}
    progress = mapping.progress(bella, _migration_by_name(bella, demo.FINISHED))
    assert progress.reviewed == progress.total


@pytest.mark.parametrize(
    ("handle", "slug", "name"),
    [
        ("alice", "bella", demo.FINISHED),
        ("alice", "bella", demo.OPEN),
        ("mallory", "coffee-corner", "Square to AuraConnect"),
    ],
)
def test_every_colour_of_confidence_is_on_stage(loaded, handle, slug, name):
    with enter(loaded[handle], slug) as context:
        colours = _colours(context, name)
    assert set(colours) == {"green", "orange", "red", "gray"}
    assert colours["orange"] + colours["red"] < 10


def test_the_payment_that_is_short_is_found_in_the_demo(bella):
    latest = validations.latest(bella, _migration_by_name(bella, demo.FINISHED))
    counts = {count.code: count for count in validations.issue_counts(bella, latest.id)}
    assert str(counts["payment_differs"].money) == "-4.2300"
    assert counts["missing_email"].rows == 47


@pytest.fixture(scope="module")
def told_again(loaded, first_story):
    """Bella's demo, reset by Sam after somebody has decided five fields in it; the ids of its migrations."""
    with enter(loaded["alice"], "bella") as context:
        migration = create_migration(context, "Toast").id
        add_file(context, migration, TOAST, SOURCES)
        mapping_actions.suggest_mapping(context, migration, SOURCES)
        rows = [field for field in mapping.field_rows(context, migration) if field.target][:5]
        decisions = [mapping_actions.Decision(field.id, field.version, "location.phone") for field in rows]
        mapping_actions.decide_many(context, decisions, looked=True)
        assert learned_mappings(context)
        assert by_decisions(context).total == 5
    return demo.reset("bella", person=loaded["sam"])


def test_a_reset_puts_the_copy_back_and_imports_nothing(loaded, first_story, told_again):
    with enter(loaded["alice"], "bella") as context:
        assert demo_copy.find_copy(context).is_current
    began = time.monotonic()
    assert demo.reset("bella", person=loaded["sam"]) == told_again
    assert time.monotonic() - began < 10
    with enter(loaded["alice"], "bella") as context:
        assert _figures(context) == first_story


def test_a_second_reset_tells_the_same_story(loaded, first_story, told_again):
    with enter(loaded["alice"], "bella") as context:
        assert context.session.scalar(select(func.count()).select_from(Migration)) == len(told_again) == 2
        assert _figures(context) == first_story


def test_after_a_reset_nothing_of_what_was_clicked_is_left(loaded, told_again):
    with enter(loaded["alice"], "bella") as context:
        assert learned_mappings(context) == []
        assert by_decisions(context).total == 0
        for table in (MappingMemory, ConfidenceOutcome):
            assert context.session.scalar(select(table).where(table.domain == "restaurant (demo)")) is None


@pytest.fixture(scope="module")
def sam(loaded, told_again):
    """Bella as Sam sees her, who gives the demo alone: every step of the script, by the actions behind its buttons."""
    with enter(loaded["sam"], "bella") as context:
        yield context


@pytest.fixture(scope="module")
def migrations(sam):
    return {migration.name: migration.id for migration in sources.migrations(sam)}


def test_five_steps_take_five_minutes_on_migrations_that_exist(migrations):
    assert [step.name for step in STEPS] == [
        "Hook",
        "AI analysis",
        "Smart mapping",
        "Live progress",
        "Results",
    ]
    assert PLANNED == 300
    assert {step.migration for step in STEPS} == migrations.keys()


def test_sam_gives_every_step_alone(sam, migrations):
    catering = migrations[demo.OPEN]

    # Analysis: the sample is uploaded and recognised
    file = add_file(sam, catering, TOAST, SOURCES)
    assert file.source == "toast"
    mapping_actions.suggest_mapping(sam, catering, SOURCES)

    # Smart mapping: one field is changed, and nothing waits for somebody else
    [room] = [field for field in mapping.field_rows(sam, catering) if field.source_field == "Room"]
    mapping_actions.decide(sam, room.id, version=room.version, target="order.table")
    assert mapping.awaiting_second(sam, catering) == []

    # Live progress: an import, watched, and rolled back
    validate(sam, catering)
    run = run_actions.start(sam, catering, "import").id
    finish_run(sam.tenant.id, sam.person, run)
    sam.session.rollback()
    imported = runs.run(sam, run)
    assert imported.state in {"completed", "awaiting_approval"}
    assert 70 < imported.rows_done <= imported.rows_total
    assert "rollback" in imported.can
    with pytest.raises(NotAllowedError):
        run_actions.approve(sam, run, "Sam is not a manager")
    run_actions.rollback(sam, run)
    rollback.roll_back(sam.tenant.id, sam.person, run, None, [])
    sam.session.rollback()
    assert runs.run(sam, run).state == "rolled_back"

    # Results: the finished move, with its money by day
    finished, _ = runs.runs(sam, migrations[demo.FINISHED])
    assert len({day.business_date for day in runs.reconciliation(sam, finished.id).days}) == 30


def test_sam_sees_values_as_they_are(sam, migrations):
    guests = next(
        stream for stream in sources.streams(sam, migrations[demo.FINISHED]) if stream.name == "customers"
    )
    sample = sources.sample(sam, guests.id)
    assert "***" not in " ".join(str(value) for value in sample.row(0))


def test_an_import_that_was_cut_short_is_finished_at_the_next_start(loaded, monkeypatch):
    monkeypatch.setattr(demo, "finish_run", lambda *_: None)
    demo.reset("bella", again=True)
    with enter(loaded["alice"], "bella") as context:
        assert context.session.scalars(select(Run.state)).all() == ["queued"]
    with pytest.raises(ConflictError, match="at work"):
        demo.reset("bella")
    monkeypatch.undo()
    demo.load("bella")
    with enter(loaded["alice"], "bella") as context:
        assert context.session.scalars(select(Run.state)).all() == ["completed", "completed"]


def test_mallory_cannot_reset_bella(cast):
    with pytest.raises(NotFoundError):
        demo.reset("bella", person=cast["mallory"])


def test_a_tenant_that_is_no_demo_cannot_be_reset(cast):
    with pytest.raises(NotFoundError, match="pacific-seafood and oneclass-school"):
        demo.reset("a-customer")


def test_the_move_from_clover_is_finished_and_its_planted_differences_are_found(loaded, tmp_path):
    demo.PACIFIC.write(tmp_path)
    expected = json.loads((tmp_path / "expected.json").read_text())
    with enter(loaded["petra"], "pacific-seafood") as context:
        assert context.tenant.is_demo
        (migration,) = sources.migrations(context)
        run, rehearsal = runs.runs(context, migration.id)
        assert (run.kind, run.state, rehearsal.state) == ("import", "completed", "completed")
        findings = {finding.code for finding in runs.reconciliation(context, run.id).findings}
        assert {"order_lines_differ", "payment_differs"} <= findings
        counted = {
            entity: context.session.scalar(select(func.count()).select_from(target_table(entity)))
            for entity in expected["counts"]
        }
        assert counted == expected["counts"]
