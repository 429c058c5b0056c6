"""Decides which words and figures of a column stand for nothing: NULL, N/A, 0000-00-00, 1900-01-01, 0000000000.

What a field could not hold anyway is nothing there. In a text it depends: what a program writes for no value is nothing
everywhere, what may be data only where the column or its neighbours repeat it, and in a name only where other columns
have the same spelling. What may be either is a question to a person.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

import polars as pl

from core.engine.mapping.match import Evidence
from core.engine.mapping.plans import joins
from core.engine.mapping.proposal import Proposal, StreamSample
from core.engine.sources.facts.columns import count_empty_words
from core.engine.transforms.left_out.words import with_empty_words
from core.engine.transforms.vocabulary import option_for
from core.kit.empty_words import KINDS, Emptiness
from core.kit.text import tokens
from core.kit.wording import counted, listed
from core.schema import Field, target_schema

EMPTY_WORDS = "empty_words"
"""The feature of the evidence that says which words stand for nothing."""

Words = Mapping[str, Mapping[str, int]]
"""Column -> spelling -> rows that have it."""

_ALWAYS = Emptiness.NULLS | Emptiness.MARKS
_PLAIN = _ALWAYS | Emptiness.NO_DAY
"""What is nothing in a column whatever it is mapped to."""

_UNREADABLE = _ALWAYS | Emptiness.DASHES | Emptiness.WORDS | Emptiness.UNKNOWN
_DAY = _UNREADABLE | Emptiness.NO_DAY | Emptiness.FIRST_DAY | Emptiness.ZEROS
_BY_KIND: Mapping[str, Emptiness] = {
    "money": _UNREADABLE,
    "int": _UNREADABLE,
    "decimal": _UNREADABLE,
    "percent": _UNREADABLE,
    "date": _DAY,
    "datetime": _DAY | Emptiness.EPOCH,
    "phone": _UNREADABLE | Emptiness.PHONE | Emptiness.ZEROS,
    "email": _UNREADABLE | Emptiness.EMAIL | Emptiness.ZEROS,
    "url": _UNREADABLE | Emptiness.ZEROS,
    "enum": _ALWAYS | Emptiness.WORDS,
    "bool": _ALWAYS | Emptiness.WORDS,
    "id": _ALWAYS,
}
_NAMES = frozenset({"first_name", "middle_name", "last_name", "display_name"})
_TITLES = frozenset({"name", "kitchen_name", "title", "code", "grade"})
"""Texts in which a short word such as 'None' is a name of its own."""

_FREE = frozenset(
    {"company", "address", "city", "region", "notes", "description", "reason", "comment", "supplier"}
)
"""Texts in which 'unknown' says nothing."""

_BIRTHDAYS = frozenset({"birthday", "birth_date"})
_SPEAKING = frozenset(
    [
        "allergy",
        "allergies",
        "allergen",
        "allergens",
        "allergie",
        "allergien",
        "alergia",
        "alergias",
        "medical",
        "health",
        "diet",
        "dietary",
        "condition",
        "conditions",
        "restriction",
        "restrictions",
        "sen",
        "disability",
    ]
)
"""Words of headers under which 'None' is an answer."""

_REPEATED = 2


def words_of(sample: StreamSample) -> Words:
    """Return the spellings of the stream's columns that may stand for nothing, counted over all rows where known."""
    if sample.facts:
        return {name: facts.empty_words for name, facts in sample.facts.items() if facts.empty_words}
    columns = [
        name for name, kind in sample.rows.schema.items() if kind == pl.String and not name.startswith("_")
    ]
    return count_empty_words(sample.rows, columns)


def without_plain_words(rows: pl.DataFrame, words: Words) -> pl.DataFrame:
    """Return the rows without what is nothing whatever it is mapped to, so that columns are judged by their values."""
    plain = {
        name: [word for word in counts if KINDS.get(word, Emptiness.ZEROS) & _PLAIN]
        for name, counts in words.items()
        if name in rows.columns
    }
    return rows.with_columns(
        pl.when(~pl.col(name).is_in(spellings)).then(pl.col(name)).alias(name)
        for name, spellings in plain.items()
        if spellings
    )


def without_words(sample: StreamSample, proposals: Sequence[Proposal]) -> StreamSample:
    """Return the sample without the values that stand for nothing under the targets its columns are suggested for."""
    words, rows = words_of(sample), sample.rows
    for proposal in proposals:
        counts = words.get(proposal.source, {})
        if (proposal.stream, proposal.slot) != (sample.name, 0) or proposal.target is None:
            continue
        field = target_schema().field(proposal.target)
        empty = [word for word in counts if _is_empty(word, field, proposal.source, words)]
        if empty:
            text = pl.col(proposal.source)
            rows = rows.with_columns(pl.when(~text.is_in(empty)).then(text).alias(proposal.source))
    return replace(sample, rows=rows)


