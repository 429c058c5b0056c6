"""What a recipe says, and its form as a file: JSON or YAML, checked field by field before anything of it is used.

A recipe holds how to read and map, never a row of data. What it gave when it was first saved is kept as fingerprints
under the tenant's own key and as counts, from which no value can be learned.
"""

from __future__ import annotations

import hashlib
import json
from typing import Annotated, Any, Literal

import yaml
from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError

from core.engine.plan import Conflict
from core.errors import InvalidInputError

FORMAT: Literal["aura-recipe/1"] = "aura-recipe/1"
LARGEST = 2_000_000
"""Bytes of a recipe file; the largest mappings we know need a tenth of it."""

NO_RECORD_TYPE = "none"
"""Record type of a table that a person excluded."""

Name = Annotated[str, StringConstraints(min_length=1, max_length=200)]
Header = Annotated[str, StringConstraints(min_length=1, max_length=2_000)]
Text = Annotated[str, StringConstraints(max_length=20_000)]


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)


class Reader(_Part):
    """Options a stream's file was read with, as core.engine.sources.file_info.ReaderOptions; None leaves it to detection."""

    encoding: Name | None = None
    delimiter: Annotated[str, StringConstraints(min_length=1, max_length=1)] | None = None
    header_row: Annotated[int, Field(ge=0, le=100_000)] | None = None
    date_order: Literal["mdy", "dmy", "ymd"] | None = None
    source: Name | None = None
    reshape: bool | None = None


class FieldRule(_Part):
    """Where one source field goes. A value map stands in `transform` as map_values({…}); target None leaves it out."""

    source_field: Header
    slot: Annotated[int, Field(ge=0, le=20)] = 0
    target: Name | None = None
    transform: Text | None = None
    status: Literal["accepted", "edited", "ignored"]
    reason: Text | None = None


class StreamRule(_Part):
    """One kind of record: how its file is read, its columns (to find it again under another name), its fields.

    `entity` is what the file's source documents; `record_type` what a person chose, NO_RECORD_TYPE for none of them.
    """

    name: Header
    entity: Name | None = None
    record_type: Name | None = None
    reader: Reader = Reader()
    columns: Annotated[tuple[Header, ...], Field(max_length=5_000)]
    fields: Annotated[tuple[FieldRule, ...], Field(min_length=1, max_length=10_000)]


class Expected(_Part):
    """What a target field was made of and became, over the first rows of its stream.

    given, made   keyed fingerprints of what went in and what came out
    filled, read  rows with something in the sources, and rows of those that gave a value
    """

    stream: Header
    target: Name
    sources: tuple[Header, ...]
    given: Name
    made: Name
    filled: Annotated[int, Field(ge=0)]
    read: Annotated[int, Field(ge=0)]


class Body(_Part):
    """All that makes two versions of a recipe differ, and `expected`, which does not."""

    streams: Annotated[tuple[StreamRule, ...], Field(min_length=1, max_length=1_000)]
    conflicts: dict[Name, Conflict] = {}
    expected: Annotated[tuple[Expected, ...], Field(max_length=50_000)] = ()

    @property
    def digest(self) -> str:
        """SHA-256 of what it says, as 64 hexadecimal digits."""
        content = self.model_dump(mode="json", exclude={"expected"})
        for stream in content["streams"]:
            if stream["record_type"] is None:  # as in the versions from before there were record types
                del stream["record_type"]
        return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()


class RecipeFile(Body):
    """A recipe as it travels."""

    format: Literal["aura-recipe/1"] = FORMAT
    name: Annotated[str, StringConstraints(min_length=1, max_length=120, strip_whitespace=True)]
    version: Annotated[int, Field(ge=1)] = 1
    domain: Name
    source: Annotated[str, StringConstraints(max_length=200)]
    note: Text = ""
    audit_log: Annotated[str, StringConstraints(max_length=300)] | None = None
    """The head of the audit log when the file was handed out."""

    @property
    def body(self) -> Body:
        return Body(streams=self.streams, conflicts=self.conflicts, expected=self.expected)


def write(recipe: RecipeFile, form: str) -> bytes:
    """Return the file as 'json' or 'yaml'; `read` gives the recipe back."""
    document = recipe.model_dump(mode="json", exclude_none=True)
    ordered = {
        key: document[key] for key in ("format", "name", "version", "domain", "source", "note")
    } | document
    if form == "json":
        return (json.dumps(ordered, ensure_ascii=False, indent=2) + "\n").encode()
    if form == "yaml":
        return yaml.safe_dump(ordered, allow_unicode=True, sort_keys=False, width=110).encode()
    raise InvalidInputError(f"A recipe cannot be written as {form!r}.", hint="Use json or yaml.")


def read(data: bytes) -> RecipeFile:
    """Return the recipe of a file; InvalidInputError says where it is not one, without quoting what stands there."""
    if len(data) > LARGEST:
        raise InvalidInputError(f"A recipe has at most {LARGEST:,} bytes.", hint="This is some other file.")
    document = _parsed(data)
    if not isinstance(document, dict):
        raise InvalidInputError("This is no recipe.", hint="Choose a file that was exported on Recipes.")
    if document.get("format") != FORMAT:
        raise InvalidInputError(
            f"This is no recipe of the format {FORMAT}.", hint="Export it again on Recipes."
        )
    try:
        return RecipeFile.model_validate_json(json.dumps(document))
    except (ValidationError, TypeError, RecursionError) as error:
        raise InvalidInputError(
            f"The recipe is not valid: {_faults(error)}.", hint="Correct the file, or export it again."
        ) from None


def _parsed(data: bytes) -> Any:
    """JSON, else YAML without anchors: a few of these can stand for gigabytes."""
    try:
        text = data.decode("utf-8-sig")
        if text.lstrip().startswith("{"):
            return json.loads(text)
        if any(isinstance(event, yaml.AliasEvent) for event in yaml.parse(text, Loader=yaml.SafeLoader)):
            raise InvalidInputError(
                "A recipe has no anchors and aliases.", hint="Write every value where it belongs."
            )
        return yaml.safe_load(text)
    except (UnicodeDecodeError, ValueError, RecursionError, yaml.YAMLError) as error:
        mark = getattr(error, "problem_mark", None)
        line = getattr(error, "lineno", None) or (mark.line + 1 if mark else None)
        where = f" in line {line}" if line else ""
        raise InvalidInputError(
            f"The file is neither JSON nor YAML{where}.", hint="Choose a file that was exported on Recipes."
        ) from None


def _faults(error: ValidationError | TypeError | RecursionError) -> str:
    """Return the first faults with their places, e.g. 'streams.0.fields.3.status: Input should be …'."""
    if not isinstance(error, ValidationError):
        return "it holds something that is neither text, number, list nor table"
    errors = error.errors(include_input=False, include_url=False, include_context=False)
    messages = [f"{'.'.join(map(str, error_['loc'])) or 'recipe'}: {error_['msg']}" for error_ in errors[:3]]
    more = f" (and {len(errors) - 3:,} more)" if len(errors) > 3 else ""
    return "; ".join(messages) + more
