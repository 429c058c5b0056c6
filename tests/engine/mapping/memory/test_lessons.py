"""Whatever is decided and taken back, the shared tables end as they were; and no bulk action moves them at all."""

from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from adapters import SOURCES
from core.agents.coach.advice_actions import ADVICE_ACTIONS
from core.engine.mapping.actions import Decision, accept_above, decide, decide_many, undo
from core.engine.mapping.memory.actions import learn_exclusions
from core.engine.mapping.memory.lessons import Lesson, Look, imported, learned, moved
from core.engine.mapping.recipes.actions import apply_recipe, save_recipe
from core.engine.mapping.views import batches, field_rows, patterns
from core.kit import clock

TARGETS = ("menu_item.sku", "menu_item.barcode", "menu_item.name")


def _look(target, suggested, origin="rules", name="item name"):
    confidence = 0.97 if suggested else None
    return Look(
        "toast", "signature", name, suggested, confidence, origin, target, None, "person", clock.now()
    )


def _counted(changes):
    """What the two tables would hold after the changes, from empty ones."""
    memory, outcomes = Counter(), Counter()
    for change in changes:
        counts, scored = moved([change])
        for key, (decisions, overturned) in counts.items():
            memory[key, "decided"] += decisions
            memory[key, "overturned"] += overturned
        for outcome in scored:
            outcomes[outcome.origin, outcome.bin, "hits"] += outcome.hits
            outcomes[outcome.origin, outcome.bin, "misses"] += outcome.misses
    return {key: count for key, count in {**memory, **outcomes}.items() if count}


LOOKS = st.lists(st.sampled_from([*TARGETS, None]), min_size=1, max_size=8)


@given(
    LOOKS, st.sampled_from([*TARGETS, None]), st.sampled_from(["rules", "memory", "documentation"]), st.data()
)
def test_taking_lessons_back_leaves_nothing_behind(targets, suggested, origin, data):
    lesson, changes = None, []
    for target in targets:
        after = learned(lesson, _look(target, suggested, origin))
        changes.append((lesson, after))
        lesson = after
        if data.draw(st.booleans()):
            changes.append((lesson, imported(lesson)))
            lesson = imported(lesson)
    assert all(count > 0 for count in _counted(changes).values())
    assert _counted([*changes, *((after, before) for before, after in reversed(changes))]) == {}
    assert _counted([*changes, (lesson, None)]) == {}


@given(LOOKS, st.sampled_from([*TARGETS, None]), st.sampled_from(["rules", "memory"]))
def test_a_field_teaches_each_target_once_however_often_it_is_decided(targets, suggested, origin):
    lesson = None
    for target in targets:
        lesson = learned(lesson, _look(target, suggested, origin))
    assert set(lesson.targets.values()) <= {(1, 0), (0, 1), (1, 1)}
    assert sum(by == (1, 0) for by in lesson.targets.values()) <= 1
    assert sum(outcome.hits + outcome.misses for outcome in lesson.outcomes) <= 1


@given(LOOKS, st.sampled_from([*TARGETS, None]))
def test_lessons_are_read_as_they_were_written(targets, suggested):
    lesson = None
    for target in targets:
        lesson = learned(lesson, _look(target, suggested))
        assert Lesson.read(lesson.to_json()) == lesson


def _operations():
    return st.lists(
        st.tuples(
            st.sampled_from(["look", "look", "exclude", "bulk", "above", "import", "undo"]),
            st.integers(0, 3),
            st.sampled_from(TARGETS),
        ),
        min_size=1,
        max_size=7,
    )


@settings(
    max_examples=12,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
    deadline=None,
)
@given(operations=_operations())
def test_undoing_everything_leaves_the_shared_tables_as_before(alice, take, shared_tables, operations):
    """In the database: looks, exclusions, bulk actions and imports in any order, then all of it undone from the end."""
    customer = take(alice, "Item Name,Price,Gizmo,Note", "Soup,4.50,a,x", "Stew,6.50,b,y")
    migration, before = customer.migration, shared_tables(alice)
    for deed, number, target in operations:
        alice.session.rollback()
        rows = field_rows(alice, migration)
        row = rows[number]
        if deed == "look":
            decide(alice, row.id, version=row.version, target=target)
        elif deed == "exclude":
            decide(alice, row.id, version=row.version, target=None, status="ignored")
        elif deed == "bulk":
            decisions = [Decision(row.id, row.version, None, None, "ignored") for row in rows]
            decide_many(alice, decisions, include_high=True)
        elif deed == "above":
            accept_above(alice, migration, 0.0)
        elif deed == "import":
            learn_exclusions(alice, migration)
            alice.session.commit()
        elif undoable := [batch for batch in batches(alice, migration) if batch.can_undo]:
            undo(alice, undoable[0].id, only_unchanged=True)
    while undoable := [batch for batch in batches(alice, migration) if batch.can_undo]:
        undo(alice, undoable[0].id, only_unchanged=True)
    assert {field_row.status for field_row in field_rows(alice, migration)} == {"suggested"}
    assert shared_tables(alice) == before


def _accept_shown(context, migration):
    rows = [field_row for field_row in field_rows(context, migration) if field_row.target]
    decide_many(
        context, [Decision(row.id, row.version, row.target, row.transform, "accepted") for row in rows]
    )


def _exclude_shown(context, migration):
    rows = field_rows(context, migration)
    decisions = [Decision(row.id, row.version, None, None, "ignored") for row in rows]
    decide_many(context, decisions, include_high=True)


def _follow_patterns(context, migration):
    while groups := patterns(context, migration):
        group = groups[0]
        decide_many(
            context,
            [
                Decision(
                    field.id,
                    field.version,
                    field.target if group.pattern.status == "accepted" else None,
                    field.transform,
                    group.pattern.status,
                )
                for field in group.fields
            ],
            include_high=True,
        )


def _apply_a_recipe(context, migration):
    accept_above(context, migration, 0.0)
    recipe = save_recipe(context, migration, "Menu list", "")
    undo(context, batches(context, migration)[0].id)
    apply_recipe(context, recipe.id, migration, SOURCES)


def _follow_the_coach(context, migration):
    ADVICE_ACTIONS["accept_green"].work(context, migration)
    for group in patterns(context, migration):
        if group.pattern.status == "ignored":
            ADVICE_ACTIONS["exclude"].work(context, migration, pattern=group.pattern.name)


BULK = {
    "a threshold": lambda context, migration: accept_above(context, migration, 0.0),
    "accept all in view": _accept_shown,
    "exclude all in view": _exclude_shown,
    "patterns": _follow_patterns,
    "a recipe": _apply_a_recipe,
    "the coach's advice": _follow_the_coach,
}


@pytest.mark.parametrize("bulk", BULK.values(), ids=BULK)
def test_no_bulk_action_teaches_anything(alice, take, shared_tables, bulk):
    """Nor does undoing it, nor an import that follows it; what people looked at before it still counts."""
    header, lines = "Item Name,Price,Gizmo,Note,Empty", ("Soup,4.50,a,x,", "Stew,6.50,b,y,")
    take(alice, header, *lines).decide("Gizmo", "menu_item.sku")
    customer = take(alice, header, *lines)
    before = shared_tables(alice)
    assert before
    bulk(alice, customer.migration)
    assert any(field_row.status != "suggested" for field_row in field_rows(alice, customer.migration))
    assert shared_tables(alice) == before
    learn_exclusions(alice, customer.migration)
    alice.session.commit()
    assert shared_tables(alice) == before
    for batch in batches(alice, customer.migration):
        if batch.can_undo:
            undo(alice, batch.id)
    assert shared_tables(alice) == before
