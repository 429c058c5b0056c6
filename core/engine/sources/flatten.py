"""Turns a JSON document into flat records, one stream per kind, and back again without loss.

Exports nest what a database keeps apart: items in groups in menus, lines in checks in orders. A source declares
where its records are (StreamSpec); where nothing is declared, every list of objects is a stream. Whatever is left
over becomes a stream too, so that nothing of a document disappears unseen.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cache, lru_cache
from itertools import chain

from core.engine.sources.contract import StreamSpec
from core.engine.sources.json_text import Json, scalar_text
from core.errors import InvalidInputError
from core.kit.text import singular

Path = tuple[str | int, ...]
"""Where a value stands in a document: names and list positions from the root."""

Pattern = tuple[str, ...]
"""A Path without positions: '[]' for any member of a list, '{}' for any value of an object."""

ANY, EACH = "[]", "{}"
ID_KEYS = ("guid", "id", "uid", "uuid", "external_id", "externalId", "_id")
_SPECIAL = re.compile(r"([\\.\[\]{}])")
_STEP = re.compile(r"(?P<name>(?:\\.|[^\\\[\]{}])*)(?P<marks>(?:\[\]|\{\})*)")


@dataclass(frozen=True, slots=True)
class Record:
    """One flat record.

    `values` are its own leaves by dotted name, typed as in the document (Decimal for fractions); `extra` is what was
    added for its sake: values carried from ancestors, lists picked out, look-ups.
    """

    path: Path
    values: dict[str, Json]
    extra: dict[str, Json] = field(default_factory=dict)

    def texts(self) -> dict[str, str | None]:
        """Every column as text; None where a value is null or an empty list or object."""
        return {name: scalar_text(value) for name, value in chain(self.values.items(), self.extra.items())}


@lru_cache(maxsize=65_536)
def escape(key: str) -> str:
    """A document's key as one step of a dotted name: dots and brackets get a backslash."""
    return _SPECIAL.sub(r"\\\1", key)


@cache
def pattern_of(path: str) -> Pattern:
    """'menus[].groups[]' -> ('menus', '[]', 'groups', '[]'); '.' -> ()."""
    if path == ".":
        return ()
    steps: list[str] = []
    for part in split_name(path):
        match = _STEP.fullmatch(part)
        if match is None:
            raise InvalidInputError(
                f"{path!r} is not a path.", hint="Write it like 'menus[].groups[].items[]'."
            )
        steps += [match["name"]] if match["name"] else []
        steps += re.findall(r"\[\]|\{\}", match["marks"])
    return tuple(steps)


def split_name(name: str) -> list[str]:
    """The steps of a dotted name, still escaped."""
    if "\\" not in name:
        return name.split(".")
    steps = [""]
    for piece in re.findall(r"\\.|\.|[^\\.]+", name, flags=re.DOTALL):
        if piece == ".":
            steps.append("")
        else:
            steps[-1] += piece
    return steps


def pick(value: Json, steps: Pattern) -> Json:
    """What stands at `steps` below `value`: a list where the way leads through lists, None where it ends early."""
    for index, step in enumerate(steps):
        if step in {ANY, EACH}:
            members = value if isinstance(value, list) else value.values() if isinstance(value, dict) else ()
            rest = steps[index + 1 :]
            found = [pick(member, rest) for member in members]
            return [
                item
                for one in found
                for item in (one if isinstance(one, list) else [one])
                if item is not None
            ]
        if not isinstance(value, dict):
            return None
        value = value.get(unescape(step))
    return value


@lru_cache(maxsize=65_536)
def unescape(step: str) -> str:
    """The document's key that a step stands for."""
    return re.sub(r"\\(.)", r"\1", step, flags=re.DOTALL)


def walk(document: Json, specs: Sequence[StreamSpec] | None) -> Iterator[tuple[str, Record]]:
    """Every record of the document with its stream's name, parents after their children.

    With `specs`, these say where records are and the rest falls into streams named by where it stands; without,
    every list of objects is a stream and its records carry the ids of their ancestors. Raises InvalidInputError
    where there is no record at all.
    """
    require_records(document, "The document")
    walker = _Walker(document, specs)
    if isinstance(document, dict):
        yield from walker.record(document, (), (), ())
    else:
        yield from walker.members(document, (), (), ())


