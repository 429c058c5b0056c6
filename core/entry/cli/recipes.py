"""Commands about recipes: save a mapping, carry it as a file, apply it to other files, replay it as a test."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Collection
from dataclasses import asdict

from adapters import SOURCES
from core.context import Context
from core.engine.mapping.actions import suggest_mapping
from core.engine.mapping.recipes import actions, views
from core.engine.mapping.recipes.rules import WHY, Misfit
from core.engine.mapping.recipes.views import RecipeVersion
from core.engine.mapping.tables import Recipe
from core.engine.sources.actions import add_file, create_migration
from core.entry.cli.answer import Answer, table, write_data
from core.entry.cli.session import moment_of, resolve_migration, tenant_session
from core.errors import InvalidInputError, NotFoundError
from core.kit.wording import as_words
from core.schema import target_title


def show(args: Namespace) -> Answer:
    """List every version of every recipe of the tenant."""
    with tenant_session(args) as context:
        recipes = views.recipes(context)
        document = [_of(recipe) for recipe in recipes]
        saved = [{**_of(recipe), "saved": moment_of(context, recipe.created_at)} for recipe in recipes]
    header = ("name", "version", "source", "fields", "saved", "note")
    rows = [tuple(recipe[key] for key in header) for recipe in saved]
    return Answer(document, table(header, rows, empty="No recipes yet"))


def save(args: Namespace) -> Answer:
    with tenant_session(args) as context:
        recipe = actions.save_recipe(
            context, resolve_migration(context, args.migration), args.name, args.note
        )
        return Answer(_of(recipe), f"{recipe.name} v{recipe.version}")


def take_in(args: Namespace) -> Answer:
    """Import a recipe file."""
    if not args.file.is_file():
        raise InvalidInputError(f"There is no file {args.file}.", hint="Check the name and the folder.")
    with tenant_session(args) as context:
        recipe = actions.import_recipe(context, args.file.read_bytes())
        return Answer(_of(recipe), f"{recipe.name} v{recipe.version}")


def export(args: Namespace) -> Answer:
    """Write a version to a file, or to stdout."""
    with tenant_session(args) as context:
        recipe = _recipe(context, args)
        data = actions.export_recipe(context, recipe.id, args.format)
    if args.out is None:
        write_data(data)
        return Answer(None, "")
    args.out.write_bytes(data)
    return Answer(
        {**_of(recipe), "file": str(args.out), "bytes": len(data)}, f"{args.out}: {len(data):,} bytes"
    )


def apply(args: Namespace) -> Answer:
    """Decide a migration's fields by a recipe; what does not fit is listed, which is no failure."""
    with tenant_session(args) as context:
        recipe, migration = _recipe(context, args), _filled(context, args)
        streams = args.stream or None
        fields = _fields(context, recipe, args.field)
        plan = views.preview(context, recipe.id, migration, streams=streams, fields=fields)
        if args.preview:
            done = {"would_apply": len(plan.changes), "already": len(plan.steps) - len(plan.changes)}
            misfits: Collection[Misfit] = plan.misfits
        else:
            applied = actions.apply_recipe(
                context, recipe.id, migration, SOURCES, streams=streams, fields=fields
            )
            done = {"applied": applied.applied, "already": applied.already}
            misfits = applied.misfits
    high = [
        (step.stream, step.source_field, target_title(step.present.suggested_target)) for step in plan.high
    ]
    document = {
        **_of(recipe),
        "migration": migration,
        **done,
        "record_types": {step.stream: step.after for step in plan.record_types},
        "excludes_high": [f"{stream}: {field}" for stream, field, _ in high],
        "misfits": [asdict(misfit) for misfit in misfits],
    }
    text = ", ".join(f"{as_words(name)} {count:,}" for name, count in done.items())
    if high:
        text += "\n\nExcluded by the recipe despite a high-confidence suggestion:\n"
        text += table(("table", "field", "suggested target"), high)
    if misfits:
        rows = [
            (misfit.stream, misfit.source_field, misfit.target, WHY[misfit.why], misfit.detail)
            for misfit in misfits
        ]
        text += "\n\nDid not fit:\n" + table(("stream", "field", "target", "why", "detail"), rows)
    return Answer(document, text)


