"""Write the small files of the embedded server so that a crash leaves the old content or the new, never half of it."""

from __future__ import annotations

import os
import pwd
from pathlib import Path


def write(path: Path, content: str, user: pwd.struct_passwd) -> None:
    """Replace a file of the server's user, which only that user can read."""
    temporary_path = path.with_name(f"{path.name}.{os.getpid()}.new")
    handle = os.open(temporary_path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW, 0o600)
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
        if os.geteuid() == 0:
            os.fchown(file.fileno(), user.pw_uid, user.pw_gid)
    temporary_path.replace(path)


def write_if_other(path: Path, content: str, user: pwd.struct_passwd) -> bool:
    """Replace a file unless it says the same; return whether it was replaced."""
    try:
        if path.read_text(encoding="utf-8") == content:
            return False
    except (FileNotFoundError, UnicodeDecodeError):
        pass
    write(path, content, user)
    return True
