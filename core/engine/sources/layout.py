"""Find the layout of a table by its first lines: encoding, delimiter, header row and columns."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from functools import partial

from core.engine.sources import detect
from core.engine.sources.cards.numbers import cut_numbers
from core.engine.sources.characters.decoding import require_fit
from core.engine.sources.characters.odd import odd_names
from core.engine.sources.contract import Source, folded
from core.engine.sources.delimiters.division import find_delimiter, named_delimiter
from core.engine.sources.file_info import ReaderOptions
from core.engine.sources.files import Member
from core.engine.sources.header.groups import grouped_names, is_group_row
from core.engine.sources.hidden.notes import hidden_reasons
from core.engine.sources.limits.cells import LONGEST_HEADER, line_refusal
from core.engine.sources.limits.columns import require_columns, require_names
from core.engine.sources.tabular import split_records, utf8_blocks
from core.errors import InvalidInputError

_SAMPLE_BYTES = 256 << 10


def layout_of(
    member: Member, sources: Sequence[Source], options: ReaderOptions, country: str = "US"
) -> tuple[ReaderOptions, tuple[str, ...], list[str]]:
    """Find encoding, delimiter and header row where they are not set, and the columns; with the reasons.

    InvalidInputError where there is no header, no column, or more than the limits allow.
    """
    why = hidden_reasons(member.hidden)
    encoding = member.encoding or options.encoding
    if encoding is None:
        with member.open() as file:
            encoding, reason, rival = detect.find_encoding(file, member.file, country)
        why.append(reason)
        options = replace(options, encoding_rival=rival or None)
    elif member.encoding is None:
        with member.open() as file:
            require_fit(iter(partial(file.read, _SAMPLE_BYTES), b""), encoding, member.file)
    with member.open() as file:
        block = next(utf8_blocks(file, encoding, member.file))
    data = _beginning(block, member.file)
    delimiter, named = options.delimiter, named_delimiter(data)
    if member.encoding is not None:
        delimiter = ","
    elif delimiter is None:
        delimiter, reason = (
            (named, f"delimiter {named!r}: row 1 names it") if named else find_delimiter(data, member.suffix)
        )
        why.append(reason)
    records = split_records(data, delimiter)
    if named and records:
        records[0] = [""]  # a line for Excel, not data
    header_row = options.header_row
    if header_row is None:
        header_row, reason = _find_header(records, sources)
        why.append(reason)
    groups = grouped_names(records, header_row)
    columns = _columns(records, header_row, member.file, groups)
    header = groups or ([cut_numbers(name)[0] for name in records[header_row - 1]] if header_row else [])
    if groups:
        why.append(
            f"row {header_row - 1} groups the columns: its names stand before those of row {header_row}"
        )
    why += [*odd_names(header), *detect.repeated_names(header, columns)]
    return replace(options, encoding=encoding, delimiter=delimiter, header_row=header_row), columns, why


def _find_header(records: Sequence[Sequence[str]], sources: Sequence[Source]) -> tuple[int, str]:
    """Find the header's row number from 1, with the reason; below a row of groups the row of names."""
    signatures = [
        frozenset(folded(header) for header in spec.headers)
        for source in sources
        for spec in source.streams
        if spec.path is None
    ]
    header_row, reason = detect.find_header(records, signatures)
    return header_row + is_group_row(records, header_row), reason


def lines_above(member: Member, layout: ReaderOptions) -> list[str]:
    """Read the texts of the lines above the header, each joined into one."""
    with member.open() as file:
        block = next(utf8_blocks(file, layout.encoding or "utf-8", member.file))
    records = split_records(_beginning(block, member.file), layout.delimiter or ",")
    above = records[: max(0, (layout.header_row or 0) - 1)]
    return [text for record in above if (text := " ".join(cell.strip() for cell in record if cell.strip()))]


def _beginning(block: bytes, file: str) -> bytes:
    """Return the first lines of a table, whole ones, at least those searched for its header.

    Wide tables take more bytes for them, up to LONGEST_HEADER; InvalidInputError where not even one line is so short.
    """
    end = min(len(block), _SAMPLE_BYTES)
    lines = block.count(b"\n", 0, end)
    while lines < detect.HEADER_SEARCH and end < min(len(block), LONGEST_HEADER):
        newline = block.find(b"\n", end, LONGEST_HEADER)
        lines, end = lines + 1, newline + 1 if newline >= 0 else min(len(block), LONGEST_HEADER)
    if end == len(block):
        return block + b"\n"
    cut = block.rfind(b"\n", 0, end) + 1
    if not cut:
        raise line_refusal(file, 1)
    return block[:cut]


def _columns(
    records: Sequence[Sequence[str]], header_row: int, file: str, groups: Sequence[str] | None = None
) -> tuple[str, ...]:
    if header_row > len(records):
        raise InvalidInputError(
            f"{file} has no row {header_row} near its beginning to be the header.",
            hint="Set the header row to the number a spreadsheet shows beside it.",
            file=file,
            row=header_row,
        )
    header = list(groups or records[header_row - 1]) if header_row else []
    while header and not header[-1].strip():
        header.pop()
    widths = Counter(len(record) for record in records[header_row:] if record != [""])
    common, count = widths.most_common(1)[0] if widths else (0, 0)
    # Columns beyond the header are columns only if most rows have them; else such rows are broken.
    common = common if count * 2 > widths.total() or not header else 0
    if not header and not common:
        raise InvalidInputError(
            f"{file} has no column.", hint="Export it again with its header row.", file=file
        )
    require_columns(max(len(header), common), file)
    require_names(header, file, header_row)
    return detect.name_columns([cut_numbers(name)[0] for name in header], common)
