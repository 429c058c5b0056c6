"""Run the emulator as the demo's language model where no key is set; every screen says so.

So a demo shows suggestions, ledger and limits at work without a network, and what it costs is shown as the price book
would have it, under the provider "emulator".
"""

from __future__ import annotations

import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import urlsplit

from core.platform.ai.actions import model_cascade
from core.platform.ai.wire import EMULATOR, provider
from core.settings import settings


def choose() -> None:
    """Point this process, and those it becomes or starts, at an emulator on a free port, unless a key is set."""
    if settings().ai_api_key is None:
        with socket.create_server(("127.0.0.1", 0)) as free:
            os.environ["AI_BASE_URL"] = f"http://127.0.0.1:{free.getsockname()[1]}/v1"
        os.environ["AI_API_KEY"] = EMULATOR
        settings.cache_clear()


def stands_in() -> bool:
    """Return whether the model that is asked is the emulator on this machine."""
    return settings().ai_api_key is not None and provider() == EMULATOR


@contextmanager
def run_emulator() -> Iterator[None]:
    """Run the emulator inside the block, where it is configured and nothing answers at its address yet."""
    port = urlsplit(settings().ai_base_url).port
    if not stands_in() or port is None or _answers(port):
        yield
        return
    # Only here: the emulator's server is nothing that a console with a real model needs.
    from core.entry.ai_emulator.app import Emulator  # noqa: PLC0415  (only where no model is configured)
    from core.entry.ai_emulator.running import running  # noqa: PLC0415  (only where no model is configured)

    with running(Emulator(models=model_cascade()), port):
        yield


def _answers(port: int) -> bool:
    with socket.socket() as caller:
        return caller.connect_ex(("127.0.0.1", port)) == 0
