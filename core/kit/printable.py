"""Escape what a terminal would obey or show out of order: control characters, bidirectional overrides, line breaks.

File names, sheet names, column names and values come from customers' exports; none of them may move the cursor, ring
the bell, hide text or pretend to be a second line of output.
"""

from __future__ import annotations

import re

_UNSAFE = (
    "\x00-\x1f\x7f-\x9f"  # C0, DEL, C1
    "\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069"  # direction marks, embeddings, overrides, isolates
    "\u2028\u2029\ufeff"  # line and paragraph separators, byte order mark
    "\ud800-\udfff"  # lone surrogates: bytes of a file name that are no UTF-8
)
_IN_TEXT = re.compile(f"[{_UNSAFE}]")
_IN_LINES = re.compile(f"(?!\n)[{_UNSAFE}]")
_SHORT = {"\n": "\\n", "\r": "\\r", "\t": "\\t"}


def printable(text: str) -> str:
    r"""Escape a piece of data for one line of output: 'a\x1b[2J' as 'a\\x1b[2J', a line break as '\\n'."""
    return _IN_TEXT.sub(_escape, text)


def printable_lines(text: str) -> str:
    """Escape a text of several lines; its line breaks stay."""
    return _IN_LINES.sub(_escape, text)


def printable_json(document: str) -> str:
    r"""Escape a JSON document as JSON does ('\\u202e'); it stays valid and means the same, its line breaks stay."""
    return _IN_LINES.sub(lambda match: f"\\u{ord(match[0]):04x}", document)


def _escape(match: re.Match[str]) -> str:
    character = match[0]
    code = ord(character)
    return _SHORT.get(character) or (f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}")
