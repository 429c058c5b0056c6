"""Values as every screen writes them: numbers, shares, times, sizes, names, texts with Markdown escaped."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import datetime

from core.context import Context
from core.kit import wording
from core.schema import target_schema

_MARKS = re.compile(r"([\\`*_{}\[\]()#+\-.!|<>~:$&])")
_REPLACED = re.compile(
    r":(?=[\w+-]+(?:/\w+)?:)|@(?=[\w-]+\.)|://|www(?=\.)|[-<](?=[-=>])|[>~](?==)", re.IGNORECASE
)
"""Beginnings of what Streamlit replaces in text, escaped or not: addresses by links, names by icons, -> by arrows."""
_JOINER = "\u2060"
"""A word joiner, which has no width: it keeps apart what would be replaced."""


def number(value: float | None) -> str:
    """Format a number: '12,345'; a dash for None."""
    return "–" if value is None else f"{value:,.0f}"


def counted(count: int, noun: str) -> str:
    """Format a count with its noun: '1 field', '1,200 fields', '0 categories'."""
    return wording.counted(count, noun)


def percent(share: float | None) -> str:
    """Format a share of 1 as '84%'; floored, so that 100% means all of it."""
    return "–" if share is None else f"{int(share * 100)}%"


def words(name: str) -> str:
    """Format a name: 'rolled_back' as 'Rolled back'."""
    return wording.as_words(name).capitalize()


def duration(seconds: float | None) -> str:
    """Format seconds: '0:42', '12:05', '1:02:33'."""
    if seconds is None:
        return "–"
    minutes, remainder = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{remainder:02}" if hours else f"{minutes}:{remainder:02}"


def moment(context: Context, at: datetime | None) -> str:
    """Format a time in the customer's zone: '26 Nov, 09:14 EST'; a dash for None."""
    return "–" if at is None else wording.moment(at, context.tenant.zone, context.now)


def file_size(size: int) -> str:
    return f"{size / 1_000_000:,.1f} MB" if size >= 100_000 else f"{size / 1_000:,.1f} kB"


def plain(text: str) -> str:
    """Escape data for a label, where Markdown would otherwise be read into it."""
    return _MARKS.sub(r"\\\1", _REPLACED.sub(lambda match: match[0] + _JOINER, text))


def shortened(name: str, most: int = 24) -> str:
    """Cut the name with an ellipsis beyond `most` characters."""
    return name if len(name) <= most else f"{name[: most - 1].rstrip()}…"


def in_load_order(context: Context, names: Iterable[str]) -> list[str]:
    """Sort entities in the order they are loaded, parents first."""
    order = list(target_schema().domain(context.tenant.domain))
    return sorted(names, key=order.index)


def unique_labels(names: Mapping[str, str]) -> dict[str, str]:
    """Map key -> label, no two alike: a select box goes by its labels and would mix up customers of one name."""
    count = Counter(names.values())
    return {key: name if count[name] == 1 else f"{name} ({key[-8:]})" for key, name in names.items()}
