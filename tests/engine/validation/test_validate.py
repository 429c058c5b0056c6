"""A validation looks at every row under the current mapping and says exactly what is wrong, with its place and money."""

from __future__ import annotations

import csv
import io
from decimal import Decimal

import pytest

from adapters import SOURCES
from core.engine.mapping import actions as mapping
from core.engine.mapping import views as mapping_views
from core.engine.plan import EntityPlan, FieldPlan, Plan
from core.engine.sources import actions as files
from core.engine.sources import views as sources
from core.engine.validation import actions, views
from core.engine.validation.file_checks import check_streams
from core.engine.validation.ledger import IssueLedger
from core.errors import ConflictError, NotFoundError
from core.kit.ids import new_id
from core.settings import settings


def validated(context, *paths):
    migration = files.create_migration(context, "Spring")
    for path in paths:
        files.add_file(context, migration.id, path, SOURCES)
    mapping.suggest_mapping(context, migration.id, SOURCES)
    return actions.validate(context, migration.id)


def write_file(folder, name, *lines):
    path = folder / name
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def test_the_toast_sample_has_one_money_finding_a_payment_short_by_4_23(alice, sample):
    validation = validated(alice, sample("toast"))
    warnings = views.issues(alice, validation.id, level="warning")
    assert [(issue.code, issue.money, issue.entity, issue.row) for issue in warnings if issue.money] == [
        ("payment_differs", Decimal("-4.23"), "order", 1)
    ]
    assert warnings[-1].detail == "Payments are $4.23 short of the total of $57.08 (order check-001)."
    assert {issue.code for issue in warnings if not issue.money} == {"bad_phone"}
    assert validation.totals["held"] == {}


def test_the_square_sample_has_exactly_one_dollar_unexplained(alice, sample):
    validation = validated(alice, sample("square"))
    assert validation.totals["money"]["order_lines_differ"] == "1.0000"
    assert {issue.code for issue in views.issues(alice, validation.id) if issue.field == "total"} == {
        "order_lines_differ"
    }
    assert validation.totals["held"] == {}


def test_an_issue_leads_to_its_file_its_row_and_the_mapping_that_caused_it(alice, sample):
    validation = validated(alice, sample("toast"))
    (finding,) = views.issues(alice, validation.id, code="payment_differs")
    assert (finding.file, finding.stream, finding.source_field) == ("toast_sample.json", "checks", "total")
    fields = {
        mapping_field.id: mapping_field
        for mapping_field in mapping_views.mapping_fields(alice, validation.migration_id)
    }
    assert fields[finding.mapping_field_id].target == "order.total"
    assert finding.remedy


def test_totals_are_what_the_issues_add_up_to(alice, sample):
    validation = validated(alice, sample("toast"))
    counts = views.issue_counts(alice, validation.id)
    assert {count.code: count.rows for count in counts} == validation.totals["issues"]
    assert sum(count.rows for count in counts) == len(views.issues(alice, validation.id, limit=None))
    assert [count.level for count in counts] == sorted(
        (count.level for count in counts), key=["error", "warning", "info"].index
    )


def test_a_row_that_stands_twice_with_other_content_is_held_and_named_by_file(alice, tmp_path):
    header = "customer id,first name,email"
    first_file = write_file(tmp_path, "a.csv", header, "7,Ada,ada@example.com", "8,Ben,ben@example.com")
    second_file = write_file(tmp_path, "b.csv", header, "9,Cy,cy@example.com", "9,Dee,dee@example.com")
    validation = validated(alice, first_file, second_file)
    first, finding = views.issues(alice, validation.id, code="duplicate_in_file")
    assert [(row.file, row.row) for row in (first, finding)] == [("b.csv", 2), ("b.csv", 3)]
    assert "row 3 of" in (first.detail or "")
    assert "row 2 of" in (finding.detail or "")
    assert validation.totals["held"] == {"customer": 2}
    assert validation.totals["rows"]["customer"] == 4


def test_it_is_current_until_the_mapping_or_the_files_change(alice, sample, tmp_path):
    validation = validated(alice, sample("toast"))
    assert views.is_current(alice, validation)
    assert views.latest(alice, validation.migration_id).id == validation.id
    name = mapping_views.mapping_fields(
        alice, validation.migration_id, mapping_views.FieldFilter(search="description", entity="menu_item")
    )[0]
    mapping.decide(alice, name.id, version=0, target=None, status="ignored")
    assert not views.is_current(alice, validation)
    again = actions.validate(alice, validation.migration_id)
    assert views.is_current(alice, again)
    more = write_file(tmp_path, "more.csv", "customer id,first name", "1,Ada")
    files.add_file(alice, validation.migration_id, more, SOURCES)
    assert not views.is_current(alice, again)


def test_nothing_mapped_is_nothing_to_validate(alice):
    migration = files.create_migration(alice, "Empty")
    with pytest.raises(ConflictError):
        actions.validate(alice, migration.id)


def test_an_exported_cell_that_looks_like_a_formula_does_not_run(alice, tmp_path):
    menu = write_file(tmp_path, "menu.csv", "Item ID,Item Name,Price", "1,=HYPERLINK(1),abc", "2,Soup,4.50")
    validation = validated(alice, menu)
    table = csv.reader(io.StringIO(actions.export_issues(alice, validation.id, "csv").decode("utf-8-sig")))
    assert not [cell for row in table for cell in row if cell.startswith(("=", "+", "@"))]


def test_another_tenant_sees_no_issue(alice, mallory, sample):
    validation = validated(alice, sample("toast"))
    assert views.latest(mallory, validation.migration_id) is None
    with pytest.raises(NotFoundError):
        views.issues(mallory, validation.id)


