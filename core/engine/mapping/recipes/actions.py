"""Saves, imports and applies recipes. A version never changes; applying is one transaction and leaves decisions."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import asdict, dataclass

from sqlalchemy import func, select

from core.context import Context
from core.db.keys import tenant_key
from core.engine.mapping.actions.decide import Decision, decide_many, set_conflict
from core.engine.mapping.actions.fields import undecided_field
from core.engine.mapping.actions.record_types import settle_record_types
from core.engine.mapping.actions.suggest import suggest_mapping
from core.engine.mapping.recipes import document, replaying, views
from core.engine.mapping.recipes.document import Body, FieldRule, Reader, RecipeFile, StreamRule
from core.engine.mapping.recipes.rules import Misfit, PresentStream, Step
from core.engine.mapping.tables import MappingField, Recipe
from core.engine.mapping.views.fields import field_rows
from core.engine.mapping.views.plan import CONFLICT_SETTING, import_settings
from core.engine.plan import Conflict
from core.engine.sources import views as sources_views
from core.engine.sources.actions import reader_options, reread_file
from core.engine.sources.contract import Source
from core.errors import InvalidInputError
from core.kit.ids import new_id
from core.kit.wording import counted
from core.platform.access.actions import action
from core.platform.audit.actions import record
from core.platform.audit.reports import head_text, record_report
from core.schema import target_schema


@dataclass(frozen=True, slots=True)
class Applied:
    """What came of it. `batch` takes the decisions back (undo); None where nothing had to be decided.

    `high`: fields with a high-confidence suggestion that the recipe excludes and that were left as they are.
    """

    applied: int
    already: int
    reread: tuple[str, ...]
    misfits: tuple[Misfit, ...]
    batch: str | None
    high: int = 0


@action("mapping.edit")
def save_recipe(context: Context, migration_id: str, name: str, note: str = "") -> Recipe:
    """Save what was decided in the migration as the recipe's next version.

    The version there is comes back where it says the same already. InvalidInputError where nothing is decided.
    """
    migration = sources_views.migration(context, migration_id)
    present = views.present_streams(context, migration_id)
    streams = _decided_streams(context, migration_id, present)
    if not streams:
        raise InvalidInputError(
            "Nothing is decided in this migration yet.", hint="Decide fields on Mapping first."
        )
    expected = replaying.measure(
        streams, present, import_settings(context, migration_id), tenant_key(context.session)
    )
    conflicts = {
        entity: Conflict(strategy)
        for entity, strategy in migration.settings.get(CONFLICT_SETTING, {}).items()
    }
    body = Body(streams=tuple(streams), conflicts=conflicts, expected=tuple(expected))
    return _next_version(context, name, context.tenant.domain, migration.source, note, body)


@action("mapping.edit")
def import_recipe(context: Context, data: bytes) -> Recipe:
    """Import a recipe file as the next version of the recipe it names, or return the version with the same content."""
    read = document.read(data)
    target_schema().domain(read.domain)
    if read.domain != context.tenant.domain:
        raise InvalidInputError(
            f"This recipe is for a {read.domain}, and this customer is a {context.tenant.domain}.",
            hint="Import it at a customer of its kind.",
        )
    return _next_version(context, read.name, read.domain, read.source, read.note, read.body)


@action("migration.read")
def export_recipe(context: Context, recipe_id: str, form: str) -> bytes:
    """Export the version as a file, 'json' or 'yaml'."""
    stored = views.recipe(context, recipe_id)
    body = Body.model_validate(stored.body)
    file = document.write(
        RecipeFile(
            name=stored.name,
            version=stored.version,
            domain=stored.domain,
            source=stored.source,
            note=stored.note,
            streams=body.streams,
            conflicts=body.conflicts,
            expected=body.expected,
            audit_log=head_text(context) or None,
        ),
        form,
    )
    facts = {"name": stored.name, "version": stored.version, "form": form}
    return record_report(context, file, "export.recipe", "recipe", stored.id, **facts)


@action("mapping.edit")
def apply_recipe(
    context: Context,
    recipe_id: str,
    migration_id: str,
    sources: Mapping[str, Source],
    *,
    streams: Collection[str] | None = None,
    fields: Collection[tuple[str, str]] | None = None,
    include_high: bool = True,
) -> Applied:
    """Decides the migration's fields as the recipe says, wholly or the part that is named as in views.preview.

    Files are read anew where the recipe reads them otherwise, and record types set as it says, before the fields are. What does not fit is left as it is and named.
    Without `include_high`, fields with a high-confidence suggestion are not excluded; Applied.high counts them.
    """
    recipe = views.recipe(context, recipe_id)
    first = views.preview(context, recipe_id, migration_id, streams=streams, fields=fields)
    reread, refused = _read_as_wanted(context, first, sources)
    mapped_streams = {row.stream for row in field_rows(context, migration_id)}
    types = views.preview(context, recipe_id, migration_id, streams=streams, fields=fields).record_types
    if types:
        settle_record_types(context, migration_id, {step.stream: step.entity for step in types}, sources)
    elif reread or any(
        stream.name not in mapped_streams for stream in sources_views.streams(context, migration_id)
    ):
        suggest_mapping(context, migration_id, sources)
    plan = views.preview(context, recipe_id, migration_id, streams=streams, fields=fields)
    reason = f"recipe {recipe.name} v{recipe.version}"
    decisions = [
        _decision(context, migration_id, step, reason)
        for step in plan.changes
        if include_high or not step.excludes_high
    ]
    label = f"Applied {reason} to {counted(len(decisions), 'field')}"
    batch = None
    if decisions:
        batch = decide_many(context, decisions, label=label, include_high=True, answers_questions=True)
    for entity, _, strategy in plan.conflicts:
        set_conflict(context, migration_id, entity, strategy)
    already, high = len(plan.steps) - len(plan.changes), len(plan.changes) - len(decisions)
    done = Applied(len(decisions), already, reread, (*refused, *plan.misfits), batch, high)
    facts = {"applied": done.applied, "already": done.already, "misfits": len(done.misfits)}
    record(context, "recipe.apply", "migration", migration_id, reason=reason, recipe=recipe.id, **facts)
    return done


# --- saving ---------------------------------------------------------------------------------------------------------


def _decided_streams(
    context: Context, migration_id: str, present: Mapping[str, PresentStream]
) -> list[StreamRule]:
    """Return the streams in which something is decided, in the order they were read."""
    files = {file.id: file for file in sources_views.files(context, migration_id)}
    fields: dict[str, list[FieldRule]] = {}
    for row in field_rows(context, migration_id):
        if row.status in {"accepted", "edited", "ignored"}:
            fields.setdefault(row.stream, []).append(
                FieldRule(
                    source_field=row.source_field,
                    slot=row.slot,
                    target=row.target,
                    transform=row.transform,
                    status=row.status,
                    reason=row.reason,
                )
            )
    rules_by_stream: dict[str, StreamRule] = {}
    for stream in sources_views.streams(context, migration_id):
        before = rules_by_stream.get(stream.name)
        if before:
            columns = tuple(dict.fromkeys((*before.columns, *stream.columns)))
            rules_by_stream[stream.name] = before.model_copy(
                update={"columns": columns, "entity": before.entity or stream.entity}
            )
        elif stream.name in fields:
            options = asdict(reader_options(files[stream.file_id]))
            reader = Reader(**{name: value for name, value in options.items() if name in Reader.model_fields})
            rules_by_stream[stream.name] = StreamRule(
                name=stream.name,
                entity=stream.entity,
                record_type=present[stream.name].record_type,
                reader=reader,
                columns=tuple(stream.columns),
                fields=tuple(fields[stream.name]),
            )
    return list(rules_by_stream.values())


def _next_version(context: Context, name: str, domain: str, source: str, note: str, body: Body) -> Recipe:
    recipe_name = name.strip()
    if not 0 < len(recipe_name) <= 120:
        raise InvalidInputError(
            "A recipe needs a name of at most 120 characters.",
            hint="Name the source and the kind of customer.",
        )
    # Two people who save at once get two versions, one after the other.
    context.session.execute(
        select(func.pg_advisory_xact_lock(func.hashtext(f"recipe|{context.tenant.id}|{recipe_name}")))
    )
    query = select(Recipe).where(Recipe.name == recipe_name).order_by(Recipe.version.desc()).limit(1)
    latest = context.session.scalar(query)
    if latest is not None and latest.digest == body.digest:
        return latest
    recipe = Recipe(
        tenant_id=context.tenant.id,
        id=new_id(),
        created_at=context.now,
        name=recipe_name,
        version=latest.version + 1 if latest else 1,
        domain=domain,
        source=source,
        digest=body.digest,
        body=body.model_dump(mode="json"),
        note=note.strip(),
        created_by=context.person,
    )
    context.session.add(recipe)
    record(context, "recipe.save", "recipe", recipe.id, name=recipe_name, version=recipe.version)
    context.session.flush()
    return recipe


# --- applying -------------------------------------------------------------------------------------------------------


def _read_as_wanted(
    context: Context, plan: views.Preview, sources: Mapping[str, Source]
) -> tuple[tuple[str, ...], tuple[Misfit, ...]]:
    """Read files anew; (names of those read, those that cannot be read so, which stay as they are)."""
    done, refused = [], []
    for step in plan.readers:
        try:
            with context.session.begin_nested():
                reread_file(context, step.file_id, step.after, sources)
        except InvalidInputError as error:
            context.session.expire_all()
            refused.append(Misfit(step.file, "", None, "reader", error.message))
        else:
            done.append(step.file)
    return tuple(done), tuple(refused)


def _decision(context: Context, migration_id: str, step: Step, reason: str) -> Decision:
    field_id = step.present.field_id or _new_slot(context, migration_id, step)
    return Decision(
        field_id, step.present.version, step.after.target, step.after.transform, step.after.status, reason
    )


def _new_slot(context: Context, migration_id: str, step: Step) -> str:
    """Return a further target of a field that feeds one so far; its row begins empty, with the field's own statistics."""
    first = context.session.scalars(
        select(MappingField).where(
            MappingField.migration_id == migration_id,
            MappingField.stream == step.stream,
            MappingField.source_field == step.source_field,
            MappingField.slot == 0,
        )
    ).one()
    mapping_field = undecided_field(
        context,
        migration_id,
        (step.stream, step.source_field, step.slot),
        position=first.position,
        evidence=[],
        alternatives=[],
        origin="rules",
        rows=first.rows,
        money=0,
        profile=first.profile,
    )
    context.session.add(mapping_field)
    context.session.flush()
    return mapping_field.id
