"""Create migrations and add files: recognise them, read them into chunks, and store the untouched bytes too.

A file is one transaction: it is there with all its rows, or not at all.
"""

from __future__ import annotations

import hashlib
import tempfile
from collections import Counter, defaultdict, deque
from collections.abc import Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import closing, contextmanager
from dataclasses import asdict, fields
from pathlib import Path

import polars as pl
from sqlalchemy import column, delete, func, select, table

from core.context import Context
from core.db.types import Id
from core.engine.row_content import CopyCounter
from core.engine.sources import store, views
from core.engine.sources.cards.redacted_copy import may_hold_cards, write_cut
from core.engine.sources.contract import Source
from core.engine.sources.currencies.notes import note_currency
from core.engine.sources.facts.columns import FactCollector
from core.engine.sources.non_data.facts import RowFacts
from core.engine.sources.non_data.marks import without_marked
from core.engine.sources.read import Identified, ReaderOptions, StreamInfo, identify, read
from core.engine.sources.table_streams.shaped import with_readings
from core.engine.sources.tables import GENERIC, Migration, SourceFile, SourceStream
from core.errors import ConflictError, InvalidInputError, LimitReachedError, SourceUnavailableError
from core.kit.ids import new_id
from core.kit.wording import counted, listed
from core.platform.access.actions import action
from core.platform.access.demo_outages import CAUSES, SOURCE, outage_of
from core.platform.audit.actions import record
from core.settings import settings

_RUN = table(
    "run", *(column(name, Id) for name in ("tenant_id", "migration_id")), column("kind"), column("state")
)
"""Runs are a layer above; only these columns of theirs are read here."""


@action("migration.create")
def create_migration(context: Context, name: str, *, identity: str | None = None) -> Migration:
    """Create an empty migration in its first phase, setup; `identity` where its id was handed out before."""
    if not name.strip():
        raise InvalidInputError("A migration needs a name.", hint="Name the customer and what moves.")
    migration = Migration(
        tenant_id=context.tenant.id,
        id=identity or new_id(),
        created_at=context.now,
        name=name.strip(),
        source="",
        phase="setup",
        settings={},
        created_by=context.person,
    )
    context.session.add(migration)
    record(context, "migration.create", "migration", migration.id, name=migration.name)
    return migration


def _find_or_create(context: Context, migration_id: str, name: str) -> Migration:
    """Get the migration of this id, or create it under `name`; two callers at once get the same one."""
    context.session.execute(select(func.pg_advisory_xact_lock(func.hashtext(f"migration|{migration_id}"))))
    existing = context.session.get(Migration, (context.tenant.id, migration_id))
    return existing or create_migration(context, name, identity=migration_id)


@action("migration.write")
def add_file(
    context: Context,
    migration_id: str,
    path: Path,
    sources: Mapping[str, Source],
    *,
    name: str | None = None,
    options: ReaderOptions | None = None,
    creates: bool = False,
) -> SourceFile:
    """Recognise and read a file and store its rows; `name` where the path is not what the person called it.

    With `creates` the migration is created under this id, named after the file, unless it exists.
    ConflictError when the migration has the same bytes already; InvalidInputError when the file cannot be read.
    """
    file_name = Path(name or path.name).name
    migration = (
        _find_or_create(context, migration_id, Path(file_name).stem)
        if creates
        else views.migration(context, migration_id)
    )
    size = _size(path, file_name)
    with _under_its_name(path, file_name) as named_path, ThreadPoolExecutor(1) as executor:
        sha256 = executor.submit(_sha256, path)
        suspect = executor.submit(may_hold_cards, named_path)
        try:
            identified = _identify(context, named_path, sources, options)
        finally:  # a duplicate is reported as such also where it cannot be read
            _refuse_twin(context, migration_id, file_name, size, sha256)
        added = SourceFile(
            tenant_id=context.tenant.id,
            id=new_id(),
            created_at=context.now,
            migration_id=migration_id,
            name=file_name,
            size=size,
            sha256="",
            **_recognition(identified),
        )
        context.session.add(added)
        context.session.flush()
        rows = _keep(context, added, named_path, identified, suspect)
        _refuse_outage(context, file_name)
        added.sha256 = sha256.result()
    _refresh(context, migration)
    record(context, "file.add", "source_file", added.id, source=added.source, rows=rows, size=size)
    return added


@action("migration.write")
def reread_file(
    context: Context, file_id: str, options: ReaderOptions, sources: Mapping[str, Source]
) -> SourceFile:
    """Read the stored bytes again with other options. Decisions stay for source fields that still exist.

    ConflictError while an import of the migration needs the rows as they were read.
    """
    source_file = views.file(context, file_id)
    _refuse_at_work(context, source_file.migration_id, "read again")
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / source_file.name
        with path.open("wb") as file:
            file.writelines(store.read_parts(context, file_id))
        identified = _identify(context, path, sources, options)
        store.remove_unreferenced_chunks(context, file_id)
        context.session.execute(delete(SourceStream).where(SourceStream.file_id == file_id))
        for name, value in _recognition(identified).items():
            setattr(source_file, name, value)
        rows = _read_rows(context, source_file, path, identified)
    _refresh(context, views.migration(context, source_file.migration_id))
    record(context, "file.reread", "source_file", file_id, source=source_file.source, rows=rows)
    return source_file


