"""Every file that is handed out carries the log's head, so that a forged or shortened log shows against it."""

from __future__ import annotations

import io
import json
import zipfile
from pathlib import Path

import polars as pl
import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from core.context import Context
from core.db.session import TenantSession
from core.engine.mapping.actions.exports import export_mapping, export_overrides
from core.engine.mapping.recipes.actions import export_recipe, import_recipe, save_recipe
from core.engine.runs.export import export_entity
from core.engine.runs.records import held_rows_file
from core.engine.validation.actions import export_issues
from core.engine.validation.views import latest
from core.entry.cli import main
from core.errors import AppError, NotAllowedError
from core.kit.ids import new_id
from core.platform.access.audit_files import check_file, export_audit
from core.platform.access.audit_log import AuditFilter, audit_log
from core.platform.audit.reports import check_report, find_heads, write_report
from core.platform.audit.verifying import Anchor
from tests.platform.audit.canaries import import_people
from tests.platform.audit.test_chain import as_superuser, write

FORMS = ("csv", "xlsx", "json", "parquet", "yaml")
WITHOUT_HEAD = {
    **dict.fromkeys(
        ["held rows csv", "held rows json", "records csv", "records json"], "rows for another program"
    ),
    **dict.fromkeys(
        ["mapping json", "overrides json", "findings json", "audit json"], "a list of equal objects"
    ),
}
"""Files that are recognised by their digest alone, and why."""


@pytest.fixture
def files(alice: Context, tmp_path: Path) -> dict[str, bytes]:
    """Every file there is to be had, by name and form."""
    migration, _, run = import_people(alice, tmp_path)
    validation = latest(alice, migration).id
    recipe = save_recipe(alice, migration, "Guests").id
    makers = {
        "audit": lambda form: export_audit(alice, AuditFilter(), form, {}),
        "mapping": lambda form: export_mapping(alice, migration, form),
        "overrides": lambda form: export_overrides(alice, migration, form),
        "findings": lambda form: export_issues(alice, validation, form),
        "held rows": lambda form: held_rows_file(alice, run.id, form),
        "records": lambda form: export_entity(alice, "customer", form),
        "recipe": lambda form: export_recipe(alice, recipe, form),
    }
    files = {}
    for name, make in makers.items():
        for form in FORMS:
            try:
                files[f"{name} {form}"] = make(form)
            except AppError:
                continue  # not a form of this file
    return files


def check(context: Context, file: bytes):
    with TenantSession(context.tenant.id, context.person) as session:
        return check_report(session, file)


def test_every_file_is_recognised_and_carries_the_head_where_its_format_has_a_place(
    files: dict[str, bytes], alice: Context
) -> None:
    assert len(files) == 6 * 3 + 1 + 2  # tables, Parquet of the records, recipes
    for name, file in files.items():
        outcome = check(alice, file)
        assert outcome.faults == [], name
        assert outcome.export.action.startswith("export."), name
        assert (outcome.head is None) == (name in WITHOUT_HEAD), name
        if outcome.head:
            assert outcome.head.seq < outcome.export.seq
            line = next(line for line in audit_log(alice) if line.seq == outcome.head.seq)
            assert line.mac.hex() == outcome.head.mac


def test_a_file_with_a_head_reads_as_before(files: dict[str, bytes], alice: Context) -> None:
    assert pl.read_parquet(io.BytesIO(files["records parquet"])).height == 3
    assert len(json.loads(files["records json"])) == 3
    assert files["records csv"].count(b"\r\n") == 4
    assert import_recipe(alice, files["recipe json"]).version == 1  # the version there is
    assert import_recipe(alice, files["recipe yaml"]).version == 1
    assert yaml.safe_load(files["recipe yaml"])["audit_log"].startswith("audit log ")
    with zipfile.ZipFile(io.BytesIO(files["held rows xlsx"])) as book:
        assert "audit log" in book.read("docProps/custom.xml").decode()
        assert "audit log" in book.read("xl/worksheets/sheet1.xml").decode()  # the foot of printed pages


def test_a_file_that_was_changed_is_not_the_one_that_was_handed_out(
    files: dict[str, bytes], alice: Context
) -> None:
    for name, file in files.items():
        faults = check(alice, file[:-1] + bytes([file[-1] ^ 1])).faults
        assert faults == [
            "No line tells of the export of this file: it was changed since, or lines of the log are missing."
        ], name


