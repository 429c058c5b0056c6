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


def show(given: Namespace) -> Answer:
    """Every version of every recipe of the tenant."""
    with tenant_session(given) as context:
        recipes = views.recipes(context)
        document = [_of(recipe) for recipe in recipes]
        saved = [{**_of(recipe), "saved": moment_of(context, recipe.created_at)} for recipe in recipes]
    header = ("name", "version", "source", "fields", "saved", "note")
    rows = [tuple(one[key] for key in header) for one in saved]
    return Answer(document, table(header, rows, empty="No recipes yet"))


def save(given: Namespace) -> Answer:
    with tenant_session(given) as context:
        recipe = actions.save_recipe(
            context, resolve_migration(context, given.migration), given.name, given.note
        )
        return Answer(_of(recipe), f"{recipe.name} v{recipe.version}")


def take_in(given: Namespace) -> Answer:
    """Imports a recipe file."""
    if not given.file.is_file():
        raise InvalidInputError(f"There is no file {given.file}.", hint="Check the name and the folder.")
    with tenant_session(given) as context:
        recipe = actions.import_recipe(context, given.file.read_bytes())
        return Answer(_of(recipe), f"{recipe.name} v{recipe.version}")


def export(given: Namespace) -> Answer:
    """Writes a version to a file, or to stdout."""
    with tenant_session(given) as context:
        recipe = _recipe(context, given)
        data = views.export_recipe(context, recipe.id, given.format)
    if given.out is None:
        write_data(data)
        return Answer(None, "")
    given.out.write_bytes(data)
    return Answer(
        {**_of(recipe), "file": str(given.out), "bytes": len(data)}, f"{given.out}: {len(data):,} bytes"
    )


def apply(given: Namespace) -> Answer:
    """Decides a migration's fields as a recipe says; what does not fit is left and named, which is no failure."""
    with tenant_session(given) as context:
        recipe, migration = _recipe(context, given), _filled(context, given)
        streams = given.stream or None
        fields = _fields(context, recipe, given.field)
        plan = views.preview(context, recipe.id, migration, streams=streams, fields=fields)
        if given.preview:
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


def replay(given: Namespace) -> Answer:
    """Exit code 1, with the differences, where the recipe does not give any more what it gave."""
    with tenant_session(given) as context:
        recipe, migration = _recipe(context, given), resolve_migration(context, given.migration)
        found = views.replay(context, recipe.id, migration)
    differences = [asdict(line) for line in found.differences]
    document = {
        **_of(recipe),
        "migration": migration,
        "passed": found.passed,
        "checks": len(found.lines),
        "differences": differences,
    }
    if found.passed:
        return Answer(document, f"{recipe.name} v{recipe.version} passes: {len(found.lines):,} checks.")
    rows = [(line.stream, line.field, line.what, line.expected, line.found) for line in found.differences]
    text = table(("stream", "field", "what", "expected", "found"), rows)
    return Answer(
        document,
        text,
        f"{len(rows):,} of {len(found.lines):,} checks of {recipe.name} v{recipe.version} failed.",
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


def _recipe(context: Context, given: Namespace) -> RecipeVersion:
    """The version that --version names, else the newest."""
    named = [recipe for recipe in views.recipes(context) if recipe.name == given.name]
    found = next((one for one in named if given.version in {None, one.version}), None)
    if found is None:
        version = f" v{given.version}" if named else ""
        raise NotFoundError(
            f"There is no recipe {given.name!r}{version} here.", hint="`aura recipe list` shows them."
        )
    return found


def _filled(context: Context, given: Namespace) -> str:
    """The migration that --migration names, or a new one of the files."""
    if bool(given.files) == bool(given.migration):
        raise InvalidInputError("Give either files or --migration.", hint="Files make a new migration.")
    if given.migration:
        return resolve_migration(context, given.migration)
    for path in given.files:
        if not path.is_file():
            raise InvalidInputError(f"There is no file {path}.", hint="Check the name and the folder.")
    made = create_migration(context, ", ".join(path.name for path in given.files))
    for path in given.files:
        add_file(context, made.id, path, SOURCES)
    suggest_mapping(context, made.id, SOURCES)
    return made.id


def _fields(context: Context, recipe: RecipeVersion, said: Collection[str]) -> set[tuple[str, str]] | None:
    """(stream, source field) of what --field names; None where it names nothing, for all."""
    if not said:
        return None
    body = views.recipe_body(context, recipe.id)
    known = {(stream.name, field.source_field) for stream in body.streams for field in stream.fields}
    chosen = {(stream, field) for stream, field in known if {field, f"{stream}:{field}"} & set(said)}
    missing = set(said) - {name for stream, field in chosen for name in (field, f"{stream}:{field}")}
    if missing:
        raise InvalidInputError(
            f"The recipe has no field {min(missing)!r}.", hint="Name it as FIELD or STREAM:FIELD."
        )
    return chosen
