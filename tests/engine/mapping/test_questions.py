"""A field with an open question stays out of every plan and bulk action until a person decides it."""

from __future__ import annotations

import pytest

from core.context import Context
from core.engine.mapping.actions import Decision, accept_above, decide, decide_many, undo
from core.engine.mapping.tables import MappingField
from core.engine.mapping.views import (
    UNDECIDED,
    current_plan,
    field_rows,
    field_warnings,
    mapping_fields,
    patterns,
)
from core.engine.runs.reconciliation.views import reconciliation
from core.engine.validation.actions import validate
from core.entry.cli.importing import open_questions
from core.errors import InvalidInputError
from tests.importer import MENU, Importer

ASKED = "SKU"


def _prepare(importer: Importer) -> tuple[Context, str]:
    """Suggest a menu's mapping, nothing decided, with a question on one column."""
    migration = importer.prepare(MENU, reviewed=False)
    context = importer.context
    for field in mapping_fields(context, migration):
        field.status, field.version = "suggested", 0
        field.question = (
            "Is this the item's SKU or that of its supplier?" if field.source_field == ASKED else ""
        )
    context.session.flush()
    return context, migration


def _sources(context: Context, migration: str) -> set[str]:
    plan = current_plan(context, migration, accept_above=0.0)
    return {column for entity in plan.entities for column in entity.columns()}


def _field(context: Context, migration: str) -> MappingField:
    (field,) = [field for field in mapping_fields(context, migration) if field.source_field == ASKED]
    return field


def test_bulk_acceptance_leaves_a_field_with_a_question_undecided(importer: Importer) -> None:
    context, migration = _prepare(importer)
    accept_above(context, migration, 0.0)
    assert ASKED in {field.source_field for field in field_rows(context, migration, UNDECIDED)}
    assert ASKED not in _sources(context, migration)
    grouped = {field.source_field for group in patterns(context, migration) for field in group.fields}
    assert ASKED not in grouped


def test_a_batch_of_acceptances_spares_a_field_with_a_question(importer: Importer) -> None:
    context, migration = _prepare(importer)
    fields = [row for row in field_rows(context, migration, UNDECIDED) if row.target]
    decide_many(
        context, [Decision(row.id, row.version, row.target, row.transform, "accepted") for row in fields]
    )
    assert {row.source_field for row in field_rows(context, migration, UNDECIDED) if row.target} == {ASKED}
    field = _field(context, migration)
    with pytest.raises(InvalidInputError, match="question"):
        decide_many(context, [Decision(field.id, field.version, field.target, None, "accepted")])


def test_a_person_who_decides_the_field_answers_the_question(importer: Importer) -> None:
    context, migration = _prepare(importer)
    field = _field(context, migration)
    decide(context, field.id, version=field.version, target=field.target, status="accepted")
    assert ASKED in _sources(context, migration)
    assert open_questions(context, migration) == []


def test_an_undone_decision_opens_the_question_again(importer: Importer) -> None:
    context, migration = _prepare(importer)
    field = _field(context, migration)
    answer = Decision(field.id, field.version, field.target, status="accepted")
    batch = decide_many(context, [answer], looked=True)
    undo(context, batch)
    assert [question["field"] for question in open_questions(context, migration)] == [ASKED]


def test_the_question_stands_beside_the_field_and_in_the_account_of_a_run(importer: Importer) -> None:
    context, migration = _prepare(importer)
    accept_above(context, migration, 0.0)
    field = _field(context, migration)
    assert [warning.label for warning in field_warnings(context, migration)[field.id]] == ["Question"]
    validate(context, migration, accept_above=0.0)
    run = importer.run(migration)
    assert any(
        f"Column {ASKED} not imported" in point.text
        for point in reconciliation(context, run.id).account.points
    )
