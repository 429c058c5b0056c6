"""`python -m core.entry.cli`, the same as the console script `aura`."""

from core.entry.cli import run

run()
