"""What no request may do, over real HTTP against the real console: every fault is a 4xx with its reason, and no failure."""

from __future__ import annotations

import base64
import json
import socket
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from urllib.parse import quote, urlencode

import httpx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core.engine.sources import views
from core.entry.web import parts
from core.entry.web.tickets import _sign
from core.kit.ids import new_id

CSV = b"Item Name,Price\nSoup,4.50\n"


@pytest.fixture(autouse=True)
def nothing_fails_and_nothing_stays(served):
    yield
    assert served.faults() == ""
    for path in parts.folder().iterdir():
        path.unlink()


def _head(served, query: str, *lines: str, method: str = "PUT", path: str = "/api/upload") -> str:
    return "\n".join(
        [
            f"{method} {path}?{query} HTTP/1.1",
            f"Host: 127.0.0.1:{served.port}",
            "Connection: close",
            *lines,
            "",
            "",
        ]
    )


def _answer(raw: bytes) -> tuple[int, bytes]:
    head, _, body = raw.partition(b"\r\n\r\n")
    return int(head.split(b" ", 2)[1]), body


def refused(raw: bytes) -> dict[str, object]:
    """Our form of an error: a reason and a remedy, and nothing of the machinery."""
    status, body = _answer(raw)
    assert 400 <= status < 500, raw
    error = json.loads(body)
    assert all(error[part] for part in ("code", "message", "hint")), error
    return error


@pytest.mark.parametrize(
    "name",
    [
        "", ".", "..", "a/b.csv", "/etc/passwd", "..\\a.csv", "C:\\a.csv", "a\x00.csv", "a\n.csv", "a\x7f.csv", "a\x85.csv",
        "a\u202egpj.csv", "a\u2066.csv", "a\u200b.csv", "\ufeffa.csv", "a\u2028.csv", "é" * 128, "x" * 256, "表" * 90 + ".csv",
        "CON", "nul.csv", "Com1.txt", "LPT¹.csv", " a.csv", "a.csv ", "a.csv.",
    ],
)  # fmt: skip
def test_a_name_no_file_should_have_is_refused_with_its_reason(served, ticket, name):
    query = urlencode({"ticket": ticket, "name": name})
    error = refused(served.send(_head(served, query, f"Content-Length: {len(CSV)}"), CSV))
    assert "name" in str(error["message"])
    assert list(parts.folder().iterdir()) == []


@pytest.mark.parametrize(
    "raw", ["%FF.csv", "%C3.csv", "%ED%A0%80.csv", "%F8%88%80%80%80.csv", "%c0%ae%c0%ae"]
)
def test_a_name_that_is_no_text_is_refused(served, ticket, raw):
    refused(served.send(_head(served, f"ticket={ticket}&name={raw}", f"Content-Length: {len(CSV)}"), CSV))


@pytest.mark.parametrize(
    "name", ["menu.csv", "Früh stück (2).csv", "表.csv", "a..b.csv", "con-2.csv", "x" * 190 + ".csv"]
)
def test_a_name_that_files_have_is_taken(served, alice, ticket, migration, name):
    answer = httpx.put(
        f"{served.address}/api/upload", params={"ticket": ticket, "name": name}, content=CSV, timeout=60
    )
    assert answer.status_code == 200, answer.text
    alice.session.rollback()
    assert [file.name for file in views.files(alice, migration)] == [name]


def _signed(alice, claim: object) -> str:
    """A ticket with any claim, well signed by Alice's tenant."""
    payload = base64.urlsafe_b64encode(json.dumps(claim).encode()).decode()
    return f"{payload}.{_sign(alice, payload)}"


def _deep(depth: int) -> str:
    return base64.urlsafe_b64encode(b"[" * depth).decode()


