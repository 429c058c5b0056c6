"""Signatures of a chain: of the content and the entry before it, whatever way a database writes the content."""

import json
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.kit import chain

KEY = bytes(range(32))
AT = datetime(2026, 11, 27, 9, 30, 0, 5, tzinfo=UTC)
DOCUMENTS = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(10**12), 10**12)
    | st.text(st.characters(exclude_categories=["Cs"])),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=5), inner, max_size=4),
    max_leaves=12,
)


@pytest.mark.parametrize(
    ("text", "form"),
    [
        ('{"b": 1, "a": 2}', '{"a":2,"b":1}'),
        ("1e3", "1000"),
        ("1000.0", "1000"),
        ("-0.0", "0"),
        ("0.10", "0.1"),
        ("1E-7", "0.0000001"),
        ("[1, [2, {}], null, true]", "[1,[2,{}],null,true]"),
        ('"Zoë \\u00eb"', '"Zoë ë"'),
    ],
)
def test_equal_documents_have_one_form(text, form):
    assert chain.canonical(text) == form


@given(DOCUMENTS)
def test_the_form_of_a_document_is_a_document_of_the_same_value_and_stays(document):
    form = chain.canonical(json.dumps(document))
    assert json.loads(form) == document
    assert chain.canonical(form) == form


def test_what_json_lacks_becomes_text_and_nul_a_replacement():
    assert json.loads(chain.as_json({"at": AT, "name": "a\x00b"})) == {"at": str(AT), "name": "a\ufffdb"}


def test_a_signature_holds_for_its_key_its_content_and_the_entry_before_only():
    first = chain.sign(KEY, b"", "one")
    second = chain.sign(KEY, first, "two")
    assert chain.is_signed(KEY, first, "two", second)
    assert not chain.is_signed(KEY, b"", "two", second)
    assert not chain.is_signed(KEY, first, "two!", second)
    assert not chain.is_signed(bytes(32), first, "two", second)
    assert not chain.is_signed(KEY, first, "two", second[:-1])


@given(st.binary(max_size=40), st.text(st.characters(exclude_categories=["Cs"]), max_size=10))
def test_bytes_cannot_move_between_the_signature_before_and_the_content(before, entry):
    moved = before + b"x"
    assert chain.sign(KEY, before, "x" + entry) != chain.sign(KEY, moved, entry)


def test_a_key_is_derived_for_one_purpose():
    assert chain.derive(KEY, chain.AUDIT) != chain.derive(KEY, "uploads")
    assert chain.derive(KEY, chain.AUDIT) == chain.derive(KEY, chain.AUDIT)
    assert len(chain.derive(KEY, chain.AUDIT)) == 32


def line(at=AT, facts="{}", seq=7):
    entry = ("run.start", "run", "r1", None, facts)
    return chain.signed_content("t1", seq, "l1", at, "p1", "manager", entry)


def test_a_line_has_its_number_first_its_time_in_utc_and_its_facts_last():
    content = json.loads(line(facts='{"rows": 3}'))
    assert content[0] == 7
    assert content[1][:3] == ["t1", "l1", "2026-11-27T09:30:00.000005+00:00"]
    assert content[2] == {"rows": 3}


def test_the_zone_of_a_time_and_the_spelling_of_facts_do_not_change_a_line():
    elsewhere = AT.astimezone(timezone(timedelta(hours=-5)))
    assert line(elsewhere, '{"b":1.0,"a":2}') == line(AT, '{"a": 2, "b": 1}')
    assert line(seq=8) != line(seq=7)
