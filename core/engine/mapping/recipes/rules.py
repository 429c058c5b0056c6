"""Holds a recipe against a migration: which stream is meant, what would change, what does not fit and why. Pure."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import polars as pl

from core.engine import transforms
from core.engine.mapping.bands import GREEN_ABOVE
from core.engine.mapping.match.values import contradicts
from core.engine.mapping.recipes.document import NO_RECORD_TYPE, Body, FieldRule, Reader, StreamRule
from core.engine.plan import ImportSettings
from core.engine.sources.file_info import ReaderOptions
from core.engine.sources.profile import profile_frame
from core.errors import InvalidInputError
from core.kit.text import normalise
from core.schema import Field, entity_label, target_schema

ALIKE = 0.5
"""Share of columns in common from which on a stream of another name is taken for the recipe's."""

_ANY_TEXT = frozenset({"id", "ref", "text"})
"""Kinds as which every text can be read, so that only its looks can speak against it."""

READABLE = 0.5
"""Share of the filled values that a rule must be able to read to fit."""


@dataclass(frozen=True, slots=True)
class State:
    """One side of a step; status as in MappingField."""

    target: str | None
    transform: str | None
    status: str


@dataclass(frozen=True, slots=True)
class Present:
    """A field of the migration as it stands. `field_id` is '' for a slot that is not there yet."""

    field_id: str
    version: int
    state: State
    suggested_target: str | None
    confidence: float | None = None


@dataclass(frozen=True, slots=True)
class Step:
    """What a recipe says of one field of the migration. `done`: it is so already."""

    stream: str
    source_field: str
    slot: int
    present: Present
    after: State

    @property
    def excludes_high(self) -> bool:
        """Whether it leaves a field out although the suggestion above 90% stands."""
        target = self.present.state.target
        stands = target is not None and target == self.present.suggested_target
        excluded = self.after.status == "ignored" or self.after.target is None
        return excluded and stands and (self.present.confidence or 0.0) > GREEN_ABOVE

    @property
    def done(self) -> bool:
        """Whoever decided it: target and transform are what the recipe wants, and a person's decision."""
        before = self.present.state
        is_same = (before.target, before.transform) == (self.after.target, self.after.transform)
        return is_same and before.status != "suggested"


@dataclass(frozen=True, slots=True)
class RecordTypeStep:
    """A record type that a recipe sets; as in StreamRule, `before` None where nobody chose it."""

    stream: str
    before: str | None
    after: str

    @property
    def entity(self) -> str | None:
        """The entity to settle; None for none of them."""
        return None if self.after == NO_RECORD_TYPE else self.after


@dataclass(frozen=True, slots=True)
class Misfit:
    """What of a recipe cannot be applied here. `why` is one of the keys of WHY; `detail` says it in a sentence."""

    stream: str
    source_field: str
    target: str | None
    why: str
    detail: str


WHY: Mapping[str, str] = {
    "stream": "Table missing",
    "column": "Column missing",
    "target": "Target unknown",
    "transform": "Transform fails",
    "type": "Type mismatch",
    "reader": "Reader options fail",
}


@dataclass(frozen=True, slots=True)
class PresentStream:
    """A stream of the migration: its entity where known, its columns, its first rows as text.

    `record_type` as in a recipe's StreamRule.
    """

    entity: str | None
    columns: tuple[str, ...]
    rows: pl.DataFrame
    record_type: str | None = None

    @property
    def planned_entity(self) -> str | None:
        """The entity that an import takes the stream for."""
        return self.entity if self.record_type in {None, NO_RECORD_TYPE} else self.record_type


def match_streams(rules: Sequence[StreamRule], present: Mapping[str, PresentStream]) -> dict[str, str]:
    """Recipe's stream -> migration's stream: of the same name, else the unclaimed one with most columns in common."""
    matches = {rule.name: rule.name for rule in rules if rule.name in present}
    pairs = sorted(
        (
            (-_likeness(rule.columns, stream.columns), rule.name, name)
            for rule in rules
            for name, stream in present.items()
            if rule.name not in matches and name not in matches and rule.entity in {None, stream.entity}
        )
    )
    for likeness, rule_name, name in pairs:
        if -likeness >= ALIKE and rule_name not in matches and name not in matches.values():
            matches[rule_name] = name
    return matches


