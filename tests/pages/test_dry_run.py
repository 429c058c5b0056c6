"""The dry run screen: counts per table, changes with labels, causes of held rows, and nothing personal for sales."""

from __future__ import annotations

import pytest

from core.context import Context
from core.engine.runs import actions
from core.engine.runs.worker import steps
from pages.dry_run import screen
from tests.importer import MENU, Importer
from tests.pages.conftest import Console

GUESTS = """customer id,first name,email
7,Ada,ada@example.com
8,Ben,ben@example.com
"""


def table(app: object, column: str) -> object:
    return next(part.value for part in app.dataframe if column in part.value.columns)


def test_a_dry_run_counts_records_and_names_the_causes_of_held_rows(
    console: Console, importer: Importer
) -> None:
    importer.run(importer.prepare(MENU.replace("9.25", "nine")), "dry_run")
    app = console("bob", "dry_run")
    assert not app.exception
    counts = table(app, "Unchanged")
    assert list(counts["Table"]) == ["Category", "Menu item"]
    held = table(app, "How to fix")
    assert list(held["Cause"]) == ["Not an amount of money"]


def test_a_dry_run_says_of_the_rows_of_the_files_what_an_import_would_do(
    console: Console, importer: Importer
) -> None:
    importer.run(importer.prepare(MENU.replace("9.25", "nine")), "dry_run")
    app = console("bob", "dry_run")
    words = "2 of 3 rows would be imported, 1 held for correction"
    assert any(words in element.value.replace("\\", "") for element in app.markdown)
    assert any(element.value.startswith(f"{words}. ") for element in app.text)


def test_changes_carry_labels_and_a_count_in_words(console: Console, importer: Importer) -> None:
    importer.import_file(MENU)
    migration = importer.prepare(MENU.replace("14.50", "15.00"))
    importer.run(migration, "dry_run")
    app = console("bob", "dry_run", migration=migration)
    fields = table(app, "Before")
    assert list(fields["Field"]) == ["Price"]
    assert "1 record, 1 field change" in [caption.value for caption in app.caption]


def test_sales_reads_that_an_e_mail_changed_but_not_what_it_is(console: Console, importer: Importer) -> None:
    importer.import_file(GUESTS)
    migration = importer.prepare(GUESTS.replace("ada@", "countess@"))
    importer.run(migration, "dry_run")
    fields = table(console("sam", "dry_run", migration=migration), "Before")
    assert list(fields["Field"]) == ["E-mail changed (hidden)"]
    assert list(fields["After"]) == ["Hidden"]


def test_a_dry_run_that_ends_while_its_screen_is_drawn_enables_next(
    console: Console, alice: Context, importer: Importer, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = actions.start(alice, importer.prepare(MENU), "dry_run").id
    alice.session.commit()
    original = screen.strategies

    def ending(*arguments: object) -> None:
        if importer.reload(run).active:
            steps.dry_run(alice.tenant.id, alice.person, run, lambda: False)
        original(*arguments)

    monkeypatch.setattr(screen, "strategies", ending)
    app = console("alice", "dry_run")
    assert not importer.reload(run).active
    assert not app.button(key="wizard_next").disabled
