"""Note rows whose values hold characters that cannot be read, are invisible, or are garbled.

Unreadable are the places that core.engine.sources.characters.decoding marked. Not seen are control characters, characters
of no width, and marks that change the direction of text, where no script or emoji needs them. Garbled is text that was
UTF-8 and read as Windows-1252 or Latin-1 ('CafÃ©'), and the replacement character that another program has left.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from itertools import islice

import polars as pl

from core.engine.batch import FAULT, NOTED, ROW, add_notes
from core.engine.sources.characters.decoding import MARK, REPLACEMENT

UNREADABLE, HIDDEN, GARBLED = "unreadable_character", "hidden_character", "garbled_text"

_CONTROLS = "\\x00-\\x08\\x0b\\x0c\\x0e-\\x1f\\x7f-\\x{9f}"
_UNSEEN = (
    "\\x{ad}\\x{61c}\\x{180e}\\x{200b}-\\x{200f}\\x{2028}-\\x{202e}\\x{2060}-\\x{206f}\\x{feff}\\x{fff9}-\\x{fffb}"
    "\\x{e0000}-\\x{e007f}"
)
_OF_1252 = "€‚ƒ„…†‡ˆ‰Š‹ŒŽ‘’“”•–—˜™š›œžŸ"
_FOLLOWING = f"[\\x{{80}}-\\x{{bf}}{_OF_1252}]"
_MISREAD = f"[ÂÃÄÅÎÏÐÑ]{_FOLLOWING}|[à-ï]{_FOLLOWING}{{2}}|ð{_FOLLOWING}{{3}}"
_ANY = f"[{_CONTROLS}{_UNSEEN}{MARK}{REPLACEMENT}]|{_MISREAD}"


def _python(pattern: str) -> re.Pattern[str]:
    """Compile a pattern in the syntax of Polars for Python."""
    return re.compile(re.sub(r"\\x\{(\w+)\}", lambda code: re.escape(chr(int(code[1], 16))), pattern))


_HIDDEN_CHARACTER = _python(f"[{_CONTROLS}{_UNSEEN}]")
_GARBLED_TEXT = _python(_MISREAD)
_MAY_BE_ODD = re.compile(
    rb"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]|\xc2[\x80-\x9f\xad]|\xd8\x9c|\xe1\xa0\x8e|\xe2\x80[\x8b-\x8f\xa8-\xae]|\xe2\x81[\xa0-\xaf]"
    rb"|\xef(?:\xb7\x90|\xbb\xbf|\xbf[\xb9-\xbb\xbd])|\xf3\xa0|\xc3[\x82-\x85\x8e-\x91\xa0-\xb0][\xc2\xc5\xc6\xcb\xe2]"
)
_LEADS = (b"\xc2", b"\xc5", b"\xc6", b"\xcb", b"\xd8\x9c", b"\xe1\xa0\x8e", b"\xe2", b"\xef", b"\xf3\xa0")
_CONTROL_BYTES = bytes({*range(32), 127} - set(b"\t\n\r"))
_PLAIN_BYTES = bytes({*range(32, 127)} | set(b"\t\n\r"))
_CLOSING = "’”™—–…"
_JOINERS, _DIRECTION_MARKS = "\u200c\u200d", "\u200e\u200f\u061c"
_LOOKED_AT, _MOST_NAMED = 1_000, 3
_BLACK_FLAG = "\U0001f3f4"


def note_odd(frame: pl.DataFrame, data: bytes | None = None) -> pl.DataFrame:
    """Note each row of a frame (ROW and text columns) that has such a value, and replace MARK in all values.

    `data` is the UTF-8 that the frame was read from, if any: most data shows at once that nothing is odd.
    """
    if data is not None and not _may_be_odd(data):
        return frame
    names = [name for name in frame.columns if name not in {ROW, NOTED}]
    if not names or not frame.height:
        return frame
    odd = frame.select(pl.col(name).str.contains(_ANY).any() for name in names).row(0)
    new_columns: list[pl.Series] = []
    notes: list[pl.DataFrame] = []
    for name in (name for name, is_odd in zip(names, odd, strict=True) if is_odd):
        column = frame[name]
        notes += () if name == FAULT else _notes(frame, column)
        new_columns.append(column.str.replace_all(MARK, REPLACEMENT, literal=True))
    return add_notes(frame.with_columns(new_columns), notes)


def odd_names(columns: Sequence[str]) -> list[str]:
    """Word one sentence per column whose name holds such characters; REPLACEMENT stands for one that cannot be read."""
    return [
        f"the name of column {number} {fault}"
        for number, name in enumerate(columns, start=1)
        for _, fault in _faults(name)
    ]


def _may_be_odd(data: bytes) -> bool:
    if not any(lead in data for lead in _LEADS):  # as in most Western texts
        return len(data.translate(None, _CONTROL_BYTES)) != len(data)
    return (
        _MAY_BE_ODD.search(data.translate(None, _PLAIN_BYTES)) is not None
    )  # perf 5: searching all bytes takes longer


def _notes(frame: pl.DataFrame, column: pl.Series) -> Iterator[pl.DataFrame]:
    """Yield, per kind of fault, the rows of the frame that have it in the column, as `add_notes` takes them."""
    details: dict[str, dict[str, str]] = {}
    for value in column.filter(column.str.contains(_ANY)).unique(maintain_order=True):
        for code, fault in _faults(value):
            details.setdefault(code, {})[value] = f"Column {column.name!r} {fault}."
    for code, by_value in details.items():
        texts = column.replace_strict(list(by_value), list(by_value.values()), default=None)
        rows = frame.select(ROW, code=pl.lit(code), column=pl.lit(column.name), detail=texts)
        yield rows.filter(pl.col("detail").is_not_null())


def _faults(text: str) -> Iterator[tuple[str, str]]:
    """Yield code and description of each kind of fault in a text."""
    if MARK in text:
        yield UNREADABLE, "holds a character that cannot be read"
    if hidden := list(islice(dict.fromkeys(_hidden(text)), _MOST_NAMED)):
        yield HIDDEN, f"holds {', '.join(hidden)}, not visible on screen"
    if REPLACEMENT in text:
        yield GARBLED, "holds U+FFFD: a letter was lost before the export"
    elif garbled := next(
        filter(None, (_misreading(text, match) for match in _GARBLED_TEXT.finditer(text))), ""
    ):
        yield GARBLED, f"looks garbled: {garbled}"


def _hidden(text: str) -> Iterator[str]:
    """Yield the names of the characters that are needed by neither the script of the text nor an emoji."""
    letters = (letter for letter in text[:_LOOKED_AT] if letter.isalpha())
    right_to_left = any(unicodedata.bidirectional(letter) in {"R", "AL"} for letter in letters)
    for match in islice(_HIDDEN_CHARACTER.finditer(text), _LOOKED_AT):
        character, start = match[0], match.start()
        before, after = text[max(0, start - 1) : start], text[start + 1 : start + 2]
        joins = character in _JOINERS and bool(before and after) and not (before + after).isascii()
        directs = character in _DIRECTION_MARKS and right_to_left
        flag = "\U000e0020" <= character <= "\U000e007f" and _BLACK_FLAG in text[max(0, start - 10) : start]
        if not (joins or directs or flag):
            yield _character_name(character)


def _character_name(character: str) -> str:
    name = unicodedata.name(character, "").lower() or "control character"
    return f"U+{ord(character):04X} ({name})"


def _misreading(text: str, match: re.Match[str]) -> str:
    """Word which letter was misread, e.g. "'Ã©' for 'é'"; '' where the text may be meant as it is."""
    part = match[0]
    closing = all(character in _CLOSING for character in part[1:])
    if closing and (len(part) > 2 or not text[match.end() : match.end() + 1].isalpha()):
        return ""  # as in 'CAFÉ”' and 'café’”'
    try:
        original = b"".join(map(_byte, part)).decode()
    except UnicodeDecodeError:
        return ""
    return f"'{part}' for '{original}'" if original.isprintable() else f"'{part}'"


def _byte(character: str) -> bytes:
    return character.encode("latin-1") if ord(character) < 256 else character.encode("cp1252")
