"""What speaks for and against each pair of a source field and a target field, as named numbers.

Each feature is one kind of evidence a specialist would give; none knows a vendor. The matrix holds, for each source
field, only the targets that anything speaks for, so that thousands of fields stay cheap.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
from rapidfuzz import fuzz, process

from core.engine.mapping.match.context import (
    Context,
    Group,
    read_context,
    read_groups,
    suppose,
    weigh_groups,
)
from core.engine.mapping.match.lexicon import Doubles, Floats, Lexicon
from core.engine.mapping.match.names import NameScores, score_names
from core.engine.mapping.match.readings import FieldName, read_names
from core.engine.mapping.match.signals import Fields
from core.engine.mapping.match.values import option_share, pattern_fit, type_fit
from core.engine.sources.profile import FieldProfile

Ints = npt.NDArray[np.int64]

CANDIDATES = 24
"""Targets weighed per source field."""
HYPOTHESES = 4
"""Entities that a table is supposed to be about, likeliest first."""

FEATURES = (
    "name",  # best likeness of a reading of the name to a phrase for the target, 1 = the same words
    "name_source",  # share of the source name's words that the best phrase explains
    "name_alias",  # share of that phrase's words that the source name has
    "spelling",  # likeness of the letters
    "meaning",  # words shared with the target's description
    "name_lead",  # how far the name is ahead of this field's best other target
    "name_rival",  # how far it is ahead of the best other field for this target
    "nothing",  # likeness of the name to things the schema has no place for
    "nothing_lead",  # the target's likeness less that
    "entity_chance",  # the chance that the list or table is about the target's entity
    "group_entity",  # the list or table the field stands in is about the target's entity
    "around_entity",  # a list around it is
    "kin_entity",  # the list or table is about an entity that refers to the target's, or is referred to by it
    "table_entity",  # the file as a whole is
    "owner_entity",  # the list or table is about an entity that belongs to the target's (lines to an order)
    "entity_top",  # the target's entity is the likeliest of the field's list or table
    "group_identified",  # the target's entity is named by the first id of the field's list or table
    "says_entity",  # the field's name names the target's entity
    "says_reference",  # the field's name names what the target refers to
    "says_other",  # the field's name names another entity
    "type",  # the values can be read as the target's type
    "impossible",  # they clearly cannot
    "pattern",  # the values have the target's special form (phone, zone, currency, last four digits ...)
    "options",  # share of the values that are options of the target
    "unique",  # id target: how unique the values are
    "qualified",  # the name holds a word that turns it into another field of its kind
    "empty",  # no value is there
    "identity",  # the target is the record's own id
    "reference",  # the target refers to another entity
    "list_fit",  # list to list, or single to single
    "dynamic",  # the header carries a name or a place
    "depth",  # how deep in lists the field stands
    "first",  # the first column
    "words",  # words in the name
    "unknown",  # share of the name that is outside the trade's vocabulary
    "prior",  # heuristic blend of name, entity and type
    "prior_lead",  # how far the blend is ahead of the field's best other target
    "prior_rival",  # how far it is ahead of the best other field for this target
    "length",  # mean length of the values, in log
    "required",  # the target must be filled
    "repeat",  # another field of the same list has the same words
    "flag",  # bool target
    "numeric",  # money or number target
)


NOWHERE = frozenset({"salutation", "color"})
"""Kinds of values the schema has no place for, whatever their column is called."""


@dataclass(frozen=True)
class Pairs:
    """Candidate pairs, sorted by source: `source` and `target` are indices, `values` has a column per feature.

    `hypotheses` are the values under each supposition of what the tables are about, `shares` (hypothesis x field) how
    likely each is; `values` is their mean, and `context` that of the likeliest.
    """

    source: Ints
    target: Ints
    values: Floats
    field_names: tuple[FieldName, ...]
    names: NameScores
    context: Context
    hypotheses: tuple[Floats, ...]
    shares: Floats


@dataclass(frozen=True)
class Observed:
    """What is seen of one stream's fields before it is known what its tables are about; source x target matrices."""

    fields: Sequence[FieldProfile]
    field_names: tuple[FieldName, ...]
    names: NameScores
    types: Floats
    patterns: Floats
    options: Floats
    spelling: Floats
    groups: tuple[Group, ...]
    stream: tuple[str, ...]


def observe(fields: Sequence[FieldProfile], words: Lexicon) -> Observed:
    """`fields` are all fields of one stream."""
    field_names = tuple(read_names(fields, words))
    names = score_names(field_names, words)
    hopeless = np.array([field.kind in NOWHERE for field in fields], np.float32)
    names = replace(names, nothing_score=np.maximum(names.nothing_score, hopeless))
    types = type_fit(fields, words)
    fitting = np.asarray(names.bare * (0.6 + 0.4 * np.clip(types, -0.5, 1)), np.float32)
    return Observed(
        fields=fields,
        field_names=field_names,
        names=names,
        types=types,
        patterns=pattern_fit(fields, words),
        options=option_share(fields, words),
        spelling=_spelling(field_names, words),
        groups=read_groups(
            Fields(fields, field_names, names.likeness, fitting, types, names.nothing_score), words
        ),
        stream=words.words(fields[0].stream),
    )


