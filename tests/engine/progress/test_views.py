"""The facts behind a journey are those of the database, of one migration and of many alike."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from sqlalchemy import event, select

from adapters import SOURCES
from core.engine.mapping.actions import (
    accept_above,
    decide,
    decide_many,
    set_conflict,
    set_strict,
    suggest_mapping,
)
from core.engine.mapping.actions.decide import Decision
from core.engine.mapping.row_rules.actions import decide_row_rule
from core.engine.mapping.row_rules.views import row_rules
from core.engine.mapping.views import current_plan, field_rows, mapping_fields
from core.engine.progress import views as progress
from core.engine.progress.facts import CURRENT, NOT_VALIDATED, OUTDATED
from core.engine.runs import actions as runs
from core.engine.runs.snapshot import snapshots
from core.engine.runs.worker import steps
from core.engine.sources.actions import add_file, create_migration
from core.engine.strictness import adjustable_fields, is_strict
from core.engine.validation.actions import validate
from core.errors import NotFoundError
from core.platform.access.actions import enter
from tests.importer import MENU

STOCK = "Item ID,Item Name,Price,Reorder Level\ni1,Soup,4.50,10\ni2,Stew,12.00,20\n"


def validate_now(context, migration):
    """Validate at the present moment, so that what was decided before is earlier and what follows is later."""
    context.session.commit()
    validate(replace(context, now=datetime.now(UTC)), migration)
    context.session.commit()


@pytest.fixture
def status(alice):
    """status(migration): label of its badge and of its next action."""

    def labels(migration):
        alice.session.rollback()
        journey = progress.journey(alice, migration)
        return journey.status.label, journey.action.label

    return labels


def test_a_migration_goes_through_its_statuses(alice, importer, status, tmp_path):
    migration = create_migration(alice, "Menu").id
    assert status(migration) == ("Needs files", "Upload export")
    path = tmp_path / "menu.csv"
    path.write_text(MENU, encoding="utf-8")
    add_file(alice, migration, path, SOURCES)
    assert status(migration) == ("Mapping: 5 columns to map", "Suggest mappings for 5 columns")
    suggest_mapping(alice, migration, SOURCES)
    assert status(migration) == ("Mapping: 5 fields to review", "Review 5 fields")
    accept_above(alice, migration, 0.0)
    assert status(migration) == ("Ready to validate", "Validate 3 rows")
    validate(alice, migration)
    assert status(migration) == ("Ready for dry run", "Start dry run")
    importer.run(migration, "dry_run")
    assert status(migration) == ("Ready to import", "Start import")
    run = importer.run(migration)
    assert status(migration) == ("Imported", "View reconciliation")
    importer.roll_back(run.id)
    assert status(migration) == ("Rolled back", "Start import again")


def test_changes_after_a_validation_and_after_an_import_open_the_test_again(alice, importer, status):
    migration = importer.prepare(MENU)
    importer.run(migration, "dry_run")
    set_conflict(alice, migration, "menu_item", "merge")
    assert status(migration) == ("Validation outdated", "Validate again")
    validate(alice, migration)
    assert status(migration) == ("Ready for dry run", "Start dry run")
    importer.run(migration)
    assert status(migration) == ("Imported", "View reconciliation")
    price = next(field_row for field_row in field_rows(alice, migration) if field_row.source_field == "Price")
    decide_many(alice, [Decision(price.id, price.version, None, status="ignored")], looked=True)
    assert status(migration) == ("Validation outdated", "Validate again")


def test_another_suggestion_for_an_unreviewed_field_outdates_the_validation(alice, people, importer):
    header = "Item ID,Item Name,Price,zqcode\n"
    migration = importer.prepare(f"{header}i1,Soup,4.50,P-1\ni2,Stew,6.50,P-2\n", reviewed=False)
    with enter(people["alice"], alice.tenant.id) as later:
        validate(later, migration)
    assert progress.facts(alice, migration).validation == CURRENT
    second_import = importer.prepare(
        f"{header}i3,Tea,2.50,P-3\ni4,Juice,3.50,P-4\n", name="drinks.csv", reviewed=False
    )
    field = next(
        field_row for field_row in field_rows(alice, second_import) if field_row.source_field == "zqcode"
    )
    decide(alice, field.id, version=field.version, target="menu_item.sku")
    with enter(people["alice"], alice.tenant.id) as later:
        suggest_mapping(later, migration, SOURCES)
    alice.session.rollback()
    suggested = next(
        field_row for field_row in field_rows(alice, migration) if field_row.source_field == "zqcode"
    )
    assert (suggested.target, suggested.status) == ("menu_item.sku", "suggested")
    assert progress.facts(alice, migration).validation == OUTDATED


def test_second_approvals_are_those_of_a_person_who_may_give_them(alice, bob, sam, importer):
    migration = importer.prepare(MENU.replace("14.50", "99000.00"))
    price = next(field_row for field_row in field_rows(alice, migration) if field_row.source_field == "Price")
    decide(alice, price.id, version=price.version, target="menu_item.price", transform="multiply(1)")
    facts_by_person = {person.name: progress.facts(person, migration) for person in (alice, bob, sam)}
    assert {name: (facts.second, facts.second_mine) for name, facts in facts_by_person.items()} == {
        "Alice": (1, 0),
        "Bob": (1, 1),
        "Sam": (1, 0),
    }


def test_a_second_validation_of_the_same_mapping_keeps_the_dry_run(alice, importer, status):
    migration = importer.prepare(MENU)
    importer.run(migration, "dry_run")
    validate(alice, migration)
    assert status(migration)[0] == "Ready to import"


def test_excluding_every_field_leaves_nothing_to_import(alice, importer, status):
    migration = importer.prepare(MENU)
    fields = field_rows(alice, migration)
    decide_many(
        alice, [Decision(field.id, field.version, None, status="ignored") for field in fields], looked=True
    )
    assert status(migration) == ("Mapping: nothing to import", "Map a field")


def test_held_rows_are_counted_before_and_after_an_import(alice, importer, status):
    migration = importer.prepare(MENU.replace("16.00", "sixteen"))
    assert progress.facts(alice, migration).held == 1
    importer.run(migration)
    facts = progress.facts(alice, migration)
    assert facts.imported.held == 1
    assert "1 held" in status(migration)[0] or status(migration)[0] == "Awaiting approval"


def test_a_queued_import_without_a_worker_points_to_the_workers(alice, importer, status):
    migration = importer.prepare(MENU)
    runs.start(alice, migration, "import")
    assert status(migration) == ("Import queued", "View workers")


def test_a_resumed_import_is_queued_until_a_worker_takes_it_up(alice, importer, status):
    migration = importer.prepare(MENU)
    run = runs.start(alice, migration, "import").id
    steps.begin(alice.tenant.id, alice.person, run)
    assert status(migration)[0] == "Importing 0%"
    runs.pause(alice, run)
    assert status(migration) == ("Import paused at 0%", "Resume import")
    runs.resume(alice, run)
    assert status(migration)[0] == "Import queued"


def test_after_a_later_import_is_rolled_back_the_earlier_one_stands(alice, importer, status):
    migration = importer.prepare(MENU)
    importer.run(migration, "dry_run")
    importer.run(migration)
    second = importer.run(migration)
    importer.roll_back(second.id)
    assert status(migration) == ("Imported", "View reconciliation")
    third = runs.start(alice, migration, "import").id
    runs.cancel(alice, third)
    assert status(migration) == ("Imported", "View reconciliation")


def test_many_migrations_take_as_many_questions_as_a_few(alice, importer):
    def count_queries():
        with enter(alice.person, alice.tenant.slug) as later:
            questions = []
            later.session.scalar(select(1))
            event.listen(
                later.session.connection(), "before_cursor_execute", lambda *call: questions.append(call[2])
            )
            facts = progress.all_facts(later)
        return len(questions), facts

    for number in range(2):
        create_migration(alice, f"Empty {number}")
    few, _ = count_queries()
    for number in range(4):
        create_migration(alice, f"More {number}")
    many, facts = count_queries()
    assert many == few
    assert len(facts) == 6


def test_facts_of_one_are_the_facts_among_many(alice, importer):
    ids = [importer.prepare(MENU), create_migration(alice, "Empty").id]
    all_facts = progress.all_facts(alice)
    assert {at: facts for at, (_, facts) in all_facts.items()} == {
        at: progress.facts(alice, at) for at in ids
    }


def test_the_validation_is_none_current_or_outdated(alice, importer):
    migration = importer.prepare(MENU)
    assert progress.facts(alice, create_migration(alice, "Empty").id).validation == NOT_VALIDATED
    assert progress.facts(alice, migration).validation == CURRENT
    set_conflict(alice, migration, "menu_item", "merge")
    assert progress.facts(alice, migration).validation == OUTDATED


@pytest.mark.parametrize("of_another", [False, True])
def test_a_rule_that_changes_the_plan_makes_the_validation_outdated(alice, importer, of_another):
    """A rule about rows also holds for the customer's other migrations of the same kind."""
    menu = MENU.replace("i2,", ",Mains,,,\ni2,")
    migration = importer.prepare(menu)
    other = importer.prepare(menu, name="menu.csv") if of_another else migration
    validate_now(alice, migration)
    rule = row_rules(alice, migration, current_plan(alice, migration))[0]
    assert progress.facts(alice, migration).validation == CURRENT
    decide_row_rule(alice, other, rule.key, skips=True)
    assert progress.facts(alice, migration).validation == OUTDATED


