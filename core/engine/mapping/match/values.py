"""What the values say: whether they can be the target's type, have its special form, or are its options."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence

import numpy as np

from core.engine.mapping.match.lexicon import Floats, Lexicon
from core.engine.sources.profile import FieldProfile, profile_samples
from core.kit.text import normalise
from core.schema import Field

# How well values of a kind can be read as a target type: 1 as it stands, 0 says nothing, -1 cannot be.
_FIT: Mapping[str, Mapping[str, float]] = {
    "id": {"id": 1, "uuid": 1, "int": 0.7, "code": 0.5, "text": 0.2, "enum": 0.1, "email": -0.3, "epoch": -0.5},
    "ref": {"id": 1, "uuid": 1, "int": 0.6, "text": 0.6, "enum": 0.7, "code": 0.6, "epoch": -0.5, "email": -0.3},
    "text": {"text": 1, "enum": 0.8, "id": 0.4, "code": 0.6, "int": 0.1, "html": 0.6, "zone": 0.5, "uuid": -0.5,
             "decimal": -0.5, "phone": -0.2},
    "money": {"decimal": 1, "int": 0.5},
    "percent": {"decimal": 0.8, "int": 0.6},
    "decimal": {"decimal": 0.9, "int": 0.8},
    "int": {"int": 1, "decimal": 0.2, "bool": -0.7},
    "bool": {"bool": 1, "enum": 0.5, "int": 0.1, "datetime": -0.3, "date": -0.3, "epoch": -0.3, "text": 0, "code": 0.2},
    "datetime": {"datetime": 1, "date": 0.7, "epoch": 0.9, "time": 0.4},
    "date": {"date": 1, "datetime": 0.6, "epoch": 0.3},
    "email": {"email": 1},
    "phone": {"phone": 1, "int": 0.4, "id": 0.2},
    "url": {"url": 1, "text": -0.3},
    "enum": {"enum": 1, "code": 0.6, "text": 0.5, "bool": 0.1, "id": 0.1, "int": -0.2},
}  # fmt: skip
_SILENT = frozenset({"empty"})  # kinds that say nothing about the type

_GRADE_LEVEL = (
    r"(?i)(?:(?:grade|year|class|form|standard|std|level|klasse|kl|classe|grado|curso|ano|s[ée]rie|groep|stufe)\.? ?)?"
    r"(?:pk|pre-?k|kg?|lkg|ukg|[0-9]{1,2}|[0-9]?k|x{0,1}(?:ix|iv|v?i{0,3})(?<=[xvi])|x|prep|nursery|reception|kindergarten)"
    r"(?:st|nd|rd|th|[.°ºªe]|[èe]re|[èe]me|ro|do|to|mo)?(?:[ -/]?[a-z]{1,2}|[ -/].{0,4})?(?: (?:grade|year|ano|grado|curso))?"
)
"""How a year of school is written: 7, 07, Year 7, 7th, VII, VII-B, KG, 5ème, 3º ano."""
_SPECIAL: Mapping[str, Callable[[FieldProfile], bool]] = {
    "timezone": lambda field: field.kind == "zone",
    "currency": lambda field: _all(field, r"[A-Z]{3}"),
    "country": lambda field: _all(field, r"[A-Z]{2,3}|[A-Z][a-z]+(?: [A-Z][a-z]+)*"),
    "region": lambda field: _all(field, r"[A-Z]{2,3}|[A-Z][a-z]+(?: [A-Z][a-z]+)*"),
    "postal_code": lambda field: _all(field, r"\d{4,6}(?:-\d{4})?|[A-Z]\d[A-Z] ?\d[A-Z]\d|[A-Z]{1,2}\d[\dA-Z]? ?\d[A-Z]{2}"),
    "last4": lambda field: _all(field, r"[*xX• .-]*\d{4}"),
    "barcode": lambda field: _all(field, r"\d{4,5}|\d{8}|\d{11,14}"),
    "image_url": lambda field: field.kind == "url",
    "address": lambda field: _most(field, r"\d+[A-Za-z]? .+|.+ \d+[A-Za-z]?"),
    "year": lambda field: _all(field, r"(?:19|20)\d\d"),
    "guest_count": lambda field: field.kind == "int" and (field.high or 0) <= 60,
    "description": lambda field: field.words >= 3,
    "gender": lambda field: _all(field, r"(?i)m|f|x|male|female|other|non-?binary|unspecified"),
    "grade_level": lambda field: _all(field, _GRADE_LEVEL),
}  # fmt: skip
_STRANGE = -0.5  # an enumeration none of whose options occurs
_TELLING = frozenset({"email", "url", "phone", "zone", "color", "uuid", "date", "datetime", "epoch"})


def _all(field: FieldProfile, pattern: str) -> bool:
    return bool(field.samples) and all(re.fullmatch(pattern, sample) for sample in field.samples)


def _most(field: FieldProfile, pattern: str) -> bool:
    hits = sum(re.fullmatch(pattern, sample) is not None for sample in field.samples)
    return bool(field.samples) and hits >= 0.7 * len(field.samples)


def type_fit(fields: Sequence[FieldProfile], words: Lexicon) -> Floats:
    """Source x target from -1 (the values cannot be this type) to 1 (they are)."""
    kinds = [_fit_row(field, words.targets) for field in fields]
    return np.array(kinds, np.float32).reshape(len(fields), len(words.targets))


def _fit_row(field: FieldProfile, targets: Sequence[Field]) -> list[float]:
    by_type = {kind: _fit(field, kind) for kind in _FIT}
    return [by_type[target.kind] for target in targets]


def _fit(field: FieldProfile, kind: str) -> float:
    if field.kind in _SILENT:
        return 0.0
    if kind == "bool" and field.kind == "int":
        return 0.6 if field.low is not None and field.low >= 0 and (field.high or 0) <= 1 else -0.8
    if kind in {"id", "ref"} and field.kind == "text" and field.words > 1:
        return 0.5 if kind == "ref" else -0.5
    if kind == "phone" and field.kind in {"int", "id"}:
        return 0.8 if 7 <= field.length <= 15 else -0.8
    return float(_FIT[kind].get(field.kind, -1.0))


def contradicts(field: FieldProfile, target: Field) -> bool:
    """Whether the values clearly cannot be read as the target's type."""
    return _fit(field, target.kind) <= -1.0


