"""Parameters of an address, names of files and tickets: what is read, and what is refused; no server, no database."""

from __future__ import annotations

import base64
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st
from starlette.requests import Request

from core.entry.web import query
from core.entry.web.tickets import claims
from core.errors import InvalidInputError, NotAllowedError
from core.kit.ids import new_id

IDS = {"tenant": new_id(), "person": new_id(), "migration": new_id()}


def request(text="", **headers):
    raw = [(name.replace("_", "-").encode(), value.encode()) for name, value in headers.items()]
    return Request({"type": "http", "query_string": text.encode(), "headers": raw})


@pytest.mark.parametrize(("text", "value"), [("", ""), ("name=a", "a"), ("name=", ""), ("name=%C3%A9", "é")])
def test_a_parameter_is_read_once(text, value):
    assert query.single(request(text), "name") == value


def test_a_parameter_that_comes_twice_is_refused():
    with pytest.raises(InvalidInputError, match="name 2 times") as refused:
        query.single(request("name=a&name=b"), "name")
    assert refused.value.facts == {"parameter": "name"}


@pytest.mark.parametrize(("text", "value"), [("size=0", 0), ("size=0012", 12), ("size=1099511627776", 2**40)])
def test_a_number_of_bytes_is_read(text, value):
    assert query.number(request(text), "size") == value


@pytest.mark.parametrize(
    "text", ["", "size=", "size=-1", "size=1.5", "size=1e3", "size=%D9%A3", "size=" + "9" * 31]
)
def test_what_is_no_number_of_bytes_is_refused(text):
    with pytest.raises(InvalidInputError):
        query.number(request(text), "size")


@pytest.mark.parametrize("text", ["", "upload=a-B_9", "upload=" + "x" * 100])
def test_an_upload_id_has_letters_digits_and_hyphens(text):
    assert query.upload_id(request(text)) == text.removeprefix("upload=")


@pytest.mark.parametrize(
    "text", ["upload=a/b", "upload=a.b", "upload=%00", "upload=" + "x" * 101, "upload=é"]
)
def test_another_upload_id_is_refused(text):
    with pytest.raises(InvalidInputError, match="id has other characters"):
        query.upload_id(request(text))


@pytest.mark.parametrize(
    ("headers", "length"),
    [({"content_length": "12"}, 12), ({"content_length": "0"}, 0), ({"transfer_encoding": "chunked"}, None)],
)
def test_the_length_of_a_body_is_announced_or_comes_in_chunks(headers, length):
    assert query.content_length(request(**headers)) == length


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"content_length": "-1"},
        {"content_length": "1,2"},
        {"content_length": ""},
        {"content_length": "9" * 31},
        {"content_length": "12", "transfer_encoding": "chunked"},
    ],
)
def test_a_length_that_is_not_clear_is_refused(headers):
    with pytest.raises(InvalidInputError, match="how long it is"):
        query.content_length(request(**headers))


@pytest.mark.parametrize(
    "name", ["export.csv", "Küche 2026.xlsx", "a.b.c", ".hidden", "顧客.csv", "nullen.csv"]
)
def test_a_plain_name_of_a_file_is_taken(name):
    query.check_name(name)


@pytest.mark.parametrize(
    ("name", "fault"),
    [
        ("", "is missing"),
        (".", "is a path"),
        ("..", "is a path"),
        ("a/b.csv", "is a path"),
        ("a\\b.csv", "is a path"),
        ("é" * 101, "has 202 bytes; the limit is 200"),
        ("a\ufffd.csv", "is not written in UTF-8"),
        ("a\nb.csv", "has a control character (U+000A) at position 2"),
        ("a\u202eb.csv", "has an invisible or direction-changing character (U+202E) at position 2"),
        ("a\u2028.csv", "has a line break (U+2028) at position 2"),
        (" a.csv", "begins or ends with a blank"),
        ("a.csv.", "ends with a dot"),
        ("NUL", "Windows keeps for a device"),
        ("com1.csv", "Windows keeps for a device"),
        ("aux.tar.gz", "Windows keeps for a device"),
    ],
)
def test_another_name_is_refused_with_its_fault_and_never_repeated(name, fault):
    with pytest.raises(InvalidInputError) as refused:
        query.check_name(name)
    assert fault in refused.value.message
    assert len(name) < 4 or name not in str(refused.value)


def ticket(claim, signature="0" * 64):
    payload = base64.urlsafe_b64encode(json.dumps(claim).encode()).decode()
    return f"{payload}.{signature}"


@pytest.mark.parametrize(
    ("creates", "answer"), [({}, False), ({"creates": "yes"}, True), ({"creates": ""}, False)]
)
def test_a_ticket_says_who_may_upload_where_and_until_when(creates, answer):
    assert claims(ticket(IDS | {"until": 1_800_000_000} | creates)) == IDS | {
        "until": 1_800_000_000,
        "creates": answer,
        "sign_in": "",
    }


@pytest.mark.parametrize(
    "change",
    [
        {"until": -1},
        {"until": 1.5},
        {"until": True},
        {"until": "1800000000"},
        {"until": 1 << 41},
        {"tenant": "bella"},
        {"tenant": None},
        {"person": new_id().upper()},
        {"migration": new_id() + "\n"},
        {"creates": "no"},
        {"creates": True},
        {"admin": "yes"},
    ],
)
def test_a_ticket_of_another_form_is_refused(change):
    with pytest.raises(NotAllowedError, match="not valid"):
        claims(ticket(IDS | {"until": 1_800_000_000} | change))


@pytest.mark.parametrize("missing", [*IDS, "until"])
def test_a_ticket_that_lacks_a_field_is_refused(missing):
    claim = IDS | {"until": 1_800_000_000}
    del claim[missing]
    with pytest.raises(NotAllowedError):
        claims(ticket(claim))


@given(st.text(max_size=200))
def test_any_other_text_is_refused_as_a_ticket(text):
    with pytest.raises(NotAllowedError):
        claims(text)


@given(st.binary(max_size=120))
def test_any_other_payload_is_refused_as_a_ticket(payload):
    with pytest.raises(NotAllowedError):
        claims(f"{base64.urlsafe_b64encode(payload).decode()}.{'0' * 64}")
