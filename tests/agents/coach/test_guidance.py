"""On each step the coach says what to do next, from the facts of the migration now, and nothing where there is nothing."""

from itertools import pairwise

import pytest
from sqlalchemy import event, select

from core.agents.coach import MAX_ADVICE, STEPS, MigrationCoach
from core.engine.mapping.actions import accept_above, decide_many, set_conflict
from core.engine.mapping.actions.decide import Decision
from core.engine.mapping.views import field_rows, progress
from core.engine.runs import actions as runs
from core.engine.validation.actions import validate
from core.errors import InvalidInputError, NotFoundError
from core.platform.access.actions import enter
from tests.agents.coach.conftest import MENU

GUESTS = "Guest ID,First Name,Last Name,Email\ng1,Ann,Lee,ann@example.com\ng2,Bo,Kim,bo@example.com\n"


def test_a_new_migration_is_told_what_to_upload_on_every_step(coach, take):
    migration = take(until="made")
    for step in STEPS:
        (first,) = coach.guidance(migration, step)
        assert (first.code, first.title, first.screen) == ("upload", "Upload export", "connect")
        assert "Bring the menu" in first.why


def test_what_was_read_is_to_be_suggested(advised, take):
    advice = advised(take(MENU, until="read"), "connect")
    assert advice["suggest"].offer.action == "suggest"
    assert "6 columns" in advice["suggest"].title


def test_high_confidence_suggestions_can_be_accepted_and_empty_columns_excluded(alice, coach, advised, take):
    migration = take(MENU)
    advice = advised(migration, "map")
    sure = progress(alice, migration).by_band["green"]
    assert advice["accept_green"].title == f"Accept {sure} high-confidence suggestions"
    assert advice["exclude_empty"].title == "Exclude 1 column without values"
    assert advice["exclude_no_match"].title == "Exclude 1 column with no matching field"
    consequences = coach.consequences(migration, advice["accept_green"].id)
    assert consequences[0] == f"{sure} fields are accepted as suggested."
    assert coach.consequences(migration, advice["exclude_no_match"].id)[0] == "1 column is not imported."


def test_when_all_is_reviewed_the_next_action_is_the_validation(coach, take):
    assert [advice.title for advice in coach.guidance(take(MENU, until="reviewed"), "map")] == [
        "Validate 3 rows"
    ]


def test_a_validation_is_advised_first_then_a_dry_run(advised, alice, take):
    migration = take(MENU, until="reviewed")
    assert list(advised(migration, "test")) == ["validate"]
    validate(alice, migration)
    assert list(advised(migration, "test")) == ["dry_run"]
    assert list(advised(migration, "live")) == ["dry_run"]


def test_a_changed_mapping_is_to_be_validated_again(advised, alice, take):
    migration = take(MENU, until="validated")
    price = next(field_row for field_row in field_rows(alice, migration) if field_row.source_field == "Price")
    decide_many(alice, [Decision(price.id, price.version, None, status="ignored")], looked=True)
    assert list(advised(migration, "test")) == ["validate_again"]


def test_a_changed_strategy_is_to_be_validated_again(advised, alice, take):
    migration = take(MENU, until="validated")
    set_conflict(alice, migration, "menu_item", "merge")
    assert list(advised(migration, "test")) == ["validate_again"]


def test_seen_from_a_later_moment_an_untouched_validation_still_holds(people, alice, take):
    """The short way, by times and ids, says the same as comparing the plans."""
    migration = take(MENU, until="validated")
    with enter(people["alice"], alice.tenant.slug) as later:
        validate(later, migration)
    with enter(people["alice"], alice.tenant.slug) as later:
        assert [advice.code for advice in MigrationCoach(later).guidance(migration, "test")] == ["dry_run"]
        set_conflict(later, migration, "menu_item", "merge")
        assert [advice.code for advice in MigrationCoach(later).guidance(migration, "test")] == [
            "validate_again"
        ]


def test_after_the_dry_run_the_import_then_the_comparison(importer, coach, advised):
    migration = importer.prepare(MENU)
    importer.run(migration, "dry_run")
    offered = advised(migration, "live")["start"].offer
    assert (offered.action, offered.arguments) == ("start", {"kind": "import"})
    assert offered.warns
    importer.run(migration)
    importer.context.session.rollback()
    assert "compare" in advised(migration, "live")


def test_a_run_that_waits_without_a_worker_is_told(advised, alice, importer):
    migration = importer.prepare(MENU)
    runs.start(alice, migration, "import")
    assert list(advised(migration, "live")) == ["no_worker"]


def test_a_paused_import_can_go_on_and_what_it_wrote_can_be_taken_back(advised, alice, importer):
    from core.engine.runs.worker import steps

    migration = importer.prepare(MENU)
    run = runs.start(alice, migration, "import").id
    person, tenant = alice.person, alice.tenant.id
    steps.load(tenant, person, run, steps.begin(tenant, person, run))
    alice.session.rollback()
    runs.pause(alice, run)
    assert list(advised(migration, "live")) == ["resume", "roll_back"]


