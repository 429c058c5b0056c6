"""Print a proposal: two pages of PDF by the template data/documents/proposal.typ, the same bytes for the same content."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence

import typst

from core.business.sales.proposals.document import LEVELS, Proposal, shortened
from core.errors import InvalidInputError
from core.settings import ROOT

DOCUMENTS = ROOT / "data" / "documents"
PAGES = 2
_NO_TIME = 0

# Beyond printable text: what no font draws and a reader could be misled by.
_CONTROLS = re.compile(r"[\x00-\x1f\x7f-\x9f\u200b\u2028\u2029\u202a-\u202e\u2066-\u2069\ufeff]+")


def render(proposal: Proposal) -> bytes:
    """Print the proposal in full, or shortened until it fits two pages. InvalidInputError where it never does."""
    return _files(_fitting(proposal).compile(format="pdf", timestamp=_NO_TIME))[0]


def render_images(proposal: Proposal, *, ppi: float = 110) -> Sequence[bytes]:
    """Draw the pages as PNG images."""
    return _files(_fitting(proposal).compile(format="png", ppi=ppi))


def _fitting(proposal: Proposal) -> typst.Compiler:
    """Return the compiler of the longest version of the content that takes two pages."""
    for limits in LEVELS:
        content = _plain(shortened(proposal, limits).model_dump(mode="json"))
        compiler = typst.Compiler(
            str(DOCUMENTS / "proposal.typ"),
            root=str(DOCUMENTS),
            font_paths=[str(DOCUMENTS / "fonts")],
            ignore_system_fonts=True,
            sys_inputs={"proposal": json.dumps(content, ensure_ascii=False)},
        )
        if json.loads(compiler.query("<pages>", field="value", one=True)) == PAGES:
            return compiler
    raise InvalidInputError(
        "The proposal does not fit two pages.", hint="Shorten the name and the answers of discovery."
    )


def _files(output: bytes | list[bytes] | None) -> list[bytes]:
    """Return what was compiled as a list: Typst gives one file or several."""
    return [output] if isinstance(output, bytes) else list(output or ())


def _plain(value: object) -> object:
    if isinstance(value, str):
        return _CONTROLS.sub(" ", value).strip()
    if isinstance(value, dict):
        return {key: _plain(entry) for key, entry in value.items()}
    if isinstance(value, list):
        return [_plain(entry) for entry in value]
    return value
