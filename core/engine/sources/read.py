"""Identify a file (kind, layout, source) and read its rows in chunks.

Every value is read as text. Types come later, from the mapping: a reader that guesses them loses leading zeros,
cents and the difference between nothing and zero.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

import polars as pl

from core.engine.batch import FAULT, NOTED, ROW
from core.engine.sources import detect
from core.engine.sources.cards.columns import Evidence
from core.engine.sources.characters.doubtful import note_doubtful
from core.engine.sources.characters.odd import note_odd, odd_names
from core.engine.sources.characters.quotes import note_unclosed
from core.engine.sources.contract import Source, StreamSpec
from core.engine.sources.documents import SAMPLE_ROWS, document_rows, match_document, survey
from core.engine.sources.file_info import (
    Cuts,
    Identified,
    ReaderOptions,
    StreamInfo,
    check_options,
    currency_of,
    zone_of,
)
from core.engine.sources.files import Kind, Member, kind_of, load_json, tables_of
from core.engine.sources.hidden.notes import note_hidden
from core.engine.sources.json_text import Json, too_deep
from core.engine.sources.layout import layout_of, lines_above
from core.engine.sources.limits.columns import require_stream_name
from core.engine.sources.limits.rounded import note_rounded
from core.engine.sources.non_data.tables import first_rows, marked_rows
from core.engine.sources.table_streams.bundles import check_bundle
from core.engine.sources.table_streams.shaped import declared_rows, shaped_streams
from core.engine.sources.table_streams.sheets import alike_sheets, with_sheet
from core.engine.sources.tables import GENERIC, TRUSTED
from core.engine.sources.tabular import Table, read_frames, utf8_blocks
from core.errors import InvalidInputError
from core.kit.pipelines import prefetch

__all__ = ["GENERIC", "Identified", "ReaderOptions", "StreamInfo", "identify", "read"]

_CHUNK = 20_000


def identify(
    path: Path,
    sources: Sequence[Source],
    options: ReaderOptions | None = None,
    *,
    count: bool = True,
    chunk_rows: int = _CHUNK,
    country: str = "US",
    domain: str | None = None,
) -> Identified:
    """Recognise the file, reading it once from end to end. `domain`: what its tables can be about, None for anything.

    Without `count` a CSV is parsed only as far as its layout needs, and its `rows` are those read, while the rows of a
    document are returned, in frames of `chunk_rows`: for callers that read it all next. `country`: the customer's, which
    tells the usual encodings. InvalidInputError names the
    file, the row if any, and a remedy for whatever cannot be read.
    """
    reader_options = options or ReaderOptions()
    check_options(reader_options, sources)
    kind = kind_of(path)
    with _readable(path):
        if kind is Kind.JSON:
            return _identify_document(path, sources, reader_options, None if count else chunk_rows)
        with tables_of(path, kind) as members:
            return _identify_tables(
                path, members, sources, reader_options, count=count, country=country, domain=domain
            )


def read(
    path: Path, identified: Identified, *, chunk_rows: int = _CHUNK
) -> Iterator[tuple[str, pl.DataFrame]]:
    """Yield (stream name, frame): ROW first, then every source column as text, null where it is absent or empty.

    Frames have at most `chunk_rows` rows; one with broken rows has FAULT, one with rows that are no data has MARK. Tables come one after
    the other in flat memory; a document is held in memory.
    """
    kind = kind_of(path)
    with _readable(path):
        if kind is Kind.JSON:
            rows = identified.rows
            if rows is None:
                document = load_json(path, identified.options.encoding)
                columns = {info.name: info.columns for info in identified.streams}
                rows = _without_cards(
                    document_rows(document, _specs(identified.source), columns, chunk_rows, path.name),
                    identified.cuts,
                )
            for name, row in rows.items():
                for frame in row:
                    for part in frame.iter_slices(chunk_rows):
                        yield name, part
            return
        with tables_of(path, kind) as members:
            parts = {member.name: member for member in members}
            for info in identified.streams:
                if info.part not in parts:
                    raise InvalidInputError(
                        f"{path.name} has no part {info.part} any more.",
                        hint="Upload it again.",
                        file=path.name,
                    )
                evidence = Evidence(info.name, identified.cuts)
                frames = _marked_frames(parts[info.part], info, chunk_rows, evidence)
                for frame in prefetch(info.shape.convert(frames) if info.shape else frames):
                    for part in frame.iter_slices(chunk_rows):
                        yield info.name, part


def _without_cards(rows: Mapping[str, Sequence[pl.DataFrame]], cuts: Cuts) -> dict[str, list[pl.DataFrame]]:
    """Cut card numbers and codes out of the frames of each stream, and note odd characters."""
    return {name: [*map(note_odd, map(Evidence(name, cuts).cut, frames))] for name, frames in rows.items()}


@contextmanager
def _readable(path: Path) -> Iterator[None]:
    try:
        yield
    except RecursionError:
        raise too_deep(path.name) from None
    except OSError as error:
        raise InvalidInputError(
            f"{path.name} cannot be read: {error.strerror or error}.", hint="Upload it again.", file=path.name
        ) from None


def _candidates(sources: Sequence[Source], options: ReaderOptions) -> list[Source]:
    return [source for source in sources if source.name == options.source or options.source is None]


def _generic(sources: Sequence[Source]) -> Source:
    return next(
        (source for source in sources if source.name == GENERIC),
        Source(GENERIC, "Spreadsheet", "restaurant", ()),
    )


def _specs(source: Source) -> tuple[StreamSpec, ...] | None:
    """List the declared streams of a source's JSON; None makes every list of objects a stream."""
    return tuple(spec for spec in source.streams if spec.path is not None) or None


