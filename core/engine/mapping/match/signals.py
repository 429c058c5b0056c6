"""What speaks for a list or table being about an entity: named signals, each read from all its fields together."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import numpy.typing as npt

from core.engine.mapping.match.lexicon import Doubles, Floats, Lexicon
from core.engine.mapping.match.paths import segments_of
from core.engine.mapping.match.readings import FieldName
from core.engine.mapping.match.record_words import record_words
from core.engine.sources.profile import FieldProfile
from core.kit.text import normalise

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
    "words",  # words of the names that are said of few entities, this among them
    "word_first",  # the same for the first column
    "gap",  # how near its fields come to the best explanation of each column
    "typed",  # values that can be read as the fields of it that the names suggest
    "best_fields",  # columns whose name is that of a field of it
    "presence",  # the kinds of columns that are there, against what a record of it usually has
    "absence",  # the kinds of columns that are not there
    "has_child",  # a list inside is called after what belongs to it
    "peer",  # a list beside is called after what it is related to
    "refers_to_mentions",  # it refers to the entities that the fields name
    "id_references",  # it refers to the entities that ids name
    "typical",  # columns that such tables usually have, whether or not the schema has a place for them
    "typical_most",  # the most telling of them
    "value_words",  # values of some column are words that only such records have (visa, absent, head teacher)
    "orphan",  # a table outside of lists has no column for what each record of it must belong to
    "seldom",  # a table outside of lists is seldom about it: sizes, tiers and charges come with something else
)
"""What speaks for a group of fields being about an entity."""

NO_ENTITY = (
    "no_entity",  # always
    "no_entity_strange",  # the list is called after something that is no entity: breaks, images, opening hours
    "no_entity_inside",  # it stands inside another list
    "no_entity_explained",  # how well the best entity explains the fields
    "no_entity_same_names",  # how many columns have the name of a field of the best entity, over the root of their number
    "no_entity_covered",  # the share of the fields that the best entity could take
    "no_entity_called",  # the list is called after an entity
    "no_entity_nothing",  # mean likeness of the names to what the schema has no place for
    "no_entity_unknown",  # mean share of the names that is outside the trade's vocabulary
    "no_entity_size",  # how many fields it has, in log
    "no_entity_typical",  # columns that tables of some subject outside the schema usually have
    "no_entity_list",  # the list is called after such a subject
)
"""What speaks for a group of fields being about nothing that the schema has."""

_SET_UP_ONCE = frozenset({"loyalty_program", "loyalty_tier", "loyalty_accrual"})
"""Entities with a few records a business: what they refer to is not listed more often for it."""
_SELDOM_TABLES = frozenset(
    {
        "item_variant",
        "dining_option",
        "service_charge",
        "location",
        "loyalty_program",
        "loyalty_tier",
        "loyalty_accrual",
        "school",
    }
)
"""Entities that seldom have a table of their own."""
_LIKELY_REQUIRED, _LIKELY, _UNLIKELY = 0.6, 0.4, 0.06  # chance that a record has a column of a kind
_SUGGESTIVE, _SAME_NAME = (
    0.4,
    0.8,
)  # likeness from which a name suggests a field, and from which it is its name
_VALUES = 12  # of a column that are looked at
_SLACK = 0.25  # how far behind the best explanation still counts


@dataclass(frozen=True, slots=True)
class Fields:
    """The fields of one stream: likeness (field x target) of names, and of names weighed by the values' type."""

    profiles: Sequence[FieldProfile]
    names: Sequence[FieldName]
    likeness: Floats
    fitting: Floats
    types: Floats
    no_place: Floats


@dataclass(frozen=True, slots=True)
class Scores:
    """Field x entity: the best fitting field of each entity, sharpened, its share, and what the name's words say."""

    best: Floats
    sharp: Floats
    share: Floats
    words: Doubles
    typed: Floats
    same_name: npt.NDArray[np.bool_]
    concepts: Floats


def score_fields(fields: Fields, words: Lexicon) -> Scores:
    starts = np.flatnonzero(np.r_[True, np.diff(words.entity_of) != 0])
    best = np.maximum.reduceat(fields.fitting, starts, axis=1)
    sharp = np.asarray(np.clip(best - 0.3, 0, None) ** 2 / 0.49, np.float32)
    share = np.asarray(sharp / np.maximum(sharp.sum(axis=1, keepdims=True), 1e-6), np.float32)
    suggested = np.where(fields.likeness > _SUGGESTIVE, fields.types, 0)
    knowledge = _knowledge(words)
    word_shares = np.array([knowledge.said_by(name.leaf) for name in fields.names]).reshape(
        len(fields.names), -1
    )
    strong = np.clip((fields.likeness * np.clip(fields.types, 0, 1) - 0.5) * 2, 0, 1)
    return Scores(
        best=best,
        sharp=sharp,
        share=share,
        words=word_shares,
        typed=np.maximum.reduceat(suggested, starts, axis=1),
        same_name=np.maximum.reduceat(fields.likeness, starts, axis=1) >= _SAME_NAME,
        concepts=np.stack([strong[:, columns].max(axis=1) for columns in knowledge.columns], axis=1),
    )


