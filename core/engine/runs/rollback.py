"""Roll a run back: records it created are removed, records it changed get their image from before.

Records that were edited since are kept and listed, unless a person agrees to each; so are records that kept ones
refer to. All in one transaction: a rollback that is interrupted has done nothing and is done again. The proof is the
checksum of every target table, equal to the one taken before the run.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import select, text, update

from core.context import Context
from core.db.target import PREFIX, target_table
from core.engine.mapping.plans import plan_from_json
from core.engine.runs import checksums
from core.engine.runs.gate import hold
from core.engine.runs.loading.upsert import content_hash
from core.engine.runs.states import add_event, change_state
from core.engine.runs.tables import Run, RunChunk
from core.engine.sources.tables import SourceStream
from core.kit import clock
from core.platform.access.actions import enter_as_worker, require
from core.platform.audit.actions import record
from core.schema import target_schema

_TOUCHED = """select target_id, false as made, after_hash from change
  where tenant_id = :tenant and run_id = :run and entity = :entity
union all
select * from (select distinct on (made.target_id) made.target_id, true, made.after_hash
  from new_records n, lateral unnest(n.target_ids, n.after_hashes) as made (target_id, after_hash)
  where n.tenant_id = :tenant and n.run_id = :run and n.entity = :entity
  order by made.target_id, n.seq desc) latest"""
"""The records a run touched, with the hash each should have now, none for one that is to be as it was made; of several
notes of one record the last counts."""


@dataclass(frozen=True, slots=True)
class UnrestoredRecord:
    """A record that the rollback left as it is. reason: 'edited later' or 'referred to by kept records'."""

    entity: str
    external_id: str
    target_id: str
    reason: str


def roll_back(
    tenant: str,
    person: str,
    run_id: str,
    entities: list[str] | None,
    discard_edits_of: list[str],
    attempt: str | None = None,
) -> None:
    """Roll the run back, wholly or only the entities named; then prove it. Raises RunStoppedError unless it is rolling_back."""
    with enter_as_worker(tenant, person) as context:
        require(context, "run.work")
        hold(context, run_id, attempt, "rolling_back")
        run = context.session.get_one(Run, (tenant, run_id))
        _note_untouched(context, run)
        order = list(dict.fromkeys(plan.entity for plan in plan_from_json(run.plan).entities))
        entity_order = [entity for entity in reversed(order) if entities is None or entity in entities]
        restored, unrestored = _roll_back_entities(context, run_id, entity_order, discard_edits_of)
        after = checksums.checksums_like(context, run.checksums)
        earlier = run.totals.get("rollback", {})
        entities_rolled_back = [
            *(entity for entity in earlier.get("entities", ()) if entity not in entity_order),
            *entity_order,
        ]
        left_before = [item for item in earlier.get("kept", ()) if item[0] not in entity_order]
        if set(entities_rolled_back) == set(order) and not unrestored and not left_before:
            _release_source_rows(context, run)
        run.checksums = {**run.checksums, "after": after}
        kept_rows = [[item.entity, item.external_id, item.target_id, item.reason] for item in unrestored]
        run.totals = {
            **run.totals,
            "rollback": {
                "undone": _added(earlier.get("undone", {}), restored),
                "kept": left_before + kept_rows,
                "entities": entities_rolled_back,
            },
        }
        record(context, "run.rolled_back", "run", run_id, undone=restored, kept=len(unrestored))
        change_state(context.session, run_id, "rolled_back", now=clock.now(), step="Rolled back")
        add_event(
            context.session,
            run_id,
            "completion",
            clock.now(),
            undone=sum(restored.values()),
            kept=len(unrestored),
        )
        context.session.commit()


def _roll_back_entities(
    context: Context, run_id: str, entities: list[str], discard_edits_of: list[str]
) -> tuple[dict[str, int], list[UnrestoredRecord]]:
    """Roll back one entity after the other; return the records restored of each, and those that were not."""
    restored: dict[str, int] = {}
    unrestored: list[UnrestoredRecord] = []
    for entity in entities:
        restored[entity], of_entity = _roll_back_entity(context, run_id, entity, discard_edits_of)
        unrestored += of_entity
    return restored, unrestored


def _added(earlier: Mapping[str, int], restored: Mapping[str, int]) -> dict[str, int]:
    """Add up the records undone per entity by this rollback and by those before it."""
    return {**earlier, **{entity: count + earlier.get(entity, 0) for entity, count in restored.items()}}


def _note_untouched(context: Context, run: Run) -> None:
    """Take the checksums of the target for a run that ended before it began: it has written nothing, so that is how it was."""
    loaded_chunk = select(RunChunk.chunk_no).where(RunChunk.run_id == run.id).limit(1)
    if not run.checksums and context.session.scalar(loaded_chunk) is None:
        run.checksums = checksums.checksums_before(context)


def _release_source_rows(context: Context, run: Run) -> None:
    """Note that no record refers to rows of these files any more, unless another import of them stands."""
    other_imports = select(Run.id).where(
        Run.migration_id == run.migration_id,
        Run.kind == "import",
        Run.id != run.id,
        Run.state != "rolled_back",
    )
    if context.session.scalar(other_imports.limit(1)) is None:
        streams = update(SourceStream).where(SourceStream.migration_id == run.migration_id)
        context.session.execute(streams.values(imported=False))


def _roll_back_entity(
    context: Context, run_id: str, entity: str, discard_edits_of: list[str]
) -> tuple[int, list[UnrestoredRecord]]:
    params: dict[str, object] = {
        "tenant": context.tenant.id,
        "run": run_id,
        "entity": entity,
        "also": discard_edits_of,
    }
    _find_touched(context, entity, params)
    kept_records = _unrestored(context, entity, params)
    params["kept"] = [item.target_id for item in kept_records]
    context.session.execute(
        text("delete from rollback_set where target_id = any(cast(:kept as uuid[]))"), params
    )
    context.session.execute(text("select refresh_statistics(:entity)"), params)
    _restore(context, entity, params)
    _prune_new_records(context, params)
    return int(context.session.scalar(text("select count(*) from rollback_set")) or 0), kept_records


def _find_touched(context: Context, entity: str, params: dict[str, object]) -> None:
    """Fill `rollback_set`: each record the run touched that is still there, whether it was made, whether edited since."""
    execute = context.session.execute
    hashed = content_hash(entity, "t")
    execute(text("drop table if exists rollback_set"))
    # OFFSET 0 keeps it one look-up by key per record, however little the planner knows of the tables.
    execute(
        text(
            f"""create temp table rollback_set on commit drop as
            select c.target_id, t.external_id, c.made,
              case when c.after_hash is null then t.revision > 0 else {hashed} <> c.after_hash end and not (c.target_id = any(cast(:also as uuid[]))) as edited
            from ({_TOUCHED}) c cross join lateral
              (select * from "{PREFIX}{entity}" t where t.tenant_id = :tenant and t.id = c.target_id offset 0) t"""
        ),
        params,
    )
    execute(text("analyze rollback_set"))


def _unrestored(context: Context, entity: str, params: dict[str, object]) -> list[UnrestoredRecord]:
    """List the records that stay: those edited since, and new ones that records which stay refer to."""
    edited = "select external_id, target_id from rollback_set where edited"
    referred = f"""select external_id, target_id from rollback_set
        where made and not edited and target_id in ({_referred(entity)})"""
    return [
        UnrestoredRecord(entity, row.external_id, str(row.target_id), reason)
        for query, reason in ((edited, "edited later"), (referred, "referred to by kept records"))
        for row in context.session.execute(text(query), params)
    ]


def _restore(context: Context, entity: str, params: dict[str, object]) -> None:
    """Restore changed records from their image before, remove new ones, and delete the images used."""
    table = PREFIX + entity
    names = [column.name for column in target_table(entity).columns if column.name not in {"tenant_id", "id"}]
    settings = ", ".join(f'"{name}" = r."{name}"' for name in names)
    for statement in (
        f"""update "{table}" t set {settings}
        from rollback_set u join change c on c.target_id = u.target_id and c.run_id = :run and c.entity = :entity,
          lateral jsonb_populate_record(null::"{table}", c.before) r
        where c.tenant_id = :tenant and t.tenant_id = :tenant and t.id = u.target_id and not u.made""",
        "select remove_records(:entity, (select array_agg(target_id) from rollback_set where made))",
        """delete from change c using rollback_set u
        where c.tenant_id = :tenant and c.run_id = :run and c.entity = :entity and c.target_id = u.target_id""",
    ):
        context.session.execute(text(statement), params)


def _prune_new_records(context: Context, params: dict[str, object]) -> None:
    """Delete the ids of new records that are gone from the list of the run's new records."""
    context.session.execute(
        text(
            """with left_over as (select made.target_id, made.after_hash from new_records n,
                lateral unnest(n.target_ids, n.after_hashes) as made (target_id, after_hash)
              where n.tenant_id = :tenant and n.run_id = :run and n.entity = :entity
                and made.target_id = any(cast(:kept as uuid[])) order by n.seq),
              gone as (delete from new_records n where n.tenant_id = :tenant and n.run_id = :run and n.entity = :entity)
            insert into new_records (tenant_id, run_id, entity, target_ids, after_hashes)
            select :tenant, :run, :entity, array_agg(target_id), array_agg(after_hash) from left_over having count(*) > 0"""
        ),
        params,
    )


def _referred(entity: str) -> str:
    """Return SQL for the ids of this entity that other records refer to. Children are rolled back first.

    A record that refers to its own kind (a category to its parent) counts only if it stays itself.
    """
    parts = []
    schema = target_schema()
    for child_entity in schema.domain(schema.entity(entity).domain).values():
        for field in child_entity.references:
            if field.refers_to != entity:
                continue
            child = f'"{PREFIX}{child_entity.name}" x'
            stays = (
                " and x.id not in (select target_id from rollback_set where made and not edited)"
                if child_entity.name == entity
                else ""
            )
            if field.is_list:
                parts.append(
                    f'select cast(v as uuid) from {child}, jsonb_array_elements_text(x."{field.name}") v where x.tenant_id = :tenant{stays}'
                )
            else:
                parts.append(
                    f'select x."{field.name}" from {child} where x.tenant_id = :tenant and x."{field.name}" is not null{stays}'
                )
    return " union all ".join(parts) or "select null::uuid where false"
