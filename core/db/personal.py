"""Personal values of the target: encrypted by the tenant's data key, bound to tenant, table, column and row.

A value is AES-256-GCM under a nonce of its own, so equal values do not look alike. What the program looks records up
by has a blind index beside it, a keyed fingerprint that is equal for equal values of one tenant and column: the source's
id of a record that is a person's own (`external_id` holds the fingerprint, `source_id` the id, encrypted), and names
that other records refer to (`NAME_INDEX`). Which fields are personal is said in core.kit.masking alone.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any
from uuid import UUID

import polars as pl
from sqlalchemy import select

from core.db.keys import tenant_key
from core.db.session import TenantSession
from core.db.target import NAME_INDEX, PREFIX, named_field, target_table
from core.kit import crypto
from core.kit.chain import derive
from core.schema import Field, encrypted_fields, target_schema

SOURCE_ID = "source_id"
_BLIND_INDEX = "blind index"
_ID_PREFIX = r"^(name:|row:|pupil:)"
"""Beginnings of ids that the program makes of a row. They tell imports apart, and stay readable."""
_DUPLICATE_END = re.compile(r"~[0-9a-f]{8}-[0-9a-f]{4}$")
"""The end of the id of a record that a run wrote beside an existing one, see duplicate_suffix."""


class PersonalValues:
    """Encrypt and decrypt the personal values of one tenant's records of one entity."""

    def __init__(self, key: bytes, tenant: str, entity: str) -> None:
        self._key, self._tenant = key, tenant
        self.entity = target_schema().entity(entity)
        self.fields = encrypted_fields(entity)

    @classmethod
    def of(cls, session: TenantSession, entity: str) -> PersonalValues:
        """Take the key of the session's tenant."""
        return cls(tenant_key(session), session.tenant, entity)

    @property
    def is_needed(self) -> bool:
        """Whether anything of the entity is stored encrypted."""
        return bool(self.fields) or self.entity.is_about_person

    def encrypt_frame(self, frame: pl.DataFrame) -> pl.DataFrame:
        """Encrypt the personal columns of records (external_id, id as bytes, fields), and add the columns they are found by."""
        if not self.is_needed:
            return frame
        ids = frame["id"].to_list()
        columns = [
            pl.Series(name, self.encrypt(name, ids, plain_bytes(frame[name])), pl.Binary)
            for name in frame.columns
            if name in self.fields
        ]
        name = named_field(self.entity)
        if name in self.fields and name in frame.columns:
            columns.append(pl.Series(NAME_INDEX, self.name_index(frame[name].to_list()), pl.Binary))
        if self.entity.is_about_person:
            texts = frame["external_id"]
            columns.append(pl.Series(SOURCE_ID, self.encrypt(SOURCE_ID, ids, plain_bytes(texts)), pl.Binary))
            columns.append(self.id_index(texts))
        return frame.with_columns(columns).select(stored_columns(self.entity.name, frame.columns))

    def encrypt(
        self, column: str, ids: Iterable[bytes], values: Sequence[bytes | None]
    ) -> list[bytes | None]:
        """Encrypt values of a column, each bound to its record's id."""
        return crypto.encrypt_all(self._key, values, self._bindings(column, ids))

    def decrypt(self, column: str, ids: Iterable[object], values: Sequence[bytes | None]) -> list[Any]:
        """Decrypt values of a column: text, a date, or a list of texts, as the field says. Ids are text, UUID or bytes."""
        field = self.fields.get(column)
        return [_value(field, clear) for clear in self.decrypt_bytes(column, map(_id_bytes, ids), values)]

    def decrypt_bytes(
        self, column: str, ids: Iterable[bytes], values: Sequence[bytes | None]
    ) -> list[bytes | None]:
        """Decrypt values of a column to the bytes that were encrypted."""
        return crypto.decrypt_all(self._key, values, self._bindings(column, ids))

    def decrypt_rows(self, rows: Iterable[Mapping[Any, Any]]) -> list[dict[str, Any]]:
        """Decrypt whatever is encrypted in rows of the table, each with its `id`; external_id is the source's id again."""
        clear = [dict(row) for row in rows]
        encrypted = {*self.fields, SOURCE_ID} & clear[0].keys() if clear else set()
        ids = [row["id"] for row in clear] if encrypted else []
        for name in encrypted:
            values = self.decrypt(name, ids, [row[name] for row in clear])
            for row, value in zip(clear, values, strict=True):
                row[name] = value
        if SOURCE_ID in encrypted:
            for row in clear:
                row["external_id"] = source_id(row["external_id"], row.pop(SOURCE_ID))
        return clear

    def id_index(self, external_ids: pl.Series) -> pl.Series:
        """Return what is stored as external_id: the blind index of the source's id where records are a person's own."""
        if not self.entity.is_about_person or external_ids.is_empty():
            return external_ids
        hashes = self._index("external_id", plain_bytes(external_ids))
        index = pl.Series("external_id", [hash_ and hash_.hex() for hash_ in hashes], pl.String)
        prefixes = external_ids.str.extract(_ID_PREFIX).fill_null("")
        by_place = external_ids.str.contains(r"^row:[0-9a-f]+:[0-9]+$")
        suffixes = pl.select(pl.when(by_place).then(pl.lit(":0")).otherwise(pl.lit(""))).to_series()
        return (prefixes + index + suffixes).alias(external_ids.name)

    def id_of(self, external_id: str) -> str:
        """Return what is stored as external_id, of one id; the end that marks a record beside another stays."""
        duplicate_end = _DUPLICATE_END.search(external_id)
        base, suffix = (
            (external_id[: duplicate_end.start()], duplicate_end[0]) if duplicate_end else (external_id, "")
        )
        return str(self.id_index(pl.Series([base], dtype=pl.String))[0]) + suffix

    def name_index(self, names: Iterable[str | None]) -> list[bytes | None]:
        """Compute the blind index of the names that records are referred to by, whatever their case."""
        folded = [None if name is None else fold_name(name).encode() for name in names]
        return self._index(named_field(self.entity) or "", folded)

    def _index(self, column: str, values: Sequence[bytes | None]) -> list[bytes | None]:
        key = derive(self._key, f"{_BLIND_INDEX}|{PREFIX}{self.entity.name}|{column}")
        hashes = crypto.fingerprints(key, [value or b"" for value in values])
        return [None if value is None else hash_ for value, hash_ in zip(values, hashes, strict=True)]

    def _bindings(self, column: str, ids: Iterable[bytes]) -> Iterable[bytes]:
        prefix = f"{self._tenant}|{PREFIX}{self.entity.name}|{column}|".encode()
        return (prefix + id_ for id_ in ids)


