"""A dry run says why rows are held, how amounts change, and hides personal values from who may not see them."""

from __future__ import annotations

from decimal import Decimal

from core.engine.runs import views
from core.engine.runs.held import held_causes
from core.engine.runs.preview import money_changes
from tests.importer import MENU

GUESTS = """customer id,first name,email
7,Ada,ada@example.com
8,Ben,ben@example.com
"""


def test_held_rows_are_counted_by_cause_with_the_way_to_fix_them(importer):
    run = importer.run(importer.prepare(MENU.replace("9.25", "nine")), "dry_run")
    (cause,) = held_causes(importer.context, run.id)
    assert (cause.entity, cause.rows, cause.title) == ("menu_item", 1, "Not an amount of money")
    assert cause.remedy.startswith("Correct the amount")


def test_the_effect_on_amounts_is_summed_by_field(importer):
    importer.import_file(MENU)
    run = importer.run(importer.prepare(MENU.replace("14.50", "15.00")), "dry_run")
    (line,) = money_changes(importer.context, run.id)
    assert (line.entity, line.field, line.records, line.change) == (
        "menu_item",
        "price",
        1,
        Decimal("0.5000"),
    )


def test_a_changed_personal_value_is_marked_hidden_and_not_half_shown(importer, sam):
    importer.import_file(GUESTS)
    run = importer.run(importer.prepare(GUESTS.replace("ada@", "countess@")), "dry_run")
    (clear,) = views.diff(importer.context, run.id, entity="customer", kind="changed")
    assert clear.fields["email"] == ["ada@example.com", "countess@example.com"]
    assert clear.hidden == ()
    (masked,) = views.diff(sam, run.id, entity="customer", kind="changed")
    assert masked.hidden == ("email",)
    assert masked.fields["email"] == [None, None]
