"""Says in one sentence each what spoke for and against a target; never quotes a value, which may be a person's own.

A sentence agrees with the sign of its weight: what speaks for a target never says that something is unlike it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from core.engine.mapping.match.features import FEATURES
from core.engine.mapping.match.lexicon import Doubles, Floats
from core.engine.mapping.match.model import TERMS
from core.engine.mapping.match.readings import FieldName
from core.engine.sources.profile import FieldProfile
from core.schema import Field, entity_label

_MAX_REASONS = 6
_FELT = 0.1  # log odds below which a feature said nothing worth reading
_ALIKE = 0.5  # likeness of names from which they are close


@dataclass(frozen=True, slots=True)
class Evidence:
    """One reason. `weight` is in log odds against the field's other candidates: above 0 it speaks for the target."""

    feature: str
    weight: float
    text: str


# Features told together: the sentence is about the first.
_FAMILIES: Mapping[str, tuple[str, ...]] = {
    "name": ("name", "name_source", "name_alias", "words", "unknown", "prior"),
    "rival": ("name_lead", "name_rival", "prior_lead", "prior_rival"),
    "spelling": ("spelling",),
    "meaning": ("meaning",),
    "table": (
        "entity_chance",
        "group_entity",
        "around_entity",
        "table_entity",
        "kin_entity",
        "entity_top",
        "group_identified",
        "depth",
    ),
    "mention": ("says_entity", "says_reference", "says_other"),
    "type": ("type", "impossible", "flag", "numeric", "list_fit", "length"),
    "pattern": ("pattern",),
    "options": ("options",),
    "identity": ("identity", "unique", "first", "reference", "required"),
    "nothing": ("nothing", "nothing_lead", "qualified", "empty"),
}
KIND_NAMES: Mapping[str, str] = {"bool": "yes or no", "int": "whole numbers", "decimal": "amounts", "id": "identifiers", "uuid": "identifiers",
               "enum": "a few repeated words", "epoch": "machine timestamps", "zone": "time zones", "html": "HTML",
               "code": "short codes", "empty": "empty", "url": "web addresses", "email": "e-mail addresses",
               "phone": "phone numbers", "datetime": "dates with times", "date": "dates", "time": "times of day",
               "color": "colours", "salutation": "forms of address", "text": "text", "money": "amounts of money",
               "percent": "percentages", "ref": "references"}  # fmt: skip


def _shares() -> Doubles:
    """Term x family: a product of two features belongs half to each."""
    shares = np.zeros((len(TERMS), len(_FAMILIES)))
    for row, term in enumerate(TERMS):
        names = term.split("*")
        for column, members in enumerate(_FAMILIES.values()):
            shares[row, column] = sum(name in members for name in names) / len(names)
    return shares


FAMILY_SHARES = _shares()


def reasons(
    weights: Doubles, values: Floats, target: Field, field: FieldProfile, field_name: FieldName
) -> tuple[Evidence, ...]:
    """Return the strongest reasons for and against one candidate, strongest first.

    `weights` are its effects by family (Model.effects with FAMILY_SHARES), `values` its features.
    """
    facts = dict(zip(FEATURES, values, strict=True))
    felt = sorted(zip(weights.tolist(), _FAMILIES, strict=True), key=lambda felt: -abs(felt[0]))[
        :_MAX_REASONS
    ]
    return tuple(
        Evidence(
            family, round(weight, 2), _sentence(family, facts, target, field, field_name, supports=weight > 0)
        )
        for weight, family in felt
        if abs(weight) >= _FELT and not (family == "options" and not _has_options(facts, target))
    )


def _has_options(facts: Mapping[str, np.float32], target: Field) -> bool:
    """Whether there is a list that the values could be options of."""
    return bool(target.options) or float(facts["options"]) > 0


def alone_reasons(facts: Mapping[str, float], weights: Mapping[str, float]) -> tuple[Evidence, ...]:
    """Why nothing fits, strongest first: above 0 it speaks for leaving the field unmapped. Keys are NONE_TERMS.

    A fact that the model counts the other way round than a reader would is left out.
    """
    nearest = _alone_weight(_NEAREST, facts, weights)
    reasons_alone = [Evidence("name", nearest, _about_nearest(facts["best_name"], nearest))]
    for family, (terms, text) in _ALONE.items():
        weight = _alone_weight(terms, facts, weights)
        if facts[terms[0]] and weight > 0:
            reasons_alone.append(Evidence(family, weight, text.format(**facts)))
    return tuple(sorted(reasons_alone, key=lambda reason: -abs(reason.weight)))


