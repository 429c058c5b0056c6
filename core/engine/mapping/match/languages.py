"""Put headers in other languages into English, by the words of data/vocabulary: a file for each language.

The language is decided by the table as a whole, as many words are words of several languages: 'nombre' is a name in
Spanish and a number in French, 'Art' a course in English and a type in German.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache

from core.engine.mapping.match.paths import segments_of
from core.engine.mapping.match.vocabulary import Language, languages

_FEWEST = 2
"""Headers that have to be written in a language before a table of more columns than that is."""
_SHARE = 0.4
_MIXED_SHARE, _MIXED_EXPLAINED = 0.2, 0.7
"""In a table that mixes English with a language: the share of its headers, and of those that are no English."""
_SMALL, _LONG_WORD = 3, 4
"""Columns of a table in which one header is enough, and the letters of its word."""
_MOST_STEPS = 400
"""Headers that are looked at, evenly over the table: more of them tell no more of its language."""
_HALVES = (("first name", "last name"), ("last name", "first name"))


@lru_cache(maxsize=256)
def language_of(headers: tuple[str, ...]) -> Language | None:
    """Return the language in which a table's headers are written; None for English and for what is not known.

    Two headers at least, and two in five, have a word of the language that is no English one; or one in five, where
    the language explains most of the headers that are no English; the language that explains most of them is taken.
    One header is enough where its letters are of another script, or its word is long and the table has few columns.
    """
    steps = list(dict.fromkeys(step for header in headers for step in segments_of(header)))
    steps = steps[:: 1 + len(steps) // _MOST_STEPS]
    best: tuple[int, int, Language] | None = None
    for language in languages():
        readings = [language.english(step) for step in steps]
        hits = sum(reading.known > 0 for reading in readings)
        left = sum(reading.strange for reading in readings)
        if hits and (best is None or (hits, -left) > best[:2]) and _is_written_in(language, steps, hits):
            best = (hits, -left, language)
    return best[2] if best else None


def _is_written_in(language: Language, steps: Sequence[str], hits: int) -> bool:
    """Tell whether so many headers with a word of the language make the table one of that language."""
    readings = [language.english(step) for step in steps]
    if any(reading.is_foreign for reading in readings):
        return True
    if hits < _FEWEST:
        return len(steps) <= _SMALL and any(reading.longest >= _LONG_WORD for reading in readings)
    other = sum(reading.strange > 0 and not reading.known for reading in readings)
    explained = hits / (hits + other)
    return hits >= _SHARE * len(steps) or (
        hits >= _MIXED_SHARE * len(steps) and explained >= _MIXED_EXPLAINED
    )


@lru_cache(maxsize=256)
def english_names(headers: tuple[str, ...]) -> Mapping[str, str]:
    """Return the headers of a table in another language, with what each is in English; none where nothing changes."""
    language = language_of(headers)
    if language is None:
        return {}
    english = {header: ".".join(_step(language, step) for step in segments_of(header)) for header in headers}
    for name, other_name in _HALVES:
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
