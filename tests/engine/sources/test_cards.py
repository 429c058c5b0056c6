"""Full card numbers and verification codes are cut before anything of a file is stored; other long numbers stay."""

from __future__ import annotations

import csv
import io
import json
import zipfile
from pathlib import Path

import polars as pl
import pytest
import xlsxwriter
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from adapters import SOURCES
from core.engine.batch import ROW, notes_of
from core.engine.sources import actions, store, views
from core.engine.sources.cards.columns import Evidence
from core.engine.sources.cards.numbers import cut_numbers, is_card_number, luhn
from core.engine.sources.file_info import Cuts
from core.engine.sources.read import ReaderOptions, identify, read
from core.engine.sources.tables import SourceStream

CARDS = [
    "4111111111111111",
    "5555555555554444",
    "378282246310005",
    "6011111111111117",
    "3530111333300000",
    "30569309025904",
    "4222222222222",
    "2223003122003222",
]
ROWS = [
    ("1", "Ada", "4111 1111 1111 1111", "123", "paid"),
    ("2", "Ben", "5555-5555-5555-4444", "9876", "read out 378282246310005 by telephone"),
    ("3", "Cyd", "6011111111111117", "", "MasterCard5105105105105100, cvv: 321"),
    ("4", "Dee", "", "", "ok"),
]
HEAD = ("Order", "Guest", "Card", "CVV", "Remark")


def as_csv(folder: Path) -> Path:
    path = folder / "orders.csv"
    with path.open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows([HEAD, *ROWS])
    return path


def as_utf16(folder: Path) -> Path:
    path = folder / "orders.csv"
    path.write_bytes(as_csv(folder).read_text(encoding="utf-8").encode("utf-16"))
    return path


def as_json(folder: Path) -> Path:
    path = folder / "orders.json"
    records = [dict(zip(HEAD, row, strict=True)) for row in ROWS]
    records[2] |= {"Card": 6011111111111117}
    records[0] |= {"tenders": [{"pan": 4111111111111111, "cvv2": 123}, {"pan": "4012888888881881"}]}
    path.write_text(json.dumps({"orders": records}), encoding="utf-8")
    return path


def as_xlsx(folder: Path) -> Path:
    path = folder / "orders.xlsx"
    book = xlsxwriter.Workbook(str(path))
    sheet = book.add_worksheet("Orders")
    for at, row in enumerate([HEAD, *ROWS]):
        for column, value in enumerate(row):
            number = at and value.isdigit()
            (sheet.write_number if number else sheet.write_string)(
                at, column, float(value) if number else value
            )
    book.close()
    return path


def as_zip(folder: Path) -> Path:
    path = folder / "orders.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.write(as_csv(folder), "jan/orders.csv")
    return path


FORMS = [as_csv, as_utf16, as_json, as_xlsx, as_zip]


def everything_stored(context, file) -> str:
    """What is kept of a file, opened: samples, chunks, bytes, and the plain columns of its rows in the database."""
    stored = [repr(file.options), repr(file.reasons)]
    for stream in context.session.scalars(select(SourceStream).where(SourceStream.file_id == file.id)):
        stored += [repr(stream.columns), repr(stream.why)]
        stored.append(repr(store.decrypt_frame(context, stream.sample, f"source_stream|{stream.id}").rows()))
        for head in store.list_chunks(context, stream.id):
            stored.append(repr(store.read_chunk(context, stream.id, head.chunk_no).rows()))
    folded = b"".join(store.read_parts(context, file.id))
    if folded.startswith(b"PK"):
        with zipfile.ZipFile(io.BytesIO(folded)) as archive:
            folded = b"".join(archive.read(name) for name in archive.namelist())
    stored.append(folded.decode())
    return "\n".join(stored)


@pytest.mark.parametrize("form", FORMS)
def test_nothing_that_is_stored_of_a_file_holds_a_card_number_or_a_code(alice, tmp_path, form):
    migration = actions.create_migration(alice, "Cards").id
    file = actions.add_file(alice, migration, form(tmp_path), SOURCES)
    stored = everything_stored(alice, file)
    for secret in (*CARDS, "4012888888881881", "5105105105105100", "9876", "321"):
        assert secret not in stored
    assert "4111 1111" not in stored
    assert "5555-5555" not in stored
    for ending in ("1111", "4444", "1117", "0005", "5100"):
        assert ending in stored
    assert any(
        "card numbers were cut" in reason
        for stream in views.streams(alice, migration)
        for reason in stream.why
    )


@pytest.mark.parametrize("form", FORMS)
def test_the_kept_copy_is_read_again_row_by_row_as_the_file_was(alice, tmp_path, form):
    migration = actions.create_migration(alice, "Cards").id
    file = actions.add_file(alice, migration, form(tmp_path), SOURCES)

    def rows():
        alice.session.expire_all()
        return {
            stream.name: [
                (row[ROW], row["Order"], row["Guest"])
                for head in store.list_chunks(alice, stream.id)
                for row in store.read_chunk(alice, stream.id, head.chunk_no).to_dicts()
            ]
            for stream in views.streams(alice, migration)
            if "Order" in stream.columns
        }

    before = rows()
    actions.reread_file(alice, file.id, actions.reader_options(file), SOURCES)
    assert rows() == before
    assert [len(row_numbers) for row_numbers in before.values()] == [4]


