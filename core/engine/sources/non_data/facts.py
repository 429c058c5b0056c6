"""Count over all rows what row rules are made of: rows that are no data, and words of columns that say what a row is."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Self

import polars as pl

from core.engine.batch import MARK, ROW
from core.kit.masking import PERSONAL_FORM

KEY = ROW
"""Where the facts of a stream hold those about its rows: no column has this name."""
MAX_WORDS = 60
"""A column with more different values than this says something else than the kind of a row."""
_MAX_LENGTH = 40

_KIND_COLUMN = re.compile(
    r"(?:^|[\W_])(?:role|type|status|state|kind|result|outcome|record|deleted|voided?|typ|rolle|art|funktion|zustand|satzart|gelöscht|ergebnis|"
    r"statut|état|etat|rôle|genre|résultat|resultado|esito|estado|tipo|rol|estatus|situa[cç][aã]o|stato|ruolo|rodzaj|stan|soort|stav|"
    r"статус|тип|роль|состояние|状態|種別|区分|类型|状态|角色|상태|유형|구분|durum)(?:$|[\W_\d])"
    r"|^(?:is|row|record|enrol\w*|item|product|transaction|order|user|member|person)"
    r"[\W_]*(?:role|type|status|state|kind|deleted|class|category)",
    re.IGNORECASE,
)
_CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])")


def says_kind(column: str) -> bool:
    """Tell whether a column's name says that it tells what kind of record a row is, or in what state."""
    return (
        not column.startswith("_")
        and _KIND_COLUMN.search(_CAMEL.sub(" ", column.rpartition(".")[2])) is not None
    )


def rows_of_data(rows: int, facts: Mapping[str, Any]) -> int:
    """Count the rows of a stream without those that the reader recognised as no data, by the stream's facts."""
    return max(0, rows - RowFacts.read(facts).marks.total())


@dataclass(slots=True)
class RowFacts:
    """Rows by mark, and by the words of each column that says the kind of a row; a column with too many has None."""

    marks: Counter[str] = field(default_factory=Counter)
    words: dict[str, Counter[str] | None] = field(default_factory=dict)

    def add(self, frame: pl.DataFrame) -> None:
        """Count a frame of the stream."""
        if MARK in frame.columns:
            counts = frame[MARK].drop_nulls().value_counts()
            self.marks.update(dict(counts.iter_rows()))
            frame = frame.filter(pl.col(MARK).is_null())
        for name in frame.columns:
            if name not in self.words:
                self.words[name] = Counter() if says_kind(name) else None
            if (words := self.words[name]) is None:
                continue
            counts = frame[name].str.strip_chars().drop_nulls().value_counts()
            is_long = bool((counts[name].str.len_chars() > _MAX_LENGTH).any())
            is_personal = bool(counts[name].str.contains(PERSONAL_FORM).any())
            words.update(dict(counts.iter_rows()))
            if len(words) > MAX_WORDS or is_long or is_personal:
                self.words[name] = None

    def merge(self, facts: Self) -> None:
        """Add the counts of another file of the stream; a column that says more there is left out."""
        self.marks.update(facts.marks)
        for name, counts in facts.words.items():
            self.words[name] = Counter(self.words.get(name) or {}) + Counter(counts or {})

    def stored(self) -> dict[str, Any]:
        """Return what the stream's facts hold under KEY; nothing where there is nothing to say."""
        words = {name: dict(counts) for name, counts in self.words.items() if counts}
        document = {"marks": dict(self.marks), "words": words}
        return {KEY: document} if self.marks or words else {}

    @classmethod
    def read(cls, facts: Mapping[str, Any]) -> Self:
        """Read what `stored` gave from the facts of a stream."""
        document = facts.get(KEY, {})
        words = {name: Counter(counts) for name, counts in document.get("words", {}).items()}
        return cls(Counter(document.get("marks", {})), dict(words))
