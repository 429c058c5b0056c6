"""Import real-life exports from file to target and judge what came of them: right, held, asked or silently wrong.

    python benchmarks/messy.py                       every case of data/corpus/messy and data/corpus/messy_more
    python benchmarks/messy.py --only 27 --only 29   cases whose folder's name begins so
    python benchmarks/messy.py --only 27 --accept-above 0.7 --details    reasons, mapping, issues, records
    python benchmarks/messy.py FOLDER                a folder of cases elsewhere; expectations by the folder's name
    python benchmarks/messy.py --again               import every case twice: nothing may double (four kinds of second
                                                     exports: benchmarks/again.py)
    python benchmarks/messy.py --json                for machines
    python benchmarks/messy.py --note                note the verdicts in data/corpus/messy/verdicts.yaml for the test

A case is a folder with an export's files and `expected.yaml` (its form: messy_cases.py). Each is imported twice, into two
fresh tenants: suggestions above 70 % accepted, as `aura import --accept-above 0.7` does, and only those above 90 %, as the
screen's bulk acceptance does.

right            every expected record is there with every expected value, nothing else is
held             what deviates has an issue that names file, row, field and remedy
asked            what deviates waits for a decision on the mapping: a question, or a column that stays open
silently wrong   anything else: a wrong value, a missing or unexpected record without a word. Then the exit code is 1.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import yaml
from messy_cases import CORPUS, NOTED, OWN, Case, read_cases
from messy_import import Outcome, outcome_of, prepare_database, text_of
from messy_verdicts import GRADES, WRONG, Verdict, judge

THRESHOLDS = (0.7, 0.9)
MAX_REASONS = 6


def main() -> int:
    """Judge the cases and print a table; return 1 where one is silently wrong."""
    arguments = _arguments()
    folders = (
        [arguments.folder] if arguments.folder else [folder for folder in (CORPUS, OWN) if folder.is_dir()]
    )
    cases = [case for folder in folders for case in read_cases(folder, arguments.only)]
    prepare_database()
    thresholds = arguments.accept_above or THRESHOLDS
    results = []
    for case in cases:
        verdicts, started_at = {}, time.monotonic()
        for threshold in thresholds:
            imports = case.imports * 2 if arguments.again else case.imports
            outcome = outcome_of(case.tenant, imports, threshold)
            verdicts[threshold] = judge(case, outcome)
            if arguments.details:
                _print_details(case, threshold, outcome)
        results.append((case, verdicts))
        if not arguments.json:
            _print_case(
                case,
                verdicts,
                time.monotonic() - started_at,
                1000 if arguments.all_reasons or arguments.details else MAX_REASONS,
            )
    if arguments.note:
        noted = {
            case.name: {f"{key:g}": verdict.grade for key, verdict in verdicts.items()}
            for case, verdicts in results
        }
        NOTED.write_text(yaml.safe_dump(noted, default_flow_style=None, width=120), encoding="utf-8")
    if arguments.json:
        print(json.dumps([_document(case, verdicts) for case, verdicts in results], indent=1))
    else:
        _print_totals(thresholds, results)
    return int(any(verdict.grade == WRONG for _, verdicts in results for verdict in verdicts.values()))


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("folder", nargs="?", type=Path, help="a folder of cases (default: the project's)")
    parser.add_argument("--only", action="append", default=[], help="cases whose name begins so; may repeat")
    parser.add_argument("--accept-above", action="append", type=float, help="default: 0.7, then 0.9")
    parser.add_argument("--all-reasons", action="store_true", help=f"more than {MAX_REASONS} reasons a case")
    parser.add_argument("--details", action="store_true", help="also mapping, issues, fates and records")
    parser.add_argument("--again", action="store_true", help="import every case twice and expect the same")
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--note", action="store_true", help="note the verdicts, which the test holds")
    return parser.parse_args()


def _print_case(case: Case, verdicts: dict[float, Verdict], seconds: float, most: int) -> None:
    grades = "  ".join(f"{verdict.grade:14}" for verdict in verdicts.values())
    print(f"{case.name:40} {grades}  {seconds:.1f} s", flush=True)
    shown: set[str] = set()
    for threshold, verdict in verdicts.items():
        findings = sorted(verdict.findings, key=lambda finding: -GRADES.index(finding.grade))
        new = [finding for finding in findings if f"{finding.grade}{finding.text}" not in shown]
        shown |= {f"{finding.grade}{finding.text}" for finding in findings}
        for finding in new[:most]:
            print(f"      {threshold:.0%} {finding.grade}: {finding.text}", flush=True)
        if len(new) > most:
            print(f"      {threshold:.0%} … and {len(new) - most} more", flush=True)


def _print_totals(thresholds: Iterable[float], results: list[tuple[Case, dict[float, Verdict]]]) -> None:
    print()
    for threshold in thresholds:
        counts = Counter(verdicts[threshold].grade for _, verdicts in results)
        words = ", ".join(f"{counts[grade]} {grade}" for grade in GRADES)
        print(f"accepted above {threshold:.0%}: {len(results)} cases, {words}")


def _print_details(case: Case, threshold: float, outcome: Outcome) -> None:
    print(f"\n===== {case.name} above {threshold:.0%}: {'; '.join(outcome.headlines) or outcome.refusal}")
    print("\n".join(f"  mapped {line}" for line in outcome.mapped))
    for issue in outcome.issues:
        at = f"{issue.file} row {issue.row} {issue.entity}.{issue.field} ({issue.source_field})"
        print(f"  issue {issue.level} {issue.code}: {at}: {issue.value!r} {issue.detail or ''}")
    other = {place: fate for place, fate in outcome.fates.items() if fate[0] != "migrated"}
    for (entity, place), (fate, reason) in sorted(other.items()):
        print(f"  fate {entity} {place[0]} row {place[2]}: {fate} {reason}")
    for records in outcome.records.values():
        for record in records:
            values = ", ".join(f"{name}={text_of(value)}" for name, value in record.values.items())
            print(f"  record {record.entity} (row {record.place[2]}): {values}")


def _document(case: Case, verdicts: dict[float, Verdict]) -> dict[str, Any]:
    return {
        "case": case.name,
        "verdicts": {
            f"{threshold:g}": {
                "grade": verdict.grade,
                "findings": [{"grade": finding.grade, "text": finding.text} for finding in verdict.findings],
            }
            for threshold, verdict in verdicts.items()
        },
    }


if __name__ == "__main__":
    sys.exit(main())
