"""Record types are listed on the command line, and a table's is changed, replaced, excluded and taken back."""

from __future__ import annotations

import json

import pytest

from core.entry import tenants
from core.entry.cli import main
from core.kit.ids import new_id

PEOPLE = "Id,Name,Email,Phone\n" + "".join(
    f"{n},Ann Example{n},a{n}@example.com,555-01{n:02}\n" for n in range(10, 40)
)
MENU = "Dish,Cost,Stock Code\nSoup,$4.50,S1\nStew,$12.00,S2\n"


@pytest.fixture
def aura(capsys):
    """Runs a command with --json; returns its exit code and its document, or what it printed on stderr."""

    def run(*arguments):
        code = main([*(str(argument) for argument in arguments), "--json"])
        output = capsys.readouterr()
        return code, json.loads(output.out) if output.out.startswith(("{", "[")) else output.err

    return run


@pytest.fixture
def access(people):
    """A tenant of Alice's, as arguments."""
    slug = f"cli-{new_id()}"
    tenants.create_tenant(people["alice"], slug, slug, is_demo=True)
    return ("--tenant", slug, "--as", "alice")


@pytest.fixture
def migration(aura, access, tmp_path) -> str:
    """A migration of two tables, people and a menu."""
    (tmp_path / "people.csv").write_text(PEOPLE, encoding="utf-8")
    (tmp_path / "menu.csv").write_text(MENU, encoding="utf-8")
    code, validated = aura("validate", tmp_path / "people.csv", tmp_path / "menu.csv", *access)
    assert code == 0
    return str(validated["migration"])


def by_table(document):
    return {table["table"]: table for table in document}


def test_each_table_is_listed_with_its_record_type_its_chance_and_the_next_likeliest(aura, access, migration):
    code, document = aura("types", migration, *access)
    assert code == 0
    tables = by_table(document)
    assert set(tables) == {"people", "menu"}
    assert tables["menu"]["record_type"] == "menu_item"
    for table in document:
        chances = [entry["chance"] for entry in table["ranked"]]
        assert chances == sorted(chances, reverse=True)
        assert not table["chosen"]
        assert table["changed_fields"] == 0


def test_a_record_type_is_set_for_the_named_table_only_and_taken_back(aura, access, migration):
    _, before = aura("types", migration, *access)
    other_type = "employee" if by_table(before)["people"]["record_type"] != "employee" else "customer"
    code, document = aura("types", migration, "--set", f"people={other_type}", "--replace-decisions", *access)
    assert code == 0
    tables = by_table(document)
    assert (tables["people"]["record_type"], tables["people"]["chosen"]) == (other_type, True)
    assert tables["people"]["changed_fields"] > 0
    assert tables["menu"] == by_table(before)["menu"]
    code, restored = aura("types", migration, "--undo", "people", *access)
    assert code == 0
    assert restored == before


def test_decisions_stay_without_the_option_that_replaces_them(aura, access, migration):
    code, document = aura("types", migration, "--set", "people=employee", *access)
    assert code == 0
    people = by_table(document)["people"]
    assert (people["record_type"], people["chosen"], people["changed_fields"]) == ("employee", True, 0)


def test_a_table_is_excluded_by_an_empty_record_type(aura, access, migration):
    code, document = aura("types", migration, "--set", "people=", "--replace-decisions", *access)
    assert code == 0
    people = by_table(document)["people"]
    assert (people["record_type"], people["chosen"]) == (None, True)
    assert people["changed_fields"] >= people["fields"]
    _, validated = aura("types", migration, *access)
    assert by_table(validated)["people"]["record_type"] is None


@pytest.mark.parametrize(
    ("arguments", "named"),
    [
        (("--set", "people=spaceship"), "customer"),
        (("--set", "nothing=customer"), "people"),
        (("--undo", "menu"), "No record type is chosen"),
    ],
)
def test_what_is_not_there_is_refused_with_what_is_and_nothing_is_written(
    aura, access, migration, arguments, named
):
    code, message = aura("types", migration, "--set", "people=", *arguments, *access)
    assert code != 0
    assert named in message
    _, document = aura("types", migration, *access)
    assert not any(table["chosen"] for table in document)


def test_without_json_a_table_is_printed(access, migration, capsys):
    assert main(["types", migration, *access]) == 0
    printed = capsys.readouterr().out
    assert "next likeliest" in printed
    assert "menu" in printed
    main(["types", migration, "--set", "menu=", *access])
    assert "No record type" in capsys.readouterr().out
