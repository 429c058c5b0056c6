"""Run the nightly: python -m tests.crash [--seed N] [--random N] [--between N] [--workers N] [--postmaster N].

Prints the seed, how many faults of each kind there were, and how soon the runs went on. Ends with 1 where one run did
not come out as the unbroken one.
"""

from __future__ import annotations

import argparse
import os
import random
import shutil
import tempfile
from pathlib import Path

SPLIT = ("random", "between", "workers", "postmaster", "pauses")
NIGHTLY = (200, 50, 100, 30, 60)


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.crash")
    parser.add_argument("--seed", type=int, default=random.SystemRandom().randrange(1_000_000))
    for name, count in zip(SPLIT, NIGHTLY, strict=True):
        parser.add_argument(f"--{name}", type=int, default=count)
    options = parser.parse_args()
    # A server of its own: the settings are read once per process, so the folder must stand before core is imported.
    folder = Path(tempfile.mkdtemp(prefix="aura-crash-"))
    os.environ |= {"APP_DATA_DIR": str(folder), "AI_API_KEY": ""}
    os.environ.pop("DATABASE_URL", None)
    try:
        _storm(folder, options)
    finally:
        _end(folder)


def _storm(folder: Path, options: argparse.Namespace) -> None:
    from core.db.migrate import migrate
    from core.engine.sources import actions as sources
    from tests.crash.cast import joined
    from tests.crash.harness import FAULTS, Ground, note, small_chunks, storm
    from tests.engine.runs.processes import forking_workers, mothered

    note(f"seed {options.seed}")
    migrate()
    small = small_chunks()
    sources.settings = lambda: small
    person, tenant = joined()
    with mothered() as mother, forking_workers(mother, fake=False) as spawn:
        ground = Ground(person, tenant, spawn, random.Random(options.seed))
        ground.prepare(folder)
        storm(ground, {kind: getattr(options, name) for kind, name in zip(FAULTS, SPLIT, strict=True)})


def _end(folder: Path) -> None:
    from core.db import embedded
    from core.db.base import app_engine

    app_engine().dispose()
    embedded.server_url()  # it may be down, and must be ended in an orderly way
    embedded.release()
    shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    main()
