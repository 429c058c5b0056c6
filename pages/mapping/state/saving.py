"""Save a person's decision about one field; another person's decision in between becomes an edit conflict."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import streamlit as st

from core.engine.mapping import actions
from core.engine.mapping.views import FieldDetail
from core.errors import AppError, ConflictError
from pages.mapping.state.edits import EditIntent
from pages.ui.frame import session_context
from pages.ui.refusals import keep_fault

CONFLICT = "map_conflict"


@dataclass(frozen=True, slots=True)
class EditConflict:
    """A save that met another person's decision: the row and both edits; `label` names the row to people."""

    field_id: str
    label: str
    yours: EditIntent
    details: Mapping[str, Any]
    reason: str = ""


def decide(
    field: FieldDetail, intent: EditIntent, version: int, reason: str = "", label: str = ""
) -> str | None:
    """Save a person's decision about one field, seen at `version`; return the batch, or None where it was refused.

    A refusal is shown on top of the page, a decision of somebody else in between with both sides.
    """
    decision = actions.Decision(field.id, version, intent.target, intent.transform, intent.status, reason)
    try:
        with session_context() as context:
            return actions.decide_many(context, [decision], looked=True, label=label)
    except ConflictError as error:
        name = f"{field.stream} / {field.source_field}"
        st.session_state[CONFLICT] = EditConflict(field.id, name, intent, error.facts, reason)
    except AppError as error:
        keep_fault(error)
    return None
