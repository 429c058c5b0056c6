"""Read names without vowels: 'cstmr' is a customer, 'prdctnm' a product's name.

A word is known by its consonants where no other word of the trade has the same ones; a first vowel may stay.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from core.kit.text import ABBREVIATIONS, split_compound

_FEWEST_LETTERS = 4
"""Letters of a name without vowels that is not an abbreviation of its own."""
_FEWEST_CONSONANTS = 3
_SHORTEST_PART = 2
_DOUBLED = re.compile(r"(.)\1")
_VOWELS = re.compile(r"[aeiou]")


def skeletons(words: Iterable[str]) -> Mapping[str, str]:
    """Return the words that are known by their consonants, by the ways of writing them without vowels.

    Abbreviations without vowels stand for themselves, so that they are parts of glued names ('cstmrnbr').
    """
    owners: dict[str, set[str]] = {}
    for word in words:
        for form in _forms(word):
            owners.setdefault(form, set()).add(word)
    only = {form: next(iter(words)) for form, words in owners.items() if len(words) == 1}
    return only | {short: short for short in ABBREVIATIONS if not _VOWELS.search(short)}


def is_without_vowels(token: str) -> bool:
    """Tell whether a token may be a word without its vowels: long enough, and none but the first letter is one."""
    return len(token) >= _FEWEST_LETTERS and token.isalpha() and not _VOWELS.search(token, 1)


def parts_without_vowels(token: str, known: Mapping[str, str]) -> tuple[str, ...]:
    """Return the words that a token without vowels is made of; the token itself where it has vowels or is not known."""
    if not is_without_vowels(token):
        return (token,)
    parts = split_compound(token, known, least=_FEWEST_LETTERS, shortest=_SHORTEST_PART)
    return tuple(known.get(part, part) for part in parts)


def _forms(word: str) -> set[str]:
    """List the ways a word is written without vowels: with a first vowel or not, doubled letters as they are or once."""
    if not word.isalpha() or not word.isascii():
        return set()
    kept = word[0] + _VOWELS.sub("", word[1:])
    forms = {kept, _VOWELS.sub("", word)}
    forms |= {_DOUBLED.sub(r"\1", form) for form in forms}
    return {form for form in forms if len(form) >= _FEWEST_CONSONANTS and form != word}
