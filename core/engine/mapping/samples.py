"""Keeps a few values of each source column to be shown, sealed and bound to their field; masked on the way out.

They lie beside the field and not in the stream's rows, so that a page with hundreds of fields opens hundreds of small
things instead of whole chunks.
"""

from __future__ import annotations

import orjson
import polars as pl

from core.kit import crypto
from core.kit.masking import mask

SAMPLES = 3
"""Different values that are kept of a column."""

_LONGEST = 200  # characters of a value


def seal(key: bytes, tenant: str, field_id: str, column: pl.Series, *, personal: bool) -> bytes:
    """The first SAMPLES different values that are not empty; `personal` says whether they are people's own."""
    filled = column.drop_nulls().str.slice(0, _LONGEST)
    values = filled.filter(filled.str.strip_chars() != "").unique(maintain_order=True).head(SAMPLES)
    kept = orjson.dumps({"personal": personal, "values": values.to_list()})
    return crypto.seal(key, kept, _place(tenant, field_id))


def unseal(
    key: bytes, tenant: str, field_id: str, sealed: bytes, *, masked: bool, personal: bool
) -> list[str]:
    """The values; with `masked`, people's own are hidden: those of such a column, or all where `personal` says so."""
    kept = orjson.loads(crypto.unseal(key, sealed, _place(tenant, field_id)))
    if masked and (personal or kept["personal"]):
        return list(dict.fromkeys(mask(value) for value in kept["values"]))
    return list(kept["values"])


def _place(tenant: str, field_id: str) -> str:
    return f"{tenant}|mapping_field|{field_id}|samples"
