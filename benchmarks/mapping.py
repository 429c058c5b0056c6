"""The field matcher beside its peers on the same labelled cases, each choosing among all fields of the domain.

Peers are Valentine's COMA (its own Python one, names and values), Cupid, Jaccard-distance and Distribution-based
matchers with their defaults, and rapidfuzz's token_set_ratio. Those that compare values are given, for each target,
the values that other systems' fields of that target hold. All is blind: tables have no name that tells anything, and
ours reads a learned case without the words that only its system supports. A peer has two minutes; what it did not come to is not
counted, and ours is shown on the very fields it did. Then 3,000 fields on one core.

    python benchmarks/mapping.py [--quick]      --quick: without Cupid and the distributions
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import re
import subprocess
import tempfile
import time
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

import polars as pl
from cases import LANGUAGES, Case, Verdict, figures, judged, read_cases, views
from fitting import by_system
from rapidfuzz import fuzz, process
from train import never_learned, other_headers
from wide import write_wide

from core.engine.mapping.match import suggest
from core.engine.mapping.match.model import trained_model
from core.engine.sources.profile import FieldProfile, profile_frame

ROOT = Path(__file__).resolve().parent.parent
PEER = ROOT / ".venv" / "bench-mapping" / "bin" / "python"
BUDGET = 120
"""Seconds a peer has for the cases."""
PEERS = {
    "coma": "Valentine COMA (Python)",
    "jaccard": "Valentine Jaccard distance",
    "cupid": "Valentine Cupid",
    "distribution": "Valentine distributions",
}
SLOW = {"cupid", "distribution"}
COLUMNS = ("fields", "top-1", "MRR", "P>0.9", "left alone", "ECE")
VALUES = 20  # of a target that a peer is given


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--quick", action="store_true", help="without the slow peers")
    options = parser.parse_args()
    os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
    learned = views()
    rows, _ = by_system(learned, ("whole", "without samples"))
    model = trained_model()
    unseen = never_learned(model)
    head = f"{'':<44}" + "".join(f"{name:>11}" for name in COLUMNS) + f"{'seconds':>9}"
    print(head)
    line("ours, its system and its words left out", rows["whole"], None)
    line("  the same without samples", rows["without samples"], None)
    for view in dict.fromkeys(row.case.view for row in unseen):
        line(f"ours, never learned from, {view}", [row for row in unseen if row.case.view == view], None)
    translations = other_headers(model)
    line("ours, 15 cases in es, fr, de and pt", translations, None)
    for language in LANGUAGES:
        line(f"  in {language}", [row for row in translations if row.case.view == language], None)
    corpus, final = read_cases("mapping", "blind"), read_cases("holdout/final", "blind")
    line("rapidfuzz token_set_ratio *", *by_spelling(corpus))
    line("  on those never learned from *", *by_spelling(final))
    for name, title in PEERS.items():
        if not (options.quick and name in SLOW):
            compare(name, title, corpus, rows["whole"])
            compare(name, f"  {name}, never learned from", final, unseen)
    print(
        "* a score is taken for its confidence, and left alone is counted at the cut-off that gets most fields right,\n"
        "  chosen in hindsight; top-1 and MRR are without one."
    )
    wide(quick=options.quick)


def line(title: str, rows: Sequence[Verdict], seconds: float | None) -> None:
    table = figures(rows)
    if title.endswith("*"):
        table["left alone"] = left_in_hindsight(rows)
    cells = "".join(
        f"{table[name]:>11.0f}" if name == "fields" else f"{table[name]:>11.3f}" for name in COLUMNS
    )
    print(f"{title:<44}{cells}" + (f"{seconds:>9.1f}" if seconds is not None else f"{'':>9}"), flush=True)


def left_in_hindsight(rows: Sequence[Verdict]) -> float:
    """Share of the fields without a target below the score from which mapping gets most fields right."""
    scores = sorted({row.confidence for row in rows if row.target} | {0.0})
    cuts = scores[:: max(1, len(scores) // 100)]

    def right(cut: float) -> int:
        return sum(row.right if row.confidence >= cut else row.kind != "mapped" for row in rows)

    best = max(cuts, key=right)
    unfit = [row for row in rows if row.kind == "unmapped"]
    return sum(row.target is None or row.confidence < best for row in unfit) / len(unfit)


def by_spelling(cases: Sequence[Case]) -> tuple[list[Verdict], float]:
    """Names, taken apart at case and punctuation, against the schema's own names, no alias known."""
    start = time.perf_counter()
    ranked = {}
    for case in cases:
        names = [_plain(target) for target in case.targets]
        scores = process.cdist(
            [_plain(field["source"]) for field in case.fields], names, scorer=fuzz.token_set_ratio
        )
        ranked[case.name] = {
            field["source"]: [
                (case.targets[index], float(row[index]) / 100) for index in (-row).argsort()[:6]
            ]
            for field, row in zip(case.fields, scores, strict=True)
        }
    seconds = time.perf_counter() - start
    return as_verdicts(cases, ranked), seconds


