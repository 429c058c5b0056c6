"""Make second exports of a file: its rows in another order, a further row on top, one cell changed. CSV, XLSX and JSON.

A table is a list of rows of texts. What the reader does not take as a row (titles, headers, totals, headings) keeps its
place, and rows of one group stay together: the lines of an order, the cells left blank under the first row of a group.
"""

from __future__ import annotations

import copy
import csv
import io
import json
import re
import zipfile
from collections import Counter
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

from again_gtins import is_amount, is_date, with_check_digit

Rows = list[list[str]]
_SHEET = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_COUNTER = re.compile(r"#|no\.?|nr\.?|№|s\.?\s*no\.?|sr\.?\s*no\.?|row|lfd\.?\s*nr\.?", re.IGNORECASE)
_FLAGS = {"yes": "no", "no": "yes", "y": "n", "n": "y", "true": "false", "false": "true", "ja": "nein", "nein": "ja"}  # fmt: skip


# --- files as rows of texts ---------------------------------------------------------------------------------------


def read_rows(path: Path) -> dict[str, Rows]:
    """Read a CSV file ('' -> its rows) or the sheets of a workbook (part -> rows); a text's bytes are kept as they are."""
    if path.suffix == ".xlsx":
        return _read_workbook(path)
    text = path.read_bytes().decode("latin-1")
    return {"": list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter_of(text)))}


def heights(path: Path) -> list[int]:
    """Count the rows of the tables of a file; none of a document."""
    return [0] if path.suffix == ".json" else [len(rows) for rows in read_rows(path).values()]


def delimiter_of(text: str) -> str:
    """Return the delimiter that cuts the most lines into the same number of fields."""

    def score(delimiter: str) -> int:
        rows = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
        counts = Counter(len(row) for row in rows if len(row) > 1)
        return max((length * count for length, count in counts.items()), default=0)

    return max(",;\t|", key=score)


def write_rows(path: Path, tables: Mapping[str, Rows], folder: Path) -> Path:
    """Write the tables as a file of the same name and kind in `folder`."""
    target = folder / path.name
    if path.suffix == ".xlsx":
        _write_workbook(path, tables, target)
    else:
        out, text = io.StringIO(newline=""), path.read_bytes().decode("latin-1")
        csv.writer(out, delimiter=delimiter_of(text), lineterminator="\n").writerows(tables[""])
        target.write_bytes(out.getvalue().encode("latin-1"))
    return target


def _read_workbook(path: Path) -> dict[str, Rows]:
    with zipfile.ZipFile(path) as archive:
        names = archive.namelist()
        shared = [""]
        if "xl/sharedStrings.xml" in names:
            root = _parsed(archive.read("xl/sharedStrings.xml"))
            shared = ["".join(text.text or "" for text in item.iter(f"{_SHEET}t")) for item in root]
        tables: dict[str, Rows] = {}
        for name in sorted(name for name in names if name.startswith("xl/worksheets/sheet")):
            rows: Rows = []
            for element in _parsed(archive.read(name)).iter(f"{_SHEET}row"):
                rows += [[] for _ in range(int(element.get("r", "0")) - len(rows))]
                for cell in element:
                    column = _column(cell.get("r", ""))
                    rows[-1] += [""] * (column + 1 - len(rows[-1]))
                    rows[-1][column] = _cell_text(cell, shared)
            tables[name] = rows
        return tables


def _parsed(data: bytes) -> ET.Element:
    parser = ET.XMLPullParser(["end"])
    parser.feed(data)
    parser.close()
    return [element for _, element in parser.read_events()][-1]


def _cell_text(cell: ET.Element, shared: Sequence[str]) -> str:
    value = cell.findtext(f"{_SHEET}v")
    if cell.get("t") == "s" and value is not None:
        return shared[int(value)]
    return value or "".join(text.text or "" for text in cell.iter(f"{_SHEET}t"))


def _column(place_value: str) -> int:
    number = 0
    for letter in place_value.rstrip("0123456789"):
        number = number * 26 + ord(letter) - 64
    return number - 1


