from __future__ import annotations

import shutil
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import select

from adapters import SOURCES
from core.engine.mapping import views as mapping
from core.engine.mapping.actions import decide, suggest_mapping
from core.engine.runs import actions, disk_space
from core.engine.runs.tables import Run
from core.engine.runs.worker import queue
from core.engine.sources import actions as sources
from core.engine.sources.tables import Migration
from core.engine.sources.views import files, streams
from core.engine.validation.actions import validate
from core.errors import ConflictError, InvalidInputError, NotAllowedError, NotFoundError
from core.platform.access.actions import enter

CUSTOMERS = "Customer Id,First Name,Last Name,Email\n1,Ann,Ray,ann@example.com\n2,Bo,Lee,bo@example.com\n"


@pytest.fixture
def migration(alice, tmp_path: Path):
    """A small file, mapped but not validated."""
    path = tmp_path / "customers.csv"
    path.write_text(CUSTOMERS)
    migration_id = sources.create_migration(alice, "Guests").id
    sources.add_file(alice, migration_id, path, SOURCES)
    suggest_mapping(alice, migration_id, SOURCES)
    return migration_id


def queued(run_id):
    return queue.client().list_workflows(workflow_id_prefix=f"{run_id}:", status="ENQUEUED")


def test_a_started_run_stands_in_the_queue_with_the_plan_that_was_validated(alice, migration):
    validation = validate(alice, migration)
    run = actions.start(alice, migration, "import")
    assert (run.state, run.plan, run.plan_hash) == ("queued", validation.plan, validation.plan_hash)
    assert run.rows_total == 2 * len(validation.plan["entities"])
    assert len(queued(run.id)) == 1
    assert alice.session.get(Migration, (alice.tenant.id, migration)).phase == "import"


@pytest.mark.parametrize("kind", ["dry_run", "import"])
def test_a_run_that_the_disk_has_no_room_for_is_not_started(alice, migration, monkeypatch, kind):
    validate(alice, migration)
    usage = shutil.disk_usage("/")
    monkeypatch.setattr(shutil, "disk_usage", lambda _: usage._replace(free=100 << 20))
    with pytest.raises(ConflictError, match=r"100 MB free\. The run needs about 256 MB") as refusal:
        actions.start(alice, migration, kind)
    assert "Free 156 MB" in str(refusal.value)
    assert alice.session.scalars(select(Run)).all() == []
    monkeypatch.setattr(shutil, "disk_usage", lambda _: usage._replace(free=300 << 20))
    assert actions.start(alice, migration, kind).state == "queued"


def test_more_rows_need_more_room(alice, migration, monkeypatch):
    usage = shutil.disk_usage("/")
    monkeypatch.setattr(shutil, "disk_usage", lambda _: usage._replace(free=1 << 30))
    disk_space.require_room(alice, 1_000)
    with pytest.raises(ConflictError, match=r"needs about [0-9]*[0-9],[0-9]{3} MB"):
        disk_space.require_room(alice, 10_000_000)


def test_what_was_not_validated_is_not_started(alice, migration):
    with pytest.raises(ConflictError, match="not been validated"):
        actions.start(alice, migration, "import")


def test_a_mapping_changed_since_the_validation_is_not_started(alice, migration):
    validate(alice, migration)
    field = mapping.mapping_fields(alice, migration)[0]
    decide(alice, field.id, version=field.version, target=None, status="ignored")
    with pytest.raises(ConflictError, match="changed since the validation"):
        actions.start(alice, migration, "import")


def test_a_second_start_is_refused_while_the_first_is_under_way(alice, bob, migration):
    validate(alice, migration)
    run = actions.start(alice, migration, "dry_run")
    with pytest.raises(ConflictError) as refused:
        actions.start(bob, migration, "import")
    assert refused.value.facts["run"] == run.id
    actions.cancel(bob, run.id)
    assert actions.start(bob, migration, "import").state == "queued"


