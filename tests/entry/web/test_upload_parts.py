"""Uploading a file in parts, over real HTTP: in order, resumable, within its limits, each upload by itself."""

from __future__ import annotations

import socket
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import timedelta
from types import SimpleNamespace

import httpx
import pytest
import uvicorn
from starlette.applications import Starlette

from core.engine.sources import views
from core.entry.web import parts
from core.entry.web.routes import ROUTES
from core.entry.web.tickets import issue_ticket
from core.errors import ConflictError
from core.kit import clock
from core.settings import settings

HEADER = b"Item Name,Price\n"
CSV = HEADER + b"".join(b"Dish %d,%d.50\n" % (number, number % 90) for number in range(20_000))


@pytest.fixture(scope="module")
def address(database):
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    server = uvicorn.Server(uvicorn.Config(Starlette(routes=ROUTES), port=port, log_level="error"))
    thread = threading.Thread(target=server.run)
    thread.start()
    while not server.started:
        time.sleep(0.01)
    yield f"http://127.0.0.1:{port}/api/upload"
    server.should_exit = True
    thread.join()


class Sender:
    """Sends a file in parts, as the browser does."""

    def __init__(self, address, ticket, body=CSV, name="menu.csv", upload="u1"):
        self.address, self.body = address, body
        self.parameters = {"ticket": ticket, "name": name, "upload": upload, "size": len(body)}

    def send(self, start, end):
        parameters = self.parameters | {"offset": start}
        return httpx.put(self.address, params=parameters, content=self.body[start:end], timeout=60)

    def offset(self):
        return httpx.get(self.address, params=self.parameters, timeout=60)

    def all(self, part=100_000):
        for start in range(0, len(self.body), part):
            answer = self.send(start, start + part)
            assert answer.status_code == 200, answer.text
        return answer.json()


@pytest.fixture(autouse=True)
def no_parts_stay():
    yield
    for path in parts.folder().iterdir():
        path.unlink()


def names(context, migration):
    context.session.rollback()
    return [file.name for file in views.files(context, migration)]


def test_a_file_in_parts_is_read_like_a_whole_one_and_leaves_no_part_behind(
    address, ticket, alice, migration
):
    answer = Sender(address, ticket).all()
    assert answer["file"]["name"] == "menu.csv"
    assert answer["file"]["size"] == answer["offset"] == len(CSV)
    assert [stream.rows for stream in views.streams(alice, migration)] == [20_000]
    assert list(parts.folder().iterdir()) == []


def test_an_upload_goes_on_from_the_offset_the_server_tells(address, ticket, alice, migration):
    sender = Sender(address, ticket)
    assert sender.offset().json() == {"offset": 0}
    sender.send(0, 70_000)
    assert httpx.head(address, params=sender.parameters).status_code == 200
    offset = Sender(address, issue_ticket(alice, migration)).offset().json()["offset"]  # with a later ticket
    assert offset == 70_000
    assert sender.send(offset, len(CSV)).json()["file"]["size"] == len(CSV)
    assert names(alice, migration) == ["menu.csv"]


def test_a_lost_connection_keeps_what_arrived(address, ticket):
    sender = Sender(address, ticket)

    def breaking():
        yield CSV[:50_000]
        time.sleep(0.3)
        raise ConnectionError

    with suppress(ConnectionError):
        httpx.put(address, params=sender.parameters | {"offset": 0}, content=breaking())
    until = time.monotonic() + 10
    while (offset := sender.offset().json()["offset"]) == 0 and time.monotonic() < until:
        time.sleep(0.05)
    assert offset == 50_000
    assert sender.send(offset, len(CSV)).status_code == 200


@pytest.mark.parametrize("start", [10, 200_000])
def test_a_wrong_offset_is_answered_with_the_right_one(address, ticket, start):
    sender = Sender(address, ticket)
    sender.send(0, 100_000)
    answer = sender.send(start, start + 1000)
    assert (answer.status_code, answer.json()["facts"]) == (409, {"offset": 100_000})
    assert sender.offset().json() == {"offset": 100_000}


def test_a_part_past_the_announced_size_is_refused_and_taken_back(address, ticket):
    sender = Sender(address, ticket)
    sender.send(0, 100_000)
    answer = httpx.put(address, params=sender.parameters | {"offset": 100_000}, content=CSV)
    assert answer.status_code == 422
    assert sender.offset().json() == {"offset": 100_000}


def test_a_file_over_the_limit_is_refused_before_a_byte_is_stored(address, ticket, monkeypatch):
    monkeypatch.setenv("UPLOAD_LIMIT_MB", "1")
    settings.cache_clear()
    answer = Sender(address, ticket, body=bytes(1024 * 1024 + 1)).send(0, 1000)
    monkeypatch.undo()
    settings.cache_clear()
    assert answer.status_code == 429
    assert list(parts.folder().iterdir()) == []


