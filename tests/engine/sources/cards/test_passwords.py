"""Passwords in an export are emptied before anything of it is stored; nothing else is."""

from __future__ import annotations

import csv
import io
import json

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters import SOURCES
from core.engine.batch import ROW, notes_of
from core.engine.sources import actions, store, views
from core.engine.sources.cards.columns import Evidence
from core.engine.sources.cards.passwords import is_password_column, names_password
from core.engine.sources.file_info import Cuts
from tests.engine.sources.test_cards import everything_stored

SECRETS = ("hunter2-Eagle", "{SSHA}q3mUuz0lWmk=")
HEAD = ("user_id", "login_id", "password", "ssha_password", "first_name", "last_name", "email", "status")
ROWS = [
    ("u1", "flow", SECRETS[0], "", "Flo", "Lowe", "flow@example.org", "active"),
    ("u2", "bhay", "", SECRETS[1], "Bo", "Hay", "bhay@example.org", "active"),
]


def as_csv(folder):
    path = folder / "users.csv"
    with path.open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows([HEAD, *ROWS])
    return path


def as_json(folder):
    path = folder / "users.json"
    records = [dict(zip(HEAD, row, strict=True)) | {"login": {"Passwort": SECRETS[0]}} for row in ROWS]
    path.write_text(json.dumps({"users": records}), encoding="utf-8")
    return path


@pytest.mark.parametrize("form", [as_csv, as_json])
def test_nothing_that_is_stored_of_a_file_holds_a_password(alice, tmp_path, form):
    migration = actions.create_migration(alice, "Users").id
    file = actions.add_file(alice, migration, form(tmp_path), SOURCES)
    stored = everything_stored(alice, file)
    for secret in SECRETS:
        assert secret not in stored
    assert "flow@example.org" in stored
    reasons = [reason for stream in views.streams(alice, migration) for reason in stream.why]
    assert any("passwords were removed" in reason for reason in reasons)


def test_the_copy_that_is_kept_has_the_same_rows(alice, tmp_path):
    migration = actions.create_migration(alice, "Users").id
    file = actions.add_file(alice, migration, as_csv(tmp_path), SOURCES)
    text = b"".join(store.read_parts(alice, file.id)).decode()
    assert list(csv.reader(io.StringIO(text))) == [
        list(HEAD),
        *([*row[:2], "", "", *row[4:]] for row in ROWS),
    ]


@given(st.lists(st.one_of(st.none(), st.text(max_size=6)), min_size=1, max_size=5))
def test_a_password_column_is_emptied_and_counted_whatever_it_holds(values):
    frame = pl.DataFrame(
        {ROW: range(2, len(values) + 2), "Password": values, "Name": "Ada"},
        schema_overrides={"Password": pl.String},
    )
    cuts = Cuts()
    result = Evidence("users", cuts).cut_suspect(frame, b"")
    assert result["Password"].to_list() == [None] * len(values)
    assert result["Name"].to_list() == ["Ada"] * len(values)
    assert sum(cuts.columns.values()) == sum(value is not None for value in values)
    assert notes_of(result).is_empty()


PASSWORDS = (
    "password", "Password", "ssha_password", "User Password", "login.password", "pwd", "PasswordHash", "Passwort",
    "mot de passe", "Contraseña", "Student_Password", "password_confirmation", "senha", "temp password", "password 2",
)  # fmt: skip
OTHERS = (
    "canvas_password_notification", "password_changed_at", "must_change_password", "password_reset", "has_password",
    "passport", "Passport number", "compass", "bypass", "pass", "PIN", "wifi_password_hint", "username",
)  # fmt: skip


@pytest.mark.parametrize("name", PASSWORDS)
def test_a_column_of_passwords_is_known_by_its_name(name):
    assert is_password_column(name)
    assert names_password(f"id,{name}\n".encode())


@pytest.mark.parametrize("name", OTHERS)
def test_what_is_only_about_passwords_or_looks_alike_stays(name):
    assert not is_password_column(name)
