"""Shows which words a source uses for a target with options, how often, and where each of them goes."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass

from sqlalchemy import or_, select

from core.context import Context
from core.engine.mapping import value_maps
from core.engine.mapping.tables import ValueMemory
from core.engine.mapping.views.fields import FieldRow, field_rows, mapping_field
from core.engine.mapping.views.plan import import_settings
from core.engine.sources import store
from core.engine.sources import views as sources
from core.kit.masking import mask
from core.platform.access.actions import view
from core.platform.audit.actions import note_reading

MOST = 200
"""Different values that are shown of a column; one with more is hardly a choice."""


@dataclass(frozen=True, slots=True)
class ValueField:
    """A field whose values are mapped one by one, and what they can become."""

    field: FieldRow
    options: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ValueCount:
    """One value (trimmed, in small letters), how many rows have it, and the option it goes to now.

    `remembered` is the option somebody of this customer chose for it before, `times` how often.
    """

    value: str
    rows: int
    option: str | None
    remembered: str | None = None
    times: int = 0


@view("migration.read")
def value_fields(context: Context, migration_id: str) -> list[ValueField]:
    """Return the fields that go to a choice or a yes or no, in the order of the file."""
    candidates = [(field, value_maps.options_of(field.target)) for field in field_rows(context, migration_id)]
    return [ValueField(field, options) for field, options in candidates if options]


@view("migration.read")
def value_counts(context: Context, field_id: str) -> list[ValueCount]:
    """Return the field's different values over all rows, those that go nowhere first, then by rows; at most MOST of them.

    Reads every chunk of the stream: ask once, not at each rerun.
    """
    field = mapping_field(context, field_id)
    if not value_maps.options_of(field.target):
        return []
    counts: Counter[str] = Counter()
    hidden = False
    for stream in sources.streams(context, field.migration_id):
        if stream.name != field.stream or field.source_field not in stream.columns:
            continue
        for head in store.list_chunks(context, stream.id):
            column = store.read_chunk(context, stream.id, head.chunk_no, [field.source_field]).to_series()
            counts.update(value_maps.count(column))
            hidden = hidden or sources.looks_personal(column, stream.entity)
    values_shown = [value for value, _ in counts.most_common(MOST)]
    settings = import_settings(context, field.migration_id)
    options = value_maps.read(values_shown, field.transform, field.target or "", settings)
    remembered = _remembered(context, settings.source, field)
    masked = hidden and not context.may("personal.read")
    if hidden and not masked and values_shown:
        data = (field.target or "unknown").partition(".")[0]
        note_reading(context, "mapping_field", field_id, data=data, purpose="value mapping")
    value_counts_ = [
        ValueCount(mask(value) if masked else value, counts[value], option, *remembered.get(value, (None, 0)))
        for value, option in zip(values_shown, options, strict=True)
    ]
    return sorted(value_counts_, key=lambda value_count: (value_count.option is not None, -value_count.rows))


@view("migration.read")
def unread_counts(context: Context, migration_id: str) -> dict[str, int]:
    """Field id -> different values that go to no option, of every field with options; the commonest MOST are judged.

    Reads every chunk of the tables with such fields once: ask when it is needed, not at each rerun.
    """
    fields = [mapped.field for mapped in value_fields(context, migration_id)]
    settings = import_settings(context, migration_id)
    names: defaultdict[str, set[str]] = defaultdict(set)
    for field in fields:
        names[field.stream].add(field.source_field)
    counts: defaultdict[tuple[str, str], Counter[str]] = defaultdict(Counter)
    for stream in sources.streams(context, migration_id):
        columns = [name for name in stream.columns if name in names[stream.name]]
        for head in store.list_chunks(context, stream.id) if columns else ():
            for column in store.read_chunk(context, stream.id, head.chunk_no, columns).select(columns):
                counts[stream.name, column.name].update(value_maps.count(column))
    unread = {}
    for field in fields:
        values_shown = [value for value, _ in counts[field.stream, field.source_field].most_common(MOST)]
        options = (
            value_maps.read(values_shown, field.transform, field.target or "", settings)
            if values_shown
            else []
        )
        unread[field.id] = sum(option is None for option in options)
    return unread


def _remembered(context: Context, source: str, field: FieldRow) -> dict[str, tuple[str, int]]:
    query = select(ValueMemory.value, ValueMemory.option, ValueMemory.times).where(
        ValueMemory.source == source,
        ValueMemory.source_field == field.source_field,
        ValueMemory.target == field.target,
        or_(ValueMemory.option == "", ValueMemory.option.in_(value_maps.options_of(field.target))),
    )
    return {row.value: (row.option, row.times) for row in context.session.execute(query)}
