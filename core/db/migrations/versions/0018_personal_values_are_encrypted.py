"""Personal values of the target are encrypted by the tenant's key, also in the images of changes and in dry runs

What stands in a record, in the image of it before a change and in the preview of a dry run is encrypted alike: the
same value of a record keeps the same bytes in all of them, so that a rollback of a run from before finds the records
as the run left them. Hashes of contents are taken anew; checksums of runs from before stay and are compared by values
in clear. Tables are written anew: none of their files keeps the old rows. The log of changes (WAL) and backups do, until
they are overwritten or removed.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import orjson
import sqlalchemy as sa
from alembic import op

from core.db import keys
from core.db.migrations.personal import (
    FIELDS,
    LIST,
    NAME_FIELDS,
    NOT_CONTENT,
    OF_PEOPLE,
    TEXT,
    Cipher,
    Record,
    with_lists,
)
from core.kit import clock, crypto

revision = "0018"
down_revision = "0017"

GUARDED = (
    *(f"target_{entity}" for entity in FIELDS),
    "change",
    "new_records",
    "run_diff",
    "run",
    "run_chunk",
    "source_stream",
    "tenant_key",
)
WITHOUT_DAYS = r"""update source_stream set why = regexp_replace(
  why::text, '(has |[(]|, )''(\d+\D(\d+\D)?)[^'']*''', '\1''\2…''', 'g')::jsonb
