"""What a model may see of a source column: FACTS and nothing else. Denied by default.

A value never leaves, except a word of public vocabulary from a column that has nothing to do with people. A header can
be a value as well: a file without a header row makes its first guest one, and JSON has documents keyed by e-mail
address. So a header leaves as words the trade knows, and what is not such a word is a "*". What is known stands in
data/ai_policy.yaml. File names never leave; a stream is named after its file, so its name is cleaned like a header.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

import yaml
from pydantic import BaseModel, ConfigDict

from core.engine.mapping.match.lexicon import lexicon
from core.engine.sources.profile import FieldProfile
from core.engine.transforms.vocabulary import option_for
from core.kit.masking import PERSONAL_ENTITIES, is_personal
from core.kit.text import ABBREVIATIONS, COMPOUNDS, split_compound, tokens
from core.schema import target_schema
from core.settings import ROOT

POLICY_FILE = ROOT / "data" / "ai_policy.yaml"
HIDDEN = "*"
_COUNT_DIGITS = 3
_MOST_WORDS = 6  # a longer header is a sentence, and sentences are people's own
_MOST_STEPS = 4  # of a path into a document, the last ones
_NEAR = 3  # neighbours on either side that are shown
_FORMS, _FORM_LENGTH = 3, 30


class _Values(BaseModel):
    model_config = ConfigDict(extra="forbid")

    kinds: frozenset[str]
    most: int
    words: str


class _Policy(BaseModel):
    model_config = ConfigDict(extra="forbid")

    words: Mapping[str, str]
    fillers: str
    also_names: str
    values: _Values


@dataclass(frozen=True, slots=True)
class Column:
    """A column to be asked about. `headers`: those of its whole stream, in order; `personal`: may hold people's own."""

    profile: FieldProfile
    entity: str | None
    headers: Sequence[str]
    candidates: tuple[str, ...]
    domain: str
    personal: bool


def clean(name: str, domain: str, otherwise: str) -> str:
    """Return the name's known words, the others as HIDDEN; `otherwise` where it is rather a value than a name.

    >>> clean("Curr Qty DOWNTOWN", "restaurant", "column 7"), clean("Anna Kowalska", "restaurant", "column 7")
    ('current quantity *', 'column 7')
    """
    steps = [step for step in re.split(r"[.\[\]/]+", name) if step.strip()]
    cleaned = [_clean_step(step, known_words(domain)) for step in steps[-_MOST_STEPS:]]
    return otherwise if not cleaned or None in cleaned else " ".join(filter(None, cleaned))


def _clean_step(step: str, vocabulary: frozenset[str]) -> str | None:
    """One step of a path, or a whole header; None where it is rather a value than a name."""
    words = [
        part
        for word in tokens(step)
        for part in ([word] if word in vocabulary else split_compound(word, vocabulary))
    ]
    numbers = [word for word in words if word.isdecimal()]  # one may count things, several may be a date
    if any(_is_code(number) for number in numbers):
        return None
    counting = {numbers[0]} if len(numbers) == 1 and len(numbers[0]) <= 2 else set()
    masked = [word if word in vocabulary or word in counting else HIDDEN for word in words]
    meaningful = [word for word in masked if word not in _words_of("fillers")]
    familiar = [word for word in meaningful if word in vocabulary]
    a_name = len(words) > 1 and set(words) <= _words_of("also_names")
    if not familiar or len(words) > _MOST_WORDS or a_name or 2 * len(familiar) < len(meaningful):
        return None
    return " ".join(masked)


def _is_code(number: str) -> bool:
    """Tell whether a number in a header is somebody's (a card, an account) rather than a count or a year."""
    return len(number) > _COUNT_DIGITS and not (len(number) == 4 and number[:2] in {"19", "20"})


@cache
def known_words(domain: str) -> frozenset[str]:
    """Return the words of headers that are nobody's own."""
    words = lexicon(domain)
    meanings = " ".join(
        [field.meaning for field in target_schema().fields(domain)]
        + list(target_schema().domain(domain))
        + [part for text in _policy().words.values() for part in text.split(",")]
    )
    expanded = [word for text in (*ABBREVIATIONS.values(), *COMPOUNDS.values()) for word in text.split()]
    vocabulary = {*words.vocabulary, *words.qualifiers, *words.wrappers, *tokens(meanings), *expanded}
    return frozenset(word for word in vocabulary if word.isalpha())


@cache
def _words_of(part: str) -> frozenset[str]:
    return frozenset(tokens(getattr(_policy(), part)))


def _neighbours(column: Column) -> list[str]:
    position = column.profile.position
    near = range(max(0, position - _NEAR), min(len(column.headers), position + _NEAR + 1))
    return [
        clean(column.headers[index], column.domain, f"column {index + 1}")
        for index in near
        if index != position
    ]


def _public_values(column: Column) -> list[str]:
    """Values that are words of public vocabulary, in lower case; none where people may be meant."""
    policy = _policy().values
    about_people = (
        column.personal
        or column.entity in PERSONAL_ENTITIES
        or any(
            is_personal(*target.split(".", 1)) or target.split(".")[0] in PERSONAL_ENTITIES
            for target in column.candidates
        )
    )
    if about_people or column.profile.kind not in policy.kinds:
        return []
    plain = {word.strip() for word in policy.words.split(",")}
    values = dict.fromkeys(value.strip().lower() for value in column.profile.samples)
    public = [value for value in values if value in plain or option_for(value, _options(column.domain))]
    return public[: policy.most]


@cache
def _options(domain: str) -> tuple[str, ...]:
    """Every option of every enumeration of the domain."""
    return tuple(sorted({option for field in target_schema().fields(domain) for option in field.options}))


def _form(shape: str) -> str:
    """Return a pattern of letters, digits and ASCII punctuation; of other scripts nothing but that there is something."""
    return re.sub(r"[^ -~]+", "?", shape)[:_FORM_LENGTH]


def _about(count: int) -> int:
    """Round a count above 20 to one digit: 4,821 is about 5,000. No person's number is among rounded ones."""
    return count if count <= 20 else int(float(f"{count:.1g}"))


FACTS: Mapping[str, Callable[[Column], Any]] = {
    "name": lambda column: clean(
        column.profile.source, column.domain, f"column {column.profile.position + 1}"
    ),
    "table": lambda column: clean(column.profile.stream, column.domain, "a table"),
    "beside": _neighbours,
    "type": lambda column: column.profile.kind,
    "forms": lambda column: [_form(shape) for shape in column.profile.shapes[:_FORMS]],
    "length": lambda column: round(column.profile.length),
    "words_each": lambda column: round(column.profile.words),
    "filled": lambda column: f"{column.profile.fill:.0%}",
    "different": lambda column: _about(column.profile.distinct),
    "rows": lambda column: _about(column.profile.rows),
    "values": _public_values,
}
"""Everything a model is told about a column, and how each of it is made."""


def column_facts(column: Column) -> dict[str, Any]:
    """List the facts of a column that a model may see; empty ones are left out."""
    facts = {name: make(column) for name, make in FACTS.items()}
    return {name: fact for name, fact in facts.items() if fact not in ([], "", None)}


@cache
def _policy() -> _Policy:
    with POLICY_FILE.open(encoding="utf-8") as file:
        return _Policy.model_validate(yaml.safe_load(file))
