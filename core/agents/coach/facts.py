"""Facts for the coach: files, review, validation, runs and the state of AI, counted by the database.

Guidance is on every screen of the wizard, so this runs at every rerun: no row of data, no evidence and no plan is
loaded, and each fact is asked for once, when somebody judges by it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any

from sqlalchemy import Select, Text, cast, func, literal, or_, select
from sqlalchemy.dialects.postgresql import JSONB, aggregate_order_by

from core.context import Context
from core.db.target import target_table
from core.engine.mapping import views as mapping
from core.engine.mapping.ai_review.rules import AI
from core.engine.mapping.bands import AMBER_FROM, GREEN_ABOVE
from core.engine.mapping.tables import MappingField
from core.engine.mapping.views.progress import asked_column, band_column
from core.engine.progress import facts as progress_facts
from core.engine.progress import rules
from core.engine.progress import views as progress
from core.engine.progress.rules import Journey
from core.engine.runs.tables import RunChunk
from core.engine.sources import views as sources
from core.engine.sources.tables import GENERIC, TRUSTED, SourceStream
from core.engine.units import UNIT
from core.engine.validation import views as validations
from core.engine.validation.tables import Validation
from core.platform.ai import views as ai
from core.platform.costs.views import Forecast, forecast
from core.schema import target_schema


@dataclass(frozen=True, slots=True)
class FieldGroup:
    """A count of fields; `version_hash` changes when a field of the group is decided or suggested."""

    count: int = 0
    version_hash: str = ""


@dataclass(frozen=True, slots=True)
class StreamFact:
    """A stream without its rows; `columns` is their number."""

    id: str
    name: str
    entity: str | None
    rows: int
    columns: int
    date_order: str | None


@dataclass(frozen=True, slots=True)
class Review:
    """Counts of the mapping, of columns that exist in the files.

    undecided: band -> fields; planned: targets an import would fill as it stands; empty: undecided columns without a
    value; money_unsure: undecided amounts below green; without_target: undecided columns with values and no target;
    acceptable: undecided fields of green that wait for no answer.
    """

    undecided: Mapping[str, FieldGroup]
    planned: frozenset[str] = frozenset()
    empty: FieldGroup = FieldGroup()
    money_unsure: FieldGroup = FieldGroup()
    without_target: FieldGroup = FieldGroup()
    acceptable: FieldGroup = FieldGroup()

    @property
    def unsure(self) -> int:
        """Count undecided fields below 0.70, or without a suggestion: the next step waits for them."""
        return sum(self.undecided[band].count for band in ("red", "none") if band in self.undecided)

    @property
    def entities(self) -> frozenset[str]:
        return frozenset(target.partition(".")[0] for target in self.planned)


@dataclass(frozen=True, slots=True)
class ValidationFact:
    """The newest validation: `held` rows have an error; `rows` by entity, `issues` by code, ids of the `streams` read."""

    id: str
    at: datetime
    held: int
    rows: Mapping[str, int]
    issues: Mapping[str, int]
    streams: list[str]


class Facts:
    """The present state of a migration. NotFoundError for one that is not this tenant's."""

    def __init__(
        self, context: Context, migration_id: str, permissions: frozenset[str] | None = None
    ) -> None:
        """Read the facts as a person with `permissions` would see them, by default with the context's own."""
        self.context = context
        self.migration_id = migration_id
        self.migration = sources.migration(context, migration_id)
        self.domain = context.tenant.domain
        self.permissions = context.permissions if permissions is None else permissions

    def may(self, permission: str) -> bool:
        return permission in self.permissions

    # --- progress ------------------------------------------------------------------------------------------------

    @cached_property
    def progress(self) -> progress_facts.Facts:
        """Read the facts of the migration's journey."""
        return progress.facts(self.context, self.migration_id)

    @cached_property
    def journey(self) -> Journey:
        """Derive the migration's journey for a person with `permissions`."""
        return rules.journey(self.progress, self.permissions)

    @property
    def is_validated(self) -> bool:
        """Return whether the newest validation is of the present mapping and files."""
        return self.progress.validation == progress_facts.CURRENT

    @property
    def awaiting_second(self) -> int:
        return self.progress.second

    @property
    def is_rehearsed(self) -> bool:
        """Return whether a dry run was ever started."""
        return self.progress.dry_run is not None

    @property
    def imports_now(self) -> bool:
        """Return whether an import has begun and is neither rolled back nor cancelled."""
        run = self.progress.imported
        return run is not None and run.state not in {"draft", "cancelled", "rolled_back"}

    # --- files ----------------------------------------------------------------------------------------------------

    @cached_property
    def sources(self) -> tuple[tuple[str, bool], ...]:
        """Return (source, whether it was recognised) of each file."""
        return tuple(
            (file.source, file.source != GENERIC and file.confidence >= TRUSTED)
            for file in sources.files(self.context, self.migration_id)
        )

    @cached_property
    def streams(self) -> tuple[StreamFact, ...]:
        query = (
            select(
                SourceStream.id,
                SourceStream.name,
                SourceStream.entity,
                SourceStream.rows,
                func.jsonb_array_length(SourceStream.columns),
                SourceStream.date_order,
            )
            .where(SourceStream.migration_id == self.migration_id)
            .order_by(SourceStream.created_at, SourceStream.id)
        )
        return tuple(StreamFact(*row) for row in self.context.session.execute(query))

    @property
    def rows(self) -> int:
        return sum(stream.rows for stream in self.streams)

    # --- the mapping ----------------------------------------------------------------------------------------------

    @cached_property
    def review(self) -> Review:
        rows = self.context.session.execute(_groups(self.migration_id)).all()
        open_ = [row for row in rows if row.open]
        money = {field.key for field in target_schema().fields(self.domain) if field.kind == "money"}
        return Review(
            undecided={
                band: _group([row for row in open_ if row.band == band])
                for band in {row.band for row in open_}
            },
            planned=frozenset(row.target for row in rows if row.planned),
            empty=_group([row for row in open_ if row.empty]),
            money_unsure=_group([row for row in open_ if row.target in money and row.band != "green"]),
            without_target=_group([row for row in open_ if row.target is None and not row.empty]),
            acceptable=_group([row for row in open_ if row.band == "green" and not row.asked]),
        )

    @cached_property
    def streams_in_use(self) -> frozenset[str]:
        """Return the names of streams of which something would be imported as the mapping stands."""
        query = select(MappingField.stream).where(
            MappingField.migration_id == self.migration_id, _is_planned()
        )
        return frozenset(self.context.session.scalars(query.distinct()))

    @cached_property
    def contested(self) -> int:
        """Count targets that several columns of one stream claim."""
        return len(mapping.contested(self.context, self.migration_id))

    @cached_property
    def unit_open(self) -> int:
        """Count undecided amounts whose unit, dollars or cents, is not proved."""
        unproved = cast(literal([{"feature": UNIT, "weight": 0.0}], JSONB), JSONB)
        return self._count(_is_open(), _is_money(self.domain), MappingField.evidence.contains(unproved))

    @cached_property
    def askable(self) -> int:
        """Count undecided fields below green that AI was not asked about and that have candidates."""
        asked_evidence = cast(literal([{"feature": AI}], JSONB), JSONB)
        return self._count(
            _is_open(),
            or_(MappingField.confidence.is_(None), MappingField.confidence <= GREEN_ABOVE),
            or_(MappingField.target.is_not(None), func.jsonb_array_length(MappingField.alternatives) > 0),
            ~MappingField.evidence.contains(asked_evidence),
        )

    def _count(self, *conditions: Any) -> int:
        query = select(func.count()).select_from(MappingField)
        count = self.context.session.scalar(
            query.where(MappingField.migration_id == self.migration_id, *conditions)
        )
        return count or 0

    @cached_property
    def ai(self) -> ai.Status:
        return ai.status(self.context, self.migration_id)

    def forecast(self, fields: int) -> Forecast:
        """Forecast the tokens of asking about so many fields, and whether the limits leave as much."""
        return forecast(self.context, self.migration_id, fields)

    def has_records(self, entity: str) -> bool:
        """Return whether the customer already has records of the entity."""
        return self.context.session.execute(select(target_table(entity).c.id).limit(1)).first() is not None

    @property
    def conflicts(self) -> Mapping[str, str]:
        """Return entity -> conflict strategy, where one was chosen."""
        strategies: dict[str, str] = self.migration.settings.get(mapping.CONFLICT_SETTING, {})
        return strategies

    # --- validation and runs --------------------------------------------------------------------------------------

    @cached_property
    def validation(self) -> ValidationFact | None:
        query = select(Validation.id, Validation.created_at, Validation.totals)
        query = query.where(Validation.migration_id == self.migration_id)
        latest = self.context.session.execute(
            query.order_by(Validation.created_at.desc(), Validation.id.desc()).limit(1)
        ).first()
        if latest is None:
            return None
        totals = latest.totals
        return ValidationFact(
            latest.id,
            latest.created_at,
            validations.file_held(totals),
            totals.get("rows", {}),
            totals.get("issues", {}),
            totals.get("streams", []),
        )

    def has_written(self, run_id: str) -> bool:
        """Return whether the run has written anything that could be rolled back."""
        query = select(RunChunk.run_id).where(RunChunk.run_id == run_id, RunChunk.changed > 0).limit(1)
        return self.context.session.execute(query).first() is not None


