"""Tell numbers of payment cards from other long numbers, and cut them in a text.

A number counts as a card's where it has 13 to 19 digits, a valid check digit (Luhn, ISO/IEC 7812-1 annex B), and the
prefix and length of a card scheme. One number in ten has a valid check digit by chance, so the prefix is needed.
"""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterator, Sequence
from decimal import Decimal, InvalidOperation
from itertools import accumulate

import numpy as np
import numpy.typing as npt

_BETWEEN = r"[ \t\-._\x{a0}\x{2009}\x{202f}\x{200b}-\x{200d}\x{2010}-\x{2015}\x{2060}\x{feff}]{0,2}"
MAY_HOLD = rf"\d(?:{_BETWEEN}\d){{12}}|\d\.\d{{8,18}}[eE]\+?1[2-8]|(?i:cvv|cvc|cvn|csc|ccv|security.code)"
"""Rust's dialect: whether a text may hold a card number or a verification code."""

_MIN_DIGITS, _MAX_DIGITS = 13, 19  # digits
_GAP = re.compile(re.sub(r"\\x\{([0-9a-f]+)\}", lambda m: f"\\u{int(m[1], 16):04x}", _BETWEEN))
_RUN = re.compile(rf"\d(?:{_GAP.pattern}\d){{12,}}")
_GROUP = re.compile(r"\d+")
_SCIENTIFIC = re.compile(r"(?<![\w.])\d\.\d{8,18}[eE]\+?1[2-8](?!\w)")
_IBAN = r"\b[A-Z]{2}\d{2}(?: ?[A-Z0-9]{4}){2,7}(?: ?[A-Z0-9]{1,4})?\b"
_UUID = r"(?i:[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})"
_EXEMPT = re.compile(rf"{_UUID}|{_IBAN}|\+\d[\d ().-]{{6,20}}")
_BRAND = re.compile(
    r"(?i)(?:visa|mastercard|master|mc|amex|discover|diners|jcb|maestro|card|cc|pan|no|nr|%b)$"
)
_TRACK = re.compile(r"\^[^^\n]{2,30}\^\d{4,}\??|=\d{7,}\??")
_ZERO_FRACTION = re.compile(r"\.0+(?!\d)")
_CODE = re.compile(
    r"(?i)(?<![a-z])((?:cvv|cvc|cvn|csc|ccv)2?|(?:card )?security code)"
    r"""((?:\s*+["']?+\s*+(?:code|number|no\.?|is|[:=#]))*+\s*+["']?+\s*+)(\d{3,4})(?!\d)"""
)

_SCHEMES: tuple[tuple[int, int, Sequence[int]], ...] = (
    (4, 4, (13, 16, 19)),  # Visa
    (51, 55, (16,)),  # Mastercard
    (2221, 2720, (16,)),
    (34, 34, (15,)),  # American Express
    (37, 37, (15,)),
    (6011, 6011, range(16, 20)),  # Discover
    (644, 649, range(16, 20)),
    (65, 65, range(16, 20)),
    (300, 305, (14, 16)),  # Diners Club
    (3095, 3095, (14, 16)),
    (36, 36, (14, 16)),
    (38, 39, (14, 16)),
    (3528, 3589, range(16, 20)),  # JCB
    (62, 62, range(16, 20)),  # UnionPay
    (81, 81, range(16, 20)),
    (5018, 5018, range(13, 20)),  # Maestro
    (5020, 5020, range(13, 20)),
    (5038, 5038, range(13, 20)),
    (5893, 5893, range(13, 20)),
    (6304, 6304, range(13, 20)),
    (6759, 6759, range(13, 20)),
    (6761, 6763, range(13, 20)),
    (2200, 2204, range(16, 20)),  # Mir
    (508, 508, (16,)),  # RuPay
    (82, 82, (16,)),
    (606282, 606282, (16,)),  # Hipercard
    (636368, 636368, (16,)),  # Elo
    (9792, 9792, (16,)),  # Troy
)
"""(lowest prefix, highest prefix, lengths of the numbers)."""


