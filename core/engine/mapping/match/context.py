"""Which entity a table, or a list inside a JSON record, is about: inferred over all its fields together.

Each entity gets a utility from a few named signals (how much of the table its fields explain, whether its noun stands
on the first id, whether the list is called after it ...); the trained weights are part of the model. A file that mixes
entities (lines with their orders) gets a share for each.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from core.engine.mapping.match.lexicon import Doubles, Floats, Lexicon, Phrase
from core.engine.mapping.match.readings import FieldName
from core.engine.sources.profile import FieldProfile

SIGNALS = (
    "explained",  # likeness of the fields to the entity's own, summed over the root of their number
    "family",  # the same, with what it refers to: lines stand in one table with their orders
    "joins",  # the fields are split between what it belongs to and what else it refers to: lines with their orders
    "exclusive",  # the same, counting what no other entity explains as well
    "covered",  # share of the group's fields that distinct fields of the entity could take
    "core",  # the entity's required fields are there
    "mentioned",  # how many fields name the entity
    "own_id",  # the entity's noun stands on an id in front, whose values do not repeat
    "foreign_id",  # it stands on an id further behind
    "called",  # the list is called after it
    "links",  # it belongs to the entity of the list around and refers to what the list is called after
    "child",  # it refers to the entity of the list around
    "same_as_parent",  # it is the entity of the list around
    "referred",  # how many other entities refer to it: pupils are more often listed than their guardians
    "fields",  # how many fields it has
    "valued",  # values of some field are nouns for it (role: parent)
)
"""What speaks for a group of fields being about an entity."""

_DECLARED = 6.0  # utility of being told the stream's entity
_STREAM = 2.5  # utility of the stream's name naming it
_MIX = 0.7  # share of the best entity's chance from which an entity counts as a top one

_SET_UP_ONCE = frozenset({"loyalty_program", "loyalty_tier", "loyalty_accrual"})
"""Entities with a few records a business: what they refer to is not listed more often for it."""


@dataclass(frozen=True, slots=True)
class Group:
    """The fields of one list (or of the table, path ''): their rows, and group x entity signals without the parent's."""

    path: str
    rows: list[int]
    signals: Doubles


@dataclass(frozen=True, slots=True)
class Context:
    """Source x entity: the chances of the field's own group, and the same scaled so that the likeliest entity has 1:

    for the group, the lists around it and the whole file. `kin` is the best of the entities that refer to it or that
    it refers to, `owner` of those that belong to it; `top` marks the likely ones, `identified` those whose noun stands on the
    group's first id.
    """

    chance: Floats
    group: Floats
    around: Floats
    table: Floats
    top: Floats
    kin: Floats
    owner: Floats
    identified: Floats
    groups: tuple[Group, ...]


def read_groups(
    fields: Sequence[FieldProfile], field_names: Sequence[FieldName], likeness: Floats, words: Lexicon
) -> tuple[Group, ...]:
    """Return the groups, outer ones first, with the signals that do not depend on the lists around them."""
    members: dict[str, list[int]] = {}
    for row, name in enumerate(field_names):
        members.setdefault(name.group, []).append(row)
    best = np.stack(
        [likeness[:, words.entity_of == index].max(axis=1) for index in range(len(words.entities))], axis=1
    )
    sharp = np.asarray(np.clip(best - 0.3, 0, None) ** 2 / 0.49, np.float32)
    share = np.asarray(sharp / np.maximum(sharp.sum(axis=1, keepdims=True), 1e-6), np.float32)
    return tuple(
        Group(path, rows, _signals(rows, fields, field_names, likeness, sharp, share, words))
        for path, rows in sorted(members.items(), key=lambda item: (item[0].count("."), item[0]))
    )


def _signals(
    rows: list[int], fields: Sequence[FieldProfile], field_names: Sequence[FieldName],
    likeness: Floats, sharp: Floats, share: Floats, words: Lexicon,
) -> Doubles:  # fmt: skip
    entities, root = len(words.entities), np.sqrt(len(rows))
    best_likeness = np.clip(likeness[rows].max(axis=0) - 0.5, 0, None) * 2
    required = np.array([field.required for field in words.targets])
    signals = np.zeros((entities, len(SIGNALS)))
    at = {name: column for column, name in enumerate(SIGNALS)}
    for index in range(entities):
        is_member = words.entity_of == index
        signals[index, at["covered"]] = min(1.0, best_likeness[is_member].sum() / len(rows))
        signals[index, at["core"]] = best_likeness[is_member & required].mean()
        signals[index, at["mentioned"]] = sum(index in field_names[row].mentions for row in rows) / root
        signals[index, at["fields"]] = np.log(is_member.sum())
        family = np.maximum(sharp[rows, index], (0.7 * sharp[rows] * words.refers[index]).max(axis=1))
        signals[index, at["family"]] = family.sum() / root
        signals[index, at["joins"]] = _joins(sharp[rows], words.belongs[index] > 0, words.refers[index] > 0)
    signals[:, at["explained"]] = sharp[rows].sum(axis=0) / root
    signals[:, at["exclusive"]] = (sharp[rows] * share[rows]).sum(axis=0) / root
    often = [entity not in _SET_UP_ONCE for entity in words.entities]
    signals[:, at["referred"]] = np.log1p(words.refers[often].sum(axis=0))
    signals[:, at["valued"]] = np.max([_valued(fields[row], words) for row in rows], axis=0)
    _mark_ids(rows, fields, field_names, signals)
    for index in field_names[rows[0]].group_about:
        signals[index, at["called"]] = 1 / len(field_names[rows[0]].group_about)
    return signals


