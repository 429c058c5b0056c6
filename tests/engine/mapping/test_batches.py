"""What was decided together is listed with who and when, and can be undone later, not only the last of it."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from core.engine.mapping import actions, views
from core.engine.mapping.actions import Decision
from core.engine.mapping.tables import MappingDecision
from core.engine.mapping.views.batches import Step, fates, words
from core.errors import ConflictError, InvalidInputError, NotAllowedError
from core.kit import clock


@pytest.fixture
def toast(suggested_toast):
    return suggested_toast


def states(context, migration):
    context.session.rollback()
    return {
        field_row.id: (
            field_row.target,
            field_row.transform,
            field_row.status,
            field_row.reason,
            field_row.decided_by,
        )
        for field_row in views.field_rows(context, migration)
    }


def exclusions(rows):
    return [Decision(row.id, row.version, None, None, "ignored") for row in rows]


def low(context, migration, count):
    """Undecided fields without a high-confidence suggestion."""
    rows = views.field_rows(context, migration, views.UNDECIDED)
    return [row for row in rows if (row.confidence or 0) <= 0.9][:count]


def test_batches_say_what_was_done_by_whom_newest_first(alice, bob, toast):
    actions.accept_above(alice, toast, 0.9)
    low_fields = low(bob, toast, 3)
    actions.decide_many(bob, exclusions(low_fields))
    newest, oldest = views.batches(alice, toast)
    assert (newest.label, newest.by, newest.fields) == ("Excluded 3 fields", "Bob", 3)
    assert newest.counts == {"ignored": 3}
    sure = oldest.counts["accepted"]
    assert (oldest.label, oldest.by) == (f"Accepted {sure} high-confidence suggestions", "Alice")
    assert oldest.amount == sum(
        field_row.money for field_row in views.field_rows(alice, toast) if field_row.status == "accepted"
    )
    assert oldest.amount > 0
    assert not oldest.looked
    assert (oldest.can_undo, oldest.why_not, oldest.is_undone) == (True, "", False)


def test_a_threshold_below_high_says_its_percentage(alice, toast):
    actions.accept_above(alice, toast, 0.5)
    (batch,) = views.batches(alice, toast)
    assert batch.label.endswith("suggestions above 50%")


def test_a_batch_can_have_words_of_its_own(alice, toast):
    actions.decide_many(alice, exclusions(low(alice, toast, 2)), label="Excluded empty columns")
    assert views.batches(alice, toast)[0].label == "Excluded empty columns"


def test_an_earlier_batch_is_undone_while_later_ones_stay(alice, bob, toast):
    untouched = states(alice, toast)
    accepted = actions.accept_above(alice, toast, 0.9)
    later = low(alice, toast, 4)
    actions.decide_many(alice, exclusions(later))
    done = actions.undo(bob, accepted)
    assert done.restored == views.batches(alice, toast)[1].fields
    now = states(alice, toast)
    assert {field_id for field_id in now if now[field_id] != untouched[field_id]} == {
        field_id.id for field_id in later
    }
    batch = views.batches(alice, toast)[1]
    assert (batch.is_undone, batch.undone_by, batch.can_undo, batch.why_not) == (
        True,
        "Bob",
        False,
        "Already undone",
    )
    assert batch.undone_at is not None
    with pytest.raises(ConflictError):
        actions.undo(alice, accepted)


def test_fields_decided_since_stay_and_the_others_are_restored(alice, toast):
    untouched = states(alice, toast)
    accepted = actions.accept_above(alice, toast, 0.9)
    field = next(field_row for field_row in views.field_rows(alice, toast) if field_row.status == "accepted")
    actions.decide(alice, field.id, version=field.version, target=None, status="ignored")
    batch = views.batches(alice, toast)[1]
    assert batch.why_not == f"1 field was decided since; undo restores the other {batch.fields - 1}"
    with pytest.raises(ConflictError) as refused:
        actions.undo(alice, accepted)
    assert (refused.value.facts["changed"], refused.value.facts["standing"]) == (1, batch.fields - 1)
    done = actions.undo(alice, accepted, only_unchanged=True)
    assert (done.restored, done.stay) == (batch.fields - 1, 1)
    now = states(alice, toast)
    assert [field_id for field_id in now if now[field_id] != untouched[field_id]] == [field.id]
    assert not views.batches(alice, toast)[1].can_undo


def test_undoing_in_any_order_leads_back_to_the_start(alice, toast):
    untouched = states(alice, toast)
    first = actions.accept_above(alice, toast, 0.9)
    rows = [field_row for field_row in views.field_rows(alice, toast) if field_row.status == "accepted"][:3]
    second = actions.decide_many(alice, exclusions(rows), include_high=True)
    actions.undo(alice, second)
    actions.undo(alice, first)
    assert states(alice, toast) == untouched


def test_an_undo_can_be_undone(alice, toast):
    batch = actions.decide_many(alice, exclusions(low(alice, toast, 2)))
    excluded = states(alice, toast)
    undo_result = actions.undo(alice, batch)
    actions.undo(alice, undo_result.batch)
    assert states(alice, toast) == excluded
    (batch_shown,) = views.batches(alice, toast)
    assert (batch_shown.can_undo, batch_shown.undone_count) == (True, 0)


def test_bulk_exclusion_leaves_high_confidence_suggestions_alone(alice, toast):
    rows = views.field_rows(alice, toast)
    effect = views.bulk_effect(alice, rows, "ignored")
    assert effect.high == sum((row.confidence or 0) > 0.9 and row.target is not None for row in rows) > 50
    assert effect.fields == len(rows) - effect.high
    batch = actions.decide_many(alice, exclusions(rows))
    assert views.batches(alice, toast)[0].fields == effect.fields
    high = [field_row for field_row in views.field_rows(alice, toast) if (field_row.confidence or 0) > 0.9]
    assert {mapping_field.status for mapping_field in high} == {"suggested"}
    with pytest.raises(InvalidInputError):
        actions.decide_many(alice, exclusions(high))
    actions.undo(alice, batch)
    actions.decide_many(alice, exclusions(views.field_rows(alice, toast)), include_high=True)
    assert {field_row.status for field_row in views.field_rows(alice, toast)} == {"ignored"}


def test_a_field_looked_at_is_excluded_however_sure_its_suggestion_is(alice, toast):
    high = next(
        field_row for field_row in views.field_rows(alice, toast) if (field_row.confidence or 0) > 0.9
    )
    actions.decide_many(alice, exclusions([high]), looked=True)
    (batch,) = views.batches(alice, toast)
    assert (batch.looked, batch.label) == (True, "Excluded 1 field")


def test_the_effect_of_a_bulk_action_is_known_before_it(alice, toast):
    rows = views.field_rows(alice, toast, views.FieldFilter("menu_items"))
    effect = views.bulk_effect(alice, [row.id for row in rows], "accepted")
    assert effect == views.bulk_effect(alice, rows, "accepted")
    assert (effect.fields, effect.high) == (len(rows), 0)
    assert sum(effect.bands.values()) == len(rows)
    assert effect.rows == max(row.rows for row in rows)
    assert effect.money.keys() == {"menu_item"}
    assert effect.amount == sum((row.money for row in rows), Decimal(0)) > 0


def test_sales_sees_batches_and_undoes_none_and_other_tenants_see_nothing(alice, sam, mallory, toast):
    batch = actions.accept_above(alice, toast, 0.9)
    alice.session.rollback()
    assert [batch.id for batch in views.batches(sam, toast)] == [batch]
    with pytest.raises(NotAllowedError):
        actions.undo(sam, batch)
    assert views.batches(mallory, toast) == []


def test_every_decision_of_a_batch_keeps_whether_it_was_looked_at(alice, toast):
    rows = low(alice, toast, 2)
    actions.decide(alice, rows[0].id, version=0, target="menu_item.sku")
    actions.decide_many(alice, exclusions(rows[1:]))
    looked = {
        mapping_decision.field_id: mapping_decision.looked
        for mapping_decision in alice.session.scalars(select(MappingDecision))
    }
    assert looked == {rows[0].id: True, rows[1].id: False}


@pytest.mark.parametrize(
    ("counts", "sentence"),
    [
        ({"accepted": 1}, "Accepted 1 field"),
        ({"ignored": 117}, "Excluded 117 fields"),
        ({"accepted": 1, "ignored": 2}, "Accepted 1 and excluded 2 fields"),
        ({"accepted": 1, "edited": 1200, "ignored": 1}, "Accepted 1, changed 1,200 and excluded 1 field"),
    ],
)
def test_batches_are_put_into_words(counts, sentence):
    assert words(counts) == sentence


# --- the arithmetic of undoing, against a model that keeps whole states ----------------------------------------------


@st.composite
def histories(draw):
    """Decisions on two fields, some of them undos of what stands; (steps, states by field and version, versions)."""
    steps, states, versions = [], {"a": [0], "b": [0]}, {"a": 0, "b": 0}
    for number in range(draw(st.integers(1, 12))):
        batch = f"batch {number}"
        fate = fates(steps, versions)
        undoable = sorted(
            batch_name for batch_name, fate_of_batch in fate.items() if fate_of_batch.undoable_ids
        )
        undoes = draw(st.sampled_from(undoable)) if undoable and draw(st.booleans()) else None
        fields_chosen = (
            fate[undoes].undoable_ids if undoes else draw(st.sets(st.sampled_from("ab"), min_size=1))
        )
        for field in sorted(fields_chosen):
            versions[field] += 1
            taken_back = [step for step in steps if step.batch == undoes and step.field_id == field]
            states[field].append(states[field][taken_back[0].version - 1] if taken_back else number + 1)
            steps.append(Step(field, versions[field], batch, undoes, "p", clock.now()))
    return steps, states, versions


def test_a_decision_that_an_undo_of_another_undo_brought_back_stands():
    undoes = (None, "0", "1", "2", "1", "0", "3")  # version 1 decides, each later undoes that batch
    steps = [Step("b", number + 1, str(number), of, "p", clock.now()) for number, of in enumerate(undoes)]
    assert fates(steps, {"b": 7})["0"].undoable_ids == {"b"}
    assert fates(steps[:6], {"b": 6})["0"].undone_ids == {"b"}


@given(histories())
def test_what_stands_is_what_the_fields_show(history):
    """A decision stands exactly where the field is in the state that the decision made."""
    steps, states, versions = history
    for step in steps:
        fate = fates(steps, versions)[step.batch]
        state_shown, state_decided = (
            states[step.field_id][versions[step.field_id]],
            states[step.field_id][step.version],
        )
        if step.field_id in fate.undoable_ids:
            assert state_shown == state_decided
        assert (step.field_id in fate.undoable_ids) + (step.field_id in fate.undone_ids) + (
            step.field_id in fate.since
        ) == 1
        if step.undoes is None and state_shown == state_decided:
            assert step.field_id in fate.undoable_ids
