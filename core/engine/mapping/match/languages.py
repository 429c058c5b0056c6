"""Put headers in other languages into English, by the words of data/languages.yaml.

The language is decided by the table as a whole, as many words are words of several languages: 'nombre' is a name in
Spanish and a number in French, 'Art' a course in English and a type in German.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path
from typing import NamedTuple

import yaml

from core.engine.mapping.match.lexicon import lexicon
from core.engine.mapping.match.paths import segments_of
from core.kit.text import ABBREVIATIONS, COMPOUNDS, singular, split_compound, tokens

_FILE = Path(__file__).resolve().parents[4] / "data" / "languages.yaml"
_FEWEST = 2
"""Headers that have to be written in a language before a table is."""
_SHARE = 0.4
_LIGATURES = str.maketrans(
    {"ß": "ss", "œ": "oe", "æ": "ae", "ø": "o", "ł": "l", "’": " ", "'": " ", "°": "o"}
)
_EMAIL = re.compile(r"\be[-_ ]?mail", re.IGNORECASE)
_CHUNK = re.compile(r"[^\W_]+")
_PIECE = re.compile(r"[A-Z]+(?=[A-Z][a-z])|[A-Z]?[a-z]+|[A-Z]+|\d+|[^\W_]+")


class Reading(NamedTuple):
    """A header in English words; how many were known in the language alone and how many nowhere; whether any changed."""

    words: tuple[str, ...]
    known: int
    strange: int
    is_changed: bool


@dataclass(frozen=True, slots=True)
class Language:
    """The words of a language's headers: what each is in English, '' for words that say nothing about a column."""

    title: str
    words: Mapping[str, str]
    parts: frozenset[str]

    def english(self, header: str) -> Reading:
        """Put a header into English words; a word that nobody knows stays as it is."""
        english: list[str] = []
        known, strange, changed = 0, 0, False
        for word in self._words(_plain(header)):
            translation = self._translation(word.lower())
            if translation is None:
                english.append(word)
                strange += not _is_english(word.lower())
            else:
                english += translation.split()
                changed = True
                known += bool(translation) and not _is_english(word.lower())
        return Reading(tuple(dict.fromkeys(english)), known, strange, changed)

    def _words(self, header: str) -> Iterator[str]:
        for chunk in _CHUNK.findall(header):
            pieces = [chunk] if self._translation(chunk.lower()) is not None else _PIECE.findall(chunk)
            for piece in pieces:
                parts = split_compound(piece.lower(), self.parts)
                yield from parts if len(parts) > 1 else [piece]

    def _translation(self, word: str) -> str | None:
        return self.words.get(word, self.words.get(singular(word)))


@lru_cache(maxsize=256)
def language_of(headers: tuple[str, ...]) -> Language | None:
    """Return the language in which a table's headers are written; None for English and for what is not known.

    Two headers at least, and two in five, have a word of the language that is no English one; the language that
    explains most of them is taken.
    """
    steps = [step for header in headers for step in dict.fromkeys(segments_of(header))]
    best: tuple[int, int, Language] | None = None
    for language in _languages():
        readings = [language.english(step) for step in steps]
        hits = sum(reading.known > 0 for reading in readings)
        left = sum(reading.strange for reading in readings)
        if hits >= max(_FEWEST, _SHARE * len(steps)) and (best is None or (hits, -left) > best[:2]):
            best = (hits, -left, language)
    return best[2] if best else None


@lru_cache(maxsize=256)
def english_names(headers: tuple[str, ...]) -> Mapping[str, str]:
    """Return the headers of a table in another language, with what each is in English; none where nothing changes."""
    language = language_of(headers)
    if language is None:
        return {}
    english = {header: ".".join(_step(language, step) for step in segments_of(header)) for header in headers}
    for name, other_name in (("first name", "last name"), ("last name", "first name")):
        if name in english.values() and other_name not in english.values():
            english = {
                header: other_name if text.lower() == "name" else text for header, text in english.items()
            }  # 'Nom' beside 'Prénom' is the last name, 'Nombre' beside 'Apellidos' the first
    return {header: name for header, name in english.items() if name != header}


def in_english(names: Sequence[str], headers: Sequence[str]) -> list[str]:
    """Return names in English, as far as the table of `headers` is in another language."""
    english = english_names(tuple(headers))
    return [english.get(name, name) for name in names]


def _step(language: Language, step: str) -> str:
    reading = language.english(step)
    suffix = "[]" if step.endswith("[]") else ""
    return " ".join(reading.words) + suffix if reading.is_changed and reading.words else step


@cache
def _languages() -> tuple[Language, ...]:
    with _FILE.open(encoding="utf-8") as file:
        document = yaml.load(file, Loader=yaml.CSafeLoader)
    return tuple(
        Language(
            entry["title"],
            words := dict.fromkeys(entry["fillers"].split(), "") | entry["words"],
            frozenset(word for word in words if words[word] and len(word) > 1) | {"nr", "no", "id", "code"},
        )
        for entry in document.values()
    )


@cache
def _is_english(word: str) -> bool:
    """Tell whether a word is one of English headers too."""
    return (
        word.isdigit()
        or all(
            any(token in lexicon(domain).vocabulary for domain in ("restaurant", "school"))
            for token in tokens(word)
        )
        or word in ABBREVIATIONS
        or word in COMPOUNDS
    )


def _plain(header: str) -> str:
    letters = unicodedata.normalize("NFKD", _EMAIL.sub("email", header.translate(_LIGATURES)))
    return "".join(letter for letter in letters if not unicodedata.combining(letter))
