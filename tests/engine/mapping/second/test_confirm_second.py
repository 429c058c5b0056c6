"""Risky fields take two people: whoever decided cannot confirm, an import waits, and a change asks anew."""

from __future__ import annotations

from decimal import Decimal

import pytest
from sqlalchemy import select

from adapters import SOURCES
from core.engine.mapping import actions, views
from core.engine.runs import actions as runs
from core.engine.sources import actions as files
from core.engine.sources import views as source_views
from core.engine.validation.actions import validate
from core.errors import ConflictError, InvalidInputError, NotAllowedError, NotFoundError
from core.platform.audit.tables import AuditLine


@pytest.fixture
def toast(alice, decided_toast):
    """Everything over 90% accepted, the rest left out, so that an import could start."""
    return source_views.migration(alice, decided_toast)


@pytest.fixture
def consent(alice, toast):
    """The consent column, mapped by Alice to what it says with a transform of her own."""
    field = next(
        field_row
        for field_row in views.field_rows(alice, toast.id)
        if field_row.target == "customer.marketing_opt_in"
    )
    actions.decide(
        alice, field.id, version=field.version, target="customer.marketing_opt_in", transform="equals('true')"
    )
    return field.id


def version(context, field_id):
    context.session.rollback()
    return views.mapping_field(context, field_id).version


def pending_fields(context, migration):
    context.session.rollback()
    return [field.id for field in views.awaiting_second(context, migration.id)]


def test_what_stands_as_suggested_over_90_percent_waits_for_nobody(alice, toast):
    assert pending_fields(alice, toast) == []


def test_an_import_waits_for_the_second_person_and_a_dry_run_does_not(alice, bob, toast, consent):
    assert pending_fields(alice, toast) == [consent]
    validate(alice, toast.id)
    with pytest.raises(ConflictError) as refused:
        runs.start(alice, toast.id, "import")
    assert refused.value.facts["fields"] == [consent]
    assert "needs second approval" in refused.value.message
    actions.confirm_second(bob, {consent: version(bob, consent)})
    assert pending_fields(alice, toast) == []
    assert runs.start(alice, toast.id, "import").state == "queued"


def test_a_dry_run_may_start_before(alice, toast, consent):
    validate(alice, toast.id)
    assert runs.start(alice, toast.id, "dry_run").state == "queued"


def test_nobody_confirms_what_they_decided_themselves(alice, bob, sam, mallory, toast, consent):
    versions = {consent: version(alice, consent)}
    with pytest.raises(NotAllowedError):
        actions.confirm_second(alice, versions)
    with pytest.raises(NotAllowedError):
        actions.confirm_second(sam, versions)
    with pytest.raises(NotFoundError):
        actions.confirm_second(mallory, versions)
    with pytest.raises(InvalidInputError):
        actions.confirm_second(bob, {})
    assert pending_fields(alice, toast) == [consent]


def test_a_confirmation_is_a_decision_of_its_own_with_an_audit_line_and_can_be_undone(
    alice, bob, toast, consent
):
    batch = actions.confirm_second(bob, {consent: version(bob, consent)})
    field = views.mapping_field(alice, consent)
    assert (field.decided_by, field.second_by) == (alice.person, bob.person)
    newest = views.decisions(alice, toast.id, field_id=consent)[0]
    assert (newest.person_id, newest.after["second"]) == (bob.person, bob.person)
    lines = alice.session.scalars(select(AuditLine).where(AuditLine.object_id == consent)).all()
    assert "mapping.confirm_second" in {line.action for line in lines}
    actions.undo(bob, batch)
    field = views.mapping_field(alice, consent)
    assert (field.decided_by, field.second_by) == (alice.person, None)
    assert pending_fields(alice, toast) == [consent]


def test_an_approval_that_was_undone_is_restored_by_undoing_the_undo(alice, bob, toast, consent):
    undo_result = actions.undo(bob, actions.confirm_second(bob, {consent: version(bob, consent)}))
    assert actions.undo(bob, undo_result.batch).restored == 1
    alice.session.rollback()
    field = views.mapping_field(alice, consent)
    assert (field.decided_by, field.second_by) == (alice.person, bob.person)
    assert pending_fields(alice, toast) == []