def _likeness(expected: Collection[str], columns: Collection[str]) -> float:
    """Jaccard similarity of the normalised names."""
    expected_names, names = {normalise(name) for name in expected}, {normalise(name) for name in columns}
    return len(expected_names & names) / max(1, len(expected_names | names))


def select_part(
    body: Body, streams: Collection[str] | None, fields: Collection[tuple[str, str]] | None
) -> list[StreamRule]:
    """Return the part of a recipe that is asked for: its streams by name, its fields by (stream, source field); None: all."""
    part = []
    for rule in body.streams:
        selected = [
            field
            for field in rule.fields
            if (streams is None or rule.name in streams)
            and (fields is None or (rule.name, field.source_field) in fields)
        ]
        if selected:
            part.append(rule.model_copy(update={"fields": tuple(selected)}))
    return part


def steps(
    rules: Sequence[StreamRule],
    present_streams: Mapping[str, PresentStream],
    present: Mapping[tuple[str, str, int], Present],
    settings: ImportSettings,
) -> Iterator[Step | Misfit]:
    """Return a step or a misfit for every field of the rules, in their order."""
    names = match_streams(rules, present_streams)
    for rule in rules:
        stream = names.get(rule.name)
        for field in rule.fields:
            if stream is None:
                detail = f"No file has a stream like {rule.name}."
                yield Misfit(rule.name, field.source_field, field.target, "stream", detail)
                continue
            misfit = _misfit(stream, field, rule, present_streams[stream], settings)
            yield misfit or _step(stream, field, present)


def record_type_steps(
    rules: Sequence[StreamRule], present_streams: Mapping[str, PresentStream], domain: str
) -> Iterator[RecordTypeStep | Misfit]:
    """Return the record types that the rules set otherwise than they are, and those that the domain does not have."""
    names = match_streams(rules, present_streams)
    for rule in rules:
        if rule.record_type is None or rule.name not in names:
            continue
        before = present_streams[names[rule.name]].record_type
        if rule.record_type not in {NO_RECORD_TYPE, *target_schema().domain(domain)}:
            detail = f"{rule.record_type} is not part of the {domain} schema."
            yield Misfit(rule.name, "", None, "target", detail)
        elif before != rule.record_type:
            yield RecordTypeStep(names[rule.name], before, rule.record_type)


def _step(stream: str, rule: FieldRule, present: Mapping[tuple[str, str, int], Present]) -> Step:
    bare = Present("", 0, State(None, None, "suggested"), None)
    now = present.get((stream, rule.source_field, rule.slot), bare)
    target = None if rule.status == "ignored" else rule.target
    transform = rule.transform or None if target else None
    as_suggested = (target, transform) == (
        now.state.target,
        now.state.transform,
    ) and now.suggested_target == target
    status = "ignored" if target is None else "accepted" if as_suggested else "edited"
    return Step(stream, rule.source_field, rule.slot, now, State(target, transform, status))


def _misfit(
    stream: str,
    field_rule: FieldRule,
    rule: StreamRule,
    stream_present: PresentStream,
    settings: ImportSettings,
) -> Misfit | None:
    if field_rule.source_field not in stream_present.columns:
        objection: tuple[str, str] | None = ("column", f"{stream} has no column {field_rule.source_field}.")
    elif field_rule.target is None or field_rule.status == "ignored":
        objection = None
    else:
        try:
            target = target_schema().field(field_rule.target)
        except InvalidInputError as error:
            objection = ("target", error.message)
        else:
            objection = _objection(field_rule, rule, target, stream_present, settings)
    return Misfit(stream, field_rule.source_field, field_rule.target, *objection) if objection else None