def _letters(column: int) -> str:
    text, column = "", column + 1
    while column:
        column, rest_value = divmod(column - 1, 26)
        text = chr(65 + rest_value) + text
    return text


def _write_workbook(path: Path, tables: Mapping[str, Rows], target: Path) -> None:
    """Write the texts as cells with the style their column has below its header."""
    with zipfile.ZipFile(path) as archive, zipfile.ZipFile(target, "w") as copied:
        for name in archive.namelist():
            data = archive.read(name)
            if name in tables:
                data = _sheet_with(data, tables[name])
            copied.writestr(name, data)


def _sheet_with(data: bytes, rows: Rows) -> bytes:
    root = _parsed(data)
    sheet = next(root.iter(f"{_SHEET}sheetData"))
    styles: dict[int, str] = {}
    numbers: set[int] = set()
    for cell in sheet.iter(f"{_SHEET}c"):
        column = _column(cell.get("r", ""))
        styles[column] = cell.get("s", styles.get(column, "0"))
        if cell.get("t") in (None, "n") and cell.find(f"{_SHEET}v") is not None:
            numbers.add(column)
    sheet.clear()
    for number, row in enumerate(rows, 1):
        element = ET.SubElement(sheet, f"{_SHEET}row", {"r": str(number)})
        for column, text in enumerate(row):
            if text == "":
                continue
            place_value = {"r": f"{_letters(column)}{number}", "s": styles.get(column, "0")}
            if column in numbers and re.fullmatch(r"-?\d+(\.\d+)?(E[+-]?\d+)?", text):
                cell = ET.SubElement(element, f"{_SHEET}c", place_value)
                ET.SubElement(cell, f"{_SHEET}v").text = text
            else:
                cell = ET.SubElement(element, f"{_SHEET}c", {**place_value, "t": "inlineStr"})
                inline = ET.SubElement(cell, f"{_SHEET}is")
                ET.SubElement(inline, f"{_SHEET}t").text = text
    return ET.tostring(root)


# --- second exports of a table ------------------------------------------------------------------------------------


