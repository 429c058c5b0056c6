"""Split the path of a source field into its steps."""

from __future__ import annotations

import re

_INITIALS = re.compile(r"[A-Za-z](?:\.[A-Za-z])+")


def segments_of(source: str) -> list[str]:
    """Return the steps of a path; the full stops of a header ('Order No.', 'Disc. Amt', 'Art.-Nr.', 'C.P.') are none."""
    if "[]" not in source and (" " in source or source.endswith(".") or _INITIALS.fullmatch(source)):
        return [source]
    return re.split(r"\.(?=[^.\-/])", source)
