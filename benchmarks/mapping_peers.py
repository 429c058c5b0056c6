"""The peers of the matcher's benchmark: Valentine's matchers, each ranking all targets for every source column.

Runs under an interpreter of its own (requirements-bench-mapping.in): `mapping_peers.py coma|cupid|jaccard|distribution`
reads one JSON document from its input, {case: {"columns": {name: [values]}, "targets": {name: [values]}}}, and prints
one line per case, {"case", "seconds", "ranked": {column: [[target, score], ...]}}, best first, as soon as it is done.
"""

from __future__ import annotations

import json
import sys
import time
from itertools import zip_longest

import pandas as pd
from valentine import valentine_match
from valentine.algorithms import BaseMatcher, Coma, Cupid, DistributionBased, JaccardDistanceMatcher

MAX_RANKED = 6  # of the ranking: the choice and five alternatives


def matcher(name: str) -> BaseMatcher:
    """Each with its own defaults, but for the cut-offs: all pairs are wanted, to be ranked."""
    return {
        "coma": lambda: Coma(use_instances=True, delta=0.0, threshold=0.0),
        "cupid": lambda: Cupid(th_accept=0.0),
        "jaccard": JaccardDistanceMatcher,
        "distribution": DistributionBased,
    }[name]()


def frame(columns: dict[str, list[str]]) -> pd.DataFrame:
    rows = list(zip_longest(*columns.values()))
    return pd.DataFrame(rows, columns=list(columns), dtype=object)


def main() -> None:
    for case, table in json.load(sys.stdin).items():
        start = time.perf_counter()
        pairs = valentine_match(
            [frame(table["columns"]), frame(table["targets"])],
            matcher(sys.argv[1]),
            df_names=["source", "target"],
        )
        best: dict[str, list[tuple[str, float]]] = {}
        for pair, score in pairs.items():  # sorted, best first
            best.setdefault(pair.source_column, []).append((pair.target_column, float(score)))
        ranked = {column: order[:MAX_RANKED] for column, order in best.items()}
        seconds = time.perf_counter() - start
        print(json.dumps({"case": case, "seconds": seconds, "ranked": ranked}), flush=True)


if __name__ == "__main__":
    main()
