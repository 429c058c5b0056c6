"""The streaming upload: a ticket opens one migration for an hour, and a file arrives as if it had been chosen on the page."""

from __future__ import annotations

import asyncio
import base64
import json
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import httpx
import pytest
from starlette.applications import Starlette
from starlette.middleware import Middleware

from core.context import Context
from core.engine.mapping import views as mapping
from core.engine.sources import views
from core.engine.sources.actions import create_migration
from core.entry.web.headers import HEADERS, SecurityHeaders
from core.entry.web.routes import ROUTES
from core.entry.web.tickets import check_ticket, issue_ticket
from core.errors import NotAllowedError
from core.kit.ids import new_id
from core.settings import settings

ROOT = Path(__file__).resolve().parent.parent.parent.parent
TOAST = ROOT / "mock_data" / "toast" / "toast_sample.json"


class Client:
    """Speaks to the routes as the console serves them, without a socket."""

    app = Starlette(routes=ROUTES, middleware=[Middleware(SecurityHeaders)])

    def request(self, method: str, path: str, **more) -> httpx.Response:
        async def ask() -> httpx.Response:
            transport = httpx.ASGITransport(self.app)
            async with httpx.AsyncClient(transport=transport, base_url="http://console") as client:
                return await client.request(method, path, **more)

        return asyncio.run(ask())


@pytest.fixture
def client() -> Client:
    return Client()


def upload(client: Client, ticket: str, name: str = "toast.json", body: bytes | None = None):
    return client.request(
        "PUT", "/api/upload", params={"ticket": ticket, "name": name}, content=body or TOAST.read_bytes()
    )


def test_a_file_arrives_recognised(client: Client, alice: Context) -> None:
    migration = create_migration(alice, "Big")
    answer = upload(client, issue_ticket(alice, migration.id))
    assert answer.status_code == 200
    assert answer.json()["source"] == "toast"
    assert [file.name for file in views.files(alice, migration.id)] == ["toast.json"]
    assert list((settings().app_data_dir / "uploads").iterdir()) == []


def test_a_ticket_that_was_changed_or_belongs_elsewhere_opens_nothing(
    client: Client, alice: Context, mallory: Context
) -> None:
    migration = create_migration(alice, "Big")
    ticket = issue_ticket(alice, migration.id)
    foreign = issue_ticket(mallory, migration.id)  # well signed, but by another tenant's key
    for bad in ("", "x.y", ticket[:-1] + ("0" if ticket[-1] != "0" else "1"), f"{ticket.split('.')[0]}."):
        assert upload(client, bad).status_code == 403
    assert upload(client, foreign).status_code == 404
    assert views.files(alice, migration.id) == []


def test_a_ticket_is_good_for_an_hour(alice: Context) -> None:
    ticket = issue_ticket(alice, create_migration(alice, "Big").id)
    assert check_ticket(replace(alice, now=alice.now + timedelta(minutes=59)), ticket)
    with pytest.raises(NotAllowedError, match="expired"):
        check_ticket(replace(alice, now=alice.now + timedelta(minutes=61)), ticket)


def test_a_name_that_is_a_path_is_refused(client: Client, alice: Context) -> None:
    ticket = issue_ticket(alice, create_migration(alice, "Big").id)
    assert upload(client, ticket, name="../../etc/passwd").status_code == 422
    assert upload(client, ticket, name="").status_code == 422


def test_a_file_nobody_can_read_says_so(client: Client, alice: Context) -> None:
    ticket = issue_ticket(alice, create_migration(alice, "Big").id)
    answer = upload(client, ticket, name="photo.json", body=b"\x89PNG\r\n\x1a\n" + bytes(200))
    assert answer.status_code == 422
    assert answer.json()["hint"]


def test_the_first_upload_creates_its_migration_and_the_second_joins_it(
    client: Client, alice: Context
) -> None:
    coming = new_id()
    ticket = issue_ticket(alice, coming, creates=True)
    assert upload(client, ticket).status_code == 200
    assert (
        upload(client, ticket, name="guests.csv", body=b"guest,e-mail\nAda,ada@example.com\n").status_code
        == 200
    )
    (migration,) = views.migrations(alice)
    assert (migration.id, migration.name) == (coming, "toast")
    assert len(views.files(alice, coming)) == 2
    assert mapping.progress(alice, coming).total > 50


def test_a_first_upload_that_cannot_be_read_creates_no_migration(client: Client, alice: Context) -> None:
    ticket = issue_ticket(alice, new_id(), creates=True)
    assert (
        upload(client, ticket, name="photo.json", body=b"\x89PNG\r\n\x1a\n" + bytes(200)).status_code == 422
    )
    assert views.migrations(alice) == []


def test_every_answer_carries_the_security_headers(client: Client, database: None) -> None:
    answer = client.request("GET", "/healthz")
    assert answer.json() == {"status": "ok"}
    assert {name: answer.headers[name] for name in HEADERS} == HEADERS


@pytest.mark.parametrize("name", ["..", "a\x00.csv", "x" * 300 + ".csv", "a." + "x" * 250])
def test_a_name_no_file_can_have_is_refused(client: Client, alice: Context, name: str) -> None:
    ticket = issue_ticket(alice, create_migration(alice, "Big").id)
    assert upload(client, ticket, name=name, body=b"a,b\n1,2\n").status_code == 422


def test_a_ticket_that_names_nobody_is_refused(client: Client, alice: Context) -> None:
    ticket = issue_ticket(alice, create_migration(alice, "Big").id)
    payload, _, signature = ticket.partition(".")
    claim = json.loads(base64.urlsafe_b64decode(payload)) | {"person": None}
    payload_of_nobody = base64.urlsafe_b64encode(json.dumps(claim).encode()).decode()
    for bad in (
        f"{payload_of_nobody}.{signature}",
        f"{ticket}é",
        issue_ticket(alice, "not-a-uuid", creates=True),
    ):
        assert upload(client, bad).status_code == 403


def test_a_size_of_too_many_digits_is_refused(client: Client, alice: Context) -> None:
    ticket = issue_ticket(alice, create_migration(alice, "Big").id)
    query = {"ticket": ticket, "name": "a.csv", "upload": "u", "offset": "0", "size": "9" * 5000}
    assert client.request("PUT", "/api/upload", params=query, content=b"a").status_code == 422