def replay(args: Namespace) -> Answer:
    """Exit code 1, with the differences, where the recipe does not give any more what it gave."""
    with tenant_session(args) as context:
        recipe, migration = _recipe(context, args), resolve_migration(context, args.migration)
        outcome = views.replay(context, recipe.id, migration)
    differences = [
        {
            "stream": line.stream,
            "field": line.field,
            "what": line.aspect,
            "expected": line.expected,
            "found": line.actual,
            "passed": line.is_ok,
        }
        for line in outcome.differences
    ]
    document = {
        **_of(recipe),
        "migration": migration,
        "passed": outcome.is_ok,
        "checks": len(outcome.lines),
        "differences": differences,
    }
    if outcome.is_ok:
        return Answer(document, f"{recipe.name} v{recipe.version} passes: {len(outcome.lines):,} checks.")
    rows = [
        (line.stream, line.field, line.aspect, line.expected, line.actual) for line in outcome.differences
    ]
    text = table(("stream", "field", "what", "expected", "found"), rows)
    return Answer(
        document,
        text,
        f"{len(rows):,} of {len(outcome.lines):,} checks of {recipe.name} v{recipe.version} failed.",
    )


# --- what is meant --------------------------------------------------------------------------------------------------


def _of(recipe: Recipe | RecipeVersion) -> dict[str, object]:
    return {
        "id": recipe.id,
        "name": recipe.name,
        "version": recipe.version,
        "domain": recipe.domain,
        "source": recipe.source,
        "fields": sum(len(stream["fields"]) for stream in recipe.body["streams"]),
        "saved": recipe.created_at,
        "note": recipe.note,
    }


def _recipe(context: Context, args: Namespace) -> RecipeVersion:
    """Find the version that --version names, else the newest."""
    versions = [recipe for recipe in views.recipes(context) if recipe.name == args.name]
    match = next((recipe for recipe in versions if args.version in {None, recipe.version}), None)
    if match is None:
        version = f" v{args.version}" if versions else ""
        raise NotFoundError(
            f"There is no recipe {args.name!r}{version} here.", hint="`aura recipe list` shows them."
        )
    return match


def _filled(context: Context, args: Namespace) -> str:
    """Return the migration that --migration names, or create one of the files."""
    if bool(args.files) == bool(args.migration):
        raise InvalidInputError("Give either files or --migration.", hint="Files make a new migration.")
    if args.migration:
        return resolve_migration(context, args.migration)
    for path in args.files:
        if not path.is_file():
            raise InvalidInputError(f"There is no file {path}.", hint="Check the name and the folder.")
    migration = create_migration(context, ", ".join(path.name for path in args.files))
    for path in args.files:
        add_file(context, migration.id, path, SOURCES)
    suggest_mapping(context, migration.id, SOURCES)
    return migration.id


def _fields(context: Context, recipe: RecipeVersion, names: Collection[str]) -> set[tuple[str, str]] | None:
    """Resolve --field to (stream, source field); None without any, for all fields."""
    if not names:
        return None
    body = views.recipe_body(context, recipe.id)
    available = {(stream.name, field.source_field) for stream in body.streams for field in stream.fields}
    matches = {(stream, field) for stream, field in available if {field, f"{stream}:{field}"} & set(names)}
    missing = set(names) - {name for stream, field in matches for name in (field, f"{stream}:{field}")}
    if missing:
        raise InvalidInputError(
            f"The recipe has no field {min(missing)!r}.", hint="Name it as FIELD or STREAM:FIELD."
        )
    return matches