def test_rows_with_errors_are_pointed_at_and_handed_out_after_the_import(importer, advised):
    bad = MENU.replace("16.00", "sixteen")
    migration = importer.prepare(bad)
    assert "1 row with" in advised(migration, "test")["held_rows"].title
    importer.run(migration)
    importer.context.session.rollback()
    assert advised(migration, "live")["held_file"].offer.action == "held_file"


def test_people_who_are_there_already_are_not_to_be_overwritten(importer, advised, alice):
    importer.import_file(GUESTS)
    again = importer.prepare(GUESTS.replace("Ann", "Anna"), name="more.csv")
    advice = advised(again, "rules")
    assert advice["keep_people"].offer.arguments == {"entity": "customer", "strategy": "merge"}
    assert "consent" in advice
    set_conflict(alice, again, "customer", "duplicate")
    assert "no_doubles" in advised(again, "rules")
    set_conflict(alice, again, "customer", "merge")
    assert set(advised(again, "rules")) - {"validate_again", "validate", "review"} == {"consent"}


def test_the_ai_is_offered_only_where_it_can_be_asked(advised, take, emulator):
    advice = advised(take("Blorp,Price of it\nx,1.00\ny,2.00\n"), "map")
    assert advice["ask_ai"].offer.action == "ask_ai"
    assert "tokens" in advice["ask_ai"].why


def test_without_a_key_the_ai_is_not_spoken_of(advised, take):
    assert "ask_ai" not in advised(take("Blorp,Price of it\nx,1.00\ny,2.00\n"), "map")


@pytest.mark.parametrize("until", ["read", "suggested", "validated"])
def test_nobody_is_offered_what_would_be_refused_to_them(sam, take, sample, until):
    """Sam sells: she may validate and rehearse, not decide or import."""
    migration = take(sample("toast"), until=until)
    for step in STEPS:
        offers = [
            advice.offer.action for advice in MigrationCoach(sam).guidance(migration, step) if advice.offer
        ]
        assert set(offers) <= {"suggest", "validate", "start", "ask_ai"}, step


@pytest.mark.parametrize("until", ["read", "suggested"])
def test_it_is_at_most_four_and_each_has_all_its_parts(coach, take, sample, until):
    migration = take(sample("toast"), sample("square"), until=until)
    for step in STEPS:
        advice = coach.guidance(migration, step)
        assert len(advice) <= MAX_ADVICE, step
        assert all(piece.title and piece.why and piece.risk and piece.step == step for piece in advice), step
        assert len({piece.id for piece in advice}) == len(advice), step


def test_an_id_lasts_while_nothing_changes_and_no_longer(coach, alice, take):
    migration = take(MENU)
    ids = [[advice.id for advice in coach.guidance(migration, "map")] for _ in range(2)]
    accept_above(alice, migration, 0.96)
    ids.append([advice.id for advice in coach.guidance(migration, "map")])
    assert [first == second for first, second in pairwise(ids)] == [True, False]


def test_there_are_no_other_steps_and_no_other_tenants(coach, mallory, take):
    migration = take(MENU)
    with pytest.raises(InvalidInputError):
        coach.guidance(migration, "somewhere")
    for step in STEPS:
        with pytest.raises(NotFoundError):
            MigrationCoach(mallory).guidance(migration, step)


def test_no_word_of_a_file_stands_in_advice(coach, take):
    text = MENU.replace("Colour of lid", "Zanzibarian").replace("Item Name", "Zanzibarian Name")
    migrations = [take(text, until=until) for until in ("read", "validated")]
    guidance = [coach.guidance(migration, step) for migration in migrations for step in STEPS]
    assert "Zanzibarian" not in repr(guidance)


def test_it_asks_a_few_questions_and_loads_no_rows_plans_or_evidence(alice, coach, take, sample):
    migration = take(sample("toast"), until="validated")
    with enter(alice.person, alice.tenant.slug) as later:
        validate(later, migration)
    for step in STEPS:
        queries = statements(alice, migration, step)
        assert len(queries) <= 16, step
        loaded = [statement.partition("FROM")[0] for statement in queries]
        assert not [
            query
            for query in loaded
            if "evidence" in query or "sample" in query or "validation.plan," in query
        ], step


def statements(alice, migration, step):
    """What the advice on a step asks the database, in a session of its own."""
    queries = []
    with enter(alice.person, alice.tenant.slug) as later:
        later.session.scalar(select(1))
        event.listen(
            later.session.connection(), "before_cursor_execute", lambda *call: queries.append(call[2])
        )
        MigrationCoach(later).guidance(migration, step)
    return queries