# --- documents --------------------------------------------------------------------------------------------------


def _identify_document(
    path: Path, sources: Sequence[Source], options: ReaderOptions, chunk_rows: int | None
) -> Identified:
    """Identify a document; with `chunk_rows` its rows are returned too, in frames of so many."""
    document = load_json(path, options.encoding)
    source, confidence, reasons = _source_of(document, sources, options)
    infos: list[StreamInfo] = []
    rows: dict[str, list[pl.DataFrame]] = {}
    cuts = Cuts()
    limit = SAMPLE_ROWS if chunk_rows is None else None
    size = chunk_rows or SAMPLE_ROWS
    for stream in survey(document, _specs(source), frame_rows=size, limit=limit, file=path.name):
        rows |= _without_cards({stream.name: stream.frames()}, cuts)
        firsts = [frame.head(SAMPLE_ROWS).drop(NOTED, strict=False) for frame in rows[stream.name]]
        sample = pl.concat(firsts).head(SAMPLE_ROWS)
        order, why = detect.find_date_order(sample)
        entity = (stream.spec.entity or None) if stream.spec else None
        infos.append(
            StreamInfo(
                stream.name,
                entity,
                stream.columns,
                stream.rows,
                sample,
                stream.spec,
                options.date_order or order,
                (*why, *odd_names(stream.columns)),
            )
        )
    filled = replace(options, source=source.name, date_order=_first(info.date_order for info in infos))
    identified = _identified(path, source, confidence, reasons, filled, infos)
    return identified if chunk_rows is None else replace(identified, rows=rows, cuts=cuts)


def _source_of(
    document: Json, sources: Sequence[Source], options: ReaderOptions
) -> tuple[Source, float, list[str]]:
    matches = [(source, *match_document(document, source)) for source in _candidates(sources, options)]
    best = max(matches, key=lambda match: match[1], default=None)
    if best is not None and options.source and options.source != GENERIC:
        return best[0], best[1], [f"chosen by hand: {best[0].label}", best[2]]
    if best is not None and best[1] >= TRUSTED:
        return best[0], best[1], [best[2]]
    closest = f"the closest is {best[0].label}: {best[2]}" if best is not None and best[1] else ""
    return (
        _generic(sources),
        1 - (best[1] if best else 0),
        [f"no known source's document; {closest}".rstrip("; ")],
    )


# --- tables -----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Surveyed:
    member: Member
    options: ReaderOptions
    columns: tuple[str, ...]
    rows: int
    first: pl.DataFrame
    why: tuple[str, ...]
    match: detect.Match | None
    section: str


def _identify_tables(
    path: Path,
    members: Sequence[Member],
    sources: Sequence[Source],
    options: ReaderOptions,
    *,
    count: bool,
    country: str,
    domain: str | None,
) -> Identified:
    if not members:
        raise InvalidInputError(
            f"{path.name} holds no table.",
            hint="Give a file with at least one filled sheet or CSV.",
            file=path.name,
        )
    candidates = _candidates(sources, options)
    tables = [_survey_table(member, candidates, options, count=count, country=country) for member in members]
    bar = 0.0 if options.source else TRUSTED
    matches = [table.match for table in tables if table.match and table.match.confidence >= bar]
    source, confidence, reasons = _generic(sources), 1.0, ["no known export format"]
    if matches:
        source = max(matches, key=lambda match: match.confidence).source
        tables = [_as_sheet(table, source, is_known=table.match in matches) for table in tables]
        source_matches = [match for match in matches if match.source is source]
        confidence = sum(match.confidence for match in source_matches) / len(source_matches)
        reasons = [match.reason for match in source_matches]
    elif closest := max(
        (t.match for t in tables if t.match), key=lambda match: match.confidence, default=None
    ):
        confidence = 1 - closest.confidence
        reasons = [f"no known export format; the closest: {closest.reason}"]
    if options.source:
        reasons.insert(0, f"chosen by hand: {source.label}")
    infos: list[StreamInfo] = []
    alike = alike_sheets({t.member.name: t.columns for t in tables}) if kind_of(path) is Kind.WORKBOOK else ()
    specs = [_spec_of(table, source, matches) for table in tables]
    declared = declared_rows(specs, [(table.columns, partial(_all_rows, table)) for table in tables])
    for table, spec in zip(tables, specs, strict=True):
        info = _stream_info(table, spec, {info.name for info in infos})
        frames = partial(_marked_frames, table.member, info, _CHUNK, Evidence(table.member.name, Cuts()))
        domain_of_table = source.domain if spec else domain
        streams = shaped_streams(info, table.first, domain_of_table, frames if count else None, declared)
        infos += with_sheet(streams, alike)
    filled = replace(
        infos[0].options, source=source.name, date_order=_first(info.date_order for info in infos)
    )
    return _identified(path, source, confidence, reasons, filled, infos)