@action("migration.write")
def remove_file(context: Context, file_id: str) -> None:
    """Remove a file with its rows, except those behind imported records.

    Decisions for streams that other files still feed stay. ConflictError while an import of the migration needs it.
    """
    removed = views.file(context, file_id)
    _refuse_at_work(context, removed.migration_id, "removed")
    store.remove_unreferenced_chunks(context, file_id)
    context.session.execute(delete(SourceFile).where(SourceFile.id == file_id))
    record(context, "file.remove", "source_file", file_id, name=removed.name)
    _refresh(context, views.migration(context, removed.migration_id))


def import_states(context: Context, migration_id: str) -> list[str]:
    """List the states of the migration's imports, and lock the migration, so that none starts before the transaction ends."""
    held = select(Migration.id).where(Migration.id == migration_id).with_for_update(key_share=True)
    context.session.execute(held)
    query = select(_RUN.c.state).where(
        _RUN.c.tenant_id == context.tenant.id,
        _RUN.c.migration_id == migration_id,
        _RUN.c.kind == "import",
    )
    return list(context.session.scalars(query))


def _refuse_at_work(context: Context, migration_id: str, change: str) -> None:
    """Refuse a change of files with ConflictError while an import needs them. `change`: the refused change, e.g. 'removed'."""
    states = import_states(context, migration_id)
    state = next((state for state in states if state in {"queued", "running", "paused", "verifying"}), None)
    if state is not None:
        raise ConflictError(
            f"An import of this migration is under way, so its files cannot be {change}.",
            hint="Wait for the import to end, or cancel it first.",
            state=state,
        )


def reader_options(source_file: SourceFile | views.FileDetail) -> ReaderOptions:
    """Return the options a file was read with, in the form that reread_file takes."""
    names = {field.name for field in fields(ReaderOptions)}
    return ReaderOptions(**{name: value for name, value in source_file.options.items() if name in names})


def _refuse_outage(context: Context, file_name: str) -> None:
    """Raise SourceUnavailableError while the source is broken in a demo: what was read of the file is rolled back."""
    if outage_of(context, SOURCE):
        raise SourceUnavailableError(
            f"The source broke off while {file_name} was read. {CAUSES[SOURCE]} Nothing of the file was stored.",
            hint="Files that were read before, their mapping and their imports still work. Add it again later.",
        )


def _size(path: Path, file_name: str) -> int:
    """Return the size in bytes; LimitReachedError beyond the upload limit."""
    size, limit = path.stat().st_size, settings().upload_limit_mb
    if size > limit * 1024 * 1024:
        raise LimitReachedError(
            f"{file_name} has {size / 1024 / 1024:,.0f} MB; the limit is {limit:,} MB.",
            hint="Split the export by date or location, or raise UPLOAD_LIMIT_MB.",
        )
    return size


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _refuse_twin(context: Context, migration_id: str, file_name: str, size: int, sha256: Future[str]) -> None:
    """Refuse a file whose bytes are in the migration; waits for the hash only where a file of the same size exists."""
    context.session.execute(
        select(func.pg_advisory_xact_lock(func.hashtext(f"source_file|{migration_id}|{size}")))
    )
    same_size = context.session.scalars(
        select(SourceFile).where(SourceFile.migration_id == migration_id, SourceFile.size == size)
    )
    twin = next((file for file in same_size if file.sha256 == sha256.result()), None)
    if twin is not None:
        raise ConflictError(
            f"{file_name} is already part of this migration, as {twin.name}.",
            hint="Nothing to do; remove that file first if you want to read it anew.",
            file_id=twin.id,
        )


@contextmanager
def _under_its_name(path: Path, file_name: str) -> Iterator[Path]:
    """Link the path under the name the person knows, which streams and messages of the reader have."""
    if path.name == file_name:
        yield path
        return
    with tempfile.TemporaryDirectory() as folder:
        link = Path(folder) / file_name
        link.symlink_to(path.resolve())
        yield link


def _identify(
    context: Context, path: Path, sources: Mapping[str, Source], options: ReaderOptions | None
) -> Identified:
    """Recognise a file that is read next, as the customer's country and domain and the size of chunks have it."""
    return identify(
        path,
        list(sources.values()),
        options,
        count=False,
        chunk_rows=settings().migration_batch_size,
        country=context.tenant.country,
        domain=context.tenant.domain,
    )


def _recognition(identified: Identified) -> dict[str, object]:
    return {
        "source": identified.source.name,
        "confidence": identified.confidence,
        "reasons": list(identified.reasons),
        "options": asdict(identified.options),
        "zone": identified.zone,
        "currency": identified.currency,
    }


