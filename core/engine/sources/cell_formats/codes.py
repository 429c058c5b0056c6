"""Number format codes of spreadsheets (ECMA-376 part 1, 18.8.31): which change what a number says, and how it is shown.

Two kinds do. A code with zeros before its last digit ('000000') or signs between its digits ('###-####') makes an item
number, a postal code or a telephone number; a code with '%' shows a hundred times the number. All others change the
looks only: thousands, decimals, currencies. Used in the child process that reads workbooks: the standard library only.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cache

BUILT_IN = {9: "0%", 10: "0.00%", 67: "0%", 68: "0.00%"}
"""Codes of the numbers that a workbook does not declare itself, as far as they matter here."""

SIGNIFICANT = 15
"""Digits a spreadsheet keeps and shows; more is noise of binary fractions."""

_GROUPS = frozenset(" \u00a0\u202f.'’")
"""Signs that group the digits of an amount, beside the comma of the code itself."""

_TOKEN = re.compile(
    r'"(?P<quoted>[^"]*)"|\\(?P<escaped>.)|_(?P<space>.)|\*.|\[(?P<bracket>[^\]]*)\]|(?P<digit>[0#?])|(?P<other>.)',
    re.DOTALL,
)
_CONDITION = re.compile(r"^(<=|>=|<>|=|<|>)\s*(-?\d+(?:\.\d+)?)$")
_OTHER_KIND = frozenset("ymdhseEgGbB@/nN")  # days, times, exponents, fractions, General, text
_MAX_LENGTH = 200


@dataclass(frozen=True, slots=True)
class _Section:
    """One section of a code: its condition, and its tokens ('' for a literal, else the placeholder, with the text)."""

    condition: tuple[str, Decimal] | None
    tokens: tuple[tuple[str, str], ...]
    is_percent: bool

    @property
    def changes_text(self) -> bool:
        """Tell whether a whole number shown by the section is another text than its digits."""
        positions = [index for index, (placeholder, _) in enumerate(self.tokens) if placeholder]
        if not positions:
            return False
        pads = any(self.tokens[index][0] == "0" for index in positions[:-1])
        between = "".join(
            text for placeholder, text in self.tokens[positions[0] : positions[-1]] if not placeholder
        )
        return pads or bool(set(between) - _GROUPS)

    def show(self, number: int) -> str:
        """Write a whole number that is not negative, its digits put into the placeholders from the right."""
        digits = list(str(number) if number else "")
        positions = [index for index, (placeholder, _) in enumerate(self.tokens) if placeholder]
        pieces: list[str] = []
        for index in range(len(self.tokens) - 1, -1, -1):
            placeholder, text = self.tokens[index]
            if not placeholder:
                pieces.append(text)
            elif index == positions[0]:
                pieces.append("".join(digits) or {"0": "0", "#": "", "?": " "}[placeholder])
            else:
                pieces.append(digits.pop() if digits else {"0": "0", "#": "", "?": " "}[placeholder])
        return "".join(reversed(pieces)).strip()


@dataclass(frozen=True, slots=True)
class NumberFormat:
    """A format that changes what the numbers of its cells say; see `format_of`."""

    sections: tuple[_Section, ...]

    def show(self, number: float) -> str | None:
        """Write a number as its cell shows it, a percentage with all its digits; None where it stays a plain number."""
        exact = Decimal(f"{number:.{SIGNIFICANT}g}")
        section = self._section_of(exact)
        if section.is_percent:
            text = f"{exact * 100:f}"
            return f"{text.rstrip('0').rstrip('.') if '.' in text else text}%"
        if not section.changes_text or number < 0 or number != int(number):
            return None
        return section.show(int(number))

    def _section_of(self, number: Decimal) -> _Section:
        if any(section.condition for section in self.sections):
            return next(
                (section for section in self.sections if _holds(section.condition, number)), self.sections[-1]
            )
        if number < 0 and len(self.sections) > 1:
            return self.sections[1]
        return self.sections[2] if number == 0 and len(self.sections) > 2 else self.sections[0]


def _holds(condition: tuple[str, Decimal] | None, number: Decimal) -> bool:
    if condition is None:
        return True
    sign, limit = condition
    return {
        "<": number < limit,
        "<=": number <= limit,
        ">": number > limit,
        ">=": number >= limit,
        "=": number == limit,
        "<>": number != limit,
    }[sign]


@cache
def format_of(code: str) -> NumberFormat | None:
    """Return the format of a code; None where it does not change what its numbers say."""
    if len(code) > _MAX_LENGTH:
        return None
    sections = [_section(text) for text in _split(code)[:3]]
    if not sections or not any(s.is_percent or s.changes_text for s in sections):
        return None
    return NumberFormat(tuple(sections))


def _split(code: str) -> Sequence[str]:
    """Split a code at the semicolons that are no literals."""
    parts = [""]
    for token in _TOKEN.finditer(code):
        if token["other"] == ";":
            parts.append("")
        else:
            parts[-1] += token[0]
    return parts


def _section(text: str) -> _Section:
    """Read a section; one of another kind than whole numbers and percentages has no tokens."""
    condition, tokens, is_percent, is_whole = None, [], False, True
    for token in _TOKEN.finditer(text):
        if (bracket := token["bracket"]) is not None:
            if match := _CONDITION.match(bracket.strip()):
                condition = (match[1], Decimal(match[2]))
            elif bracket.startswith("$") and (sign := bracket[1:].partition("-")[0]):
                tokens.append(("", sign))
        elif digit := token["digit"]:
            tokens.append((digit, ""))
        elif sign := token["other"]:
            is_percent |= sign == "%"
            is_whole &= sign not in _OTHER_KIND and sign not in ".,%"
            tokens.append(("", sign))
        elif token["space"] is not None:
            tokens.append(("", " "))
        else:
            tokens.append(("", token["quoted"] or token["escaped"] or ""))
    return _Section(condition, tuple(tokens) if is_whole else (), is_percent)
