"""Runs an emulator on a loopback port beside the rest of a process."""

from __future__ import annotations

import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Thread

import uvicorn

from core.entry.ai_emulator.app import Emulator


@contextmanager
def running(emulator: Emulator, port: int = 0) -> Iterator[str]:
    """Serve inside the block; yield the AI_BASE_URL to ask it by. Port 0 takes any that is free."""
    with socket.create_server(("127.0.0.1", port)) as listening:
        config = uvicorn.Config(emulator.app(), log_level="critical", timeout_graceful_shutdown=1)
        server = uvicorn.Server(config)
        thread = Thread(target=server.run, kwargs={"sockets": [listening]}, daemon=True)
        thread.start()
        while not server.started:
            time.sleep(0.01)
        try:
            yield f"http://127.0.0.1:{listening.getsockname()[1]}/v1"
        finally:
            server.should_exit = True
            thread.join(10)