def _objection(
    field_rule: FieldRule,
    rule: StreamRule,
    target: Field,
    stream_present: PresentStream,
    settings: ImportSettings,
) -> tuple[str, str] | None:
    """List the reasons against a target that exists: another domain's, a transform that refuses, values of another type."""
    if target.entity not in target_schema().domain(settings.domain):
        return "target", f"{field_rule.target} is not part of the {settings.domain} schema."
    try:
        filled, read = _tried(field_rule, rule, target, stream_present, settings)
    except InvalidInputError as error:
        return "transform", error.message
    except pl.exceptions.PolarsError:
        return "transform", f"{field_rule.transform} cannot be done with these values."
    if filled and read < READABLE * filled:
        return "type", f"{read:,} of {filled:,} values can be read as {target.kind}."
    if not field_rule.transform and target.kind in _ANY_TEXT:
        profile = profile_frame("", stream_present.rows.select(field_rule.source_field))[0]
        if contradicts(profile, target):
            return "type", f"The values do not look like {target.kind}."
    return None


def _tried(
    field_rule: FieldRule,
    rule: StreamRule,
    target: Field,
    stream_present: PresentStream,
    settings: ImportSettings,
) -> tuple[int, int]:
    """How many of the first rows are filled, and how many of these give a value."""
    chain = transforms.parse(field_rule.transform)
    names = [field_rule.source_field]
    if any(transforms.TRANSFORMS[call.name].joins for call in chain):
        names = [field.source_field for field in rule.fields if field.target == field_rule.target]
        names = [name for name in names if name in stream_present.columns]
    output = transforms.compile_chain(chain, [pl.col(name) for name in names], target, settings)
    is_filled = pl.any_horizontal(pl.col(name).str.strip_chars() != "" for name in names).fill_null(
        value=False
    )
    tried = stream_present.rows.select(is_filled.alias("given"), output.is_not_null().alias("made"))
    return int(tried["given"].sum()), int((tried["given"] & tried["made"]).sum())


def reader_for(reader: Reader, now: ReaderOptions) -> ReaderOptions:
    """Return the options a file should be read with: the recipe's, but for what the file itself proves.

    UTF-8 that decodes is UTF-8, and an order of dates that only one reading allows is that order.
    """
    proven = (now.encoding or "").lower().startswith("utf")
    return replace(
        now,
        encoding=now.encoding if proven or reader.encoding is None else reader.encoding,
        delimiter=reader.delimiter if reader.delimiter is not None else now.delimiter,
        header_row=reader.header_row if reader.header_row is not None else now.header_row,
        date_order=now.date_order or reader.date_order,
        source=reader.source or now.source,
    )


# --- two versions side by side ------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing that two versions say differently; '' where one says nothing."""

    stream: str
    subject: str
    before: str
    after: str


def differences(old: Body, new: Body) -> list[Difference]:
    """Streams in the order of the new version, then those that went; conflict strategies last."""
    olds, news = ({rule.name: rule for rule in body.streams} for body in (old, new))
    lines = [
        difference
        for name in dict.fromkeys([*news, *olds])
        for difference in _of_stream(name, olds.get(name), news.get(name))
    ]
    for entity in dict.fromkeys([*old.conflicts, *new.conflicts]):
        before, after = str(old.conflicts.get(entity, "")), str(new.conflicts.get(entity, ""))
        lines += _unlike("", f"If a record already exists: {entity_label(entity)}", before, after)
    return lines


def _of_stream(name: str, old: StreamRule | None, new: StreamRule | None) -> Iterator[Difference]:
    readers = [_reader_text(rule.reader) if rule else "" for rule in (old, new)]
    yield from _unlike(name, "reader options", *readers)
    types = [rule.record_type or "" if rule else "" for rule in (old, new)]
    yield from _unlike(name, "record type", *types)
    olds, news = (
        {(field.source_field, field.slot): field for field in rule.fields} if rule else {}
        for rule in (old, new)
    )
    for key in dict.fromkeys([*news, *olds]):
        sides = [_rule_text(fields.get(key)) for fields in (olds, news)]
        yield from _unlike(name, key[0], *sides)


def _unlike(stream: str, subject: str, before: str, after: str) -> Iterator[Difference]:
    if before != after:
        yield Difference(stream, subject, before, after)


def _reader_text(reader: Reader) -> str:
    return ", ".join(f"{key} {value!r}" for key, value in reader.model_dump(exclude_none=True).items())


def _rule_text(rule: FieldRule | None) -> str:
    if rule is None:
        return ""
    return "Excluded" if rule.target is None else ", ".join(filter(None, (rule.target, rule.transform)))