def build_pairs(observed: Observed, weights: Doubles, words: Lexicon, entity: str | None = None) -> Pairs:
    """Return the candidate pairs with their features. `weights` judge what the tables are about; `entity` settles it."""
    chances = weigh_groups(observed.groups, weights, words, observed.stream, entity)
    return pairs_of(observed, chances, suppose(chances, HYPOTHESES), words)


def pairs_of(
    observed: Observed,
    chances: Mapping[str, Doubles],
    supposed: Sequence[tuple[Mapping[str, Doubles], Mapping[str, float]]],
    words: Lexicon,
) -> Pairs:
    """Return the pairs under each supposition of what the groups are about (path -> chances, path -> its share)."""
    contexts = [
        read_context(observed.groups, chances, entities, observed.field_names, words)
        for entities, _ in supposed
    ]
    shares = np.zeros((len(supposed), len(observed.fields)), np.float32)
    for number, (_, share) in enumerate(supposed):
        for group in observed.groups:
            shares[number, group.rows] = share[group.path]
    mentions = _mention_features(observed.field_names, words)
    fit = observed.types + observed.patterns
    priors = [
        _prior(observed.names.likeness, context, mentions["says_entity"], fit, words) for context in contexts
    ]
    mean = np.einsum("hs,hst->st", shares, np.stack(priors))
    source, target = _candidates(mean, observed.names.likeness)
    constant = _constant_features(observed, contexts[0], mentions, source, target, words)
    hypotheses = tuple(
        _values(constant | _context_features(context, prior, source, target, words))
        for context, prior in zip(contexts, priors, strict=True)
    )
    values = (
        np.einsum("hp,hpf->pf", shares[:, source], np.stack(hypotheses))
        if len(hypotheses) > 1
        else hypotheses[0]
    )
    return Pairs(
        source, target, values, observed.field_names, observed.names, contexts[0], hypotheses, shares
    )


def _values(columns: Mapping[str, Floats]) -> Floats:
    return np.column_stack([columns[name] for name in FEATURES]).astype(np.float32)


def _constant_features(
    observed: Observed,
    context: Context,
    mentions: Mapping[str, Floats],
    source: Ints,
    target: Ints,
    words: Lexicon,
) -> dict[str, Floats]:
    """Return the features that do not depend on what the tables are about."""
    fields, field_names, names = observed.fields, observed.field_names, observed.names
    wide = {
        "name": names.likeness, "name_source": names.of_source, "name_alias": names.of_alias, "spelling": observed.spelling,
        "meaning": names.meaning, "name_lead": _lead(names.likeness), "name_rival": _rival(names.likeness, context),
        "nothing_lead": names.likeness - names.nothing_score[:, None],
        "type": observed.types, "impossible": (observed.types <= -1).astype(np.float32), "pattern": observed.patterns, "options": observed.options,
        **mentions,
    }  # fmt: skip
    columns = {name: matrix[source, target] for name, matrix in wide.items()}
    columns |= {
        name: values[source] for name, values in _field_features(fields, field_names, names, words).items()
    }
    return columns | _target_features(fields, field_names, source, target, words)


def _context_features(
    context: Context, prior: Floats, source: Ints, target: Ints, words: Lexicon
) -> dict[str, Floats]:
    """Return the features that say whether the target belongs to what the field's table is about."""
    entity = words.entity_of[target]
    by_entity = {
        "entity_chance": context.chance, "group_entity": context.group, "around_entity": context.around,
        "table_entity": context.table, "kin_entity": context.kin, "owner_entity": context.owner,
        "entity_top": context.top, "group_identified": context.identified,
    }  # fmt: skip
    by_target = {"prior": prior, "prior_lead": _lead(prior), "prior_rival": _rival(prior, context)}
    return {name: matrix[source, entity] for name, matrix in by_entity.items()} | {
        name: matrix[source, target] for name, matrix in by_target.items()
    }


def _prior(likeness: Floats, context: Context, mentioned: Floats, fit: Floats, words: Lexicon) -> Floats:
    """Return a hand-weighted blend, used to choose candidates and to see who is ahead of whom."""
    entity_fit = np.maximum(np.maximum(context.group, 0.6 * context.around), 0.5 * context.kin)[
        :, words.entity_of
    ]
    entity_fit = np.maximum(entity_fit, np.maximum(0.6 * mentioned, 0.75 * context.owner[:, words.entity_of]))
    blend = likeness * (0.35 + 0.65 * entity_fit) * (1 + 0.25 * np.clip(fit, -2, 1)) + 0.02 * entity_fit
    return np.asarray(blend, np.float32)


