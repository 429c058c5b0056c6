"""Make a migration of 3,000 source fields, as large chains have them: 15 tables of 200 columns with invented values.

`python -m benchmarks.wide TENANT [FOLDER]` adds it to a tenant of the database that APP_DATA_DIR or DATABASE_URL names
and prints the migration's id. Alice acts.
"""

from __future__ import annotations

import csv
import random
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime, timedelta
from pathlib import Path

from core.schema import Field, target_schema

TABLES, COLUMNS, ROWS = 15, 200, 120
_WORDS = ("north", "patio", "bar", "kiosk", "legacy", "partner", "audit", "seasonal", "shift", "batch")
_START = datetime(2026, 1, 5, 8, 30)


def write_wide(folder: Path) -> list[Path]:
    """Write the tables, each about one entity of a restaurant, its columns named well, badly and not at all."""
    entities = [entity for entity in target_schema().domain("restaurant").values() if len(entity.fields) > 3]
    paths = []
    for number in range(TABLES):
        entity = entities[number % len(entities)]
        path = folder / f"export_{number + 1:02}_{entity.name}s.csv"
        dice = random.Random(number)
        columns = list(_columns(list(entity.fields.values()), dice))
        with path.open("w", newline="", encoding="utf-8") as file:
            writer = csv.writer(file)
            writer.writerow(name for name, _ in columns)
            writer.writerows([_value(field, row, dice) for _, field in columns] for row in range(1, ROWS + 1))
        paths.append(path)
    return paths


def _columns(fields: list[Field], dice: random.Random) -> Iterator[tuple[str, Field | None]]:
    other_fields = [field for field in target_schema().fields("restaurant") if field not in fields]
    pool = fields + dice.sample(other_fields, min(len(other_fields), 60))
    for position in range(COLUMNS):
        if position < len(pool):
            field = pool[position]
            title = field.name if field in fields else f"{field.entity}_{field.name}"
            yield title.replace("_", " ").title(), field
        else:
            yield f"{dice.choice(_WORDS)} {dice.choice(_WORDS)} {position:03}", None


def _value(field: Field | None, row: int, dice: random.Random) -> str:
    if field is None:
        return dice.choice(("", f"{dice.randrange(10_000)}", dice.choice(_WORDS)))
    if field.kind == "enum":
        return dice.choice(field.options)
    make_value = _KINDS.get(field.kind)
    return make_value(row, dice) if make_value else f"{dice.choice(_WORDS)} {row}".title()


_KINDS: Mapping[str, Callable[[int, random.Random], str]] = {
    "money": lambda _, dice: f"{dice.randrange(100, 9_000) / 100:.2f}",
    "int": lambda _, dice: str(dice.randrange(1, 50)),
    "decimal": lambda _, dice: str(dice.randrange(1, 50)),
    "percent": lambda _, dice: str(dice.randrange(1, 50)),
    "bool": lambda _, dice: dice.choice(("yes", "no")),
    "date": lambda row, _: (_START + timedelta(hours=row)).isoformat(sep=" "),
    "datetime": lambda row, _: (_START + timedelta(hours=row)).isoformat(sep=" "),
    "id": lambda row, _: f"id-{row:05}",
    "ref": lambda row, _: f"id-{row:05}",
    "email": lambda row, _: f"person{row}@example.com",
    "phone": lambda row, _: f"212-555-{row:04}",
}


def add_wide(tenant: str) -> str:
    """Take the tables in and has their mapping suggested; the migration's id."""
    from adapters import SOURCES
    from core.engine.mapping.actions import suggest_mapping
    from core.engine.sources.actions import add_file, create_migration
    from core.entry.demo import seed_cast
    from core.platform.access.actions import enter

    with tempfile.TemporaryDirectory() as folder, enter(seed_cast()["alice"], tenant) as context:
        migration = create_migration(context, "Wide").id
        for path in write_wide(Path(folder)):
            add_file(context, migration, path, SOURCES)
        suggest_mapping(context, migration, SOURCES)
        return migration


if __name__ == "__main__":
    print(add_wide(sys.argv[1]))
