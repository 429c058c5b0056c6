"""The demo as the person who gives it sees it: its screen, its script with times and talk track, its bar, its reset"""

from __future__ import annotations

from pages.demo.bar import bar
from pages.demo.resetting import reset
from pages.demo.screen import show
from pages.demo.script import script

__all__ = ["bar", "reset", "script", "show"]
