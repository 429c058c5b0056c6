"""aura prospect: list, show, add and import, as a person of the operator's staff."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable
from pathlib import Path

import pytest

from core.business.sales.prospects.rules import Stage
from core.entry.cli import main
from core.entry.cli.sales.prospect_arguments import STAGES
from core.kit.ids import new_id
from tests.operators import Staff, add_staff

Aura = Callable[..., tuple[int, str, str]]


@pytest.fixture(scope="module")
def sam(database: None) -> Staff:
    return add_staff("sales")


@pytest.fixture
def aura(capsys: pytest.CaptureFixture[str], sam: Staff) -> Aura:
    def run(*arguments: object, handle: str = "") -> tuple[int, str, str]:
        words = [str(argument) for argument in arguments]
        code = main(["prospect", *words, "--as", handle or f"sales-{sam.name.rpartition(' ')[2]}"])
        output = capsys.readouterr()
        return code, output.out, output.err

    return run


def document_of(answer: tuple[int, str, str]) -> dict:
    code, out, err = answer
    assert code == 0, err
    return json.loads(out)


def test_the_stages_of_the_argument_are_those_of_prospects():
    assert tuple(Stage) == STAGES


def test_a_prospect_is_added_shown_and_listed(aura: Aura, sam: Staff):
    name = f"Osteria {new_id()}"
    added = document_of(
        aura(
            "add",
            name,
            "--source",
            "Toast POS",
            "--locations",
            7,
            "--email",
            f"{new_id()}@example.com",
            "--json",
        )
    )
    shown = document_of(aura("show", name, "--json"))
    assert (shown["id"], shown["source_system"], shown["locations"]) == (added["prospect"], "toast", 7)
    assert (shown["owner_name"], shown["has_contact"], shown["contact"]) == (sam.name, True, None)
    assert len(shown["unanswered"]) == 7
    listed = document_of(aura("list", "--search", name, "--json"))
    assert [row["id"] for row in listed["prospects"]] == [added["prospect"]]
    assert (listed["total"], listed["stages"]["new"]) == (1, 1)


def test_a_contact_is_shown_where_it_is_asked_for(aura: Aura):
    name, address = f"Bistro {new_id()}", f"{new_id()}@example.com"
    aura("add", name, "--contact", "Rosa Bianchi", "--email", address)
    assert address not in aura("show", name)[1]
    assert document_of(aura("show", name, "--contact", "--json"))["contact"]["email"] == address


def test_a_prospect_that_may_exist_is_refused_unless_anyway(aura: Aura):
    name = f"Harbour {new_id()}"
    aura("add", name)
    code, _, err = aura("add", f"{name.upper()}, LLC")
    assert code == 1
    assert "exists already" in err
    assert aura("add", f"{name.upper()}, LLC", "--anyway")[0] == 0


def test_faults_of_fields_are_one_refusal(aura: Aura):
    code, _, err = aura("add", f"Faulty {new_id()}", "--email", "nobody", "--locations", 0)
    assert code == 1
    assert "e-mail address" in err
    assert "number from 1" in err


def test_an_unknown_and_an_ambiguous_name_are_refused(aura: Aura):
    name = f"Twice {new_id()}"
    aura("add", name)
    aura("add", name, "--anyway")
    assert "2 prospects are meant" in aura("show", name)[2]
    assert "There is no prospect" in aura("show", f"Nobody {new_id()}")[2]


def test_a_list_is_previewed_then_imported_and_its_refused_rows_are_written(aura: Aura, tmp_path: Path):
    key = new_id()
    path = tmp_path / "list.csv"
    path.write_text(f"Company;POS;# of stores\nOne {key};Square;3\nTwo {key};Square;many\n", encoding="utf-8")
    preview = document_of(aura("import", path, "--preview", "--json"))
    assert (preview["rows"], preview["added"], preview["refused"], preview["is_preview"]) == (2, 1, 1, True)
    assert document_of(aura("list", "--search", key, "--json"))["total"] == 0
    refused = tmp_path / "refused.csv"
    imported = document_of(aura("import", path, "--refused", refused, "--json"))
    assert imported["columns"] == {"Company": "name", "POS": "source_system", "# of stores": "locations"}
    assert [outcome["fate"] for outcome in imported["outcomes"]] == ["added", "refused"]
    [row] = csv.DictReader(refused.read_text(encoding="utf-8-sig").splitlines())
    assert (row["Company"], row["Field"], row["Value"]) == (f"Two {key}", "Locations", "many")
    again = document_of(aura("import", path, "--json"))
    assert (again["added"], again["duplicate"], again["refused"]) == (0, 1, 1)


def test_a_column_is_chosen_by_hand(aura: Aura, tmp_path: Path):
    key = new_id()
    path = tmp_path / "list.csv"
    path.write_text(f"Company,Trading name\nHolding {key},Cafe {key}\n", encoding="utf-8")
    aura("import", path, "--column", "Company=", "--column", "Trading name=name")
    rows = document_of(aura("list", "--search", key, "--json"))["prospects"]
    assert [row["name"] for row in rows] == [f"Cafe {key}"]


def test_who_is_not_of_the_staff_that_sells_is_refused(aura: Aura):
    specialist = add_staff("specialist")
    handle = f"specialist-{specialist.name.rpartition(' ')[2]}"
    code, _, err = aura("list", handle=handle)
    assert code == 1
    assert err


def test_a_missing_file_is_one_refusal(aura: Aura, tmp_path: Path):
    code, _, err = aura("import", tmp_path / "nothing.csv")
    assert code == 1
    assert "There is no file" in err
