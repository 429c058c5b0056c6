"""Escape what a terminal would obey, hide or show out of order: controls, formats, direction marks, line breaks.

File names, sheet names, column names and values come from customers' exports; none of them may move the cursor, ring
the bell, hide text or pretend to be a second line of output. Escaped are the Unicode categories Cc, Cf, Cs, Co, Cn, Zl
and Zp: zero-width and tag characters too, and with them the joiners inside words of Persian or Hindi. Letters, marks,
digits, symbols and spaces of every script stay.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable

_CATEGORIES = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
_IN_TEXT, _IN_LINES = re.compile(r"[^ -~]"), re.compile(r"[^ -~\n]")
"""Characters to look at one by one; printable ASCII needs no look."""


JOINERS = "\u200c\u200d"
"""Invisible characters inside of names in Persian, Hindi and others, and between parts of an emoji."""

_WITHOUT_JOINERS = dict.fromkeys(map(ord, JOINERS))
_SHORT = {"\n": "\\n", "\r": "\\r", "\t": "\\t"}


def is_readable(text: str, *, more: str = "") -> bool:
    """Tell whether each character shows, is a space or joins letters; of the others only those in `more` may be there."""
    return all(
        character in JOINERS or character in more or unicodedata.category(character) not in _CATEGORIES
        for character in text
    )


def is_blank(text: str) -> bool:
    """Tell whether nothing of a text shows: it is empty, or spaces and joiners."""
    return not text.translate(_WITHOUT_JOINERS).strip()


def printable(text: str) -> str:
    r"""Escape a piece of data for one line of output: 'a\x1b[2J' as 'a\\x1b[2J', a line break as '\\n'."""
    return _IN_TEXT.sub(_unless_harmless(_escape), text)


def printable_lines(text: str) -> str:
    """Escape a text of several lines; its line breaks stay."""
    return _IN_LINES.sub(_unless_harmless(_escape), text)


def printable_json(document: str) -> str:
    r"""Escape a JSON document as JSON does ('\\u202e'); it stays valid and means the same, its line breaks stay."""
    return _IN_LINES.sub(_unless_harmless(_escape_json), document)


def _unless_harmless(escape: Callable[[re.Match[str]], str]) -> Callable[[re.Match[str]], str]:
    """Build the replacement of a match: itself outside of _CATEGORIES, else what `escape` makes of it."""
    return lambda match: escape(match) if unicodedata.category(match[0]) in _CATEGORIES else match[0]


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
