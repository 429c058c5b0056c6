"""Read data/target_schema.yaml: the fields that every source is mapped onto.

The schema is the one place that names entities and fields. Everything else (tables, matching,
checks, grids) is built from what this module returns.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from core.errors import InvalidInputError
from core.kit.masking import PERSONAL_ENTITIES, is_personal
from core.kit.wording import as_words, counted

SCHEMA_FILE = Path(__file__).resolve().parent.parent / "data" / "target_schema.yaml"

SCALAR_TYPES = frozenset(
    {"id", "text", "money", "int", "decimal", "percent", "bool", "datetime", "date", "email", "phone", "url"}
)
_ENCRYPTED_KINDS = frozenset({"id", "text", "date", "email", "phone", "url"})
"""Kinds of personal values that the target stores encrypted. Amounts and moments are added up and compared there."""

_FIELD = re.compile(r"^(?P<type>\S+?)(?P<required>\s+required)?(?:\s+-\s+(?P<meaning>.*))?$")
_TYPE = re.compile(r"^(?P<name>enum|list|ref)[(<](?P<inner>.+)[)>]$")


@dataclass(frozen=True, slots=True)
class Field:
    """One target field. `kind` is the scalar type, or 'enum' or 'ref'; a list says so by `is_list`."""

    entity: str
    name: str
    kind: str
    is_list: bool
    required: bool
    meaning: str
    options: tuple[str, ...] = ()
    refers_to: str | None = None

    @property
    def key(self) -> str:
        """Return 'entity.field', as mappings name the field."""
        return f"{self.entity}.{self.name}"

    @property
    def is_encrypted(self) -> bool:
        """Whether the target stores the values encrypted. Of ids see Entity.is_about_person."""
        return (
            self.kind in _ENCRYPTED_KINDS
            and self.name != "external_id"
            and is_personal(self.entity, self.name)
        )

    @property
    def label(self) -> str:
        """Label the field for people: 'Net amount', 'External ID', 'Category' for category_id."""
        return _label_of(self.name, self.kind, is_reference=bool(self.refers_to))

    @property
    def title(self) -> str:
        """Title entity and field for people: 'Order line › Net amount'."""
        return f"{entity_label(self.entity)} › {self.label}"


@dataclass(frozen=True, slots=True)
class Entity:
    name: str
    domain: str
    fields: Mapping[str, Field]

    @property
    def label(self) -> str:
        """Label the entity for people: 'Order line'."""
        return entity_label(self.name)

    @property
    def required(self) -> tuple[Field, ...]:
        return tuple(field for field in self.fields.values() if field.required)

    @property
    def references(self) -> tuple[Field, ...]:
        return tuple(field for field in self.fields.values() if field.refers_to)

    @property
    def is_about_person(self) -> bool:
        """Whether each record is a person's own, so that its id may be an address, a number or a name of theirs."""
        return self.name in PERSONAL_ENTITIES or any(
            field.refers_to in PERSONAL_ENTITIES or is_personal(self.name, field.name)
            for field in self.required
        )


@dataclass(frozen=True, slots=True)
class Schema:
    """All domains; entities in an order in which references point backwards or at themselves."""

    domains: Mapping[str, Mapping[str, Entity]]

    def domain(self, name: str) -> Mapping[str, Entity]:
        """Return the entities of 'restaurant' or 'school', in the order they must be loaded."""
        try:
            return self.domains[name]
        except KeyError:
            raise InvalidInputError(
                f"There is no domain called {name!r}.", hint=f"Use one of {', '.join(self.domains)}."
            ) from None

    def entity(self, name: str) -> Entity:
        for entities in self.domains.values():
            if name in entities:
                return entities[name]
        raise InvalidInputError(f"There is no entity called {name!r}.", hint="See data/target_schema.yaml.")

    def field(self, key: str) -> Field:
        """Find the field that 'entity.field' names."""
        entity, _, name = key.partition(".")
        field = self.entity(entity).fields.get(name)
        if field is None:
            raise InvalidInputError(
                f"{entity} has no field called {name!r}.",
                hint=f"It has {', '.join(self.entity(entity).fields)}.",
            )
        return field

    def fields(self, domain: str) -> tuple[Field, ...]:
        return tuple(field for entity in self.domain(domain).values() for field in entity.fields.values())


@cache
def encrypted_fields(entity: str) -> Mapping[str, Field]:
    """List the fields of an entity that the target stores encrypted, by name."""
    return {
        field.name: field for field in target_schema().entity(entity).fields.values() if field.is_encrypted
    }


