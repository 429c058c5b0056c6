"""Decode text so that bytes which do not fit the encoding spoil only their row.

Each such place becomes MARK, a code point that Unicode reserves and no text has (U+FDD0, a noncharacter). Lone halves of
surrogate pairs and NUL in JSON become MARK too: no database keeps them. The frames of a table have REPLACEMENT there
instead, and a note on the row.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterable
from dataclasses import dataclass

from core.errors import InvalidInputError

MARK = "\ufdd0"
REPLACEMENT = "\ufffd"
ERRORS = "aura.mark"
"""The name of the error handler of codecs that puts MARK where bytes do not fit."""

_SURROGATE = re.compile(rb"\xed[\xa0-\xbf][\x80-\xbf]")  # as some programs write halves of pairs in UTF-8
_MAY_BE_LONE = re.compile(r"\\u(?:[dD][89a-fA-F]|0000)")
_ESCAPE = re.compile(
    r"\\(?:u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}|(u[dD][89a-fA-F][0-9a-fA-F]{2}|u0000)|.)",
    re.DOTALL,
)


def _marked(error: UnicodeError) -> tuple[str, int]:
    if not isinstance(error, UnicodeDecodeError):
        raise error
    surrogate = _SURROGATE.match(error.object, error.start)
    return MARK, surrogate.end() if surrogate else error.end


codecs.register_error(ERRORS, _marked)


@dataclass(slots=True)
class Fit:
    """How well an encoding fits: characters beyond ASCII that were read, places that were not, and the lines of each."""

    characters: int = 0
    faults: int = 0
    good_lines: int = 0
    bad_lines: int = 0

    @property
    def fits(self) -> bool:
        """Whether what was read outweighs what was not, by characters or by lines."""
        return self.faults == 0 or self.characters >= self.faults or self.good_lines > self.bad_lines

    def add(self, text: str) -> None:
        """Count the characters and faults of a piece of decoded text."""
        if text.isascii():
            return
        faults = text.count(MARK)
        self.faults += faults
        self.characters += len(text) - len(text.encode("ascii", "ignore")) - faults
        for line in text.split("\n"):
            if not line.isascii():
                self.bad_lines += MARK in line
                self.good_lines += MARK not in line


def fit_of(blocks: Iterable[bytes], encoding: str) -> Fit:
    """Count over all blocks, or until a thousand lines show that the encoding is another."""
    decoder, fit = codecs.getincrementaldecoder(encoding)(ERRORS), Fit()
    for block in blocks:
        fit.add(decoder.decode(block))
        if fit.bad_lines > 1_000 and fit.bad_lines > 10 * fit.good_lines and fit.faults > fit.characters:
            return fit
    fit.add(decoder.decode(b"", final=True))
    return fit


def require_fit(blocks: Iterable[bytes], encoding: str, name: str) -> None:
    """Refuse a chosen encoding that does not fit the file with InvalidInputError."""
    fit = fit_of(blocks, encoding)
    if not fit.fits:
        raise InvalidInputError(
            f"{name} is not {encoding} text: {fit.faults:,} places cannot be read.",
            hint="Leave the encoding open, or set another, e.g. cp1252; or the file is damaged: export it again.",
            file=name,
            encoding=encoding,
        )


def without_lone_escapes(text: str) -> str:
    r"""Replace escaped halves of surrogate pairs (`\ud800`) and `\u0000` in JSON text by MARK."""
    if not _MAY_BE_LONE.search(text):
        return text
    return _ESCAPE.sub(lambda escape: MARK if escape[1] else escape[0], text)


def readable(text: str) -> str:
    """Replace what cannot be read in a name by REPLACEMENT."""
    return text.replace(MARK, REPLACEMENT)
