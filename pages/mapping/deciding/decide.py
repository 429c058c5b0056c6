"""Accept, exclude or change the current field, with notice and undo.

A decision names its field by id, and the next one is taken from the session when it is needed: several key presses
that arrive with one rerun decide several fields.
"""

from __future__ import annotations

from dataclasses import dataclass

import streamlit as st

from core.engine.mapping import views
from core.engine.mapping.views import FieldDetail
from core.errors import AppError
from pages.mapping.deciding.choice import alternatives, choice_of, prefer
from pages.mapping.deciding.deck import REVIEWED, to_next_undecided
from pages.mapping.deciding.undo import remember_undo
from pages.mapping.state.edits import EditIntent
from pages.mapping.state.keys import FOCUS, note
from pages.mapping.state.saving import decide
from pages.mapping.state.view import refresh
from pages.ui.formats import plain
from pages.ui.frame import session_context
from pages.ui.refusals import keep_fault

CARD_VERSION = "map_shown"
_VERBS = {"accepted": "Accepted", "edited": "Changed", "ignored": "Excluded"}


@dataclass(frozen=True, slots=True)
class CardVersion:
    """The field on the card, and the version of it the person sees."""

    field_id: str
    version: int


def show_card(field: FieldDetail) -> None:
    """Store the version the person sees, so that saving detects a decision made since."""
    st.session_state[CARD_VERSION] = CardVersion(field.id, field.version)


def accept() -> None:
    _decide(excluded=False)


def exclude() -> None:
    _decide(excluded=True)


def _decide(*, excluded: bool) -> None:
    field_id = st.session_state.get(FOCUS)
    if field_id is None or (not _is_shown(field_id) and field_id in st.session_state.get(REVIEWED, ())):
        return
    try:
        with session_context() as context:
            if not context.may("mapping.edit"):
                return
            field = views.mapping_field(context, field_id)
    except AppError as error:
        keep_fault(error)
        return
    choice = choice_of(field)
    if not excluded and choice.target is None:
        note(f"{plain(field.source_field)} has no suggestion. Choose a target or exclude it.")
        return
    status = "ignored" if excluded else "accepted" if choice.is_of(field) else "edited"
    target = None if excluded else choice.target
    version = st.session_state[CARD_VERSION].version if _is_shown(field_id) else field.version
    intent = EditIntent(field_id, target, None if excluded else choice.transform or None, status)
    if save(field, intent, version, choice.reason):
        st.session_state.setdefault(REVIEWED, set()).add(field_id)
        to_next_undecided()


def save(
    field: FieldDetail, intent: EditIntent, version: int, reason: str = "", *, restarts_editor: bool = True
) -> bool:
    """Save a decision about a field with its notice and its undo; False where it was refused.

    With `restarts_editor` the grid starts a new editor that shows it; an edit in the grid itself shows already.
    """
    label = f"{_VERBS[intent.status]} {field.source_field}"
    batch = decide(field, intent, version, reason, label)
    if batch is None:
        return False
    remember_undo(field.migration_id, batch, label)
    note(f"{plain(label)}. Undo with U.")
    if restarts_editor:
        refresh(field.id)
    return True


def _is_shown(field_id: str) -> bool:
    card: CardVersion | None = st.session_state.get(CARD_VERSION)
    return card is not None and card.field_id == field_id


def prefer_alternative(number: int) -> None:
    """Choose the alternative of this number (from 1) for the current field, without saving."""
    try:
        with session_context() as context:
            field = views.mapping_field(context, st.session_state.get(FOCUS) or "")
    except AppError:
        return
    options = alternatives(field)
    if 0 < number <= len(options):
        prefer(field, options[number - 1][0])