def _joins(sharp: Floats, owners: npt.NDArray[np.bool_], other_owners: npt.NDArray[np.bool_]) -> float:
    """1 where three rows speak for an owner only and three for another entity that it refers to; less falls off fast."""
    ahead = np.clip(sharp[:, owners][:, :, None] - sharp[:, None, other_owners], 0, None).sum(axis=0)
    behind = np.clip(sharp[:, None, other_owners] - sharp[:, owners][:, :, None], 0, None).sum(axis=0)
    return float(min(1.0, np.minimum(ahead, behind).max(initial=0) / 3)) ** 2


def _valued(field: FieldProfile, words: Lexicon) -> Doubles:
    """Share of the field's distinct values that are a noun for each entity."""
    share = np.zeros(len(words.entities))
    if field.kind in {"text", "enum"}:
        for sample in field.samples[:8]:
            for entity in words.nouns.get(words.words(sample), ()):
                share[entity] += 1 / len(field.samples[:8])
    return share


def _mark_ids(
    rows: list[int], fields: Sequence[FieldProfile], field_names: Sequence[FieldName], signals: Doubles
) -> None:
    """Return which ids are references: all but the first that names an entity and does not repeat, the record's own."""
    for index_, row in enumerate(row for row in rows if "id" in field_names[row].leaf):
        column = (
            SIGNALS.index("own_id")
            if index_ == 0 and row - rows[0] < 2 and (fields[row].uniqueness >= 0.9 or fields[row].filled < 2)
            else SIGNALS.index("foreign_id")
        )
        for index in field_names[row].mentions:
            signals[index, column] = max(signals[index, column], 1 / len(field_names[row].mentions))


def weigh_groups(
    groups: tuple[Group, ...],
    weights: Doubles,
    words: Lexicon,
    stream: Phrase = (),
    entity: str | None = None,
) -> dict[str, Doubles]:
    """Path -> the chance of each entity. Outer lists are decided first: what they are tells what is inside."""
    chances: dict[str, Doubles] = {}
    for group in groups:
        signals = with_parent(group, chances, words)
        utility = signals @ weights
        if not group.path:
            utility += _STREAM * _named_by(stream, words)
            if entity in words.entities:
                utility[words.entities.index(entity)] += _DECLARED
        raised = np.exp(utility - utility.max())
        chances[group.path] = raised / raised.sum()
    return chances


def with_parent(group: Group, chances: Mapping[str, Doubles], words: Lexicon) -> Doubles:
    """Return the group's signals, completed by what the nearest list around it is."""
    signals = group.signals.copy()
    outer = next((chances[path] for path in _around(group.path) if path in chances), None)
    if outer is not None:
        call_signals = signals[:, SIGNALS.index("called")]
        signals[:, SIGNALS.index("links")] = (words.belongs @ outer) * np.minimum(
            words.refers @ call_signals, 1
        )
        signals[:, SIGNALS.index("child")] = words.refers @ outer
        signals[:, SIGNALS.index("same_as_parent")] = outer
    return signals


def _around(path: str) -> list[str]:
    """List the paths that may stand around a path, nearest first, the root last."""
    segments = path.split(".") if path else []
    return [".".join(segments[:end]) for end in range(len(segments) - 1, -1, -1)]


def _named_by(stream: Phrase, words: Lexicon) -> Doubles:
    chances = np.zeros(len(words.entities))
    covered: set[int] = set()
    for size in range(min(4, len(stream)), 0, -1):
        for start in range(len(stream) - size + 1):
            positions = set(range(start, start + size))
            entities = words.nouns.get(stream[start : start + size])
            if entities and not positions & covered:
                covered |= positions
                chances[list(entities)] = 1 / len(entities)
    return chances


def read_context(
    groups: tuple[Group, ...],
    chances: Mapping[str, Doubles],
    field_names: Sequence[FieldName],
    words: Lexicon,
) -> Context:
    """Return the chances spread over the fields, scaled so that the likeliest entity of a group has 1."""
    count, entities = len(field_names), len(words.entities)
    spread = {
        name: np.zeros((count, entities), np.float32)
        for name in ("chance", "group", "around", "top", "kin", "owner", "identified")
    }
    kinship = np.maximum(words.refers, words.refers.T)
    total = np.zeros(entities)
    for group in groups:
        relative_chances = chances[group.path] / chances[group.path].max()
        total += chances[group.path] * len(group.rows)
        outer = [path for path in _around(group.path) if path in chances]
        around = [chances[path] / chances[path].max() * 0.8**far for far, path in enumerate(outer)]
        spread["chance"][group.rows] = chances[group.path]
        spread["group"][group.rows] = relative_chances
        spread["around"][group.rows] = np.max(around, axis=0) if around else 0
        spread["top"][group.rows] = relative_chances >= _MIX
        spread["kin"][group.rows] = (kinship * relative_chances).max(axis=1)
        spread["owner"][group.rows] = (words.belongs.T * relative_chances).max(axis=1)
        spread["identified"][group.rows] = group.signals[:, SIGNALS.index("own_id")] > 0
    table = np.tile((total / total.max()).astype(np.float32), (count, 1))
    return Context(table=table, groups=groups, **spread)