def test_a_new_decision_asks_for_the_second_person_anew(alice, bob, toast, consent):
    actions.confirm_second(bob, {consent: version(bob, consent)})
    actions.decide(
        bob, consent, version=version(bob, consent), target="customer.marketing_opt_in", transform="bool"
    )
    assert pending_fields(alice, toast) == [consent]
    actions.confirm_second(alice, {consent: version(alice, consent)})
    assert pending_fields(alice, toast) == []


def test_accepting_an_edited_field_does_not_make_it_the_suggestion(alice, bob, toast, consent):
    field = views.mapping_field(bob, consent)
    actions.decide(
        bob, consent, version=field.version, target=field.target, transform=field.transform, status="accepted"
    )
    assert pending_fields(alice, toast) == [consent]


def test_a_confirmation_of_what_changed_meanwhile_is_refused(alice, bob, toast, consent):
    versions = {consent: version(bob, consent)}
    actions.decide(
        alice, consent, version=versions[consent], target="customer.marketing_opt_in", transform="bool"
    )
    with pytest.raises(ConflictError):
        actions.confirm_second(bob, versions)


def test_what_nobody_decided_cannot_be_confirmed(alice, bob, sample):
    migration = files.create_migration(alice, "Bella")
    files.add_file(alice, migration.id, sample("toast"), SOURCES)
    actions.suggest_mapping(alice, migration.id, SOURCES)
    field = views.field_rows(alice, migration.id)[0]
    with pytest.raises(ConflictError):
        actions.confirm_second(bob, {field.id: 0})


def test_the_exposure_is_the_customers_own_and_money_follows_the_target(alice, bob, toast):
    price = next(
        field_row
        for field_row in views.field_rows(alice, toast.id)
        if field_row.source_field == "price" and field_row.money
    )
    actions.decide(alice, price.id, version=price.version, target="menu_item.cost", transform=price.transform)
    actions.decide(
        alice, price.id, version=price.version + 1, target="menu_item.price", transform="divide(10)"
    )
    assert views.mapping_field(alice, price.id).money == 10 * price.money
    assert pending_fields(alice, toast) == []  # some dollars
    actions.set_exposure(alice, toast.id, Decimal(1))
    assert views.exposure(alice, toast.id) == 1
    assert pending_fields(alice, toast) == [price.id]
    with pytest.raises(NotAllowedError):
        actions.set_exposure(bob, toast.id, Decimal(10**9))
    with pytest.raises(InvalidInputError):
        actions.set_exposure(alice, toast.id, Decimal(-1))


def test_a_threshold_set_for_all_fields_needs_no_second_person(alice, sample):
    migration = files.create_migration(alice, "Bella")
    files.add_file(alice, migration.id, sample("toast"), SOURCES)
    actions.suggest_mapping(alice, migration.id, SOURCES)
    actions.set_exposure(alice, migration.id, Decimal(0))
    unsure = [
        field_row
        for field_row in views.field_rows(alice, migration.id)
        if field_row.target and not field_row.question
    ]
    actions.accept_above(alice, migration.id, 0.0)
    assert pending_fields(alice, migration) == []
    assert {decision.after[views.RULE] for decision in views.decisions(alice, migration.id)} == {
        "confidence above 0"
    }
    assert len(unsure) == len(views.decisions(alice, migration.id))


def test_an_approval_that_was_withdrawn_comes_back_only_by_who_gave_it(alice, bob, toast, consent):
    approved = actions.confirm_second(bob, {consent: version(bob, consent)})
    withdrawn = actions.undo(bob, approved).batch
    assert pending_fields(alice, toast) == [consent]
    again = actions.undo(alice, withdrawn).batch
    assert pending_fields(alice, toast) == [consent]
    actions.undo(alice, again)
    actions.undo(bob, withdrawn)
    assert pending_fields(alice, toast) == []
