"""Import exports a second time in four ways and list what changes that should not.

    python benchmarks/again.py                       every case of data/corpus and every sample of mock_data
    python benchmarks/again.py --only 27             those whose name begins so
    python benchmarks/again.py --details             also the columns that are the ID of each entity

same       the file as it is: nothing changes
reordered  its rows in another order: nothing changes
on top     one record more on top: records of it are new, nothing else changes
changed    one cell, for each column: the records of its row change; none is new unless the cell is part of its ID

The exit code is 1 where something else changes. A table of which nothing identifies the records must say so before it is
imported: its changed rows are new records.
"""

from __future__ import annotations

import argparse
import csv
import sys
import tempfile
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import Any

import again_files
import yaml
from again_import import Import, Key, Record, blanks_below, domain_of, import_files, read_target
from messy_cases import CORPUS, OWN, read_cases
from messy_import import forget_lessons, prepare_database

ROOT = Path(__file__).resolve().parent.parent
KINDS = ("same", "reordered", "on top", "changed")
_TENANT = {"domain": "restaurant", "zone": "America/New_York", "currency": "USD", "country": "US"}


@dataclass(frozen=True)
class Export:
    """Files that are imported together, and whose they are."""

    name: str
    tenant: Mapping[str, str]
    files: tuple[Path, ...]


@dataclass
class Difference:
    """What an import added and changed."""

    new: dict[Key, Record] = field(default_factory=dict)
    changed: dict[Key, Record] = field(default_factory=dict)
    lost: list[Key] = field(default_factory=list)
    fields: dict[Key, str] = field(default_factory=dict)

    def __bool__(self) -> bool:
        return bool(self.new or self.changed or self.lost)


