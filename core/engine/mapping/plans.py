"""Builds the Plan of an import from mapped fields: which entity comes from which stream, by which columns.

A person maps fields; a plan needs records that hold together. So what one row of a stream says about several entities
is tied together here: an order picked out of its lines takes its id from the column the lines refer to it by, and a
location or a category that exists only as a name on orders becomes a record of its own, so that nothing dangles.
Pure: links and streams in, Plan out.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from itertools import groupby
from typing import Any

from core.engine import transforms
from core.engine.mapping.combining import in_order
from core.engine.mapping.record_keys import (
    Facts,
    Fields,
    Group,
    counters,
    give_children_keys,
    give_keys,
    give_main_key,
    is_links_only,
    left_out,
    main_entity,
    tie_lists,
)
from core.engine.plan import (
    Conflict,
    EntityPlan,
    FieldPlan,
    ImportSettings,
    LeftOut,
    LocationHours,
    Plan,
    RowRule,
    conflict_of,
)
from core.engine.transforms import identity
from core.engine.transforms.expressions import field_name, names_in
from core.engine.transforms.left_out.words import split_empty_words, with_empty_words
from core.engine.transforms.vocabulary import spellings
from core.kit.text import tokens
from core.schema import Entity, target_schema

_ONE_EACH = {"loyalty_account": "customer_id"}
"""Entities of which a stream has one per record of another: without an id of their own they share its id."""

_PAIR = "combine_date_time"
"""The one transform that takes two sources, the day first, or three with AM or PM."""

_DAY_WORDS = frozenset({"date", "day", "datum", "fecha", "data", "jour", "dia", "tag", "dag", "giorno"})

_NAME_FIELDS = {"employee": "display_name"}
"""What holds the name of an entity that has no `name`."""


@dataclass(frozen=True, slots=True)
class Link:
    """A source field that feeds a target 'entity.field'; `is_decided` when a person said so."""

    stream: str
    source: str
    target: str
    transform: str | None = None
    is_decided: bool = False
    confidence: float = 1.0
    position: int = 0


_USUAL: Mapping[str, object] = {"close_hour": 0, "places": [], "left_out": [], "strict": [], "lenient": []}
"""Of a plan, and of its entities, as JSON: what is usual is left out, so that older plans keep their fingerprint."""
_USUAL_OF_ENTITY: Mapping[str, object] = {"place": None, "zone": None, "counters": None, "rules": []}


def build_plan(
    links: Sequence[Link],
    streams: Mapping[str, str | None],
    settings: ImportSettings,
    conflicts: Mapping[str, Conflict] | None = None,
    facts: Facts | None = None,
) -> Plan:
    """Return the plan of `links`. `streams`: name -> main entity where it is known; `facts` of those whose equal rows are numbered."""
    of_stream: dict[str, list[Link]] = {name: [] for name in streams}
    for link in links:
        if link.stream in of_stream:
            of_stream[link.stream].append(link)
    groups = {name: _group_fields(stream_links) for name, stream_links in of_stream.items()}
    of_columns = {name: stream_facts for name, stream_facts in (facts or {}).items() if stream_facts}
    primary = {
        name: main_entity(group, streams[name], of_columns.get(name, {}))
        for name, group in groups.items()
        if group
    }
    _hold_together(groups, primary, of_columns)
    told = {(name, entity) for name, group in groups.items() for entity in group}
    for group in groups.values():
        _derive(group, set(primary.values()))
    decided_entities = {(link.stream, link.target.partition(".")[0]) for link in links if link.is_decided}
    plans = [
        EntityPlan(
            name,
            entity,
            tuple(fields.values()),
            entity == primary[name],
            conflict_of((conflicts or {}).get(entity), is_told=(name, entity) in told),
            counters=counters(of_columns[name]) if name in of_columns else None,
        )
        for name, group in groups.items()
        for entity, fields in group.items()
    ]
    stable = [plan for plan in plans if _stands(plan, (plan.stream, plan.entity) in decided_entities)]
    order = list(target_schema().domain(settings.domain))
    stable.sort(key=lambda plan: (order.index(plan.entity), not plan.primary))
    return replace(Plan.under(settings, tuple(stable)), left_out=tuple(left_out(plans, stable)))


def plan_to_json(plan: Plan) -> dict[str, Any]:
    """Return the plan as JSON keeps it; plan_from_json gives it back."""
    document: dict[str, Any] = json.loads(json.dumps(asdict(plan)))
    for part in document["left_out"]:
        del part["fields"]
    entities = [(entity, _USUAL_OF_ENTITY) for entity in document["entities"]]
    rules = [(rule, {"ends": False}) for entity, _ in entities for rule in entity["rules"]]
    for part, usual_values in ((document, _USUAL), *rules, *entities):
        for name, usual in usual_values.items():
            if part[name] == usual:
                del part[name]
    return document


def plan_from_json(document: Mapping[str, Any]) -> Plan:
    entities = tuple(
        EntityPlan(
            entity["stream"],
            entity["entity"],
            tuple(map(_field_from_json, entity["fields"])),
            entity["primary"],
            Conflict(entity["conflict"]),
            _field_from_json(entity["place"]) if entity.get("place") else None,
            zone=_field_from_json(entity["zone"]) if entity.get("zone") else None,
            counters=tuple(entity["counters"]) if "counters" in entity else None,
            rules=tuple(map(RowRule.from_json, entity.get("rules", ()))),
        )
        for entity in document["entities"]
    )
    locations = tuple(LocationHours(**location) for location in document.get("places", ()))
    left = tuple(
        LeftOut(part["stream"], part["entity"], tuple(part["columns"]), tuple(part["missing"]))
        for part in document.get("left_out", ())
    )
    named = {name: tuple(document.get(name, ())) for name in ("strict", "lenient")}
    return Plan(**{**document, "entities": entities, "places": locations, "left_out": left, **named})


def _field_from_json(field: Mapping[str, Any]) -> FieldPlan:
    return FieldPlan(field["target"], tuple(field["sources"]), field["transform"])


def plan_digest(plan: Plan) -> str:
    """Return the plan's fingerprint: SHA-256 of its JSON, as 64 hexadecimal digits."""
    return hashlib.sha256(json.dumps(plan_to_json(plan), sort_keys=True).encode()).hexdigest()