def stored_columns(entity: str, columns: Sequence[str]) -> list[str]:
    """List the columns that records of the entity are stored in; `columns` are those of their frame, in its order."""
    name, is_about_person = (
        named_field(target_schema().entity(entity)),
        target_schema().entity(entity).is_about_person,
    )
    is_indexed = name in encrypted_fields(entity) and name in columns
    return [*columns, *([NAME_INDEX] if is_indexed else []), *([SOURCE_ID] if is_about_person else [])]


def fold_name(name: str) -> str:
    """Fold a name to what it is compared by."""
    return name.strip().lower()


def source_id(external_id: str, clear: str | None) -> str:
    """Return the source's id of a record, `clear` being what `source_id` holds, with the mark of one beside another."""
    if clear is None:
        return external_id
    duplicate_end = _DUPLICATE_END.search(external_id)
    return clear + (duplicate_end[0] if duplicate_end else "")


def source_ids(session: TenantSession, entity: str, ids: Sequence[str] | None = None) -> dict[str, str]:
    """Read the source's ids of records, by our ids; of all the tenant's if None."""
    table = target_table(entity)
    columns = [table.c[name] for name in ("id", "external_id", SOURCE_ID) if name in table.c]
    query = select(*columns).where(table.c.tenant_id == session.tenant)
    if ids is not None:
        query = query.where(table.c.id.in_(ids))
    rows = PersonalValues.of(session, entity).decrypt_rows(session.execute(query).mappings())
    return {row["id"]: row["external_id"] for row in rows}


def plain_bytes(column: pl.Series) -> list[bytes | None]:
    """Write the values of a column in the form in which they are encrypted."""
    if isinstance(column.dtype, pl.List):
        return [
            None if value is None else json.dumps(value.to_list(), ensure_ascii=False).encode()
            for value in column
        ]
    return column.cast(pl.String).cast(pl.Binary).to_list()


def as_bytes(field: Field, value: Any) -> bytes | None:
    """Write one value in the form in which it is encrypted."""
    if value is None:
        return None
    return (json.dumps(value, ensure_ascii=False) if field.is_list else str(value)).encode()


def _value(field: Field | None, clear: bytes | None) -> Any:
    if clear is None:
        return None
    text = clear.decode()
    if field is not None and field.is_list:
        return json.loads(text)
    return date.fromisoformat(text) if field is not None and field.kind == "date" else text


def _id_bytes(id_: object) -> bytes:
    if isinstance(id_, bytes):
        return id_
    return id_.bytes if isinstance(id_, UUID) else UUID(str(id_)).bytes