def main() -> int:
    """Import every export again and print what deviates; return 1 where something does."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument(
        "--only", action="append", default=[], help="exports whose name begins so; may repeat"
    )
    parser.add_argument("--kind", action="append", choices=KINDS, help="default: all")
    parser.add_argument(
        "--columns", type=int, default=60, help="how many columns are changed, one after the other"
    )
    parser.add_argument("--details", action="store_true", help="also the ID of each entity")
    arguments = parser.parse_args()
    prepare_database()
    with tempfile.TemporaryDirectory() as name:
        exports = [*corpus_exports(), *sample_exports(), *mapping_exports(Path(name))]
        chosen = [
            export
            for export in exports
            if not arguments.only or any(export.name.startswith(start) for start in arguments.only)
        ]
        deviations = sum(print_export(export, Path(name), arguments) for export in chosen)
    print(f"\n{len(chosen)} exports, {deviations} deviate")
    return int(deviations > 0)


def print_export(export: Export, folder: Path, arguments: argparse.Namespace) -> bool:
    """Import an export again, print what deviates, and tell whether something does."""
    started_at = time.monotonic()
    again = Again(export, folder, most_changes=arguments.columns)
    findings = list(again.findings(arguments.kind or KINDS))
    words = (
        "deviates"
        if findings
        else f"refused: {again.first.refusal}"
        if again.first.refusal
        else "as expected"
    )
    keyless = f"; no key: {', '.join(again.keyless)}" if again.keyless else ""
    print(f"{export.name:52} {words}{keyless}  {time.monotonic() - started_at:.1f} s", flush=True)
    for finding in findings:
        print(f"      {finding}", flush=True)
    if arguments.details and again.first.plan:
        for plan in again.first.plan.entities:
            print(
                f"      {plan.stream} -> {plan.entity}{'' if plan.primary else ' (beside)'}: {_id_words(plan)}"
            )
    return bool(findings)


def _id_words(plan: Any) -> str:
    from core.engine.transforms import identity

    key = plan.field("external_id")
    return f"{', '.join(key.sources)} {key.transform or ''}" if key else identity(plan)


# --- exports ------------------------------------------------------------------------------------------------------


def corpus_exports() -> Iterator[Export]:
    """Yield the cases of the messy corpora; of cases of several imports the first one."""
    for folder in (CORPUS, OWN):
        for case in read_cases(folder, []):
            yield Export(case.name, case.tenant, case.imports[0])


def sample_exports() -> Iterator[Export]:
    """Yield every sample file of mock_data."""
    for path in sorted((ROOT / "mock_data").glob("*/*.*")):
        if path.suffix in {".csv", ".xlsx", ".json"} and not path.name.endswith(".expected.json"):
            yield Export(f"{path.parent.name}/{path.name}", _TENANT | domain_of(path), (path,))


def mapping_exports(folder: Path) -> Iterator[Export]:
    """Write the samples of the mapping corpus as tables and yield them; documents are left out."""
    for path in sorted((CORPUS.parent / "mapping").glob("*.yaml")):
        document = yaml.safe_load(path.read_text(encoding="utf-8"))
        if document["kind"] not in {"csv", "xlsx"}:
            continue
        fields = document["fields"]
        columns = [
            ["" if value is None else str(value) for value in column.get("samples") or ()]
            for column in fields
        ]
        longest = max(map(len, columns))
        target = folder / "mapping" / f"{document['id']}.csv"
        target.parent.mkdir(exist_ok=True)
        with target.open("w", encoding="utf-8", newline="") as out:
            writer = csv.writer(out)
            writer.writerow(column["source"] for column in fields)
            writer.writerows(
                [[*column, *[""] * longest][row] for column in columns] for row in range(longest)
            )
        yield Export(f"mapping/{document['id']}", _TENANT | {"domain": document["domain"]}, (target,))


# --- imports ------------------------------------------------------------------------------------------------------


class Again:
    """Imports an export and then its second exports into one fresh tenant."""

    def __init__(self, export: Export, folder: Path, context: Any = None, most_changes: int = 60) -> None:
        self.export, self.folder, self.context, self.most_changes = export, folder, context, most_changes
        self.first = Import()
        self.keyless: list[str] = []

    def findings(self, kinds: Iterable[str]) -> Iterator[str]:
        """Yield in words what changes that should not."""
        if self.context:
            yield from self._findings(kinds)
            return
        from core.entry.tenants import create_person, create_tenant
        from core.kit.ids import new_id
        from core.platform.access.actions import enter

        forget_lessons()
        person = create_person(f"again-{new_id()[-12:].lower()}", "Again")
        tenant_id = create_tenant(person, f"again-{new_id()}", "Again", **self.export.tenant)
        with enter(person, tenant_id) as self.context:
            yield from self._findings(kinds)

    def _findings(self, kinds: Iterable[str]) -> Iterator[str]:
        self.first = import_files(self.context, self.export.files)
        self.before = read_target(self.context)
        if not self.before:
            self.first.refusal = self.first.refusal or "nothing is imported"
            return
        yield from self._messages()
        for kind in kinds:
            yield from getattr(self, f"_{kind.replace(' ', '_')}")()

    def _messages(self) -> Iterator[str]:
        from core.engine.transforms import identity

        for plan in self.first.plan.entities:
            if identity(plan) == "row":
                self.keyless.append(f"{plan.entity} of {plan.stream}")
                if plan.entity not in self.first.codes.get("no_key", ()):
                    yield f"{plan.entity} of {plan.stream} has no key, and nothing says so"

    def _again(self, files: Sequence[Path]) -> Difference:
        import_files(self.context, files)
        after = read_target(self.context)
        difference = Difference(lost=[key for key in self.before if key not in after])
        for key, record in after.items():
            if key not in self.before:
                difference.new[key] = record
            elif record.content != self.before[key].content:
                difference.changed[key] = record
                old = self.before[key].content
                names = (
                    text for text in (*old, *record.content) if (text in old) != (text in record.content)
                )
                difference.fields[key] = ", ".join(dict.fromkeys(text.partition("=")[0] for text in names))
        self.before = after
        return difference

    def _same(self) -> Iterator[str]:
        yield from self._empty_difference("same", self._again(self.export.files))

    def _empty_difference(self, kind: str, difference: Difference) -> Iterator[str]:
        if difference:
            yield f"{kind}: {self._words(difference)}"

    def _reordered(self) -> Iterator[str]:
        files = [self._reordered_file(path) for path in self.export.files]
        yield from self._empty_difference("reordered", self._again(files))

    def _reordered_file(self, path: Path) -> Path:
        if path.suffix == ".json":
            document = again_files.reordered_document(again_files.read_document(path))
            return again_files.write_document(path, document, self.folder)
        tables = again_files.read_rows(path)
        turned = {part: table.reordered() for part, table in self._tables(path).items()}
        return again_files.write_rows(path, tables | turned, self.folder)

    def _on_top(self) -> Iterator[str]:
        for path in self.export.files:
            if path.suffix == ".json":
                document = again_files.document_with_record_on_top(again_files.read_document(path))
                difference = self._again(
                    self._with(path, again_files.write_document(path, document, self.folder))
                )
                if difference.lost or difference.changed or not difference.new:
                    yield f"on top of {path.name}: {self._words(difference)}"
                continue
            tables = again_files.read_rows(path)
            for part, table in self._tables(path).items():
                rows, numbers = table.with_row_on_top()
                last = {table.data[-1] + 1, numbers[0]}
                records_of_last = [record for record in self.before.values() if record.row in last]
                output_path = again_files.write_rows(path, tables | {part: rows}, self.folder)
                result = import_files(self.context, self._with(path, output_path), imports=False)
                difference = self._again(self._with(path, output_path))
                rows_of_changes = {record.row for record in difference.changed.values()} - set(numbers)
                strangers = [record for record in difference.new.values() if record.row not in numbers]
                strangers += [
                    record for record in difference.changed.values() if record.row in rows_of_changes
                ]
                is_held = bool(set(numbers) & result.held.get(path.name, set()))
                is_held |= not records_of_last
                if difference.lost or strangers or not (difference.new or is_held or difference.changed):
                    yield f"on top of {path.name}: {self._words(difference)}"

    def _changed(self) -> Iterator[str]:
        for path in self.export.files:
            if path.suffix == ".json":
                yield from self._changed_document(path)
                continue
            tables = again_files.read_rows(path)
            for count, (part, table) in enumerate(self._tables(path).items()):
                if count:  # what was changed in another sheet has its own value again
                    self._again(self.export.files)
                planned = {name for plan in self.first.plan.entities for name in plan.columns()}
                earlier = 0  # the row changed before: it has its own value again
                changes = (change for change in table.changes() if change[0] in planned)
                for column, number, rows in islice(changes, self.most_changes):
                    output_path = again_files.write_rows(path, tables | {part: rows}, self.folder)
                    difference = self._again(self._with(path, output_path))
                    numbers = (number, earlier, *blanks_below(table.rows, table.header.index(column), number))
                    yield from self._judge_change(path, column, numbers, difference)
                    earlier = number

    def _judge_change(
        self, path: Path, column: str, numbers: tuple[int, ...], difference: Difference
    ) -> Iterator[str]:
        from core.engine.transforms import identity

        keys: set[str] = set()
        for plan in self.first.plan.entities:
            names = {"source": ["external_id", "name"], "name": ["name"], "row": []}[identity(plan)]
            keys.update(source for name in names if (part := plan.field(name)) for source in part.sources)
            keys.update([column] if identity(plan) == "row" else [])
            keys.update(rule.column for rule in plan.rules)
        wrong = [
            key for key, record in difference.new.items() if column not in keys or record.row not in numbers
        ]
        far = [
            key
            for key, record in difference.changed.items()
            if record.row not in numbers and record.file == path.name
        ]
        if wrong or difference.lost or far or len(difference.changed) > MAX_CHANGED:
            yield f"{path.name} {column!r} of row {numbers[0]} changed: {self._words(difference)}"

    def _changed_document(self, path: Path) -> Iterator[str]:
        for count, (name, document) in enumerate(
            again_files.document_changes(again_files.read_document(path))
        ):
            if count >= self.most_changes:
                break
            difference = self._again(
                self._with(path, again_files.write_document(path, document, self.folder))
            )
            is_name = name.lower().endswith("name") or name in {"label", "title"}
            if difference.lost or (difference.new and not is_name) or len(difference.changed) > MAX_CHANGED:
                yield f"{path.name} {name!r} changed: {self._words(difference)}"

    def _at_once(self) -> Iterator[str]:
        """Import one second export: in another order, with a record on top and one cell changed."""
        for path in self.export.files:
            if path.suffix == ".json":
                changes = again_files.document_changes(again_files.read_document(path))
                document = again_files.document_with_record_on_top(next(changes)[1])
                document = again_files.reordered_document(document)
                output_path = again_files.write_document(path, document, self.folder)
                difference = self._again(self._with(path, output_path))
                if difference.lost or not difference.new or len(difference.changed) > MAX_CHANGED:
                    yield f"at once in {path.name}: {self._words(difference)}"
                continue
            for count, (part, table) in enumerate(self._tables(path).items()):
                if count:  # what was changed in another sheet has its own value again
                    self._again(self.export.files)
                yield from self._table_at_once(path, part, table)

    def _table_at_once(self, path: Path, part: str, table: again_files.Table) -> Iterator[str]:
        planned = {name for plan in self.first.plan.entities for name in plan.columns()}
        keys = {table.header[column] for column in table.keys}
        changes = (change for change in table.changes() if change[0] in planned - keys)
        column, number, rows = next(changes, ("nothing", 0, table.rows))
        cells = rows[number - 1] if number else None
        rows, on_top = table.of(table.of(rows).reordered()).with_row_on_top()
        expected = {rows.index(cells) + 1 if cells else 0, *on_top}
        output_path = again_files.write_rows(path, again_files.read_rows(path) | {part: rows}, self.folder)
        difference = self._again(self._with(path, output_path))
        strangers = [record for record in difference.new.values() if record.row not in on_top]
        strangers += [record for record in difference.changed.values() if record.row not in expected]
        if strangers or difference.lost or not difference:
            yield f"at once in {path.name}, {column!r} of row {rows.index(cells) + 1 if cells else 0} changed: {self._words(difference)}"

    def _with(self, path: Path, replacement: Path) -> list[Path]:
        return [replacement if file == path else file for file in self.export.files]

    def _tables(self, path: Path) -> dict[str, again_files.Table]:
        """Return the tables of a file with the rows that the first import read, and the columns of their ids."""
        tables = {}
        for part, rows in again_files.read_rows(path).items():
            numbers, keys = set(), set()
            for (file, stream), columns in self.first.rows.items():
                header = {cell for row in rows[:12] for cell in row}
                if stream not in {plan.stream for plan in self.first.plan.entities}:
                    continue
                if file == path.name and len(columns.keys() & header) * 2 > len(columns.keys() - {""}) * 0.5:
                    numbers |= columns[""]
                    keys |= {
                        source
                        for plan in self.first.plan.entities
                        if plan.stream == stream and (key := plan.field("external_id") or plan.field("name"))
                        for source in key.sources
                    }
            if numbers and max(numbers) <= len(rows):
                tables[part] = again_files.Table(rows, numbers, keys, self._order_column())
        return tables

    def _order_column(self) -> str:
        """Name the column of the orders beside whose lines a table has rows: they stay in their order, the first counts."""
        orders = [plan for plan in self.first.plan.of("order") if not plan.primary]
        keys = (key for plan in orders if (key := plan.field("external_id")))
        return next((key.sources[0] for key in keys), "")

    def _words(self, difference: Difference) -> str:
        parts = []
        for word, records in (("new", difference.new), ("changed", difference.changed)):
            for (entity, key), record in list(records.items())[:6]:
                names = f": {difference.fields[entity, key]}" if word == "changed" else ""
                parts.append(f"{word} {entity} {key} (row {record.row}{names})")
            if len(records) > 6:
                parts.append(f"… {len(records)} {word}")
        parts += [f"lost {entity} {key}" for entity, key in difference.lost]
        return "; ".join(parts) or "nothing"


MAX_CHANGED = 8
"""Records that one cell may change: those of its row, and what its row says of strangers."""


if __name__ == "__main__":
    sys.exit(main())
