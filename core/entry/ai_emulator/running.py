"""Runs an emulator on a loopback port beside the rest of a process."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from core.entry.ai_emulator.app import Emulator
from core.entry.web.loopback import serving


@contextmanager
def running(emulator: Emulator, port: int = 0) -> Iterator[str]:
    """Serve inside the block; yield the AI_BASE_URL to ask it by. Port 0 takes any that is free."""
    with serving(emulator.app(), port) as address:
        yield f"{address}/v1"
