"""A column with a question is decided by a person who opens it, and by no bulk action of the screen."""

from __future__ import annotations

from pathlib import Path

import pytest

from adapters import SOURCES
from core.context import Context
from core.engine.mapping import views
from core.engine.mapping.actions import suggest_mapping
from core.engine.mapping.review import is_asked
from core.engine.sources.actions import add_file, create_migration
from pages.mapping.bulk.menu import ASK
from pages.mapping.finish import FINISH
from tests.pages.conftest import Console
from tests.pages.mapping.test_bulk import ask
from tests.pages.mapping.test_grid import text_of

GUESTS = (
    "Customer ID,First Name,Last Name,Email,Do Not Email\n"
    "C1,Ada,Bloom,ada@example.com,0\n"
    "C2,Ben,Carr,ben@example.com,1\n"
    "C3,Cy,Dunn,cy@example.com,0\n"
)
CONSENT = "Do Not Email"


@pytest.fixture
def migration(alice: Context, tmp_path: Path) -> str:
    """A list of guests whose consent column asks; nothing is decided."""
    file = tmp_path / "guests.csv"
    file.write_text(GUESTS)
    migration = create_migration(alice, "Guests")
    add_file(alice, migration.id, file, SOURCES)
    suggest_mapping(alice, migration.id, SOURCES)
    alice.session.commit()
    return migration.id


def consent(context: Context, migration: str) -> views.FieldRow:
    context.session.rollback()
    (field,) = [row for row in views.field_rows(context, migration) if row.source_field == CONSENT]
    return field


def test_accepting_the_sure_ones_leaves_the_question_open(
    console: Console, alice: Context, migration: str
) -> None:
    assert is_asked(consent(alice, migration))
    progress = views.progress(alice, migration)
    app = console("alice", "mapping", migration=migration)
    assert app.button(key="map_accept_high").label == f"Accept {progress.acceptable} high"
    assert progress.acceptable == progress.by_band["green"] - sum(progress.asked.values())
    app.button(key="map_accept_high").click().run()
    app.button(key="map_bulk_do").click().run()
    assert consent(alice, migration).status == "suggested"
    assert views.progress(alice, migration).reviewed == progress.acceptable


def test_a_bulk_action_that_names_the_field_does_not_accept_it(
    console: Console, alice: Context, migration: str
) -> None:
    ids = [row.id for row in views.field_rows(alice, migration, views.UNDECIDED)]
    app = ask(console("alice", "mapping", migration=migration), migration, "accepted", ids)
    app.button(key="map_bulk_do").click().run()
    assert consent(alice, migration).status == "suggested"


def test_finishing_the_mapping_names_the_question_and_leaves_it_open(
    console: Console, alice: Context, migration: str
) -> None:
    app = console("alice", "mapping", migration=migration)
    app.session_state[ASK] = FINISH
    app.run()
    assert f"1 question to answer: {CONSENT}." in text_of(app).replace("\\", "")
    app.button(key="map_finish_do").click().run()
    assert consent(alice, migration).status == "suggested"


def test_the_question_opens_its_card_where_accept_answers_it(
    console: Console, alice: Context, migration: str
) -> None:
    field = consent(alice, migration)
    app = console("alice", "mapping", migration=migration, search="Email", show="Review")
    app.button(key=f"question_{field.id}").click().run()
    text = text_of(app).replace("\\", "")
    assert f"Question:** {field.question}" in text
    assert "0 → Yes\n1 → No" in text
    app.button(key="card_accept").click().run()
    assert consent(alice, migration).status == "accepted"
    assert "Questions" not in text_of(app)
