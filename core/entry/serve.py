"""Start the console: the database brought up to date, with --demo the demo tenants, then Streamlit.

This process becomes Streamlit's, so that a signal, a supervisor or a terminal reaches it directly. The worker is
started by the console's own lifespan when none is alive.
"""

from __future__ import annotations

import importlib.util
import os
import signal
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager

from core.db import embedded
from core.db.migrate import migrate
from core.entry import processes
from core.errors import InvalidInputError
from core.settings import ROOT, settings

LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})


def prepare(*, demo: bool) -> None:
    """Migrate the database and, for the demo, create what is missing; report progress on stdout."""
    _tell("Bringing the database up to date")
    migrate()
    if demo:
        # The demo pulls in the whole engine, which a plain start does not wait for.
        from core.entry.demo_history import load_demo  # noqa: PLC0415  (only with --demo)

        load_demo(_tell)


def check_address(host: str) -> None:
    """Refuse to listen beyond this machine unless people come by https: InvalidInputError with the remedy."""
    if host not in LOOPBACK and not settings().app_behind_tls:
        raise InvalidInputError(
            f"The console does not listen on {host} without encryption: passwords would cross the network in clear.",
            hint="Put a proxy with TLS in front and start with --behind-tls (or APP_BEHIND_TLS=true), or leave APP_HOST"
            " at 127.0.0.1.",
        )


def serve(*, demo: bool = False, port: int | None = None, behind_tls: bool = False) -> None:
    """Prepare, then replace this process by the console. InvalidInputError where it cannot listen as asked."""
    if behind_tls:
        os.environ["APP_BEHIND_TLS"] = "true"
    if port:
        os.environ["APP_PORT"] = str(port)  # stands in the links that people are sent
    settings.cache_clear()
    config = settings()
    check_address(config.app_host)
    if importlib.util.find_spec("streamlit") is None:
        raise InvalidInputError("Streamlit is not installed.", hint="Run `make setup`.")
    started_at = time.monotonic()
    os.environ["APP_DATA_DIR"] = str(config.app_data_dir.resolve())  # whose console this is, for `aura stop`
    with _leaving_on_interrupt():
        prepare(demo=demo)
    host = "127.0.0.1" if config.app_host in LOOPBACK else config.app_host
    _tell(f"Ready after {time.monotonic() - started_at:.0f} s: http://{host}:{config.app_port}")
    command = [
        *(sys.executable, "-m", "streamlit", "run", str(ROOT / "app.py")),
        *(
            "--server.address",
            config.app_host,
            "--server.port",
            str(config.app_port),
            "--server.headless",
            "true",
        ),
    ]
    os.environ["FORWARDED_ALLOW_IPS"] = (
        ""  # whom the server would believe besides APP_PROXIES: everybody on this machine
    )
    os.chdir(ROOT)
    os.execv(sys.executable, command)  # noqa: S606  (no shell: the arguments are ours)


@contextmanager
def _leaving_on_interrupt() -> Iterator[None]:
    """Treat SIGTERM as Ctrl-C inside the block; after either, stop the worker and the database."""
    before = signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        yield
    except KeyboardInterrupt:
        processes.leave()
        embedded.release()
        raise
    finally:
        signal.signal(signal.SIGTERM, before)


def _tell(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()
