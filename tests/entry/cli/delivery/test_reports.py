"""aura reports: the figures of a period for people and machines, the rows behind them as CSV, and refusals in words."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import pytest

from core.entry.cli import main
from tests.entry.cli.test_payments import handle_of

pytestmark = pytest.mark.usefixtures("database")


@pytest.fixture(scope="module")
def person(database: None) -> str:
    return handle_of("manager")


def test_figures_come_with_samples_definitions_and_the_table_behind_each(
    capsys: pytest.CaptureFixture[str], person: str
) -> None:
    assert main(["reports", "--since", "2026-11-01", "--until", "2026-11-28", "--as", person, "--json"]) == 0
    document = json.loads(capsys.readouterr().out)
    assert (document["first"], document["last"]) == ("2026-11-01", "2026-11-28")
    assert [section["key"] for section in document["sections"]] == [
        "orders",
        "revenue",
        "utilisation",
        "success",
    ]
    for section in document["sections"]:
        for figure in section["figures"]:
            assert figure["definition"]
            assert figure["table"] in section["tables"]
    assert main(["reports", "--period", "quarter", "--as", person]) == 0
    assert "section" in capsys.readouterr().out


def test_a_table_is_written_as_csv_with_the_rows_that_json_has(
    capsys: pytest.CaptureFixture[str], person: str, tmp_path: Path
) -> None:
    assert main(["reports", "--as", person, "--json"]) == 0
    sections = json.loads(capsys.readouterr().out)["sections"]
    key = next(iter(sections[0]["tables"]))
    assert main(["reports", "--table", key, "--as", person, "--json"]) == 0
    rows = json.loads(capsys.readouterr().out)
    path = tmp_path / "rows.csv"
    assert main(["reports", "--table", key, "--csv", "--out", str(path), "--as", person]) == 0
    read = list(csv.reader(io.StringIO(path.read_text("utf-8-sig"))))
    assert read[0] == rows["columns"]
    assert len(read) == len(rows["rows"]) + 1
    printed = tmp_path / "report.pdf"
    assert main(["reports", "--pdf", "--out", str(printed), "--as", person]) == 0
    assert printed.read_bytes().startswith(b"%PDF")


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (["--table", "nothing"], "no table 'nothing'"),
        (["--since", "2026-11-28", "--until", "2026-11-01"], "ends before it begins"),
        (["--until", "2026-11-01"], "first day is missing"),
        (["--pdf"], "A PDF is no text"),
    ],
)
def test_what_cannot_be_reported_is_refused_in_words(
    capsys: pytest.CaptureFixture[str], person: str, options: list[str], words: str
) -> None:
    assert main(["reports", *options, "--as", person]) == 1
    assert words in capsys.readouterr().err


def test_who_sees_no_report_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["reports", "--as", handle_of("specialist")]) == 1
    assert capsys.readouterr().err.startswith("aura: ")
