"""One click does exactly what the advice says, under the action's own permission, and never on stale facts."""

import pytest

from core.agents.coach import MigrationCoach
from core.agents.coach.advice_actions import ADVICE_ACTIONS
from core.engine.mapping import actions as mapping
from core.engine.mapping.ai_review.actions import review_with_ai
from core.engine.mapping.views import field_rows, progress
from core.engine.runs import actions as runs
from core.engine.runs import views as run_views
from core.engine.runs.records import held_rows_file
from core.engine.sources.views import migration as migration_of
from core.engine.validation import views as validations
from core.engine.validation.actions import validate
from core.errors import ConflictError, NotAllowedError, NotFoundError
from core.platform.access.rules import PERMISSIONS
from core.platform.audit.views import audit_lines
from tests.agents.coach.conftest import MENU

ACTIONS = {
    "suggest": mapping.suggest_mapping,
    "accept_green": mapping.accept_above,
    "exclude": mapping.decide_many,
    "ask_ai": review_with_ai,
    "validate": validate,
    "start": runs.start,
    "resume": runs.resume,
    "rollback": runs.rollback,
    "set_conflict": mapping.set_conflict,
    "held_file": held_rows_file,
}


@pytest.fixture
def follow(coach, advised):
    """follow(migration, step, code): accepts that advice as it stands now."""
    return lambda migration, step, code: coach.accept(migration, advised(migration, step)[code].id)


def test_each_deed_knows_the_permission_of_its_action():
    assert {name: {action.permission} for name, action in ACTIONS.items()} == {
        name: set(deed.permissions) for name, deed in ADVICE_ACTIONS.items()
    }
    assert all(deed.permissions <= PERMISSIONS for deed in ADVICE_ACTIONS.values())


def test_the_mapping_is_suggested_accepted_and_cleared_click_by_click(alice, take, follow, coach):
    migration = take(MENU, until="read")
    assert follow(migration, "connect", "suggest").message == "6 fields suggested."
    sure = progress(alice, migration).by_band["green"]
    follow(migration, "map", "accept_green")
    assert progress(alice, migration).reviewed == sure > 0
    assert follow(migration, "map", "exclude_empty").message == "Excluded 1 column."
    follow(migration, "map", "exclude_no_match")
    ignored = {
        field_row.source_field for field_row in field_rows(alice, migration) if field_row.status == "ignored"
    }
    assert ignored == {"Colour of lid", "Barcode 2"}
    assert coach.guidance(migration, "map")[0].code in {"review", "validate"}


def test_validation_and_dry_run_are_started(alice, take, follow):
    migration = take(MENU, until="reviewed")
    assert follow(migration, "test", "validate").message == "Validated: 0 rows have errors."
    assert validations.latest(alice, migration) is not None
    follow(migration, "test", "dry_run")
    (run,) = run_views.runs(alice, migration)
    assert (run.kind, run.state) == ("dry_run", "queued")


def test_the_import_is_started_and_its_held_rows_are_handed_out(importer, follow):
    migration = importer.prepare(MENU.replace("16.00", "sixteen"))
    importer.run(migration, "dry_run")
    follow(migration, "live", "start")
    newest = run_views.runs(importer.context, migration)[0]
    assert (newest.kind, newest.state) == ("import", "queued")
    runs.cancel(importer.context, newest.id)
    importer.run(migration)
    importer.context.session.rollback()
    done = follow(migration, "live", "held_file")
    assert done.file_name == "held_rows.csv"
    assert b"sixteen" in done.file


def test_a_strategy_is_set(alice, importer, follow):
    guests = "Guest ID,First Name,Last Name\ng1,Ann,Lee\n"
    importer.import_file(guests)
    again = importer.prepare(guests, name="more.csv")
    follow(again, "rules", "keep_people")
    assert migration_of(alice, again).settings["conflict"] == {"customer": "merge"}


def test_the_ai_is_asked(alice, take, follow, emulator):
    migration = take("Blorp,Price of it\nx,1.00\ny,2.00\n")
    assert follow(migration, "map", "ask_ai").message.startswith("Asked about")
    assert emulator.requests


def test_what_was_advised_before_somebody_else_decided_is_refused(alice, bob, coach, advised, take):
    migration = take(MENU)
    advice = advised(migration, "map")["accept_green"]
    price = next(field_row for field_row in field_rows(bob, migration) if field_row.source_field == "Price")
    mapping.decide(bob, price.id, version=0, target=None, status="ignored")
    alice.session.rollback()
    with pytest.raises(ConflictError):
        coach.accept(migration, advice.id)
    assert progress(alice, migration).reviewed == 1


def test_the_same_advice_is_not_followed_twice(alice, coach, advised, take):
    migration = take(MENU)
    advice = advised(migration, "map")["accept_green"]
    coach.accept(migration, advice.id)
    with pytest.raises(ConflictError):
        coach.accept(migration, advice.id)


@pytest.mark.parametrize(
    "invented", ["", "map", "map.accept_green.0000000000000000", "nowhere.suggest.1", "live.import"]
)
def test_an_invented_id_does_nothing(coach, take, invented):
    with pytest.raises(ConflictError):
        coach.accept(take(MENU), invented)


def test_advice_that_only_points_somewhere_cannot_be_accepted(coach, advised, take):
    migration = take(MENU)
    with pytest.raises(ConflictError):
        coach.accept(migration, advised(migration, "connect")["unrecognised"].id)


def test_the_action_itself_refuses_whoever_may_not(alice, sam, advised, take):
    migration = take(MENU)
    advice = advised(migration, "map")["accept_green"]
    with pytest.raises(NotAllowedError):
        MigrationCoach(sam).accept(migration, advice.id)
    assert progress(alice, migration).reviewed == 0


def test_mallory_accepts_nothing(alice, mallory, advised, take):
    migration = take(MENU)
    advice = advised(migration, "map")["accept_green"]
    with pytest.raises(NotFoundError):
        MigrationCoach(mallory).accept(migration, advice.id)
    assert progress(alice, migration).reviewed == 0


def test_what_is_done_stands_in_the_audit_log_as_the_person_s(alice, take, follow):
    migration = take(MENU)
    follow(migration, "map", "accept_green")
    lines = audit_lines(alice, object_type="mapping_field")
    assert len(lines) == progress(alice, migration).reviewed > 0
    assert {line.person_id for line in lines} == {alice.person}