def require_records(document: Json, file: str) -> None:
    """Raises InvalidInputError unless the document is an object or a list of objects."""
    if not isinstance(document, dict) and not _is_records(document):
        raise InvalidInputError(
            f"{file} holds no records.",
            hint="Give an object, or a list of objects, as the source exports it.",
            file=file,
        )


def flatten(document: Json, specs: Sequence[StreamSpec] | None = None) -> dict[str, list[Record]]:
    """All records by stream; see walk."""
    streams: dict[str, list[Record]] = {}
    for name, record in walk(document, specs):
        streams.setdefault(name, []).append(record)
    return streams


def unflatten(streams: Mapping[str, Iterable[Record]]) -> Json:
    """The document whose flattening gave these streams: equal as a JSON value, the order of keys aside."""
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


class _Walker:
    """Walks one document; knows where the records of its streams are and what they take with them."""

    def __init__(self, document: Json, specs: Sequence[StreamSpec] | None) -> None:
        self.declared = specs is not None
        self.places: dict[Pattern, list[StreamSpec]] = {}
        for spec in specs or ():
            for place in _places(spec, document):
                self.places.setdefault(place, []).append(spec)
        self.leads = {place[:end] for place in self.places for end in range(len(place) + 1)}
        self.names: dict[Pattern, str] = {}
        self.taken = {spec.name for spec in specs or ()}
        self.picks = {spec.name: _picks(spec) for spec in specs or ()}
        self.look_ups = {spec.name: _LookUps(document, spec, specs) for spec in specs or () if spec.look_up}

    def record(
        self, node: dict[str, Json], path: Path, pattern: Pattern, above: Ancestors
    ) -> Iterator[tuple[str, Record]]:
        """The records below this object, then the object's own."""
        below = (*above, (pattern, node))
        values: dict[str, Json] = {}
        nested = False
        for item in self._fields(node, path, pattern, "", values, below):
            nested = True
            yield item
        spec = self._spec(node, pattern)
        if spec is not None:
            yield spec.name, Record(path, values, self._extra(spec, node, values, above))
        elif values or not nested:
            yield self._name(pattern), Record(path, values, _ids(values, above))

    def members(
        self, value: Json, path: Path, pattern: Pattern, above: Ancestors
    ) -> Iterator[tuple[str, Record]]:
        """The records of a list of objects, or of an object of objects."""
        pairs: Iterable[tuple[str | int, Json]]
        if isinstance(value, list):
            pairs, mark = enumerate(value), ANY
        else:
            assert isinstance(value, dict)  # noqa: S101  (callers pass containers only)
            pairs, mark = value.items(), EACH
        for key, member in pairs:
            assert isinstance(member, dict)  # noqa: S101  (checked by _leaves)
            yield from self.record(member, (*path, key), (*pattern, mark), above)

    def _fields(
        self,
        node: dict[str, Json],
        path: Path,
        pattern: Pattern,
        prefix: str,
        values: dict[str, Json],
        above: Ancestors,
    ) -> Iterator[tuple[str, Record]]:
        """Puts the object's leaves into `values` under dotted names and yields the records that stand on their own."""
        for key, value in node.items():
            step = escape(key)
            name, here, there = f"{prefix}{step}", (*pattern, step), (*path, key)
            if not isinstance(value, (dict, list)) or not value:
                values[name] = value
            elif self._leaves(value, here):
                yield from self.members(value, there, here, above)
            elif isinstance(value, list):
                values[name] = value
            elif here in self.places:
                yield from self.record(value, there, here, above)
            else:
                ancestors = (*above, (here, value)) if here in self.leads else above
                yield from self._fields(value, there, here, f"{name}.", values, ancestors)

    def _leaves(self, value: Json, here: Pattern) -> bool:
        """Whether the members are records of their own instead of part of the record around them."""
        if isinstance(value, list):
            wanted = not self.declared or (*here, ANY) in self.leads or self._outside(here)
            return wanted and _is_records(value)
        assert isinstance(value, dict)  # noqa: S101  (callers pass containers only)
        return (*here, EACH) in self.leads and all(isinstance(member, dict) for member in value.values())

    def _outside(self, here: Pattern) -> bool:
        """Whether no declared record is around this place: what stands there is a left-over stream."""
        return not any(here[:end] in self.places for end in range(1, len(here)))

    def _spec(self, node: dict[str, Json], pattern: Pattern) -> StreamSpec | None:
        for spec in self.places.get(pattern, ()):
            if spec.where is not None and node.get(spec.where[0]) != spec.where[1]:
                continue
            if spec.headers <= node.keys():
                return spec
        return None

    def _name(self, pattern: Pattern) -> str:
        """The name of a stream that nobody declared: the way to it."""
        if pattern not in self.names:
            base = ".".join(step for step in pattern if step not in {ANY, EACH}) or (
                "records" if pattern else "document"
            )
            name, count = base, 2
            while name in self.taken:
                name, count = f"{base} ({count})", count + 1
            self.taken.add(name)
            self.names[pattern] = name
        return self.names[pattern]

    def _extra(
        self, spec: StreamSpec, node: dict[str, Json], values: dict[str, Json], above: Ancestors
    ) -> dict[str, Json]:
        extra: dict[str, Json] = {}
        for column, place in spec.carry.items():
            if column not in values and (value := _carried(place, above)) is not None:
                extra[column] = value
        for column, steps in self.picks[spec.name]:
            if (
                column not in values
                and column not in extra
                and (value := pick(node, steps)) not in (None, [])
            ):
                extra[column] = value
        if spec.name in self.look_ups:
            extra |= self.look_ups[spec.name].found(node)
        return extra


