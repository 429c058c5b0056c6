"""Trains the field matcher on data/corpus/mapping and prints how it does on systems it has not seen.

Every figure is leave-one-system-out: a system's cases are judged by weights, bias and calibration that were fitted
without them. The model that is written is fitted on all cases.

    python benchmarks/train.py [--predictions FILE] [--dry]
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import yaml
from scipy.optimize import minimize

from core.engine.mapping.match.assignment import assign
from core.engine.mapping.match.context import SIGNALS, with_parent
from core.engine.mapping.match.features import Observed, Pairs, build_pairs, observe
from core.engine.mapping.match.lexicon import Doubles, lexicon
from core.engine.mapping.match.model import (
    MODEL_FILE,
    NONE_TERMS,
    STANDING,
    TERMS,
    Model,
    confidence,
    log_odds,
    none_values,
    softmax,
    standing,
    term_values,
    write_model,
)
from core.engine.sources.profile import profile_samples

CORPUS = Path(__file__).resolve().parent.parent / "data" / "corpus" / "mapping"
RIDGE = 3.0  # strength of the pull of all weights towards zero
ENTITY_RIDGE = 6.0
BELIEF = {
    "called": 6.0, "valued": 3.0, "own_id": 1.5, "mentioned": 1.0, "explained": 1.0, "exclusive": 1.0, "referred": 1.0,
    "covered": 3.0, "child": 1.0, "same_as_parent": 2.0, "family": 1.0, "joins": 3.0, "links": 7.0,
}  # fmt: skip
"""What the signals for an entity are held to weigh before any case is seen: the corpus has few tables of each."""
CURVE_RIDGE = 0.5
CAUTION = 1.15  # what a wrong suggestion weighs against a right one: a confidence must rather be too low
ALTERNATIVE = 0.4  # what an accepted alternative counts against the right answer
OPTIONAL = 0.25  # what an accepted target counts where leaving the field is right
BIAS, REPEAT = 0.9, 0.3


@dataclass(frozen=True)
class Case:
    name: str
    domain: str
    system: str
    kind: str
    fields: tuple[dict[str, Any], ...]
    targets: tuple[str, ...]
    seen: Observed


@dataclass(frozen=True)
class Weighed:
    """A case once it is judged what its tables are about.

    terms  field x candidate x term; none: field x none-term
    right  field x (candidate ..., none): 1 for the right answer, less for what is also accepted
    """

    case: Case
    pairs: Pairs
    terms: Doubles
    none: Doubles
    right: Doubles


@dataclass(frozen=True)
class Verdict:
    """One field's outcome: `kind` is mapped, optional or unmapped, as in the corpus' own description."""

    case: Case
    source: str
    kind: str
    target: str | None
    confidence: float
    ranked: tuple[str, ...]
    accepted: frozenset[str]

    @property
    def right(self) -> bool:
        return self.target in self.accepted if self.target else self.kind != "mapped"

    @property
    def rank(self) -> int:
        return next((place for place, target in enumerate(self.ranked, 1) if target in self.accepted), 0)


def read_case(path: Path) -> Case:
    document = yaml.safe_load(path.read_text(encoding="utf-8"))
    words = lexicon(document["domain"])
    fields = tuple(document["fields"])
    profiles = [
        profile_samples(field["source"], field["samples"], position=place)
        for place, field in enumerate(fields)
    ]
    return Case(
        document["id"], document["domain"], document["system"], document["kind"], fields,
        tuple(field.key for field in words.targets), observe(profiles, words),
    )  # fmt: skip


def weigh(case: Case, entities: Doubles) -> Weighed:
    pairs = build_pairs(case.seen, entities, lexicon(case.domain))
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
    """How the right answers of a group of fields are spread over the entities."""
    names = lexicon(case.domain).entities
    share = np.zeros(len(names))
    for row in rows:
        gold, also = case.fields[row].get("target"), case.fields[row].get("alternatives") or []
        if gold:
            share[names.index(gold.partition(".")[0])] += 1
        for target in also:
            share[names.index(target.partition(".")[0])] += 0.3 / len(also)
    return share / share.sum() if share.sum() else share


def fit_entities(cases: Sequence[Case]) -> Doubles:
    """Weights of the signals for what a table is about; the lists around a list are taken from the right answers."""
    belief = np.array([BELIEF.get(name, 0.0) for name in SIGNALS])
    tables, shares, counts = [], [], []
    for case in cases:
        truth = {group.path: _share_of_entities(case, group.rows) for group in case.seen.groups}
        for group in case.seen.groups:
            if truth[group.path].any():
                tables.append(with_parent(group, truth, lexicon(case.domain)))
                shares.append(truth[group.path])
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


def fit_logit(cases: Sequence[Case]) -> Model:
    """Weights that make the accepted answers likeliest; features are scaled for the fit and back after it."""
    entities = fit_entities(cases)
    weighed = [weigh(case, entities) for case in cases]
    terms = np.concatenate([case.terms for case in weighed])
    none = np.concatenate([case.none for case in weighed])
    right = np.concatenate([case.right for case in weighed])
    known = right.sum(axis=1) > 0
    terms, none, right = terms[known], none[known], right[known]
    scale = terms.reshape(-1, terms.shape[2]).std(axis=0) + 1e-9
    none_scale = np.where(none.std(axis=0) > 0, none.std(axis=0), 1)
    terms, none = terms / scale, none / none_scale
    count = len(TERMS)

    def loss(weights: Doubles) -> tuple[float, Doubles]:
        chance = softmax(np.column_stack([terms @ weights[:count], none @ weights[count:]]))
        hit = (chance * right).sum(axis=1) + 1e-12
        slope = chance - chance * right / hit[:, None]
        gradient = np.concatenate([np.einsum("nk,nkp->p", slope[:, :-1], terms), slope[:, -1] @ none])
        return float(-np.log(hit).sum() + RIDGE / 2 * weights @ weights), gradient + RIDGE * weights

    fitted = minimize(
        loss, np.zeros(count + len(NONE_TERMS)), jac=True, method="L-BFGS-B", options={"maxiter": 250}
    )
    weights = np.asarray(fitted.x)
    return Model(
        entities=entities,
        terms=weights[:count] / scale,
        none=weights[count:] / none_scale,
        bias=BIAS,
        repeat=REPEAT,
        fits=np.zeros(len(STANDING)),
        lacks=np.zeros(2),
    )


def fit_curve(values: Doubles, right: Doubles) -> Doubles:
    """A logistic of the columns of `values`, lightly held."""
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
    def standing(self) -> Doubles:
        return standing(self.chance, self.choice, self.pairs)

    @property
    def alone(self) -> Doubles:
        return np.column_stack([log_odds(self.chance[:, -1]), np.ones(len(self.chance))])


def judge(model: Model, case: Case) -> Outcome:
    pairs = build_pairs(case.seen, model.entities, lexicon(case.domain))
    chance = model.probabilities(pairs)
    return Outcome(case, pairs, chance, assign(pairs, chance, model.bias, model.repeat))


def calibrate(outcomes: Iterable[Outcome]) -> tuple[Doubles, Doubles]:
    """Curves for 'this target is right' and for 'leaving it is right'."""
    fits, lacks = [], []
    for outcome in outcomes:
        width = outcome.chance.shape[1] - 1
        standings, alone = outcome.standing, outcome.alone
        for row, verdict in enumerate(verdicts(outcome, None, None)):
            (lacks if outcome.choice[row] == width else fits).append(
                (alone[row] if outcome.choice[row] == width else standings[row], verdict.right)
            )
    return tuple(
        fit_curve(np.array([value for value, _ in group]), np.array([float(right) for _, right in group]))
        for group in (fits, lacks)
    )  # type: ignore[return-value]


def verdicts(outcome: Outcome, fits: Doubles | None, lacks: Doubles | None) -> list[Verdict]:
    case, chance = outcome.case, outcome.chance
    width = chance.shape[1] - 1
    sure = confidence(fits, outcome.standing) if fits is not None else np.zeros(len(chance))
    alone = confidence(lacks, outcome.alone) if lacks is not None else np.zeros(len(chance))
    found = []
    for row, field in enumerate(case.fields):
        gold, also = field.get("target"), field.get("alternatives") or []
        targets = [case.targets[target] for target in outcome.pairs.target[row * width : (row + 1) * width]]
        order = [targets[place] for place in np.argsort(-chance[row, :width], kind="stable")]
        target = targets[outcome.choice[row]] if outcome.choice[row] < width else None
        ranked = [target] * (target is not None) + [other for other in order if other != target][:5]
        kind = "mapped" if gold else ("optional" if also else "unmapped")
        accepted = frozenset([*([gold] if gold else []), *also])
        sureness = float(sure[row] if target else alone[row])
        found.append(Verdict(case, field["source"], kind, target, sureness, tuple(ranked), accepted))
    return found


def leave_one_system_out(cases: Sequence[Case]) -> tuple[list[Verdict], list[Outcome]]:
    systems = sorted({case.system for case in cases})
    outcomes = {
        system: [
            judge(model, case)
            for model in [fit_logit([case for case in cases if case.system != system])]
            for case in cases
            if case.system == system
        ]
        for system in systems
    }
    found = []
    for system in systems:
        fits, lacks = calibrate(
            outcome for other in systems if other != system for outcome in outcomes[other]
        )
        found += [verdict for outcome in outcomes[system] for verdict in verdicts(outcome, fits, lacks)]
    return found, [outcome for group in outcomes.values() for outcome in group]


def figures(rows: Sequence[Verdict]) -> dict[str, float]:
    must = [row for row in rows if row.kind == "mapped"]
    mapped = [row for row in rows if row.target]
    sure = [row for row in mapped if row.confidence > 0.9]
    unfit = [row for row in rows if row.kind == "unmapped"]
    bins = np.array([min(9, int(row.confidence * 10)) for row in mapped])
    gaps = [
        abs(
            sum(
                row.right - row.confidence for row, place in zip(mapped, bins, strict=True) if place == number
            )
        )
        for number in range(10)
    ]
    return {
        "fields": len(rows),
        "mappable": len(must),
        "top-1": _share(row.right for row in must),
        "MRR": _share(1 / row.rank if row.rank else 0 for row in must),
        "P>0.9": _share(row.right for row in sure),
        "n>0.9": len(sure),
        "left alone": _share(row.target is None for row in unfit),
        "all right": _share(row.right for row in rows),
        "ECE": sum(gaps) / max(1, len(mapped)),
    }


def _share(values: Iterable[float]) -> float:
    known = list(values)
    return float(np.mean(known)) if known else float("nan")


def show(title: str, rows: Sequence[Verdict], key: Callable[[Verdict], str]) -> None:
    names = sorted({key(row) for row in rows})
    tables = {name: figures([row for row in rows if key(row) == name]) for name in names}
    width = max(len(name) for name in [title, *names])
    print(f"\n{title:<{width}}" + "".join(f"{head:>11}" for head in tables[names[0]]))
    for name, table in tables.items():
        cells = (
            f"{value:>11.0f}" if value > 1 or head == "fields" else f"{value:>11.3f}"
            for head, value in table.items()
        )
        print(f"{name:<{width}}" + "".join(cells))


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument(
        "--predictions", type=Path, help="also write the leave-one-system-out predictions as JSON"
    )
    parser.add_argument("--dry", action="store_true", help="do not write the model")
    options = parser.parse_args()
    cases = [read_case(path) for path in sorted(CORPUS.glob("*.yaml"))]
    rows, outcomes = leave_one_system_out(cases)
    show("overall", rows, lambda _: "all")
    show("domain", rows, lambda row: row.case.domain)
    show("system", rows, lambda row: row.case.system)
    show("kind", rows, lambda row: row.case.kind)
    if options.predictions:
        keys = [
            {"case": row.case.name, "source": row.source, "target": row.target, "confidence": row.confidence,
             "alternatives": [target for target in row.ranked if target != row.target]}
            for row in rows
        ]  # fmt: skip
        options.predictions.write_text(json.dumps(keys), encoding="utf-8")
    if not options.dry:
        fits, lacks = calibrate(outcomes)
        model = replace(fit_logit(cases), fits=fits, lacks=lacks)
        MODEL_FILE.write_text(json.dumps(write_model(model), indent=1) + "\n", encoding="utf-8")
        print(f"\nwritten to {MODEL_FILE.name}")


if __name__ == "__main__":
    main()