def _survey_table(
    member: Member, sources: Sequence[Source], options: ReaderOptions, *, count: bool, country: str
) -> _Surveyed:
    """Survey a table in one pass: its layout from the beginning, its rows counted to the end."""
    layout, columns, why = layout_of(member, sources, options, country)
    rows, first = 0, None
    for frame in _table_frames(member, layout, columns, _CHUNK, Evidence(member.name, Cuts())):
        rows += frame.height
        if first is None:
            first = frame.drop(FAULT, NOTED, strict=False)
        if not count:
            break
    if first is None:
        first = pl.DataFrame(schema={ROW: pl.Int64(), **dict.fromkeys(columns, pl.String())})
    head = first_rows(first, columns, partial(lines_above, member, layout))
    order, reasons = detect.find_date_order(head.rows)
    layout = replace(layout, date_order=options.date_order or order, day_system=member.day_system)
    match = detect.match_table(columns, sources)
    columns = (*columns, head.section) if head.section else columns
    return _Surveyed(
        member, layout, columns, rows, head.rows, (*why, *head.why, *reasons), match, head.section
    )


def _table_frames(
    member: Member, options: ReaderOptions, columns: tuple[str, ...], chunk_rows: int, evidence: Evidence
) -> Iterator[pl.DataFrame]:
    encoding = options.encoding or "utf-8"
    table = Table(member.file, encoding, options.delimiter or ",", options.header_row or 0, columns)

    def finish(frame: pl.DataFrame, data: bytes) -> pl.DataFrame:
        noted = note_unclosed(note_odd(evidence.cut_suspect(frame, data), data), data, table.delimiter)
        noted = note_doubtful(noted, encoding, options.encoding_rival)
        return note_rounded(note_hidden(noted, member.hidden), member.rounded, columns)

    with member.open() as file:
        blocks = utf8_blocks(file, encoding, member.file)
        yield from read_frames(blocks, table, chunk_rows, finish)


def _all_rows(table: _Surveyed) -> Iterator[pl.DataFrame]:
    """Yield the rows of a table; the first ones as they were surveyed where there are no others."""
    if table.rows < _CHUNK:
        return iter([table.first])
    evidence = Evidence(table.member.name, Cuts())
    columns = table.columns[:-1] if table.section else table.columns
    frames = _table_frames(table.member, table.options, columns, _CHUNK, evidence)
    return (frame.drop(FAULT, NOTED, strict=False) for frame in frames)


def _marked_frames(
    member: Member, info: StreamInfo, chunk_rows: int, evidence: Evidence
) -> Iterator[pl.DataFrame]:
    """Read a table with the marks of its rows, and its sections where it has some."""
    columns = info.table_columns[:-1] if info.section else info.table_columns
    frames = _table_frames(member, info.options, columns, chunk_rows, evidence)
    return marked_rows(frames, columns, info.section, partial(lines_above, member, info.options))


def _spec_of(table: _Surveyed, source: Source, matches: Sequence[detect.Match]) -> StreamSpec | None:
    """Return what the recognised source declares of the table; None where it declares nothing."""
    match = table.match
    if match is None or match.source is not source:
        return None
    return match.spec if match in matches or match.spec.sheet else None


def _as_sheet(table: _Surveyed, source: Source, *, is_known: bool) -> _Surveyed:
    """Return the table as the small one of the recognised source that its sheet is named for, if it is one.

    A table that is known by its columns is the small one only where it has those and no others.
    """
    match = detect.match_sheet(table.member.name, table.columns, source)
    if match and is_known and not detect.has_no_others(match.spec, table.columns):
        return table
    return replace(table, match=match) if match else table


def _stream_info(table: _Surveyed, spec: StreamSpec | None, names: set[str]) -> StreamInfo:
    base = spec.name if spec else table.member.name
    require_stream_name(base, table.member.file)
    name, count = base, 2
    while name in names:
        name, count = f"{base} ({count})", count + 1
    entity = (spec.entity or None) if spec else None
    order = table.options.date_order
    return StreamInfo(
        name,
        entity,
        table.columns,
        table.rows,
        table.first.head(SAMPLE_ROWS),
        spec,
        order,
        table.why,
        table.options,
        table.member.name,
        table.columns,
        section=table.section,
    )


def _identified(
    path: Path,
    source: Source,
    confidence: float,
    reasons: Sequence[str],
    options: ReaderOptions,
    infos: Sequence[StreamInfo],
) -> Identified:
    return Identified(
        path.name,
        source,
        round(confidence, 4),
        (*reasons, *check_bundle(path.name, source, infos)),
        options,
        tuple(infos),
        zone_of(infos),
        currency_of(infos),
    )


def _first(values: Iterable[str | None]) -> str | None:
    return next((value for value in values if value), None)
