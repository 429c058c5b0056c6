"""Rows with a character that cannot be read are held by themselves; odd characters are told and imported."""

from __future__ import annotations

from sqlalchemy import select

from core.db.target import target_table
from core.engine.runs.tables import Run
from core.engine.validation.tables import IssueRecord


def codes(importer, run):
    validation = importer.context.session.get(Run, (importer.context.tenant.id, run.id)).validation_id
    expected_codes = [
        "unreadable_character",
        "garbled_text",
        "hidden_character",
        "unclosed_quote",
        "hidden_row",
    ]
    issues = importer.context.session.scalars(
        select(IssueRecord).where(
            IssueRecord.validation_id == validation, IssueRecord.code.in_(expected_codes)
        )
    )
    return sorted((issue.row, issue.code, issue.level) for issue in issues)


def names(importer, run, entity="menu_item"):
    table = target_table(entity)
    return set(importer.context.session.scalars(select(table.c.name).where(table.c.run_id == run.id)))


def test_only_the_row_with_a_byte_that_cannot_be_read_is_held(importer):
    path = importer.folder / "menu.csv"
    path.write_bytes(
        "Item ID,Item Name,Category,Price,Staff note\ni1,Crème brûlée,Desserts,7.50,\ni2,Caf".encode()
        + b"\xff,Drinks,2.00,\ni3,Th\xc3\xa9,Drinks,2.50,gar\xffbage\n"
        + 'i4,CafÃ©,Drinks,2.10,\ni5,So\u200bup,Starters,4.00,\ni6,"Tea,Drinks,2.00,\n'.encode()
    )
    run = importer.import_file(path)
    assert names(importer, run) == {"Crème brûlée", "Thé", "CafÃ©", "So\u200bup", "Tea"}
    assert codes(importer, run) == [
        (3, "unreadable_character", "error"),
        (4, "unreadable_character", "warning"),
        (5, "garbled_text", "warning"),
        (6, "hidden_character", "warning"),
        (7, "unclosed_quote", "warning"),
    ]


def test_a_record_of_a_document_with_half_a_surrogate_pair_is_held_and_the_others_are_imported(importer):
    path = importer.folder / "menu.json"
    path.write_text(
        '[{"item_id":"i1","item_name":"So\\ud800up","category":"Starters","price":"4.50"},'
        '{"item_id":"i2","item_name":"Te\\u0000a","category":"Drinks","price":"2.00"},'
        '{"item_id":"i3","item_name":"Pizza \\ud83c\\udf55","category":"Pizza","price":"9.00"}]'
    )
    run = importer.import_file(path)
    assert names(importer, run) == {"Pizza 🍕"}
    assert codes(importer, run) == [
        (1, "unreadable_character", "error"),
        (2, "unreadable_character", "error"),
    ]


def test_a_record_picked_out_of_a_row_is_held_for_its_own_columns_only(importer):
    path = importer.folder / "menu.csv"
    path.write_bytes(
        b"Item ID,Item Name,Category,Price\ni1,Th\xc3\xa9,Dri\xffnks,2.50\ni2,Cr\xc3\xa8me,Desserts,7.50\n"
    )
    run = importer.import_file(path)
    assert names(importer, run, "category") == {"Desserts"}
    assert names(importer, run) == {"Crème"}
