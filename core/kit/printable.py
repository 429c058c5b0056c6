"""Escape what a terminal would obey, hide or show out of order: controls, formats, direction marks, line breaks.

File names, sheet names, column names and values come from customers' exports; none of them may move the cursor, ring
the bell, hide text or pretend to be a second line of output. Escaped are the Unicode categories Cc, Cf, Cs, Co, Cn, Zl
and Zp: zero-width and tag characters too, and with them the joiners inside words of Persian or Hindi. Letters, marks,
digits, symbols and spaces of every script stay.
"""

from __future__ import annotations

import re
import sys
import unicodedata
from functools import cache

_CATEGORIES = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})


@cache
def _ranges() -> str:
    """The characters of _CATEGORIES as ranges of a regular expression's set."""
    parts: list[str] = []
    first = None
    for code in range(sys.maxunicode + 2):
        unsafe = code <= sys.maxunicode and unicodedata.category(chr(code)) in _CATEGORIES
        if unsafe and first is None:
            first = code
        elif not unsafe and first is not None:
            parts.append(f"\\U{first:08x}-\\U{code - 1:08x}")
            first = None
    return "".join(parts)


@cache
def _in_text() -> re.Pattern[str]:
    return re.compile(f"[{_ranges()}]")


@cache
def _in_lines() -> re.Pattern[str]:
    return re.compile(f"(?!\n)[{_ranges()}]")


_SHORT = {"\n": "\\n", "\r": "\\r", "\t": "\\t"}


def printable(text: str) -> str:
    r"""Escape a piece of data for one line of output: 'a\x1b[2J' as 'a\\x1b[2J', a line break as '\\n'."""
    return _in_text().sub(_escape, text)


def printable_lines(text: str) -> str:
    """Escape a text of several lines; its line breaks stay."""
    return _in_lines().sub(_escape, text)


def printable_json(document: str) -> str:
    r"""Escape a JSON document as JSON does ('\\u202e'); it stays valid and means the same, its line breaks stay."""
    return _in_lines().sub(_escape_json, document)


def _escape_json(match: re.Match[str]) -> str:
    code = ord(match[0])
    if code > 0xFFFF:  # JSON writes it as two surrogates
        high, low = divmod(code - 0x10000, 0x400)
        return f"\\u{0xD800 + high:04x}\\u{0xDC00 + low:04x}"
    return f"\\u{code:04x}"


def _escape(match: re.Match[str]) -> str:
    character = match[0]
    code = ord(character)
    if code < 0x100:
        return _SHORT.get(character) or f"\\x{code:02x}"
    return f"\\u{code:04x}" if code <= 0xFFFF else f"\\U{code:08x}"
