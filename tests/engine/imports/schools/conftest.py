"""A school of its own for each test, and bundles of CSV files in a ZIP."""

from __future__ import annotations

import zipfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from core.entry.tenants import create_tenant
from core.kit.ids import new_id
from core.platform.access.actions import enter
from tests.importer import Importer

Zip = Callable[..., Path]


@pytest.fixture
def new_school(people, importer_of) -> Iterator[Callable[[], Importer]]:
    """Makes an empty school, one more at each call."""
    with ExitStack() as stack:

        def make() -> Importer:
            slug = f"school-{new_id()}"
            create_tenant(
                people["alice"], slug, "Hill School", domain="school", zone="Africa/Harare", country="ZW"
            )
            return importer_of(stack.enter_context(enter(people["alice"], slug)))

        yield make


@pytest.fixture
def school(new_school) -> Importer:
    return new_school()


@pytest.fixture
def zipped(tmp_path: Path) -> Zip:
    """Writes texts into a ZIP, a CSV file each; with `bom` the files begin with a byte order mark."""

    def write(name: str, *, bom: bool = False, **texts: str) -> Path:
        path = tmp_path / f"{name}.zip"
        with zipfile.ZipFile(path, "w") as archive:
            for file, text in texts.items():
                archive.writestr(f"{file}.csv", text.encode("utf-8-sig" if bom else "utf-8"))
        return path

    return write
