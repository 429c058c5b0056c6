"""Read data/record_types.yaml: words that tell what a table is about though the schema may have no place for them.

Columns such as 'hire date', values such as 'visa' and names of tables such as 'Speisekarte' say of which entity the
records are, or that they are of none.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path
from typing import Any, TypeVar

import numpy as np
import yaml

from core.engine.mapping.match.lexicon import Doubles, Lexicon, Phrase
from core.kit.text import normalise

RECORD_TYPES_FILE = Path(__file__).resolve().parents[4] / "data" / "record_types.yaml"
_LONGEST = 4  # words of a phrase
Key = TypeVar("Key")


@dataclass(frozen=True)
class RecordWords:
    """Phrase -> share per entity: of columns, values (as normalised text) and tables.

    `strange_columns` gives the shares of subjects outside the schema, `strange_tables` the names of their lists and `strange_files` of whole files. A column
    that tables of an entity and of such subjects have is shared among all of them.
    """

    columns: Mapping[Phrase, Doubles]
    values: Mapping[str, Doubles]
    tables: Mapping[Phrase, Doubles]
    strange_columns: Mapping[Phrase, Doubles]
    strange_tables: frozenset[Phrase]
    strange_files: frozenset[Phrase]
    subjects: int

    def of_column(self, leaf: Phrase, entities: int) -> Doubles:
        """Return the share of each entity in the longest phrases that a column's name holds."""
        shares = [self.columns[phrase] for phrase in phrases_in(leaf, self.columns)]
        return np.asarray(np.max(shares, axis=0)) if shares else np.zeros(entities)

    def strange_columns_of(self, leaves: Iterable[Phrase]) -> float:
        """Sum the shares of the subject outside the schema that most of the columns speak for."""
        sums = np.zeros(self.subjects)
        for leaf in leaves:
            shares = [self.strange_columns[phrase] for phrase in phrases_in(leaf, self.strange_columns)]
            sums += np.max(shares, axis=0) if shares else 0
        return float(sums.max())

    def of_table(self, name: Phrase, entities: int) -> Doubles:
        """Return the share of each entity in the name of a table; the longest phrase counts, of several the last."""
        phrases = phrases_in(name, self.tables)
        return self.tables[phrases[-1]] if phrases else np.zeros(entities)

    def is_strange_table(self, name: Phrase) -> bool:
        """Whether a list is called after a subject outside the schema."""
        return name in self.strange_tables

    def is_strange_stream(self, name: Phrase) -> bool:
        """Whether a table's name ends with such a subject, behind the name of a business or a system."""
        return any(name[start:] in self.strange_files for start in range(len(name)))


def phrases_in(name: Phrase, phrases: Mapping[Phrase, Any] | frozenset[Phrase]) -> list[Phrase]:
    """List the phrases that a name holds, in its order, none inside another."""
    spans: list[tuple[int, int]] = []
    for size in range(min(_LONGEST, len(name)), 0, -1):
        for start in range(len(name) - size + 1):
            if name[start : start + size] in phrases and all(
                start + size <= low or start >= high for low, high in spans
            ):
                spans.append((start, start + size))
    return [name[low:high] for low, high in sorted(spans)]


@lru_cache(maxsize=256)
def record_words(words: Lexicon) -> RecordWords:
    """Compile the words of the lexicon's domain."""
    document = _document()[words.domain]
    subjects = {str(number): text for number, text in enumerate(document["none"].values())}
    shares_by_phrase = _shares_of(
        {name: _phrases(text, words) for name, text in (*document["columns"].items(), *subjects.items())},
        (*words.entities, *subjects),
    )
    entities = len(words.entities)
    return RecordWords(
        columns={
            phrase: share[:entities] for phrase, share in shares_by_phrase.items() if share[:entities].any()
        },
        values=_shares_of(
            {entity: map(normalise, _texts(text)) for entity, text in document["values"].items()},
            words.entities,
        ),
        tables=_shares_of(
            {entity: _phrases(text, words) for entity, text in document["tables"].items()}, words.entities
        ),
        strange_columns={
            phrase: share[entities:] for phrase, share in shares_by_phrase.items() if share[entities:].any()
        },
        strange_tables=frozenset(words.words(str(text)) for text in document["none_tables"]) - {()},
        strange_files=frozenset(words.words(str(text)) for text in document["none_files"]),
        subjects=len(subjects),
    )


def _shares_of(terms: Mapping[str, Iterable[Key]], names: Sequence[str]) -> dict[Key, Doubles]:
    """Return per phrase the share of each name that it is said of."""
    counts: dict[Key, Doubles] = {}
    for name, phrases in terms.items():
        for phrase in set(phrases):
            counts.setdefault(phrase, np.zeros(len(names)))[names.index(name)] = 1
    return {phrase: count / count.sum() for phrase, count in counts.items()}


def _phrases(text: str, words: Lexicon) -> list[Phrase]:
    return [phrase for part in _texts(text) if (phrase := words.words(part))]


def _texts(text: str) -> list[str]:
    return [part.strip() for part in text.split(",") if part.strip()]


@cache
def _document() -> Any:
    with RECORD_TYPES_FILE.open(encoding="utf-8") as file:
        return yaml.load(file, Loader=yaml.CSafeLoader)