def _places(spec: StreamSpec, document: Json) -> Iterator[Pattern]:
    """The places of a stream; of several joined by ' || ' the first that has anything."""
    for choice in (spec.path or "").split(" | "):
        options = [pattern_of(option.strip()) for option in choice.split(" || ") if option.strip()]
        yield from next(([place] for place in options if pick(document, place)), options[-1:])


def _picks(spec: StreamSpec) -> tuple[tuple[str, Pattern], ...]:
    """Hinted columns that may not be among a record's own leaves: behind a list, or in an object that left it."""
    names = [
        name
        for name, hint in spec.hints.items()
        if name not in spec.carry and ("[]" in name or ("." in name and hint.target))
    ]
    return tuple((name, pattern_of(name)) for name in names)


@cache
def _alternatives(place: str) -> tuple[Pattern, ...]:
    return tuple(pattern_of(option.strip()) for option in place.split(" | "))


def _carried(place: str, above: Ancestors) -> Json:
    """The first value found at `place`, looked for in the nearest ancestor on the way to it."""
    for steps in _alternatives(place):
        for at, node in reversed(above):
            if steps[: len(at)] == at:
                value = pick(node, steps[len(at) :]) if ANY not in steps[len(at) :] else None
                if value is not None and not isinstance(value, dict):
                    return value
                break
    return None


def _ids(values: dict[str, Json], above: Ancestors) -> dict[str, Json]:
    """The ids of a record's ancestors, as 'group.guid': what ties undeclared streams together."""
    found: dict[str, Json] = {}
    for pattern, node in above:
        key = next((key for key in ID_KEYS if isinstance(node.get(key), (str, int, Decimal))), None)
        names = [step for step in pattern if step not in {ANY, EACH}]
        owner = singular(names[-1]) if names else "record" if pattern else "document"
        if key is not None and f"{owner}.{key}" not in values:
            found[f"{owner}.{key}"] = node[key]
    return found


class _LookUps:
    """The look-ups of one stream, indexed once for the document."""

    def __init__(self, document: Json, spec: StreamSpec, specs: Sequence[StreamSpec] | None) -> None:
        self.columns = spec.look_up
        self.index: dict[str, dict[str | int, Json]] = {}
        by_name = {other.name: other for other in specs or ()}
        for column, look_up in spec.look_up.items():
            index = self.index.setdefault(column, {})
            for place in _places(by_name[look_up.stream], document):
                found = _objects(document, place)
                for node in found:
                    theirs = node.get(look_up.theirs)
                    for key in theirs if isinstance(theirs, list) else [theirs]:
                        if isinstance(key, (str, int)):
                            index.setdefault(key, node.get(look_up.wanted))

    def found(self, node: dict[str, Json]) -> dict[str, Json]:
        extra: dict[str, Json] = {}
        for column, look_up in self.columns.items():
            own, index = node.get(look_up.own), self.index[column]
            if isinstance(own, list):
                extra[column] = [index[key] for key in own if isinstance(key, (str, int)) and key in index]
            elif isinstance(own, (str, int)) and own in index:
                extra[column] = index[own]
        return extra


def _objects(document: Json, place: Pattern) -> Iterator[dict[str, Json]]:
    found = pick(document, place)
    yield from (node for node in (found if isinstance(found, list) else [found]) if isinstance(node, dict))
