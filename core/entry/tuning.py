"""Tune a process for its work: how often threads switch, when garbage is collected, which memory is returned.

Imports nothing of ours, so that a command can be tuned before its own imports.
"""

from __future__ import annotations

import gc
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager

SWITCH_INTERVAL_SECONDS = 0.0003
"""Threads of an import hand the interpreter to each other a hundred times a chunk; the default of 5 ms is long (perf 11)."""

WORKER_MALLOC = {
    "_RJEM_MALLOC_CONF": "narenas:1,dirty_decay_ms:3000,muzzy_decay_ms:-1,thp:always",
    "MALLOC_TRIM_THRESHOLD_": str(1024**3),
    "MALLOC_MMAP_THRESHOLD_": str(32 * 1024**2),  # the most that glibc takes
    "GLIBC_TUNABLES": "glibc.malloc.hugetlb=1",
    "MALLOC_TOP_PAD_": str(16 * 1024**2),
}
"""Environment of a worker. Each chunk needs as much memory as the one before: what Polars (jemalloc) and Python (glibc)
free is kept, in one arena. Returned, it would be faulted in again (perf 13).
"""

_COMMAND_JEMALLOC = "narenas:1,dirty_decay_ms:3000,muzzy_decay_ms:0,background_thread:true"
"""Of a command: what Polars frees while a file is read and checked is kept for three seconds, and returned once the worker
has the work. Read when Polars is imported, which a command's module does.
"""

_COMMAND_GC_THRESHOLD = 100_000


def tune_worker() -> None:
    """Switch threads often, and exclude what was imported from garbage collection (perf 12)."""
    sys.setswitchinterval(SWITCH_INTERVAL_SECONDS)
    gc.freeze()


def tune_command_gc() -> None:
    """Collect garbage seldom: what a command imports stays until it ends."""
    gc.set_threshold(_COMMAND_GC_THRESHOLD)


def tune_command_malloc() -> None:
    """Set jemalloc's options for a command, unless the environment has some."""
    if sys.platform == "linux":
        os.environ.setdefault("_RJEM_MALLOC_CONF", _COMMAND_JEMALLOC)


@contextmanager
def frequent_switches() -> Iterator[None]:
    """Switch threads inside the block as often as a worker does."""
    before = sys.getswitchinterval()
    sys.setswitchinterval(SWITCH_INTERVAL_SECONDS)
    try:
        yield
    finally:
        sys.setswitchinterval(before)
