"""The words of other languages that headers are written in: one file of data/vocabulary for each language.

    title     the language's name
    fillers   words that say nothing about a column
    prefixes  what is written together with the word behind it ('ال' in Arabic); optional
    words     English words: the words and phrases that stand for them, without regard to accents and capitals

Glued words ('Artikelnummer', '商品名') are taken apart into words of the list; phrases go before their words. A language
is added by adding a file.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import yaml

from core.engine.mapping.match.lexicon import lexicon
from core.kit.text import ABBREVIATIONS, COMPOUNDS, singular, split_compound, tokens

FOLDER = Path(__file__).resolve().parents[4] / "data" / "vocabulary"
_LONGEST_PHRASE = 4
_SHORTEST_PART = 3
"""Letters of a word that glued words may be made of; fewer make words out of anything."""
_ENDINGS = frozenset({"nr", "no", "id"})
_LETTERS = str.maketrans(
    {
        "ß": "ss", "œ": "oe", "æ": "ae", "ø": "o", "ł": "l", "ı": "i", "’": " ", "'": " ", "°": "o",
        "ى": "ي", "ة": "ه", "ـ": "",
    }
)  # fmt: skip
_DIGRAPHS = (("ae", "a"), ("oe", "o"), ("ue", "u"))
"""How umlauts are written by systems without them."""
_EMAIL = re.compile(r"\be[-_ ]?mail", re.IGNORECASE)
_NUMBER_SIGN = re.compile(r"\bn[°º]|№|\bno\.(?!\w)", re.IGNORECASE)
_INCLUSIVE = re.compile(r"\((?:e|es|s|a|as|o|os|n|en|in|innen|ne)\)|(?<=\w)[/*·:_](?:in|innen|e|a|o)\b")
"""Endings for both genders: 'Alumno/a', 'Né(e)', 'Schüler*in'."""
_CHUNK = re.compile(r"[^\W_]+")
_PIECE = re.compile(r"[A-Z]+(?=[A-Z][a-z])|[A-Z]?[a-z]+|[A-Z]+|\d+|[^\W\d_A-Za-z]+")
_CAMEL = re.compile(r"(?<=[а-яα-ω])(?=[А-ЯΑ-Ω])")
_UNSPACED = re.compile(r"[぀-ヿ㐀-鿿가-힯]")
"""Letters of languages that write words without blanks between them."""
_ALSO_ENGLISH = frozenset(
    {
        "addition", "annotation", "art", "bulletin", "canton", "cap", "class", "college", "commune", "complete",
        "couvert", "cor", "datum", "dir", "division", "domicile", "ean", "fin", "format", "handy", "ind",
        "justification", "land", "lid", "maximal", "mini", "minimal", "notation", "numer", "observation",
        "observations", "payee", "plat", "port", "portable", "portion", "quota", "quote", "refer", "rem", "rep",
        "situation", "str", "stuck", "und", "via",
    }
)  # fmt: skip
"""Words of the lists that headers in English have too; they say nothing of the language of a table."""
_HEADS = frozenset(
    {
        "number", "name", "code", "date", "id", "time", "type", "price", "amount", "status", "reason",
        "description", "email", "phone", "mobile", "address", "notes", "method", "percent", "rate", "grade",
        "score", "unit",
    }
)  # fmt: skip
"""What a header is about, which other languages name first and English last."""
_KANA_MARKS = "\u3099\u309a"


class Reading(NamedTuple):
    """A header in English words.

    known    how many of its words are of the language alone; strange: of neither it nor English
    longest  letters of the longest known one; is_foreign: whether its letters cannot be English
    """

    words: tuple[str, ...]
    known: int
    strange: int
    longest: int
    is_foreign: bool
    is_changed: bool


@dataclass(frozen=True, slots=True, eq=False)
class Language:
    """The words of a language's headers: what each is in English, '' for words that say nothing about a column."""

    title: str
    words: Mapping[str, str]
    parts: frozenset[str]
    prefixes: tuple[str, ...]
    _readings: dict[str, Reading] = field(default_factory=dict)

    def english(self, header: str) -> Reading:
        """Put a header into English words; a word that nobody knows stays as it is."""
        reading = self._readings.get(header)
        if reading is None:
            if len(self._readings) >= _MAX_READINGS:
                self._readings.clear()
            reading = self._readings[header] = self._read(header)
        return reading

    def _read(self, header: str) -> Reading:
        spelled = list(self._words(plain(header)))
        words = [word for word in spelled if self.words.get(word.lower()) != ""]
        english: list[list[str]] = []
        known: list[str] = []
        strange, position, is_changed = 0, 0, len(words) < len(spelled)
        while position < len(words):
            size, translation = self._phrase(words, position)
            if translation == "":
                is_changed = True
            elif translation is None:
                english.append([words[position]])
                strange += not _is_english(words[position].lower())
            else:
                english.append(translation.split())
                is_changed = True
                phrase = [word.lower() for word in words[position : position + size]]
                known += [
                    word for word in phrase if not (_is_english(word) or (len(word) == 1 and word.isascii()))
                ]
            position += size
        longest = max(map(len, known), default=0)
        is_foreign = any(not word.isascii() for word in known)
        if is_changed and len(english) > 1 and english[0][-1] in _HEADS and english[-1][-1] not in _HEADS:
            english = [*english[1:], english[0]]  # 'nombre del cliente' is the 'customer name'
        in_order = tuple(dict.fromkeys(word for group in english for word in group))
        return Reading(in_order, len(known), strange, longest, is_foreign, is_changed)

    def _phrase(self, words: list[str], position: int) -> tuple[int, str | None]:
        """Return how many words the longest phrase from a position on has, and what it is in English."""
        for size in range(min(_LONGEST_PHRASE, len(words) - position), 1, -1):
            phrase = " ".join(word.lower() for word in words[position : position + size])
            if phrase in self.words:
                return size, self.words[phrase]
        return 1, self._translation(words[position].lower())

    def _words(self, header: str) -> Iterator[str]:
        """Split a header into words; glued words of the language are taken apart."""
        for chunk in _CHUNK.findall(header):
            pieces = [chunk] if self._translation(chunk.lower()) is not None else _PIECE.findall(chunk)
            for piece in pieces:
                yield from self._parts(piece)

    def _parts(self, piece: str) -> tuple[str, ...]:
        word = piece.lower()
        if self._translation(word) is not None or _is_english(word):
            return (piece,)
        if _UNSPACED.search(word):
            return split_compound(word, self.words, least=2, shortest=1)
        parts = split_compound(word, self.parts)
        return parts if len(parts) > 1 else (piece,)

    def _translation(self, word: str) -> str | None:
        return next((self.words[form] for form in self._forms(word) if form in self.words), None)

    def _forms(self, word: str) -> Iterator[str]:
        """List the forms a word may have in the list: itself, its singular, without umlauts or what is glued before it."""
        yield word
        yield singular(word)
        short = word
        for digraph, letter in _DIGRAPHS:
            short = short.replace(digraph, letter)
        yield short
        for prefix in self.prefixes:
            if word.startswith(prefix):
                yield word.removeprefix(prefix)


