"""Check what stands in the roster: weekly hours, absences, languages, skills, initials, photos. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from itertools import pairwise

from core.errors import ConflictError, InvalidInputError
from core.kit.printable import is_blank, is_readable
from core.kit.times import is_zone

WEEKDAYS: Mapping[str, str] = {
    "mon": "Monday",
    "tue": "Tuesday",
    "wed": "Wednesday",
    "thu": "Thursday",
    "fri": "Friday",
    "sat": "Saturday",
    "sun": "Sunday",
}
LANGUAGES: Mapping[str, str] = {
    "en": "English",
    "es": "Spanish",
    "fr": "French",
    "de": "German",
    "it": "Italian",
    "pt": "Portuguese",
    "sn": "Shona",
    "nd": "Ndebele",
    "hi": "Hindi",
    "zh": "Chinese",
    "ja": "Japanese",
    "vi": "Vietnamese",
    "ar": "Arabic",
}
"""ISO 639 code -> language, those that customers ask for first."""

ABSENCES: Mapping[str, str] = {
    "leave": "Leave",
    "illness": "Illness",
    "training": "Training",
    "other": "Other",
}
MAX_SKILLS, MAX_SKILL, MAX_NOTE = 20, 40, 300
MAX_ABSENCE = timedelta(days=366)
MAX_PHOTO = 200_000
"""Bytes of a photo."""

Hours = Mapping[str, Sequence[Sequence[str]]]
"""Weekday -> spans [from, until] of local clock times 'HH:MM'; '24:00' ends a day."""

_CLOCK = re.compile(r"([01]?\d|2[0-4]):([0-5]\d)")
_SPAN = re.compile(r"\s*([\d:]+)\s*(?:-|–|to)\s*([\d:]+)\s*")
_IMAGES = (b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff")
_DAY_MINUTES = 24 * 60


@dataclass(frozen=True, slots=True)
class RosterFields:
    """What a specialist's entry says: zone (IANA), languages (ISO 639), skills in words, weekly hours."""

    zone: str
    languages: Sequence[str]
    skills: Sequence[str]
    hours: Hours


def checked(fields: RosterFields) -> RosterFields:
    """Return the fields as they are stored; InvalidInputError for what cannot be."""
    if not is_zone(fields.zone):
        raise InvalidInputError(
            f"There is no time zone {fields.zone!r}.", hint="Choose one, such as Europe/Berlin."
        )
    unknown = [code for code in fields.languages if code not in LANGUAGES]
    if unknown:
        raise InvalidInputError(
            "This language is not in the list.", hint=f"Use one of {', '.join(LANGUAGES)}."
        )
    skills = list(dict.fromkeys(skill.strip() for skill in fields.skills if not is_blank(skill)))
    if len(skills) > MAX_SKILLS or any(len(skill) > MAX_SKILL or not is_readable(skill) for skill in skills):
        raise InvalidInputError(
            f"Skills are at most {MAX_SKILLS}, each at most {MAX_SKILL} characters.", hint="Shorten the list."
        )
    return RosterFields(fields.zone, sorted(set(fields.languages)), skills, check_hours(fields.hours))


def check_hours(hours: Hours) -> dict[str, list[list[str]]]:
    """Return weekly hours in order, spans as 'HH:MM'; InvalidInputError for spans that overlap or end before they begin."""
    if not hours.keys() <= WEEKDAYS.keys():
        raise InvalidInputError("Hours are given by weekday.", hint=f"Use {', '.join(WEEKDAYS)}.")
    result: dict[str, list[list[str]]] = {}
    for key, label in WEEKDAYS.items():
        spans = sorted((_minutes(begin, label), _minutes(end, label)) for begin, end in hours.get(key, ()))
        is_ordered = all(begin < end for begin, end in spans)
        if not is_ordered or any(end > begin for (_, end), (begin, _) in pairwise(spans)):
            raise InvalidInputError(
                f"The hours of {label} overlap, or end before they begin.",
                hint="Write 09:00-12:00, 13:00-17:00; a night as 22:00-24:00 and, on the next day, 00:00-02:00.",
            )
        if spans:
            result[key] = [[clock_text(begin), clock_text(end)] for begin, end in spans]
    return result


