"""Make the columns that a stream declares of a record's own fields: amounts added up, days of their parts, defaults."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import ROUND_HALF_UP, Decimal

from core.engine.sources.contract import StreamSpec, Sum
from core.engine.sources.json_text import Json, scalar_text
from core.engine.sources.look_ups.differences import less
from core.engine.sources.paths import ANY_MEMBER, Pattern, pattern_of, pick, unescape


class OwnFields:
    """The columns that one stream has made of fields; paths are parsed once."""

    def __init__(self, spec: StreamSpec) -> None:
        self.days, self.defaults, self.less = spec.days, spec.defaults, spec.less
        self.columns = {
            column: (total, [pattern_of(part) for part in total.parts]) for column, total in spec.sums.items()
        }

    def values(self, node: dict[str, Json]) -> dict[str, Json]:
        """Return column -> value; no column where nothing is known: an amount is missing or no number."""
        columns: dict[str, Json] = {
            column: _sum(node, total, parts) for column, (total, parts) in self.columns.items()
        }
        columns |= {
            column: less(node.get(amount), node.get(part)) for column, (amount, part) in self.less.items()
        }
        columns |= {column: _day(node, fields) for column, fields in self.days.items()}
        columns |= {name: value for name, value in self.defaults.items() if node.get(name) is None}
        return {column: value for column, value in columns.items() if value is not None}


def _day(node: dict[str, Json], fields: tuple[str, str, str]) -> str | None:
    """Write a day of its parts; one that is none, or lacks its year, is written too, for the import to report."""
    year, month, day = (pick(node, pattern_of(field)) for field in fields)
    if not (isinstance(month, int) and isinstance(day, int)):
        return None
    return f"{year:04d}-{month:02d}-{day:02d}" if isinstance(year, int) else f"--{month:02d}-{day:02d}"


def _sum(node: dict[str, Json], total: Sum, parts: list[Pattern]) -> int | None:
    amounts = [amount for steps in parts for amount in _amounts(node, steps)]
    times = node.get(total.times) if total.times else None
    factor = Decimal(total.scale) if times is None else _number(times)
    numbers = [number for amount in amounts if (number := _number(amount)) is not None]
    if not numbers or len(numbers) < len(amounts) or factor is None:
        return None
    return int((sum(numbers, Decimal(0)) * factor / total.scale).quantize(Decimal(1), ROUND_HALF_UP))


def _amounts(value: Json, steps: Pattern) -> Iterator[Json]:
    """Yield the values at `steps`: one of every member of the lists on the way, None where a member has none."""
    for index, step in enumerate(steps):
        if step == ANY_MEMBER:
            for member in value if isinstance(value, list) else ():
                yield from _amounts(member, steps[index + 1 :])
            return
        below = value.get(unescape(step)) if isinstance(value, dict) else None
        if below is None and ANY_MEMBER in steps[index + 1 :]:
            return  # no list, nothing to add
        value = below
    yield value


def _number(value: Json) -> Decimal | None:
    if isinstance(value, bool) or not isinstance(value, (int, Decimal)):
        return None
    return Decimal(value)


def one_text(value: Json) -> Json:
    """Return the distinct values of a list as one text; a value that is no list as it is."""
    if not isinstance(value, list):
        return value
    return "; ".join(dict.fromkeys(text for member in value if (text := scalar_text(member))))


def empty_unset(values: dict[str, Json], spec: StreamSpec) -> None:
    """Empty the amounts of 0 that are not set, as another field of the record says."""
    for name, (condition, value) in spec.unset.items():
        if values.get(name) == 0 and values.get(condition) == value:
            values[name] = None


def member_notes(node: dict[str, Json], spec: StreamSpec) -> tuple[tuple[str, str], ...]:
    """Return (column, detail) of each list of a record of which the source has switched members off."""
    notes = []
    for name, flag in spec.switched.items():
        members = pick(node, pattern_of(name))
        off = (
            [m for m in members if isinstance(m, dict) and m.get(flag) is False]
            if isinstance(members, list)
            else []
        )
        if off and isinstance(members, list):
            keys = ", ".join(key for member in off if (key := _key_of(member)))
            detail = f"{len(off)} of {len(members)} in {name!r} do not count, as {flag!r} is false: {keys}."
            notes.append((next((hint for hint in spec.hints if hint.startswith(f"{name}[]")), name), detail))
    return tuple(notes)


def _key_of(member: dict[str, Json]) -> str:
    """Return the id of a member, or of what it refers to; '' where it has none."""
    ids = (value for key, value in member.items() if key.lower().endswith("id") and isinstance(value, str))
    return next(ids, "")
