"""Sam gives the demo of Bella's alone: every step of the script, by the actions behind its buttons."""

from __future__ import annotations

from pathlib import Path

import pytest

from adapters import SOURCES
from core.engine.mapping import actions as mapping_actions
from core.engine.mapping import views as mapping
from core.engine.runs import actions as run_actions
from core.engine.runs import rollback, views
from core.engine.sources import views as sources
from core.engine.sources.actions import add_file
from core.engine.validation.actions import validate
from core.entry import demo
from core.entry.demo_import import finish_run
from core.errors import NotAllowedError
from core.platform.access.actions import enter
from pages.demo.steps import PLANNED, STEPS

pytestmark = [pytest.mark.slow, pytest.mark.timeout(600)]
TOAST = Path(__file__).parents[2] / "mock_data" / "toast" / "toast_sample.json"


@pytest.fixture(scope="module")
def sam(people):
    cast = demo.seed_cast()
    demo.reset("bella")
    with enter(cast["sam"], "bella") as context:
        yield context


@pytest.fixture(scope="module")
def migrations(sam):
    return {migration.name: migration.id for migration in sources.migrations(sam)}


def test_five_steps_take_five_minutes_on_migrations_that_exist(migrations):
    assert [step.name for step in STEPS] == ["Hook", "Analysis", "Smart mapping", "Live progress", "Results"]
    assert PLANNED == 300
    assert {step.migration for step in STEPS} == migrations.keys()


def test_sam_gives_every_step_alone(sam, migrations):
    opened = migrations[demo.OPEN]

    # Analysis: the sample is uploaded and recognised
    file = add_file(sam, opened, TOAST, SOURCES)
    assert file.source == "toast"
    mapping_actions.suggest_mapping(sam, opened, SOURCES)

    # Smart mapping: one field is changed, and nothing waits for somebody else
    [room] = [field for field in mapping.field_rows(sam, opened) if field.source_field == "Room"]
    mapping_actions.decide(sam, room.id, version=room.version, target="order.table")
    assert mapping.awaiting_second(sam, opened) == []

    # Live progress: an import, watched, and rolled back
    validate(sam, opened)
    run = run_actions.start(sam, opened, "import").id
    finish_run(sam.tenant.id, sam.person, run)
    sam.session.rollback()
    shown = views.run(sam, run)
    assert shown.state in {"completed", "awaiting_approval"}
    assert 70 < shown.rows_done <= shown.rows_total
    assert "rollback" in shown.can
    with pytest.raises(NotAllowedError):
        run_actions.approve(sam, run, "Sam is not a manager")
    run_actions.rollback(sam, run)
    rollback.undo(sam.tenant.id, sam.person, run, None, [])
    sam.session.rollback()
    assert views.run(sam, run).state == "rolled_back"

    # Results: the finished move, with its money by day
    finished, _ = views.runs(sam, migrations[demo.FINISHED])
    assert len({day.business_date for day in views.reconciliation(sam, finished.id).days}) == 30


def test_sam_sees_values_as_they_are(sam, migrations):
    guests = next(
        stream for stream in sources.streams(sam, migrations[demo.FINISHED]) if stream.name == "customers"
    )
    shown = sources.sample(sam, guests.id)
    assert "***" not in " ".join(str(value) for value in shown.row(0))
