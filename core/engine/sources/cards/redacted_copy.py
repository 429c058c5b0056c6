"""Write the stored copy of an upload without the card numbers, codes and passwords that were cut from its rows.

A table becomes UTF-8 text with the same delimiter and as many records, a document JSON, a workbook or an archive a ZIP
with a CSV file per table: each is read again as the original was.
"""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import IO

from core.engine.sources.cards.columns import code_columns
from core.engine.sources.cards.numbers import cut_codes, cut_numbers, names_code, suspect
from core.engine.sources.cards.passwords import is_password_column, names_password, password_columns
from core.engine.sources.file_info import Identified, StreamInfo
from core.engine.sources.files import Kind, Member, kind_of, load_json, tables_of
from core.engine.sources.json_text import Json, scalar_text, write
from core.engine.sources.tabular import records_of, utf8_blocks

_PIECE, _OVERLAP, _BEGINNING = 4 << 20, 256, 1 << 16


def may_hold_cards(path: Path) -> bool:
    """Tell whether the bytes may hold a card number or a code, or name a password in the beginning.

    True of compressed files and UTF-16.
    """
    if kind_of(path) not in {Kind.TABLE, Kind.JSON}:
        return True
    with path.open("rb") as file:
        if names_password(file.read(_BEGINNING)):
            return True
        file.seek(0)
        tail = b""
        while piece := file.read(_PIECE):
            data = tail + piece
            if b"\0" in data[:4096] or suspect(data) or names_code(data):
                return True
            tail = data[-_OVERLAP:]
    return False


def write_cut(path: Path, identified: Identified, target: IO[bytes]) -> None:
    """Write the upload at `path` to `target` without what `identified.cuts` says was cut."""
    numbers, kind = identified.cuts.numbers, kind_of(path)
    if kind is Kind.JSON:
        document = _cut_document(load_json(path, identified.options.encoding), numbers)
        target.write(write(document).encode())
        return
    infos = {info.part: info for info in identified.streams}
    with tables_of(path, kind) as members:
        if kind is Kind.TABLE:
            target.writelines(line.encode() for line in _cut_table(members[0], infos, numbers))
            return
        with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
            for member in members:
                with archive.open(f"{member.name}.csv", "w", force_zip64=True) as file:
                    file.writelines(line.encode() for line in _cut_table(member, infos, numbers))


def _cut_table(member: Member, infos: Mapping[str, StreamInfo], numbers: set[str]) -> Iterator[str]:
    """Yield the records of a table as lines of CSV."""
    info = infos[member.name]
    options, codes = info.options, code_columns(info.table_columns)
    passwords = password_columns(info.table_columns)
    line = io.StringIO()
    writer = csv.writer(line, delimiter=options.delimiter or ",", lineterminator="\n")
    with member.open() as file:
        blocks = utf8_blocks(file, options.encoding or "utf-8", member.file)
        for number, record in enumerate(records_of(blocks, options.delimiter or ","), start=1):
            fields = [_cut_text(field, numbers) for field in record]
            for code in codes if number > (options.header_row or 0) else ():
                if code < len(fields) and fields[code].strip(" '").partition(".")[0].isdigit():
                    fields[code] = ""
            for index in passwords if number > (options.header_row or 0) else ():
                fields[index : index + 1] = [""] * len(fields[index : index + 1])
            writer.writerow(fields)
            yield line.getvalue()
            line.seek(0)
            line.truncate()


def _cut_document(value: Json, numbers: set[str]) -> Json:
    if isinstance(value, list):
        return [_cut_document(member, numbers) for member in value]
    if isinstance(value, dict):
        keys = [*value]
        codes = {keys[code_column] for code_column in code_columns(keys)}
        return {
            _cut_text(key, numbers): None
            if (key in codes and _is_code(member))
            or (is_password_column(key) and not isinstance(member, dict))
            else _cut_document(member, numbers)
            for key, member in value.items()
        }
    text = scalar_text(value)
    if text is None or isinstance(value, bool):
        return value
    cut = _cut_text(text, numbers)
    return value if cut == text else cut


def _is_code(value: Json) -> bool:
    text = scalar_text(value) or ""
    return not isinstance(value, bool) and text.strip().isdigit()


def _cut_text(text: str, numbers: set[str]) -> str:
    if len(text) < 6:
        return text
    return cut_codes(cut_numbers(text, numbers.__contains__)[0])[0]