where why::text ~ '(has |[(]|, )''\d+\D'"""
"""Reasons quoted whole days, which may be birthdays."""
AT_ONCE = 2_000
FIRST_ID = "00000000-0000-0000-0000-000000000000"


def upgrade() -> None:
    op.add_column("run_diff", sa.Column("personal", sa.LargeBinary(), nullable=True))
    for entity in FIELDS:
        if entity in NAME_FIELDS:
            op.add_column(f"target_{entity}", sa.Column("name_index", sa.LargeBinary(), nullable=True))
        if entity in OF_PEOPLE:
            op.add_column(f"target_{entity}", sa.Column("source_id", sa.LargeBinary(), nullable=True))
    _convert(encrypting=True)


def downgrade() -> None:
    """Decrypt everything. Rollbacks of runs since lose their proof: their checksums were taken of encrypted values."""
    _convert(encrypting=False)
    op.drop_column("run_diff", "personal")
    for entity in FIELDS:
        if entity in OF_PEOPLE:
            op.drop_column(f"target_{entity}", "source_id")
        if entity in NAME_FIELDS:
            op.drop_column(f"target_{entity}", "name_index")


def _convert(*, encrypting: bool) -> None:
    connection = op.get_bind()
    for table in GUARDED:
        op.execute(f'alter table "{table}" no force row level security')
    tenant_keys = _tenant_keys(connection)
    for name in ("old", "new"):
        op.execute(
            f"create temp table hashes_{name} (entity text, target_id uuid, source text, hash bigint) on commit drop"
        )
    _note_hashes("old", encrypted=not encrypting)
    for entity in FIELDS:
        _convert_table(connection, tenant_keys, entity, encrypting=encrypting)
    for tenant, key in tenant_keys.items():
        _convert_images(connection, tenant, key, encrypting=encrypting)
        _convert_previews(connection, tenant, key, encrypting=encrypting)
        _convert_kept(connection, tenant, key, encrypting=encrypting)
    if encrypting:
        op.execute(WITHOUT_DAYS)
        op.get_bind().execute(
            sa.text(
                "update run_chunk set last_item = left(last_item, 1) || '***'"
                " where entity = any(:people) and last_item not like '%***%'"
            ),
            {"people": sorted(OF_PEOPLE)},
        )
    _note_hashes("new", encrypted=encrypting)
    _replace_hashes()
    # Written anew, so that no file keeps the rows from before.
    op.execute("alter table change alter column before type jsonb using before || '{}'")
    op.execute("alter table run_diff alter column fields type jsonb using fields || '{}'")
    op.execute("alter table run_chunk alter column last_item type text using last_item || ''")
    op.execute("alter table source_stream alter column why type jsonb using why || '[]'")
    op.execute("drop table hashes_old, hashes_new")
    for table in GUARDED:
        op.execute(f'alter table "{table}" force row level security')


def _tenant_keys(connection: sa.Connection) -> dict[str, bytes]:
    """Open the data key of each tenant with records or previews; one without a key gets one."""
    tables = [f"target_{entity}" for entity in FIELDS] + ["change", "run_diff"]
    tenants = " union ".join(f'select tenant_id::text as tenant from "{table}"' for table in tables)
    stored = {row.tenant: row for row in connection.execute(_KEYS)}
    open_keys = {}
    for tenant in connection.scalars(sa.text(tenants)).all():
        if tenant not in stored:
            wrapped, master = keys.new_wrapped_key(tenant)
            values = {"tenant": tenant, "wrapped": wrapped, "master": master, "now": clock.now()}
            connection.execute(_NEW_KEY, values)
        else:
            wrapped, master = stored[tenant].wrapped, stored[tenant].master
        open_keys[tenant] = keys.unwrap(tenant, bytes(wrapped), master)
    return open_keys


_KEYS = sa.text("select tenant_id::text as tenant, wrapped, master from tenant_key")
_NEW_KEY = sa.text(
    "insert into tenant_key (tenant_id, wrapped, master, created_at) values (cast(:tenant as uuid), :wrapped, :master, :now)"
)


# --- records ----------------------------------------------------------------------------------------------------------


def _convert_table(
    connection: sa.Connection, tenant_keys: Mapping[str, bytes], entity: str, *, encrypting: bool
) -> None:
    table, fields = f"target_{entity}", FIELDS[entity]
    passing = [name for name, kind in fields.items() if not encrypting or kind != TEXT]
    form = "{}::text" if encrypting else "encode({}, 'hex')"
    _alter_types(table, {name: ("text", form.format(f'"{name}"')) for name in passing})
    op.execute(f'alter table "{table}" disable trigger count_revision')
    for tenant, key in tenant_keys.items():
        # The partition takes rows of the transaction's tenant only.
        connection.execute(sa.text("select set_config('app.tenant', :tenant, true)"), {"tenant": tenant})
        _convert_rows(connection, Cipher(key, tenant, entity), encrypting=encrypting)
    connection.execute(sa.text("select set_config('app.tenant', '', true)"))
    op.execute(f'alter table "{table}" enable trigger count_revision')
    if encrypting:
        _alter_types(table, {name: ("bytea", f"decode(\"{name}\", 'hex')") for name in fields})
    else:
        _alter_types(
            table, {name: (kind, f'"{name}"::{kind}') for name, kind in fields.items() if kind != TEXT}
        )
    if not fields:  # written anew all the same: its ids were changed
        _alter_types(table, {"external_id": ("text", "external_id || ''")})


def _alter_types(table: str, types: Mapping[str, tuple[str, str]]) -> None:
    changes = ", ".join(
        f'alter column "{name}" type {kind} using {value}' for name, (kind, value) in types.items()
    )
    if changes:
        op.execute(f'alter table "{table}" {changes}')


def _convert_rows(connection: sa.Connection, cipher: Cipher, *, encrypting: bool) -> None:
    names = list(FIELDS[cipher.entity])
    extra = ["source_id"] if cipher.entity in OF_PEOPLE else []
    columns = ", ".join(f'"{name}"' for name in [*names, *extra])
    page = sa.text(
        f"""select id::text as id, external_id{", " if columns else ""}{columns} from "target_{cipher.entity}"
        where tenant_id = cast(:tenant as uuid) and id > cast(:after as uuid) order by id limit {AT_ONCE}"""
    )
    columns_set = [
        *names,
        *extra,
        *(["external_id"] if extra else []),
        *(["name_index"] if cipher.entity in NAME_FIELDS else []),
    ]
    update = sa.text(
        f"""update "target_{cipher.entity}" set {", ".join(f'"{name}" = :{name}' for name in columns_set)}
        where tenant_id = cast(:tenant as uuid) and id = cast(:id as uuid)"""
    )
    params = {"tenant": cipher.tenant, "after": FIRST_ID}
    while rows := connection.execute(page, params).mappings().all():
        updates = []
        for row in rows:
            record = Record(cipher, row["id"])
            values = (
                _as_hex(names, record.stored(with_lists(cipher.entity, row)))
                if encrypting
                else record.clear(
                    dict(row) | {name: bytes.fromhex(row[name]) for name in names if row[name] is not None}
                )
            )
            external_id = {"external_id": row["external_id"]}
            blank: dict[str, Any] = dict.fromkeys(columns_set)
            updates.append(blank | external_id | values | {"tenant": cipher.tenant, "id": row["id"]})
        connection.execute(update, updates)
        params["after"] = rows[-1]["id"]


def _as_hex(names: Sequence[str], stored: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value.hex() if name in names else value for name, value in stored.items()}


# --- images of changes, previews ----------------------------------------------------------------------------------------


def _convert_images(connection: sa.Connection, tenant: str, key: bytes, *, encrypting: bool) -> None:
    update = sa.text(
        """update change set before = (before - '{source_id,name_index}'::text[]) || cast(:patch as jsonb)
        where tenant_id = cast(:tenant as uuid) and run_id = cast(:run as uuid) and entity = :entity
          and target_id = cast(:id as uuid)"""
    )
    for entity, fields in FIELDS.items():
        cipher, updates = Cipher(key, tenant, entity), []
        record = Record(cipher, "")
        for image in _images(connection, tenant, entity):
            if record.id != image["id"]:
                record = Record(cipher, image["id"])
                if encrypting:
                    record.remember({name: image[f"now_{name}"] for name in [*fields, *_source_id(entity)]})
            row = {name: image[name] for name in ["external_id", *fields]}
            if encrypting:
                values = record.stored(with_lists(entity, row))
                patch = {name: _in_json(value) for name, value in values.items()}
            else:
                stored = {name: _from_json(value) for name, value in row.items()}
                if entity in OF_PEOPLE:
                    stored["source_id"] = _from_json(image["source_id"])
                clear = record.clear(stored | {"external_id": image["external_id"]})
                patch = {
                    name: json.loads(value) if fields.get(name) == LIST else value
                    for name, value in clear.items()
                }
            if patch:
                document = json.dumps(patch)
                updates.append(
                    {
                        "tenant": tenant,
                        "run": image["run"],
                        "entity": entity,
                        "id": image["id"],
                        "patch": document,
                    }
                )
        if updates:
            connection.execute(update, updates)


def _source_id(entity: str) -> list[str]:
    return ["source_id"] if entity in OF_PEOPLE else []


def _images(connection: sa.Connection, tenant: str, entity: str) -> Iterator[Mapping[str, Any]]:
    """Read the images of an entity's records in the order of the records, each with the record as it is stored now."""
    id_columns = _source_id(entity)
    images = "".join(f", c.before->>'{name}' as \"{name}\"" for name in [*FIELDS[entity], *id_columns])
    now = "".join(f', t."{name}" as "now_{name}"' for name in [*FIELDS[entity], *id_columns])
    yield from connection.execute(
        sa.text(
            f"""select c.run_id::text as run, c.target_id::text as id, c.before->>'external_id' as external_id{images}{now}
            from change c left join "target_{entity}" t on t.tenant_id = c.tenant_id and t.id = c.target_id
            where c.tenant_id = cast(:tenant as uuid) and c.entity = :entity order by c.target_id"""
        ),
        {"tenant": tenant, "entity": entity},
    ).mappings()


