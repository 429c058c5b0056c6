"""Rules says per optional field what a value that cannot be read does, and takes a person's choice."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from core.engine.mapping.actions import set_strict
from core.engine.mapping.views import current_plan
from core.engine.strictness import READ_KINDS, adjustable_fields, is_always_strict
from core.engine.transforms.apply import _UNREAD
from core.platform.audit.tables import AuditLine
from pages.rules import strict_fields
from pages.rules.strict_fields import EMPTY, HOLD, KEY, UNREADABLE
from tests.pages.conftest import Console


def test_a_person_has_an_unreadable_value_hold_its_row_and_takes_it_back(
    console: Console, migration: str, alice
) -> None:
    fields = adjustable_fields(current_plan(alice, migration))
    app = console("alice", "rules")
    table = next(part.value for part in app.dataframe if UNREADABLE in part.value.columns)
    assert list(table["Field"]) == [field.title for field in fields]
    row = list(table[UNREADABLE]).index(EMPTY)
    assert table["Default"][row] == EMPTY
    for choice, strict in ((HOLD, (fields[row].key,)), (EMPTY, ())):
        edits = {"edited_rows": {row: {UNREADABLE: choice}}, "added_rows": [], "deleted_rows": []}
        state = {key: app.session_state[key] for key in ("person", "tenant")} | {KEY: edits}
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr("streamlit.session_state", state)
            strict_fields._save(migration, fields)
        alice.session.rollback()
        assert current_plan(alice, migration).strict == strict
    verbs = alice.session.scalars(select(AuditLine.action).where(AuditLine.object_id == migration))
    assert list(verbs).count("mapping.strict") == 2


def test_the_number_of_fields_that_hold_their_row_is_seen_before_the_list_is_opened(
    console: Console, migration: str, alice
) -> None:
    field = adjustable_fields(current_plan(alice, migration))[0]
    for holds in (False, True):
        set_strict(alice, migration, field.key, holds=holds)
        alice.session.commit()
        table = next(
            part.value for part in console("bob", "rules").dataframe if UNREADABLE in part.value.columns
        )
        assert table[UNREADABLE][0] == (HOLD if holds else EMPTY)
        label = next(
            part.label for part in console("bob", "rules").expander if "cannot be read" in part.label
        )
        assert f"· {list(table[UNREADABLE]).count(HOLD)} of {len(table)} optional fields hold" in label


def test_fields_that_always_hold_their_row_are_not_offered(migration: str, alice) -> None:
    fields = adjustable_fields(current_plan(alice, migration))
    assert fields
    assert not any(is_always_strict(field) for field in fields)
    assert frozenset(_UNREAD) == READ_KINDS
