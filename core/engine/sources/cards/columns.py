"""Cut card numbers and verification codes out of the rows of a table, judged by column.

A number with separators or within a longer text is cut wherever it is a card's. A bare number of 13 to 19 digits may
also be an id, a barcode or a telephone number, so the column decides: called like an identifier, nine in ten of its long
numbers must be cards'; called otherwise, a quarter, or there are fewer than ten. Verification codes and passwords are emptied.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt
import polars as pl

from core.engine.batch import NOTED, ROW, add_notes
from core.engine.sources.cards.numbers import (
    MAY_HOLD,
    all_of_scheme,
    cut_codes,
    cut_numbers,
    is_card_number,
    names_code,
    suspect,
)
from core.engine.sources.cards.passwords import is_password_column
from core.engine.sources.file_info import CODE_CUT, LOGIN_CUT, NUMBER_CUT, Cuts

_MIN_BYTES = 6
"""Bytes of the shortest text that may name a verification code."""

_BARE = r"^\s*[0-9]{13,19}(?:\.0*)?\s*$"
_MIN_FOR_SHARE = 10
_IDENTIFIER = re.compile(
    r"(?i)(?:^|[\s._-])(?:id|ids|guid|uuid|ean|gtin|upc|isbn|imei|sku|plu|iban|epoch)(?:$|[\s._-]|\d)|[a-z](?:Id|ID|Guid)$"
    r"|barcode|phone|mobile|\btel\b|order|invoice|receipt|ticket|tracking|reference|\bref\b|gift|loyalty|member|voucher"
    r"|coupon|time|date|serial"
)
_CARD = re.compile(
    r"(?:(?:credit|debit|payment|bank)card|card|cc|pan)(?:number|no|num|nr|pan)?|primaryaccountnumber|fullpan"
)
_CODE = re.compile(r"(?:credit|debit|payment)?(?:card)?(?:cvv|cvc|cvn|csc|ccv)(?:code|number|no|num|value)?")
_CODE_OF_A_CARD = re.compile(
    r"(?:credit|debit|payment)?card(?:security|verification)(?:code|number|value)|cardcode"
)
_CODE_VALUE = r"^\s*'?[0-9]{3,4}(?:\.0+)?\s*$"


@dataclass(slots=True)
class Evidence:
    """Counts over the rows of a table read so far: per column the bare long numbers, and how many were cards'."""

    table: str
    cuts: Cuts
    bare: Counter[str] = field(default_factory=Counter)
    cards: Counter[str] = field(default_factory=Counter)

    def cut_suspect(self, frame: pl.DataFrame, data: bytes) -> pl.DataFrame:
        """Cut as `cut` does, where the bytes the frame was read from may hold a card number; most do not."""
        names = [name for name in frame.columns if name != ROW]
        return self.cut(frame) if code_columns(names) or suspect(data) else self._without_passwords(frame)

    def cut(self, frame: pl.DataFrame) -> pl.DataFrame:
        """Cut card numbers and codes out of a frame (ROW and text columns), with NOTED on rows that had some.

        Passwords are counted for the table alone: nobody has to look at a row for them.
        """
        frame = self._without_passwords(frame)
        names = [name for name in frame.columns if name not in {ROW, NOTED}]
        new_columns: list[pl.Series] = []
        notes: list[pl.DataFrame] = []
        for name in _suspects(frame, names):
            column = frame[name]
            new, codes = self._cut_column(
                column, of_card=any(_CARD.fullmatch(_folded(name)) for name in names)
            )
            if not codes:
                continue
            new_columns.append(new)
            for code in sorted(set(codes.values())):
                hit = [value for value, fault in codes.items() if fault == code]
                rows = frame.filter(pl.col(name).is_in(hit)).select(ROW)
                self.cuts.columns[self.table, name, code] += rows.height
                notes.append(
                    rows.with_columns(code=pl.lit(code), column=pl.lit(name), detail=_detail(code, name))
                )
        return add_notes(frame.with_columns(new_columns), notes) if new_columns else frame

    def _without_passwords(self, frame: pl.DataFrame) -> pl.DataFrame:
        """Empty the columns that hold passwords."""
        names = [name for name in frame.columns if is_password_column(name)]
        for name in names:
            if count := frame[name].count():
                self.cuts.columns[self.table, name, LOGIN_CUT] += count
        return frame.with_columns(pl.lit(None, pl.String).alias(name) for name in names) if names else frame

    def _cut_column(self, column: pl.Series, *, of_card: bool) -> tuple[pl.Series, dict[str, str]]:
        """Cut a column; returns it, and value -> code of the fault for each distinct value that changed."""
        if is_code_column(column.name, of_card=of_card):
            held = column.filter(column.str.contains(_CODE_VALUE)).unique().to_list()
            return column.set(column.is_in(held), None), dict.fromkeys(held, CODE_CUT)
        values = column.filter(column.str.contains(MAY_HOLD)).unique()
        bare = values.str.contains(_BARE)
        cards = self._bare_cards(column.name, values.filter(bare))
        faults: dict[str, str] = {}
        texts: dict[str, str] = {}
        for value in [*cards, *values.filter(~bare)]:
            text, digits = cut_numbers(value, _any_length if value in cards else is_card_number)
            text, _ = cut_codes(text)
            if text != value:
                self.cuts.numbers.update(digits)
                texts[value] = text
                faults[value] = NUMBER_CUT if digits else CODE_CUT
        if not texts:
            return column, {}
        return column.replace_strict(list(texts), list(texts.values()), default=column), faults

    def _bare_cards(self, name: str, values: pl.Series) -> set[str]:
        """Select the bare numbers of a column to cut, by the share of card numbers in the column so far."""
        if values.is_empty():
            return set()
        digits = values.str.extract("([0-9]+)", 1)
        numbers = digits.cast(pl.UInt64).to_numpy()
        likely = all_of_scheme(numbers, digits.str.len_bytes().cast(pl.UInt8).to_numpy())
        passing = values.filter(pl.Series(likely & _luhn(numbers)))
        cards = [value for value in passing if is_card_number(value.strip().partition(".")[0])]
        self.bare[name] += len(values)
        self.cards[name] += len(cards)
        share = self.cards[name] / self.bare[name]
        if _CARD.fullmatch(_folded(name)) and share >= 0.5:  # also those a workbook has rounded
            return set(values)
        if _IDENTIFIER.search(name):
            return set(cards) if share >= 0.9 else set()
        return set(cards) if share >= 0.25 or self.bare[name] < _MIN_FOR_SHARE else set()


