"""Draw the fields of an entry by its shape, and read what was entered."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal, get_args, get_origin

import pandas as pd
import streamlit as st
from pydantic.fields import FieldInfo

from core.business.sales.figures.measures import MEASURES
from core.business.sales.playbook.content import as_document
from core.business.sales.playbook.models import MAX_LINE, Claim, Entry

_CLAIM_FIELDS = ("claim", "measure", "comparison", "target", "scope", "source")
_SIGNS = {"at_least": "at least", "at_most": "at most"}


def draw_fields(entry: Entry, prefix: str) -> dict[str, Any]:
    """Draw a widget for each field; return the content that they hold, as `check_entry` takes it."""
    document = as_document(entry)
    return {
        name: _claims(document[name], f"{prefix}_{name}")
        if name == "claims"
        else _field(field, document[name], f"{prefix}_{name}")
        for name, field in type(entry).model_fields.items()
    }


def _field(field: FieldInfo, value: Any, key: str) -> Any:
    label = field.title or key
    if get_origin(field.annotation) is Literal:
        options = list(get_args(field.annotation))
        return st.selectbox(label, options, index=options.index(value), key=key)
    if isinstance(value, list) and "Months" in label:
        text = st.text_input(label, ", ".join(map(str, value)), key=key)
        return [part.strip() for part in text.split(",") if part.strip()]
    if isinstance(value, list):
        text = st.text_area(f"{label}, one a line", "\n".join(value), key=key)
        return [line for line in text.splitlines() if line.strip()]
    if isinstance(value, int) or value is None:
        return st.text_input(label, "" if value is None else str(value), key=key).strip() or None
    longest = max((getattr(part, "max_length", 0) or 0 for part in field.metadata), default=0)
    if longest > MAX_LINE:
        return st.text_area(label, value, key=key)
    return st.text_input(label, value, key=key)


def _claims(claims: list[Mapping[str, Any]], key: str) -> list[dict[str, Any]]:
    """Draw the claims as an editable table; rows are added and removed, empty ones do not count."""
    frame = pd.DataFrame(claims, columns=list(_CLAIM_FIELDS), dtype="object")
    labels = {name: Claim.model_fields[name].title or name for name in _CLAIM_FIELDS}
    st.caption("Claims")
    edited = st.data_editor(
        frame,
        key=key,
        num_rows="dynamic",
        hide_index=True,
        column_config={
            "claim": st.column_config.TextColumn(labels["claim"], width="large"),
            "measure": st.column_config.SelectboxColumn(
                labels["measure"], options=list(MEASURES), format_func=lambda name: MEASURES[str(name)].title
            ),
            "comparison": st.column_config.SelectboxColumn(
                labels["comparison"], options=list(_SIGNS), format_func=lambda name: _SIGNS[str(name)]
            ),
            "target": st.column_config.TextColumn(labels["target"], width=80),
            "scope": st.column_config.SelectboxColumn(labels["scope"], options=["most", "all"], width=90),
            "source": st.column_config.TextColumn(labels["source"], width="medium"),
        },
    )
    rows = ({name: _cell(row[name]) for name in _CLAIM_FIELDS} for row in edited.to_dict("records"))
    return [_with_defaults(row) for row in rows if any(row[name] for name in ("claim", "source", "measure"))]


def _cell(value: Any) -> str | None:
    return None if value is None or pd.isna(value) or not str(value).strip() else str(value)


def _with_defaults(row: dict[str, str | None]) -> dict[str, Any]:
    """Return a row as a claim: what is missing of its texts is empty, and most are meant."""
    texts = {name: row[name] or "" for name in ("claim", "source")}
    return {**row, **texts, "scope": row["scope"] or "most"}
