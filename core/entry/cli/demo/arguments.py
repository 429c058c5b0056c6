"""The arguments of `aura demo`."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from typing import Any


def add_demo(commands: Any, command: Callable[..., argparse.ArgumentParser]) -> None:
    """Add the commands of the demo; `command` adds one of them to its group."""
    demo = commands.add_parser("demo", help="the demo tenants").add_subparsers(required=True, metavar="WHAT")
    command(demo, "status", "demo.commands:show_status", "show the state of each demo tenant")
    reset = command(demo, "reset", "demo.commands:reset_demo", "bring the demo back to how it started")
    reset.add_argument(
        "tenant", metavar="TENANT", nargs="?", help="one story alone (default: all of the demo)"
    )
    reset.add_argument(
        "--again", action="store_true", help="import the story instead of putting its copy back"
    )
    breaking = command(demo, "break", "demo.commands:break_demo", "switch a part of the demo off")
    breaking.add_argument("part", choices=("ai", "source", "network"))
    command(demo, "mend", "demo.commands:mend_demo", "switch all parts of the demo on")