@pytest.mark.parametrize("kind", ["dry_run", "import"])
def test_sales_starts_nothing_at_a_customer(alice, sam, migration, kind):
    validate(alice, migration)
    with pytest.raises(NotAllowedError, match="Bob"):
        actions.start(sam, migration, kind)
    sam.session.rollback()
    assert sam.session.scalars(select(Run)).all() == []


@pytest.mark.demo
def test_sales_imports_in_a_demo(alice, sam, migration):
    validate(alice, migration)
    assert actions.start(sam, migration, "import").kind == "import"


def test_another_tenants_migration_is_not_there(alice, mallory, migration):
    validate(alice, migration)
    with pytest.raises(NotFoundError):
        actions.start(mallory, migration, "import")


def test_a_run_is_a_dry_run_or_an_import(alice, migration):
    with pytest.raises(InvalidInputError):
        actions.start(alice, migration, "rollback")


def test_a_rollback_names_entities_that_were_loaded_and_is_for_imports_only(alice, migration):
    validate(alice, migration)
    dry = actions.start(alice, migration, "dry_run")
    with pytest.raises(ConflictError, match="dry run"):
        actions.rollback(alice, dry.id)
    actions.cancel(alice, dry.id)
    run = actions.start(alice, migration, "import")
    with pytest.raises(ConflictError, match="queued"):
        actions.rollback(alice, run.id)
    actions.cancel(alice, run.id)
    with pytest.raises(InvalidInputError, match="payment"):
        actions.rollback(alice, run.id, entities=["payment"])
    assert actions.rollback(alice, run.id).state == "rolling_back"
    assert len(queued(run.id)) == 1


def test_only_a_run_that_waits_for_it_is_approved_and_only_by_who_may(alice, bob, migration):
    validate(alice, migration)
    run = actions.start(alice, migration, "import")
    with pytest.raises(NotAllowedError):
        actions.approve(bob, run.id)
    with pytest.raises(ConflictError, match="approval"):
        actions.approve(alice, run.id)
    run.state = "awaiting_approval"
    alice.session.commit()
    actions.approve(alice, run.id, "Known rounding of the old till.")
    alice.session.refresh(run)
    assert (run.state, run.phase) == ("completed", "completion")


def test_a_file_stays_while_an_import_of_its_migration_is_queued(alice, migration):
    validate(alice, migration)
    run = actions.start(alice, migration, "import")
    (file,) = files(alice, migration)
    with pytest.raises(ConflictError, match="under way"):
        sources.remove_file(alice, file.id)
    actions.cancel(alice, run.id)
    sources.remove_file(alice, file.id)
    assert files(alice, migration) == []


def test_a_file_is_not_read_again_while_an_import_of_its_migration_is_queued(alice, migration):
    validate(alice, migration)
    run = actions.start(alice, migration, "import")
    (file,) = files(alice, migration)
    options = replace(sources.reader_options(file), delimiter="|")
    with pytest.raises(ConflictError, match="under way, so its files cannot be read again"):
        sources.reread_file(alice, file.id, options, SOURCES)
    assert [stream.columns for stream in streams(alice, migration)] == [CUSTOMERS.splitlines()[0].split(",")]
    actions.cancel(alice, run.id)
    sources.reread_file(alice, file.id, options, SOURCES)
    assert [stream.columns for stream in streams(alice, migration)] == [[CUSTOMERS.splitlines()[0]]]


def test_an_import_that_waits_for_the_removal_of_a_file_is_refused(alice, people, tenants, migration):
    validate(alice, migration)
    (file,) = files(alice, migration)

    def start():
        with enter(people["bob"], tenants["bella"]) as context:
            actions.start(context, migration, "import")

    alice.session.info["acting"] = True  # the removal stays open
    sources.remove_file(alice, file.id)
    with ThreadPoolExecutor(1) as pool:
        start_result = pool.submit(start)
        time.sleep(1)
        alice.session.commit()
        with pytest.raises(ConflictError, match="changed since the validation"):
            start_result.result()
