"""Gives an id to the records that a row tells of without one: orders, guests, payments or guardians beside what the row mainly is.

Pure. The id is made of mapped columns that tell one record from another, so that the next export gives the same one; what
can be told apart by nothing is left out of the plan, by name.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from core.engine.plan import EntityPlan, FieldPlan, LeftOut
from core.engine.sources.facts.columns import ColumnFacts
from core.engine.transforms import Call, identity, show
from core.kit.wording import listed
from core.schema import Field, entity_label, target_schema, target_title

Fields = dict[str, FieldPlan]
Group = dict[str, Fields]
"""The entities of one stream, each with its fields."""
Facts = Mapping[str, Mapping[str, ColumnFacts]]
"""Stream -> column -> facts over all its rows."""

KEY_FIELDS: Mapping[str, tuple[str, ...]] = {
    "order": ("number",),
    "customer": ("email", "phone"),
    "employee": ("email", "phone"),
    "staff": ("email", "phone"),
    "student": ("student_number", "email"),
    "menu_item": ("sku", "barcode"),
    "item_variant": ("sku", "barcode"),
    "gift_card": ("code",),
    "course": ("code",),
    "class_section": ("code",),
}
"""Fields besides external_id whose values belong to one record each, the best first."""

_NUMBERS: Mapping[str, str] = {"order": "number", "gift_card": "code", "student": "student_number"}
"""The field that holds the number of which there is one record only."""

_KNOWN_BY_CONTACT = ("customer", "employee")
_NAMES = ("first_name", "last_name", "display_name", "company")
_PEOPLE = ("customer", "guardian", "staff")
_DETAILS: Mapping[str, tuple[str, ...]] = {"payment": ("tender", "paid_at")}
"""What tells the records of one parent apart, where rows about something else repeat them."""
EVENTS: Mapping[str, tuple[str, ...]] = {
    "attendance": ("on", "class_id"),
    "assessment_result": ("title", "class_id", "assessed_on"),
    "fee": ("description", "due_on"),
    "enrollment": ("class_id",),
}
"""Records of which a pupil has many, one or none in each export, and what tells them apart: the pupil's ID is never theirs."""

_FEWEST = 3
"""Fields of orders from which rows with more fields of guests are orders all the same."""

_ROW_OF = ("order_line", "item_variant", "enrollment")
"""What a table has a row for, where the record above it stands on several rows."""


def main_entity(group: Group, declared: str | None, facts: Mapping[str, ColumnFacts]) -> str:
    """Return the main entity of a stream's rows: the entity it is known for, else the one with most fields.

    Where that entity's key stands on several rows, the rows are about what belongs to it: the lines of orders.
    """
    names = [name for name in group if name != "customer" or not _has_buyers(group)]
    entity = (
        declared
        if declared in group and declared is not None
        else max(names, key=lambda name: len(group[name]))
    )
    keys = [
        group[entity][name] for name in ("external_id", *KEY_FIELDS.get(entity, ())) if name in group[entity]
    ]
    if declared == entity or not keys or not _repeats(keys[0], facts):
        return entity
    below = [
        name for name in _ROW_OF if name in group and any(ref.refers_to == entity for ref in _single(name))
    ]
    return max(below, key=lambda name: len(group[name]), default=entity)


def _has_buyers(group: Group) -> bool:
    """Whether the rows are orders or their lines, and the guests on them, known by address or number, only their buyers."""
    of_orders = max(len(group.get(name, ())) for name in ("order", "order_line"))
    return "external_id" not in group["customer"] and of_orders >= _FEWEST


def counters(facts: Mapping[str, ColumnFacts]) -> tuple[str, ...]:
    """List the columns that only count the rows."""
    return tuple(sorted(name for name, column in facts.items() if column.counts))


def give_main_key(group: Group, primary: str, facts: Mapping[str, ColumnFacts]) -> None:
    """Give the main records the number people know them by as id where it stands on several rows.

    One number is one record: rows that say different things of it are held, and never become a record each. A guest whose
    address stands on several rows is known by it and the name: families share one.
    """
    fields = group[primary]
    number = fields.get(_NUMBERS.get(primary, ""))
    if "external_id" in fields or "name" in fields:
        return
    if number and _repeats(number, facts):
        fields["external_id"] = replace(number, target="external_id")
    contacts = [fields[name] for name in ("email", "phone") if name in fields]
    if primary in _KNOWN_BY_CONTACT and contacts and _is_repeated(contacts[0], facts):
        names = [fields[name] for name in _NAMES if name in fields]
        fields["external_id"] = _joined([contacts[0], *names], "")


def _is_repeated(field: FieldPlan, facts: Mapping[str, ColumnFacts]) -> bool:
    """Whether some value is known to stand on several rows."""
    return len(field.sources) == 1 and facts.get(field.sources[0], ColumnFacts()).is_unique is False


def _repeats(key: FieldPlan, facts: Mapping[str, ColumnFacts]) -> bool:
    """Whether the key is known to have some value on several rows, or to stand on the first row of each record only."""
    if len(key.sources) != 1 or key.sources[0] not in facts:
        return False
    column = facts[key.sources[0]]
    return column.is_unique is False or column.filled < max(other.filled for other in facts.values())


def give_keys(group: Group, primary: str, elsewhere: set[str]) -> None:
    """Give the secondary entities of a row an id where they have none; `elsewhere`: main entities of other streams.

    A person whose records come with ids of their own from another stream gets none: it would be a second record.
    """
    for entity, fields in group.items():
        if entity == primary or entity in elsewhere or not fields:
            continue
        keys = [fields[name] for name in KEY_FIELDS.get(entity, ()) if name in fields]
        if "external_id" in fields or "name" in fields or _is_referred(group, entity):
            continue
        if keys and entity not in _PEOPLE:
            fields["external_id"] = replace(keys[0], target="external_id")
        elif entity in _PEOPLE and (key := _personal_key(entity, fields)):
            fields["external_id"] = key


