"""Findings of a migration become tasks of the order that moves it, and of no other."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from core.business.engagements.history import history
from core.business.engagements.states.moving import cancel_order
from core.business.engagements.tables import Task
from core.business.engagements.tasks import findings as found_tasks
from core.business.engagements.tasks.findings import sync_tasks
from core.business.engagements.tasks.migrations import name_migration, order_migration
from core.business.engagements.tasks.views import tasks
from core.context import Context
from core.engine.progress.facts import Facts
from core.engine.sources.tables import Migration
from core.errors import ConflictError, NotAllowedError, NotFoundError
from core.kit.ids import new_id
from tests.business.engagements.desk import add_imports, add_order


@pytest.fixture
def moves(alice: Context, monkeypatch: pytest.MonkeyPatch) -> tuple[str, str]:
    """Two migrations of the customer (ids), each with rows that are held."""
    ids = add_imports(alice, [], "Menu"), add_imports(alice, [], "Catering")
    rows = {move: alice.session.get_one(Migration, (alice.tenant.id, move)) for move in ids}
    facts = {move: (row, Facts(held=2)) for move, row in rows.items()}
    monkeypatch.setattr(found_tasks, "all_facts", lambda _: facts)
    return ids


def titles(context: Context, order_id: str) -> set[str]:
    sync_tasks(context, order_id)
    return {task.title for task in tasks(context, order_id) if task.is_open}


MENU, CATERING = "Correct 2 held rows of Menu", "Correct 2 held rows of Catering"


def test_the_only_open_order_has_the_findings_of_all_migrations(alice, moves) -> None:
    order = add_order(alice, "data_migration")
    assert titles(alice, order) == {MENU, CATERING}
    assert not order_migration(alice, order).is_unclear


def test_of_several_open_orders_each_has_the_findings_of_the_migration_it_names_and_without_a_name_none(
    alice, moves
) -> None:
    first, second = add_order(alice, "data_migration"), add_order(alice, "training")
    assert titles(alice, first) == titles(alice, second) == set()
    entry = order_migration(alice, first)
    assert entry.is_unclear
    assert entry.choices == {moves[0]: "Menu", moves[1]: "Catering"}
    name_migration(alice, first, moves[0])
    name_migration(alice, second, moves[1])
    assert (titles(alice, first), titles(alice, second)) == ({MENU}, {CATERING})
    assert not order_migration(alice, first).is_unclear
    assert history(alice, first)[0].kind in {"migration_named", "task_opened"}


def test_what_an_order_had_of_another_migration_closes_when_its_own_is_named(alice, moves) -> None:
    order = add_order(alice, "data_migration")
    assert len(titles(alice, order)) == 2
    name_migration(alice, order, moves[1])
    assert titles(alice, order) == {CATERING}
    name_migration(alice, order, None)
    assert titles(alice, order) == {MENU, CATERING}
    states = alice.session.scalars(select(Task.state).where(Task.engagement_id == order)).all()
    assert sorted(states) == ["open", "open"]


def test_a_migration_that_another_order_names_is_not_that_of_the_last_open_order(alice, moves) -> None:
    first, second = add_order(alice, "data_migration"), add_order(alice, "data_migration")
    name_migration(alice, first, moves[0])
    cancel_order(alice, first, "Sold")
    assert titles(alice, second) == {CATERING}


def test_no_two_open_orders_move_one_migration_and_nobody_names_anothers(alice, mallory, sam, moves) -> None:
    first, second = add_order(alice, "data_migration"), add_order(alice, "data_migration")
    name_migration(alice, first, moves[0])
    with pytest.raises(ConflictError, match="is that of OC-"):
        name_migration(alice, second, moves[0])
    for move in (new_id(), "no id"):
        with pytest.raises(NotFoundError, match="no such migration"):
            name_migration(alice, second, move)
    with pytest.raises(NotFoundError):
        name_migration(mallory, second, moves[1])
    with pytest.raises(NotAllowedError):
        name_migration(sam, second, moves[1])
