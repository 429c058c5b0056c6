"""aura fit: the package for typed counts and for what files hold."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from core.entry.cli import main

ROOT = Path(__file__).resolve().parents[3]


def answer(capsys: pytest.CaptureFixture[str], *arguments: object) -> dict:
    assert main(["fit", *(str(argument) for argument in arguments), "--json"]) == 0
    return json.loads(capsys.readouterr().out)


def test_typed_counts_get_a_package_with_its_deciding_limit(capsys):
    document = answer(capsys, "--domain", "restaurant", "--items", 1200, "--locations", 3)
    assert document["package"] == "professional"
    assert document["deciding"] == {"measure": "locations", "count": 3, "limit": 1, "holds": False}
    assert [entry["price"] for entry in document["packages"]] == [500, 2000, 6000]
    assert document["next_up"]["key"] == "enterprise"


def test_unknown_counts_are_named(capsys):
    document = answer(capsys, "--domain", "restaurant")
    assert (document["is_certain"], document["unknown"]) == (False, ["locations", "items", "pos_types"])
    assert document["packages"][2]["price"] is None


def test_files_are_counted_and_a_typed_count_goes_first(capsys, database):
    path = ROOT / "mock_data" / "toast" / "menus_v2.json"
    document = answer(capsys, "--file", path, "--locations", 12)
    assert document["domain"] == "restaurant"
    assert document["counts"]["items"] == {
        "value": 3,
        "source": "file",
        "evidence": "Different records in menu_items",
    }
    assert document["counts"]["locations"]["source"] == "typed"
    assert document["package"] == "enterprise"


def test_without_a_line_of_business_the_command_says_what_to_add(capsys):
    assert main(["fit", "--items", "3"]) != 0
    assert "--domain" in capsys.readouterr().err
