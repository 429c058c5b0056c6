"""The address of the screen Specialists, and words of the roster."""

from __future__ import annotations

from core.business.specialists.roster.rules import LANGUAGES
from core.kit.wording import listed

PATH, SPECIALIST, SECTION = "specialists", "specialist", "section"
"""The screen's path, and the keys of its address."""


def languages_text(codes: list[str]) -> str:
    """Write languages as words: 'English and German'."""
    return listed([LANGUAGES.get(code, code) for code in codes])
