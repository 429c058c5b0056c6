"""Says in one sentence each what spoke for and against a target; never quotes a value, which may be a person's own."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np

from core.engine.mapping.match.features import FEATURES
from core.engine.mapping.match.lexicon import Doubles, Floats
from core.engine.mapping.match.model import TERMS
from core.engine.mapping.match.readings import Named
from core.engine.sources.profile import FieldProfile
from core.schema import Field

_KEPT = 6
_FELT = 0.1  # log odds below which a feature said nothing worth reading


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
        "group_named",
        "depth",
    ),
    "mention": ("says_entity", "says_reference", "says_other"),
    "type": ("type", "impossible", "flag", "numeric", "list_fit", "length"),
    "pattern": ("pattern",),
    "options": ("options",),
    "identity": ("identity", "unique", "first", "reference", "required"),
    "nothing": ("nothing", "nothing_lead", "qualified", "empty"),
}
_KIND_NAMES = {"bool": "yes or no", "int": "whole numbers", "decimal": "amounts", "id": "identifiers", "uuid": "identifiers",
               "enum": "a few repeated words", "epoch": "machine timestamps", "zone": "time zones", "html": "HTML",
               "code": "short codes", "empty": "empty", "url": "web addresses", "email": "e-mail addresses",
               "phone": "phone numbers", "datetime": "dates with times", "date": "dates", "time": "times of day",
               "color": "colours", "salutation": "forms of address", "text": "text"}  # fmt: skip


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
    weights: Doubles, values: Floats, target: Field, field: FieldProfile, named: Named
) -> tuple[Evidence, ...]:
    """The strongest reasons for and against one candidate, strongest first.

    `weights` are its effects by family (Model.effects with FAMILY_SHARES), `values` its features.
    """
    facts = dict(zip(FEATURES, values, strict=True))
    families = list(_FAMILIES)
    strongest = np.argsort(-np.abs(weights), kind="stable")[:_KEPT]
    return tuple(
        Evidence(
            families[number],
            round(float(weights[number]), 2),
            _sentence(families[number], facts, target, field, named),
        )
        for number in strongest
        if abs(weights[number]) >= _FELT
    )


_ALONE: Mapping[str, tuple[tuple[str, ...], str]] = {
    "nothing": (("nothing", "nothing*best_name"), "The name is like things that the schema has no place for."),
    "name": (("best_name", "best_prior", "next_prior"), "The nearest usual name of any target is {best_name:.0%} alike."),
    "qualified": (("qualified",), "A word in the name makes it another thing of its kind."),
    "empty": (("empty",), "There is no value to judge by."),
    "unknown": (("unknown",), "{unknown:.0%} of the name's words are outside the vocabulary of the trade."),
}  # fmt: skip


def alone_reasons(facts: Mapping[str, float], weights: Mapping[str, float]) -> tuple[Evidence, ...]:
    """Why nothing fits, strongest first: above 0 it speaks for leaving the field unmapped. Keys are NONE_TERMS."""
    told = []
    for family, (terms, text) in _ALONE.items():
        if facts[terms[0]] or family == "name":
            weight = sum(facts[term] * weights[term] for term in terms)
            told.append(Evidence(family, round(weight, 2), text.format(**facts)))
    return tuple(sorted(told, key=lambda reason: -abs(reason.weight)))


def hint_reason(target: Field | None, field: FieldProfile, *, doubtful: bool) -> Evidence:
    """What the documentation of a known source says, and whether the values bear it out."""
    if target is None:
        return Evidence(
            "documented", 3.5, "The source's documentation has this field, and nothing here fits it."
        )
    if doubtful:
        kinds = _KIND_NAMES.get(field.kind, field.kind)
        return Evidence(
            "documented", 0.4,
            f"The source's documentation says {target.key}, but the values are {kinds}, not {target.kind}.",
        )  # fmt: skip
    return Evidence("documented", 3.5, f"The source's documentation says that this is {target.key}.")


def _sentence(
    family: str, facts: Mapping[str, np.float32], target: Field, field: FieldProfile, named: Named
) -> str:
    """The family's sentence; each is a pair, for when the fact holds and for when it does not."""
    label = f"{target.entity.replace('_', ' ')} {target.name.replace('_', ' ')}"
    entity, kinds = target.entity.replace("_", " "), _KIND_NAMES.get(field.kind, field.kind)
    ahead = facts["prior_lead"] >= 0 and facts["prior_rival"] >= 0
    near = max(facts["group_entity"], facts["around_entity"], facts["owner_entity"]) > 0.5
    told: Mapping[str, Callable[[], str]] = {
        "name": lambda: _about_name(float(facts["name"]), label, named),
        "rival": lambda: (
            f"{'No other' if ahead else 'Another'} pairing of this field or this target fits {'as well' if ahead else 'better'}."
        ),
        "spelling": lambda: (
            f"The spelling is {'close to' if facts['spelling'] > 0.75 else 'unlike'} the words for {label}."
        ),
        "meaning": lambda: (
            f'It {"shares" if facts["meaning"] > 0 else "shares no"} words with the description "{target.meaning}".'
        ),
        "table": lambda: f"The fields around it {'look' if near else 'do not look'} like {entity} records.",
        "mention": lambda: _about_mention(facts, target),
        "type": lambda: (
            f"The values are {kinds}, which {'suits' if facts['type'] > 0.3 else 'does not suit'} {target.kind}."
        ),
        "pattern": lambda: (
            f"The values {'have' if facts['pattern'] > 0 else 'do not have'} the form of {label}."
        ),
        "options": lambda: f"{facts['options']:.0%} of the distinct values are options of {label}.",
        "identity": lambda: _about_identity(facts, label),
        "nothing": lambda: (
            f"The name is {'like' if facts['nothing_lead'] < 0 else 'unlike'} the things the schema has no place for."
        ),
    }
    return told[family]()


def _about_identity(facts: Mapping[str, np.float32], label: str) -> str:
    if facts["identity"]:
        return f"{facts['unique']:.0%} of the values are distinct, as those of an identifier should be."
    return f"{label.capitalize()} {'refers to another record' if facts['reference'] else 'does not identify the record'}."


def _about_name(likeness: float, label: str, named: Named) -> str:
    said = " ".join(named.leaf) or "(no words)"
    if likeness > 0.99:
        return f'The name "{said}" is a usual name for {label}.'
    return f'The name "{said}" is {"close to" if likeness > 0.5 else "unlike"} the usual names for {label}.'


def _about_mention(facts: Mapping[str, np.float32], target: Field) -> str:
    if facts["says_reference"]:
        return f"The name speaks of a {str(target.refers_to).replace('_', ' ')}, which this field refers to."
    if facts["says_entity"]:
        return f"The name speaks of a {target.entity.replace('_', ' ')}."
    return (
        "The name speaks of another kind of record."
        if facts["says_other"]
        else "The name names no kind of record."
    )
