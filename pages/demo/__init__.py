"""The demo as the person who gives it sees it: its script with times and talk track, its bar on every screen, its reset"""

from __future__ import annotations

from pages.demo.bar import bar
from pages.demo.script import reset, script

__all__ = ["bar", "reset", "script"]
