"""Fit the weights of the field matcher and the curves of its confidence to labelled cases."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
from cases import Case, Verdict, judged
from scipy.optimize import minimize

from core.engine.mapping.match.assignment import assign
from core.engine.mapping.match.context import settle, weigh_groups, with_parent
from core.engine.mapping.match.features import Pairs, build_pairs, pairs_of
from core.engine.mapping.match.lexicon import Doubles
from core.engine.mapping.match.model import (
    CONFIDENCE_TERMS,
    NONE_TERMS,
    TERMS,
    Model,
    confidence,
    confidence_terms,
    log_odds,
    none_values,
    softmax,
    term_values,
)
from core.engine.mapping.match.signals import NO_ENTITY, SIGNALS

FOLDS, INNER_FOLDS = 6, 4
LEARNED_VIEWS = ("with all words", "whole", "without samples", "part of the columns")
ENTITY_VIEWS = ("with all words", "whole", "part of the columns")
CURVE_VIEWS = ("with all words", "whole", "without samples")
Views = Mapping[str, Sequence[Case]]
"""The same cases as they are seen: name of the view -> cases."""
RIDGE = 3.0  # strength of the pull of all weights towards zero
ENTITY_RIDGE = 16.0
BELIEF = {
    "called": 6.0, "valued": 3.0, "own_id": 1.5, "mentioned": 1.0, "explained": 1.0, "exclusive": 1.0, "referred": 1.0,
    "covered": 3.0, "child": 1.0, "same_as_parent": 2.0, "family": 1.0, "joins": 3.0, "links": 7.0, "seldom": -2.5,
    "typical": 2.0, "typical_most": 1.0, "value_words": 2.0, "no_entity_typical": 1.0, "no_entity_list": 1.0, "orphan": -3.0,
}  # fmt: skip
"""What the signals for an entity are held to weigh before any case is seen: the corpus has few tables of each."""
CURVE_RIDGE = 0.5
CAUTION = 1.12  # what a wrong suggestion weighs against a right one: a confidence must rather be too low
ALTERNATIVE = 0.4  # what an accepted alternative counts against the right answer
OPTIONAL = 0.25  # what an accepted target counts where leaving the field is right
BIAS, REPEAT = 1.05, 0.3


@dataclass(frozen=True)
class Weighed:
    """A case once it is judged what its tables are about.

    terms  field x candidate x term; no_target: field x none-term
    right  field x (candidate ..., none): 1 for the right answer, less for what is also accepted
    """

    case: Case
    pairs: Pairs
    terms: Doubles
    no_target: Doubles
    right: Doubles


def weigh(case: Case, entities: Doubles) -> Weighed:
    """Weigh a case's pairs as they are once it is known what its tables are about; what is around them stays as likely

    as it seems to weights that have not seen the case.
    """
    chances = weigh_groups(case.observed.groups, entities, case.words, case.observed.stream)
    entity_chances = {}
    for group in case.observed.groups:
        share = _share_of_entities(case, group.rows)
        chance = chances[group.path]
        entity_chances[group.path] = settle(chance, int(share.argmax()) if share.any() else len(share))
    pairs = pairs_of(
        case.observed, chances, [(entity_chances, dict.fromkeys(entity_chances, 1.0))], case.words
    )
    count = len(case.fields)
    width = len(pairs.target) // count
    right = np.zeros((count, width + 1))
    for row, field in enumerate(case.fields):
        gold, also = field.get("target"), field.get("alternatives") or []
        for column, target in enumerate(pairs.target[row * width : (row + 1) * width]):
            if case.targets[target] == gold:
                right[row, column] = 1
            elif case.targets[target] in also:
                right[row, column] = ALTERNATIVE if gold else OPTIONAL
        right[row, width] = 0 if gold else 1
    terms = term_values(pairs.values).reshape(count, width, -1)
    return Weighed(case, pairs, terms, none_values(pairs.values, count), right)


def _share_of_entities(case: Case, rows: Sequence[int]) -> Doubles:
    """Share out the right answers of a group of fields over the entities."""
    names = case.words.entities
    share = np.zeros(len(names))
    for row in rows:
        gold, also = case.fields[row].get("target"), case.fields[row].get("alternatives") or []
        if gold:
            share[names.index(gold.partition(".")[0])] += 1
        for target in also:
            share[names.index(target.partition(".")[0])] += 0.3 / len(also)
    return share / share.sum() if share.sum() else share


def fit_entities(cases: Sequence[Case]) -> Doubles:
    """Fit the weights of what a table is about, or of its being about none of the entities.

    What the lists around a list are about is taken from the right answers.
    """
    names = (*SIGNALS, *NO_ENTITY)
    belief = np.array([BELIEF.get(name, 0.0) for name in names])
    tables, shares, counts = [], [], []
    for case in cases:
        if case.view not in ENTITY_VIEWS:
            continue
        truth = {group.path: _share_of_entities(case, group.rows) for group in case.observed.groups}
        for group in case.observed.groups:
            table = np.zeros((len(case.words.entities) + 1, len(names)))
            table[:-1, : len(SIGNALS)] = with_parent(group, truth, case.words)
            table[-1, len(SIGNALS) :] = group.strange
            tables.append(table)
            shares.append(np.append(truth[group.path], 0.0 if truth[group.path].any() else 1.0))
            counts.append(np.sqrt(len(group.rows)))

    def loss(weights: Doubles) -> tuple[float, Doubles]:
        away = weights - belief
        value, slope = ENTITY_RIDGE / 2 * away @ away, ENTITY_RIDGE * away
        for signals, share, count in zip(tables, shares, counts, strict=True):
            chance = softmax((signals @ weights)[None])[0]
            value -= count * share @ np.log(chance + 1e-12)
            slope = slope + count * (chance - share) @ signals
        return float(value), slope

    fitted = minimize(loss, belief, jac=True, method="L-BFGS-B", options={"maxiter": 200})
    return np.asarray(fitted.x)


def weigh_unseen(cases: Sequence[Case]) -> list[Weighed]:
    """Weigh each case by what its tables seem to be to weights that had not seen its system, as at run time."""
    weighed: list[Weighed] = []
    for systems in folds(cases, INNER_FOLDS):
        entities = fit_entities([case for case in cases if case.system not in systems])
        weighed += [weigh(case, entities) for case in cases if case.system in systems]
    return weighed


def folds(cases: Iterable[Case], count: int) -> list[frozenset[str]]:
    """Deal the systems out to folds, those with most cases first, so that the folds are of like size."""
    sizes = Counter(case.system for case in cases)
    dealt: list[set[str]] = [set() for _ in range(min(count, len(sizes)))]
    filled = [0] * len(dealt)
    for system, size in sorted(sizes.items(), key=lambda item: (-item[1], item[0])):
        smallest = filled.index(min(filled))
        dealt[smallest].add(system)
        filled[smallest] += size
    return [frozenset(systems) for systems in dealt]


def fit_logit(cases: Sequence[Case]) -> Model:
    """Fit the weights that make the accepted answers likeliest; features are scaled for the fit and back after it."""
    entities = fit_entities(cases)
    weighed = weigh_unseen(cases)
    terms = np.concatenate([case.terms for case in weighed])
    no_target = np.concatenate([case.no_target for case in weighed])
    right = np.concatenate([case.right for case in weighed])
    has_answer = right.sum(axis=1) > 0
    terms, no_target, right = terms[has_answer], no_target[has_answer], right[has_answer]
    scale = terms.reshape(-1, terms.shape[2]).std(axis=0) + 1e-9
    none_scale = np.where(no_target.std(axis=0) > 0, no_target.std(axis=0), 1)
    terms, no_target = (terms / scale).astype(np.float32), no_target / none_scale
    flat = terms.reshape(-1, terms.shape[2])
    count = len(TERMS)

    def loss(weights: Doubles) -> tuple[float, Doubles]:
        utility = (flat @ weights[:count].astype(np.float32)).reshape(terms.shape[:2])
        chance = softmax(np.column_stack([utility, no_target @ weights[count:]]))
        hit = (chance * right).sum(axis=1) + 1e-12
        slope = chance - chance * right / hit[:, None]
        pull = slope[:, :-1].astype(np.float32).ravel() @ flat
        gradient = np.concatenate([pull, slope[:, -1] @ no_target])
        return float(-np.log(hit).sum() + RIDGE / 2 * weights @ weights), gradient + RIDGE * weights

    fitted = minimize(
        loss, np.zeros(count + len(NONE_TERMS)), jac=True, method="L-BFGS-B", options={"maxiter": 250}
    )
    weights = np.asarray(fitted.x)
    return Model(
        entities=entities,
        terms=weights[:count] / scale,
        none_weights=weights[count:] / none_scale,
        bias=BIAS,
        repeat=REPEAT,
        fits=np.zeros(len(CONFIDENCE_TERMS)),
        lacks=np.zeros(2),
    )


def fit_curve(values: Doubles, right: Doubles) -> Doubles:
    """Fit a logistic function of the columns of `values`, lightly regularized."""
    count = np.where(right > 0, 1.0, CAUTION)

    def loss(weights: Doubles) -> tuple[float, Doubles]:
        chance = 1 / (1 + np.exp(-values @ weights))
        gap = np.where(right > 0, chance, 1 - chance)
        value = -(count * np.log(gap + 1e-12)).sum() + CURVE_RIDGE / 2 * weights @ weights
        return float(value), values.T @ (count * (chance - right)) + CURVE_RIDGE * weights

    return np.asarray(minimize(loss, np.zeros(values.shape[1]), jac=True, method="L-BFGS-B").x)


@dataclass(frozen=True)
class Outcome:
    """A case judged by weights that had not seen its system."""

    case: Case
    pairs: Pairs
    chance: Doubles
    choice: npt.NDArray[np.int64]

    @property
    def confidence_terms(self) -> Doubles:
        return confidence_terms(self.chance, self.choice, self.pairs)

    @property
    def alone(self) -> Doubles:
        return np.column_stack([log_odds(self.chance[:, -1]), np.ones(len(self.chance))])


def judge(model: Model, case: Case) -> Outcome:
    pairs = build_pairs(case.observed, model.entities, case.words)
    chance = model.probabilities(pairs)
    return Outcome(case, pairs, chance, assign(pairs, chance, model.bias, model.repeat))


def calibrate(outcomes: Iterable[Outcome]) -> tuple[Doubles, Doubles]:
    """Fit the curves for 'this target is right' and for 'leaving it is right'."""
    fits, lacks = [], []
    for outcome in outcomes:
        width = outcome.chance.shape[1] - 1
        terms, alone = outcome.confidence_terms, outcome.alone
        for row, verdict in enumerate(verdicts(outcome)):
            (lacks if outcome.choice[row] == width else fits).append(
                (alone[row] if outcome.choice[row] == width else terms[row], verdict.right)
            )
    return tuple(
        fit_curve(np.array([value for value, _ in group]), np.array([float(right) for _, right in group]))
        for group in (fits, lacks)
    )


def verdicts(outcome: Outcome, curves: tuple[Doubles, Doubles] | None = None) -> list[Verdict]:
    """Judge each field; without curves the confidences are 0."""
    case, chance = outcome.case, outcome.chance
    width = chance.shape[1] - 1
    sure, alone = (
        (confidence(curves[0], outcome.confidence_terms), confidence(curves[1], outcome.alone))
        if curves
        else (np.zeros(len(chance)), np.zeros(len(chance)))
    )
    results = []
    for row in range(len(case.fields)):
        targets = [case.targets[target] for target in outcome.pairs.target[row * width : (row + 1) * width]]
        target = targets[outcome.choice[row]] if outcome.choice[row] < width else None
        order = (targets[index] for index in np.argsort(-chance[row, :width], kind="stable"))
        results.append(judged(case, row, target, float((sure if target else alone)[row]), order))
    return results


def by_system(views: Views, judged_views: Sequence[str]) -> tuple[dict[str, list[Verdict]], list[Outcome]]:
    """Judge cases by weights and curves that know their system from no view; also return what the curves are fitted to."""
    systems = folds(views[judged_views[0]], FOLDS)
    outcomes: dict[str, list[list[Outcome]]] = {view: [] for view in {*judged_views, *CURVE_VIEWS}}
    for held_out in systems:
        model = fit_logit(
            [case for view in LEARNED_VIEWS for case in views[view] if case.system not in held_out]
        )
        for view, results in outcomes.items():
            results.append([judge(model, case) for case in views[view] if case.system in held_out])
    rows: dict[str, list[Verdict]] = {view: [] for view in judged_views}
    for number in range(len(systems)):
        curves = calibrate(
            outcome
            for view in CURVE_VIEWS
            for fold, results in enumerate(outcomes[view])
            if fold != number
            for outcome in results
        )
        for view in judged_views:
            for outcome in outcomes[view][number]:
                rows[view] += verdicts(outcome, curves)
    return rows, [outcome for view in CURVE_VIEWS for results in outcomes[view] for outcome in results]


def fit(views: Views, outcomes: Iterable[Outcome]) -> Model:
    """Fit the model of all cases, with the curves of outcomes judged by weights that had not seen them."""
    fits, lacks = calibrate(outcomes)
    return replace(
        fit_logit([case for view in LEARNED_VIEWS for case in views[view]]), fits=fits, lacks=lacks
    )
