"""Refuse every connection that leaves this machine, and note its host: Python loads this module at the start of a process
whose PYTHONPATH names its folder.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Any

_LOCAL = {"127.0.0.1", "::1", "localhost", "", None}


def _refuse(event: str, args: tuple[Any, ...]) -> None:
    if event == "socket.connect" and isinstance(args[1], tuple):
        host = args[1][0]
    elif event == "socket.getaddrinfo":
        host = args[0]
    else:
        return
    host = host.decode() if isinstance(host, bytes) else host
    if host not in _LOCAL:
        with Path(os.environ["AURA_REFUSED"]).open("a", encoding="utf-8") as log:
            log.write(f"{host}\n")
        raise OSError("this test has no network")


sys.addaudithook(_refuse)
