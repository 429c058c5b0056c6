"""The command line's words: percentages and labels as on the screens, rows of one definition, the domain by evidence."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from core.engine.runs.tables import Run
from core.engine.sources.tables import Migration
from core.entry import tenants
from core.entry.cli import main
from core.kit.ids import new_id
from core.platform.access.actions import enter

MOCK = Path(__file__).resolve().parents[3] / "mock_data"
TOAST = str(MOCK / "toast" / "toast_sample.json")
FILES = {
    "menu": (
        "Nr.;Item;Preis;Kategorie;MwSt;verfügbar\n1;Bruschetta;5,50 €;Vorspeisen;19%;ja\n2;Tiramisu;6,50 €;Dessert;19%;ja\n",
        "restaurant",
        "Item",
    ),
    "dishes": (
        "Item,Price,Category\nCaesar Salad,9.50,Starters\nPad Thai,14.00,Mains\n",
        "restaurant",
        "Item",
    ),
    "pupils": (
        "Student ID,Last Name,First Name,Grade,Homeroom,DOB\n1001,Rossi,Anna,7,7B,2013-05-02\n",
        "school",
        "Student ID",
    ),
    "schueler": (
        "Schüler-Nr;Nachname;Vorname;Klasse;Geburtsdatum\n1;Meier;Anna;7b;02.05.2013\n2;Schulz;Ben;8a;11.09.2012\n",
        "school",
        "Klasse",
    ),
    "fees": ("Student,Fee,Amount,Due Date\nAnna Rossi,Tuition,1200.00,2026-09-01\n", "school", "Fee"),
}
"""File -> content, its domain, and a column that shows it."""


@pytest.fixture
def aura(capsys):
    def run(*arguments):
        code = main([str(argument) for argument in arguments])
        output = capsys.readouterr()
        assert code == 0, output.err
        return output.out

    return run


@pytest.fixture
def tenant(people):
    slug = f"words-{new_id()}"
    tenants.create_tenant(people["alice"], slug, "Words")
    return slug


@pytest.fixture
def table(tmp_path):
    def write(name):
        path = tmp_path / f"{name}.csv"
        path.write_text(FILES[name][0], encoding="utf-8")
        return path

    return write


@pytest.mark.parametrize("name", FILES)
@pytest.mark.parametrize("command", ["suggest", "validate"])
def test_a_generic_file_gets_the_domain_its_columns_speak_for_and_says_why(
    database, capsys, table, name, command
):
    _, domain, column = FILES[name]
    code = main([command, str(table(name))])
    text = "".join(capsys.readouterr())
    assert code == 0
    assert f"Read as a {domain}'s data" in text
    assert column in text
    assert "--domain" in text


def test_the_german_article_list_is_a_restaurant_s(database, aura):
    assert "Read as a restaurant's data" in aura("suggest", MOCK / "spreadsheet" / "artikelliste.csv")


def test_a_domain_that_is_asked_for_is_taken(database, aura, table):
    fields = json.loads(aura("suggest", table("menu"), "--domain", "school", "--json"))
    assert {field["domain"] for field in fields} == {"school"}
    pupils = json.loads(aura("validate", table("pupils"), "--domain", "restaurant", "--json"))
    assert pupils["domain"] == "restaurant"


def test_columns_that_speak_for_neither_domain_are_asked_about(database, tmp_path, capsys):
    path = tmp_path / "values.csv"
    path.write_text("xa,xb\n1,2\n3,4\n")
    assert main(["suggest", str(path)]) == 1
    assert "--domain restaurant" in capsys.readouterr().err


def test_a_recognised_export_needs_no_choice(database, aura):
    assert "Read as" not in aura("suggest", TOAST)


def test_confidences_are_percentages_and_targets_have_labels(database, aura):
    text = aura("suggest", TOAST)
    assert re.search(r"Menu item › Price +9\d%", text)
    assert not re.search(r"\b0\.\d\d\b", text)
    assert "Toast, 97% sure" in aura("identify", TOAST)


def test_reasons_are_whole_and_differ(database, aura):
    text = aura("suggest", TOAST)
    assert "…" not in text
    fields = json.loads(aura("suggest", TOAST, "--json"))
    strongest = {
        max(field["evidence"], key=lambda part: part["weight"])["text"] for field in fields if field["target"]
    }
    assert all(reason in text for reason in strongest)
    assert len(strongest) > 5


def test_lists_without_entries_say_so(aura, tenant):
    assert aura("recipe", "list", "--tenant", tenant) == "No recipes yet\n"
    assert aura("runs", "--tenant", tenant) == "No runs yet\n"


def test_a_created_tenant_is_named_with_its_manager(aura, people):
    slug = f"made-{new_id()}"
    assert aura("tenant", "create", slug, "--name", "Made") == f'Created tenant "{slug}" (manager: alice).\n'
    assert aura("tenant", "create", f"{slug}-b", "--name", "Made", "--as", "bob").endswith(
        "(manager: bob).\n"
    )


def test_an_unknown_run_is_named_with_where_to_look(people, capsys):
    assert main(["rollback", "01a1fe2b"]) == 1
    assert capsys.readouterr().err == "aura: There is no run 01a1fe2b. `aura runs` lists them.\n"


def add_run(context, **values):
    migration = Migration(
        tenant_id=context.tenant.id,
        id=new_id(),
        created_at=context.now,
        name="Move",
        source="toast",
        phase="import",
        settings={},
        created_by=context.person,
    )
    context.session.add(migration)
    context.session.flush()
    run = Run(
        tenant_id=context.tenant.id,
        id=new_id(),
        migration_id=migration.id,
        validation_id=new_id(),
        state="completed",
        phase="import",
        step="",
        plan={},
        plan_hash="",
        rows_total=32,
        rows_done=32,
        totals={},
        checksums={},
        worked_seconds=0.0,
        created_by=context.person,
        created_at=context.now,
        updated_at=context.now,
        **{"kind": "import"} | values,
    )
    context.session.add(run)
    context.session.commit()
    return run.id


def test_runs_of_all_tenants_are_listed_the_newest_first(aura, people):
    handle = f"lee-{new_id()}"
    lee = tenants.create_person(handle, "Lee")
    slugs = [f"list-{new_id()}" for _ in range(2)]
    calls = []
    for slug in slugs:
        tenants.create_tenant(lee, slug, slug)
    for slug in (slugs[0], slugs[1], slugs[0]):
        with enter(lee, slug) as context:
            calls.append(add_run(context))
    text = aura("runs", "--as", handle)
    assert [line.split()[0] for line in text.splitlines()[2:]] == calls[::-1]
    assert all(re.search(r"\d+ \w{3}, \d\d:\d\d [A-Z]{3,4}$", line) for line in text.splitlines()[2:])
    assert text.split()[:9] == [
        "run",
        "tenant",
        "kind",
        "state",
        "rows",
        "imported",
        "records",
        "held",
        "started",
    ]