class Table:
    """A table and what its rows are: `numbers` are the rows (from 1) that the reader takes as records."""

    def __init__(self, rows: Rows, numbers: Collection[int], keys: Collection[str], group: str = "") -> None:
        self._facts = (numbers, keys, group)
        self.rows, self.data = rows, sorted(number - 1 for number in numbers if number <= len(rows))
        self.header = rows[self.data[0] - 1] if self.data and self.data[0] else []
        above = rows[: self.data[0]] if self.data else []  # a units row stands below the header
        self.header = next((row for row in reversed(above) if keys & set(row)), self.header)
        self.group = self.header.index(group) if group in self.header else None
        self.keys = [column for column, name in enumerate(self.header) if name in keys]

    def of(self, rows: Rows) -> Table:
        """Return a table of the same form with other rows."""
        return Table(rows, *self._facts)

    def reordered(self) -> Rows:
        """Turn the groups round between what keeps its place."""
        rows = [list(row) for row in self.rows]
        for segment in self._segments():
            turned = [index for group in reversed(self._groups(segment)) for index in group]
            for index, old in zip(segment, turned, strict=True):
                rows[index] = list(self.rows[old])
        return self._counted(rows)

    def with_row_on_top(self) -> tuple[Rows, range]:
        """Put a further group on top, candidate of the last one; also return the numbers of its rows, from 1."""
        segments = self._segments()
        group = self._groups(segments[-1])[-1]
        has_totals = len(segments) > 1 or segments[-1][-1] + 1 < len(self.rows)
        new = [self._fresh_value(self.rows[index], has_totals=has_totals) for index in group]
        first = segments[0][0]
        rows = [*map(list, self.rows[:first]), *new, *map(list, self.rows[first:])]
        return self._counted(rows), range(first + 1, first + 1 + len(new))

    def changes(self) -> Iterator[tuple[str, int, Rows]]:
        """Yield for each column the table with one cell changed_value: column, number of the row, rows."""
        counters = self._counters()
        for column, name in enumerate(self.header):
            filled = [index for index in self.data if _cell(self.rows[index], column).strip()]
            if not filled or column in counters:
                continue
            texts = [_cell(self.rows[index], column) for index in filled]
            rows = [list(row) for row in self.rows]
            change = new_text if column in self.keys else changed_text
            rows[filled[-1]][column] = change(texts[-1], texts)
            yield name, filled[-1] + 1, rows

    def _segments(self) -> list[list[int]]:
        segments: list[list[int]] = []
        for index in self.data:
            if segments and segments[-1][-1] == index - 1:
                segments[-1].append(index)
            else:
                segments.append([index])
        return segments

    def _groups(self, segment: Sequence[int]) -> list[list[int]]:
        """Divide rows into groups: those with the same repeated key, and those whose key is blank below the first."""
        column = self._group_column()
        groups: dict[str, list[int]] = {}
        last = ""
        for index in segment:
            key = _cell(self.rows[index], column) if column is not None else str(index)
            last = key or last or str(index)
            groups.setdefault(last, []).append(index)
        return list(groups.values())

    def _group_column(self) -> int | None:
        if self.group is not None:
            return self.group
        counts: dict[int, int] = {}
        for column in self.keys:
            texts = [_cell(self.rows[index], column) for index in self.data]
            if len(set(texts)) < len(texts):
                counts[column] = len(set(texts))
        if counts:
            return max(counts, key=lambda column: counts[column])
        first = [_cell(self.rows[index], 0) for index in self.data]
        return 0 if "" in first else None

    def _counters(self) -> list[int]:
        counters = []
        for column, name in enumerate(self.header):
            texts = [_cell(self.rows[index], column).strip() for index in self.data]
            if _COUNTER.fullmatch(name.strip()) and texts == [str(n) for n in range(1, len(texts) + 1)]:
                counters.append(column)
        return counters

    def _counted(self, rows: Rows) -> Rows:
        for column in self._counters():
            first, number = self.data[0], 0
            for row in rows[first:]:
                if _cell(row, column).strip().isdigit():
                    number += 1
                    row[column] = str(number)
        return rows

    def _fresh_value(self, row: Sequence[str], *, has_totals: bool) -> list[str]:
        """Make a row about something new of one that is there: what tells rows apart differs, amounts are zero under totals."""
        fresh_value = list(row)
        for column, text in enumerate(row):
            texts = [value for index in self.data if (value := _cell(self.rows[index], column))]
            is_own = len(set(texts)) == len(texts) or column in self.keys or column == 0
            if is_amount(text):
                fresh_value[column] = re.sub(r"[1-9]", "0", text) if has_totals else text
            elif text.strip() and is_own and not is_date(text) and text.lower() not in _FLAGS:
                fresh_value[column] = new_text(text, texts)
        return fresh_value


def _cell(row: Sequence[str], column: int) -> str:
    return row[column] if column < len(row) else ""


def new_text(text: str, texts: Sequence[str]) -> str:
    """Make a text of the same form that is not among `texts`; GTINs keep a valid check digit."""
    digits = text.strip()
    if re.fullmatch(r"\d{8}|\d{12,14}", digits):
        for body in range(int(digits[:-1]) + 7, int(digits[:-1]) + 90):
            candidate = with_check_digit(str(body).zfill(len(digits) - 1))
            if candidate not in texts:
                return candidate
    if "@" in text:
        return f"new.{text}"
    if match := re.search(r"(\d+)(?=\D*$)", text):
        for step in range(7, 2000, 31):
            number = str(int(match[1]) + step).zfill(len(match[1]))
            candidate = text[: match.start()] + number + text[match.end() :]
            if candidate not in texts:
                return candidate
    words = text.split(" ")
    return " ".join([*words[:-1], f"{words[-1]}x"])


