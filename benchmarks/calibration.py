"""Write data/calibration.json: how sure suggestions fared on systems the matcher had not been trained on.

Run it after each training; it asks benchmarks/train.py for its predictions by system unless they are given.

    python benchmarks/calibration.py [PREDICTIONS]
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from collections import defaultdict
from pathlib import Path
from typing import Any

from cases import documents

from core.engine.mapping.calibration.corpus import CALIBRATION_FILE
from core.engine.mapping.calibration.rules import BINS, bin_of

BENCHMARKS = Path(__file__).resolve().parent


def main() -> None:
    if len(sys.argv) > 1:
        predictions = json.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))
    else:
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "predictions.json"
            subprocess.run(
                [sys.executable, str(BENCHMARKS / "train.py"), "--dry", "--predictions", str(path)],
                check=True,
            )
            predictions = json.loads(path.read_text(encoding="utf-8"))
    groups = table(predictions)
    document = {"note": "Bins: number, mean confidence, right, total.", "groups": groups}
    CALIBRATION_FILE.write_text(
        json.dumps(document, indent=None).replace('{"domain"', '\n{"domain"') + "\n", encoding="utf-8"
    )
    suggested = sum(row[3] for group in groups for row in group["bins"])
    print(
        f"{len(predictions):,} fields, {suggested:,} suggestions of {len(groups)} systems, written to {CALIBRATION_FILE.name}"
    )


def table(predictions: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Group the predictions by domain and system. A suggestion is right when it is the labelled target or an accepted one."""
    cases = {
        document["id"]: document
        for folder in ("mapping", "holdout/dev", "holdout/final")
        for document in documents(folder)
    }
    labels = {
        (case["id"], field["source"]): {
            *([field["target"]] if field.get("target") else []),
            *(field.get("alternatives") or []),
        }
        for case in cases.values()
        for field in case["fields"]
    }
    groups: defaultdict[tuple[str, str], dict[str, Any]] = defaultdict(
        lambda: {"sums": [[0.0, 0, 0] for _ in range(BINS)], "unmapped": 0, "left_alone": 0}
    )
    for prediction in predictions:
        case, accepted = cases[prediction["case"]], labels[prediction["case"], prediction["source"]]
        group = groups[case["domain"], case["system"]]
        if not accepted:
            group["unmapped"] += 1
            group["left_alone"] += prediction["target"] is None
        if prediction["target"]:
            sums = group["sums"][bin_of(prediction["confidence"])]
            sums[0] += prediction["confidence"]
            sums[1] += prediction["target"] in accepted
            sums[2] += 1
    return [
        {
            "domain": domain,
            "system": system,
            "unmapped": group["unmapped"],
            "left_alone": group["left_alone"],
            "bins": [
                [number, round(confidence / total, 4), right, total]
                for number, (confidence, right, total) in enumerate(group["sums"])
                if total
            ],
        }
        for (domain, system), group in sorted(groups.items())
    ]


if __name__ == "__main__":
    main()
