"""Train the field matcher on data/corpus and prints how it does on systems it has not seen.

Every figure is leave-one-system-out: a system's cases are judged by weights, bias and calibration that were fitted
without them. The model that is written is fitted on all cases of the corpus and of the first half of the hold-out;
the other half is only ever judged.

    python benchmarks/train.py [--predictions FILE] [--dry]
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Sequence
from pathlib import Path

from cases import (
    LANGUAGES,
    Case,
    Verdict,
    abbreviated,
    as_case,
    documents,
    jackknifed,
    learned_documents,
    read_cases,
    show,
    translated,
    translations,
    without_samples,
)
from fitting import fit, judge, leave_one_system_out, verdicts

from core.engine.mapping.match.model import MODEL_FILE, Model, write_model

VIEWS = ("named", "bare")


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument(
        "--predictions", type=Path, help="also write the leave-one-system-out predictions as JSON"
    )
    parser.add_argument("--dry", action="store_true", help="do not write the model")
    options = parser.parse_args()
    learned = [
        case for view in VIEWS for folder in ("mapping", "holdout/dev") for case in read_cases(folder, view)
    ]
    rows, outcomes = leave_one_system_out(learned)
    corpus = {case.name for case in read_cases("mapping")}
    show("view", [row for row in rows if row.case.name in corpus], lambda row: row.case.view)
    named_rows = [row for row in rows if row.case.view == "named"]
    corpus_rows = [row for row in named_rows if row.case.name in corpus]
    show("domain", corpus_rows, lambda row: row.case.domain)
    show("system", named_rows, lambda row: row.case.system)
    show("kind", corpus_rows, lambda row: row.case.kind)
    model = fit(learned, outcomes)
    final = [
        verdict
        for view in VIEWS
        for case in read_cases("holdout/final", view)
        for verdict in verdicts(judge(model, case), (model.fits, model.lacks))
    ]
    show("never learned from", final, lambda row: row.case.view)
    honest(model)
    if options.predictions:
        options.predictions.write_text(json.dumps(_as_json(named_rows)), encoding="utf-8")
    if not options.dry:
        MODEL_FILE.write_text(json.dumps(write_model(model), indent=1) + "\n", encoding="utf-8")
        print(f"\nwritten to {MODEL_FILE.name}")


def honest(model: Model) -> None:
    """Print the figures to believe: blind, by system and without its own words; then without samples, other headers."""
    rows, _ = leave_one_system_out(jackknifed())
    show("vocabulary jackknife", rows, lambda row: row.case.view)
    every_case = {case["id"]: case for case in (*learned_documents(), *documents("holdout/final"))}
    final = documents("holdout/final")
    cases = [as_case(without_samples(case), "without samples") for case in final]
    cases += [as_case(abbreviated(case), "abbreviated") for case in final]
    cases += [
        as_case(translated(every_case[name], language), language)
        for name in translations()
        for language in LANGUAGES
    ]
    show("other headers", judged_by(model, cases), lambda row: row.case.view)


def judged_by(model: Model, cases: Sequence[Case]) -> list[Verdict]:
    return [verdict for case in cases for verdict in verdicts(judge(model, case), (model.fits, model.lacks))]


def _as_json(rows: Sequence[Verdict]) -> list[dict[str, object]]:
    return [
        {
            "case": row.case.name,
            "source": row.source,
            "target": row.target,
            "confidence": row.confidence,
            "alternatives": [target for target in row.ranked if target != row.target],
        }
        for row in rows
    ]


if __name__ == "__main__":
    main()
