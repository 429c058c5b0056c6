"""The unsaved choice about a field, and the alternatives to its target."""

from __future__ import annotations

from dataclasses import dataclass

import streamlit as st

from core.engine.mapping.odds import share_odds
from core.engine.mapping.views import FieldDetail
from core.schema import target_schema


@dataclass(frozen=True, slots=True)
class Choice:
    """The person's choice on the card, not saved yet."""

    target: str | None
    transform: str
    reason: str = ""

    def is_of(self, field: FieldDetail) -> bool:
        return (self.target, self.transform or None) == (field.target, field.transform)


def choice_key(field: FieldDetail) -> str:
    """Return the prefix of the session keys that hold the unsaved choice about this version of the field."""
    return f"card_{field.id}_{field.version}_"


def choice_of(field: FieldDetail) -> Choice:
    """Return the unsaved choice, else the saved mapping."""
    state, key = st.session_state, choice_key(field)
    return Choice(
        state.get(f"{key}target", field.target),
        str(state.get(f"{key}transform", field.transform or "")).strip(),
        state.get(f"{key}reason", ""),
    )


def prefer(field: FieldDetail, target: str) -> None:
    """Choose a target without saving; the transform stays where the types agree, and is dropped otherwise."""
    kinds = {target_schema().field(key).kind for key in (target, field.target) if key}
    st.session_state[f"{choice_key(field)}target"] = target
    st.session_state[f"{choice_key(field)}transform"] = (field.transform or "") if len(kinds) == 1 else ""


def odds_of(field: FieldDetail) -> list[tuple[str | None, int]]:
    """Share 100% among the suggestion, its alternatives and none of these (None): (target, whole percent)."""
    pairs = [
        (str(alternative["target"]), float(alternative["confidence"])) for alternative in field.alternatives
    ]
    return [
        (odds.target, odds.percent) for odds in share_odds(field.suggested_target, field.confidence, pairs)
    ]


def alternatives(field: FieldDetail) -> list[tuple[str, int]]:
    """List the other possible targets, the likeliest first, with the suggestion where another target is set."""
    return [(target, percent) for target, percent in odds_of(field) if target and target != field.target]