def test_a_foreign_or_changed_ticket_neither_adds_to_an_upload_nor_sees_it(
    address, ticket, mallory, migration
):
    Sender(address, ticket).send(0, 100_000)
    foreign = Sender(address, issue_ticket(mallory, migration))
    assert foreign.offset().json() == {"offset": 0}
    assert foreign.send(100_000, 200_000).status_code == 409
    assert foreign.send(0, len(CSV)).status_code == 404
    assert (
        Sender(address, ticket[:-1] + ("0" if ticket[-1] != "0" else "1")).send(100_000, 200_000).status_code
        == 403
    )
    assert Sender(address, ticket).offset().json() == {"offset": 100_000}


def test_an_upload_with_an_expired_ticket_stops_and_goes_on_with_a_new_one(address, alice, migration):
    with clock.frozen(clock.now() - timedelta(minutes=61)):
        from core.platform.access.actions import enter

        with enter(alice.person, alice.tenant.id) as earlier:
            expired = issue_ticket(earlier, migration)
    answer = Sender(address, expired).send(0, 1000)
    assert answer.status_code == 403
    assert "expired" in answer.json()["message"]
    assert Sender(address, issue_ticket(alice, migration)).send(0, 1000).json() == {"offset": 1000}


def test_two_uploads_of_one_name_at_once_do_not_mix(address, ticket, alice, migration):
    content = HEADER + b"".join(b"Soup %d,%d.50\n" % (number, number % 90) for number in range(20_000))
    assert len(content) == len(CSV)
    with ThreadPoolExecutor(2) as pool:
        parts = [
            pool.submit(Sender(address, ticket, body=body, upload=upload).all, 20_000)
            for body, upload in ((CSV, "a"), (content, "b"))
        ]
        assert [answer.result()["file"]["size"] for answer in parts] == [len(CSV)] * 2
    assert len({file.sha256 for file in views.files(alice, migration)}) == 2


def test_the_same_part_sent_twice_at_once_is_stored_once(address, ticket, alice, migration):
    sender = Sender(address, ticket)
    with ThreadPoolExecutor(4) as pool:
        codes = sorted(answer.status_code for answer in pool.map(lambda _: sender.send(0, 150_000), range(4)))
    assert codes[0] == 200
    assert set(codes[1:]) == {409}
    assert sender.offset().json() == {"offset": 150_000}


def test_an_upload_that_is_given_up_leaves_nothing(address, ticket):
    sender = Sender(address, ticket)
    sender.send(0, 100_000)
    assert httpx.delete(address, params=sender.parameters).status_code == 200
    assert list(parts.folder().iterdir()) == []


def test_parts_nobody_goes_on_with_are_removed_after_a_day(address, ticket, monkeypatch):
    Sender(address, ticket).send(0, 1000)
    assert parts.remove_abandoned() == 0
    now = time.time()
    monkeypatch.setattr(parts.time, "time", lambda: now + 24 * 3600 + 1)
    assert parts.remove_abandoned() == 1


@pytest.mark.parametrize("missing", ["size", "offset"])
def test_a_part_without_its_numbers_is_refused(address, ticket, missing):
    parameters = {"ticket": ticket, "name": "a.csv", "upload": "u", "size": "3", "offset": "0"}
    answer = httpx.put(address, params=parameters | {missing: "x"}, content=b"abc")
    assert answer.status_code == 422


def test_an_unreadable_file_in_parts_says_so_and_leaves_no_part_behind(address, ticket):
    answer = Sender(address, ticket, body=b"\x89PNG\r\n\x1a\n" + bytes(200), name="photo.json").send(0, 1000)
    assert answer.status_code == 422
    assert answer.json()["hint"]
    assert list(parts.folder().iterdir()) == []


def test_a_part_for_which_the_disk_has_no_space_left_is_refused_and_the_upload_goes_on_later(
    address, ticket, monkeypatch
):
    sender = Sender(address, ticket)
    assert sender.send(0, 70_000).status_code == 200
    with monkeypatch.context() as full:
        full.setattr(parts.shutil, "disk_usage", lambda _folder: SimpleNamespace(free=parts.MEGABYTE))
        refused = sender.send(70_000, 140_000)
    assert (refused.status_code, refused.json()["code"]) == (429, "LimitReachedError")
    assert sender.offset().json() == {"offset": 70_000}
    assert sender.send(70_000, len(CSV)).json()["file"]["size"] == len(CSV)


def test_a_part_that_arrived_while_the_file_was_opened_is_not_stored_twice(ticket, monkeypatch):
    upload = parts.Upload(ticket, "menu.csv", len(CSV), "u1")
    lock = parts.fcntl.flock

    def after_another(file, how):
        with upload.path.open("ab") as request:
            request.write(CSV[:1000])
        lock(file, how)

    monkeypatch.setattr(parts.fcntl, "flock", after_another)
    with pytest.raises(ConflictError) as refused, parts.append_at(upload, 0):
        pass
    assert refused.value.facts["offset"] == 1000


def test_a_whole_file_for_which_the_disk_has_no_space_left_is_refused(address, ticket, monkeypatch):
    monkeypatch.setattr(parts.shutil, "disk_usage", lambda _folder: SimpleNamespace(free=parts.MEGABYTE))
    refused = httpx.put(address, params={"ticket": ticket, "name": "menu.csv"}, content=CSV, timeout=60)
    assert (refused.status_code, refused.json()["code"]) == (429, "LimitReachedError")
    assert list(parts.folder().iterdir()) == []
