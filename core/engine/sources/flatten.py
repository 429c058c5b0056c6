"""Turn a JSON document into flat records, one stream per kind, and back again without loss.

Exports nest what a database keeps apart: items in groups in menus, lines in checks in orders. A source declares
where its records are (StreamSpec); where nothing is declared, every list of objects is a stream. Whatever is left
over becomes a stream too, so that nothing of a document disappears unseen.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cache
from itertools import chain

from core.engine.sources.contract import StreamSpec
from core.engine.sources.json_text import Json, scalar_text
from core.engine.sources.look_ups.levels import Levels
from core.engine.sources.look_ups.own_fields import OwnFields, empty_unset, member_notes, one_text
from core.engine.sources.look_ups.values import LookUps, places_of
from core.engine.sources.paths import (
    ANY_MEMBER,
    ANY_VALUE,
    Path,
    Pattern,
    escape,
    pattern_of,
    pick,
    split_name,
    unescape,
)
from core.errors import InvalidInputError
from core.kit.text import singular
from core.kit.wording import counted

ID_KEYS = ("guid", "id", "uid", "uuid", "external_id", "externalId", "_id")


@dataclass(frozen=True, slots=True)
class Record:
    """One flat record.

    `values` are its own leaves by dotted name, typed as in the document (Decimal for fractions); `extra` is what was
    added for its sake: values carried from ancestors, lists picked out, look-ups.
    """

    path: Path
    values: dict[str, Json]
    extra: dict[str, Json] = field(default_factory=dict)
    notes: tuple[tuple[str, str], ...] = ()

    def texts(self) -> dict[str, str | None]:
        """Return every column as text; None where a value is null or an empty list or object."""
        return {name: scalar_text(value) for name, value in chain(self.values.items(), self.extra.items())}


def walk(
    document: Json,
    specs: Sequence[StreamSpec] | None,
    take: Callable[[str, Record], object],
    file: str | None = None,
) -> None:
    """Give `take` every record of the document with its stream's name, parents after their children.

    With `specs`, these say where records are and the rest falls into streams named by where it stands; without,
    every list of objects is a stream and its records carry the ids of their ancestors. Raises InvalidInputError
    where there is no record at all, and with `file` for a list of records and other values where records are looked for.
    """
    require_records(document, file or "The document")
    walker = _Walker(document, specs, take, file)
    if isinstance(document, dict):
        walker.record(document, (), (), ())
    else:
        walker.members(document, (), (), ())


def require_records(document: Json, file: str) -> None:
    """Refuse a document that is neither an object nor a list of objects with InvalidInputError."""
    if isinstance(document, list):
        _require_alike(document, file, "")  # one foreign value would hide all records
    if not isinstance(document, dict) and not _is_records(document):
        raise InvalidInputError(
            f"{file} holds no records.",
            hint="Give an object, or a list of objects, as the source exports it.",
            file=file,
        )


def _require_alike(members: Sequence[Json], file: str, where: str) -> None:
    """Refuse a list of records and other values: its records would be taken for one value of the record around them."""
    records = sum(isinstance(member, dict) for member in members)
    if 0 < records < len(members):
        index = next(index for index, member in enumerate(members) if not isinstance(member, dict))
        list_name = f"the list {where}" if where else "its list"
        raise InvalidInputError(
            f"{file}: {list_name} holds {counted(records, 'record')} and "
            f"{counted(len(members) - records, 'other value')}, the first in place {index + 1:,}.",
            hint="Take the other values out of the list, or export them apart.",
            file=file,
            field=where,
            row=index + 1,
        )


def flatten(document: Json, specs: Sequence[StreamSpec] | None = None) -> dict[str, list[Record]]:
    """Collect all records by stream; see walk."""
    streams: dict[str, list[Record]] = {}
    walk(document, specs, lambda name, record: streams.setdefault(name, []).append(record))
    return streams


def unflatten(streams: Mapping[str, Iterable[Record]]) -> Json:
    """Rebuild the document from its flattened streams: equal as a JSON value, the order of keys aside."""
    root: dict[str | int, object] = {}
    for record in chain.from_iterable(streams.values()):
        node = _descend(root, ("", *record.path))
        for name, value in record.values.items():
            *parents, last = (unescape(step) for step in split_name(name))
            _descend(node, parents)[last] = _Leaf(value)
    return _rebuilt(root[""])


class _Leaf:
    __slots__ = ("value",)

    def __init__(self, value: Json) -> None:
        self.value = value


def _descend(node: dict[str | int, object], steps: Iterable[str | int]) -> dict[str | int, object]:
    for step in steps:
        below = node.setdefault(step, {})
        if not isinstance(below, dict):
            raise InvalidInputError("The records contradict each other.", hint="Flatten the document again.")
        node = below
    return node


def _rebuilt(node: object) -> Json:
    if isinstance(node, _Leaf):
        return node.value
    assert isinstance(node, dict)  # noqa: S101  (only _descend builds nodes)
    if node and all(isinstance(key, int) for key in node):
        return [_rebuilt(node[key]) for key in sorted(node)]
    return {str(key): _rebuilt(below) for key, below in node.items()}


def _is_records(value: Json) -> bool:
    return isinstance(value, list) and bool(value) and all(isinstance(member, dict) for member in value)


Ancestors = tuple[tuple[Pattern, dict[str, Json]], ...]
_Ways = tuple[tuple[int, Pattern], ...]
"""Where a carried value may be: number of the ancestor, steps below it."""


class _Fields(dict[str, tuple[str, Pattern]]):
    """Key of an object -> dotted name of the field and pattern of its place; derived when a key first occurs."""

    def __init__(self, pattern: Pattern, prefix: str) -> None:
        super().__init__()
        self.pattern, self.prefix = pattern, prefix

    def __missing__(self, key: str) -> tuple[str, Pattern]:
        step = escape(key)
        return self.setdefault(key, (f"{self.prefix}{step}", (*self.pattern, step)))


class _Walker:
    """A walk through a document, with the places of the streams' records and the values they carry."""

    def __init__(
        self,
        document: Json,
        specs: Sequence[StreamSpec] | None,
        take: Callable[[str, Record], object],
        file: str | None,
    ) -> None:
        self.take = take
        self.file = file
        self.declared = specs is not None
        self.specs_by_pattern: dict[Pattern, list[StreamSpec]] = {}
        for spec in specs or ():
            for pattern in places_of(spec, document):
                self.specs_by_pattern.setdefault(pattern, []).append(spec)
        self.prefixes = {
            pattern[:end] for pattern in self.specs_by_pattern for end in range(len(pattern) + 1)
        }
        self.names: dict[Pattern, str] = {}
        self.stream_names = {spec.name for spec in specs or ()}
        self.picks = {spec.name: _picks(spec) for spec in specs or ()}
        self.look_ups = {
            spec.name: (LookUps(document, spec, specs), Levels(document, spec, specs), OwnFields(spec))
            for spec in specs or ()
            if spec.look_up or spec.levels or spec.sums or spec.days or spec.defaults or spec.less
        }
        self.fields: dict[tuple[Pattern, str], _Fields] = {}
        self.separate: dict[Pattern, bool] = {}
        self.carries: dict[tuple[str, Pattern], list[tuple[str, _Ways]]] = {}

    def record(self, node: dict[str, Json], path: Path, pattern: Pattern, above: Ancestors) -> None:
        """Take the records below this object, then the object's own."""
        values: dict[str, Json] = {}
        nested = self._read(node, path, (pattern, ""), values, (*above, (pattern, node)))
        spec = self._spec(node, pattern, above)
        if spec is not None:
            empty_unset(values, spec)
            extra = self._extra(spec, node, pattern, values, above)
            self.take(spec.name, Record(path, values, extra, member_notes(node, spec)))
        elif values or not nested:
            self.take(self._name(pattern), Record(path, values, _ids(values, above)))

    def members(self, value: Json, path: Path, pattern: Pattern, above: Ancestors) -> None:
        """Take the records of a list of objects, or of an object of objects."""
        pairs: Iterable[tuple[str | int, Json]]
        if isinstance(value, list):
            pairs, mark = enumerate(value), ANY_MEMBER
        else:
            assert isinstance(value, dict)  # noqa: S101  (callers pass containers only)
            pairs, mark = value.items(), ANY_VALUE
        below = (*pattern, mark)
        for key, member in pairs:
            assert isinstance(member, dict)  # noqa: S101  (checked by _leaves)
            self.record(member, (*path, key), below, above)

    def _read(
        self,
        node: dict[str, Json],
        path: Path,
        object_place: tuple[Pattern, str],
        values: dict[str, Json],
        above: Ancestors,
    ) -> bool:
        """Put the object's leaves into `values` under dotted names; returns whether it contains records of their own.

        `object_place`: the object's pattern, and the prefix of its field names.
        """
        fields = self.fields.get(object_place)
        if fields is None:
            fields = self.fields[object_place] = _Fields(*object_place)
        nested = False
        for key, value in node.items():
            name, pattern = fields[key]
            if not isinstance(value, (dict, list)) or not value:
                values[name] = value
            elif self._leaves(value, pattern):
                nested = True
                self.members(value, (*path, key), pattern, above)
            elif isinstance(value, list):
                values[name] = value
            elif pattern in self.specs_by_pattern:
                nested = True
                self.record(value, (*path, key), pattern, above)
            else:
                ancestors = (*above, (pattern, value)) if pattern in self.prefixes else above
                nested |= self._read(value, (*path, key), (pattern, f"{name}."), values, ancestors)
        return nested

    def _leaves(self, value: Json, pattern: Pattern) -> bool:
        """Tell whether the members are records of their own instead of part of the record around them."""
        if isinstance(value, list):
            if pattern not in self.separate:
                self.separate[pattern] = (
                    not self.declared or (*pattern, ANY_MEMBER) in self.prefixes or self._outside(pattern)
                )
            if self.separate[pattern] and self.file is not None:
                _require_alike(value, self.file, ".".join(pattern))
            return self.separate[pattern] and _is_records(value)
        assert isinstance(value, dict)  # noqa: S101  (callers pass containers only)
        return (*pattern, ANY_VALUE) in self.prefixes and all(
            isinstance(member, dict) for member in value.values()
        )

    def _outside(self, pattern: Pattern) -> bool:
        """Tell whether no declared record is around this place, so that its values form a stream of their own."""
        return not any(pattern[:end] in self.specs_by_pattern for end in range(1, len(pattern)))

    def _spec(self, node: dict[str, Json], pattern: Pattern, above: Ancestors) -> StreamSpec | None:
        for spec in self.specs_by_pattern.get(pattern, ()):
            if (
                spec.where is not None
                and self._kind(spec, spec.where[0], node, pattern, above) != spec.where[1]
            ):
                continue
            if spec.headers <= node.keys():
                return spec
        return None

    def _kind(
        self, spec: StreamSpec, column: str, node: dict[str, Json], pattern: Pattern, above: Ancestors
    ) -> Json:
        """Return the value that tells a record's kind: its own, or one that it carries."""
        if column in node or column not in spec.carry:
            return node.get(column)
        return next(
            _carried(ways, above) for name, ways in self._carries(spec, pattern, above) if name == column
        )

    def _name(self, pattern: Pattern) -> str:
        """Name an undeclared stream by its path."""
        if pattern not in self.names:
            base = ".".join(step for step in pattern if step not in {ANY_MEMBER, ANY_VALUE}) or (
                "records" if pattern else "document"
            )
            name, count = base, 2
            while name in self.stream_names:
                name, count = f"{base} ({count})", count + 1
            self.stream_names.add(name)
            self.names[pattern] = name
        return self.names[pattern]

    def _carries(self, spec: StreamSpec, pattern: Pattern, above: Ancestors) -> list[tuple[str, _Ways]]:
        """Return the stream's carried columns with the ways to their values: the same for all records of a place."""
        key = (spec.name, pattern)
        if key not in self.carries:
            self.carries[key] = [(column, _ways(way, above)) for column, way in spec.carry.items()]
        return self.carries[key]

    def _extra(
        self,
        spec: StreamSpec,
        node: dict[str, Json],
        pattern: Pattern,
        values: dict[str, Json],
        above: Ancestors,
    ) -> dict[str, Json]:
        extra: dict[str, Json] = {}
        for column, ways in self._carries(spec, pattern, above):
            if values.get(column) is None and (value := _carried(ways, above)) is not None:
                extra[column] = value
        for column, key, steps in self.picks[spec.name]:
            if column in values or column in extra or (key is not None and key not in node):
                continue
            value = pick(spec.counting(node) if spec.switched else node, steps)
            if value is not None and value != []:
                extra[column] = one_text(value) if column in spec.single else value
        if spec.name in self.look_ups:
            for reader in self.look_ups[spec.name]:
                extra |= reader.values(node)
        return extra


