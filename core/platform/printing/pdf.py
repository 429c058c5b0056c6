"""Print a PDF by a template of data/documents: texts are inserted as they are, the same bytes for the same content."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from typing import Any

import typst

from core.settings import ROOT

DOCUMENTS = ROOT / "data" / "documents"
_NO_TIME = 0

# Beyond printable text: what no font draws and a reader could be misled by.
_CONTROLS = re.compile(r"[\x00-\x1f\x7f-\x9f\u200b\u2028\u2029\u202a-\u202e\u2066-\u2069\ufeff]+")


class Printed:
    """A document whose content is filled into its template, ready to be counted and printed."""

    def __init__(self, template: str, content: Mapping[str, Any]) -> None:
        """Fill `content` (what JSON can hold) into data/documents/<template>.typ, which reads `sys.inputs.content`."""
        self._compiler = typst.Compiler(
            str(DOCUMENTS / f"{template}.typ"),
            root=str(DOCUMENTS),
            font_paths=[str(DOCUMENTS / "fonts")],
            ignore_system_fonts=True,
            sys_inputs={"content": json.dumps(_plain(content), ensure_ascii=False)},
        )

    def pages(self) -> int:
        """Return the number of pages; the template ends with `#context [#metadata(…) <pages>]`."""
        return int(json.loads(self._compiler.query("<pages>", field="value", one=True)))

    def pdf(self) -> bytes:
        """Return the PDF. It carries no moment of printing: equal content gives equal bytes."""
        return _files(self._compiler.compile(format="pdf", timestamp=_NO_TIME))[0]

    def images(self, *, ppi: float = 110) -> Sequence[bytes]:
        """Draw the pages as PNG images of `ppi` points an inch."""
        return _files(self._compiler.compile(format="png", ppi=ppi))


def print_pdf(template: str, content: Mapping[str, Any]) -> bytes:
    """Print data/documents/<template>.typ with `content` (what JSON can hold), which the template reads as
    `json(bytes(sys.inputs.content))`. Texts are never evaluated as markup; control characters become spaces.
    """
    return Printed(template, content).pdf()


def _files(output: bytes | list[bytes] | None) -> list[bytes]:
    """Return what was compiled as a list: Typst gives one file or several."""
    return [output] if isinstance(output, bytes) else list(output or ())


def _plain(value: object) -> object:
    if isinstance(value, str):
        return _CONTROLS.sub(" ", value).strip()
    if isinstance(value, Mapping):
        return {key: _plain(entry) for key, entry in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(entry) for entry in value]
    return value