def _personal_key(entity: str, fields: Fields) -> FieldPlan | None:
    """Return the id of a guest: the address, else the number, else the name; of a guardian: name and number together.

    Parents share a telephone, so it alone is no id of theirs.
    """
    names = [fields[name] for name in _NAMES if name in fields]
    contacts = [fields[name] for name in ("email", "phone") if name in fields]
    name_sources = {source for name in names for source in name.sources}
    if entity == "customer" and contacts:
        return _joined([*contacts, *(names[:1] if len(name_sources) == 1 else [])], "e164", "coalesce")
    if not names:
        return None
    return _joined([*names, *contacts[-1:]], "e164")


def give_children_keys(group: Group, primary: str, facts: Mapping[str, ColumnFacts]) -> None:
    """Give records that belong to another record of the row an id made of that record's id, after references are tied.

    Only where each row has a record of its own to belong to: several would become one.
    """
    for entity, fields in group.items():
        if entity == primary or "external_id" in fields:
            continue
        for reference in _single(entity):
            parent = group.get(reference.refers_to or "", {}).get("external_id")
            if not reference.required or parent is None or reference.name not in fields:
                continue
            details = [
                fields[name]
                for name in (*EVENTS.get(entity, ()), *_DETAILS.get(entity, ()))
                if name in fields
            ]
            if reference.refers_to == primary:
                if _repeats(parent, facts):
                    break
                if entity not in EVENTS:
                    fields["external_id"] = _suffixed(parent, entity)
                elif details:
                    fields["external_id"] = _joined([parent, *details], "")
            elif details and entity in _DETAILS:
                fields["external_id"] = _joined([parent, *details], "")
            break


def tie_lists(group: Group, primary: str) -> None:
    """Let a record of the row that lists what the row is about list it: a guardian beside the pupil."""
    key = group[primary].get("external_id")
    if key is None:
        return
    for entity in (name for name in _PEOPLE if name in group and name != primary):
        for reference in target_schema().entity(entity).references:
            if reference.is_list and reference.refers_to == primary and reference.name not in group[entity]:
                calls = filter(None, [key.transform, show((Call("split", ("\n",)),))])
                group[entity][reference.name] = FieldPlan(reference.name, key.sources, " | ".join(calls))


def is_links_only(plan: EntityPlan) -> bool:
    """Tell whether a plan knows nothing of its records but which others they belong to, though that does not make them."""
    fields = target_schema().entity(plan.entity).fields
    needs_links = any(field.refers_to and field.required for field in fields.values())
    return not needs_links and all(fields[field.target].refers_to for field in plan.fields)


def left_out(plans: Sequence[EntityPlan], planned: Sequence[EntityPlan]) -> Iterator[LeftOut]:
    """Name the entities of `plans` that are not `planned`, with their columns that nothing else reads, and why."""
    read: dict[str, set[str]] = {}
    for plan in planned:
        read.setdefault(plan.stream, set()).update(plan.columns())
    planned_entities = {(plan.stream, plan.entity) for plan in planned}
    for plan in plans:
        columns = [name for name in plan.columns() if name not in read.get(plan.stream, ())]
        if (plan.stream, plan.entity) not in planned_entities and columns:
            yield LeftOut(plan.stream, plan.entity, tuple(columns), _missing_targets(plan), plan.fields)


def left_out_words(part: LeftOut) -> str:
    """Say which records are not made of which columns, and why: 'Columns Tutor and Tutor Phone: no guardians are made; …'."""
    noun = "Column" if len(part.columns) == 1 else "Columns"
    titles = [target_title(f"{part.entity}.{name}") for name in part.missing if name != "external_id"]
    needed = (
        f"map a column to {listed(titles)}"
        if titles
        else f"map a column to {target_title(f'{part.entity}.external_id')}"
    )
    return (
        f"{noun} {listed(part.columns)}: no {entity_label(part.entity).lower()} can be made of them; {needed}"
    )


def _missing_targets(plan: EntityPlan) -> tuple[str, ...]:
    """List the required fields without which no record can be made; external_id where records cannot be told apart."""
    required = [field.name for field in target_schema().entity(plan.entity).fields.values() if field.required]
    missing = [name for name in required if name != "external_id" and not plan.field(name)]
    return tuple(missing) if missing and identity(plan) != "row" else ("external_id", *missing)


def _single(entity: str) -> list[Field]:
    return [reference for reference in target_schema().entity(entity).references if not reference.is_list]


def _is_referred(group: Group, parent: str) -> bool:
    """Whether another entity of the row has its reference to this one: then its id is the reference's value."""
    return any(
        reference.refers_to == parent and reference.name in fields
        for child, fields in group.items()
        if child != parent
        for reference in _single(child)
    )


def _joined(parts: Sequence[FieldPlan], transform: str, join: str = "concat('/')") -> FieldPlan:
    sources = tuple(dict.fromkeys(source for part in parts for source in part.sources))
    calls = filter(None, (transform, join if len(sources) > 1 else ""))
    return FieldPlan("external_id", sources, " | ".join(calls) or None)


def _suffixed(parent: FieldPlan, entity: str) -> FieldPlan:
    calls = [parent.transform or ("concat('/')" if len(parent.sources) > 1 else None)]
    calls.append(show((Call("template", ("{1}/" + entity,)),)))
    return FieldPlan("external_id", parent.sources, " | ".join(filter(None, calls)))