def _keep(
    context: Context, file: SourceFile, path: Path, identified: Identified, suspect: Future[bool]
) -> int:
    """Store the bytes and the rows read from them; returns the number of rows.

    The bytes are untouched, unless card numbers or codes were cut from the rows: then a copy without them is stored. Of
    a file that may hold some, nothing is stored before all its rows were read.
    """
    if suspect.result():
        rows = _read_rows(context, file, path, identified)
        if not identified.cuts.columns:
            with path.open("rb") as upload:
                deque(store.write_parts(context, file.id, upload), maxlen=0)
            return rows
    else:
        with path.open("rb") as upload, closing(store.write_parts(context, file.id, upload)) as parts:
            rows = _read_rows(context, file, path, identified, parts)
            deque(parts, maxlen=0)  # the remaining parts
        if not identified.cuts.columns:
            return rows
        store.remove_parts(context, file.id)
    with tempfile.TemporaryFile() as copy:
        write_cut(path, identified, copy)
        copy.seek(0)
        deque(store.write_parts(context, file.id, copy), maxlen=0)
    file.options = file.options | {"encoding": None if file.options.get("encoding") is None else "utf-8"}
    return rows


def _read_rows(
    context: Context,
    file: SourceFile,
    path: Path,
    identified: Identified,
    side_steps: Iterator[object] | None = None,
) -> int:
    """Read all chunks into the file's streams; returns the number of rows. `side_steps` advances by two a chunk."""
    streams = {info.name: _stream(context, file, info) for info in identified.streams}
    context.session.add_all(streams.values())
    context.session.flush()
    rows: Counter[str] = Counter()
    ids = {name: stream.id for name, stream in streams.items()}
    collectors = {stream_id: FactCollector() for stream_id in ids.values()}
    row_facts = {stream_id: RowFacts() for stream_id in ids.values()}
    chunks = _chunks(context, path, identified, ids, collectors, row_facts)
    for info in store.write_chunks(context, file.migration_id, chunks):
        rows[info.stream_id] += info.rows
        if side_steps is not None:
            next(side_steps, None)
            next(side_steps, None)
    for stream in streams.values():
        stream.rows = rows[stream.id]
        stream.facts = {name: facts.to_json() for name, facts in collectors[stream.id].facts().items()}
    for described in identified.streams:
        streams[described.name].facts = with_readings(streams[described.name].facts, described)
    for stream in streams.values():
        stream.facts |= row_facts[stream.id].stored()
        stream.why = [*stream.why, *identified.cuts.reasons(stream.name)]
        _leave_out_nameless(stream)
    return rows.total()


def _leave_out_nameless(stream: SourceStream) -> None:
    """Leave columns out of the stream that have neither a name in the header nor a value in any row."""
    nameless = {
        name
        for place, name in enumerate(stream.columns, start=1)
        if name == f"Column {place}" and stream.rows and not stream.facts.get(name, {}).get("filled")
    }
    if nameless and len(nameless) < len(stream.columns):
        stream.columns = [name for name in stream.columns if name not in nameless]
        stream.why = [
            *stream.why,
            f"{counted(len(nameless), 'column')} without name and values left out: {listed(sorted(nameless))}",
        ]


def _chunks(
    context: Context,
    path: Path,
    identified: Identified,
    ids: Mapping[str, str],
    collectors: Mapping[str, FactCollector],
    row_facts: Mapping[str, RowFacts],
) -> Iterator[tuple[str, int, pl.DataFrame]]:
    """Yield stream id, number and rows of each chunk, numbered stream by stream; collects facts about columns and rows."""
    numbers: Counter[str] = Counter()
    copies: defaultdict[str, CopyCounter] = defaultdict(CopyCounter)
    currency = context.tenant.currency
    for name, frame in read(path, identified, chunk_rows=settings().migration_batch_size):
        if frame.height:
            collectors[ids[name]].add(without_marked(frame))
            row_facts[ids[name]].add(frame)
            yield ids[name], numbers[name], note_currency(copies[name].number(frame), currency)
            numbers[name] += 1


def _stream(context: Context, file: SourceFile, info: StreamInfo) -> SourceStream:
    stream_id = new_id()
    return SourceStream(
        tenant_id=context.tenant.id,
        id=stream_id,
        created_at=context.now,
        file_id=file.id,
        migration_id=file.migration_id,
        name=info.name,
        entity=info.entity,
        columns=list(info.columns),
        rows=info.rows,
        date_order=info.date_order,
        why=list(info.why),
        sample=store.encrypt_frame(context, info.sample, f"source_stream|{stream_id}"),
    )


def _refresh(context: Context, migration: Migration) -> None:
    """Set the migration's source to that of its best recognised file; the first file begins the analysis."""
    files = views.files(context, migration.id)
    best = max(files, key=lambda file: (file.source != GENERIC, file.confidence), default=None)
    migration.source = best.source if best else ""
    if migration.phase == "setup" and best:
        migration.phase = "analysis"