def _in_json(value: object) -> object:
    return f"\\x{value.hex()}" if isinstance(value, bytes) else value


def _from_json(value: str | None) -> Any:
    return bytes.fromhex(value[2:]) if value is not None and value.startswith("\\x") else value


def _convert_previews(connection: sa.Connection, tenant: str, key: bytes, *, encrypting: bool) -> None:
    rows = connection.execute(
        sa.text(
            """select seq, run_id::text as run, entity, external_id, fields, personal from run_diff
            where tenant_id = cast(:tenant as uuid) and entity = any(:entities)"""
        ),
        {"tenant": tenant, "entities": list(FIELDS)},
    ).mappings()
    updates = []
    for row in rows.all():
        entity, binding = row["entity"], f"{tenant}|run_diff|{row['run']}|{row['entity']}"
        values = {"tenant": tenant, "run": row["run"], "seq": row["seq"], "external_id": row["external_id"]}
        if encrypting:
            personal = {name: pair for name, pair in row["fields"].items() if name in FIELDS[entity]}
            if not personal and entity not in OF_PEOPLE:
                continue
            if entity in OF_PEOPLE:
                values["external_id"] = Cipher(key, tenant, entity).id_index(row["external_id"])
            content = orjson.dumps({"id": row["external_id"], "fields": personal})
            values["personal"] = crypto.encrypt(key, content, f"{binding}|{values['external_id']}")
            patch = {name: [None, None] for name in personal}
        elif row["personal"] is not None:
            content = orjson.loads(crypto.decrypt(key, row["personal"], f"{binding}|{row['external_id']}"))
            patch = content["fields"]
            values |= {"external_id": content["id"], "personal": None}
        else:
            continue
        updates.append(values | {"patch": json.dumps(patch)})
    if updates:
        connection.execute(
            sa.text(
                """update run_diff set external_id = :external_id, personal = :personal,
                fields = fields || cast(:patch as jsonb) where tenant_id = cast(:tenant as uuid)
                  and run_id = cast(:run as uuid) and seq = :seq"""
            ),
            updates,
        )