def test_a_field_that_shall_hold_its_row_makes_the_validation_outdated(alice, importer):
    migration = importer.prepare(STOCK)
    validate_now(alice, migration)
    plan = current_plan(alice, migration)
    (field, *_) = adjustable_fields(plan)
    set_strict(alice, migration, field.key, holds=not is_strict(field, plan))
    assert progress.facts(alice, migration).validation == OUTDATED


def test_columns_with_an_open_question_are_counted(alice, importer):
    migration = importer.prepare(MENU, reviewed=False)
    assert progress.facts(alice, migration).asked == 0
    (price,) = [field for field in mapping_fields(alice, migration) if field.source_field == "Price"]
    price.status, price.question = "suggested", "Is it the price with tax?"
    alice.session.flush()
    assert progress.facts(alice, migration).asked == 1


def test_no_other_tenant_sees_a_journey(mallory, importer):
    migration = importer.prepare(MENU)
    with pytest.raises(NotFoundError):
        progress.journey(mallory, migration)
    assert progress.all_facts(mallory) == {}


def test_the_start_button_of_a_migration_follows_its_journey(alice, importer):
    migration = importer.prepare(MENU)
    assert not progress.start_button(alice, migration).primary
    importer.run(migration, "dry_run")
    assert progress.start_button(alice, migration).primary


