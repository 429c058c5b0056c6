"""A personal value in a finding is shown to roles that may see it, and masked for all others and in what is stored."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from adapters import SOURCES
from core.engine.mapping import actions as mapping
from core.engine.sources import actions as files
from core.engine.validation import actions, views
from core.engine.validation.tables import IssueRecord
from core.platform.audit.views import audit_lines

GUESTS = (
    "customer id,first name,birthday,email",
    "7,Ada,13/32/1990,ada@example.com",
    "8,Ben,1990-02-01,ben.example.com",
    "9,Cy,1850-01-02,cy@example.com",
)


@pytest.fixture
def validation(alice, tmp_path):
    path = tmp_path / "guests.csv"
    path.write_text("\n".join(GUESTS) + "\n", encoding="utf-8")
    migration = files.create_migration(alice, "Guests")
    files.add_file(alice, migration.id, path, SOURCES)
    mapping.suggest_mapping(alice, migration.id, SOURCES)
    row = actions.validate(alice, migration.id)
    alice.session.commit()
    return row.id


@pytest.mark.parametrize(
    ("code", "value"),
    [("bad_date", "13/32/1990"), ("bad_email", "ben.example.com"), ("out_of_range", "1850-01-02")],
)
def test_who_may_see_personal_values_reads_the_value_that_must_be_corrected(
    bob, sam, validation, code, value
):
    (finding,) = views.issues(bob, validation, code=code)
    assert finding.value == value
    assert value in (finding.detail or "")
    (masked,) = views.issues(sam, validation, code=code)
    assert value not in f"{masked.value} {masked.detail}"
    assert "***" in (masked.value or "")


def test_no_personal_value_is_stored_in_clear(alice, validation):
    stored = alice.session.scalars(select(IssueRecord).where(IssueRecord.validation_id == validation))
    texts = " ".join(f"{issue.value} {issue.detail}" for issue in stored)
    for value in ("13/32/1990", "ben.example.com", "1850-01-02"):
        assert value not in texts


def test_an_export_shows_personal_values_by_role_and_is_noted(bob, sam, validation):
    assert "13/32/1990" in actions.export_issues(bob, validation, "csv").decode("utf-8-sig")
    assert "13/32/1990" not in actions.export_issues(sam, validation, "csv").decode("utf-8-sig")
    lines = [line for line in audit_lines(bob) if line.action == "export.findings"]
    assert {line.role for line in lines} == {"specialist", "sales"}
    assert "13/32/1990" not in str([line.facts for line in lines])
