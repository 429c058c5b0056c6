"""The school of the demo: every planted fault is found and no other, every row is accounted for, balances are equal, and all of it can be rolled back."""

from __future__ import annotations

import json
from collections import Counter
from decimal import Decimal

import pytest
from sqlalchemy import func, select

from core.db.target import target_table
from core.engine.runs import checksums, rollback
from core.engine.runs import rollback_requests as requests
from core.engine.runs import views as runs
from core.engine.runs.reconciliation.views import reconciliation
from core.engine.sources import views as sources
from core.engine.validation import views as validations
from core.entry import demo
from core.entry.stories.school import ONECLASS
from core.platform.access.actions import enter

pytestmark = [pytest.mark.slow, pytest.mark.timeout(600)]


@pytest.fixture(scope="module")
def cast(people):
    cast = demo.seed_cast()
    demo.load(ONECLASS.slug)
    return cast


@pytest.fixture
def tendai(cast):
    """The school as its manager sees it."""
    with enter(cast["tendai"], ONECLASS.slug) as context:
        yield context


@pytest.fixture(scope="module")
def expected(tmp_path_factory):
    folder = tmp_path_factory.mktemp("school")
    ONECLASS.write(folder)
    return json.loads((folder / "expected.json").read_text())


def proof_of(context):
    (migration,) = sources.migrations(context)
    imported, rehearsal = runs.runs(context, migration.id)
    assert (imported.kind, imported.state, rehearsal.state) == ("import", "completed", "completed")
    return imported, reconciliation(context, imported.id)


def test_the_school_is_a_demo_of_its_own_domain_and_country(tendai):
    assert (tendai.tenant.domain, tendai.tenant.country, tendai.tenant.zone) == (
        "school",
        "ZW",
        "Africa/Harare",
    )
    assert tendai.tenant.is_demo


def test_every_row_of_the_three_sources_is_accounted_for(tendai, expected):
    imported, proof = proof_of(tendai)
    assert {table.file for table in proof.account.tables} == set(ONECLASS.migrations[0].files)
    assert proof.account.complete
    assert all(sum(table.outcomes.values()) == table.rows for table in proof.account.tables)
    held = {defect["external_id"] for defect in expected["defects"] if defect["level"] == "error"}
    assert imported.errors == len(held) == 3


def test_records_are_as_many_as_the_sources_have_but_for_those_that_are_held(tendai, expected):
    counted = {
        entity: tendai.session.scalar(select(func.count()).select_from(target_table(entity)))
        for entity in expected["counts"]
    }
    held = Counter(defect["entity"] for defect in expected["defects"] if defect["level"] == "error")
    assert counted == {entity: count - held[entity] for entity, count in expected["counts"].items()}
    assert counted["student"] == 640


def test_what_pupils_owe_is_equal_to_the_cent_in_both_currencies(tendai, expected):
    _, proof = proof_of(tendai)
    sums = {part.currency: part for part in proof.fees}
    assert set(sums) == {"USD", "ZWG"}
    for currency, part in sums.items():
        stated = {name: Decimal(amount) for name, amount in expected["balances"][currency].items()}
        assert (part.charged, part.paid, part.balance) == (
            stated["charged"],
            stated["paid"],
            stated["balance"],
        )
        assert part.unexplained == part.differing == 0
    (unknown,) = (defect for defect in expected["defects"] if defect["code"] == "missing_reference")
    assert sums["USD"].held == Decimal(unknown["amount"])
    assert sums["ZWG"].balance == sums["ZWG"].imported


def test_every_planted_fault_is_found_and_no_other(tendai, expected):
    (migration,) = sources.migrations(tendai)
    latest = validations.latest(tendai, migration.id)
    counts = {count.code: count.rows for count in validations.issue_counts(tendai, latest.id)}
    families = counts.pop("siblings")
    assert counts == expected["defects_by_code"]
    assert 100 < families < 400
    amounts = {
        count.code: count.money for count in validations.issue_counts(tendai, latest.id) if count.money
    }
    planted = {
        defect["code"]: Decimal(defect["amount"])
        for defect in expected["defects"]
        if defect["code"] == "fee_not_covered"
    }
    assert amounts["fee_not_covered"] == planted["fee_not_covered"]


def test_the_school_is_reset_to_the_same_story(cast):
    def story():
        with enter(cast["tendai"], ONECLASS.slug) as context:
            return checksums_without_ids(context)

    before = story()
    demo.reset(ONECLASS.slug)
    assert story() == before


def checksums_without_ids(context):
    """Number of records by entity and the fees by currency: what a reset may not change."""
    _, proof = proof_of(context)
    return [(entity.entity, entity.target_rows) for entity in proof.entities], proof.fees


def test_all_of_the_school_is_rolled_back_and_the_digest_is_that_of_before(cast):
    with enter(cast["tendai"], ONECLASS.slug) as context:
        imported, _ = proof_of(context)
        requests.ask_rollback(context, imported.id, reason="The school begins again")
    with enter(cast["alice"], ONECLASS.slug) as context:
        requests.confirm_rollback(context, imported.id)
        rollback.roll_back(context.tenant.id, context.person, imported.id, None, [])
        context.session.rollback()
        report = runs.rollback_report(context, imported.id)
        assert report.equal
        assert report.before == report.after
        assert not report.kept
        assert {
            context.session.scalar(select(func.count()).select_from(target_table(entity)))
            for entity in checksums.columns(context)
        } == {0}
    demo.reset(ONECLASS.slug)