_NEAREST = ("best_name", "best_prior", "next_prior")
_ALONE: Mapping[str, tuple[tuple[str, ...], str]] = {
    "nothing": (("nothing", "nothing*best_name"), "The name is like things that the schema has no place for."),
    "qualified": (("qualified",), "A word in the name makes it another thing of its kind."),
    "empty": (("empty",), "There is no value to judge by."),
    "unknown": (("unknown",), "{unknown:.0%} of the words in the name are not known."),
}  # fmt: skip


def _alone_weight(terms: Sequence[str], facts: Mapping[str, float], weights: Mapping[str, float]) -> float:
    return round(sum(facts[term] * weights[term] for term in terms), 2)


def _about_nearest(likeness: float, weight: float) -> str:
    if weight > 0:
        if round(likeness, 2) <= 0:
            return "No usual name of any target is like this name."
        return (
            f"The nearest usual name of any target is only {likeness:.0%} alike."
            if likeness < _ALIKE
            else (f"A usual name is {likeness:.0%} alike, but nothing else supports its target.")
        )
    return f"A usual name of a target is {likeness:.0%} alike."


def hint_reasons(target: Field | None, field: FieldProfile, *, doubtful: bool) -> tuple[Evidence, ...]:
    """State what the documentation of a known source says, and separately that the values contradict it."""
    if target is None:
        return (
            Evidence(
                "documented", 3.5, "The source's documentation has this field, and nothing here fits it."
            ),
        )
    text = f"The source's documentation maps it to {target.title}."
    if not doubtful:
        return (Evidence("documented", 3.5, text),)
    kinds = KIND_NAMES.get(field.kind, field.kind)
    return (
        Evidence("documented", 0.4, text),
        Evidence("documented_values", -0.4, f"The values are {kinds}, which cannot be read as {KIND_NAMES.get(target.kind, target.kind)}."),
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Claim:
    """What a family says: whether it holds of the target, the sentence for either case, and what it looked at."""

    holds: bool
    yes: str
    no: str
    aspect: str


def _sentence(
    family: str, facts: Mapping[str, np.float32], target: Field, field: FieldProfile, field_name: FieldName, *, supports: bool
) -> str:  # fmt: skip
    """Return the family's sentence for its side. Where the fact alone points the other way, the comparison is what counts."""
    claim = _CLAIMS[family](facts, target, field, field_name)
    if claim.holds == supports:
        return claim.yes if supports else claim.no
    side = "for" if supports else "against"
    return f"{claim.aspect} counts {side} {target.title} when compared with the other candidates."


def _name(
    facts: Mapping[str, np.float32], target: Field, _field: FieldProfile, field_name: FieldName
) -> _Claim:
    likeness, text = float(facts["name"]), " ".join(field_name.leaf) or "(no words)"
    usual = "is a usual name" if likeness > 0.99 else "is close to the usual names"
    return _Claim(
        likeness > _ALIKE,
        f'The name "{text}" {usual} for {target.title}.',
        f'The name "{text}" is unlike the usual names for {target.title}.',
        "The name",
    )


def _rival(
    facts: Mapping[str, np.float32], target: Field, _field: FieldProfile, _field_name: FieldName
) -> _Claim:
    return _Claim(
        bool(facts["prior_lead"] >= 0 and facts["prior_rival"] >= 0),
        f"No other column fits {target.title} better, and no other target fits this column better.",
        "Another pairing of this column or this target fits better.",
        "The comparison of pairings",
    )


def _spelling(
    facts: Mapping[str, np.float32], target: Field, _field: FieldProfile, _field_name: FieldName
) -> _Claim:
    return _Claim(
        bool(facts["spelling"] > 0.75),
        f"The spelling is close to the words for {target.title}.",
        f"The spelling is unlike the words for {target.title}.",
        "The spelling",
    )


def _meaning(
    facts: Mapping[str, np.float32], target: Field, _field: FieldProfile, _field_name: FieldName
) -> _Claim:
    return _Claim(
        bool(facts["meaning"] > 0),
        f'It shares words with the description "{target.meaning}".',
        f'It shares no words with the description "{target.meaning}".',
        "The description",
    )


def _table(
    facts: Mapping[str, np.float32], target: Field, _field: FieldProfile, _field_name: FieldName
) -> _Claim:
    records = f"{entity_label(target.entity).lower()} records"
    return _Claim(
        bool(max(facts["group_entity"], facts["around_entity"], facts["owner_entity"]) > 0.5),
        f"The columns around it look like {records}.",
        f"The columns around it do not look like {records}.",
        "The table it stands in",
    )


def _mention(
    facts: Mapping[str, np.float32], target: Field, _field: FieldProfile, _field_name: FieldName
) -> _Claim:
    mentioned = target.refers_to if facts["says_reference"] and target.refers_to else target.entity
    mention = "another kind of record" if facts["says_other"] else "no kind of record"
    return _Claim(
        bool(facts["says_reference"] or facts["says_entity"]),
        f'The name mentions "{entity_label(mentioned).lower()}".',
        f"The name mentions {mention}.",
        "What the name mentions",
    )


def _type(
    facts: Mapping[str, np.float32], target: Field, field: FieldProfile, _field_name: FieldName
) -> _Claim:
    kinds, target_kinds = (KIND_NAMES.get(kind, kind) for kind in (field.kind, target.kind))
    return _Claim(
        bool(facts["type"] > 0.3),
        f"The values are {kinds}, which suits {target.label} ({target_kinds}).",
        f"The values are {kinds}, which does not suit {target.label} ({target_kinds}).",
        "The type of the values",
    )


def _pattern(
    facts: Mapping[str, np.float32], target: Field, _field: FieldProfile, _field_name: FieldName
) -> _Claim:
    return _Claim(
        bool(facts["pattern"] > 0),
        f"The values have the form of {target.title}.",
        f"The values do not have the form of {target.title}.",
        "The form of the values",
    )


def _options(
    facts: Mapping[str, np.float32], target: Field, _field: FieldProfile, _field_name: FieldName
) -> _Claim:
    share = max(0.0, float(facts["options"]))
    return _Claim(
        share > 0.5,
        f"{share:.0%} of the distinct values are options of {target.title}.",
        f"Only {share:.0%} of the distinct values are options of {target.title}."
        if round(share, 2) > 0
        else f"None of the values is a known option of {target.title}.",
        "The list of options",
    )


def _identity(
    facts: Mapping[str, np.float32], target: Field, _field: FieldProfile, _field_name: FieldName
) -> _Claim:
    if facts["identity"]:
        return _Claim(
            bool(facts["unique"] > 0.9),
            f"{facts['unique']:.0%} of the values are distinct, as those of an identifier should be.",
            f"Only {facts['unique']:.0%} of the values are distinct; an identifier is different in every row.",
            "How distinct the values are",
        )
    if facts["reference"]:
        text = f"{target.title} refers to another record"
        return _Claim(True, f"{text}, and the values can be such references.", f"{text}.", "The reference")
    text = f"{target.title} need not be different in every row"
    return _Claim(True, f"{text}.", f"{text}.", "The place of the column")


def _empty_name(
    facts: Mapping[str, np.float32], _target: Field, _field: FieldProfile, _field_name: FieldName
) -> _Claim:
    return _Claim(
        bool(facts["nothing_lead"] >= 0),
        "The name is closer to this target than to things the schema has no place for.",
        "The name is like things the schema has no place for.",
        "The likeness to things without a place",
    )


_CLAIMS: Mapping[str, Callable[[Mapping[str, np.float32], Field, FieldProfile, FieldName], _Claim]] = {
    "name": _name,
    "rival": _rival,
    "spelling": _spelling,
    "meaning": _meaning,
    "table": _table,
    "mention": _mention,
    "type": _type,
    "pattern": _pattern,
    "options": _options,
    "identity": _identity,
    "nothing": _empty_name,
}
