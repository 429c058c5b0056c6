"""The declaration of a source. An adapter is one of these values and nothing else."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from fnmatch import fnmatchcase

from core.engine.sources.json_text import Json
from core.engine.sources.paths import pattern_of, without_switched_off

SEPARATOR = " · "
"""Stands between the name of a table and that of a stream made of it."""

_FOLDED = re.compile(r"[\s?_\-]+")


def folded(name: str) -> str:
    """Fold a header: without case, spaces, hyphens and question marks, in which exports of one source differ."""
    return _FOLDED.sub("", name).casefold()


def _pattern(name: str) -> str:
    """Return the pattern of a name: what is folded, with '*' for one character or more."""
    return folded(name).replace("[", "[[]").replace("*", "?*")


@dataclass(frozen=True, slots=True)
class Hint:
    """The meaning of a source field by the source's documentation.

    `target` is 'entity.field', or None where nothing fits. `unit` is 'major' (dollars) or 'minor' (cents) for money
    as documented; it is evidence for the money proof, never applied unproved. `transform` as in FieldPlan. `also`: further
    targets, which take the value as it is, amounts with the transform. `unless` names fields that say the same better:
    where one of them has values, nothing is taken from this field.
    """

    target: str | None
    transform: str | None = None
    unit: str | None = None
    also: tuple[str, ...] = ()
    unless: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Grouped:
    """Rows of one key: together one record of the stream's entity, and each row one of another (a variant, an order line).

    Names of columns may have '*' for any text.
    key      the column whose value such rows share; of several names the first that the table has
    parts    columns of which each row has its own
    shared   columns of which the first row counts for all rows of its key; a later row that says otherwise is held
    options  the parts whose values together name the variant of a product; none where the rows are lines of an order
    name     the column with the product's name
    first    columns of which only the first row's value is taken, and later rows may have others (pictures)
    Other columns are shared where no row of a key says otherwise than its first, else parts.
    """

    key: tuple[str, ...]
    parts: tuple[str, ...]
    shared: tuple[str, ...]
    options: tuple[str, ...] = ()
    name: tuple[str, ...] = ()
    first: tuple[str, ...] = ()

    def key_of(self, columns: Sequence[str]) -> str:
        """Return the column whose value the rows share, '' where the table has none."""
        return next(iter(self.columns_for(self.key, columns)), "")

    def name_of(self, columns: Sequence[str]) -> str:
        """Return the column with the product's name, '' where the table has none."""
        return next(iter(self.columns_for(self.name, columns)), "")

    @staticmethod
    def columns_for(names: Sequence[str], columns: Sequence[str]) -> tuple[str, ...]:
        """Return the columns that the names stand for, in the names' order."""
        return tuple(
            dict.fromkeys(
                column for name in names for column in columns if fnmatchcase(folded(column), _pattern(name))
            )
        )


@dataclass(frozen=True, slots=True)
class LookUp:
    """A value from another stream of the same file, where references run by number or by name instead of by id.

    `key` is the field of this record, `stream` and `match` the field of the other records that must be equal to it
    (either may be a list), `value` their field that is taken. A list of keys gives a list, a single key the first match.
    With `is_expected` a row of a table whose key the other table does not have is noted.
    """

    key: str
    stream: str
    match: str
    value: str
    is_expected: bool = False


@dataclass(frozen=True, slots=True)
class Level:
    """A level that a record has reached, where another record of the same document lists the levels.

    `key` is the field of this record, `stream` and `match` the field of the other that must be equal to it. `lists`
    are the other's lists of levels; `thresholds` the names a level's threshold may have, `value` the level's field
    that is taken. `amounts` are fields of this record: a level counts only where all of them reach the same, and where the
    lowest begins at 0; rewards that points are paid for have a price, and nobody is at one of them.
    """

    key: str
    stream: str
    match: str
    lists: tuple[str, ...]
    thresholds: tuple[str, ...]
    value: str
    amounts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Sum:
    """Amounts of a record added up: `parts` are fields, or fields behind lists such as 'modifications[].amount'.

    A list that is missing adds nothing; a member of one without the amount leaves the whole sum out. `times` is a field by
    which the sum is multiplied where it is filled, in units of 1 / `scale`; the result is rounded half up to a whole
    number.
    """

    parts: tuple[str, ...]
    times: str | None = None
    scale: int = 1


