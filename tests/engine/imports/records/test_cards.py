"""A full card number is reported where its row is, without the number."""

from __future__ import annotations

from sqlalchemy import select

from core.engine.runs.tables import Run
from core.engine.validation.tables import IssueRecord


def test_the_finding_names_row_and_column_and_never_the_number(importer):
    run = importer.import_file(
        "Item ID,Item Name,Category,Price,Description\n"
        "i1,Soup,Starters,4.50,charged to 4111 1111 1111 1111\n"
        "i2,Tea,Drinks,2.00,hot\n"
    )
    validation = importer.context.session.get(Run, (importer.context.tenant.id, run.id)).validation_id
    issues = importer.context.session.scalars(
        select(IssueRecord).where(
            IssueRecord.code == "card_number_removed", IssueRecord.validation_id == validation
        )
    ).all()
    assert [(issue.row, issue.source_field) for issue in issues] == [(2, "Description")]
    stored = [(issue.detail, issue.value, issue.field, issue.money) for issue in issues]
    assert "4111" not in repr(stored)