def _group(rows: Sequence[Any]) -> FieldGroup:
    hashes = "".join(sorted(row.version_hash for row in rows))
    return FieldGroup(sum(row.fields for row in rows), hashlib.sha256(hashes.encode()).hexdigest())


def _is_open() -> Any:
    return MappingField.status == mapping.SUGGESTED


def _is_planned() -> Any:
    """Select fields decided with a target, or suggested surely enough to be imported as they stand."""
    return MappingField.target.is_not(None) & (
        (MappingField.status != mapping.SUGGESTED) | (MappingField.confidence >= AMBER_FROM)
    )


def _is_money(domain: str) -> Any:
    return MappingField.target.in_(
        [field.key for field in target_schema().fields(domain) if field.kind == "money"]
    )


def _existing_columns(migration_id: str) -> Any:
    """Select the columns of the files, each once: (name of the stream, column)."""
    column = func.jsonb_array_elements_text(SourceStream.columns).label("column")
    query = select(SourceStream.name, column).where(SourceStream.migration_id == migration_id)
    return query.distinct().cte("existing_columns")


def _groups(migration_id: str) -> Select[Any]:
    """Group the fields of existing columns by target, band, and whether they are open, empty, planned and asked about."""
    existing = _existing_columns(migration_id)
    band = band_column().label("band")
    open_ = _is_open().label("open")
    empty = (func.coalesce(MappingField.profile["kind"].astext, "") == "empty").label("empty")
    planned = func.coalesce(_is_planned(), False).label("planned")
    asked = func.coalesce(asked_column(), False).label("asked")
    id_and_version = cast(MappingField.id, Text) + ":" + cast(MappingField.version, Text)
    return (
        select(
            MappingField.target,
            band,
            open_,
            empty,
            planned,
            asked,
            func.count().label("fields"),
            func.md5(
                func.string_agg(id_and_version, aggregate_order_by(literal(","), MappingField.id))
            ).label("version_hash"),
        )
        .join(
            existing,
            (existing.c.name == MappingField.stream) & (existing.c.column == MappingField.source_field),
        )
        .where(MappingField.migration_id == migration_id)
        .group_by(MappingField.target, "band", "open", "empty", "planned", "asked")
    )
