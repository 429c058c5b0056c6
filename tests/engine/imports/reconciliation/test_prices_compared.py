"""Prices of dishes, sizes and choices are compared with the file after a load, each by itself."""

from __future__ import annotations

import pytest
from sqlalchemy import text

from core.db.target import target_table
from core.engine.runs import actions
from core.engine.runs.reconciliation.money_account import money_account
from core.engine.runs.worker import steps
from tests.conftest import SQUARE_SAMPLE, TOAST_SAMPLE
from tests.importer import MENU


def loaded(importer, source):
    """The id of a run that has loaded everything and is not proved yet."""
    run = actions.start(importer.context, importer.prepare(source), "import").id
    tenant, person = importer.context.tenant.id, importer.context.person
    steps.load(tenant, person, run, steps.begin(tenant, person, run))
    return run


@pytest.mark.parametrize(
    ("source", "measure"),
    [
        (MENU, "menu_item.price"),
        (TOAST_SAMPLE, "modifier.price_delta"),
        (SQUARE_SAMPLE, "item_variant.price"),
    ],
    ids=["items", "modifiers", "variants"],
)
def test_two_prices_that_changed_places_on_the_way_are_no_proof_though_their_sum_is_right(
    importer, source, measure
):
    run = loaded(importer, source)
    entity, column = measure.split(".")
    table = f'"{target_table(entity).name}"'
    context = importer.context
    context.session.execute(
        text(
            f"""update {table} t set {column} = coalesce(t.{column}, 0) + case when t.id = first.id then 1 else -1 end
            from (select id from {table} where run_id = :run order by id limit 1) first
            where t.id in (select id from {table} where run_id = :run order by id limit 2)"""
        ),
        {"run": run},
    )
    context.session.commit()
    steps.finish(context.tenant.id, context.person, run)
    context.session.rollback()
    assert importer.reload(run).state == "awaiting_approval"
    differing = [amount.measure for amount in money_account(context, run).sums if amount.differs]
    assert differing == [measure]
