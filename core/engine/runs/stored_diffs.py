"""What a dry run would do to one record, as run_diff stores it: personal values encrypted, bound to run and record."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import orjson

from core.engine.runs.tables import RunDiff
from core.kit import crypto
from core.schema import encrypted_fields, target_schema

Changes = dict[str, list[Any]]
"""Field -> [before, after]."""


def stored_diff(
    key: bytes,
    of: Mapping[str, str],
    external_id: str,
    kind: str,
    changes: Changes,
    record: Mapping[str, Any],
) -> dict[str, Any]:
    """Return the columns of a row of run_diff. `of`: tenant_id, run_id and entity; `external_id`: as it is stored."""
    columns = {"external_id": external_id, "kind": kind, "fields": changes, "personal": None}
    entity = of["entity"]
    personal = {name: pair for name, pair in changes.items() if name in encrypted_fields(entity)}
    if not personal and not target_schema().entity(entity).is_about_person:
        return columns
    content = orjson.dumps({"id": record["external_id"], "fields": personal})
    bound_to = _binding(of["tenant_id"], of["run_id"], entity, external_id)
    hidden = {name: [None, None] if name in personal else pair for name, pair in changes.items()}
    return columns | {"fields": hidden, "personal": crypto.encrypt(key, content, bound_to)}


def read_diff(key: bytes, row: RunDiff) -> tuple[str, Changes]:
    """Return the source's id of the record, and its changes in clear."""
    if row.personal is None:
        return row.external_id, row.fields
    bound_to = _binding(row.tenant_id, row.run_id, row.entity, row.external_id)
    content = orjson.loads(crypto.decrypt(key, row.personal, bound_to))
    return content["id"], row.fields | content["fields"]


def _binding(tenant: str, run_id: str, entity: str, external_id: str) -> str:
    return f"{tenant}|run_diff|{run_id}|{entity}|{external_id}"