def _candidates(prior: Floats, likeness: Floats) -> tuple[Ints, Ints]:
    keep = min(CANDIDATES, prior.shape[1])
    rank = prior + 0.3 * likeness
    columns = np.sort(np.argpartition(-rank, keep - 1, axis=1)[:, :keep], axis=1)
    return np.repeat(np.arange(len(prior)), keep), columns.ravel()


def _lead(scores: Floats) -> Floats:
    """Score less the best other score in the row."""
    best_two = np.sort(scores, axis=1)[:, -2:]
    best_others = np.where(scores >= best_two[:, 1:], best_two[:, :1], best_two[:, 1:])
    return np.asarray(scores - best_others, np.float32)


def _rival(scores: Floats, context: Context) -> Floats:
    """Score less the best other field's of the same group, in the column."""
    lead = np.zeros_like(scores)
    for members in (group.rows for group in context.groups):
        part = scores[members]
        lead[members] = _lead(part.T).T if len(members) > 1 else part
    return lead


def _spelling(field_names: Sequence[FieldName], words: Lexicon) -> Floats:
    """Likeness of the letters of the leaf name to the target's nearest phrase."""
    ours = ["".join(name.leaf) for name in field_names]
    target_count = len(words.starts) - 1
    theirs = ["".join(phrase) for phrase in words.phrases[: words.starts[target_count]]]
    distinct = list(dict.fromkeys(ours))
    scores = process.cdist(distinct, theirs, scorer=fuzz.ratio, dtype=np.float32, score_cutoff=50)
    best = np.maximum.reduceat(scores, words.starts[:target_count], axis=1) / 100
    row_of = {text: row for row, text in enumerate(distinct)}
    return np.asarray(best[[row_of[text] for text in ours]], np.float32)


def _mention_features(field_names: Sequence[FieldName], words: Lexicon) -> dict[str, Floats]:
    mentioned = np.zeros((len(field_names), len(words.entities) + 1), np.float32)
    for row, name in enumerate(field_names):
        mentioned[row, list(name.mentions)] = 1
    says_entity = mentioned[:, words.entity_of]
    referred = mentioned[:, words.refers_to]
    says_other = np.clip(mentioned.sum(axis=1, keepdims=True), 0, 1) * (1 - np.maximum(says_entity, referred))
    return {"says_entity": says_entity, "says_reference": referred, "says_other": says_other}


def _field_features(
    fields: Sequence[FieldProfile], field_names: Sequence[FieldName], names: NameScores, words: Lexicon
) -> dict[str, Floats]:
    keys = [(name.group, name.leaf) for name in field_names]
    key_counts = {key: keys.count(key) for key in set(keys)}
    number = {
        "nothing": names.nothing_score,
        "qualified": [any(word in words.qualifiers for word in name.leaf) for name in field_names],
        "empty": [field.kind == "empty" for field in fields],
        "dynamic": [name.dynamic for name in field_names],
        "depth": [field.source.count("[]") for field in fields],
        "first": [field.position == 0 for field in fields],
        "words": [min(6, len(name.leaf)) for name in field_names],
        "unknown": [
            sum(word not in words.vocabulary for word in name.leaf) / max(1, len(name.leaf))
            for name in field_names
        ],
        "length": [np.log1p(field.length) for field in fields],
        "repeat": [key_counts[key] > 1 for key in keys],
    }
    return {name: np.asarray(values, np.float32) for name, values in number.items()}


def _target_features(
    fields: Sequence[FieldProfile],
    field_names: Sequence[FieldName],
    source: Ints,
    target: Ints,
    words: Lexicon,
) -> dict[str, Floats]:
    def of(values: npt.ArrayLike) -> Floats:
        return np.asarray(values, np.float32)

    identity = of([field.name == "external_id" for field in words.targets])
    uniqueness = of([field.uniqueness if field.filled > 1 else 0.5 for field in fields])
    lists = of(
        [
            name.ends_in_list or field.json_type == "list"
            for name, field in zip(field_names, fields, strict=True)
        ]
    )
    wants_list = of([field.is_list for field in words.targets])
    return {
        "identity": identity[target],
        "unique": identity[target] * uniqueness[source],
        "reference": of(words.refers_to >= 0)[target],
        "required": of([field.required for field in words.targets])[target],
        "list_fit": 1 - np.abs(lists[source] - wants_list[target]) * (1 + lists[source]),
        "flag": of([field.kind == "bool" for field in words.targets])[target],
        "numeric": of([re.match("money|int|decimal|percent", field.kind) is not None for field in words.targets])[target],
    }  # fmt: skip
