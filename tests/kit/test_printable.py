"""Nothing that comes from a customer's file can steer a terminal."""

from __future__ import annotations

import json
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.kit.printable import printable, printable_json, printable_lines

BIDI = "\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
ANY = st.text(st.characters() | st.sampled_from("\x1b\r\n\a\t\x9b\x7f\ud800" + BIDI))


def steers(character: str) -> bool:
    return unicodedata.category(character) in {"Cc", "Cs", "Zl", "Zp"} or character in BIDI


@given(ANY)
def test_no_text_steers_a_terminal_after_escaping(text):
    assert not any(steers(character) for character in printable(text))
    assert not any(steers(character) for character in printable_lines(text) if character != "\n")
    assert printable_lines(text).count("\n") == text.count("\n")


@given(ANY)
def test_escaping_twice_changes_nothing_more(text):
    assert printable(printable(text)) == printable(text)


@given(st.text(st.characters(categories=["L", "N", "P", "S"])))
def test_ordinary_text_stays_as_it_is(text):
    assert printable(text) == text


@given(st.recursive(ANY, lambda inner: st.lists(inner) | st.dictionaries(ANY, inner)))
def test_an_escaped_json_document_means_the_same(value):
    escaped = printable_json(json.dumps(value, ensure_ascii=False, indent=2))
    assert json.loads(escaped) == json.loads(json.dumps(value))
    assert not any(steers(character) for character in escaped if character != "\n")


@pytest.mark.parametrize(
    ("text", "escaped"),
    [
        ("a\x1b[2Jb", "a\\x1b[2Jb"),
        ("a\nb\r", "a\\nb\\r"),
        ("\u202etxt.exe", "\\u202etxt.exe"),
        ("Zoë 🍕", "Zoë 🍕"),
    ],
)
def test_escapes_read_as_python_writes_them(text, escaped):
    assert printable(text) == escaped


@pytest.mark.parametrize(
    "hidden", ["\u200b", "\u200d", "\u2060", "\ufeff", "\u00ad", "\ue000", "\U000e0041", "\U0010ffff"]
)
def test_characters_that_hide_in_a_text_are_escaped(hidden):
    assert printable(f"a{hidden}b").isascii()
    assert printable_lines(f"a{hidden}\nb").count("\n") == 1
    assert json.loads(printable_json(json.dumps({"a": hidden}, ensure_ascii=False))) == {"a": hidden}


@pytest.mark.parametrize("words", ["Crème brûlée", "日本酒", "ต้มยำ", "हिन्दी", "فارسی", "שלום", "Ελλάδα"])
def test_letters_of_every_script_stay(words):
    assert printable(words) == words
