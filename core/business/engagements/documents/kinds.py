"""Read data/documents.yaml: which kinds of documents an order may have, in which formats, and how large."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import cache
from typing import Annotated, Self

import yaml
from pydantic import BaseModel, ConfigDict, Field, model_validator

from core.errors import InvalidInputError
from core.kit.wording import listed
from core.settings import ROOT

DOCUMENTS = ROOT / "data" / "documents.yaml"
_MB = 1 << 20
_ENDING = re.compile(r"[A-Za-z][A-Za-z0-9]{0,4}")
_LONG_ENDING = re.compile(r"[A-Za-z][A-Za-z0-9-]{0,24}")


class _Entry(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class DocumentKind(_Entry):
    """What a document is, and the keys of the formats it may have."""

    title: str
    formats: Annotated[Sequence[str], Field(min_length=1)]


class Format(_Entry):
    """A format of a file; `endings` are how its name may end, the usual one first."""

    title: str
    media_type: str
    endings: Annotated[Sequence[str], Field(min_length=1)]


class DocumentRules(_Entry):
    """The kinds and formats by their keys, and the limits."""

    max_mb: int = Field(ge=1)
    max_unpacked_mb: int = Field(ge=1)
    max_members: int = Field(ge=1)
    kinds: Mapping[str, DocumentKind]
    formats: Mapping[str, Format]

    @model_validator(mode="after")
    def _check(self) -> Self:
        for name, kind in self.kinds.items():
            if unknown := [form for form in kind.formats if form not in self.formats]:
                raise ValueError(f"{name} may have formats that are not described: {', '.join(unknown)}")
        return self

    @property
    def max_bytes(self) -> int:
        return self.max_mb * _MB

    @property
    def max_unpacked_bytes(self) -> int:
        return self.max_unpacked_mb * _MB


@cache
def document_rules() -> DocumentRules:
    """Read data/documents.yaml."""
    with DOCUMENTS.open(encoding="utf-8") as file:
        return DocumentRules.model_validate(yaml.safe_load(file))


def document_kind(key: str) -> DocumentKind:
    """Return the kind of this key. InvalidInputError for an unknown one."""
    kinds = document_rules().kinds
    if key not in kinds:
        raise InvalidInputError(
            f"{key!r} is no kind of document.", hint=f"Choose {listed([*kinds], limit=9)}."
        )
    return kinds[key]


def upload_endings() -> list[str]:
    """List the endings of all formats, for the file chooser of a browser."""
    return [ending for form in document_rules().formats.values() for ending in form.endings]


def foreign_ending(name: str, form: str, *, is_strict: bool = False) -> str:
    """Return how the name of a file ends where that is no ending of the format; '' where it is one or there is none.

    `is_strict`: longer words are endings too ('desktop', 'settingcontent-ms'), where no other one is put behind them.
    """
    stem, _, ending = name.rpartition(".")
    is_own = ending.lower() in document_rules().formats[form].endings
    shape = _LONG_ENDING if is_strict else _ENDING
    return "" if not stem or is_own or not shape.fullmatch(ending) else ending
