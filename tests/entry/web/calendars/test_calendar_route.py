"""A calendar program reads a specialist's calendar by its address, without a sign-in, and nothing else."""

from __future__ import annotations

import asyncio

import httpx
import pytest
import vobject
from starlette.applications import Starlette
from starlette.middleware import Middleware

from core.business.specialists.availability.feeds import end_feed, rotate_feed
from core.entry.web.auth.gate import SignInGate
from core.entry.web.calendars import routes
from core.entry.web.headers import SecurityHeaders
from core.kit.ids import new_id
from core.platform.access.actions import enter
from tests.business.engagements.sessions.office import add_specialist
from tests.operators import add_staff, operator


def ask(path: str, method: str = "GET", peer: str = "") -> httpx.Response:
    app = Starlette(routes=routes.ROUTES, middleware=[Middleware(SecurityHeaders), Middleware(SignInGate)])
    visitor = peer or f"2001:db8:{new_id()[-4:]}:{new_id()[-4:]}::7"

    async def send() -> httpx.Response:
        transport = httpx.ASGITransport(app, client=(visitor, 50_000))
        async with httpx.AsyncClient(transport=transport, base_url="http://localhost:8501") as client:
            return await client.request(method, path)

    return asyncio.run(send())


@pytest.fixture
def path(database: None) -> str:
    """The path of a calendar that was just made."""
    person = add_staff("specialist").person
    add_specialist(person)
    with enter(person, operator()[0]) as context:
        address = rotate_feed(context)
    return "/calendar/" + address.rpartition("/")[2]


def test_a_calendar_is_read_without_a_sign_in_and_kept_nowhere(path: str) -> None:
    answer = ask(path)
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "text/calendar; charset=utf-8"
    assert "no-store" in answer.headers["cache-control"]
    assert vobject.readOne(answer.text).method.value == "PUBLISH"


def test_an_unknown_or_closed_address_opens_nothing(path: str) -> None:
    person = add_staff("specialist").person
    add_specialist(person)
    with enter(person, operator()[0]) as context:
        closed_path = "/calendar/" + rotate_feed(context).rpartition("/")[2]
        end_feed(context)
    answers = [ask(address) for address in (closed_path, "/calendar/x.ics", f"{path}.ics", path[:-4])]
    assert [(answer.status_code, answer.text) for answer in answers] == [
        (404, "There is no such calendar.")
    ] * 4


def test_a_calendar_is_only_read(path: str) -> None:
    answers = {method: ask(path, method) for method in ("POST", "PUT", "DELETE")}
    assert {answer.status_code for answer in answers.values()} == {405}
    assert answers["POST"].headers["allow"] == "GET, HEAD"


def test_who_tries_many_addresses_is_slowed_down(path: str) -> None:
    peer = f"2001:db8:{new_id()[-4:]}:{new_id()[-4:]}::7"
    codes = [ask(f"/calendar/{'x' * 30}{number}.ics", peer=peer).status_code for number in range(61)]
    assert codes == [404] * 60 + [429]
    assert ask(path).status_code == 200
