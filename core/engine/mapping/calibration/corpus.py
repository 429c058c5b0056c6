"""How sure suggestions fared on systems the matcher had not been trained on: data/calibration.json.

`python benchmarks/calibration.py` writes it anew after each training.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from core.engine.mapping.calibration.rules import Bin

CALIBRATION_FILE = Path(__file__).resolve().parents[4] / "data" / "calibration.json"


@dataclass(frozen=True, slots=True)
class Group:
    """The fields of one system in one domain.

    unmapped   fields that no target fits; left_alone: those of them for which none was suggested
    """

    domain: str
    system: str
    bins: tuple[Bin, ...]
    unmapped: int
    left_alone: int


@cache
def groups() -> tuple[Group, ...]:
    """Every system of the corpus; bins without suggestions are left out."""
    return tuple(
        Group(
            group["domain"],
            group["system"],
            tuple(Bin(*row) for row in group["bins"]),
            group["unmapped"],
            group["left_alone"],
        )
        for group in json.loads(CALIBRATION_FILE.read_text(encoding="utf-8"))["groups"]
    )
