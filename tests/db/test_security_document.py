"""docs/security.md lists every table, grant, policy, function and route there is; what is open has its reason there."""

import runpy
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text
from streamlit import config

from core.db.base import owner_url

generated = runpy.run_path(str(Path(__file__).with_name("security_document.py")))


@pytest.fixture
def owner(database):
    engine = create_engine(owner_url())
    with engine.connect() as connection:
        yield connection
    engine.dispose()


def test_the_document_is_what_database_and_program_say(database):
    assert generated["DOCUMENT"].read_text(encoding="utf-8") == generated["document"](), (
        "python tests/db/security_document.py"
    )


def test_what_is_open_or_can_be_locked_has_a_reason(owner):
    rows = generated["table_rows"](owner)
    unexplained = [
        row.name for row in rows if not (row.forced and not row.locks) and not generated["reason"](row)
    ]
    assert unexplained == []


def test_no_reason_is_left_of_a_table_that_is_closed_now(owner):
    open_tables = {row.name for row in generated["table_rows"](owner) if not row.forced or row.locks}
    assert set(generated["REASONS"]) | set(generated["QUEUE_REASONS"]) == {
        name for name in open_tables if not name.endswith("_rows")
    }


def test_a_new_table_that_nobody_wrote_about_is_noticed(owner):
    owner.execute(text("create table dbos.unheard_of (id int); grant select on dbos.unheard_of to aura_app"))
    [row] = [row for row in generated["table_rows"](owner) if row.name == "dbos.unheard_of"]
    assert row.whole == ["aura_app: SELECT"]
    assert generated["reason"](row) == ""
    assert any("dbos.unheard_of" in line for line in generated["tables"](owner))
    owner.rollback()


@pytest.mark.parametrize("verb", ["TRUNCATE", "REFERENCES", "TRIGGER", "MAINTAIN"])
def test_a_grant_that_no_program_needs_is_given_nowhere(owner, verb):
    rows = generated["table_rows"](owner)
    assert [row.name for row in rows for grant in row.whole if verb in grant or "PUBLIC" in grant] == []


def test_the_tables_belong_to_the_owner(owner):
    assert {row.owner for row in generated["table_rows"](owner)} == {"aura_owner"}


def test_every_route_has_its_words():
    assert {path for path, _ in generated["served"]()} == set(generated["ROUTES"])


def test_the_agent_interface_of_streamlit_is_off():
    assert config.get_option("server.enableAgentApi") is False