class _TextLoader(yaml.CSafeLoader):
    """Reads every scalar as text: the schema has a field called `on`, which YAML 1.1 calls a boolean."""


_TextLoader.yaml_implicit_resolvers = {}


def read_schema(path: Path) -> Schema:
    """Parse a schema file; InvalidInputError names the line it does not understand."""
    with path.open(encoding="utf-8") as file:
        document: dict[str, Any] = yaml.load(file, Loader=_TextLoader)  # noqa: S506  (a SafeLoader without resolvers)
    domains: dict[str, Mapping[str, Entity]] = {}
    for domain, blocks in document.items():
        entities = {
            _text(name): Entity(
                _text(name),
                _text(domain),
                {_text(key): _field(name, key, line) for key, line in block.items()},
            )
            for name, block in blocks.items()
        }
        domains[_text(domain)] = _in_load_order(entities)
    schema = Schema(domains)
    _check_references(schema)
    return schema


@cache
def target_schema() -> Schema:
    """Read the schema that ships with the product."""
    return read_schema(SCHEMA_FILE)


_ENTITY_LABELS = {
    "customer": "Guest",
    "class_section": "Class",
    "staff": "Staff member",
    "loyalty_accrual": "Loyalty accrual rule",
    "assessment_result": "Assessment result",
}
_FIELD_LABELS = {
    "external_id": "External ID",
    "person_id": "Person",
    "sku": "SKU",
    "image_url": "Image URL",
    "last4": "Last 4 digits",
    "email": "E-mail",
    "marketing_opt_in": "Marketing opt-in",
    "on": "Date",
    "enrolled_on": "Enrolled on",
    "timezone": "Time zone",
}


@cache
def entity_label(name: str) -> str:
    """Label an entity for people: 'Order line' for order_line, 'Guest' for customer."""
    return _ENTITY_LABELS.get(name) or as_words(name).capitalize()


def entity_count(count: int, name: str) -> str:
    """Format a count of the entity's records: '1 guest', '1,200 order lines'."""
    label = entity_label(name)
    return counted(count, label[:1].lower() + label[1:])


def target_title(key: str | None) -> str:
    """Title a field: 'Order line › Net amount' for 'order_line.net_amount'; 'Not mapped' for None; other keys unchanged."""
    if not key:
        return "Not mapped"
    try:
        return target_schema().field(key).title
    except InvalidInputError:
        return key


@cache
def _label_of(name: str, kind: str, *, is_reference: bool) -> str:
    if label := _FIELD_LABELS.get(name):
        return label
    if is_reference:
        name = f"{name.removesuffix('_ids')}s" if name.endswith("_ids") else name.removesuffix("_id")
        return "Guest" if name == "customer" else as_words(name).capitalize()
    return as_words(name.removeprefix("is_") if kind == "bool" else name).capitalize()


def _text(key: object) -> str:
    if not isinstance(key, str):
        raise InvalidInputError(f"The schema's key {key!r} is not text.", hint="Quote it.")
    return key


def _field(entity: str, name: str, line: str) -> Field:
    match = _FIELD.match(line)
    if match is None:
        raise InvalidInputError(f"{entity}.{name}: {line!r} is not a field line.")
    kind, is_list = match["type"], False
    options: tuple[str, ...] = ()
    refers_to: str | None = None
    while wrapped := _TYPE.match(kind):
        if wrapped["name"] == "list":
            is_list, kind = True, wrapped["inner"]
        elif wrapped["name"] == "enum":
            kind, options = "enum", tuple(wrapped["inner"].split(","))
        else:
            kind, refers_to = "ref", wrapped["inner"]
    if kind not in SCALAR_TYPES | {"enum", "ref"}:
        raise InvalidInputError(f"{entity}.{name}: {kind!r} is not a type of the schema.")
    return Field(
        entity, name, kind, is_list, bool(match["required"]), match["meaning"] or "", options, refers_to
    )


def _in_load_order(entities: dict[str, Entity]) -> dict[str, Entity]:
    """Sort parents before children; otherwise in the file's order."""
    ordered: dict[str, Entity] = {}

    def visit(name: str, path: tuple[str, ...]) -> None:
        if name in ordered or name in path or name not in entities:
            return
        for field in entities[name].references:
            if field.refers_to and field.refers_to != name:
                visit(field.refers_to, (*path, name))
        ordered[name] = entities[name]

    for name in entities:
        visit(name, ())
    return ordered


def _check_references(schema: Schema) -> None:
    for entities in schema.domains.values():
        for entity in entities.values():
            for field in entity.references:
                if field.refers_to not in entities:
                    raise InvalidInputError(f"{field.key} refers to {field.refers_to!r}, which is not there.")
