"""Rows recognised are rows accounted for: every sample, the demos' files, and shapes nobody thought of."""

from __future__ import annotations

import warnings
import zipfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import insert

from core.engine.mapping.actions import Decision, decide_many
from core.engine.mapping.views import field_rows
from core.engine.runs.reconciliation.accounting import _from_ranges, account
from core.engine.runs.reconciliation.accounting_rules import OUTCOME_OF, Outcome
from core.engine.runs.rules import FATES
from core.engine.runs.tables import RowFate
from core.engine.sources.views import row_totals
from core.engine.validation.actions import validate
from core.entry.demo import BELLA, COFFEE_CORNER, PACIFIC
from core.errors import ConflictError
from core.kit.ids import new_id
from tests.conftest import ROOT
from tests.importer import MENU

MOCK = ROOT / "mock_data"
SAMPLES = sorted(
    path
    for folder in ("toast", "square", "spreadsheet")
    for path in (MOCK / folder).iterdir()
    if path.suffix in {".csv", ".json", ".xlsx"} and ".expected" not in path.name
)


def assert_every_row_has_one_outcome(importer, run):
    importer.context.session.rollback()
    run_account = account(importer.context, run.id)
    recognised = row_totals(importer.context, run.migration_id)
    assert {table.stream_id: table.rows for table in run_account.tables} == {
        table.stream_id: table.rows for table in recognised.tables
    }
    assert {table.table: table.unaccounted for table in run_account.tables if table.unaccounted} == {}
    assert all(number >= 0 for table in run_account.tables for number in table.outcomes.values())
    assert sum(run_account.count(outcome) for outcome in Outcome) == recognised.total == run.file_rows
    assert run_account.complete
    return run_account


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda path: path.name)
def test_every_row_of_a_sample_has_one_outcome(importer, sample: Path):
    try:
        migration = importer.prepare(sample)
    except ConflictError:
        pytest.skip("a person has to map it first")
    assert_every_row_has_one_outcome(importer, importer.run(migration))


@pytest.mark.slow
@pytest.mark.parametrize("demo", [BELLA, COFFEE_CORNER, PACIFIC], ids=lambda demo: demo.slug)
def test_every_row_of_a_demo_has_one_outcome(importer, tmp_path, demo):
    demo.write(tmp_path)
    names = dict.fromkeys(name for migration in demo.migrations for name in migration.files)
    first, *further_paths = [tmp_path / name for name in names]
    more = [(path.name, path.read_text(encoding="utf-8")) for path in further_paths if path.suffix != ".xlsx"]
    assert_every_row_has_one_outcome(importer, importer.import_file(first, more=more))


_ROW = st.tuples(
    st.integers(1, 6),
    st.sampled_from(["Pizza", "Wine", ""]),
    st.sampled_from(["9.25", "much", "", "-1"]),
    st.booleans(),
)


@settings(
    max_examples=6,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(rows=st.lists(_ROW, min_size=1, max_size=12), excluded=st.sets(st.sampled_from(["menu", "guests"])))
def test_every_row_of_any_shape_has_one_outcome(importer, rows, excluded):
    """Two tables; rows that come again, lack a name or an amount, feed two entities or none; tables excluded or not."""
    head, *_ = MENU.splitlines()
    lines = [
        f"i{at},{f'Dish {at}' if has_name else ''},{kind},{price},S-{at}"
        for at, kind, price, has_name in rows
    ]
    guests = "customer id,first name,email\n7,Ada,ada@example.com\n8,Ben,ben\n"
    migration = importer.prepare("\n".join([head, *lines]) + "\n", more=[("guests.csv", guests)])
    fields = [
        field_row for field_row in field_rows(importer.context, migration) if field_row.stream in excluded
    ]
    if excluded and len(excluded) < 2:
        decide_many(
            importer.context,
            [Decision(field.id, field.version, None, None, "ignored", "not needed") for field in fields],
            include_high=True,
        )
        validate(importer.context, migration)
        run_account = assert_every_row_has_one_outcome(importer, importer.run(migration))
        assert run_account.count(Outcome.EXCLUDED) == sum(
            table.rows for table in run_account.tables if table.table in excluded
        )
    else:
        assert_every_row_has_one_outcome(importer, importer.run(migration))


@settings(
    max_examples=4,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(
    members=st.lists(
        st.tuples(
            st.sampled_from(["", "jan/", "feb/"]), st.sampled_from(["menu", "food"]), st.integers(1, 4)
        ),
        min_size=2,
        max_size=4,
    )
)
def test_every_row_of_an_archive_has_one_outcome(importer, members):
    """Menus of several folders, of one name or several, a path twice among them: each dish arrives once."""
    path = importer.folder / "menus.zip"
    head = MENU.splitlines()[0]
    with zipfile.ZipFile(path, "w") as archive, warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)  # of zipfile, about a path that comes twice
        for at, (folder, stem, rows) in enumerate(members):
            lines = [f"i{at}-{row},Dish {at}-{row},Pizza,9.25,S-{at}-{row}" for row in range(rows)]
            archive.writestr(f"{folder}{stem}.csv", "\n".join([head, *lines]) + "\n")
    migration = importer.prepare(path)
    run_account = assert_every_row_has_one_outcome(importer, importer.run(migration))
    assert len(run_account.tables) == len(members)
    assert sum(table.rows for table in run_account.tables) == sum(rows for *_, rows in members)


@settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(
    entity_fates=st.lists(st.lists(st.sampled_from(FATES), min_size=20, max_size=20), min_size=1, max_size=3)
)
def test_a_row_takes_the_first_of_the_outcomes_that_its_entities_gave_it(alice, entity_fates):
    """`entity_fates`: for each entity the outcome of each of twenty rows."""
    run, stream = new_id(), new_id()
    columns = {"tenant_id": alice.tenant.id, "run_id": run, "stream_id": stream, "reason": "", "rows": 1}
    alice.session.execute(
        insert(RowFate),
        [
            columns | {"entity": f"e{entity}", "fate": fate, "first_row": row, "starts": [row], "ends": [row]}
            for entity, fates in enumerate(entity_fates)
            for row, fate in enumerate(fates, start=2)
        ],
    )
    order = list(Outcome)
    expected = dict.fromkeys(order[:5], 0)
    for fates in zip(*entity_fates, strict=True):
        expected[min((OUTCOME_OF[fate] for fate in fates), key=order.index)] += 1
    assert _from_ranges(alice, run, [stream], FATES)[stream] == expected
    alice.session.rollback()