def is_code_column(name: str, *, of_card: bool) -> bool:
    """Tell whether a column of this name holds verification codes; `of_card` where its table has card numbers."""
    folded = _folded(name)
    return bool(
        _CODE.fullmatch(folded)
        or _CODE_OF_A_CARD.fullmatch(folded)
        or (of_card and folded in {"securitycode", "verificationcode", "cid"})
    )


def code_columns(names: Sequence[str]) -> list[int]:
    """List the indexes of the columns that hold verification codes."""
    of_card = any(_CARD.fullmatch(_folded(name)) for name in names)
    return [index for index, name in enumerate(names) if is_code_column(name, of_card=of_card)]


def _any_length(digits: str) -> bool:
    return len(digits) >= 13


def _folded(name: str) -> str:
    """Return the last step of a dotted name, letters only."""
    return re.sub(r"[^a-z]", "", name.rpartition(".")[2].lower())


def _suspects(frame: pl.DataFrame, names: Sequence[str]) -> list[str]:
    """List the columns that may hold something to cut; columns of short texts do not."""
    codes = {names[code_column] for code_column in code_columns(names)}
    if not names or not frame.height:
        return []
    longest = frame.select(pl.col(names).str.len_bytes().max()).row(0)
    doubtful = []
    for name, size in zip(names, longest, strict=True):
        data = frame[name].str.join("\n").item().encode() if (size or 0) >= _MIN_BYTES else b""
        if name in codes or suspect(data) or names_code(data):
            doubtful.append(name)
    return doubtful


def _luhn(numbers: npt.NDArray[np.uint64]) -> npt.NDArray[np.bool_]:
    """Tell whether each number of up to 19 digits has a valid check digit."""
    quotients = numbers
    total = np.zeros(len(quotients), np.uint64)
    for position in range(19):
        digit = quotients % 10
        doubled = digit * 2
        total += np.where(doubled > 9, doubled - 9, doubled) if position % 2 else digit
        quotients = quotients // 10
    passing: npt.NDArray[np.bool_] = total % 10 == 0
    return passing


def _detail(code: str, name: str) -> pl.Expr:
    if code == CODE_CUT:
        return pl.lit(
            f"Column {name!r} held a card verification code. It was removed before anything was stored."
        )
    return pl.lit(f"Column {name!r} held a full card number. Only its last 4 digits were stored.")
