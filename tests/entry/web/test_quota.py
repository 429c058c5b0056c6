"""How much people may upload: files an hour and bytes stored, per person and per customer, and what is left."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import httpx
import pytest
from starlette.applications import Starlette

from core.engine.sources import views
from core.engine.sources.actions import create_migration
from core.entry.web import parts
from core.entry.web.routes import ROUTES
from core.entry.web.tickets import issue_ticket
from core.kit import clock
from core.platform.access.actions import enter
from core.platform.access.rules import ROLES

CSV = b"Item Name,Price\n" + b"".join(b"Soup %d,4.50\n" % number for number in range(100))


def upload(context, migration, number=0, body=None, **part):
    """Uploads a small table, each with a name and content of its own."""

    async def ask() -> httpx.Response:
        transport = httpx.ASGITransport(Starlette(routes=ROUTES))
        async with httpx.AsyncClient(transport=transport, base_url="http://console") as client:
            query = {"ticket": issue_ticket(context, migration), "name": f"menu{number}.csv"} | part
            return await client.put("/api/upload", params=query, content=body or CSV + b"Tea %d,1\n" % number)

    return asyncio.run(ask())


@pytest.fixture
def migration(alice):
    return create_migration(alice, "Quota").id


def test_the_uploads_of_a_person_within_an_hour_are_bounded_and_come_back_with_time(
    alice, bob, migration, limits
):
    limits(upload_person_hour=1)
    assert upload(alice, migration, 1).status_code == 200
    answer = upload(alice, migration, 2)
    assert answer.status_code == 429
    assert answer.json()["facts"]["left"] == 0
    assert 3500 < int(answer.headers["Retry-After"]) <= 3600
    assert "UPLOAD_PERSON_HOUR" in answer.json()["hint"]
    assert upload(bob, migration, 3).status_code == 200
    an_hour_on = clock.frozen(clock.now() + timedelta(minutes=61))
    with an_hour_on, enter(alice.person, alice.tenant.id) as later:
        assert upload(later, migration, 4).status_code == 200


def test_the_uploads_of_a_customer_within_an_hour_are_bounded(alice, bob, mallory, migration, limits):
    limits(upload_tenant_hour=1)
    assert upload(alice, migration, 1).status_code == 200
    assert upload(bob, migration, 2).status_code == 429
    assert upload(mallory, create_migration(mallory, "Other").id, 3).status_code == 200


@pytest.mark.parametrize("setting", ["upload_person_gb", "upload_tenant_gb"])
def test_the_bytes_stored_are_bounded_and_what_is_left_is_said(alice, migration, limits, setting):
    assert upload(alice, migration, 1).status_code == 200
    limits(**{setting: (len(CSV) * 1.5) / 1024**3})
    answer = upload(alice, migration, 2)
    assert answer.status_code == 429
    facts = answer.json()["facts"]
    assert facts["left"] == facts["limit"] - facts["used"] > 0
    assert setting.upper() in answer.json()["hint"]
    alice.session.rollback()
    assert len(views.files(alice, migration)) == 1


def test_uploads_under_way_count_as_stored_for_the_customer(alice, bob, migration, limits):
    limits(upload_tenant_gb=(len(CSV) * 1.5) / 1024**3)
    part = {"upload": "u", "offset": "0", "size": str(len(CSV))}
    assert upload(alice, migration, 1, body=CSV[:-1], **part).json() == {"offset": len(CSV) - 1}
    assert upload(bob, migration, 2).status_code == 429
    for path in parts.folder().iterdir():
        path.unlink()
    assert upload(bob, migration, 3).status_code == 200


def test_who_lost_the_role_uploads_nothing_before_a_byte_is_stored(alice, migration, limits, monkeypatch):
    ticket = issue_ticket(alice, migration)
    monkeypatch.setattr(
        parts.Upload, "path", property(lambda _: pytest.fail("something is about to be stored"))
    )
    monkeypatch.setitem(ROLES, "manager", frozenset({"migration.read"}))

    async def ask() -> httpx.Response:
        transport = httpx.ASGITransport(Starlette(routes=ROUTES))
        async with httpx.AsyncClient(transport=transport, base_url="http://console") as client:
            return await client.put("/api/upload", params={"ticket": ticket, "name": "a.csv"}, content=CSV)

    assert asyncio.run(ask()).status_code == 403