# --- one source, or several, for one target -----------------------------------------------------------------------


def contested(links: Sequence[Link]) -> Iterator[tuple[str, str, tuple[str, ...]]]:
    """(stream, target, sources) wherever several sources want one target and nothing says how they combine.

    Several that people decided without a transform that joins them are contested too, unless they belong together
    by nature: the plan holds them all, but of each row only the first filled one would be imported.
    """
    for (stream, target), wanting in _by_target(links):
        if len(wanting) == 1:
            continue
        if len(_field_plan(wanting).sources) < len(wanting) or _is_unjoined(wanting):
            yield stream, target, tuple(link.source for link in wanting)


def _group_fields(links: Sequence[Link]) -> Group:
    group: Group = {}
    for (_, target), wanting in _by_target(links):
        if not any(_is_whole(link, wanting) for link in wanting):
            continue
        group.setdefault(target.partition(".")[0], {})[target.partition(".")[2]] = _field_plan(wanting)
    return group


def _is_whole(link: Link, wanting: Sequence[Link]) -> bool:
    """Whether the column that an expression begins with is there: a tip alone, without its total, makes no total."""
    formulas = [call.arguments[0] for call in transforms.parse(link.transform) if call.name == "expression"]
    names = {"value", *(field_name(other.source) for other in wanting)}
    return all(not (used := names_in(formula)) or used[0] in names for formula in formulas)


def named_in_expressions(links: Sequence[Link], columns: Sequence[tuple[str, str, int]]) -> list[Link]:
    """Return links of the columns that expressions name and that do not feed their target. `columns`: stream, name, position."""
    feeding = {(link.stream, link.target, field_name(link.source)) for link in links}
    by_name = {(stream, field_name(name)): (name, position) for stream, name, position in columns}
    further: dict[tuple[str, str, str], Link] = {}
    for link in links:
        for call in transforms.parse(link.transform):
            for name in names_in(call.arguments[0]) if call.name == "expression" else ():
                key = (link.stream, link.target, name)
                if key not in feeding and (link.stream, name) in by_name:
                    source, position = by_name[link.stream, name]
                    further[key] = replace(link, source=source, position=position)
    return list(further.values())