def changed_text(text: str, texts: Sequence[str]) -> str:
    """Change a text: to another of its column where values repeat, else a digit or a letter of it."""
    other_value = next((value for value in texts if value.strip() != text.strip()), None)
    if text.lower().strip() in _FLAGS or (
        other_value and len(set(texts)) < len(texts) and not is_amount(text)
    ):
        if other_value:
            return other_value
        flag = _FLAGS[text.lower().strip()]
        return flag.upper() if text.isupper() else flag.title() if text.istitle() else flag
    if re.fullmatch(r"\d{8}|\d{12,14}", text.strip()) or "@" in text:
        return new_text(text, texts)
    if match := re.search(r"\d(?=\D*$)", text):
        digit = int(match[0])
        return text[: match.start()] + str(digit + 1 if digit < 8 else digit - 1) + text[match.end() :]
    return f"{text}x"


# --- second exports of a document ---------------------------------------------------------------------------------

_ID = re.compile(r"(?:^|_)(?:id|guid|uid|uuid|token|gan|externalid)$|Guid$|Id$|ID$", re.IGNORECASE)


def read_document(path: Path) -> Any:
    return json.loads(path.read_text(encoding="utf-8"))


def write_document(path: Path, document: Any, folder: Path) -> Path:
    target = folder / path.name
    target.write_text(json.dumps(document, indent=1), encoding="utf-8")
    return target


def reordered_document(document: Any) -> Any:
    """Turn the lists of the records at the top round; those inside of a record keep their order."""
    if isinstance(document, list):
        return document[::-1]
    return {
        key: value[::-1]
        if _is_records(value)
        else reordered_document(value)
        if isinstance(value, dict)
        else value
        for key, value in document.items()
    }


def _is_records(value: Any) -> bool:
    return isinstance(value, list) and len(value) > 1 and all(isinstance(item, dict) for item in value)


def document_with_record_on_top(document: Any) -> Any:
    """Put copies of the last records of each list at the top on top, one of each type, with ids of their own."""
    document = copy.deepcopy(document)
    for records in list(_top_lists(document)):
        text = json.dumps(document)
        for last_record in {record.get("type"): record for record in records}.values():
            record = copy.deepcopy(last_record)
            for holder, key, value in _scalars(record):
                within = json.dumps(last_record).count(f'"{value}"')
                if isinstance(value, str) and _ID.search(key) and text.count(f'"{value}"') == within:
                    holder[key] = new_text(value, ())
                elif isinstance(value, int) and _ID.search(key):
                    holder[key] = value + 700
            records.insert(0, record)
    return document


def document_changes(document: Any) -> Iterator[tuple[str, Any]]:
    """Yield the document with one value of a record changed_value, for each list at the top and each name of a value in it."""
    for place_value, records in enumerate(_top_lists(document)):
        for count, (_, key, value) in enumerate(_scalars(records[-1])):
            changed_value = copy.deepcopy(document)
            holder, _, _ = list(_scalars(list(_top_lists(changed_value))[place_value][-1]))[count]
            if (
                _ID.search(key)
                or value is None
                or (isinstance(value, str) and value.isupper() and not is_amount(value))
            ):
                continue
            if isinstance(value, bool):
                holder[key] = not value
            elif isinstance(value, int | float):
                holder[key] = value + 1
            else:
                holder[key] = changed_text(value, [value])
            yield key, changed_value


def _top_lists(document: Any) -> Iterator[list[Any]]:
    if isinstance(document, list):
        yield document
        return
    for value in document.values():
        if isinstance(value, list) and value and all(isinstance(item, dict) for item in value):
            yield value
        elif isinstance(value, dict):
            yield from _top_lists(value)


def _scalars(value: Any) -> Iterator[tuple[Any, Any, Any]]:
    items: Callable[[], Any] = value.items if isinstance(value, dict) else lambda: enumerate(value)
    for key, inner in items():
        if isinstance(inner, dict | list):
            yield from _scalars(inner)
        elif isinstance(key, str):
            yield value, key, inner
