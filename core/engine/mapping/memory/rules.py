"""What of a column's name and a transform may be remembered. Pure.

Memory crosses customers, so nothing of a customer may enter it. A column's name is kept in plain only where every word
of it belongs to the trade; any other name is kept as a fingerprint, which still matches and cannot be read. The place
or choice that a name carries ('Current Quantity DOWNTOWN') is cut off, and a name that looks like a value or a person
is not kept at all.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable
from functools import lru_cache

from core.engine import transforms
from core.engine.transforms.left_out.words import split_empty_words
from core.errors import InvalidInputError
from core.kit.text import split_qualifier, tokens

EXCLUDED = ""
"""The target of a field that people exclude."""

WILDCARD = "*"
"""Stands for the place or choice that was cut off a name."""

_DYNAMIC = ("current quantity", "new quantity", "stock alert enabled", "stock alert count", "enabled", "modifier set", "tax")  # fmt: skip
"""Beginnings that exports continue with the name of a place, a list of choices or a tax."""

_VALUE = re.compile(r"[@€£]|^\W*\d|\d{4}|\d[-/.:]\d|^(?:https?:|www\.)|[\r\n\t]")
_LONGEST = 60

_EMPTY = frozenset(
    {
        *(
            "attribute",
            "campo",
            "champ",
            "col",
            "colonne",
            "column",
            "columna",
            "custom",
            "datum",
            "feld",
            "field",
        ),
        *(
            "header",
            "misc",
            "no",
            "none",
            "nr",
            "null",
            "number",
            "other",
            "param",
            "property",
            "spalte",
            "text",
        ),
        *("unknown", "unnamed", "untitled", "value", "var", "variable", "wert", "zahl"),
    }
)
"""Words that say that there is a column, and nothing of what stands in it."""


@lru_cache(maxsize=65536)
def kept_name(column: str, domain: str) -> str | None:
    """Return the column's name as memory keeps it, or None where it looks like a value or a person and is not kept."""
    bare = column.strip()
    if not bare or len(bare) > _LONGEST or _VALUE.search(bare):
        return None
    from core.engine.mapping.match.lexicon import lexicon  # noqa: PLC0415  (the matcher, which workers do without)

    vocabulary = lexicon(domain).known_words
    name = _without_place(bare, vocabulary)
    words = name.removesuffix(f" {WILDCARD}").split()
    if not words:
        return None
    strange = [word for word in words if word not in vocabulary and not word.isdigit()]
    if not strange:
        return name
    if len(strange) == len(words) and " " in bare and bare.istitle():
        return None  # 'Maria Gonzalez'
    return "#" + hashlib.blake2b(f"{domain}|{name}".encode(), digest_size=10).hexdigest()


def _without_place(column: str, vocabulary: frozenset[str]) -> str:
    head, tail = split_qualifier(column)
    name, words = " ".join(tokens(head)), tokens(tail)
    if tail and (
        column.rstrip().endswith("]") or name in _DYNAMIC or any(word not in vocabulary for word in words)
    ):
        return f"{name} {WILDCARD}"
    name = " ".join((*tokens(head), *words))
    return next((f"{start} {WILDCARD}" for start in _DYNAMIC if name.startswith(f"{start} ")), name)


def signature(columns: Iterable[str], domain: str) -> str:
    """Return the fingerprint of a stream's columns: equal for exports alike, whatever their order, spelling and places."""
    names = sorted({name for column in columns if (name := kept_name(column, domain))})
    return hashlib.blake2b("\n".join(names).encode(), digest_size=16).hexdigest()


def kept_transform(transform: str | None) -> str | None:
    """Return the transform where none of its calls has a text of its own, which may be a customer's value, or joins columns,

    which another file may lack. None also for calls that there are no more. Words for nothing are of each file's own.
    """
    try:
        chain = transforms.parse(split_empty_words(transform)[1])
    except InvalidInputError:
        return None
    literals = [value for call in chain for value in (*call.arguments, *call.keywords.values())]
    has_text = any(isinstance(literal, str | dict) for literal in literals)
    joined = any(transforms.TRANSFORMS[call.name].joins for call in chain)
    return transforms.show(chain) if chain and not has_text and not joined else None


def is_meaningful(column: str) -> bool:
    """Whether the name says anything of what stands in the column: 'Col1', 'Feld 3' and 'x' do not."""
    words = [word.strip("0123456789") for word in re.findall(r"[^\W_]+", column.casefold())]
    return any(len(word) > 1 and word not in _EMPTY and not _is_letters(word) for word in words)


def _is_letters(word: str) -> bool:
    """Spreadsheet letters: 'aa', 'ab'."""
    return len(word) <= 2 and word == word[0] * len(word)
