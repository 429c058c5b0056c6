"""What a recipe's fields become over the first rows of their streams, measured so that no value has to be kept."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import polars as pl

from core.engine import transforms
from core.engine.mapping.plans import Link, build_plan
from core.engine.mapping.recipes.document import Body, Expected, StreamRule
from core.engine.mapping.recipes.rules import Present, PresentStream, match_streams
from core.engine.plan import FieldPlan, ImportSettings
from core.errors import InvalidInputError
from core.kit.crypto import fingerprints
from core.schema import target_schema

TOLERANCE = 0.05
"""By how much the share of readable values may fall in other rows than the recipe was made with."""


@dataclass(frozen=True, slots=True)
class Line:
    """One thing a replay looked at. `aspect`: column, record type, target, transform or output."""

    stream: str
    field: str
    aspect: str
    expected: str
    actual: str
    is_ok: bool


@dataclass(frozen=True, slots=True)
class Replay:
    """All lines, in the recipe's order."""

    lines: tuple[Line, ...]

    @property
    def differences(self) -> tuple[Line, ...]:
        return tuple(line for line in self.lines if not line.is_ok)

    @property
    def is_ok(self) -> bool:
        return not self.differences


def measure(
    rules: Sequence[StreamRule], present: Mapping[str, PresentStream], settings: ImportSettings, key: bytes
) -> list[Expected]:
    """Compute what each target field is made of and becomes. `rules` name the streams of `present`; `key` is the tenant's.

    The fields are put together as an import would (build_plan), so that joined sources and derived ids count too.
    """
    links = [
        Link(rule.name, field.source_field, field.target, field.transform, is_decided=True, position=position)
        for rule in rules
        for position, field in enumerate(rule.fields)
        if field.target
    ]
    built = build_plan(links, {rule.name: present[rule.name].planned_entity for rule in rules}, settings)
    return [
        _measured(entity.stream, entity.entity, field, present[entity.stream].rows, settings, key)
        for entity in built.entities
        for field in entity.fields
    ]


def _measured(
    stream: str, entity: str, field: FieldPlan, rows: pl.DataFrame, settings: ImportSettings, key: bytes
) -> Expected:
    target = target_schema().field(f"{entity}.{field.target}")
    names = [name for name in field.sources if name in rows.columns]
    output = pl.Series("made", [None] * rows.height)
    if names:
        try:
            chain = transforms.parse(field.transform)
            output = rows.select(
                transforms.compile_chain(chain, [pl.col(name) for name in names], target, settings).alias(
                    "made"
                )
            )["made"]
        except (InvalidInputError, pl.exceptions.PolarsError):
            pass  # nothing can be made of it: that is the finding
    inputs = rows.select(names)
    filled = (
        inputs.select(pl.any_horizontal(pl.all().str.strip_chars() != "").fill_null(value=False)).to_series()
        if names
        else output.is_not_null()
    )
    what_went_in, what_came_out = fingerprints(
        key, [repr(inputs.rows()).encode(), repr(output.to_list()).encode()]
    )
    return Expected(
        stream=stream,
        target=target.key,
        sources=field.sources,
        given=what_went_in.hex(),
        made=what_came_out.hex(),
        filled=int(filled.sum()),
        read=int((filled & output.is_not_null()).sum()),
    )


def replay(
    body: Body,
    present_streams: Mapping[str, PresentStream],
    present: Mapping[tuple[str, str, int], Present],
    settings: ImportSettings,
    key: bytes,
) -> Replay:
    """Compare the recipe with the files and the mapping as they are: columns, targets, transforms, then outputs."""
    names = match_streams(body.streams, present_streams)
    lines = [
        line
        for rule in body.streams
        for line in _mapping_lines(rule, names.get(rule.name), present_streams, present)
    ]
    rules = [
        rule.model_copy(update={"name": names[rule.name]}) for rule in body.streams if rule.name in names
    ]
    now = {
        (measured.stream, measured.target): measured
        for measured in measure(rules, present_streams, settings, key)
    }
    lines += [
        _output_line(expected, now.get((names[expected.stream], expected.target)))
        for expected in body.expected
        if expected.stream in names
    ]
    return Replay(tuple(lines))


def _mapping_lines(
    rule: StreamRule,
    stream: str | None,
    present_streams: Mapping[str, PresentStream],
    present: Mapping[tuple[str, str, int], Present],
) -> Iterator[Line]:
    if stream is None:
        yield Line(rule.name, "", "column", "a stream of these columns", "none", is_ok=False)
        return
    if rule.record_type:
        record_type = present_streams[stream].record_type
        yield Line(
            stream, "", "record type", rule.record_type, record_type or "not chosen",
            is_ok=record_type == rule.record_type,
        )  # fmt: skip
    for field in rule.fields:
        if field.source_field not in present_streams[stream].columns:
            yield Line(stream, field.source_field, "column", "there", "missing", is_ok=False)
            continue
        now = present.get((stream, field.source_field, field.slot))
        for aspect, expected, actual in (
            ("target", field.target, now.state.target if now else None),
            ("transform", field.transform or None, now.state.transform if now else None),
        ):
            yield Line(
                stream,
                field.source_field,
                aspect,
                expected or "none",
                actual or "none",
                is_ok=expected == actual,
            )


def _output_line(expected: Expected, now: Expected | None) -> Line:
    if now is None:
        return Line(expected.stream, expected.target, "output", _share(expected), "nothing", is_ok=False)
    if now.given == expected.given:
        is_same = now.made == expected.made
        actual = "the same" if is_same else f"other values from the same rows, {_share(now)}"
        return Line(now.stream, now.target, "output", _share(expected), actual, is_ok=is_same)
    is_kept = not now.filled or now.read / now.filled >= expected.read / max(1, expected.filled) - TOLERANCE
    return Line(
        now.stream, now.target, "output", _share(expected), f"other rows, {_share(now)}", is_ok=is_kept
    )


def _share(expected: Expected) -> str:
    return f"{expected.read:,} of {expected.filled:,} values read"