def test_money_of_a_unit_that_nothing_proves_is_said_once_for_the_column_until_a_person_says_it(
    alice, tmp_path
):
    cards = write_file(
        tmp_path, "gift_cards.csv", "Gift Card Id,Gift Card Number,Balance", "g1,8811,150", "g2,8812,90"
    )
    validation = validated(alice, cards)
    (finding,) = views.issues(alice, validation.id, code="unit_unproved")
    assert (finding.row, finding.field, finding.source_field) == (0, "balance", "Balance")
    field = mapping_views.mapping_fields(
        alice, validation.migration_id, mapping_views.FieldFilter(search="balance")
    )[0]
    mapping.decide(alice, field.id, version=0, target=field.target, status="accepted")
    assert "unit_unproved" not in actions.validate(alice, validation.migration_id).totals["issues"]


def test_a_year_first_date_has_no_say_in_the_order_of_the_others(alice, sample, tmp_path):
    lines = write_file(
        tmp_path,
        "till.csv",
        "Order Id,Opened At,Total",
        *(f"o{day},{day}/11/2025 18:30,12.50" for day in (3, 4, 13, 14)),
    )
    validation = validated(alice, sample("toast"), lines)
    transforms = {
        field["transform"]
        for entity in validation.plan["entities"]
        for field in entity["fields"]
        if field["sources"] == ["Opened At"]
    }
    assert transforms == {"parse_datetime(order='dmy')"}
    assert "bad_datetime" not in validation.totals["issues"]


@pytest.fixture(params=[3, 6], ids=["one at a time", "two at a time"])
def small_chunks(monkeypatch, request):
    """Chunks of three rows, so that what repeats in a file repeats across its chunks; rows looked at together."""
    small = settings().model_copy(update={"migration_batch_size": 3})
    monkeypatch.setattr("core.engine.sources.actions.settings", lambda: small)
    monkeypatch.setattr("core.engine.validation.file_checks._ROWS_PER_CHECK", request.param)
    return request.param


ORDERS = (
    "Order Id,Item Selection Id,Menu Item,Qty,Gross Price,Server,Opened",
    "o1,1,Soup,1,4.00,Ada,1/02/25 11:00 AM",
    "o1,2,Soup,1,4.00,Ada,1/02/25 11:00 AM",
    "o2,3,Tea,1,2.00,Ben,never",
    "o2,4,Tea,1,2.00,Ben,never",
    "o1,5,Cake,1,5.00,Ada,1/02/25 11:00 AM",
    "o3,6,Soup,1,4.00,,1/03/25 11:00 AM",
    "o3,7,Tea,1,2.00,,1/03/25 11:00 AM",
    "o2,8,Soup,1,4.00,Ben,never",
)


def mapped_by_hand(context, path):
    """Orders and servers picked out of order lines; a server has no id, so one is made of the name or of the row."""
    targets = {
        "Order Id": ("order_line.order_id", "order.external_id"),
        "Item Selection Id": ("order_line.external_id",),
        "Menu Item": ("order_line.name",),
        "Qty": ("order_line.quantity",),
        "Gross Price": ("order_line.gross_amount",),
        "Server": ("customer.first_name",),
        "Opened": ("order.opened_at",),
    }
    migration = files.create_migration(context, "Spring")
    files.add_file(context, migration.id, path, SOURCES)
    (stream,) = sources.streams(context, migration.id)
    fields = {
        entity: [
            FieldPlan(target.partition(".")[2], (source,))
            for source, to in targets.items()
            for target in to
            if target.startswith(f"{entity}.")
        ]
        for entity in ("customer", "order", "order_line")
    }
    entities = tuple(
        EntityPlan(stream.name, entity, tuple(planned), primary=entity == "order_line")
        for entity, planned in fields.items()
    )
    ledger = IssueLedger(context, new_id())
    check_input = check_streams(context, Plan("restaurant", "spreadsheet", entities), [stream], ledger)
    return check_input, ledger


@pytest.mark.parametrize("at_once", [3, 6, 60_000])
def test_what_is_picked_out_of_rows_does_not_depend_on_how_they_lie_in_chunks(
    alice, tmp_path, monkeypatch, at_once
):
    path = write_file(tmp_path, "lines.csv", *ORDERS)
    whole_file, of_whole = mapped_by_hand(alice, path)
    small = settings().model_copy(update={"migration_batch_size": 3})
    monkeypatch.setattr("core.engine.sources.actions.settings", lambda: small)
    monkeypatch.setattr("core.engine.validation.file_checks._ROWS_PER_CHECK", at_once)
    parted, of_parted = mapped_by_hand(alice, path)
    columns, chunked = whole_file.take_columns(), parted.take_columns()
    assert columns["order"]["external_id"].to_list() == ["o1", "o2", "o3"]
    assert chunked["order"].equals(columns["order"])
    assert chunked["order_line"].equals(columns["order_line"])
    assert of_parted.codes == of_whole.codes
    assert of_whole.codes["bad_datetime"] == 1


def test_a_record_whose_id_is_made_of_its_row_is_another_one_wherever_rows_are_looked_at(
    alice, tmp_path, small_chunks
):
    check_input, _ = mapped_by_hand(alice, write_file(tmp_path, "lines.csv", *ORDERS))
    ids = check_input.take_columns()["customer"]["external_id"].to_list()
    expected = {3: ["2", "4", "5", "6", "9"], 6: ["2", "4", "9"]}
    assert [record_id.rpartition(":")[2] for record_id in ids] == expected[small_chunks]