def _lengths_by_prefix() -> npt.NDArray[np.uint32]:
    """Set, for each six digits a number may begin with, a bit per length that a scheme gives out."""
    lengths = np.zeros(10**6, np.uint32)
    for low, high, sizes in _SCHEMES:
        scale = 10 ** (6 - len(str(low)))
        lengths[low * scale : (high + 1) * scale] |= sum(1 << size for size in sizes)
    return lengths


_LENGTHS = _lengths_by_prefix()

_DIGIT, _PART = 1, 2  # a digit; a digit or what may stand between the groups of a number
_CLASSES = bytes(
    _DIGIT | _PART if 48 <= byte < 58 else _PART * (byte in b" -._" or byte > 127) for byte in range(256)
)
_OTHER_DIGITS = (b"\xef\xbc", b"\xd9", b"\xdb")  # full width, Arabic, Persian: first bytes in UTF-8
_PIECE, _OVERLAP = 256 << 10, 16  # bytes whose classes are held at once


def names_code(data: bytes) -> bool:
    """Tell whether UTF-8 text names a verification code."""
    small = data.lower()
    short = b"cv" in small and any(word in small for word in (b"cvv", b"cvc", b"cvn"))
    return short or b"csc" in small or b"ecurity code" in small


def suspect(data: bytes) -> bool:
    """Tell whether UTF-8 text may hold a card number; quick, and true of some texts that hold none.

    It may where 13 digits stand together, or 15 characters that are digits or stand between groups of them.
    """
    codes = np.frombuffer(data.translate(_CLASSES), np.uint8)
    for start in range(0, len(codes), _PIECE):
        run = codes[start : start + _PIECE + _OVERLAP]
        for step in (1, 2, 4):  # bits that are set in 2, 4, 8 neighbours
            run = run[:-step] & run[step:]
        if (run[:-7] & run[7:]).any() or ((run[:-5] & run[5:]) & _DIGIT).any():
            return True
    return not data.isascii() and any(byte in data for byte in _OTHER_DIGITS)


def luhn(digits: str) -> bool:
    """Tell whether the last digit is the check digit of those before it."""
    total = sum(map(int, digits[-1::-2]))
    return (total + sum(divmod(2 * int(digit), 10)[k] for digit in digits[-2::-2] for k in (0, 1))) % 10 == 0


def of_scheme(digits: str) -> bool:
    """Tell whether a card scheme gives out numbers of this prefix and length; `digits` are ASCII."""
    return bool(_LENGTHS[int(digits[:6])] >> len(digits) & 1)


def all_of_scheme(numbers: npt.NDArray[np.uint64], sizes: npt.NDArray[np.uint8]) -> npt.NDArray[np.bool_]:
    """Apply `of_scheme` to each number, which has as many digits as `sizes` says, from 6 to 19."""
    begin = numbers // np.power(np.uint64(10), (sizes - 6).astype(np.uint64))
    valid: npt.NDArray[np.bool_] = (_LENGTHS[begin] >> sizes & 1).astype(bool)
    return valid


def is_card_number(digits: str) -> bool:
    """Tell whether the digits are a card's number; 13 or 14 digits with a valid GTIN check digit are a barcode's."""
    if not _MIN_DIGITS <= len(digits) <= _MAX_DIGITS or not of_scheme(digits):
        return False
    return luhn(digits) and len(set(digits)) > 1 and not (len(digits) < 15 and is_gtin(digits))


def is_gtin(digits: str) -> bool:
    """Tell whether the last digit is the check digit of a GTIN (weights 3 and 1, GS1 General Specifications 7.9)."""
    weighted = sum(int(digit) * (3 if position % 2 else 1) for position, digit in enumerate(digits[::-1]))
    return weighted % 10 == 0


