"""Read the demo tenants' exports, and what their generator lists as planted defects."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator
from datetime import date
from pathlib import Path

UNTIL = date(2025, 11, 15)  # the thirty days before it hold the end of summer time


def read(path: Path):
    return json.loads(path.read_text(encoding="utf-8"))


def table(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def planted(folder: Path, *codes: str) -> set[tuple[str, str]]:
    defects = read(folder / "expected.json")["defects"]
    return {(defect["code"], defect["external_id"]) for defect in defects if defect["code"] in codes}


def items_of(folder: Path) -> list[dict]:
    menus = read(folder / "bella_menu_customers.json")["menus"]
    return [item for menu in menus for group in menu["groups"] for item in group["items"]]


def checks_of(folder: Path) -> Iterator[dict]:
    return (check for order in read(folder / "bella_orders.json")["orders"] for check in order["checks"])