def _picks(spec: StreamSpec) -> list[tuple[str, str | None, Pattern]]:
    """List hinted columns that may not be among a record's own leaves: behind a list, or in an object that left it.

    Each with the key where its way begins (None: it begins with the members) and its way.
    """
    names = [
        name
        for name, hint in spec.hints.items()
        if name not in spec.carry and ("[" in name or ("." in name and hint.target))
    ]
    ways = [(name, pattern_of(name)) for name in names]
    return [
        (name, None if steps[0] in {ANY_MEMBER, ANY_VALUE} else unescape(steps[0]), steps)
        for name, steps in ways
    ]


@cache
def _alternatives(paths: str) -> tuple[Pattern, ...]:
    return tuple(pattern_of(option.strip()) for option in paths.split(" | "))


def _ways(paths: str, above: Ancestors) -> _Ways:
    """Find, per alternative of `paths`, the nearest ancestor on the way to it, and the steps from there."""
    ways = []
    for steps in _alternatives(paths):
        level = next((at for at in reversed(range(len(above))) if _leads(above[at][0], steps)), None)
        if level is not None and ANY_MEMBER not in steps[len(above[level][0]) :]:
            ways.append((level, steps[len(above[level][0]) :]))
    return tuple(ways)


def _leads(pattern: Pattern, steps: Pattern) -> bool:
    return steps[: len(pattern)] == pattern


def _carried(ways: _Ways, above: Ancestors) -> Json:
    """Return the first value that one of the ways leads to."""
    for level, steps in ways:
        value = pick(above[level][1], steps)
        if value is not None and not isinstance(value, dict):
            return value
    return None


def _ids(values: dict[str, Json], above: Ancestors) -> dict[str, Json]:
    """Collect the ids of a record's ancestors, as 'group.guid', which link undeclared streams."""
    ids: dict[str, Json] = {}
    for pattern, node in above:
        key = next((key for key in ID_KEYS if isinstance(node.get(key), (str, int, Decimal))), None)
        names = [step for step in pattern if step not in {ANY_MEMBER, ANY_VALUE}]
        owner = singular(names[-1]) if names else "record" if pattern else "document"
        if key is not None and f"{owner}.{key}" not in values:
            ids[f"{owner}.{key}"] = node[key]
    return ids