def _convert_kept(connection: sa.Connection, tenant: str, key: bytes, *, encrypting: bool) -> None:
    """Rewrite the ids of people's records that a rollback noted as left."""
    rows = connection.execute(
        sa.text(
            """select id::text as id, totals->'rollback' as report from run
            where tenant_id = cast(:tenant as uuid) and jsonb_array_length(totals->'rollback'->'kept') > 0"""
        ),
        {"tenant": tenant},
    ).all()
    for run_id, report in rows:
        kept_records = [
            [
                entity,
                _id_noted(
                    connection, Cipher(key, tenant, entity), external_id, target_id, encrypting=encrypting
                ),
                target_id,
                reason,
            ]
            if entity in OF_PEOPLE
            else [entity, external_id, target_id, reason]
            for entity, external_id, target_id, reason in report["kept"]
        ]
        connection.execute(
            sa.text(
                """update run set totals = jsonb_set(totals, '{rollback,kept}', cast(:kept as jsonb))
                where tenant_id = cast(:tenant as uuid) and id = cast(:id as uuid)"""
            ),
            {"tenant": tenant, "id": run_id, "kept": json.dumps(kept_records)},
        )


def _id_noted(
    connection: sa.Connection, cipher: Cipher, external_id: str, target_id: str, *, encrypting: bool
) -> str:
    if encrypting:
        return cipher.id_index(external_id)
    query = sa.text(f'select external_id from "target_{cipher.entity}" where id = cast(:id as uuid)')
    return str(connection.scalar(query, {"id": target_id}) or "")


# --- hashes of contents -----------------------------------------------------------------------------------------------


def _note_hashes(name: str, *, encrypted: bool) -> None:
    """Note the content hash of each record that a run changed, as it is and as it was before each change.

    `encrypted`: as the program hashes encrypted records, which have their name's index, else as it hashed clear ones.
    """
    left_out = NOT_CONTENT if encrypted else NOT_CONTENT | {"name_index"}
    for entity in FIELDS:
        columns = op.get_bind().scalars(_COLUMNS, {"table": f"target_{entity}"}).all()
        content = ", ".join(f't."{column}"' for column in columns if column not in left_out)
        hashed = f"hashtextextended(row(t.external_id, {content})::text, 0)"
        op.execute(
            f"""insert into hashes_{name} select '{entity}', t.id, 'now', {hashed} from "target_{entity}" t where t.id in (
              select target_id from change where entity = '{entity}' union all
              select unnest(target_ids) from new_records where entity = '{entity}' and after_hashes is not null)
            union all select '{entity}', c.target_id, c.run_id::text, {hashed}
            from change c, lateral jsonb_populate_record(null::"target_{entity}", c.before) t where c.entity = '{entity}'"""
        )


_COLUMNS = sa.text(
    """select attname from pg_attribute where attrelid = to_regclass(:table) and attnum > 0 and not attisdropped
    order by attnum"""
)


def _replace_hashes() -> None:
    op.execute("create index on hashes_old (target_id)")
    renewed = """(select n.hash from hashes_old o join hashes_new n using (entity, target_id, source)
      where o.entity = {entity} and o.target_id = {id} and o.hash = {hash} limit 1)"""
    of_change = renewed.format(entity="c.entity", id="c.target_id", hash="c.after_hash")
    op.execute(
        f"""update change c set after_hash = coalesce({of_change}, c.after_hash)
        where exists (select from hashes_old o where o.entity = c.entity)"""
    )
    of_new = renewed.format(entity="r.entity", id="made.id", hash="made.hash")
    op.execute(
        f"""update new_records r set after_hashes = (select array_agg(coalesce({of_new}, made.hash) order by made.place)
          from unnest(r.target_ids, r.after_hashes) with ordinality as made (id, hash, place))
        where after_hashes is not null and exists (select from hashes_old o where o.entity = r.entity)"""
    )