@dataclass(frozen=True, slots=True)
class StreamSpec:
    """One kind of record that the source exports.

    entity     the target entity its rows mainly are; '' for an envelope: its fields travel with the records inside
               it (see carry) and it is never mapped itself
    headers    for tables: column names that mark it (its signature), matched as `folded`: those that every export of the
               kind has. Further columns that `hints` name are known as well, and may be missing;
               for JSON: keys that every record must have, so that bare lists can be distinguished
    needs      for tables: columns without which a table is no such stream, whatever else it has: the one that says whose its
               rows are
    sheet      for tables of few columns: the name of their sheet. Such a table counts only in a workbook that has another
               table of the source
    turned     for tables that stand on their side, a record a column: the header's first cell, which names the columns, and
               the name of the new column that holds the cells below as a JSON list; '' for no such table
    filled     for tables: columns that only the first of several rows has, outer ones first; a blank cell takes the
               value above
    path       for JSON: where its records are, e.g. 'menus[].groups[].items[]'; '[]' alone for a bare list, '.' for
               the document itself, 'name{}' for an object whose every value is a record. Several places are
               joined by ' | '; of places joined by ' || ' only the first that has anything counts
    where      for JSON lists of mixed objects: field, or carried column, and value that select it, e.g. ('type', 'ITEM');
               for tables with rows of several kinds: column and value of its rows, in any case, or several divided by '|'
    kinds      for tables: further streams of the same rows, which need no headers of their own: those of the other kinds,
               and those that are `unpivoted`
    unpivoted  for tables: columns of which each filled cell is a record of its own: 'Teacher_id', 'Teacher_*_id'. The record
               has the cell under the first of the names, its Position from 1, and the columns of the row that `hints` name
    carry      for JSON: values of ancestors each record takes with it: new column -> path from the root, e.g.
               {'group.guid': 'menus[].groups[].guid'}; of several paths joined by ' | ' the first that has a
               value counts. Under the name of a field of its own it stands in where the record has no value
    switched   for JSON: list in a record -> the flag of its members that says whether they count; of a member whose flag
               is false nothing becomes a column
    less       for JSON: new column -> (amount, another that is part of it): the first less the second, which may be missing
    joined     for tables: new column -> columns whose values together are it, divided by blanks: what tells a record where no
               column alone does
    look_up    new column -> LookUp; of a table, in another table of its file
    levels     for JSON: new column -> Level
    sums       for JSON: new column -> Sum
    days       for JSON: new column -> fields of its year, month and day
    single     for JSON: hinted fields behind a list that has one member almost always: they become the value itself,
               several divided by semicolons
    collected  for tables: a column of which a record has several values, a row each: rows alike in all others are one record
               with a JSON list of them
    defaults   field -> what it is where a record has no value for it; of tables that are neither grouped nor reshaped
    unset      amount -> field and value by which it is not set: an amount of 0 beside them becomes empty
    hints      source field (as named in the flattened record) -> Hint. A field behind a list, like
               'itemTags[].name', becomes a column of its own that holds the values as a JSON list; one behind a selection,
               like 'Prices.ItemPrice[useType=Default].amount', that of the first member of which the field has the value.
               Of tables, names are matched as `folded`, and '*' stands for any text: 'Tax * Name'
    grouped    for tables: Grouped, where several rows are one record
    reshape    for tables: whether rows that stand for several records, and cells with several values, are recognised as in
               a table without declaration
    """

    name: str
    entity: str
    headers: frozenset[str] = frozenset()
    needs: frozenset[str] = frozenset()
    sheet: str = ""
    turned: tuple[str, str] = ("", "")
    filled: tuple[str, ...] = ()
    path: str | None = None
    where: tuple[str, str] | None = None
    kinds: tuple[StreamSpec, ...] = ()
    unpivoted: tuple[str, ...] = ()
    collected: str = ""
    carry: Mapping[str, str] = field(default_factory=dict)
    switched: Mapping[str, str] = field(default_factory=dict)
    less: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    joined: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    look_up: Mapping[str, LookUp] = field(default_factory=dict)
    levels: Mapping[str, Level] = field(default_factory=dict)
    sums: Mapping[str, Sum] = field(default_factory=dict)
    days: Mapping[str, tuple[str, str, str]] = field(default_factory=dict)
    single: frozenset[str] = frozenset()
    defaults: Mapping[str, str | int] = field(default_factory=dict)
    unset: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    grouped: Grouped | None = None
    reshape: bool = False
    hints: Mapping[str, Hint] = field(default_factory=dict)

    def hints_of(self, columns: Iterable[str], filled: Collection[str] | None = None) -> dict[str, Hint]:
        """Return column -> Hint of the columns that the documentation names; `filled`: those with values, None for all."""
        names = list(columns)
        if self.path is not None:
            hints = {name: self.hints[name] for name in names if name in self.hints}
        else:
            by_name = {folded(name): hint for name, hint in self.hints.items()}
            families = [(_pattern(name), hint) for name, hint in by_name.items() if "*" in name]
            hints = {name: hint for name in names if (hint := _hint(folded(name), by_name, families))}
        present = {folded(name) for name in (names if filled is None else filled)}
        return {
            name: hint if present.isdisjoint(map(folded, hint.unless)) else Hint(None)
            for name, hint in hints.items()
        }

    def counting(self, record: Json) -> Json:
        """Drop the members of a record's lists that the source has switched off."""
        for path, flag in self.switched.items():
            record = without_switched_off(record, pattern_of(path), flag)
        return record


def _hint(header: str, by_name: Mapping[str, Hint], families: Iterable[tuple[str, Hint]]) -> Hint | None:
    """Return the hint of a folded header: that of its name, else that of the first family of names it belongs to."""
    return by_name.get(header) or next((hint for name, hint in families if fnmatchcase(header, name)), None)


@dataclass(frozen=True, slots=True)
class Manifest:
    """The table of a bundle that says which files the bundle has: a row a property.

    stream, name, value  the table, its column of properties and that of their values
    version, versions    the property with the version of the standard, and the versions that are read
    file                 the beginning of the properties that are files: 'file.' of 'file.users'
    present              the values of a file that is in the bundle; any other value says that it is not
    """

    stream: str
    name: str
    value: str
    version: str
    versions: tuple[str, ...]
    file: str
    present: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Source:
    """A system data comes from. `marks` are top-level JSON keys that identify its own samples and API answers.

    `manifest`: how its bundles say which files they have; None where they do not.
    """

    name: str
    label: str
    domain: str
    streams: tuple[StreamSpec, ...]
    certified: bool = False
    marks: frozenset[str] = frozenset()
    notes: tuple[str, ...] = ()
    manifest: Manifest | None = None

    def spec_of(self, stream: str) -> StreamSpec | None:
        """Return the declaration of a stream by its name: also of a table's second sheet, and of streams made of a table."""
        names = (stream, stream.partition(SEPARATOR)[0], stream.partition(SEPARATOR)[0].rpartition(" (")[0])
        return next((spec for name in names for spec in self.streams if spec.name == name), None)
