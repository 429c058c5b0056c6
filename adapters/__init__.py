"""The sources we know, each a declaration in a file of its own."""

from __future__ import annotations

from adapters.spreadsheet import SPREADSHEET
from adapters.square import SQUARE
from adapters.toast import TOAST
from core.engine.sources.contract import Source

SOURCES: dict[str, Source] = {
    "toast": TOAST,
    "square": SQUARE,
    "spreadsheet": SPREADSHEET,
}