def group_signals(rows: list[int], fields: Fields, scores: Scores, words: Lexicon) -> Doubles:
    """Entity x signal for the group of fields `rows`; the signals of the lists around it are 0."""
    root = np.sqrt(len(rows))
    sharp, best = scores.sharp[rows], scores.best[rows]
    likeness = np.clip(fields.fitting[rows].max(axis=0) - 0.5, 0, None) * 2
    required = np.array([field.required for field in words.targets])
    names = [fields.names[row] for row in rows]
    mentioned = np.array([[index in name.mentions for index in range(len(words.entities))] for name in names])
    kinds = _kinds(scores.concepts[rows], words)
    typical = np.stack([record_words(words).of_column(name.leaf, len(words.entities)) for name in names])
    signals = {
        "explained": sharp.sum(axis=0) / root,
        "exclusive": (sharp * scores.share[rows]).sum(axis=0) / root,
        "mentioned": mentioned.sum(axis=0) / root,
        "words": scores.words[rows].sum(axis=0) / root,
        "word_first": scores.words[rows[0]],
        "gap": np.clip(best - best.max(axis=1, keepdims=True) + _SLACK, 0, None).sum(axis=0) * 4 / root,
        "typed": scores.typed[rows].sum(axis=0) / root,
        "best_fields": scores.same_name[rows].sum(axis=0) / root,
        "presence": kinds[0] / root,
        "absence": kinds[1] / 3,
        "refers_to_mentions": np.minimum(1, words.refers @ mentioned.any(axis=0)),
        "referred": np.log1p(
            words.refers[[entity not in _SET_UP_ONCE for entity in words.entities]].sum(axis=0)
        ),
        "valued": np.max([_valued(fields.profiles[row], words) for row in rows], axis=0),
        "called": _list_name(names[0], words),
        "typical": typical.sum(axis=0) / root,
        "typical_most": typical.max(axis=0),
        "value_words": np.max([_value_words(fields.profiles[row], words) for row in rows], axis=0),
        "orphan": _orphans(fields.likeness[rows], names, words),
        "seldom": np.array([not names[0].group and entity in _SELDOM_TABLES for entity in words.entities]),
        "fields": np.log(np.bincount(words.entity_of)),
    }
    signals |= _by_entity(sharp, likeness, required, len(rows), words)
    signals |= _ids(rows, fields, words)
    zero = np.zeros(len(words.entities))
    return np.stack([np.asarray(signals.get(name, zero), np.float64) for name in SIGNALS], axis=1)


def strangeness(rows: list[int], path: str, signals: Doubles, fields: Fields, words: Lexicon) -> Doubles:
    """Return what speaks for the group of fields `rows` being about none of the entities, in the order of NO_ENTITY."""
    names = [fields.names[row] for row in rows]

    def best(signal: str) -> float:
        return float(signals[:, SIGNALS.index(signal)].max())

    unknown = [
        sum(word not in words.vocabulary for word in name.leaf) / max(1, len(name.leaf)) for name in names
    ]
    values = {
        "no_entity": 1.0,
        "no_entity_strange": float(bool(path) and not names[0].group_about),
        "no_entity_inside": float(bool(path)),
        "no_entity_explained": best("explained"),
        "no_entity_same_names": best("best_fields"),
        "no_entity_covered": best("covered"),
        "no_entity_called": best("called"),
        "no_entity_nothing": float(fields.no_place[rows].mean()),
        "no_entity_unknown": float(np.mean(unknown)),
        "no_entity_size": float(np.log(len(rows))),
        "no_entity_typical": record_words(words).strange_columns_of(name.leaf for name in names)
        / float(np.sqrt(len(rows))),
        "no_entity_list": float(
            bool(path) and record_words(words).is_strange_table(words.words(segments_of(path)[-1]))
        ),
    }
    return np.array([values[name] for name in NO_ENTITY])


def _by_entity(
    sharp: Floats, likeness: Floats, required: npt.NDArray[np.bool_], count: int, words: Lexicon
) -> dict[str, Doubles]:
    covered, core, family, joins = ([0.0] * len(words.entities) for _ in range(4))
    for index in range(len(words.entities)):
        is_member = words.entity_of == index
        covered[index] = min(1.0, float(likeness[is_member].sum()) / count)
        core[index] = float(likeness[is_member & required].mean())
        kin = np.maximum(sharp[:, index], (0.7 * sharp * words.refers[index]).max(axis=1))
        family[index] = float(kin.sum() / np.sqrt(count))
        joins[index] = _joins(sharp, words.belongs[index] > 0, words.refers[index] > 0)
    columns = {"covered": covered, "core": core, "family": family, "joins": joins}
    return {name: np.array(values) for name, values in columns.items()}


