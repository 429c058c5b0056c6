"""The judge: a conditional logit over the features, small enough to be read.

Each candidate target of a field has a utility (weights times features), and so has leaving the field unmapped; their
exponentials, divided by the sum, are the probabilities. A second, smaller logistic turns the chosen one's standing
into the confidence that it is right, fitted on systems the weights had not seen. Trained by `make train`
(benchmarks/train.py), stored as plain JSON, evaluated here with numpy alone.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from core.engine.mapping.match.features import FEATURES, Pairs
from core.engine.mapping.match.lexicon import Doubles, Floats
from core.engine.mapping.match.signals import NO_ENTITY, SIGNALS

MODEL_FILE = Path(__file__).resolve().parents[4] / "data" / "mapping_model.json"

FIELD_FEATURES = (
    "nothing", "qualified", "empty", "dynamic", "depth", "first", "words", "unknown", "length", "repeat",
)  # fmt: skip
"""Features that are the same for all targets of a field: they can only speak for or against leaving it alone."""

TERMS = (
    *(name for name in FEATURES if name not in FIELD_FEATURES),
    "name*group_entity", "name*entity_top", "name*around_entity", "name*type", "name*pattern", "name*qualified",
    "name*nothing", "name*says_other", "name*name", "name*empty", "name*unknown", "name*words",
    "prior*prior", "prior*says_other", "prior*qualified", "prior*type",
    "identity*says_other", "identity*says_entity", "identity*entity_top", "identity*first",
    "reference*says_reference", "reference*says_entity", "reference*type",
    "group_entity*depth", "around_entity*depth", "name*kin_entity", "name*owner_entity", "name*says_entity", "name*impossible",
)  # fmt: skip
"""What a target's utility is made of: features and products of two."""

NONE_TERMS = (
    *FIELD_FEATURES,
    "best_name",
    "best_prior",
    "next_prior",
    "best_type",
    "best_pattern",
    "best_options",
    "best_spelling",
    "front_rival",
    "front_place",
    "nothing*best_name",
    "one",
)
"""What the utility of leaving the field unmapped is made of."""

CONFIDENCE_TERMS = ("chosen", "mapped", "lead", "name", "type", "place", "entity_chance", "empty", "one")
"""What the confidence in a chosen target is made of; see `confidence_terms`."""


def term_values(values: Floats) -> Doubles:
    """Pair x term, from pair x feature."""
    column_of = {name: index for index, name in enumerate(FEATURES)}
    columns = []
    for term in TERMS:
        first, _, second = term.partition("*")
        column = values[:, column_of[first]]
        columns.append(column * values[:, column_of[second]] if second else column)
    return np.column_stack(columns).astype(np.float64)


def none_values(values: Floats, fields: int) -> Doubles:
    """Field x none-term, from pair x feature (pairs sorted by field, equally many each)."""
    column_of = {name: index for index, name in enumerate(FEATURES)}
    cube = values.reshape(fields, -1, values.shape[1]).astype(np.float64)
    prior = np.sort(cube[:, :, column_of["prior"]], axis=1)
    front = cube[np.arange(fields), cube[:, :, column_of["prior"]].argmax(axis=1)]
    terms = {name: cube[:, 0, column_of[name]] for name in FIELD_FEATURES}
    terms |= {
        "best_name": cube[:, :, column_of["name"]].max(axis=1),
        "best_prior": prior[:, -1],
        "next_prior": prior[:, -2],
        "best_type": cube[:, :, column_of["type"]].max(axis=1),
        "best_pattern": (cube[:, :, column_of["pattern"]] * cube[:, :, column_of["name"]]).max(axis=1),
        "best_options": cube[:, :, column_of["options"]].max(axis=1),
        "best_spelling": cube[:, :, column_of["spelling"]].max(axis=1),
        "front_rival": front[:, column_of["prior_rival"]],
        "front_place": front[:, column_of["entity_chance"]],
        "one": np.ones(fields),
    }
    terms["nothing*best_name"] = terms["nothing"] * terms["best_name"]
    return np.column_stack([terms[name] for name in NONE_TERMS])


