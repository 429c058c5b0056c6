"""Decisions on one field after another: which field is current, what deciding it saves, and how it is undone.

A decision names its field by id, and the next one is taken from the session when it is needed: several key presses
that arrive with one rerun decide several fields.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import streamlit as st

from core.context import Context
from core.engine.mapping import actions, views
from core.engine.mapping.odds import share_odds
from core.engine.mapping.tables import MappingField
from core.errors import AppError
from core.schema import target_schema
from pages.mapping.edits import EditIntent
from pages.mapping.state import FOCUS, decide, note, refresh, reload
from pages.ui.frame import act, here, keep_fault
from pages.ui.widgets import plain

DECK, REVIEWED, SHOWN, _UNDO = "map_deck", "map_reviewed", "map_shown", "map_last_batch"
ASK_UNDO, _SINGLES = "map_undo_ask", "map_single_batches"
_VERBS = {"accepted": "Accepted", "edited": "Changed", "ignored": "Excluded"}


@dataclass(frozen=True, slots=True)
class Shown:
    """The field on the card, and the version of it the person sees."""

    field_id: str
    version: int


@dataclass(frozen=True, slots=True)
class LastBatch:
    """A batch of decisions and what it did, in words that hold names of columns."""

    batch: str
    label: str


@dataclass(frozen=True, slots=True)
class Choice:
    """What the person has chosen on the card and not saved yet."""

    target: str | None
    transform: str
    reason: str = ""

    def is_of(self, field: MappingField) -> bool:
        return (self.target, self.transform or None) == (field.target, field.transform)


def choice_key(field: MappingField) -> str:
    """Prefix of the session keys that hold the unsaved choice about this version of the field."""
    return f"card_{field.id}_{field.version}_"


def choice_of(field: MappingField) -> Choice:
    """The unsaved choice, else the field as it stands."""
    state, key = st.session_state, choice_key(field)
    return Choice(
        state.get(f"{key}target", field.target),
        str(state.get(f"{key}transform", field.transform or "")).strip(),
        state.get(f"{key}reason", ""),
    )


def focus_on(ids: Sequence[str], undecided: Sequence[str]) -> str | None:
    """Sets what can be stepped through; the current field, by default the first to review."""
    state = st.session_state
    state[DECK] = list(ids)
    state[REVIEWED] = set(ids) - set(undecided)
    if state.get(FOCUS) not in ids:
        state[FOCUS] = next(iter(undecided), next(iter(ids), None))
    current: str | None = state[FOCUS]
    return current


def show_card(field: MappingField) -> None:
    """Keeps which version the person sees, so that a save meets what somebody else decided since."""
    st.session_state[SHOWN] = Shown(field.id, field.version)


def accept() -> None:
    _decide(excluded=False)


def exclude() -> None:
    _decide(excluded=True)


def _decide(*, excluded: bool) -> None:
    field_id = st.session_state.get(FOCUS)
    if field_id is None or (not _is_shown(field_id) and field_id in st.session_state.get(REVIEWED, ())):
        return
    try:
        with here() as context:
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
    version = st.session_state[SHOWN].version if _is_shown(field_id) else field.version
    intent = EditIntent(field_id, target, None if excluded else choice.transform or None, status)
    if save(field, intent, version, choice.reason):
        st.session_state.setdefault(REVIEWED, set()).add(field_id)
        _to_next_undecided()


def save(
    field: MappingField, intent: EditIntent, version: int, reason: str = "", *, fresh: bool = True
) -> bool:
    """Saves a decision about a field, with its notice and its undo; False where it was refused.

    With `fresh` the grid starts a new editor that shows it; an edit in the grid itself shows already.
    """
    label = f"{_VERBS[intent.status]} {field.source_field}"
    batch = decide(field, intent, version, reason, label)
    if batch is None:
        return False
    remember_undo(field.migration_id, batch, label)
    note(f"{plain(label)}. Undo with U.")
    if fresh:
        refresh(field.id)
    return True


def _is_shown(field_id: str) -> bool:
    shown: Shown | None = st.session_state.get(SHOWN)
    return shown is not None and shown.field_id == field_id


def _to_next_undecided() -> None:
    """The next field to review after the current one, from the beginning again at the end; else the next field."""
    deck, reviewed = st.session_state[DECK], st.session_state[REVIEWED]
    at = deck.index(st.session_state[FOCUS]) if st.session_state[FOCUS] in deck else -1
    ahead = [*deck[at + 1 :], *deck[:at]]
    following = next((field_id for field_id in ahead if field_id not in reviewed), None)
    st.session_state[FOCUS] = following


def step(by: int) -> None:
    """To the next field of the deck, or the one before."""
    deck = st.session_state.get(DECK, [])
    if not deck:
        return
    current = st.session_state.get(FOCUS)
    at = deck.index(current) if current in deck else (-1 if by > 0 else len(deck))
    st.session_state[FOCUS] = deck[min(max(at + by, 0), len(deck) - 1)]


def prefer_alternative(number: int) -> None:
    """Chooses the alternative of this number (from 1) for the current field, unsaved."""
    try:
        with here() as context:
            field = views.mapping_field(context, st.session_state.get(FOCUS) or "")
    except AppError:
        return
    others = alternatives(field)
    if 0 < number <= len(others):
        prefer(field, others[number - 1][0])


def prefer(field: MappingField, target: str) -> None:
    """Chooses a target unsaved; the transform stays where the types agree, and is dropped otherwise."""
    kinds = {target_schema().field(key).kind for key in (target, field.target) if key}
    st.session_state[f"{choice_key(field)}target"] = target
    st.session_state[f"{choice_key(field)}transform"] = (field.transform or "") if len(kinds) == 1 else ""


def odds_of(field: MappingField) -> list[tuple[str | None, int]]:
    """(target, whole percent) of the suggestion, its alternatives and none of these (None); they add up to 100."""
    pairs = [(str(other["target"]), float(other["confidence"])) for other in field.alternatives]
    return [
        (odds.target, odds.percent) for odds in share_odds(field.suggested_target, field.confidence, pairs)
    ]


def alternatives(field: MappingField) -> list[tuple[str, int]]:
    """What else the field could be, likeliest first, the suggestion among them where another is set."""
    return [(target, percent) for target, percent in odds_of(field) if target and target != field.target]


# --- undo -------------------------------------------------------------------------------------------------------------


def remember_undo(migration_id: str, batch: str, label: str, *, fields: int = 1) -> None:
    """The batch becomes what Undo takes back; without a question if it decided a single field."""
    if fields == 1:
        st.session_state[_SINGLES] = {*st.session_state.get(_SINGLES, ()), batch}
    st.session_state[_UNDO] = (migration_id, LastBatch(batch, label))


def forget_undo() -> None:
    """What Undo takes back is read from the database again."""
    st.session_state.pop(_UNDO, None)


def last_batch(context: Context, migration_id: str) -> LastBatch | None:
    """What Undo takes back: the person's newest batch that still stands, found again after a reload."""
    kept: tuple[str, LastBatch | None] | None = st.session_state.get(_UNDO)
    if kept is None or kept[0] != migration_id:
        batches = views.batches(context, migration_id)
        newest = next((one for one in batches if one.can_undo and one.by == context.name), None)
        kept = (migration_id, LastBatch(newest.id, newest.label) if newest else None)
        st.session_state[_UNDO] = kept
    return kept[1]


def undo_last(migration_id: str) -> None:
    """Undoes a decision of this session about a single field; asks first about any other batch."""
    with here() as context:
        if not context.may("mapping.edit"):
            return
        last = last_batch(context, migration_id)
    if last is not None and last.batch not in st.session_state.get(_SINGLES, ()):
        st.session_state[ASK_UNDO] = last
        return
    undo_now(migration_id)


def undo_now(migration_id: str) -> None:
    """Undoes the person's last decision or bulk action; the current field is then the one restored."""
    undone = act(lambda context: _undo(context, migration_id))
    if undone is None:
        return
    label, ids = undone
    note(f"Undone: {plain(label)}" if label else "Nothing to undo.")
    st.session_state.get(REVIEWED, set()).difference_update(ids)
    if len(ids) == 1:
        st.session_state[FOCUS] = ids[0]
    reload()


def _undo(context: Context, migration_id: str) -> tuple[str, list[str]]:
    last = last_batch(context, migration_id)
    forget_undo()
    if last is None:
        return "", []
    restored = actions.undo(context, last.batch, only_unchanged=True)
    return last.label, views.fields_of_batch(context, restored.batch)