def test_a_log_that_was_cut_off_shows_against_each_file(files: dict[str, bytes], alice: Context) -> None:
    """Cut behind line 2, with the head set back: the chain alone is sound then."""
    tenant = alice.tenant.id
    as_superuser(
        "delete from audit_line where tenant_id = :tenant and seq > 2",
        """update audit_head h set seq = 2, mac = l.mac from audit_line l
        where h.tenant_id = :tenant and l.tenant_id = :tenant and l.seq = 2""",
        tenant=tenant,
    )
    for name, file in files.items():
        outcome = check(alice, file)
        assert outcome.export is None, name
        assert outcome.faults, name
        if outcome.head:
            assert any("are missing: the log was that long" in fault for fault in outcome.faults), name


def test_a_log_that_was_written_anew_shows_against_each_file(files: dict[str, bytes], alice: Context) -> None:
    """The lines are as many as before and rightly signed, but others: whoever had the key too."""
    as_superuser(
        "delete from audit_line where tenant_id = :tenant",
        "delete from audit_head where tenant_id = :tenant",
        tenant=alice.tenant.id,
    )
    longest = max(head.seq for file in files.values() for head in find_heads(file))
    for number in range(longest + 1):
        write(alice, f"forged {number}")
    for name, file in files.items():
        outcome = check(alice, file)
        assert outcome.faults, name
        if outcome.head:
            assert any("is not the one that was noted" in fault for fault in outcome.faults), name


def test_a_forged_head_shows(alice: Context) -> None:
    for number in range(3):
        write(alice, f"note {number}")
    file = write_report(alice, ["a"], [["b"]], "csv", name="Report")
    [head] = find_heads(file)
    forged = file.replace(head.mac.encode(), b"0" * 64)
    assert any("Line 3 is not the one that was noted" in fault for fault in check(alice, forged).faults)
    longer = file.replace(b"line 3 ", b"line 9 ")
    assert any("Lines 4 to 9 are missing" in fault for fault in check(alice, longer).faults)


def test_a_report_from_before_the_first_line_has_no_head(alice: Context) -> None:
    assert find_heads(write_report(alice, ["a"], [["b"]], "csv", name="Report")) == []


@given(file=st.one_of(st.binary(max_size=300), st.binary(max_size=300).map(b"PK\x03\x04".__add__)))
def test_any_bytes_can_be_searched_for_a_head(file: bytes) -> None:
    assert find_heads(file) == []


@given(seq=st.integers(1, 10**12), mac=st.binary(min_size=32, max_size=32), around=st.binary(max_size=50))
def test_a_head_is_found_wherever_it_stands(seq: int, mac: bytes, around: bytes) -> None:
    tenant, at = new_id(), "2026-11-28T10:00:00+00:00"
    text = f"audit log {tenant} line {seq} signature {mac.hex()} of {at}".encode()
    assert find_heads(around + b"\n" + text + b"\n" + around) == [Anchor(tenant, seq, mac.hex(), at)]


def test_who_may_not_read_the_log_checks_no_file(alice: Context, bob: Context) -> None:
    write(alice, "note")
    file = export_audit(alice, AuditFilter(), "csv", {})
    assert check_file(alice, file).faults == []
    assert audit_log(alice)[0].action == "audit.check"
    with pytest.raises(NotAllowedError):
        check_file(bob, file)


def test_the_command_checks_a_file_against_the_log_of_its_customer(
    files: dict[str, bytes], alice: Context, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    def aura(name: str, content: bytes) -> tuple[int, str]:
        path = tmp_path / name
        path.write_bytes(content)
        capsys.readouterr()
        code = main(["audit", "check", str(path), "--as", "alice", "--tenant", alice.tenant.slug])
        output = capsys.readouterr()
        return code, output.out + output.err

    for name in ("findings csv", "records csv", "held rows xlsx", "recipe yaml"):
        code, output = aura(name.replace(" ", "."), files[name])
        assert code == 0, output
        assert "exported on" in output.lower()
    code, output = aura("changed.csv", files["findings csv"] + b"x")
    assert code == 1
    assert "do not agree" in output
    code, output = aura("other.csv", b"a,b\n1,2\n")
    assert code != 0
    assert "No log of yours knows this file." in output
