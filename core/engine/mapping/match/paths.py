"""Split the path of a source field into its steps."""

from __future__ import annotations

import re


def segments_of(source: str) -> list[str]:
    """Return the steps of a path; the full stops of a header ('Order No.', 'Disc. Amt') are none."""
    if " " in source and "[]" not in source:
        return [source]
    return re.split(r"\.(?=[^.])", source)
