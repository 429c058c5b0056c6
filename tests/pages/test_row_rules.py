"""The rules screen shows the rows that are not records, and takes the choice to import them after all."""

from __future__ import annotations

from adapters import SOURCES
from core.engine.mapping.actions import accept_above, suggest_mapping
from core.engine.mapping.row_rules.views import row_rules
from core.engine.mapping.views import current_plan
from core.engine.sources.actions import add_file
from tests.pages.conftest import Console

SALES = (
    "Order #,Opened,Server,Subtotal,Tax,Total\n"
    "501,2025-03-01 12:05,Kim,40.00,3.20,43.20\n"
    "502,2025-03-01 12:40,Lee,15.50,1.24,16.74\n"
    "Total,,,55.50,4.44,59.94\n"
)


def test_the_rows_of_a_rule_are_shown_and_a_person_imports_them(
    console: Console, migration: str, alice, tmp_path
) -> None:
    path = tmp_path / "sales.csv"
    path.write_text(SALES, encoding="utf-8")
    add_file(alice, migration, path, SOURCES)
    suggest_mapping(alice, migration, SOURCES)
    accept_above(alice, migration, 0.0)
    alice.session.commit()
    app = console("alice", "rules")
    assert not app.exception
    radio = next(part for part in app.radio if part.key.startswith("row_rule_sales|"))
    assert (radio.value, radio.options) == ("Skip", ["Skip", "Import"])
    radio.set_value("Import").run()
    rule = next(
        rule for rule in row_rules(alice, migration, current_plan(alice, migration)) if rule.stream == "sales"
    )
    assert rule.decision is False
