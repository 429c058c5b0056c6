"""The recipe commands: what is decided travels as a file, is applied to other files, and fails loudly when it changes."""

import json
import re

import pytest

from core.entry import tenants
from core.entry.cli import main
from core.kit.ids import new_id

MENU = "Dish,Cost,Stock Code\nSoup,$4.50,S1\nStew,$12.00,S2\n"


@pytest.fixture
def aura(capsys):
    """Runs a command with --json; returns its exit code and its document (or what it said on stderr)."""

    def run(*arguments):
        code = main([*(str(argument) for argument in arguments), "--json"])
        output = capsys.readouterr()
        return code, json.loads(output.out) if output.out.startswith(("{", "[")) else output.out or output.err

    return run


@pytest.fixture
def access(people):
    """A tenant of Alice's, as arguments."""
    slug = f"cli-{new_id()}"
    tenants.create_tenant(people["alice"], slug, slug, is_demo=True)
    return ("--tenant", slug, "--as", "alice")


@pytest.fixture
def menu(tmp_path):
    path = tmp_path / "menu.csv"
    path.write_text(MENU, encoding="utf-8")
    return path


@pytest.fixture
def saved(aura, access, menu):
    """A migration mapped by hand, and its recipe's document."""
    options = (
        "--set",
        "Dish=menu_item.name",
        "--set",
        "Cost=menu_item.price",
        "--set",
        "Stock Code=menu_item.sku",
    )
    code, validated = aura("validate", menu, *options, *access)
    assert code == 0
    code, document = aura("recipe", "save", "Menus", "--migration", validated["migration"], *access)
    assert code == 0
    return validated["migration"], document


def test_a_recipe_is_saved_listed_exported_and_taken_in(aura, access, saved, tmp_path):
    _, listed = aura("recipe", "list", *access)
    assert [(recipe["name"], recipe["version"], recipe["fields"]) for recipe in listed] == [
        ("Menus", 1, 4)
    ]  # the stock code is the id too
    out = tmp_path / "menus.yaml"
    assert aura("recipe", "export", "Menus", "--out", out, *access)[0] == 0
    assert "Soup" not in out.read_text(encoding="utf-8")
    assert aura("recipe", "import", out, *access)[1]["id"] == saved[1]["id"]


def test_it_is_applied_to_new_files_and_replayed(aura, access, saved, tmp_path):
    file = tmp_path / "december.csv"
    file.write_text(MENU.replace("Soup", "Broth"), encoding="utf-8")
    _, preview = aura("recipe", "apply", "Menus", file, "--preview", *access)
    assert (preview["would_apply"], preview["misfits"]) == (4, [])
    code, done = aura(
        "recipe", "apply", "Menus", file, "--field", "Dish", "--field", "december:Cost", *access
    )
    assert (code, done) == (
        1,
        "aura: The recipe has no field 'december:Cost'. Name it as FIELD or STREAM:FIELD.\n",
    )
    code, done = aura("recipe", "apply", "Menus", file, "--field", "Dish", "--field", "menu:Cost", *access)
    assert (code, done["applied"]) == (0, 2)
    code, done = aura("recipe", "apply", "Menus", "--migration", done["migration"], *access)
    assert (done["applied"], done["already"]) == (2, 2)
    code, replayed = aura("recipe", "replay", "Menus", "--migration", done["migration"], *access)
    assert (code, replayed["passed"]) == (0, True)


def test_a_replay_that_fails_ends_with_1(aura, access, saved, tmp_path):
    shifted = tmp_path / "menu.csv"
    shifted.write_text("Dish,Cost\nSoup,4.50\n", encoding="utf-8")
    _, done = aura("recipe", "apply", "Menus", shifted, *access)
    assert [misfit["why"] for misfit in done["misfits"]] == ["column", "column"]
    code, replayed = aura("recipe", "replay", "Menus", "--migration", done["migration"], *access)
    assert (code, replayed["passed"]) == (1, False)
    assert replayed["differences"][0]["field"] == "Stock Code"


def test_what_is_not_there_is_refused(aura, access, saved, menu):
    assert aura("recipe", "export", "Others", *access)[0] == 1
    assert aura("recipe", "export", "Menus", "--version", 7, *access)[0] == 1
    assert aura("recipe", "replay", "Menus", "--migration", "nowhere", *access)[0] == 1
    assert aura("recipe", "apply", "Menus", *access)[0] == 1
    assert aura("recipe", "import", menu, *access)[0] == 1


def test_a_name_that_two_migrations_share_is_refused_with_both_ids_and_when_they_were_created(
    aura, access, saved, menu
):
    first, _ = saved
    again = aura("validate", menu, "--set", "Dish=menu_item.name", *access)[1]["migration"]
    for command in (
        ("recipe", "save", "Other", "--migration", "menu.csv"),
        ("recipe", "apply", "Menus", "--migration", "menu.csv"),
        ("recipe", "replay", "Menus", "--migration", "menu.csv"),
        ("coach", "menu.csv"),
    ):
        code, refusal = aura(*command, *access)
        assert code == 1
        assert "2 migrations are meant by 'menu.csv'" in refusal
        assert re.findall(r"(\S+) \(created \d+ \w{3}, \d\d:\d\d [A-Z]{3,4}\)", refusal) == [again, first]
    assert aura("recipe", "save", "Other", "--migration", first, *access)[0] == 0


def test_the_time_of_a_recipe_is_listed_with_its_zone(access, saved, capsys):
    main(["recipe", "list", *access])
    assert re.search(r"\d+ \w{3}, \d\d:\d\d [A-Z]{3,4}", capsys.readouterr().out)