def frame_of(name: str, values: list[str]) -> pl.DataFrame:
    return pl.DataFrame({ROW: range(2, len(values) + 2), name: values}, schema_overrides={ROW: pl.Int64})


def cut(name: str, values: list[str]) -> list[str]:
    return Evidence("t", Cuts()).cut(frame_of(name, values))[name].to_list()


def ids_from(first: int, step: int = 1) -> list[str]:
    return [str(first + step * at) for at in range(200)]


@pytest.mark.parametrize(
    ("name", "values"),
    [
        ("id", ids_from(4_111_111_111_111_111)),
        ("Order number", ids_from(5_105_105_105_105_100, 7)),
        ("Code", ids_from(4_000_000_000_000_000, 13)),
        ("EAN", ["4006381333931", "4006381333948", "5010019640260", "4012345678901"]),
        ("Barcode", ["04006381333931", "36006381333930"]),
        ("IMEI", ["490154203237518", "356938035643809", "353879234252633"]),
        ("Phone", ["4915123456789", "4917612345678", "+4915123456786", "+44 7911 123456 12345"]),
        ("created", [str(1_700_000_000_000 + 977 * at) for at in range(200)]),
        ("stamp", [str(1_700_000_000_000_000_000 + 977 * at) for at in range(200)]),
        ("day", ["20240105123000", "20240106123000"]),
        ("guid", ["41111111-1111-1111-8111-111111111111", "00000000-0000-4111-1111-111111111111"]),
        ("IBAN", ["DE89370400440532013000", "DE89 3704 0044 0532 0130 00", "GB29 NWBK 6016 1331 9268 19"]),
        ("Gift card number", ids_from(6_006_490_000_000_000, 37)),
        ("url", ["https://x.example/a4111111111111111b", "https://x.example/4.1111111111111111"]),
        ("note", ["0000000000000000", "4444444444444444"]),
    ],
)
def test_other_long_numbers_stay_as_they_are(name, values):
    assert cut(name, values) == values


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("4111111111111111", "1111"),
        ("4111 1111 1111 1111", "1111"),
        ("4111-1111-1111-1111", "1111"),
        ("4111.1111.1111.1111", "1111"),
        ("4111\u00a01111\u00a01111\u00a01111", "1111"),
        ("4111\u200b1111\u200b1111\u200b1111", "1111"),
        ("３７８２８２２４６３１０００５", "0005"),
        ("4111111111111111.0", "1111"),
        ("4.111111111111111E+15", "1111"),
        ("Visa 4111111111111111 exp 12/27", "Visa ****1111 exp 12/27"),
        ("4111 1111 1111 1111 12 27", "****1111 12 27"),
        ('[{"pan":4111111111111111}]', '[{"pan":"****1111"}]'),
        ("%B4111111111111111^DOE/JOHN^25121010000000000?", "%B****1111"),
        ("5555555555554444;4111111111111111", "****4444;****1111"),
        ("ref 12 cvc 123", "ref 12 cvc ***"),
    ],
)
def test_numbers_are_cut_however_they_are_written(value, expected):
    assert cut("note", [value, "nothing here"]) == [expected, "nothing here"]


@given(
    prefix=st.sampled_from(["4", "51", "55", "2221", "6011", "65"]),
    body=st.text("0123456789", min_size=15, max_size=15),
    before=st.sampled_from(["", "card ", "(", '{"n":"']),
    after=st.sampled_from(["", ", thanks", ")", " 12/27"]),
    gap=st.sampled_from(["", " ", "-"]),
)
def test_no_number_of_a_scheme_survives_in_a_text(prefix, body, before, after, gap):
    stem = (prefix + body)[:15]
    digits = next(stem + last for last in "0123456789" if luhn(stem + last))
    number = gap.join(digits[at : at + 4] for at in range(0, 16, 4))
    text, numbers = cut_numbers(f"{before}{number}{after}")
    assert is_card_number(digits)
    assert digits in numbers
    assert number not in text
    assert text.startswith(before)


def test_what_identifying_alone_shows_is_cut_too_also_without_a_header(tmp_path):
    path = tmp_path / "cards.csv"
    path.write_text("4111111111111111,Ada\n5555555555554444,Ben\n", encoding="utf-8")
    for options in (None, ReaderOptions(header_row=0), ReaderOptions(header_row=1)):
        identified = identify(path, [], options)
        rows = [frame for _, frame in read(path, identified)]
        outputs = repr([(head.columns, head.sample.rows(), head.why) for head in identified.streams]) + repr(
            [frame.rows() for frame in rows]
        )
        assert "41111111" not in outputs
        assert "55555555" not in outputs


def test_a_fault_of_a_rows_shape_quotes_no_number(tmp_path):
    path = tmp_path / "cards.csv"
    path.write_text("Id,Name\n1,Ada\n2,Ben,4111111111111111\n", encoding="utf-8")
    ((_, frame),) = read(path, identify(path, []))
    assert "****1111" in frame["_fault"][1]
    assert notes_of(frame)["code"].to_list() == ["card_number_removed"]
