"""What the command line and the upload answer of people's values is in the log."""

from __future__ import annotations

from pathlib import Path

import pytest

from core.context import Context
from core.engine.sources.actions import create_migration
from core.entry.cli import main
from core.entry.web.tickets import issue_ticket
from core.platform.access.audit_log import audit_log
from core.platform.audit.actions import forget_looks
from core.platform.audit.processing import READING
from tests.entry.web.test_upload import Client, upload
from tests.platform.audit.canaries import GUESTS, canaries, import_people

SHOWING = frozenset({READING, "export.personal"})


@pytest.mark.parametrize("form", ["text", "json"])
def test_a_command_that_writes_a_personal_value_leaves_a_line(
    alice: Context,
    tmp_path: Path,
    capfdbinary: pytest.CaptureFixture[bytes],
    form: str,
) -> None:
    migration = import_people(alice, tmp_path)[0]
    guests = tmp_path / "guests.csv"
    slug = alice.tenant.slug
    showing = set()
    for command in (
        ["types", migration],
        ["rows", migration],
        ["coach", migration],
        ["costs"],
        ["runs"],
        ["recipe", "save", "Guests", "--migration", migration],
        ["recipe", "list"],
        ["recipe", "export", "Guests"],
        ["recipe", "replay", "Guests", "--migration", migration],
        ["export", "--entity", "customer"],
        ["export", "--entity", "order", "--format", "json"],
        ["validate", str(guests)],
        ["audit", "verify"],
    ):
        forget_looks()
        before = len(audit_log(alice))
        capfdbinary.readouterr()
        as_json = (
            ["--json"] if form == "json" and command[0] != "export" and command[1:2] != ["export"] else []
        )
        assert main([*command, "--tenant", slug, "--as", "alice", *as_json]) in (0, 1), command
        alice.session.rollback()
        if personal := canaries(b" ".join(capfdbinary.readouterr())):
            showing.add(command[0])
            new = audit_log(alice)[: len(audit_log(alice)) - before]
            assert {line.action for line in new} & SHOWING, (command, personal)
    assert "export" in showing


def test_the_answer_to_an_upload_holds_no_personal_value(alice: Context) -> None:
    migration = create_migration(alice, "Guests")
    answer = upload(Client(), issue_ticket(alice, migration.id), "guests.csv", GUESTS.encode())
    assert answer.status_code == 200
    assert canaries(answer.content) == set()
    assert canaries(dict(answer.headers)) == set()
