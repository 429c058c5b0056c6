"""While a hostile file is read, other people's pages answer, and the reading ends: in time, in memory, and for itself."""

from __future__ import annotations

import io
import subprocess
import threading
import time
import zipfile
from contextlib import suppress
from pathlib import Path
from urllib.parse import urlencode

import httpx
import psutil
import pytest
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.sync.client import connect

from core.engine.sources import views
from core.engine.sources.limits.cells import LONGEST_CELL
from core.engine.sources.limits.columns import MOST_COLUMNS
from core.engine.sources.read import ReaderOptions
from core.entry.web import intake
from core.entry.web.tickets import claims, issue_ticket
from core.errors import AppError, InvalidInputError, LimitReachedError, NotFoundError
from core.kit.ids import new_id

WITHIN = 1.0  # seconds
HEADER = b"Item Name,Price\n"


def _columns() -> bytes:
    names = ",".join(f"Open Date {number}" for number in range(MOST_COLUMNS))
    row = ",".join("03/04/2026" for _ in range(MOST_COLUMNS))
    return f"{names}\n{row}\n{row}\n".encode()


def _cell() -> bytes:
    longest = (b"12 Main St, Springfield; " * LONGEST_CELL)[:LONGEST_CELL]
    return b"Address,Name\n" + b'"%b",Ann\n' % longest * 10


def _members() -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for number in range(3000):
            archive.writestr(f"{number}/menu.csv", HEADER + b"Soup,4.50\n" * 20)
    return packed.getvalue()


def _records() -> bytes:
    row = '{"guid": "x", "items": [{"name": "Soup", "price": 4.5, "mods": [{"n": 1}, {"n": 2}]}]}'
    return f"[{','.join([row] * 150_000)}]".encode()


HOSTILE = {"wide.csv": _columns, "cell.csv": _cell, "many.zip": _members, "deep.json": _records}


def _load_today(served, context) -> float:
    """Seconds that Today takes in a new session, from the connection to the end of its script."""
    query = urlencode({"tenant": context.tenant.slug, "person": context.person})
    message = BackMsg()
    message.rerun_script.query_string = query
    since = time.monotonic()
    address = f"ws://127.0.0.1:{served.port}/_stcore/stream"
    with connect(address, subprotocols=["streamlit"], max_size=None) as session:
        session.send(message.SerializeToString())
        answer, buffer = ForwardMsg(), b""
        while answer.WhichOneof("type") != "script_finished":
            received = session.recv(timeout=30)
            buffer += received
            answer.ParseFromString(received)
    seconds = time.monotonic() - since
    assert b"Today" in buffer
    assert context.name.encode() in buffer  # signed in
    return seconds


@pytest.mark.parametrize("name", HOSTILE)
def test_a_page_answers_while_a_hostile_file_is_read(served, alice, bob, migration, name):
    ticket, body, answers = issue_ticket(alice, migration), HOSTILE[name](), []
    _load_today(served, bob)  # what the first page of a process imports
    quiet = max(_load_today(served, bob) for _ in range(3))

    def send() -> None:
        query = {"ticket": ticket, "name": name}
        answers.append(httpx.put(f"{served.address}/api/upload", params=query, content=body, timeout=60))

    sender = threading.Thread(target=send)
    sender.start()
    loads = []
    while not loads or (sender.is_alive() and len(loads) < 15):
        loads.append(_load_today(served, bob))
    sender.join()
    quiet = max(quiet, *(_load_today(served, bob) for _ in range(3)))  # others may work here by now
    assert max(loads) < max(WITHIN, 3 * quiet), (quiet, loads)  # a busy machine has every page wait
    assert answers[0].status_code == 200 or 400 <= answers[0].status_code < 500
    if answers[0].status_code != 200:
        assert answers[0].json()["hint"]


def _add(alice, migration, path: Path) -> dict[str, object]:
    return intake.add(claims(issue_ticket(alice, migration)), path, path.name)


@pytest.mark.parametrize(
    ("limit", "words"), [({"upload_read_seconds": 0.3}, "seconds"), ({"upload_read_mb": 256}, "MB")]
)
def test_reading_ends_at_its_limits_and_the_next_file_is_read(
    alice, migration, limits, tmp_path, limit, words
):
    path = tmp_path / "deep.json"
    path.write_bytes(_records())
    intake.warm()
    limits(**limit)
    with pytest.raises(LimitReachedError, match=words):
        _add(alice, migration, path)
    limits(upload_read_seconds=60, upload_read_mb=3072)
    alice.session.rollback()
    assert views.files(alice, migration) == []
    small = tmp_path / "menu.csv"
    small.write_bytes(HEADER + b"Soup,4.50\n")
    assert _add(alice, migration, small)["name"] == "menu.csv"


def test_a_reader_that_is_killed_costs_only_its_file(alice, migration, tmp_path):
    path = tmp_path / "deep.json"
    path.write_bytes(_records())
    intake.warm()
    [(reader, _)] = intake._readers
    failures = []

    def read() -> None:
        try:
            _add(alice, migration, path)
        except AppError as error:
            failures.append(error)

    process = psutil.Process(reader.pid)
    reading = threading.Thread(target=read)
    reading.start()
    until = time.monotonic() + 20
    while reading.is_alive() and time.monotonic() < until:
        for child in process.children():
            with suppress(psutil.NoSuchProcess):
                if (
                    child.cmdline() == process.cmdline()
                ):  # a fork, and no program that an import asks something
                    child.kill()
        time.sleep(0.01)
    reading.join()
    assert isinstance(failures[0], InvalidInputError)
    reader.kill()  # and all of it
    small = tmp_path / "menu.csv"
    small.write_bytes(HEADER + b"Soup,4.50\n")
    assert _add(alice, migration, small)["name"] == "menu.csv"


def test_a_file_is_read_again_with_other_options_apart_from_the_console(alice, migration, tmp_path):
    path = tmp_path / "menu.csv"
    path.write_bytes(b"Item Name;Price\nSoup;4.50\n")
    added = _add(alice, migration, path)
    again = intake.reread(alice, "menu.csv", str(added["id"]), ReaderOptions(delimiter=","))
    assert again["id"] == added["id"]
    alice.session.rollback()
    assert [len(stream.columns) for stream in views.streams(alice, migration)] == [1]
    with pytest.raises(NotFoundError):
        intake.reread(alice, "menu.csv", new_id(), ReaderOptions())


def test_the_reader_outlives_the_thread_that_started_it(alice, migration, tmp_path):
    path = tmp_path / "menu.csv"
    path.write_bytes(HEADER + b"Soup,4.50\n")
    intake.stop()
    first = threading.Thread(target=_add, args=(alice, migration, path))
    first.start()
    first.join()
    [(reader, _)] = intake._readers
    with pytest.raises(subprocess.TimeoutExpired):
        reader.wait(0.3)