def _by_target(links: Sequence[Link]) -> Iterator[tuple[tuple[str, str], list[Link]]]:
    ordered = sorted(links, key=lambda link: (link.stream, link.target, link.position))
    for key, wanting in groupby(ordered, key=lambda link: (link.stream, link.target)):
        yield key, list(wanting)


def _field_plan(wanting: Sequence[Link]) -> FieldPlan:
    """As `_combined`; the words for nothing of every column that is used are taken for it in each of them."""
    words = {link.source: split_empty_words(link.transform) for link in wanting}
    if not any(empty for empty, _ in words.values()):
        return _combined(wanting)
    plan = _combined([replace(link, transform=words[link.source][1]) for link in wanting])
    empty_words = dict.fromkeys(word for source in plan.sources for word in words[source][0])
    return replace(plan, transform=with_empty_words(empty_words, plan.transform))


def _combined(wanting: Sequence[Link]) -> FieldPlan:
    """All of them where they can be combined, else the one a person chose, else the surest."""
    field = target_schema().field(wanting[0].target)
    if len(wanting) == 1:
        (link,) = wanting
        is_half = _PAIR in (link.transform or "") and joins(link.transform)
        return FieldPlan(field.name, (link.source,), None if is_half else link.transform)
    chosen_links = [link for link in wanting if link.is_decided]
    pool = chosen_links or list(wanting)
    joining = next((link.transform for link in pool if joins(link.transform)), None)
    if joining:
        pool = [link for link in pool if link.transform in (joining, None)]
        pool.sort(
            key=lambda link: (
                (not _DAY_WORDS & set(tokens(link.source)), link.position)
                if _PAIR in joining
                else (False, link.position)
            )
        )
    elif len({link.transform for link in pool}) > 1 or not (len(chosen_links) > 1 or _combine(pool)):
        pool = [max(pool, key=lambda link: (link.confidence, -link.position))]
    sources = tuple(dict.fromkeys(link.source for link in pool))
    if joining and _PAIR in joining and len(sources) not in {2, 3}:
        return FieldPlan(field.name, sources[:1])
    if joining or len(sources) < 2 or field.kind != "text" or field.is_list:
        return FieldPlan(field.name, sources, joining or pool[0].transform)
    together = in_order(
        field, sources
    )  # said by a transform, as an id that is made of the text must be made alike
    calls = filter(None, [pool[0].transform, "concat(' ')" if together else "coalesce"])
    return FieldPlan(field.name, together or sources, " | ".join(calls))


def _is_unjoined(wanting: Sequence[Link]) -> bool:
    """Whether people decided several that only one value can come of."""
    chosen_links = [link for link in wanting if link.is_decided]
    return (
        len(chosen_links) > 1
        and not any(joins(link.transform) for link in chosen_links)
        and not _combine(chosen_links)
    )


def _combine(pool: Sequence[Link]) -> bool:
    """Whether the sources belong together by nature."""
    return in_order(target_schema().field(pool[0].target), [link.source for link in pool]) is not None


def joins(transform: str | None) -> bool:
    """Whether the transform makes one value of several sources."""
    return any(transforms.TRANSFORMS[call.name].joins for call in transforms.parse(transform))


# --- records that hold together -----------------------------------------------------------------------------------


def _hold_together(groups: Mapping[str, Group], primary: Mapping[str, str], facts: Facts) -> None:
    """Give the entities of each row their ids and their references to each other. `primary`: stream -> main entity."""
    for name, entity in primary.items():
        group = groups[name]
        give_main_key(group, entity, facts.get(name, {}))
        give_keys(group, entity, {main for stream, main in primary.items() if stream != name})
        _tie(group)
        give_children_keys(group, entity, facts.get(name, {}))
        tie_lists(group, entity)


