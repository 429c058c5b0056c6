"""Read cells that list things with their amounts: 'Bacon +1.50; Cheese +1.00', 'S 8,00 / L 11,00', 'Cash $20.00, Card $44.00'."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

_BETWEEN = re.compile(
    r"\s*(?:[;|\n]+|,(?!\d)|(?<!\d),|\s/\s|\s&\s|(?<=[\d$€£₹])\s*/\s*(?=[^\W\d])|(?<=[\d$€£₹])\s+(?:and|und|et|y|e)\s+(?=[^\W\d]))\s*"
)
_NUMBER = r"\d{1,6}(?:[.,]\d{1,2})?(?![\d.,])"
_AMOUNT = rf"(?P<amount>(?:\+\s*|[\-−](?=[\d$€£₹]))?[$€£₹]?\s*{_NUMBER}\s*(?:[$€£₹]|EUR|USD|GBP)?)"
_NAME_FIRST = re.compile(
    rf"^(?P<name>[^\W\d].*?)(?:\s*[:=]\s*|\s*\(\s*|\s+|(?=[+$€£₹])){_AMOUNT}\s*\)?$", re.IGNORECASE
)
_AMOUNT_FIRST = re.compile(rf"^{_AMOUNT}\s+(?P<name>[^\W\d].*)$", re.IGNORECASE)
_WITH_COLON = re.compile(rf"^(?P<name>[^:=]*[^\W\d][^:=]*?)\s*[:=]\s*{_AMOUNT}$", re.IGNORECASE)
_EXACT = re.compile(r"[+$€£₹]|EUR|USD|GBP|\d[.,]\d{1,2}$", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Part:
    """A thing that a cell lists, with its amount as written; None where it stands without one."""

    name: str
    amount: str | None = None

    @property
    def is_exact(self) -> bool:
        """Whether the amount is money by its look: a currency, a plus, or decimals."""
        return bool(self.amount and _EXACT.search(self.amount))


def parts_of(text: str) -> list[Part] | None:
    """Return the things that a cell lists; None where some text of it is no name, or a name with an amount."""
    parts = [_part(piece) for piece in _BETWEEN.split(text.strip()) if piece]
    names = [part.name.casefold() for part in parts if part]
    if not parts or None in parts or len(set(names)) < len(names):
        return None
    return [part for part in parts if part]


def _part(piece: str) -> Part | None:
    if match := _WITH_COLON.match(piece):
        return Part(match["name"].strip(), _amount(match["amount"]))
    for pattern in (_NAME_FIRST, _AMOUNT_FIRST):
        if match := pattern.match(piece):
            name = match["name"].strip(" :=(")
            return None if re.search(r"\d|[-–]$", name) else Part(name, _amount(match["amount"]))
    return None if re.search(r"\d", piece) or not re.search(r"[^\W\d]", piece) else Part(piece)


def _amount(text: str) -> str:
    return text.replace(" ", "").replace("−", "-")


def list_amounts(cells: Iterable[str], *, may_lack: bool) -> bool:
    """Tell whether every cell lists things with amounts, and some amount is surely money.

    `may_lack`: things may stand without an amount; then a bare number is none, as in 'Option 2'.
    """
    lists = [parts_of(cell) for cell in cells]
    if not lists or None in lists:
        return False
    parts = [part for parts in lists for part in parts or ()]
    amounts = [part for part in parts if part.amount]
    exact = [part for part in amounts if part.is_exact]
    if may_lack:
        return bool(exact) and len(exact) == len(amounts) and len(amounts) * 2 >= len(parts)
    return bool(exact) and len(amounts) == len(parts)
