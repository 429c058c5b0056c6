"""Which entity a table, or a list inside a JSON record, is about: inferred over all its fields together.

Each entity gets a utility from a few named signals (how much of the table its fields explain, whether its noun stands
on the first id, whether the list is called after it ...); the trained weights are part of the model. A file that mixes
entities (lines with their orders) gets a share for each.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from core.engine.mapping.match.lexicon import Doubles, Floats, Lexicon, Phrase
from core.engine.mapping.match.readings import FieldName
from core.engine.mapping.match.record_words import record_words
from core.engine.mapping.match.signals import SIGNALS, Fields, group_signals, score_fields, strangeness

_DECLARED = 6.0  # utility of being told the stream's entity
_STREAM = 2.5  # utility of the stream's name naming it
_STRANGE_STREAM = 5.0  # utility of none of them where it names something else
_SETTLED = 0.97  # what supposing an entity adds to its chance
_WORTH_COUNTING = 0.02  # chance from which a hypothesis is followed
_HALF = 0.5  # chance below which the likeliest entity does not count as one
_MIX = 0.7  # share of the best entity's chance from which an entity counts as a top one


@dataclass(frozen=True, slots=True)
class Group:
    """The fields of one list (or of the table, path ''): their rows, and entity x signal without the parent's signals;

    `strange` is what speaks for none of the entities.
    """

    path: str
    rows: list[int]
    signals: Doubles
    strange: Doubles


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


def read_groups(fields: Fields, words: Lexicon) -> tuple[Group, ...]:
    """Return the groups, outer ones first, with the signals that do not depend on what the lists around them are."""
    members: dict[str, list[int]] = {}
    for row, name in enumerate(fields.names):
        members.setdefault(name.group, []).append(row)
    scores = score_fields(fields, words)
    signals = {path: group_signals(rows, fields, scores, words) for path, rows in members.items()}
    for path, rows in members.items():
        _mark_neighbours(path, fields.names[rows[0]].group_about, signals, words)
    return tuple(
        Group(path, rows, signals[path], strangeness(rows, path, signals[path], fields, words))
        for path, rows in sorted(members.items(), key=lambda item: (item[0].count("."), item[0]))
    )


def _mark_neighbours(
    path: str, about: frozenset[int], signals: Mapping[str, Doubles], words: Lexicon
) -> None:
    """Tell the list around a list, and those beside it, what it is called after."""
    if not path or not about:
        return
    list_entities = np.zeros(len(words.entities))
    list_entities[list(about)] = 1
    outer = next((around for around in _around(path) if around in signals), None)
    child, peer = SIGNALS.index("has_child"), SIGNALS.index("peer")
    if outer is not None:
        owners = np.minimum(1, words.belongs.T @ list_entities + 0.5 * (words.refers.T @ list_entities))
        signals[outer][:, child] = np.maximum(signals[outer][:, child], owners)
    related = np.minimum(1, words.refers @ list_entities + words.refers.T @ list_entities)
    for other_path, other_signals in signals.items():
        if other_path and other_path != path and _around(other_path)[0] == _around(path)[0]:
            other_signals[:, peer] = np.maximum(other_signals[:, peer], related)


def weigh_groups(
    groups: tuple[Group, ...],
    weights: Doubles,
    words: Lexicon,
    stream: Phrase = (),
    entity: str | None = None,
) -> dict[str, Doubles]:
    """Return, by path, the chance of each entity; what is missing to 1 is the chance that it is none of them.

    `weights` are those of the signals, then those of NO_ENTITY. Outer lists are decided first: what they are tells what
    is inside.
    """
    chances: dict[str, Doubles] = {}
    for group in groups:
        utility = with_parent(group, chances, words) @ weights[: len(SIGNALS)]
        if not group.path:
            utility += _STREAM * _named_by(stream, words)
            if entity in words.entities:
                utility[words.entities.index(entity)] += _DECLARED
        none_utility = group.strange @ weights[len(SIGNALS) :]
        if not group.path and not entity and is_named_strangely(stream, words):
            none_utility += _STRANGE_STREAM
        raised = np.exp(np.append(utility, none_utility) - max(utility.max(), none_utility))
        chances[group.path] = raised[:-1] / raised.sum()
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
    """Return the share of each entity in a table's name: as a usual name of tables, else by the nouns it holds."""
    chances = record_words(words).of_table(stream, len(words.entities))
    if chances.any():
        return chances
    covered: set[int] = set()
    for size in range(min(4, len(stream)), 0, -1):
        for start in range(len(stream) - size + 1):
            positions = set(range(start, start + size))
            entities = words.nouns.get(stream[start : start + size])
            if entities and not positions & covered:
                covered |= positions
                chances[list(entities)] = 1 / len(entities)
    return chances


