"""A finished import leaves its figures with the operator, once, and never with another operator."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

import pytest
from sqlalchemy import select, update

from core.business.sales.figures.actions import ReportError, collect_figures, report_figures
from core.business.sales.figures.collecting import collect_from_customer, operator_of
from core.business.sales.figures.views import finished_migrations, kept_promises, measured_figures
from core.business.sales.tables import FinishedMigration, Promise, Prospect
from core.context import Context
from core.db.session import TenantSession
from core.entry import jobs
from core.errors import NotAllowedError, NotFoundError
from core.kit import clock
from core.kit.ids import new_id
from core.platform.access.actions import enter, enter_as_worker
from core.platform.access.audit_log import audit_log
from tests.importer import MENU, Importer
from tests.staff import add_staff, operator


@pytest.fixture(scope="module")
def manager(database: None) -> str:
    return add_staff("manager")


@pytest.fixture
def desk(manager: str) -> Iterator[Context]:
    with enter(manager, operator()) as context:
        yield context


@pytest.fixture
def bella(manager: str, tenants: dict[str, str], tmp_path) -> Iterator[Importer]:
    with enter(manager, tenants["bella"]) as context:
        yield Importer(context, tmp_path)


def collect(importer: Importer) -> int:
    with enter_as_worker(importer.context.tenant.id, importer.context.person) as context:
        at = operator_of(context)
        assert at == operator()
        return collect_from_customer(context, at)


def rows_of(tenant: str, customer: str) -> list[FinishedMigration]:
    with TenantSession(tenant, "") as session:
        query = select(FinishedMigration).where(FinishedMigration.customer_id == customer)
        return list(session.scalars(query))


def add_prospect_row(context: Context, customer: str | None) -> str:
    prospect = new_id()
    context.session.add(
        Prospect(
            tenant_id=context.tenant.id,
            id=prospect,
            created_at=clock.now(),
            domain="restaurant",
            name="Harbor Grill",
            name_key="harbor grill",
            stage="won",
            stage_since=clock.now(),
            currency="USD",
            country="US",
            contact_index=[],
            volumes={},
            customer_id=customer,
            updated_at=clock.now(),
        )
    )
    context.session.commit()
    return prospect


def test_a_completed_import_is_recorded_once_with_what_the_engine_knows(bella):
    run = bella.import_file(MENU)
    assert run.state == "completed"
    assert collect(bella) == 1
    assert collect(bella) == 0
    [row] = rows_of(operator(), bella.context.tenant.id)
    assert (row.migration_id, row.domain, row.is_generated) == (run.migration_id, "restaurant", False)
    assert row.measured["rows_total"] == row.measured["rows_imported"] == "3"
    assert Decimal(row.measured["rows_conserved_percent"]) == 100
    assert Decimal(row.measured["rows_held_percent"]) == 0
    assert Decimal(row.measured["mapping_precision"]) > 0
    assert row.measured["items"] == "3"
    assert row.measured["rollbacks"] == "0"
    assert Decimal(row.measured["elapsed_days"]) >= 0
    assert Decimal(row.measured["machine_minutes"]) >= 0
    assert Decimal(row.measured["unexplained_amount"]) == 0


def test_held_rows_are_counted_and_nothing_of_them_is_lost(bella):
    run = bella.import_file(MENU + "i4,Bread,Sides,no price,S-1\n")
    assert collect(bella) == (1 if run.state == "completed" else 0)
    for row in rows_of(operator(), bella.context.tenant.id):
        counts = [int(row.measured[f"rows_{name}"]) for name in ("imported", "excluded", "held", "failed")]
        assert sum(counts) == int(row.measured["rows_total"])


def test_a_migration_that_was_rolled_back_keeps_its_rollback_and_no_other_figure(bella):
    run = bella.import_file(MENU)
    collect(bella)
    with TenantSession(bella.context.tenant.id, "") as session:
        from core.engine.runs.tables import Run

        session.execute(update(Run).where(Run.id == run.id).values(state="rolled_back"))
        session.commit()
    assert collect(bella) == 1
    [row] = rows_of(operator(), bella.context.tenant.id)
    assert row.measured == {"rollbacks": "1"}


def test_an_import_that_is_not_completed_is_not_recorded(bella):
    bella.run(bella.prepare(MENU), "dry_run")
    assert collect(bella) == 0
    assert rows_of(operator(), bella.context.tenant.id) == []


def test_the_job_collects_for_the_customer_of_work_that_ended(bella, monkeypatch):
    bella.import_file(MENU)
    work = (bella.context.tenant.id, bella.context.person, "run")
    deleted_tenant = (new_id(), bella.context.person, "run")
    monkeypatch.setattr(jobs.queue, "tries", lambda *_: {work, deleted_tenant})
    assert jobs.collect_figures() == 1
    assert jobs.collect_figures() == 0


def test_a_manager_collects_from_every_customer_on_demand(bella, desk):
    bella.import_file(MENU)
    assert collect_figures(desk) >= 1
    assert len(rows_of(operator(), bella.context.tenant.id)) == 1
    assert collect_figures(desk) == 0


def test_figures_of_a_demo_s_customer_do_not_reach_the_real_operator(bella, desk):
    with pytest.raises(NotFoundError):
        measured_figures(bella.context)
    before = measured_figures(desk)["rollbacks"].sample
    row = FinishedMigration(
        tenant_id=desk.tenant.id,
        id=new_id(),
        created_at=clock.now(),
        is_generated=True,
        name="Invented",
        domain="restaurant",
        source_system="toast",
        package="starter",
        locations=1,
        started_at=clock.now(),
        finished_at=clock.now(),
        measured={"rollbacks": "4"},
        reported={},
    )
    desk.session.add(row)
    desk.session.commit()
    assert measured_figures(desk)["rollbacks"].sample == before


def test_a_report_stands_beside_the_promise_and_says_who_told_it(bella, desk):
    bella.import_file(MENU)
    prospect = add_prospect_row(desk, bella.context.tenant.id)
    collect(bella)
    [finished] = finished_migrations(desk, prospect)
    add_promises(desk, prospect)
    assert [promise.note for promise in kept_promises(desk, prospect)] == [
        "not reported yet",
        "",
        "not measured by a figure",
    ]
    report_figures(desk, finished.id, {"days_closed": Decimal("0.5")}, "  Owner,  by telephone ")
    days_closed, conserved, _ = kept_promises(desk, prospect)
    assert (days_closed.actual, days_closed.difference, days_closed.is_kept, days_closed.sample) == (
        Decimal("0.5"),
        Decimal("0.5"),
        False,
        1,
    )
    assert (conserved.actual, conserved.is_kept) == (100, True)
    report = finished_migrations(desk, prospect)[0].reports["days_closed"]
    assert (report.source, report.by, report.at) == ("Owner, by telephone", desk.name, desk.now)
    line = audit_log(desk)[0]
    assert (line.action, line.facts["reported"], line.facts["before"]) == (
        "figures.report",
        {"days_closed": "0.5"},
        {},
    )


@pytest.mark.parametrize("state", ["draft", "sent", "replaced", "declined", "expired"])
def test_promises_of_a_quote_that_was_not_accepted_are_not_held(desk, state):
    prospect = add_prospect_row(desk, None)
    add_promises(desk, prospect, state)
    assert kept_promises(desk, prospect) == []
    add_promises(desk, prospect)
    assert len(kept_promises(desk, prospect)) == 3


def add_promises(context: Context, prospect: str, state: str = "accepted") -> None:
    from core.business.sales.tables import Quote

    quote = new_id()
    context.session.add(
        Quote(
            tenant_id=context.tenant.id,
            id=quote,
            created_at=clock.now(),
            prospect_id=prospect,
            number=int(new_id()[-6:], 16),
            version=1,
            state=state,
            domain="restaurant",
            package="starter",
            locations=1,
            currency="USD",
            lines=[],
            discount_percent=Decimal(0),
            subtotal=Decimal(500),
            total=Decimal(500),
            payment_plan="full",
            valid_until=clock.now().date(),
            person_id=context.person,
            updated_at=clock.now(),
        )
    )
    context.session.flush()
    promises = [
        ("closed", "No day closed", "days_closed", Decimal(0), "days"),
        ("rows", "Every row is accounted for", "rows_conserved_percent", Decimal(100), "percent"),
        ("support", "Support by e-mail", None, None, None),
    ]
    for key, words, measure, target, unit in promises:
        context.session.add(
            Promise(
                tenant_id=context.tenant.id,
                id=new_id(),
                created_at=clock.now(),
                prospect_id=prospect,
                quote_id=quote,
                key=key,
                text=words,
                measure=measure,
                target=target,
                unit=unit,
            )
        )
        context.session.flush()
    context.session.commit()


@pytest.mark.parametrize(
    ("values", "source", "fields"),
    [
        ({"days_closed": Decimal(-1)}, "owner", {"days_closed"}),
        ({"days_closed": Decimal(366)}, "owner", {"days_closed"}),
        ({"days_closed": Decimal("NaN")}, "owner", {"days_closed"}),
        ({"complaints": Decimal("0.5")}, "owner", {"complaints"}),
        ({"rows_total": Decimal(1)}, "owner", {"rows_total"}),
        ({"complaints": Decimal(0)}, " ", {"source"}),
        ({}, "owner", {"values"}),
    ],
)
def test_a_senseless_report_is_refused_by_the_name_of_its_field(bella, desk, values, source, fields):
    bella.import_file(MENU)
    prospect = add_prospect_row(desk, bella.context.tenant.id)
    collect(bella)
    [finished] = finished_migrations(desk, prospect)
    with pytest.raises(ReportError) as refused:
        report_figures(desk, finished.id, values, source)
    assert refused.value.faults.keys() == fields


def test_a_migration_without_a_prospect_is_reported_by_managers_alone(bella):
    bella.import_file(MENU)
    collect(bella)
    [row] = rows_of(operator(), bella.context.tenant.id)
    with enter(add_staff("sales"), operator()) as seller, pytest.raises(NotAllowedError):
        report_figures(seller, row.id, {"complaints": Decimal(0)}, "owner")
