"""Write counts, lists and times as people read them, the same on pages, in the command line and in the coach."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from zoneinfo import ZoneInfo

_PLURALS = {"is": "are", "has": "have", "was": "were", "does": "do", "staff member": "staff"}
_SINGULAR_VERBS = {"are": "is", "have": "has", "were": "was", "do": "does"}
_VOWELS = "aeiou"


def plural(noun: str) -> str:
    """Form the plural: 'field' as 'fields', 'category' as 'categories', 'class' as 'classes'."""
    if noun in _PLURALS:
        return _PLURALS[noun]
    if noun.endswith("y") and noun[-2:-1] not in _VOWELS:
        return f"{noun[:-1]}ies"
    return f"{noun}es" if noun.endswith(("s", "x", "ch", "sh")) else f"{noun}s"


def agree(count: int, verb: str) -> str:
    """Put a verb, written in its plural form, into the form of the count: 'are' as 'is' for 1, 'need' as 'needs'."""
    return verb if count != 1 else _SINGULAR_VERBS.get(verb, f"{verb}s")


def counted(count: int, noun: str, verb: str = "") -> str:
    """Format a count with its noun, and a verb in its plural form: '1 field', '1,200 fields', '0 categories are'."""
    text = f"{count:,} {noun if count == 1 else plural(noun)}"
    return f"{text} {agree(count, verb)}" if verb else text


def as_words(name: str) -> str:
    """Write a name from the code as words: 'rolled_back' as 'rolled back'."""
    return name.replace("_", " ")


def listed(names: Sequence[str], *, limit: int = 5) -> str:
    """Join names: 'a, b and c'; beyond `limit` 'a, b and 7 more'."""
    if len(names) > limit:
        return f"{', '.join(names[:limit])} and {len(names) - limit:,} more"
    return " and ".join(filter(None, (", ".join(names[:-1]), *names[-1:])))


def day(at: date, today: date) -> str:
    """Format a day: '26 Nov' in the year of `today`, '26 Nov 2025' in any other."""
    return f"{at:%-d %b}" if at.year == today.year else f"{at:%-d %b %Y}"


def moment(at: datetime, zone: str, now: datetime) -> str:
    """Format a time in the IANA zone `zone`: '26 Nov, 09:14 EST', with the year where it is not that of `now`."""
    local = at.astimezone(ZoneInfo(zone))
    return f"{day(local.date(), now.astimezone(ZoneInfo(zone)).date())}, {local:%H:%M %Z}"
