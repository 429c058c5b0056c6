"""Tell columns that hold passwords by their name: what they hold is emptied before anything of a file is stored."""

from __future__ import annotations

import re
from collections.abc import Sequence

_OWNERS = (
    "user|login|account|student|pupil|teacher|staff|parent|guardian|employee|customer|member|web|portal|email|network|"
    "initial|default|temp|temporary|current|new|old|plain|ssha|sha|md|hashed|encrypted"
)
_PASSWORDS = (
    "password|passwd|pwd|passcode|passphrase|passwort|kennwort|motdepasse|contrasena|senha|wachtwoord"
)
_FORMS = "hash|digest|salt|plain|text|encrypted|crypted|value|confirmation|confirm"
_PASSWORD = re.compile(rf"(?:{_OWNERS})*(?:{_PASSWORDS})(?:{_FORMS})*")
_STEM = re.compile(
    rb"passw|passcode|passphrase|pwd|kennwort|mot ?de ?passe|contrase|senha|wachtwoord", re.IGNORECASE
)


def is_password_column(name: str) -> bool:
    """Tell whether a column of this name holds passwords; a flag or a day about them is none."""
    last_step = name.rpartition(".")[2].lower().replace("ñ", "n")
    return _PASSWORD.fullmatch(re.sub(r"[^a-z]", "", last_step)) is not None


def password_columns(names: Sequence[str]) -> list[int]:
    """List the indexes of the columns that hold passwords."""
    return [index for index, name in enumerate(names) if is_password_column(name)]


def names_password(data: bytes) -> bool:
    """Tell whether UTF-8 text may name a password."""
    return _STEM.search(data) is not None
