"""Compare the files of a bundle with its manifest: a file that the manifest promises and the bundle lacks is not guessed away."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from core.engine.batch import ROW
from core.engine.sources.contract import Manifest, Source, folded
from core.engine.sources.file_info import StreamInfo
from core.errors import InvalidInputError
from core.kit.wording import listed


def check_bundle(file: str, source: Source, streams: Sequence[StreamInfo]) -> list[str]:
    """Return what a person should know about the manifest of a bundle; nothing for files that came each by itself.

    InvalidInputError names the file, row, property and value of a manifest that promises a file which is missing, or a
    version of the standard that is not read here.
    """
    parts = {folded(stream.part.rpartition("/")[2]) for stream in streams}
    if source.manifest is None or len(parts) < 2:
        return []
    table = next((stream for stream in streams if stream.name == source.manifest.stream), None)
    if table is None:
        return [f"no {source.manifest.stream}: nothing says whether the bundle is complete"]
    return list(_compare(file, source.manifest, table, parts))


def _compare(file: str, manifest: Manifest, table: StreamInfo, parts: set[str]) -> Iterator[str]:
    modes: dict[str, list[str]] = {}
    columns = {folded(column): column for column in table.columns}
    name_column, value_column = (columns.get(folded(column)) for column in (manifest.name, manifest.value))
    if not name_column or not value_column:
        return
    for row, name, value in table.sample.select(ROW, name_column, value_column).iter_rows():
        key, text = str(name or "").strip(), str(value or "").strip()
        statement = f"{manifest.stream}.csv in {file}, row {row}: {key} is '{text}'"
        if key == manifest.version and text not in manifest.versions:
            raise InvalidInputError(
                f"{statement}, and versions {listed(manifest.versions)} are read here.",
                hint=f"Export the bundle as version {manifest.versions[-2]} or {manifest.versions[-1]}.",
                file=file,
                row=row,
                field=key,
                value=text,
            )
        if not key.startswith(manifest.file):
            continue
        part, mode = key.removeprefix(manifest.file), text.lower()
        is_there = folded(part) in parts
        if mode in manifest.present and not is_there:
            raise InvalidInputError(
                f"{statement}, but there is no {part}.csv.",
                hint=f"Export the bundle again with {part}.csv, or say that it is absent.",
                file=file,
                row=row,
                field=key,
                value=text,
            )
        if mode not in manifest.present and is_there:
            yield f"{statement}, but there is a {part}.csv, which is read"
        elif is_there:
            modes.setdefault(mode, []).append(part)
    yield from (f"{mode}: {listed(files)}" for mode, files in modes.items())
