"""Tune a process for its work: when garbage is collected, which memory is returned.

Imports nothing of ours, so that a command can be tuned before its own imports.
"""

from __future__ import annotations

import gc
import os
import sys

_COMMAND_JEMALLOC = "narenas:1,dirty_decay_ms:3000,muzzy_decay_ms:0,background_thread:true"
"""Of a command: what Polars frees while a file is read and checked is kept for three seconds, and returned once the worker
has the work. Read when Polars is imported, which a command's module does.
"""

_COMMAND_GC_THRESHOLD = 100_000


def tune_worker() -> None:
    """Exclude what was imported from garbage collection (perf 11)."""
    gc.freeze()


def tune_command_gc() -> None:
    """Collect garbage seldom: what a command imports stays until it ends."""
    gc.set_threshold(_COMMAND_GC_THRESHOLD)


def tune_command_malloc() -> None:
    """Set jemalloc's options for a command, unless the environment has some."""
    if sys.platform == "linux":
        os.environ.setdefault("_RJEM_MALLOC_CONF", _COMMAND_JEMALLOC)