def _orphans(likeness: Floats, names: Sequence[FieldName], words: Lexicon) -> Doubles:
    """Return how far an entity's required references lack a column, by name or by the noun that one mentions."""
    lack = np.zeros(len(words.entities))
    if names[0].group:
        return lack
    mentioned = {entity for name in names for entity in name.mentions}
    best = likeness.max(axis=0)
    for index in range(len(words.entities)):
        required = [
            column
            for column in np.flatnonzero((words.entity_of == index) & (words.refers_to >= 0))
            if words.targets[column].required
        ]
        gaps = [0.0 if words.refers_to[column] in mentioned else 1.0 - best[column] for column in required]
        lack[index] = np.mean(gaps) if gaps else 0.0
    return lack


def _joins(sharp: Floats, owners: npt.NDArray[np.bool_], other_owners: npt.NDArray[np.bool_]) -> float:
    """1 where three rows speak for an owner only and three for another entity that it refers to; less falls off fast."""
    if not owners.any():
        return 0.0
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


def _value_words(field: FieldProfile, words: Lexicon) -> Doubles:
    """Share of the field's distinct values that only records of each entity have."""
    share = np.zeros(len(words.entities))
    if field.kind in {"text", "enum", "code"}:
        value_shares = record_words(words).values
        samples = field.samples[:_VALUES]
        for sample in samples:
            if (shares := value_shares.get(normalise(sample))) is not None:
                share += shares / len(samples)
    return share


def _list_name(name: FieldName, words: Lexicon) -> Doubles:
    signal = np.zeros(len(words.entities))
    if name.group and not name.group_about:
        return record_words(words).of_table(words.words(segments_of(name.group)[-1]), len(words.entities))
    for index in name.group_about:
        signal[index] = 1 / len(name.group_about)
    return signal


def _ids(rows: list[int], fields: Fields, words: Lexicon) -> dict[str, Doubles]:
    """Tell the record's own id (the first that names an entity and does not repeat) from references."""
    zero = np.zeros(len(words.entities))
    own_ids, foreign_ids, id_entities = zero.copy(), zero.copy(), zero.copy()
    ids = [row for row in rows if "id" in fields.names[row].leaf]
    for position, row in enumerate(ids):
        profile = fields.profiles[row]
        is_own = position == 0 and row - rows[0] < 2 and (profile.uniqueness >= 0.9 or profile.filled < 2)
        for index in fields.names[row].mentions:
            column = own_ids if is_own else foreign_ids
            column[index] = max(column[index], 1 / len(fields.names[row].mentions))
            id_entities[index] = 1
    return {
        "own_id": own_ids,
        "foreign_id": foreign_ids,
        "id_references": np.log1p(words.refers @ id_entities),
    }


def _kinds(concepts: Floats, words: Lexicon) -> tuple[Doubles, Doubles]:
    """Weigh the kinds of columns that are there, and those that are not, by how often records of an entity have them."""
    usual = _knowledge(words).usual
    mean = usual.mean(axis=0)
    is_here = concepts.max(axis=0)
    return (
        np.log(usual / mean) @ is_here,
        np.log((1 - usual) / (1 - mean)) @ (1 - is_here),
    )


@dataclass(frozen=True)
class _Knowledge:
    """What the lexicon says of entities: `shares` by word (entity shares x how few share them), `usual` entity x kind."""

    shares: Mapping[str, Doubles]
    columns: Sequence[npt.NDArray[np.int64]]
    usual: Doubles

    def said_by(self, leaf: Sequence[str]) -> Doubles:
        rows = [self.shares[word] for word in leaf if word in self.shares]
        return np.max(rows, axis=0) if rows else np.zeros(len(self.usual))


@lru_cache(maxsize=256)
def _knowledge(words: Lexicon) -> _Knowledge:
    entities = len(words.entities)
    counts: dict[str, Doubles] = {}
    for owner, phrase in zip(words.owner, words.phrases, strict=True):
        if owner < len(words.targets):
            for word in phrase:
                counts.setdefault(word, np.zeros(entities))[words.entity_of[owner]] += 1
    counts_by_word = {word: np.minimum(count, 3) for word, count in counts.items()}
    for phrase, entity_numbers in words.nouns.items():
        for word in phrase:
            for index in entity_numbers:
                counts_by_word.setdefault(word, np.zeros(entities))[index] += 3 / len(phrase)
    kinds = Counter(field.name for field in words.targets)
    columns = [np.flatnonzero([field.name == kind for field in words.targets]) for kind in kinds]
    usual = np.full((entities, len(kinds)), _UNLIKELY)
    for column, kind in enumerate(kinds):
        for field in words.targets:
            if field.name == kind:
                index = words.entities.index(field.entity)
                usual[index, column] = _LIKELY_REQUIRED if field.required else _LIKELY
    return _Knowledge({word: _concentrated(count) for word, count in counts_by_word.items()}, columns, usual)


def _concentrated(counts: Doubles) -> Doubles:
    """Shares of the entities, times 1 for a word said of a single entity and 0 for one said of all alike."""
    shares = counts / counts.sum()
    entropy = -(shares[shares > 0] * np.log(shares[shares > 0])).sum()
    return np.asarray(shares * (1 - entropy / np.log(len(counts))))
