"""The words for nothing that a chain of transforms begins with: empty_if('NULL', 'N/A') | …"""

from __future__ import annotations

from collections.abc import Iterable

import polars as pl

from core.engine.transforms.language import Chain, parse, show
from core.engine.transforms.registry import Call, plain

EMPTY_IF = "empty_if"


def split_empty_words(transform: str | None) -> tuple[tuple[str, ...], str | None]:
    """Return the words that a chain first takes for nothing, and what remains of the chain; None for nothing."""
    if not transform or EMPTY_IF not in transform:
        return (), transform
    chain = parse(transform)
    words: dict[str, None] = {}
    while chain and chain[0].name == EMPTY_IF:
        words |= dict.fromkeys(plain(text) for text in chain[0].arguments)
        chain = chain[1:]
    return tuple(words), show(chain) or None


def with_empty_words(words: Iterable[str], transform: str | None) -> str | None:
    """Return the chain that first takes the words for nothing, besides those that it takes for it already."""
    before, remaining = split_empty_words(transform)
    all_words = tuple(dict.fromkeys((*before, *words)))
    if not all_words:
        return transform
    first: Chain = (Call(EMPTY_IF, all_words),)
    return " | ".join(filter(None, (show(first), remaining)))


def is_filled(source: str, words: Iterable[str]) -> pl.Expr:
    """Tell which rows of a source column hold a value, which is not one of the words for nothing."""
    text, nothing = pl.col(source).str.strip_chars(), list(words)
    return (text != "") & ~text.is_in(nothing) if nothing else text != ""


def has_amount(source: str, words: Iterable[str]) -> pl.Expr:
    """Tell which rows of a source column hold a value that is more than the number 0."""
    return is_filled(source, words) & ~pl.col(source).str.contains(r"^[^\p{L}1-9]*0[^\p{L}1-9]*$")
