"""Screens, coach and findings speak the trade's words: phrases that were replaced do not come back."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
SPEAKING_MODULES = (
    *sorted((ROOT / "pages").rglob("*.py")),
    *sorted((ROOT / "core" / "agents" / "coach").rglob("*.py")),
    ROOT / "core" / "engine" / "issues.py",
)

REPLACED = {
    r"\b[Ll]eave .{0,24}\bout\b|\b[Ll]eft out\b": "exclude, excluded",
    r"\b[Tt]o decide\b|\bto be decided\b|\bundecided\b|\bfields decided\b": "needs review, reviewed",
    r"\b[Tt]aken back\b": "undone, rolled back",
    r"\bUndo the last bulk\b": "Undo last bulk action",
    r"\b[Ww]ait(s|ing) for a second person\b|\bSecond person\b": "Needs second approval",
    r"\bOverrides\b|\b[Oo]verruled?s?\b": "Changed suggestions",
    r"\bStreams?\b": "Table",
    r"\bBecomes\b|\bDecided by the mapping\b": "Imports as",
    r"\bFed from\b|\bFeeds\b": "Maps to, Source tables",
    r"\b(is|are) there already\b": "already exists",
    r"\bOverwrite with the source\b": "Overwrite with imported data",
    r"\bAdd a second record\b": "Create a duplicate",
    r"\b[Ff]ates?\b|\bWhat became of\b": "Row outcomes",
    r"\bbooked\b": "recorded",
    r"\bHeld back\b|\bheld back\b": "held for correction",
    r"\bExcluded by consent\b": "Excluded (no consent)",
    r"\bAdds up\b": "Balanced",
    r"\bthe way back\b|\bput(s|ting)? .{0,20}back\b": "rollback, restored",
    r"\b[Dd]igests?\b|\b[Ff]ingerprints?\b": "checksum",
    r"\b[Ss]ign of life\b|\bSilent\b|\b[Aa]live\b": "Last heartbeat, offline, online",
    r"\bKeep as it is\b": "Cancel",
    r"\b[Mm]oney touched\b": "Amount affected",
    r"\bIn words\b": "Explanation",
    r"\bHow to put it right\b|\bWhat to do\b": "How to fix",
    r"\bbegins anew\b": "resets",
    r"\bWhat would have cost less\b": "Savings",
    r"\bIf not:": "say what happens until then",
    r"\bPromised and kept\b|\bRightly left alone\b|\bUnseen systems\b": "Predicted vs actual, Correctly unmapped",
    r"\bGood day\b": "Today",
    r"\bwhose eyes\b": "Demo mode: choose a role",
    r"\bhas its own lines\b|\bsees its own lines\b": "You can see only your own activity.",
}
"""What is not said any more, as a pattern -> what is said instead."""


KEY = re.compile(r"[a-z0-9_.:/~?=&-]*")
"""Names of state, fields and addresses, which nobody reads."""


def literals(path: Path) -> Iterator[tuple[int, str]]:
    """Line and text of every literal that is more than a key; docstrings are for programmers."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    silent = {
        id(node.value)
        for node in ast.walk(tree)
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
    }
    for node in ast.walk(tree):
        if not isinstance(node, ast.Constant) or not isinstance(node.value, str) or id(node) in silent:
            continue
        if not KEY.fullmatch(node.value):
            yield node.lineno, node.value


@pytest.mark.parametrize(("pattern", "better"), REPLACED.items(), ids=list(REPLACED.values()))
def test_a_phrase_that_was_replaced_is_not_said(pattern, better):
    occurrences = [
        f"{path.relative_to(ROOT)}:{line}: {text!r}"
        for path in SPEAKING_MODULES
        for line, text in literals(path)
        if re.search(pattern, text)
    ]
    assert not occurrences, f"say: {better}\n" + "\n".join(occurrences)
