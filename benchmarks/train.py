"""Train the field matcher on data/corpus and print how it does on systems it has not seen.

Every figure of a learned case is by whole system: its weights, its curves and (by the vocabulary jackknife) the words
it is read with know nothing of its system. No table has a name that tells anything. The cases of holdout/final are
never learned from; the vocabulary was not written from them, so that they are read with all of it.

    python benchmarks/train.py [--predictions FILE] [--dry]
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Sequence
from pathlib import Path

from cases import (
    LANGUAGES,
    Verdict,
    abbreviated,
    as_case,
    documents,
    learned_documents,
    show,
    translated,
    translations,
    views,
    without_samples,
)
from fitting import by_system, fit, judge, verdicts

from core.engine.mapping.match.model import MODEL_FILE, Model, write_model


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--predictions", type=Path, help="also write the predictions by system as JSON")
    parser.add_argument("--dry", action="store_true", help="do not write the model")
    options = parser.parse_args()
    learned = views()
    rows, outcomes = by_system(learned, ("whole", "without samples"))
    for key in ("domain", "kind", "system"):
        show(key, rows["whole"], lambda row, key=key: getattr(row.case, key))
    show("judged by system", [row for part in rows.values() for row in part], lambda row: row.case.view)
    model = fit(learned, outcomes)
    unseen = never_learned(model)
    show("never learned from", unseen, lambda row: row.case.view)
    show(
        "never learned from", [row for row in unseen if row.case.view == "whole"], lambda row: row.case.domain
    )
    show("headers", other_headers(model), lambda row: row.case.view)
    if options.predictions:
        held_out = [*rows["whole"], *(row for row in unseen if row.case.view == "whole")]
        options.predictions.write_text(json.dumps(_as_json(held_out)), encoding="utf-8")
    if not options.dry:
        MODEL_FILE.write_text(json.dumps(write_model(model), indent=1) + "\n", encoding="utf-8")
        print(f"\nwritten to {MODEL_FILE.name}")


def never_learned(model: Model) -> list[Verdict]:
    """Judge the cases of holdout/final, as they are, without samples, and with abbreviated headers."""
    changes = {"whole": dict, "without samples": without_samples, "abbreviated": abbreviated}
    return [
        verdict
        for view, change in changes.items()
        for document in documents("holdout/final")
        for verdict in judged_by(model, change(document), view)
    ]


def other_headers(model: Model) -> list[Verdict]:
    """Judge the cases whose headers are translated, in each language."""
    cases = {case["id"]: case for case in (*learned_documents(), *documents("holdout/final"))}
    return [
        verdict
        for name in translations()
        for language in LANGUAGES
        for verdict in judged_by(model, translated(cases[name], language), language)
    ]


def judged_by(model: Model, document: dict[str, object], view: str) -> list[Verdict]:
    return verdicts(judge(model, as_case(document, view)), (model.fits, model.lacks))


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