def test_card_and_badge_name_one_state_and_one_percent_at_every_stage(alice, importer):
    """The Runs card is drawn from a Snapshot, every badge from the journey: both read the same run."""
    migration = importer.prepare(MENU)
    labels = []

    def compare_labels():
        alice.session.rollback()
        card = snapshots(alice, migration)[0]
        badge = progress.journey(alice, migration).status.label
        labels.append((card.label, badge))
        if card.percent not in {None, 100}:
            assert f"{card.percent}%" in badge
        else:
            assert "%" not in badge
        return card

    run = runs.start(alice, migration, "import").id
    compare_labels()
    tasks = steps.begin(alice.tenant.id, alice.person, run)
    compare_labels()
    steps.load(alice.tenant.id, alice.person, run, tasks[:1])
    compare_labels()
    runs.pause(alice, run)
    compare_labels()
    runs.resume(alice, run)
    compare_labels()
    steps.load(alice.tenant.id, alice.person, run, steps.begin(alice.tenant.id, alice.person, run))
    steps.finish(alice.tenant.id, alice.person, run)
    compare_labels()
    importer.roll_back(run)
    compare_labels()
    assert [card for card, _ in labels] == [
        "Queued", "Running", "Running", "Paused", "Queued", "Completed", "Rolled back",
    ]  # fmt: skip
    words = ["queued", "Importing", "Importing", "paused", "queued", "Imported", "Rolled back"]
    assert all(word in badge for word, (_, badge) in zip(words, labels, strict=True))