def with_words_for_nothing(proposals: Sequence[Proposal], samples: Sequence[StreamSample]) -> list[Proposal]:
    """Return the proposals whose transforms leave empty what stands for nothing in their columns."""
    words = {sample.name: words_of(sample) for sample in samples}
    return [
        _cleaned(proposal, _joined_words(proposal, proposals, words.get(proposal.stream, {})))
        for proposal in proposals
    ]


def _joined_words(proposal: Proposal, proposals: Sequence[Proposal], words: Words) -> Words:
    """Return the words of the columns; for one that is joined with others, all words of these: they have one transform."""
    if not joins(proposal.transform):
        return words
    counts: Counter[str] = Counter()
    for member in proposals:
        if (member.stream, member.target) == (proposal.stream, proposal.target):
            counts.update(words.get(member.source, {}))
    return {**words, proposal.source: dict(counts)}


def _cleaned(proposal: Proposal, words: Words) -> Proposal:
    counts = words.get(proposal.source)
    if not counts or proposal.target is None:
        return proposal
    field = target_schema().field(proposal.target)
    empty = [word for word in counts if _is_empty(word, field, proposal.source, words)]
    doubtful = {} if empty else dict(_doubts(field, proposal, words))
    if doubtful:
        return replace(proposal, question=" ".join(filter(None, (proposal.question, _question(doubtful)))))
    if not empty:
        return proposal
    rows = listed([f"{word} ({counted(counts[word], 'row')})" for word in empty])
    verb = "stands" if len(empty) == 1 else "stand"
    reason = Evidence(
        EMPTY_WORDS, 0.0, f"{rows} {verb} for no value and {'is' if len(empty) == 1 else 'are'} left empty."
    )
    return replace(
        proposal,
        transform=with_empty_words(empty, proposal.transform),
        evidence=(*proposal.evidence, reason),
    )


def _is_empty(word: str, field: Field, source: str, words: Words) -> bool:
    """Tell whether a spelling stands for nothing in a column that is mapped to a field."""
    kinds = KINDS.get(word)
    if kinds is None or _is_value(word, field):
        return False
    if field.name in _NAMES:
        return _is_empty_name(word, kinds, source, words)
    if field.refers_to or field.is_list or field.kind == "text":
        return _is_empty_text(word, kinds, field, source, words)
    if field.name in _BIRTHDAYS and kinds & Emptiness.EPOCH and not kinds & (_DAY & ~Emptiness.ZEROS):
        return False
    return bool(kinds & _BY_KIND.get(field.kind, _ALWAYS))


def _is_value(word: str, field: Field) -> bool:
    """Tell whether the spelling is one of the field's options."""
    return field.kind == "enum" and option_for(word, field.options) is not None


def _is_empty_name(word: str, kinds: Emptiness, source: str, words: Words) -> bool:
    if kinds & Emptiness.DASHES or "\\" in word or kinds & Emptiness.MARKS:
        return True
    is_elsewhere = any(word in counts for name, counts in words.items() if name != source)
    return (
        bool(kinds & (Emptiness.NULLS | Emptiness.WORDS))
        and is_elsewhere
        and word not in {"Null", "Nil", "Na", "NA"}
    )


def _is_empty_text(word: str, kinds: Emptiness, field: Field, source: str, words: Words) -> bool:
    if kinds & _ALWAYS or (kinds & Emptiness.NO_DAY and "-" in word):
        return True
    if field.name in _TITLES:
        return False
    if kinds & Emptiness.DASHES or (field.name == "postal_code" and word.startswith("000")):
        return True
    if _SPEAKING & set(tokens(source)) or (field.name == "country" and word.lower() == "na"):
        return False
    is_repeated_word = bool(kinds & Emptiness.WORDS) and _repeats(word, source, words)
    return is_repeated_word or (bool(kinds & Emptiness.UNKNOWN) and field.name in _FREE)


def _repeats(word: str, source: str, words: Words) -> bool:
    """Tell whether a word occurs twice in its column, or in another column too; in any case."""
    rows = {
        name: sum(count for spelling, count in counts.items() if spelling.lower() == word.lower())
        for name, counts in words.items()
    }
    return rows[source] >= _REPEATED or sum(map(bool, rows.values())) > 1


def _doubts(field: Field, proposal: Proposal, words: Words) -> Iterator[tuple[str, int]]:
    """Yield the spellings that may be a value or nothing, with the rows that have each."""
    for word, count in words[proposal.source].items():
        kinds = KINDS.get(word, Emptiness(0))
        is_capital_name = field.name in _NAMES and kinds & Emptiness.NULLS and "\\" not in word
        is_birthday = (
            field.name in _BIRTHDAYS
            and kinds & Emptiness.EPOCH
            and count > max(_REPEATED, proposal.profile.filled // 50)
        )
        if is_capital_name or is_birthday:
            yield word, count


def _question(doubtful: Mapping[str, int]) -> str:
    words = listed([f"{word} ({counted(rows, 'row')})" for word, rows in doubtful.items()])
    return f"Is {words} a value, or does it stand for no value? Keep the field as it is, or add empty_if to its transform."