def test_a_ticket_of_any_other_form_is_refused(served, alice, mallory, ticket, migration):
    payload, _, signature = ticket.partition(".")
    claim = json.loads(base64.urlsafe_b64decode(payload))
    changes = [
        {"tenant": mallory.tenant.id}, {"tenant": {"id": claim["tenant"]}}, {"tenant": [claim["tenant"]]}, {"tenant": 7},
        {"person": mallory.person}, {"person": None}, {"migration": True}, {"migration": new_id()}, {"migration": "' or 1=1"},
        {"until": "9999999999"}, {"until": 1e400}, {"until": 10**30}, {"until": -1}, {"until": True}, {"until": None},
        {"until": {"at": 1}}, {"creates": True}, {"creates": ["yes"]}, {"creates": {"yes": 1}}, {"role": "manager"},
        {"tenant": claim["tenant"].upper()}, {"tenant": "\x00"}, {"person": claim["person"] + "\x00"},
    ]  # fmt: skip
    tickets = [_signed(alice, claim | change) for change in changes]
    tickets += [_signed(alice, claims) for claims in (None, 1, "x", [], [claim], {"claim": claim}, {})]
    tickets += [f"{_deep(depth)}.{'0' * 64}" for depth in (10, 1400)]
    tickets += ["", ".", "x.y", "é.é", ticket + "é", f"{payload}.é{signature[1:]}", f"{payload}.{signature.upper()}x",
                f"{payload}.{signature}.{signature}", "\x00", "a" * 20_000, f"{'A' * 40_000}.{signature}"]  # fmt: skip
    for bad in tickets:
        query = urlencode({"ticket": bad, "name": "a.csv"})
        error = refused(served.send(_head(served, query, f"Content-Length: {len(CSV)}"), CSV))
        assert error["code"] in {"NotAllowedError", "NotFoundError"}, (bad, error)
    alice.session.rollback()
    assert views.files(alice, migration) == []


@pytest.mark.parametrize("name", ["ticket", "name", "upload", "size", "offset"])
def test_a_parameter_that_is_there_twice_is_refused(served, ticket, name):
    query = urlencode({"ticket": ticket, "name": "a.csv", "upload": "u", "size": 26, "offset": 0})
    again = dict(part.split("=") for part in query.split("&"))[name]
    error = refused(served.send(_head(served, f"{query}&{name}={again}", "Content-Length: 26"), CSV))
    assert name in str(error["message"])


@pytest.mark.parametrize(
    "change",
    [{"size": ""}, {"size": "-1"}, {"size": "1e3"}, {"size": "٣"}, {"size": "9" * 5000}, {"size": "9" * 29}, {"size": "3.0"},
     {"offset": ""}, {"offset": "x"}, {"offset": "27"}, {"offset": "9" * 31}, {"upload": "a/b"}, {"upload": "\x00"},
     {"upload": "é"}, {"upload": "u" * 101}],
)  # fmt: skip
def test_a_part_with_wrong_numbers_is_refused(served, ticket, change):
    query = urlencode({"ticket": ticket, "name": "a.csv", "upload": "u", "size": 26, "offset": 0} | change)
    refused(served.send(_head(served, query, "Content-Length: 26"), CSV))
    assert list(parts.folder().iterdir()) == []


@pytest.mark.parametrize(
    "lines",
    [[], ["Content-Length: x"], ["Content-Length: -5"], ["Content-Length: 26", "Content-Length: 27"],
     ["Content-Length: 26, 27"], ["Content-Length: 26", "Transfer-Encoding: chunked"], ["Transfer-Encoding: gzip"],
     ["Content-Length: 99999999999999999999"], ["Transfer-Encoding: chunked, chunked"], ["Content-Length: 9223372036854775807"]],
)  # fmt: skip
def test_a_length_that_is_missing_or_contradicts_itself_is_refused(served, alice, ticket, migration, lines):
    status, body = _answer(served.send(_head(served, f"ticket={quote(ticket)}&name=a.csv", *lines), CSV))
    assert 400 <= status < 500
    assert body
    alice.session.rollback()
    assert views.files(alice, migration) == []


@pytest.mark.parametrize("part", [b"", b"5\r\nabcde\r\n", b"FFFFFFFF\r\nabc", b"5"])
def test_a_body_in_chunks_without_an_end_is_ended(served, ticket, part):
    since = time.monotonic()
    head = _head(served, f"ticket={quote(ticket)}&name=a.csv", "Transfer-Encoding: chunked")
    raw = served.send(head, part)
    assert _answer(raw)[0] == 408
    assert refused(raw)["code"] == "SlowBodyError"
    assert time.monotonic() - since < 5
    assert list(parts.folder().iterdir()) == []


@pytest.mark.parametrize("path", ["/api/upload", "/api/none", "/_stcore/upload_file/x/y", "/"])
def test_a_body_that_drips_is_ended_on_every_route(served, ticket, path):
    query = f"ticket={quote(ticket)}&name=a.csv"
    since = time.monotonic()
    with socket.create_connection(("127.0.0.1", served.port), 10) as connection, suppress(ConnectionError):
        connection.sendall(
            _head(served, query, "Content-Length: 1000", path=path).replace("\n", "\r\n").encode()
        )
        connection.settimeout(0.3)
        answer = b""
        while time.monotonic() - since < 8:
            connection.sendall(b"x")
            with suppress(TimeoutError):
                part = connection.recv(65536)
                answer += part
                if not part:
                    break
    assert time.monotonic() - since < 6
    assert 400 <= _answer(answer)[0] < 500


