"""Formats of dates and times: those that can be read or written, told from the others before the first row

Letters are those of strftime as the library behind Polars reads them (chrono's format::strftime).
"""

from __future__ import annotations

import re

from core.errors import InvalidInputError

_PART = re.compile(
    r"%(%|[-_0]?[YCyGg]|[-_0]?[qmUWdeVuwj]|[bBhaA]|[DFxv]|[-_0]?[HkIlMS]|[pPRTXr]|\.?[369]?f|:{0,3}z|#z|[Z+csnt])"
)
_DAY = re.compile(r"%[-_0]?[de]|%[DFxvcs+]|%[-_0]?j")
_MONTH = re.compile(r"%[-_0]?m|%[bBh]|%[DFxvcs+]|%[-_0]?j")
_YEAR = re.compile(r"%[-_0]?[Yy]|%[DFxvcs+]")
_OF_TIME = re.compile(r"%(?:[-_0]?[HkIlMS]|[pPRTXr]|\.?[369]?f|:{0,3}z|#z|[Z+cs])")
_HINT = "Write a format such as '%m/%d/%Y' or '%Y-%m-%d %H:%M'."


def check_reading(form: str) -> None:
    """Return a definition error for a format that no date could be read by."""
    _check(form)
    for part, name in ((_YEAR, "year"), (_MONTH, "month"), (_DAY, "day")):
        if not part.search(form.replace("%%", "")):
            raise InvalidInputError(f"The format {form!r} has no {name}.", hint=_HINT)


def check_writing(form: str) -> None:
    """Return a definition error for a format that a day cannot be written in."""
    _check(form)
    if of_time := _OF_TIME.search(form.replace("%%", "")):
        raise InvalidInputError(
            f"The format {form!r} has {of_time[0]}, but a day has no time.", hint="Write '%Y-%m-%d'."
        )


def _check(form: str) -> None:
    unread = _PART.sub(lambda match: " " * len(match[0]), form)
    position = unread.find("%")
    if position >= 0:
        raise InvalidInputError(
            f"The format {form!r} has {form[position : position + 2]!r} (character {position + 1}), which means nothing.",
            hint=_HINT,
        )
    if not form.strip():
        raise InvalidInputError("The format is empty.", hint=_HINT)
