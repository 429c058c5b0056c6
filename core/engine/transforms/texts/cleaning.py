"""Transforms that take away what a program has put around or in place of a value, in the catalogue that people see."""

from __future__ import annotations

from html.parser import HTMLParser

import polars as pl

from core.engine.transforms.registry import Literal, plain, transform
from core.engine.transforms.value_types import through
from core.errors import InvalidInputError
from core.kit.reading import by_distinct


@transform("text", "text", "empty_if('NULL', 'N/A')")
def empty_if(value: pl.Expr, *texts: Literal) -> pl.Expr:
    """Empty where the value is one of these, in the same case: words for nothing."""
    if not texts or None in texts:
        raise InvalidInputError("empty_if needs texts.", hint="Write empty_if('NULL', 'N/A').")
    return pl.when(~value.is_in([plain(text) for text in texts])).then(value)


@transform("text", "text")
def without_apostrophe(value: pl.Expr) -> pl.Expr:
    """Removes the apostrophe with which spreadsheets mark a text, "'02139" gives "02139"."""
    return value.str.strip_prefix("'")


@transform("text", "text")
def html_text(value: pl.Expr) -> pl.Expr:
    """Turns HTML into plain text: '<p>Fish &amp; chips</p>' gives 'Fish & chips'."""
    return through(value, lambda texts: by_distinct(texts, _plain_text, pl.String()), pl.String())


@transform("text", "text", "path_end('>')")
def path_end(value: pl.Expr, separator: Literal) -> pl.Expr:
    """The last part of a path, 'Food > Pizza' gives 'Pizza'; a text without the separator stays as it is."""
    if not separator:
        raise InvalidInputError("path_end needs a separator.", hint="Write path_end('>').")
    return value.str.split(plain(separator)).list.last().str.strip_chars()


@transform("text", "text", "first_of(',')")
def first_of(value: pl.Expr, separator: Literal) -> pl.Expr:
    """The first of several values in a cell, 'a.jpg, b.jpg' gives 'a.jpg'; a single value stays as it is."""
    if not separator:
        raise InvalidInputError("first_of needs a separator.", hint="Write first_of(',').")
    return value.str.split(plain(separator)).list.first().str.strip_chars()


_BLOCKS = frozenset(
    ["p", "div", "li", "tr", "ul", "ol", "table", "h1", "h2", "h3", "h4", "h5", "h6", "section", "br"]
)
_UNSEEN = frozenset(["script", "style", "head"])


class _TextParser(HTMLParser):
    """Collect the text of HTML, a new line for each block."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.parts: list[str] = []
        self._hidden = 0

    def handle_starttag(self, tag: str, attrs: object) -> None:  # noqa: ARG002  (the signature of HTMLParser)
        self._hidden += tag in _UNSEEN
        if tag in _BLOCKS:
            self.parts.append("\n")
        if tag == "img":
            self.parts.append(" ")

    def handle_endtag(self, tag: str) -> None:
        self._hidden -= tag in _UNSEEN and self._hidden > 0
        if tag in _BLOCKS:
            self.parts.append("\n")

    def handle_data(self, data: str) -> None:
        if not self._hidden:
            self.parts.append(data)


def _plain_text(text: str) -> str | None:
    parser = _TextParser()
    parser.feed(text)
    parser.close()
    lines = (" ".join(line.split()) for line in "".join(parser.parts).split("\n"))
    return "\n".join(line for line in lines if line) or None