def is_named_strangely(stream: Phrase, words: Lexicon) -> bool:
    """Whether a table is named after something that is no entity."""
    return not _named_by(stream, words).any() and record_words(words).is_strange_stream(stream)


def suppose(chances: Mapping[str, Doubles], most: int) -> list[tuple[dict[str, Doubles], dict[str, float]]]:
    """Return hypotheses: the likeliest of every group, the second likeliest of each ...; with their chances.

    'None of the entities' is among them. The chances of a group's hypotheses sum to 1. A hypothesis of which no group
    has a chance worth counting is left out.
    """
    full_chances = {path: np.append(chance, 1 - chance.sum()) for path, chance in chances.items()}
    order = {path: np.argsort(-chance, kind="stable")[:most] for path, chance in full_chances.items()}
    weights = {
        path: full_chances[path][best] / full_chances[path][best].sum() for path, best in order.items()
    }
    hypotheses = []
    for rank in range(min(most, *map(len, order.values()))):
        share = {path: float(weights[path][rank]) for path in chances}
        if not rank or max(share.values()) >= _WORTH_COUNTING:
            hypotheses.append(
                ({path: settle(chance, int(order[path][rank])) for path, chance in chances.items()}, share)
            )
    return hypotheses


def settle(chance: Doubles, entity: int) -> Doubles:
    """Return the chances of a group once an entity is taken for granted; none of them where there is no such entity."""
    settled = chance * (1 - _SETTLED)
    if entity < len(settled):
        settled[entity] += _SETTLED
    return settled


def read_context(
    groups: tuple[Group, ...],
    chances: Mapping[str, Doubles],
    supposed: Mapping[str, Doubles],
    field_names: Sequence[FieldName],
    words: Lexicon,
) -> Context:
    """Return the chances spread over the fields, scaled so that the likeliest entity of a group has 1.

    What a field's group is about is `supposed`; what stands around it is as likely as `chances` says.
    """
    count, entities = len(field_names), len(words.entities)
    spread = {
        name: np.zeros((count, entities), np.float32)
        for name in ("chance", "group", "around", "top", "kin", "owner", "identified")
    }
    kinship = np.maximum(words.refers, words.refers.T)
    total = np.zeros(entities)
    for group in groups:
        relative_chances = supposed[group.path] / max(_HALF, supposed[group.path].max())
        total += chances[group.path] * len(group.rows)
        outer = [path for path in _around(group.path) if path in chances]
        around = [chances[path] / chances[path].max() * 0.8**far for far, path in enumerate(outer)]
        spread["chance"][group.rows] = supposed[group.path]
        spread["group"][group.rows] = relative_chances
        spread["around"][group.rows] = np.max(around, axis=0) if around else 0
        spread["top"][group.rows] = relative_chances >= _MIX
        spread["kin"][group.rows] = (kinship * relative_chances).max(axis=1)
        spread["owner"][group.rows] = (words.belongs.T * relative_chances).max(axis=1)
        spread["identified"][group.rows] = group.signals[:, SIGNALS.index("own_id")] > 0
    table = np.tile((total / total.max()).astype(np.float32), (count, 1))
    return Context(table=table, groups=groups, **spread)
