"""What the files of a migration hold: each record once, by the mapping; what they do not hold is not counted as 0."""

from __future__ import annotations

from pathlib import Path

import pytest

from adapters import SOURCES
from core.business.catalog.counts import counts_of_migration
from core.context import Context
from core.engine.mapping.actions import suggest_mapping
from core.engine.sources.actions import add_file, create_migration
from core.errors import NotFoundError


def migration_of(context: Context, folder: Path, *, is_mapped: bool = True, **files: str) -> str:
    migration = create_migration(context, "Fit").id
    for name, text in files.items():
        path = folder / f"{name}.csv"
        path.write_text(text, encoding="utf-8")
        add_file(context, migration, path, SOURCES)
    if is_mapped:
        suggest_mapping(context, migration, SOURCES)
    context.session.commit()
    return migration


def menu(*numbers: int) -> str:
    rows = [f"{number},Dish {number},Mains,{number % 40 + 5}.50" for number in numbers]
    return "\n".join(["Item ID,Item Name,Category,Price", *rows]) + "\n"


def test_an_item_that_stands_in_two_rows_or_files_is_one_item(bob, tmp_path):
    once = [*range(1, 901)]
    migration = migration_of(
        bob, tmp_path, menu=menu(*once, *range(1, 301)), more_menu=menu(*range(800, 951))
    )
    counts = counts_of_migration(bob, migration)
    assert counts["items"].value == 950
    assert counts["items"].is_exact


def test_what_the_files_do_not_hold_is_absent(bob, tmp_path):
    counts = counts_of_migration(bob, migration_of(bob, tmp_path, menu=menu(1, 2, 3)))
    assert counts["items"].value == 3
    assert not {"locations", "pos_types", "guests"} & set(counts)


def test_the_system_of_a_recognised_file_is_a_pos_type(alice, validated_toast):
    counts = counts_of_migration(alice, validated_toast)
    assert counts["pos_types"].value == 1
    assert counts["items"].value > 0
    assert counts["items"].evidence.startswith("Different records in ")


def test_before_the_mapping_rows_are_counted_and_said_to_be_rows(alice, toast_unmapped):
    counts = counts_of_migration(alice, toast_unmapped)
    assert counts
    inexact = [count for measure, count in counts.items() if measure != "pos_types"]
    assert all(not count.is_exact and "not mapped yet" in count.evidence for count in inexact)


@pytest.fixture
def toast_unmapped(alice: Context) -> str:
    root = Path(__file__).resolve().parents[3]
    migration = create_migration(alice, "Unmapped").id
    add_file(alice, migration, root / "mock_data" / "toast" / "toast_sample.json", SOURCES)
    alice.session.commit()
    return migration


def test_a_migration_of_another_customer_is_not_counted(mallory, validated_toast):
    with pytest.raises(NotFoundError):
        counts_of_migration(mallory, validated_toast)
