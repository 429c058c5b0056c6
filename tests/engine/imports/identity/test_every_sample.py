"""Import every sample a second time: in another order, with a record on top and one value changed, told apart by rows."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from tests.importer import Importer

sys.path.insert(0, str(Path(__file__).resolve().parents[4] / "benchmarks"))
import again


@pytest.mark.parametrize("export", list(again.sample_exports()), ids=lambda export: export.name)
def test_a_second_export_of_a_sample_changes_what_changed_and_nothing_else(
    importer: Importer, export: again.Export
) -> None:
    second = again.Again(export, importer.folder, importer.context)
    assert list(second.findings(["at once"])) == []
