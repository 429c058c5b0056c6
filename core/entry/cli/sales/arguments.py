"""The arguments of the commands of the sales desk."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from pathlib import Path
from typing import TypeAlias

from core.business.catalog.packages import MEASURES

AddCommand: TypeAlias = Callable[[str, str, str], argparse.ArgumentParser]
"""Add a command by its name, 'module:function' and summary; return its parser."""


def add_sales(add: AddCommand) -> None:
    """Add the commands of the sales desk."""
    _fit(add)


def _fit(add: AddCommand) -> None:
    fit = add("fit", "sales.fit:find", "find the package that holds what a prospect has")
    fit.add_argument("--domain", choices=("restaurant", "school"), help="default: that of the files")
    for measure, label in MEASURES.items():
        fit.add_argument(
            f"--{measure.replace('_', '-')}", type=int, metavar="COUNT", help=f"how many: {label}"
        )
    fit.add_argument(
        "--file",
        action="append",
        default=[],
        type=Path,
        metavar="FILE",
        help="count what an export holds; nothing of it is kept; may be given several times",
    )