def _tie(group: Group) -> None:
    """Give each entity of a row its id, and the others their references to it, from the columns that have them."""
    for entity, name in _NAME_FIELDS.items():
        if name in group.get(entity, {}) and not _referred(group, entity):
            group[entity].setdefault("external_id", _as("external_id", group[entity][name]))
    for child, fields in group.items():
        for reference in target_schema().entity(child).references:
            parent = reference.refers_to or ""
            if reference.is_list or parent == child or parent not in group:
                continue
            if reference.name in fields:
                group[parent].setdefault("external_id", _as("external_id", fields[reference.name]))
                _name_after(group[parent], target_schema().entity(parent), fields[reference.name])
            elif parent_key := group[parent].get("external_id") or group[parent].get("name"):
                fields[reference.name] = _as(reference.name, parent_key)
    for entity, reference_name in _ONE_EACH.items():
        fields = group.get(entity, {})
        if reference_name in fields:
            fields.setdefault("external_id", _as("external_id", fields[reference_name]))


def _name_after(fields: Fields, entity: Entity, reference: FieldPlan) -> None:
    """Give a record that other rows only refer to the name that they have for it."""
    name = _NAME_FIELDS.get(entity.name, "name")
    if _bare(entity) and name in entity.fields:
        fields.setdefault(name, _as(name, reference))


def _referred(group: Group, parent: str) -> bool:
    """Whether another entity of the row already has its reference to this one."""
    return any(
        reference.refers_to == parent and reference.name in fields
        for child, fields in group.items()
        for reference in target_schema().entity(child).references
    )


def _derive(group: Group, present: set[str]) -> None:
    """Add the entities that the stream only refers to, where no stream of the import is about them."""
    for child, fields in list(group.items()):
        for reference in target_schema().entity(child).references:
            parent = reference.refers_to or ""
            if reference.is_list or parent in present or reference.name not in fields:
                continue
            if parent in group:
                _name_parent(group, parent, fields[reference.name])
                continue
            entity, reference_field = target_schema().entity(parent), fields[reference.name]
            if not _bare(entity):
                continue
            group[parent] = {"external_id": _as("external_id", reference_field)}
            name = _NAME_FIELDS.get(parent, "name")
            if name in entity.fields:
                printed = fields.get("name") if parent == "menu_item" and child == "order_line" else None
                group[parent][name] = _as(name, printed or reference_field)
            if parent == "dining_option":
                group[parent]["channel"] = _channel_of(reference_field)


def _name_parent(group: Group, parent: str, reference: FieldPlan) -> None:
    """Name a record that the rows only refer to and tell something of, as the time zone of their location."""
    name, fields = _NAME_FIELDS.get(parent, "name"), group[parent]
    key, entity = fields.get("external_id"), target_schema().entity(parent)
    if _bare(entity) and name in entity.fields and key and key.sources == reference.sources:
        fields.setdefault(name, _as(name, reference))


def _channel_of(name_field: FieldPlan) -> FieldPlan:
    """Return the channel that the name of a dining option stands for; a name of the house's own, such as a room, has none."""
    options = target_schema().field("dining_option.channel").options
    words = {
        text.replace(" ", joint): option
        for option in options
        for text in (option.replace("_", " "), *spellings(option))
        for joint in (" ", "_", "-", "")
    }
    mapping_call = transforms.show((transforms.Call("map_values", (words,), {"other": ""}),))
    return replace(
        name_field, target="channel", transform=" | ".join(filter(None, [name_field.transform, mapping_call]))
    )


def _bare(entity: Entity) -> bool:
    """Whether an id or a name is enough to make a record; people are not made from ids alone, staff names apart."""
    required = {field.name for field in entity.fields.values() if field.required}
    is_named = "name" in required or entity.name in _NAME_FIELDS or entity.name == "order"
    return is_named and required <= {"external_id", "name"}


def _stands(plan: EntityPlan, is_decided: bool) -> bool:  # noqa: FBT001  (a fact about the plan)
    """Whether records can be made: of a secondary entity told apart from row to row, with what it needs or was asked for."""
    if plan.primary:
        return not is_links_only(plan)
    if identity(plan) == "row":
        return False
    needed = [field.name for field in target_schema().entity(plan.entity).fields.values() if field.required]
    return is_decided or all(plan.field(name) for name in needed if name != "external_id")


def _as(target: str, field: FieldPlan) -> FieldPlan:
    return replace(field, target=target)