@dataclass(frozen=True)
class Model:
    """Weights by term; `entities` weighs what a table is about. `bias` is taken from the utility of leaving a field alone, so that the share mapped is chosen

    knowingly; `repeat` is what a second field for one target must be better by; `fits` and `lacks` make confidences.
    """

    entities: Doubles
    terms: Doubles
    none_weights: Doubles
    bias: float
    repeat: float
    fits: Doubles
    lacks: Doubles

    def probabilities(self, pairs: Pairs) -> Doubles:
        """Field x (candidate ..., none), each row summing to 1: the mean over what the tables may be about."""
        by_hypothesis = [
            share[:, None] * self._chances(values, len(pairs.field_names))
            for values, share in zip(pairs.hypotheses, pairs.shares, strict=True)
        ]
        return np.asarray(np.sum(by_hypothesis, axis=0), np.float64)

    def _chances(self, values: Floats, fields: int) -> Doubles:
        utility = (term_values(values) @ self.terms).reshape(fields, -1)
        alone = none_values(values, fields) @ self.none_weights
        return softmax(np.column_stack([utility, alone]))

    def effects(self, values: Floats, fields: int, shares: Doubles) -> Doubles:
        """Field x candidate x group: by how much a group of terms moves a candidate's utility against the mean of

        the field's candidates. `shares` (term x group) says how much of each term belongs to a group.
        """
        parts = (term_values(values) * self.terms) @ shares
        cube = parts.reshape(fields, -1, shares.shape[1])
        return np.asarray(cube - cube.mean(axis=1, keepdims=True))


def softmax(utility: Doubles) -> Doubles:
    raised = np.exp(utility - utility.max(axis=1, keepdims=True))
    return np.asarray(raised / raised.sum(axis=1, keepdims=True))


def log_odds(probability: Doubles) -> Doubles:
    safe = np.clip(probability, 1e-4, 1 - 1e-4)
    return np.asarray(np.log(safe / (1 - safe)))


def confidence_terms(probabilities: Doubles, choice: npt.NDArray[np.int64], pairs: Pairs) -> Doubles:
    """Field x STANDING for the chosen candidate (a column of `probabilities`) of each field."""
    rows = np.arange(len(choice))
    chosen_chances = probabilities[rows, choice]
    other_chances = probabilities[:, :-1].copy()
    other_chances[rows, np.minimum(choice, other_chances.shape[1] - 1)] = 0
    cube = pairs.values.reshape(len(choice), -1, len(FEATURES))[
        rows, np.minimum(choice, other_chances.shape[1] - 1)
    ]
    terms = {
        "chosen": log_odds(chosen_chances),
        "mapped": log_odds(1 - probabilities[:, -1]),
        "lead": log_odds(chosen_chances / np.maximum(chosen_chances + other_chances.max(axis=1), 1e-9)),
        "place": cube[
            :, [FEATURES.index(f"{near}_entity") for near in ("group", "around", "kin", "owner")]
        ].max(axis=1),
        "one": np.ones(len(choice)),
    }
    terms |= {name: cube[:, FEATURES.index(name)] for name in CONFIDENCE_TERMS if name in FEATURES}
    return np.column_stack([terms[name] for name in CONFIDENCE_TERMS])


def confidence(weights: Doubles, values: Doubles) -> Doubles:
    """Return the logistic of the weighted values, kept away from certainty."""
    return np.clip(1 / (1 + np.exp(-(values @ weights))), 0.01, 0.99)


def read_model(document: Mapping[str, Any]) -> Model:
    """Return a model from its JSON form (the reverse of `write_model`)."""

    def in_order(weights: Mapping[str, float], names: Sequence[str]) -> Doubles:
        return np.array([weights.get(name, 0.0) for name in names], np.float64)

    return Model(
        entities=in_order(document["entities"], (*SIGNALS, *NO_ENTITY)),
        terms=in_order(document["terms"], TERMS),
        none_weights=in_order(document["none"], NONE_TERMS),
        bias=float(document["bias"]),
        repeat=float(document["repeat"]),
        fits=in_order(document["fits"], CONFIDENCE_TERMS),
        lacks=in_order(document["lacks"], ("alone", "one")),
    )


def write_model(model: Model) -> dict[str, Any]:
    """Return the JSON form: weights by name, rounded to what they are worth."""

    def by_name(names: Sequence[str], weights: Doubles) -> dict[str, float]:
        return {name: round(float(weight), 4) for name, weight in zip(names, weights, strict=True)}

    return {
        "entities": by_name((*SIGNALS, *NO_ENTITY), model.entities),
        "terms": by_name(TERMS, model.terms),
        "none": by_name(NONE_TERMS, model.none_weights),
        "bias": model.bias,
        "repeat": model.repeat,
        "fits": by_name(CONFIDENCE_TERMS, model.fits),
        "lacks": by_name(("alone", "one"), model.lacks),
    }


@cache
def trained_model() -> Model:
    """Return the model that ships with the product."""
    with MODEL_FILE.open(encoding="utf-8") as file:
        return read_model(json.load(file))
