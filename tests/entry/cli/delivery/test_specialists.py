"""aura specialist: the roster, a specialist, certificates with their PDFs, and renewals that are due."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from sqlalchemy import select

from core.business.specialists.certificates.actions import grant
from core.business.specialists.roster.actions import add_specialist
from core.db.session import TenantSession
from core.entry.cli import main
from core.platform.access.actions import enter
from core.platform.access.tables import Person
from tests.business.specialists.conftest import FIELDS, empty_roster
from tests.operators import Staff, add_staff

pytestmark = pytest.mark.usefixtures("database")


@pytest.fixture
def maya() -> tuple[Staff, Staff]:
    """A manager, and a specialist with a certificate that ends in a few days and one that is new."""
    empty_roster()
    manager, person = add_staff("manager"), add_staff("specialist")
    with enter(manager.person, manager.operator) as context:
        specialist_id = add_specialist(context, person.person, FIELDS)
        day = context.now.date()
        grant(context, specialist_id, "clover", "associate", "Earlier", day - timedelta(days=360))
        grant(context, specialist_id, "toast", "master", "Earned elsewhere")
    return manager, person


def handle_of(staff: Staff) -> str:
    with TenantSession("", staff.person, system=True) as session:
        return session.scalars(select(Person.handle).where(Person.id == staff.person)).one()


def test_the_roster_is_listed_and_filtered(capsys, maya):
    manager, person = maya
    options = ("--as", handle_of(manager))
    assert main(["specialist", "list", *options, "--json"]) == 0
    [row] = json.loads(capsys.readouterr().out)["specialists"]
    assert (row["name"], row["weekly_hours"], row["languages"]) == (person.name, 35.0, ["de", "en"])
    assert {held["title"] for held in row["certificates"]} == {"Toast Master", "Clover Associate"}
    assert main(["specialist", "list", *options, "--certified", "school", "--json"]) == 0
    assert json.loads(capsys.readouterr().out) == {"specialists": []}
    assert main(["specialist", "list", *options, "--certified", "toast"]) == 0
    assert person.name in capsys.readouterr().out


def test_a_specialist_is_shown_by_name_or_beginning_of_the_id(capsys, maya):
    _, person = maya
    options = ("--as", handle_of(person))
    assert main(["specialist", "show", person.name.upper(), *options, "--json"]) == 0
    document = json.loads(capsys.readouterr().out)
    assert document["hours"]["Monday"] == "09:00-12:00, 13:00-17:00"
    assert document["hours"]["Sunday"] == ""
    assert main(["specialist", "show", document["id"][:23], *options]) == 0
    assert "Menus, Modifiers" in capsys.readouterr().out
    assert main(["specialist", "show", "Nobody", *options]) != 0
    assert "no specialist 'Nobody'" in capsys.readouterr().err


def test_renewals_are_listed_and_certificates_written_as_pdf(capsys, maya, tmp_path):
    manager, person = maya
    options = ("--as", handle_of(manager), "--json")
    assert main(["specialist", "certificates", *options]) == 0
    [renewal] = json.loads(capsys.readouterr().out)["renewals"]
    assert (renewal["specialist"], renewal["title"], renewal["reminder"]) == (
        person.name,
        "Clover Associate",
        7,
    )
    assert main(["specialist", "certificates", person.name, *options, "--pdf", str(tmp_path)]) == 0
    document = json.loads(capsys.readouterr().out)
    assert [row["validity"] for row in document["certificates"]] == ["valid", "expiring"]
    assert len(document["files"]) == 2
    assert all(path.read_bytes().startswith(b"%PDF") for path in tmp_path.iterdir())
    assert main(["specialist", "certificates", *options, "--pdf", str(tmp_path)]) != 0


def test_who_sells_sees_no_roster(capsys, maya):
    _, person = maya
    assert main(["specialist", "list", "--as", handle_of(add_staff("sales"))]) != 0
    assert person.name not in capsys.readouterr().out
