"""aura session: list, slots, book, move and cancel, as tables and as JSON."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
from sqlalchemy import select

from core.context import Context
from core.db.session import TenantSession
from core.entry.cli import main
from core.kit import clock
from core.platform.access.tables import Person
from tests.business.engagements.sessions.office import NOW, Office, open_office
from tests.operators import add_staff
from tests.staff import assign


@pytest.fixture
def specialist(alice: Context) -> str:
    person = add_staff("specialist").person
    assign(alice.tenant.id, person)
    return person


@pytest.fixture
def office(alice: Context, specialist: str) -> Office:
    return open_office(replace(alice, now=NOW), specialist)


def test_a_specialist_books_moves_and_cancels_what_is_offered(capsys, alice, specialist, office) -> None:
    with TenantSession("", specialist, system=True) as session:
        handle = session.scalars(select(Person.handle).where(Person.id == specialist)).one()
    options = ("--tenant", alice.tenant.slug, "--as", handle)

    def run(*words: str) -> dict:
        assert main(["session", *words, *options, "--json"]) == 0
        return json.loads(capsys.readouterr().out)

    with clock.frozen(NOW):
        offer = run("slots", "OC-0007", "--kind", "discovery")
        first, second = (slot["starts_at"] for slot in offer["slots"][:2])
        session = run("book", "OC-0007", "--kind", "discovery", "--at", first)
        assert (session["state"], session["starts_at"], session["kind"]) == (
            "booked",
            first,
            "discovery",
        )
        moved = run("move", session["id"], "--at", second, "--reason", "Later")
        assert (moved["starts_at"], moved["sequence"], moved["reason"]) == (second, 1, "Later")
        document = run("list", "OC-0007")
        assert (document["used_minutes"], document["included_minutes"]) == (120, 120)
        assert main(["session", "book", "OC-0007", "--kind", "testing", "--at", first, *options]) != 0
        assert "This time is not free" in capsys.readouterr().err
        assert main(["session", "list", "OC-0007", *options]) == 0
        assert "2 h of 2 h used" in capsys.readouterr().out
        assert run("cancel", session["id"], "--reason", "Not needed")["state"] == "cancelled"


def test_a_time_without_an_offset_and_an_unknown_order_are_refused(capsys, alice, specialist, office) -> None:
    with pytest.raises(SystemExit):
        main(
            ["session", "book", "OC-0007", "--kind", "discovery", "--at", "2026-06-03T10:00", "--tenant", "x"]
        )
    assert "with its offset" in capsys.readouterr().err
    with TenantSession("", specialist, system=True) as session:
        handle = session.scalars(select(Person.handle).where(Person.id == specialist)).one()
    assert main(["session", "list", "OC-9999", "--tenant", alice.tenant.slug, "--as", handle]) != 0
    assert "There is no order" in capsys.readouterr().err


def test_the_hours_of_a_customer_are_assumed_until_they_are_set(capsys, alice, specialist) -> None:
    with TenantSession("", specialist, system=True) as session:
        handle = session.scalars(select(Person.handle).where(Person.id == specialist)).one()
    command = ["session", "hours", "--tenant", alice.tenant.slug, "--as", handle]

    def run(*words: str) -> dict:
        assert main([*command, *words, "--json"]) == 0
        return json.loads(capsys.readouterr().out)

    assert run()["is_assumed"]
    week = ("--day", "mon=9:00-12:00, 13:00-17:00", "--day", "Sat=10:00-12:00", "--closed", "2026-12-26")
    assert (
        run(*week)
        == run()
        == {
            "zone": "America/New_York",
            "hours": {"mon": "09:00-12:00, 13:00-17:00", "sat": "10:00-12:00"},
            "closed_on": ["2026-12-26"],
            "is_assumed": False,
        }
    )
    assert main(command) == 0
    assert "closed  2026-12-26" in capsys.readouterr().out
    for words in (
        ("--day", "mon=22:00-02:00"),
        ("--day", "noday=09:00-10:00"),
        ("--day", "mon"),
        ("--closed", "2026-12-26"),
    ):
        assert main([*command, *words]) != 0
        assert capsys.readouterr().err
