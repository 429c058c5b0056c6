"""The coach for Alice, and migrations in every state that the wizard knows."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from adapters import SOURCES
from core.agents.coach import MigrationCoach
from core.context import Context
from core.engine.mapping.actions import accept_above, suggest_mapping
from core.engine.mapping.memory.forget import forget, learned_mappings
from core.engine.sources.actions import add_file, create_migration
from core.engine.validation.actions import validate
from core.kit.ids import new_id
from tests.importer import review_all

MENU = (
    "Item ID,Item Name,Category,Price,Colour of lid,Barcode 2\n"
    "i1,Margherita,Pizza,14.50,red,\n"
    "i2,Diavola,Pizza,16.00,red,\n"
    "i3,House Red,Wine,9.25,blue,\n"
)
PUPILS = "Student ID,First Name,Last Name,Grade,Birth Date\ns1,Ann,Lee,3,2016-04-02\ns2,Bo,Kim,4,2015-09-11\n"

Take = Callable[..., str]


@pytest.fixture
def coach(alice: Context) -> MigrationCoach:
    return MigrationCoach(alice)


@pytest.fixture
def take(alice: Context, tmp_path: Path) -> Take:
    """take(*files, until='suggested', context=…): a migration of texts or paths that has come so far; its id.

    `until`: 'made', 'read', 'suggested', 'accepted' (everything, whatever its confidence), 'reviewed' (the others
    excluded as well), 'validated'. What other tests taught about such columns is forgotten first.
    """
    stages = ("made", "read", "suggested", "accepted", "reviewed", "validated")

    def run_until(*files: str | Path, until: str = "suggested", context: Context = alice) -> str:
        reached = stages.index(until)
        if learned := learned_mappings(context):
            forget(context, learned)
        migration = create_migration(context, "Moving").id
        for file in files if reached >= 1 else ():
            table = "pupils" if str(file).startswith("Student") else "menu"
            path = file if isinstance(file, Path) else tmp_path / new_id() / f"{table}.csv"
            if isinstance(file, str):
                path.parent.mkdir()
                path.write_text(file, encoding="utf-8")
            add_file(context, migration, path, SOURCES)
        if reached >= 2:
            suggest_mapping(context, migration, SOURCES)
        if reached >= 3:
            accept_above(context, migration, 0.0)
        if reached >= 4:
            review_all(context, migration)
        if reached >= 5:
            validate(context, migration)
        return migration

    return run_until


@pytest.fixture
def advised(coach: MigrationCoach) -> Callable[[str, str], dict[str, object]]:
    """advised(migration, step): the advice by its code."""
    return lambda migration, step: {advice.code: advice for advice in coach.guidance(migration, step)}
