"""How alike the names are: every reading of every source field against every phrase for every target."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from core.engine.mapping.match.lexicon import Floats, Lexicon
from core.engine.mapping.match.readings import FieldName

_CHUNK = 512  # readings compared at once: bounds memory to a few megabytes


@dataclass(frozen=True, slots=True)
class NameScores:
    """Source x target matrices from 0 to 1. `likeness` is the weighted Jaccard index of the best reading and phrase,

    `of_source` and `of_alias` the weight each side shares; `nothing_score` is the likeness to what the schema lacks;
    `bare` is the likeness of the readings that keep every noun.
    """

    likeness: Floats
    bare: Floats
    of_source: Floats
    of_alias: Floats
    meaning: Floats
    nothing_score: Floats


def score_names(field_names: Sequence[FieldName], words: Lexicon) -> NameScores:
    owners = [row for row, name in enumerate(field_names) for _ in name.readings]
    readings = [reading for name in field_names for reading in name.readings]
    targets = len(words.targets)
    best = np.zeros((3, len(field_names), targets + 1), np.float32)
    bare = np.zeros((len(field_names), targets + 1), np.float32)
    for start in range(0, len(readings), _CHUNK):
        part = readings[start : start + _CHUNK]
        scores = _compare(words, [reading.words for reading in part])
        allowed = np.ones((len(part), targets + 1), np.float32)
        for row, reading in enumerate(part):
            if reading.about is not None:
                allowed[row, :targets] = np.isin(words.entity_of, list(reading.about))
                allowed[row, targets] = 0
        for row, owner in enumerate(owners[start : start + _CHUNK]):
            if part[row].about is None:
                np.maximum(bare[owner], scores[0, row], out=bare[owner])
            better = scores[0, row] * allowed[row] > best[0, owner]
            best[:, owner, better] = scores[:, row, better]
    return NameScores(
        likeness=best[0, :, :targets],
        bare=bare[:, :targets],
        of_source=best[1, :, :targets],
        of_alias=best[2, :, :targets],
        meaning=_meaning(field_names, words),
        nothing_score=best[0, :, targets],
    )


def _compare(words: Lexicon, readings: list[tuple[str, ...]]) -> Floats:
    """(likeness, share of the reading, share of the phrase) x reading x owner."""
    bags, reading_weights = words.bag(readings)
    shared = np.asarray((bags @ words.matrix.T).todense(), np.float32)
    union = reading_weights[:, None] + words.phrase_weight[None, :] - shared
    likeness = shared / np.maximum(union, 1e-6)
    of_source = shared / np.maximum(reading_weights[:, None], 1e-6)
    of_alias = shared / words.phrase_weight[None, :]
    return np.stack(
        [np.maximum.reduceat(scores, words.starts, axis=1) for scores in (likeness, of_source, of_alias)]
    )


def _meaning(field_names: Sequence[FieldName], words: Lexicon) -> Floats:
    """Share of the leaf's weight that stands in the target's description."""
    bags, leaf_weights = words.bag(name.leaf for name in field_names)
    presence = words.meanings.copy()
    presence.data[:] = 1.0
    shared = np.asarray((bags @ presence.T).todense(), np.float32)
    return np.asarray(shared / np.maximum(leaf_weights[:, None], 1e-6), np.float32)
