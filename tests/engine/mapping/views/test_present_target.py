"""Evidence is about the target a field has now, and unread values are counted per field."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from adapters import SOURCES
from core.context import Context
from core.engine.mapping import actions, views
from core.engine.sources import actions as files


@pytest.fixture
def till(alice: Context, tmp_path) -> str:
    path = tmp_path / "till.csv"
    path.write_text(
        "Payment Id,Amount,Tender,Mobile\np1,10.00,Plastic,+12125550100\np2,5.00,Cash,+12125550101\n"
        "p3,7.00,Plastic,+12125550102\n",
        encoding="utf-8",
    )
    migration = files.create_migration(alice, "Till")
    files.add_file(alice, migration.id, path, SOURCES)
    actions.suggest_mapping(alice, migration.id, SOURCES)
    return migration.id


@pytest.fixture
def reasons_for(alice: Context, till: str) -> Callable[[str, str], list[tuple[str, float]]]:
    """reasons_for('Amount', 'payment.amount'): what then speaks for and against, as (text, weight)."""

    def decide(column: str, target: str) -> list[tuple[str, float]]:
        row = next(row for row in views.field_rows(alice, till) if row.source_field == column)
        actions.decide(alice, row.id, version=row.version, target=target)
        evidence = views.evidence_of(alice, views.mapping_field(alice, row.id))
        return [(reason["text"], reason["weight"]) for reason in evidence]

    return decide


def test_a_target_set_by_hand_is_judged_by_its_own_name_and_form(reasons_for) -> None:
    reasons = dict(reasons_for("Mobile", "location.phone"))
    assert reasons["Values look like phone numbers: 3 of 3 fit."] > 0
    reasons = dict(reasons_for("Amount", "location.phone"))
    assert reasons["Values do not look like phone numbers: 0 of 3 fit."] < 0
    assert reasons["The name is unlike the usual names for Location › Phone."] < 0


def test_a_suggestion_that_stands_keeps_the_reasons_of_the_matcher(alice: Context, till: str) -> None:
    field = next(field for field in views.mapping_fields(alice, till) if field.target)
    assert views.evidence_of(alice, field) == field.evidence


def test_values_without_an_option_are_counted_per_field(alice: Context, till: str) -> None:
    row = next(row for row in views.field_rows(alice, till) if row.source_field == "Tender")
    actions.decide(alice, row.id, version=row.version, target="payment.tender")
    assert views.unread_counts(alice, till) == {row.id: 1}
