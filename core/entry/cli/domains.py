"""Choose the domain of files of no known system by evidence: the words of their columns, and how well their fields fit."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from core.engine.mapping.match import suggest
from core.engine.mapping.proposal import StreamSample
from core.engine.sources.profile import FieldProfile, profile_frame
from core.errors import InvalidInputError
from core.kit.wording import counted, listed
from core.schema import target_schema

_WORDS: Mapping[str, str] = {
    "restaurant": r"items?|dish|menu|price|category|modifier|sku|order|guest|table|tip|server|void|discount|article"
    r"|artikel\w*|warengruppe|speise\w*|getränk\w*|preis\w*|kategorie|mwst|gast|bestell\w*|bezeichnung",
    "school": r"students?|pupils?|grade|class|classes|homeroom|teacher|guardian|parents?|enrol\w*|section|term|school"
    r"|tuition|fee|course|semester|schüler\w*|klasse\w*|lehrer\w*|schule|schul\w+|eltern\w*|fach|fächer|note|noten",
}
"""Words in names of columns that only one domain uses, English and German; each counts as much as a sure mapping."""

_CLEAR = 0.5
"""How far ahead a domain has to be, in sure mappings."""


@dataclass(frozen=True, slots=True)
class DomainChoice:
    """A domain and the sentence that says why it was chosen."""

    domain: str
    reason: str


def choose_domain(samples: Sequence[StreamSample]) -> DomainChoice:
    """Choose the domain that more columns name and fit; InvalidInputError where neither is ahead."""
    fields = [field for sample in samples for field in profile_frame(sample.name, sample.rows)]
    words = {domain: _worded(fields, domain) for domain in target_schema().domains}
    fits = {domain: _fits(fields, domain) for domain in words}
    scores = {domain: len(words[domain]) + sum(fits[domain]) for domain in words}
    first, second = sorted(scores, key=lambda domain: -scores[domain])[:2]
    if scores[first] - scores[second] < _CLEAR:
        raise InvalidInputError(
            f"The columns fit a {first} and a {second} alike.",
            hint=f"Add --domain {first} or --domain {second}.",
        )
    examples = f"{listed(words[first], limit=4)}" if words[first] else ""
    fit = f"{counted(len(fits[first]), 'column')} fit its fields, {len(fits[second])} a {second}'s"
    reason = "; ".join(filter(None, (f"columns such as {examples}" if examples else "", fit)))
    return DomainChoice(
        first, f"Read as a {first}'s data ({reason}). Use --domain {second} if that is wrong."
    )


def _worded(fields: Sequence[FieldProfile], domain: str) -> list[str]:
    pattern = re.compile(rf"(?<![^\W_])(?:{_WORDS.get(domain, '(?!)')})(?![^\W_])", re.IGNORECASE)
    return [field.source for field in fields if pattern.search(field.source)]


def _fits(fields: Sequence[FieldProfile], domain: str) -> list[float]:
    return [guess.confidence for guess in suggest(fields, domain) if guess.target]
