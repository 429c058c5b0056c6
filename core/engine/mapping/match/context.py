"""Which entity a table, or a list inside a JSON record, is about: inferred over all its fields together."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from core.engine.mapping.match.lexicon import Floats, Lexicon
from core.engine.mapping.match.readings import Named
from core.engine.sources.profile import FieldProfile

_NAME_VOTE = 3.0  # what the list's own name counts for, in fields
_KNOWN_VOTE = 8.0  # what it counts for to be told


@dataclass(frozen=True, slots=True)
class Context:
    """Source x entity matrices from 0 to 1 (1 = the likeliest); `members` are the rows of each group."""

    group: Floats
    parent: Floats
    table: Floats
    top: Floats
    named: Floats
    members: Mapping[str, list[int]]


def read_context(
    fields: Sequence[FieldProfile],
    named: Sequence[Named],
    likeness: Floats,
    words: Lexicon,
    entity: str | None,
) -> Context:
    """Votes of the fields for each entity, by group; a name that many entities know counts little for each."""
    best = np.zeros((len(fields), len(words.entities)), np.float32)
    for index in range(len(words.entities)):
        best[:, index] = likeness[:, words.entity_of == index].max(axis=1)
    sharp = np.clip(best - 0.3, 0, None) ** 2
    share = sharp / np.maximum(sharp.sum(axis=1, keepdims=True), 1e-6)
    votes = sharp * (0.15 + share)
    members: dict[str, list[int]] = {}
    for row, name in enumerate(named):
        members.setdefault(name.group, []).append(row)
    stream_words = words.words(fields[0].stream) if fields else ()
    scores = {
        group: _group_votes(group, rows, votes, named, words, stream_words, entity)
        for group, rows in members.items()
    }
    total = votes.sum(axis=0) + (scores[""] - votes[members[""]].sum(axis=0) if "" in scores else 0)
    scaled = {group: _scale(score) for group, score in scores.items()}
    nowhere = np.zeros(len(words.entities), np.float32)
    group = np.stack([scaled[name.group] for name in named])
    return Context(
        group=group,
        parent=np.stack(
            [scaled.get(name.parent_group, nowhere) if name.group else nowhere for name in named]
        ),
        table=np.tile(_scale(total), (len(fields), 1)),
        top=(group >= 1.0).astype(np.float32),
        named=np.stack([_indicator(name.group_about, len(words.entities)) for name in named]),
        members=members,
    )


def _group_votes(
    group: str, rows: list[int], votes: Floats, named: Sequence[Named], words: Lexicon,
    stream_words: tuple[str, ...], entity: str | None,
) -> Floats:  # fmt: skip
    score = votes[rows].sum(axis=0)
    if group:
        about = named[rows[0]].group_about
        score = score + _NAME_VOTE * _indicator(about, len(words.entities)) / max(1, len(about))
        return np.asarray(score, np.float32)
    for place in range(len(stream_words)):
        for size in (3, 2, 1):
            said = words.nouns.get(stream_words[place : place + size], frozenset())
            score = score + _indicator(said, len(words.entities)) / max(1, len(said))
    if entity in words.entities:
        score[words.entities.index(entity)] += _KNOWN_VOTE + score.max()
    return np.asarray(score, np.float32)


def _indicator(entities: frozenset[int], size: int) -> Floats:
    row = np.zeros(size, np.float32)
    row[list(entities)] = 1
    return row


def _scale(score: Floats) -> Floats:
    peak = float(score.max(initial=0))
    return np.asarray(score / peak, np.float32) if peak > 0 else score