def _plain(name: str) -> str:
    return " ".join(re.findall(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+", name)).lower()


def as_verdicts(
    cases: Iterable[Case], ranked: Mapping[str, Mapping[str, Sequence[tuple[str, float]]]]
) -> list[Verdict]:
    """Return a peer's rankings as verdicts, with its best score as confidence; cases it did not come to are left out."""
    rows = []
    for case in cases:
        if case.name in ranked:
            for number, field in enumerate(case.fields):
                order = ranked[case.name].get(field["source"], ())
                best, score = order[0] if order and order[0][1] > 0 else (None, 0.0)
                rows.append(judged(case, number, best, score, [target for target, _ in order]))
    return rows


def compare(name: str, title: str, cases: Sequence[Case], ours: Sequence[Verdict]) -> None:
    """Print a peer's line, and ours on the same fields where it did not come to all of them."""
    tables = {case.name: _table(case, cases) for case in sorted(cases, key=lambda case: len(case.fields))}
    answers = ask(name, tables, BUDGET)
    rows = as_verdicts(cases, {answer["case"]: answer["ranked"] for answer in answers})
    if not rows:
        print(f"{title:<44}  came to no case in {BUDGET} s")
        return
    line(f"{title} *", rows, sum(answer["seconds"] for answer in answers))
    if len(answers) < len(cases):
        done = {answer["case"] for answer in answers}
        common_rows = [row for row in ours if row.case.name in done and row.case.view == "whole"]
        line(f"  ours on these {len(done)} cases", common_rows, None)


def _table(case: Case, cases: Sequence[Case]) -> dict[str, dict[str, list[str]]]:
    """Return the case's columns, and for each target of its domain values from other systems."""
    targets: dict[str, list[str]] = {target: [] for target in case.targets}
    for other_case in cases:
        if other_case.system != case.system and other_case.domain == case.domain:
            for field in other_case.fields:
                if field.get("target"):
                    targets[field["target"]] += _texts(field["samples"])
    return {
        "columns": {field["source"]: _texts(field["samples"]) for field in case.fields},
        "targets": {target: list(dict.fromkeys(values))[:VALUES] for target, values in targets.items()},
    }


def _texts(samples: Iterable[object]) -> list[str]:
    return [str(value) for value in samples if value not in (None, "", [])]


def ask(name: str, tables: Mapping[str, Mapping[str, object]], seconds: float) -> list[dict[str, object]]:
    """Ask a peer within its time, case by case, smallest first; return its answers."""
    with tempfile.TemporaryFile("w+", encoding="utf-8") as answers:
        with contextlib.suppress(subprocess.TimeoutExpired):
            subprocess.run(
                [PEER, ROOT / "benchmarks" / "mapping_peers.py", name],
                input=json.dumps(tables), stdout=answers, stderr=subprocess.DEVNULL, text=True, timeout=seconds,
                check=False, env={**os.environ, "OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"},
            )  # fmt: skip
        answers.seek(0)
        return [json.loads(text) for text in answers if text.endswith("\n")]


def wide(*, quick: bool) -> None:
    """3,000 fields of 15 tables against the whole domain on one core, from profiles to suggestions with evidence."""
    with tempfile.TemporaryDirectory() as folder:
        frames = [pl.read_csv(path, infer_schema=False) for path in write_wide(Path(folder))]
    tables = [profile_frame(f"table {number}", frame) for number, frame in enumerate(frames)]
    suggest(tables[0], "restaurant")  # reads the vocabulary
    start = time.process_time()
    count = sum(len(suggest(table, "restaurant")) for table in tables)
    print(
        f"\n{count:,} fields in {len(tables)} tables, one core: ours {time.process_time() - start:.1f} s",
        end="",
    )
    all_fields = [field for table in tables for field in table]
    start = time.process_time()
    suggest(all_fields, "restaurant")
    print(f", as one table {time.process_time() - start:.1f} s", flush=True)
    if quick:
        return
    part = _wide_table(tables[0])
    answers = ask("coma", {"wide": part}, BUDGET)
    took = f"{answers[0]['seconds']:.1f} s" if answers else f"more than {BUDGET} s"
    print(f"Valentine COMA for {len(tables[0])} of them (one table): {took}")


def _wide_table(table: Sequence[FieldProfile]) -> dict[str, dict[str, list[str]]]:
    case = next(case for case in read_cases("mapping") if case.domain == "restaurant")
    return {
        "columns": {field.source: list(field.samples) for field in table},
        "targets": _table(case, read_cases("mapping"))["targets"],
    }


if __name__ == "__main__":
    main()