_MAX_READINGS = 20_000


def plain(text: str) -> str:
    """Drop accents and ligatures, and write number signs and 'e-mail' as words; kana and hangul keep their marks."""
    spelled = _EMAIL.sub("email", _NUMBER_SIGN.sub(" numero ", _INCLUSIVE.sub("", text))).translate(_LETTERS)
    letters = unicodedata.normalize("NFKD", spelled)
    bare = (letter for letter in letters if letter in _KANA_MARKS or not unicodedata.combining(letter))
    return _CAMEL.sub(" ", unicodedata.normalize("NFC", "".join(bare)))


@cache
def languages() -> tuple[Language, ...]:
    """Return every language of data/vocabulary, in the order of their files' names."""
    return tuple(_language(path) for path in sorted(FOLDER.glob("*.yaml")))


def _language(path: Path) -> Language:
    with path.open(encoding="utf-8") as file:
        document: dict[str, Any] = yaml.load(file, Loader=yaml.CSafeLoader)
    fillers = dict.fromkeys(plain(document["fillers"]).lower().split(), "")
    words = {
        " ".join(word for word in plain(phrase).lower().split() if word not in fillers): english
        for english, phrases in document["words"].items()
        for phrase in phrases.split(",")
    }
    return Language(
        title=document["title"],
        words=fillers | words,
        parts=frozenset(word for word in words if len(word) >= _SHORTEST_PART and " " not in word) | _ENDINGS,
        prefixes=tuple(document.get("prefixes", "").split()),
    )


@cache
def _is_english(word: str) -> bool:
    """Tell whether a word is one of English headers too."""
    return (
        word.isdigit()
        or word in _ALSO_ENGLISH
        or all(
            any(token in lexicon(domain).vocabulary for domain in ("restaurant", "school"))
            for token in tokens(word)
        )
        or word in ABBREVIATIONS
        or word in COMPOUNDS
    )
