"""The coach's panel: what to do next, one click that does it, and silence where there is nothing to say."""

from __future__ import annotations

import pytest

from adapters import SOURCES
from core.engine.mapping.actions import decide_many, suggest_mapping
from core.engine.mapping.actions.decide import Decision
from core.engine.mapping.views import field_rows, progress
from core.engine.runs import views as runs
from core.engine.sources.actions import add_file, create_migration
from core.engine.validation import views as validations
from core.engine.validation.actions import validate
from tests.importer import review_all
from tests.pages.conftest import Console
from tests.pages.test_menu import texts
from tests.prepared import TOAST


@pytest.fixture
def unmapped_migration(alice):
    """The Toast sample, taken in, and nothing else."""
    migration_id = create_migration(alice, "Fresh").id
    add_file(alice, migration_id, TOAST, SOURCES)
    return migration_id


@pytest.fixture
def ready(alice, migration):
    """The Toast sample, every field reviewed, validated."""
    review_all(alice, migration)
    validate(alice, migration)
    return migration


def panel(app):
    """What the panel says first, and its buttons by their labels; nothing where there is none."""
    labels = [element.label for element in app.expander if element.label.startswith("**Next:")]
    buttons = {
        element.label: element for element in app.button if str(element.key or "").startswith("coach_")
    }
    return (labels[0] if labels else ""), buttons


def test_a_new_migration_is_told_what_to_bring(console: Console, alice):
    create_migration(alice, "Empty")
    advice, buttons = panel(console("alice", "connect"))
    assert "upload export" in advice
    assert buttons == {}


def test_without_a_migration_there_is_no_panel(console: Console):
    assert panel(console("alice", "connect"))[0] == ""


def test_one_click_suggests_the_mapping_and_says_so(console: Console, alice, unmapped_migration):
    app = console("alice", "connect")
    advice, buttons = panel(app)
    assert "79 columns" in advice
    buttons["Suggest mappings for 79 columns"].click().run()
    assert not app.exception
    suggested = progress(alice, unmapped_migration).total
    assert [toast.value for toast in app.toast] == [f"{suggested} fields suggested."]
    assert f"review {suggested} fields" in panel(app)[0]


def test_one_click_validates_and_the_next_rehearses(console: Console, alice, unmapped_migration):
    suggest_mapping(alice, unmapped_migration, SOURCES)
    review_all(alice, unmapped_migration)
    app = console("alice", "validation")
    panel(app)[1]["Validate 32 rows"].click().run()
    assert not app.exception
    assert validations.latest(alice, unmapped_migration) is not None
    advice, buttons = panel(app)
    assert "start dry run" in advice
    buttons["Start dry run"].click().run()
    alice.session.rollback()
    assert [(run.kind, run.state) for run in runs.runs(alice, unmapped_migration)] == [("dry_run", "queued")]


@pytest.mark.parametrize("path", ["connect", "preview", "mapping", "rules", "validation", "dry_run", "runs"])
def test_every_screen_of_the_wizard_names_the_same_next_action(console: Console, ready, path):
    assert "start dry run" in panel(console("alice", path))[0]


def test_fields_to_review_come_before_a_dry_run_whatever_was_validated(console: Console, migration):
    assert "review" in panel(console("alice", "runs"))[0]


def test_stale_advice_is_refused_in_words(console: Console, alice, ready):
    app = console("alice", "validation")
    button = panel(app)[1]["Start dry run"]
    price = next(field_row for field_row in field_rows(alice, ready) if field_row.target == "menu_item.price")
    decide_many(alice, [Decision(price.id, price.version, None, status="ignored")], looked=True)
    button.click().run()
    assert not app.exception
    alice.session.rollback()
    assert runs.runs(alice, ready) == []
    assert "validate again" in panel(app)[0]


def test_an_import_is_confirmed_first(console: Console, alice, importer):
    importer.run(importer.prepare(TOAST), "dry_run")
    app = console("alice", "runs")
    panel(app)[1]["Start import"].click().run()
    assert not app.exception
    assert "The import can be paused, and rolled back afterwards." in texts(app)
    assert [run.kind for run in runs.runs(alice)] == ["dry_run"]


def test_whoever_may_not_is_told_and_not_offered(console: Console, alice, importer):
    importer.run(importer.prepare(TOAST), "dry_run")
    advice, buttons = panel(console("sam", "runs"))
    assert "start import" in advice
    assert "import" not in " ".join(buttons)


def test_mallory_is_not_advised_about_it(console: Console, unmapped_migration):
    assert panel(console("mallory", "connect"))[0] == ""


def test_validating_again_is_advised_once_the_mapping_changed(console: Console, alice, ready):
    name = next(field_row for field_row in field_rows(alice, ready) if field_row.target == "menu_item.name")
    decide_many(alice, [Decision(name.id, name.version, "menu_item.kitchen_name")], looked=True)
    assert "validate again" in panel(console("alice", "dry_run"))[0]
    validate(alice, ready)
    assert "start dry run" in panel(console("alice", "dry_run"))[0]


def test_advice_only_to_look_is_not_given_on_the_screen_where_it_is_seen(console: Console, alice, importer):
    from tests.importer import MENU

    importer.run(importer.prepare(MENU))
    assert "view reconciliation" in panel(console("alice", "runs"))[0]
    assert panel(console("alice", "reconciliation"))[0] == ""
