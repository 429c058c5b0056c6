"""Answers of the command line as text and as JSON, and its arguments; no command is run."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.entry.cli.answer import Answer, share, table
from core.entry.cli.arguments import parse

AT = datetime(2026, 11, 27, 9, 30, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Total:
    name: str
    amount: Decimal


def test_a_document_has_money_as_text_and_times_in_iso_8601():
    document = {
        "totals": [Total("menu", Decimal("12.50"))],
        "at": AT,
        "day": date(2026, 11, 27),
        "codes": {"b", "a"},
        "none": None,
    }
    assert json.loads(Answer(document, "").as_json()) == {
        "totals": [{"name": "menu", "amount": "12.50"}],
        "at": "2026-11-27T09:30:00+00:00",
        "day": "2026-11-27",
        "codes": ["a", "b"],
        "none": None,
    }


def test_a_document_that_is_none_is_no_output():
    assert Answer(None, "text").as_json() == ""


def test_a_value_without_a_form_in_json_is_an_error():
    with pytest.raises(TypeError, match="object has no place"):
        Answer({"value": object()}, "").as_json()


@pytest.mark.parametrize("mark", ["\x1b[2J", "\u202e", "\r", "\x07"])
def test_nothing_in_an_answer_steers_the_terminal(mark):
    answer = Answer({"name": f"a{mark}b"}, f"a{mark}b\nsecond line")
    assert mark not in answer.as_text()
    assert mark not in answer.as_json()
    assert json.loads(answer.as_json()) == {"name": f"a{mark}b"}
    assert answer.as_text().count("\n") == 1


@pytest.mark.parametrize(
    ("value", "text"), [(None, "–"), (0.849, "84%"), (0.999, "99%"), (1.0, "100%"), (0.0, "0%")]
)
def test_a_share_is_rounded_down(value, text):
    assert share(value) == text


@pytest.mark.parametrize(
    ("cell", "text"),
    [
        (None, "–"),
        (1_200, "1,200"),
        (2.5, "2.50"),
        (AT, "2026-11-27 09:30 UTC"),
        (True, "True"),
        ("a\nb\tc", "a b c"),
        ("a\x1bb", "a\\x1bb"),
        ("x" * 70, "x" * 59 + "…"),
        (Decimal("1.50"), "1.50"),
    ],
)
def test_a_cell_is_one_printable_line(cell, text):
    assert table(("column",), [(cell,)]).splitlines()[2].strip() == text


def test_numbers_stand_to_the_right_and_texts_to_the_left():
    assert table(("name", "rows"), [("menu", 1_200), ("a", 7), ("long name", None)]).splitlines() == [
        "name        rows",
        "---------  -----",
        "menu       1,200",
        "a              7",
        "long name      –",
    ]


def test_a_table_without_rows_says_so():
    assert table(("a",), []) == "Nothing to show"
    assert table(("a",), [], empty="No runs yet") == "No runs yet"


@given(st.lists(st.tuples(st.text(), st.integers()), min_size=1, max_size=6))
def test_every_row_is_one_line(rows):
    lines = table(("name", "number"), rows).splitlines()
    assert len(lines) == len(rows) + 2


@pytest.mark.parametrize(
    ("line", "command", "values"),
    [
        (
            "identify a.csv b.csv",
            "reading:identify",
            {"files": [Path("a.csv"), Path("b.csv")], "json": False},
        ),
        ("suggest a.csv --domain school --json", "reading:suggest", {"domain": "school", "json": True}),
        ("validate a.csv", "importing:validate", {"tenant": None, "accept_above": 0.7, "set": []}),
        (
            "import a.csv --tenant t --set Price=menu_item.price --set menu:Note=",
            "importing:load",
            {
                "set": [("Price", "menu_item.price"), ("menu:Note", None)],
                "conflict": "overwrite",
                "worker": True,
            },
        ),
        ("dry-run a.csv --tenant t --accept-above 0.9", "importing:dry_run", {"accept_above": 0.9}),
        ("runs", "runs:show", {"tenant": None}),
        ("rollback latest", "runs:rollback", {"run": "latest"}),
        ("export --tenant t --entity order", "runs:export", {"format": "csv", "out": None}),
        ("recipe apply Menus a.csv --tenant t", "recipes:apply", {"name": "Menus", "preview": False}),
        ("costs --tenant t --since 2026-11-01", "costs:show", {"since": date(2026, 11, 1)}),
        ("coach --tenant t --step map", "coaching:advise", {"step": "map", "migration": None}),
        ("audit verify --anchors a --anchors b", "auditing:verify_logs", {"anchors": [Path("a"), Path("b")]}),
        ("serve --demo --port 8600", "operating:serve", {"demo": True, "port": 8600}),
        ("stop", "operating:stop", {}),
    ],
)
def test_a_command_line_names_its_function_and_its_values(line, command, values):
    args = parse(line.split())
    assert args.command == command
    assert {name: getattr(args, name) for name in values} == values


@pytest.mark.parametrize(
    "line",
    [
        "",
        "unknown",
        "identify",
        "import a.csv",
        "import a.csv --tenant t --accept-above 1.5",
        "import a.csv --tenant t --set Price",
        "import a.csv --tenant t --set =menu_item.price",
        "import a.csv --tenant t --conflict replace",
        "suggest a.csv --domain hotel",
        "export --entity menu_item",
        "recipe",
        "recipe save Menus --tenant t",
        "costs --tenant t --since yesterday",
        "coach --tenant t --step elsewhere",
    ],
)
def test_wrong_usage_ends_with_2(line, capsys):
    with pytest.raises(SystemExit) as exit_info:
        parse(line.split())
    assert exit_info.value.code == 2
    assert "usage: aura" in capsys.readouterr().err


def test_a_field_may_hold_an_equals_sign_and_a_target_may_not():
    args = parse(["validate", "a.csv", "--set", "a=b=menu_item.price"])
    assert args.set == [("a=b", "menu_item.price")]


@pytest.mark.parametrize(("variable", "person"), [(None, "alice"), ("bob", "bob")])
def test_who_acts_is_alice_unless_the_environment_names_somebody(monkeypatch, variable, person):
    monkeypatch.delenv("AURA_PERSON", raising=False)
    if variable:
        monkeypatch.setenv("AURA_PERSON", variable)
    assert parse(["runs"]).person == person
    assert parse(["runs", "--as", "carol"]).person == "carol"
