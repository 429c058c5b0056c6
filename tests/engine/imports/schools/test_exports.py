"""A bundle that is exported from the command line says what is not in it, beside the file and in the document."""

from __future__ import annotations

import json
import zipfile

import pytest

from core.entry.cli import main
from core.entry.tenants import create_tenant
from core.kit.ids import new_id
from core.platform.access.actions import enter

LEARNERS = "Student ID,First Name,Last Name,Home Address\nA1,Rudo,Moyo,3 Hill Road\nA2,Sipho,Dube,\n"
FEES = "Invoice No,Student ID,Description,Amount,Due Date\nI1,A1,Tuition,450.00,15/01/2026\nI2,A2,Tuition,450.00,15/01/2026\n"


@pytest.fixture
def slug(people, importer_of):
    """A school with two pupils and two fees."""
    slug = f"school-{new_id()}"
    create_tenant(people["alice"], slug, "Hill School", domain="school", zone="Africa/Harare", country="ZW")
    with enter(people["alice"], slug) as context:
        importer = importer_of(context)
        importer.import_file(LEARNERS, name="learners.csv", more=[("fees.csv", FEES)])
        yield slug


def test_what_is_not_in_a_bundle_stands_in_the_answer_with_the_reason(slug, tmp_path, capsys):
    out = tmp_path / "bundle.zip"
    assert main(["export", "--tenant", slug, "--format", "oneroster-1.2", "--out", str(out), "--json"]) == 0
    document = json.loads(capsys.readouterr().out)
    assert "2 fees: OneRoster has no file for fees, receipts or balances." in document["left_out"]
    assert "Address of 1 student: OneRoster 1.2 has no column for it." in document["left_out"]
    assert not any("attendance" in sentence for sentence in document["left_out"])
    with zipfile.ZipFile(out) as archive:
        assert archive.read("users.csv").decode().count("\r\n") == 3


def test_the_text_for_people_lists_the_same_sentences(slug, tmp_path, capsys):
    out = tmp_path / "bundle.zip"
    assert main(["export", "--tenant", slug, "--format", "oneroster-1.1", "--out", str(out)]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[1] == "Not in the bundle:"
    assert "- 2 fees: OneRoster has no file for fees, receipts or balances." in lines[2:]