def cut_numbers(text: str, is_card: Callable[[str], bool] = is_card_number) -> tuple[str, list[str]]:
    """Cut each card number of a text to its last four digits; returns the text and the digits of the numbers.

    A text that is a number alone becomes the four digits; within a longer text four asterisks precede them.
    """
    spans = list(_spans(text, is_card))
    if not spans:
        return text, []
    pieces, end, first = [], 0, text.lstrip()[:1]
    for start, stop, digits in spans:
        # No step may search the whole text for each number: a cell may hold thousands.
        alone = len(spans) == 1 and not re.search(r"\w", text[:start] + _ZERO_FRACTION.sub("", text[stop:]))
        bare = first in "[{" and _before(text, start) in ":,["
        masked = digits[-4:] if alone else f"****{digits[-4:]}"
        pieces += [text[end:start], f'"{masked}"' if bare and not alone else masked]
        trail = _TRACK.match(text, stop) or _ZERO_FRACTION.match(text, stop)
        end = trail.end() if trail else stop
    cut = "".join([*pieces, text[end:]])
    return (cut.strip() if len(spans) == 1 and cut.strip().isdigit() else cut), [
        digits for *_, digits in spans
    ]


def _before(text: str, position: int) -> str:
    """Return the last character before the position that is no space."""
    while position and text[position - 1].isspace():
        position -= 1
    return text[position - 1 : position]


def cut_codes(text: str) -> tuple[str, int]:
    """Replace the digits of each verification code named in a text by asterisks; returns the text and their number."""
    return _CODE.subn(lambda match: f"{match[1]}{match[2]}{_hidden(match)}", text)


def _hidden(match: re.Match[str]) -> str:
    bare = match[2].rstrip().endswith(":") and '"' in match[2]  # a JSON number
    return '"***"' if bare else "***"


def _spans(text: str, is_card: Callable[[str], bool]) -> Iterator[tuple[int, int, str]]:
    """Yield start, end and digits of each card number, from left to right."""
    for match in _SCIENTIFIC.finditer(text):
        digits = _integer_digits(match[0])
        if digits and is_card(digits):
            yield match.start(), match.end(), digits
            return
    exempt = [match.span() for match in _EXEMPT.finditer(text)]
    begins = [begin for begin, _ in exempt]
    for run in _RUN.finditer(text):
        groups = [group.span() for group in _GROUP.finditer(text, run.start(), run.end())]
        parts = [_plain(text[start:stop]) for start, stop in groups]
        line = "".join(parts)
        starts = [0, *accumulate(map(len, parts))]
        at = 0
        while at < len(groups):
            last = _card_at(text, groups, line, starts, at, is_card)
            around = bisect_right(begins, groups[at][0])
            if last is None or (around and groups[at][0] < exempt[around - 1][1]):
                at += 1
                continue
            yield groups[at][0], groups[last][1], line[starts[at] : starts[last + 1]]
            at = last + 1


def _card_at(
    text: str,
    groups: list[tuple[int, int]],
    line: str,
    starts: list[int],
    at: int,
    is_card: Callable[[str], bool],
) -> int | None:
    """Find the last of the groups that make a card number with the group at `at`.

    `line` has the digits of all groups, `starts` where in it each group begins, and its end.
    """
    first = starts[at]
    end = bisect_left(starts, first + _MIN_DIGITS, at + 1)
    while end < len(starts) and starts[end] <= first + _MAX_DIGITS:
        start, stop = groups[at][0], groups[end - 1][1]
        if not text[stop : stop + 1].isalpha() and is_card(line[first : starts[end]]):
            before = text[max(0, start - 12) : start]
            return end - 1 if not before[-1:].isalpha() or _BRAND.search(before) else None
        end += 1
    return None


def _plain(digits: str) -> str:
    return digits if digits.isascii() else "".join(str(unicodedata.digit(digit)) for digit in digits)


def _integer_digits(text: str) -> str:
    """Return the digits of a number in scientific notation, '' where it has a fraction."""
    try:
        number = Decimal(text)
    except InvalidOperation:
        return ""
    return f"{number:f}" if number == number.to_integral_value() else ""
