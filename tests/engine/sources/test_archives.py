"""The tables of an archive or a workbook: each is read once, whole, under a name of its own."""

from __future__ import annotations

import io
import warnings
import zipfile
from collections import Counter
from pathlib import Path

import pytest
import xlsxwriter
from hypothesis import given, settings
from hypothesis import strategies as st

from core.engine.sources import files
from core.engine.sources.read import identify, read
from core.errors import InvalidInputError

JANUARY, FEBRUARY = "Id,Dish\n1,January soup\n", "Id,Dish\n2,February soup\n3,February tea\n"


def archive_of(folder: Path, members: list[tuple[str, str]], name: str = "export.zip") -> Path:
    path = folder / name
    with zipfile.ZipFile(path, "w") as archive, warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)  # of zipfile, about a path that comes twice
        for member, text in members:
            archive.writestr(member, text)
    return path


def dishes_of(path: Path) -> dict[str, list[str]]:
    dishes: dict[str, list[str]] = {}
    for name, frame in read(path, identify(path, [])):
        dishes.setdefault(name, []).extend(frame["Dish"].to_list())
    return dishes


def test_files_of_one_name_in_two_folders_are_two_tables_each_with_its_rows(tmp_path):
    path = archive_of(tmp_path, [("jan/menu.csv", JANUARY), ("feb/menu.csv", FEBRUARY)])
    assert dishes_of(path) == {
        "jan/menu": ["January soup"],
        "feb/menu": ["February soup", "February tea"],
    }


@pytest.mark.parametrize(
    "names",
    [
        ("menu.csv", "menu.txt"),
        ("menu.csv", "menu.csv"),
        ("a/menu.csv", "a/menu.csv"),
        ("./menu.csv", "menu.csv"),
        ("a/menu.csv", "a/menu (2).csv"),
    ],
)
def test_files_that_share_a_stem_or_a_whole_path_are_read_apart(tmp_path, names):
    path = archive_of(tmp_path, list(zip(names, (JANUARY, FEBRUARY), strict=True)))
    dishes = dishes_of(path)
    assert len(dishes) == 2
    assert sorted(dishes.values()) == [["February soup", "February tea"], ["January soup"]]


@settings(max_examples=40)
@given(
    members=st.lists(
        st.tuples(
            st.sampled_from(["", "jan/", "feb/", "jan/a/"]),
            st.sampled_from(["menu", "Menu", "menu (2)", "lines"]),
            st.sampled_from([".csv", ".txt", ".CSV"]),
            st.integers(0, 4),
        ),
        min_size=1,
        max_size=6,
    )
)
def test_rows_counted_when_an_archive_is_recognised_are_those_that_are_read(tmp_path_factory, members):
    folder = tmp_path_factory.mktemp("archive")
    texts = [
        (f"{where}{stem}{suffix}", "Id,Dish\n" + "".join(f"{at}-{row},D\n" for row in range(rows)))
        for at, (where, stem, suffix, rows) in enumerate(members)
    ]
    path = archive_of(folder, texts)
    identified = identify(path, [])
    counted = {head.name: head.rows for head in identified.streams}
    rows_read: Counter[str] = Counter()
    ids = []
    for name, frame in read(path, identified, chunk_rows=2):
        rows_read[name] += frame.height
        ids += frame["Id"].to_list()
    assert len(counted) == len(members)
    assert {name: rows for name, rows in counted.items() if rows} == dict(rows_read)
    assert sorted(ids) == sorted(
        f"{at}-{row}" for at, (*_, rows) in enumerate(members) for row in range(rows)
    )


def test_an_archive_of_too_many_files_is_refused_before_one_of_them_is_opened(tmp_path, monkeypatch):
    path = archive_of(tmp_path, [(f"f{at}.csv", "" if at == 0 else JANUARY) for at in range(3_000)])
    monkeypatch.setattr(zipfile.ZipFile, "open", lambda *_, **__: pytest.fail("a member was opened"))
    with pytest.raises(InvalidInputError, match=r"holds 3,000 files; at most 200"):
        identify(path, [])


def test_a_workbook_of_too_many_sheets_is_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(files, "MOST_TABLES", 2)
    path = tmp_path / "many.xlsx"
    book = xlsxwriter.Workbook(str(path))
    for at in range(3):
        book.add_worksheet(f"Sheet {at}").write_column(0, 0, ["Name", "Soup"])
    book.close()
    with pytest.raises(InvalidInputError, match="holds 3 sheets"):
        identify(path, [])


def test_a_file_of_an_archive_that_cannot_be_read_is_named_with_its_folder(tmp_path):
    with pytest.raises(InvalidInputError, match=r"feb/menu\.csv in export\.zip is empty"):
        identify(archive_of(tmp_path, [("jan/menu.csv", JANUARY), ("feb/menu.csv", "")]), [])


def test_an_archive_in_an_archive_is_refused_by_name(tmp_path):
    inner = io.BytesIO()
    with zipfile.ZipFile(inner, "w") as archive:
        archive.writestr("menu.csv", JANUARY)
    path = tmp_path / "outer.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("menu.csv", FEBRUARY)
        archive.writestr("more/inner.zip", inner.getvalue())
    with pytest.raises(InvalidInputError, match=r"more/inner\.zip in outer\.zip is not a CSV file"):
        identify(path, [])