def test_a_refused_sender_that_waits_for_leave_is_answered_before_it_sends(served):
    head = _head(served, "ticket=x&name=a.csv", "Content-Length: 1000000000", "Expect: 100-continue")
    raw = served.send(head)
    assert raw.startswith(b"HTTP/1.1 403")
    assert b"connection: close" in raw.lower()


@pytest.mark.parametrize("method", ["POST", "PATCH", "OPTIONS", "TRACE", "BREW"])
def test_a_method_that_the_address_does_not_take_is_refused(served, ticket, method):
    status, _ = _answer(
        served.send(_head(served, f"ticket={ticket}&name=a.csv", "Content-Length: 0", method=method))
    )
    assert 400 <= status < 500


@pytest.mark.parametrize(
    "path", ["/api", "/api/", "/api/upload/", "/api/upload/x", "/api/%00", "/api/..%2f..%2fetc/passwd", "/api/%ff",
             "/healthz/%00", "/media/%00", "/media/..%2f..%2fapp.py", "/%00", "/static/%00.js", "/static/..%2f..%2fapp.py",
             "/component/x/%00", "/_stcore/bidi-components/x/%00", "//evil.example/x", "/" + "a" * 300, "/" + "a" * 60_000,
             "/_stcore/metrics?families=%00", "/_stcore/upload_file/%00/%00", "/auth/login?provider=%00", "/oauth2callback?x=%00"],
)  # fmt: skip
@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE"])
def test_no_address_makes_the_console_fail(served, path, method):
    raw = served.send(
        f"{method} {path} HTTP/1.1\nHost: 127.0.0.1:{served.port}\nContent-Length: 0\nConnection: close\n\n"
    )
    assert _answer(raw)[0] < 500


TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=40)
CLAIMS = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | TEXTS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXTS, inner, max_size=3),
    max_leaves=5,
)
FIELDS = st.sampled_from(["tenant", "person", "migration", "until", "creates", "x"])
HEADERS = st.sampled_from(
    ["Content-Length: 26", "Content-Length: 5", "Content-Length: 0", "Content-Length: 1e1", "Transfer-Encoding: chunked",
     "Expect: 100-continue", "Content-Type: \x80", "X-Forwarded-Host: x", "Cookie: _streamlit_xsrf=2|x|y|z", "Accept: \xff",
     "Range: bytes=5-1", "Content-Encoding: gzip", "X-Upload: " + "y" * 9000]
)  # fmt: skip


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    claim=st.dictionaries(FIELDS, CLAIMS, max_size=3),
    signs=st.booleans(),
    query=st.lists(
        st.tuples(st.sampled_from(["name", "upload", "size", "offset", "ticket"]), TEXTS), max_size=4
    ),
    lines=st.lists(HEADERS, max_size=3),
    method=st.sampled_from(["PUT", "GET", "HEAD", "DELETE"]),
    body=st.sampled_from([CSV, b"", b"5\r\nabcde\r\n0\r\n\r\n"]),
)
def test_whatever_is_sent_is_answered_with_its_reason(
    served, alice, ticket, claim, signs, query, lines, method, body
):
    good = json.loads(base64.urlsafe_b64decode(ticket.partition(".")[0]))
    sent_ticket = _signed(alice, good | claim) if signs and claim else ticket
    query_text = urlencode(
        [
            ("ticket", sent_ticket),
            *query,
            *([] if any(n == "name" for n, _ in query) else [("name", "f.csv")]),
        ]
    )
    raw = served.send(_head(served, query_text, *lines, method=method), body, seconds=20)
    status, answer = _answer(raw)
    assert status < 500, raw
    if status >= 400 and answer.startswith(b"{"):
        refused(raw)


def test_a_person_has_only_so_many_uploads_under_way_at_once(served, ticket):
    """The fifth is told so; the others' connections are kept open."""
    with ThreadPoolExecutor(6) as pool:
        head = _head(served, f"ticket={quote(ticket)}&name=a.csv", "Content-Length: 2600000")
        codes = sorted(_answer(raw)[0] for raw in pool.map(lambda _: served.send(head, CSV), range(6)))
    assert codes == [408] * 4 + [429] * 2
