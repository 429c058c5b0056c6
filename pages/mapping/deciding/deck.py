"""The order of the fields to step through, and the current field."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from pages.mapping.state.keys import FOCUS

DECK, REVIEWED = "map_deck", "map_reviewed"


def focus_on(ids: Sequence[str], undecided: Sequence[str]) -> str | None:
    """Set the fields to step through; the current field is by default the first to review."""
    state = st.session_state
    state[DECK] = list(ids)
    state[REVIEWED] = set(ids) - set(undecided)
    if state.get(FOCUS) not in ids:
        state[FOCUS] = next(iter(undecided), next(iter(ids), None))
    current: str | None = state[FOCUS]
    return current


def to_next_undecided() -> None:
    """Go to the next field to review, from the beginning again at the end; else to the next field."""
    deck, reviewed = st.session_state[DECK], st.session_state[REVIEWED]
    at = deck.index(st.session_state[FOCUS]) if st.session_state[FOCUS] in deck else -1
    ahead = [*deck[at + 1 :], *deck[:at]]
    following = next((field_id for field_id in ahead if field_id not in reviewed), None)
    st.session_state[FOCUS] = following


def step(by: int) -> None:
    """Go to the next field of the deck (1) or the previous one (-1)."""
    deck = st.session_state.get(DECK, [])
    if not deck:
        return
    current = st.session_state.get(FOCUS)
    at = deck.index(current) if current in deck else (-1 if by > 0 else len(deck))
    st.session_state[FOCUS] = deck[min(max(at + by, 0), len(deck) - 1)]
