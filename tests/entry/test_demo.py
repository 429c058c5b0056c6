"""The demo tells the same story on every machine, to the people of the cast, and to nobody else."""

from __future__ import annotations

from collections import Counter

import pytest
from sqlalchemy import func, select

from core.engine.mapping import views as mapping
from core.engine.mapping.bands import band
from core.engine.runs import views as runs
from core.engine.runs.tables import Run
from core.engine.sources import views as sources
from core.engine.sources.tables import Migration
from core.engine.validation import views as validations
from core.entry import demo
from core.errors import ConflictError, NotFoundError
from core.platform.access.actions import enter
from core.platform.access.rules import ROLES
from core.platform.access.views import places
from core.platform.audit.tables import AuditLine

pytestmark = [pytest.mark.slow, pytest.mark.timeout(600)]


@pytest.fixture(scope="module")
def cast(people):
    return demo.seed_cast()


@pytest.fixture(scope="module")
def loaded(cast):
    """Both demos, loaded once."""
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


def _named(context, name):
    return context.session.scalar(select(Migration.id).where(Migration.name == name))


def _colours(context, name):
    """Colour of the confidence -> number of fields, over a migration; a suggestion excluded by a person counts too."""
    return Counter(
        band(field.confidence).color for field in mapping.field_rows(context, _named(context, name))
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
    assert set(cast) == {"alice", "bob", "sam", "mallory", "ada"}


def test_everybody_has_the_role_of_the_story(cast):
    def roles(handle):
        return {place.slug: place.role for place in places(cast[handle]) if place.slug in demo.TENANTS}

    assert roles("alice") == {"bella": "manager"}
    assert roles("mallory") == {"coffee-corner": "manager"}
    assert roles("sam") == {"bella": "sales", "coffee-corner": "sales"}


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
    run, _ = runs.runs(bella, _named(bella, demo.FINISHED))
    result = runs.reconciliation(bella, run.id)
    assert len({day.business_date for day in result.days}) == 30
    assert {day.measure for day in result.days} >= {"gross", "tax", "tips", "payments"}
    differing = [day for day in result.days if day.difference]
    assert differing
    assert all(day.name for day in differing)
    assert {issue.code for issue in result.findings} >= {"payment_differs", "order_total_differs"}
    held = {entity.entity: entity.quarantined for entity in result.entities if entity.quarantined}
    assert {"menu_item", "modifier", "order", "gift_card"} <= held.keys()
    assert sum(held.values()) == run.errors < 30


def test_the_finished_move_excludes_a_table_with_a_reason(bella):
    fields = [
        field
        for field in mapping.mapping_fields(bella, _named(bella, demo.FINISHED))
        if field.stream == "bella_suppliers"
    ]
    assert fields
    assert {field.status for field in fields} == {"ignored"}
    assert {field.reason for field in fields} == {"Suppliers stay in the purchasing system."}
    every = mapping.progress(bella, _named(bella, demo.FINISHED))
    assert every.decided == every.total


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
    latest = validations.latest(bella, _named(bella, demo.FINISHED))
    counts = {count.code: count for count in validations.issue_counts(bella, latest.id)}
    assert str(counts["payment_differs"].money) == "-4.2300"
    assert counts["missing_email"].rows == 47


def test_a_second_reset_tells_the_same_story(loaded, first_story):
    made = demo.reset("bella", person=loaded["sam"])
    with enter(loaded["alice"], "bella") as context:
        assert context.session.scalar(select(func.count()).select_from(Migration)) == len(made) == 2
        assert _figures(context) == first_story


def test_an_import_that_was_cut_short_is_finished_at_the_next_start(loaded, monkeypatch):
    monkeypatch.setattr(demo, "finish_run", lambda *_: None)
    demo.reset("bella")
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
    with pytest.raises(NotFoundError, match="bella and coffee-corner"):
        demo.reset("a-customer")