def weekly_hours(hours: Hours) -> Decimal:
    """Return the hours of a week, with two digits."""
    minutes = sum(
        _minutes(end, key) - _minutes(begin, key) for key, spans in hours.items() for begin, end in spans
    )
    return (Decimal(minutes) / 60).quantize(Decimal("0.01"), ROUND_HALF_UP)


def parse_spans(text: str) -> list[list[str]]:
    """Read the hours of a day as people type them: '9:00-12:00, 13:00-17:00', nothing for a free day."""
    spans = []
    for part in filter(str.strip, text.split(",")):
        match = _SPAN.fullmatch(part)
        if match is None:
            raise InvalidInputError(
                f"{part.strip()[:20]!r} is no span of time.", hint="Write 09:00-12:00, 13:00-17:00."
            )
        spans.append([match[1], match[2]])
    return spans


def spans_text(spans: Sequence[Sequence[str]]) -> str:
    """Write the hours of a day as `parse_spans` reads them."""
    return ", ".join(f"{begin}-{end}" for begin, end in spans)


def _minutes(text: str, label: str) -> int:
    match = _CLOCK.fullmatch(text)
    minutes = int(match[1]) * 60 + int(match[2]) if match else _DAY_MINUTES + 1
    if minutes > _DAY_MINUTES:
        raise InvalidInputError(f"{text[:20]!r} is no time of day ({label}).", hint="Write it like 09:00.")
    return minutes


def clock_text(minutes: int) -> str:
    """Format minutes since midnight: '09:00', '24:00'."""
    return f"{minutes // 60:02d}:{minutes % 60:02d}"


def initials(name: str) -> str:
    """Return the initials of a name: 'MO' of 'Mary Jane Okoye', 'C' of 'Cher', '?' of nothing."""
    words = [word for word in re.split(r"[\s\-]+", name) if word[:1].isalnum()]
    letters = [words[0][0], words[-1][0]] if len(words) > 1 else [word[0] for word in words]
    return "".join(letters).upper() or "?"


def check_photo(data: bytes) -> bytes:
    """Return a photo; InvalidInputError for what is neither PNG nor JPEG, or too large."""
    if not data.startswith(_IMAGES):
        raise InvalidInputError("A photo is a PNG or a JPEG.", hint="Choose another file.")
    if len(data) > MAX_PHOTO:
        raise InvalidInputError(f"The photo is larger than {MAX_PHOTO // 1000} kB.", hint="Make it smaller.")
    return data


def check_absence(kind: str, starts_at: datetime, ends_at: datetime, note: str) -> str:
    """Return the note of an absence; InvalidInputError for one of no kind, that ends before it begins, or is too long."""
    if kind not in ABSENCES:
        raise InvalidInputError(f"There is no absence {kind!r}.", hint=f"Use one of {', '.join(ABSENCES)}.")
    if starts_at.tzinfo is None or ends_at.tzinfo is None:
        raise ValueError("moments have a time zone")
    if not starts_at < ends_at <= starts_at + MAX_ABSENCE:
        raise InvalidInputError("An absence ends after it begins, within a year.", hint="Check both days.")
    note = note.strip()
    if len(note) > MAX_NOTE or not is_readable(note, more="\n\t"):
        raise InvalidInputError(f"A note is a text of at most {MAX_NOTE} characters.", hint="Shorten it.")
    return note


def check_free(starts_at: datetime, ends_at: datetime, absences: Sequence[tuple[datetime, datetime]]) -> None:
    """Raise ConflictError for an absence that overlaps another one (spans of moments)."""
    if any(starts_at < end and begin < ends_at for begin, end in absences):
        raise ConflictError(
            "There is an absence in this time already.", hint="Cancel it, or choose other days."
        )
