"""Keeps a few values of each source column to be shown, sealed and bound to their field; masked on the way out.

They lie beside the field and not in the stream's rows, so that a page with hundreds of fields opens hundreds of small
things instead of whole chunks.
"""

from __future__ import annotations

from collections.abc import Iterable

import orjson
import polars as pl

from core.kit import crypto
from core.kit.masking import mask

SAMPLES = 3
"""Different values that are kept of a column."""

_LONGEST = 200  # characters of a value
_FEW = 1_000  # rows; most columns have their first values there


def seal(key: bytes, tenant: str, field_id: str, column: pl.Series, *, personal: bool) -> bytes:
    """Return the first SAMPLES different values that are not empty; `personal` says whether they are people's own."""
    values = _first_values(column.head(_FEW).to_list())
    if len(values) < SAMPLES and len(column) > _FEW:
        values = _first_values(column.unique(maintain_order=True))
    document = orjson.dumps({"personal": personal, "values": values})
    return crypto.encrypt(key, document, _seal_context(tenant, field_id))


def _first_values(values: Iterable[str | None]) -> list[str]:
    distinct: dict[str, None] = {}
    for value in values:
        if value is None or not (text := value[:_LONGEST]).strip():
            continue
        distinct[text] = None
        if len(distinct) == SAMPLES:
            break
    return list(distinct)


def unseal(
    key: bytes, tenant: str, field_id: str, sealed: bytes, *, masked: bool, personal: bool
) -> list[str]:
    """Return the values; with `masked`, people's own are hidden: those of such a column, or all where `personal` says so."""
    document = orjson.loads(crypto.decrypt(key, sealed, _seal_context(tenant, field_id)))
    if masked and (personal or document["personal"]):
        return list(dict.fromkeys(mask(value) for value in document["values"]))
    return list(document["values"])


def _seal_context(tenant: str, field_id: str) -> str:
    return f"{tenant}|mapping_field|{field_id}|samples"
