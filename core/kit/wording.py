"""Write counts, lists and times as people read them, the same on pages, in the command line and in the coach."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from zoneinfo import ZoneInfo

_PLURALS = {"is": "are", "has": "have", "was": "were", "does": "do", "staff member": "staff"}
_VOWELS = "aeiou"


def plural(noun: str) -> str:
    """'field' as 'fields', 'category' as 'categories', 'class' as 'classes'."""
    if noun in _PLURALS:
        return _PLURALS[noun]
    if noun.endswith("y") and noun[-2:-1] not in _VOWELS:
        return f"{noun[:-1]}ies"
    return f"{noun}es" if noun.endswith(("s", "x", "ch", "sh")) else f"{noun}s"


def counted(count: int, noun: str) -> str:
    """'1 field', '1,200 fields', '0 categories'."""
    return f"{count:,} {noun if count == 1 else plural(noun)}"


def listed(names: Sequence[str], *, limit: int = 5) -> str:
    """'a, b and c'; beyond `limit` 'a, b and 7 more'."""
    if len(names) > limit:
        return f"{', '.join(names[:limit])} and {len(names) - limit:,} more"
    return " and ".join(filter(None, (", ".join(names[:-1]), *names[-1:])))


def day(at: date, today: date) -> str:
    """'26 Nov' in the year of `today`, '26 Nov 2025' in any other."""
    return f"{at:%-d %b}" if at.year == today.year else f"{at:%-d %b %Y}"


def moment(at: datetime, zone: str, now: datetime) -> str:
    """'26 Nov, 09:14 EST': the time in the IANA zone `zone`, with the year where it is not that of `now`."""
    local = at.astimezone(ZoneInfo(zone))
    return f"{day(local.date(), now.astimezone(ZoneInfo(zone)).date())}, {local:%H:%M %Z}"
