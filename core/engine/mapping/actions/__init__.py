"""Suggests the mapping and takes people's decisions about it."""

from core.engine.mapping.actions.decide import (
    Decision,
    accept_above,
    decide,
    decide_many,
    set_conflict,
)
from core.engine.mapping.actions.exports import export_mapping, export_overrides
from core.engine.mapping.actions.intake import add_export
from core.engine.mapping.actions.record_types import (
    RecordTypeEffect,
    record_type_effect,
    set_record_type,
    undo_batch,
    undo_record_type,
)
from core.engine.mapping.actions.second import confirm_second, set_exposure
from core.engine.mapping.actions.strict import set_strict
from core.engine.mapping.actions.suggest import suggest_mapping
from core.engine.mapping.actions.undo import UndoResult, undo
from core.engine.mapping.actions.values import decide_values

__all__ = [
    "Decision",
    "RecordTypeEffect",
    "UndoResult",
    "accept_above",
    "add_export",
    "confirm_second",
    "decide",
    "decide_many",
    "decide_values",
    "export_mapping",
    "export_overrides",
    "record_type_effect",
    "set_conflict",
    "set_exposure",
    "set_record_type",
    "set_strict",
    "suggest_mapping",
    "undo",
    "undo_batch",
    "undo_record_type",
]