def pattern_fit(fields: Sequence[FieldProfile], words: Lexicon) -> Floats:
    """1 where the target asks for a special form and the values have it, -1 where they lack it or have another's."""
    fit = np.zeros((len(fields), len(words.targets)), np.float32)
    kinds = {field.kind for field in fields}
    telling = {kind: _telling_row(kind, words.targets) for kind in kinds & _TELLING}
    for row, field in enumerate(fields):
        if field.kind in telling:
            fit[row] = telling[field.kind]
    filled = np.array([field.kind not in _SILENT for field in fields])
    forms: dict[str, Floats] = {}
    for column, target in enumerate(words.targets):
        if test := _SPECIAL.get(target.name):
            if target.name not in forms:
                forms[target.name] = np.array([1 if test(field) else -1 for field in fields], np.float32)
            fit[:, column] = np.where(filled, forms[target.name], 0)
    return fit


def _telling_row(kind: str, targets: Sequence[Field]) -> list[float]:
    """Score each target by a kind that only some targets have: the target's own kind, another's, or neither."""
    suits = {target_kind: values.get(kind, -1) for target_kind, values in _FIT.items()}
    return [
        1.0 if suits[target.kind] == 1 and kind == target.kind else -float(suits[target.kind] < 0)
        for target in targets
    ]


def option_share(fields: Sequence[FieldProfile], words: Lexicon) -> Floats:
    """Share of the distinct values that are written forms of the target's options, below 0 where none is."""
    share = np.zeros((len(fields), len(words.targets)), np.float32)
    samples_by_field = [[normalise(sample) for sample in field.samples[:12]] for field in fields]
    for column, options in words.options.items():
        for row, samples in enumerate(samples_by_field):
            if samples:
                hits = sum(sample in options for sample in samples)
                share[row, column] = (
                    hits / len(samples) if hits else _STRANGE * bool(words.targets[column].options)
                )
    return share


def kind_suits(kind: str, target_kind: str) -> bool:
    """Whether values of a profile's kind can clearly be read as a target's type."""
    return _FIT[target_kind].get(kind, -1.0) >= 0.5


def has_form(value: str, target: Field) -> bool:
    """Whether one value has the special form the target's name asks for, else the form of its type."""
    field = profile_samples("", [value])
    test = _SPECIAL.get(target.name)
    return test(field) if test else _fit(field, target.kind) >= 0.5
