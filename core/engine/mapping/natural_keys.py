"""Proposes the id of a table's records where no column is taken as one: columns whose values never repeat, by name and target.

Judged over all rows of the stream. Several columns together are proposed where none alone tells the rows apart. Pure.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import chain

from core.engine.mapping.amounts import PLANNED
from core.engine.mapping.identities.repeated_people import number_of_people
from core.engine.mapping.match import Evidence
from core.engine.mapping.proposal import Proposal, StreamSample
from core.engine.mapping.record_keys import KEY_FIELDS, main_entity
from core.engine.plan import FieldPlan
from core.engine.sources.facts.columns import ColumnFacts
from core.engine.transforms import Call, show
from core.kit.empty_words import KINDS, Emptiness
from core.kit.text import tokens
from core.kit.wording import listed
from core.schema import entity_label, target_schema

IDENTITY = "identity"
"""The feature of the evidence that says why columns are the id."""

_SURE, _LIKELY, _TOGETHER = 0.95, 0.92, 0.85

_SOLD = ("order_line", "order_line.sku")
"""The SKU of what is sold, which is no ID of the line by itself."""

_KEY_WORDS = frozenset(
    {"id", "code", "key", "handle", "number", "reference", "upn", "sku", "plu", "ean", "upc", "gtin", "barcode", "token",
     "codigo", "cod", "clave", "numero", "nro", "numer", "numerus", "nummer", "matricule", "matricula", "kod", "slug",
     "référence", "referencia", "referenz", "folio", "legajo", "rut", "dni", "nif", "code-barres", "артикул", "код", "номер"}
)  # fmt: skip
_KEY_ENDS = ("nr", "nummer", "nummeret", "numret", "code", "kode", "schlüssel", "番号", "コード", "编号", "编码", "編號", "번호", "코드")  # fmt: skip
_NO_KEY = frozenset(
    {"account", "apartment", "card", "check", "color", "country", "currency", "discount", "fax", "guest", "house",
     "karte", "last", "mobile", "phone", "pin", "postal", "quantity", "room", "seat", "street", "table", "tax", "telefon",
     "telephone", "unit", "version", "visit", "zip", "plz", "tarjeta", "area", "zone", "promo", "coupon"}
)  # fmt: skip
_PERSON_WORDS = re.compile(
    r"\b(roll|admission|adm|student|pupil|learner|upn|child|teacher|matricule|matr[ií]cula|alumn|alun|élève|eleve|employee|staff)"
    r"|schüler|leerling|elev|学[号籍]|学生|生徒|학번|학생",
    re.IGNORECASE,
)
"""Names of numbers that people have: no ID of what happens to them or has them, as the next export has the same people."""
_PEOPLE = frozenset({"student", "guardian", "staff", "customer", "employee"})
_CONTACTS = frozenset({"phone", "email"})
"""Kinds of fields that identify people where no number does: they change."""
_NO_KEY_KINDS = frozenset({"money", "bool", "date", "datetime", "percent", "decimal", "int", "enum"})

_COMPOSITES: Mapping[str, tuple[tuple[str, ...], ...]] = {
    "student": (("first_name", "last_name", "birth_date"), ("grade_level", "student_number")),
    **{
        entity: tuple(("first_name", "last_name", contact) for contact in ("email", "phone"))
        for entity in ("customer", "employee", "guardian", "staff")
    },
    "attendance": (("student_id", "on"), ("student_id", "on", "class_id")),
    "assessment_result": (
        ("student_id", "title"),
        ("student_id", "class_id"),
        ("student_id", "title", "class_id"),
        ("student_id", "title", "assessed_on"),
        ("student_id", "class_id", "assessed_on"),
        ("student_id", "class_id", "title", "assessed_on"),
    ),
    "enrollment": (("person_id", "class_id"),),
    "fee": (("student_id", "description"), ("student_id", "description", "due_on")),
    "payment": (("order_id", "tender"), ("order_id", "paid_at"), ("order_id", "tender", "paid_at")),
    "order_line": (
        ("order_id", "item_id"),
        ("order_id", "sku"),
        ("order_id", "name"),
        ("order_id", "name", "variant_id"),
    ),
}
_EACH_COUNTS = frozenset({"order_line", "payment"})
"""Entities of which equal rows are records of their own: the same dish twice on one check, a bill split in halves."""

_ORDER_PARTNERS: tuple[tuple[str, ...], ...] = (("opened_at",), ("business_date",), ("location_id",), ("location_id", "opened_at"),
                   ("location_id", "business_date"), ("source",), ("state",))  # fmt: skip
_REFUND = re.compile(
    r"refund|return|void|storno|erstatt|rückgabe|rembours|retour|devoluci|reembolso|rimborso|reso\b|anul|estorno",
    re.IGNORECASE,
)
_MAY_BE_NUMBER = re.compile(r"n[or°º]?[.\s]*|num|number|nummer|numero|numéro|número|nbr", re.IGNORECASE)
"""Names of counters that stand for a record's own number as well."""
_PARTNER_NAMES = re.compile(
    r"\b(register|till|terminal|store|branch|outlet|shop|type|kind|kasse|filiale|caisse|magasin|caja|tienda|loja|caixa|cassa)\b",
    re.IGNORECASE,
)


def with_keys(proposals: Sequence[Proposal], samples: Sequence[StreamSample]) -> list[Proposal]:
    """Return the proposals of all streams with the ids of their records, as far as they can be proposed.

    The id of what other streams refer to is one column, as a reference is.
    """
    result: list[Proposal] = []
    for sample in samples:
        members = [proposal for proposal in proposals if proposal.stream == sample.name]
        targets = {
            proposal.target for proposal in proposals if proposal.stream != sample.name and proposal.target
        }
        referred = frozenset(target_schema().field(target).refers_to or "" for target in targets)
        result += _with_key(members, sample, referred)
    return result


def _with_key(
    proposals: Sequence[Proposal], sample: StreamSample, referred: frozenset[str]
) -> list[Proposal]:
    proposals = [_without_counter(proposal, sample) for proposal in proposals]
    planned = [
        proposal for proposal in proposals if proposal.target and (proposal.confidence or 0) >= PLANNED
    ]
    if not planned or not sample.is_known:
        return list(proposals)
    by_target: dict[str, list[Proposal]] = {}
    for proposal in planned:
        by_target.setdefault(proposal.target or "", []).append(proposal)
    entity = _main_entity(by_target, sample)
    key = _key(entity, proposals, by_target, sample, can_be_several=entity not in referred)
    return _added(proposals, entity, key, sample) if key else list(proposals)


def _without_counter(proposal: Proposal, sample: StreamSample) -> Proposal:
    """Return the proposal of a column that only counts rows without a target, or with a question where it may be a number.

    The next export counts anew: as an id it would put each row's values into another record.
    """
    facts = sample.facts.get(proposal.source)
    if facts is None or not facts.counts or proposal.target is None or proposal.source in sample.hints:
        return proposal
    text = f"Counts the rows from 1 to {facts.filled:,}."
    if _MAY_BE_NUMBER.fullmatch(proposal.source.strip()):
        question = f"{text} Is it a number of the record's own, or only the row's? Accept it if the next export keeps it."
        return replace(proposal, question=proposal.question or question)
    reason = Evidence(IDENTITY, -2.0, text)
    return replace(
        proposal,
        target=None,
        transform=None,
        confidence=None,
        evidence=(reason, *proposal.evidence),
        question="",
    )


def _key(
    entity: str,
    proposals: Sequence[Proposal],
    by_target: Mapping[str, Sequence[Proposal]],
    sample: StreamSample,
    *,
    can_be_several: bool,
) -> tuple[Proposal, ...] | None:
    """Return the columns to be the id; None where it has one, or nothing tells the rows apart."""
    ids = by_target.get(f"{entity}.external_id", [])
    is_known_by_name = entity in sample.named and f"{entity}.name" in by_target
    if is_known_by_name or len(ids) > 1 or (not ids and _is_tied(entity, by_target)):
        return None
    if ids and (_is_unique(ids[0].source, sample) or ids[0].source in sample.hints):
        doubtful = ids[0].origin == "rules" and (ids[0].confidence or 0.0) < _SURE
        return (ids[0],) if doubtful and ids[0] in _candidates(proposals) else None
    if not ids and (single := _single_key(entity, proposals, by_target, sample)):
        return (single,)
    if ids and {"id", "uuid", "guid"} & set(tokens(ids[0].source)):
        return None  # an id that stands twice is a contradiction of the file, which holds both rows
    base = ids[0] if ids else None
    together = _together(entity, base, proposals, by_target, sample) if can_be_several else None
    if together or ids:
        return together
    repeated = number_of_people(entity, _candidates(proposals), by_target, sample, _rows(sample))
    return (repeated,) if repeated else None


def _main_entity(by_target: Mapping[str, Sequence[Proposal]], sample: StreamSample) -> str:
    group: dict[str, dict[str, FieldPlan]] = {}
    for target, claims in by_target.items():
        entity, _, name = target.partition(".")
        group.setdefault(entity, {})[name] = FieldPlan(name, tuple(claim.source for claim in claims))
    return main_entity(group, sample.entity, sample.facts)


def _is_tied(entity: str, by_target: Mapping[str, Sequence[Proposal]]) -> bool:
    """Whether the plan takes the id from a reference of the row to it, or from the one record it belongs to."""
    for target in by_target:
        child, _, name = target.partition(".")
        if child != entity and name in target_schema().entity(child).fields:
            field = target_schema().field(target)
            if field.refers_to == entity and not field.is_list:
                return True
    return entity == "loyalty_account" and "loyalty_account.customer_id" in by_target


# --- one column ---------------------------------------------------------------------------------------------------


def _single_key(
    entity: str,
    proposals: Sequence[Proposal],
    by_target: Mapping[str, Sequence[Proposal]],
    sample: StreamSample,
) -> Proposal | None:
    """Return the column whose values are all there and never repeat: by its target, else by its name."""
    claims = [by_target.get(f"{entity}.{name}", []) for name in KEY_FIELDS.get(entity, ())]
    targeted = [claim[0] for claim in claims if len(claim) == 1]
    candidates = _candidates(proposals)
    of_entity = [
        proposal
        for proposal in candidates
        if ((proposal.target or entity).partition(".")[0] == entity or (proposal.confidence or 0) < PLANNED)
        and not (entity not in _PEOPLE and _PERSON_WORDS.search(proposal.source))
        and (entity, proposal.target) != _SOLD  # which the next order sells again
    ]
    contacts = [claim for claim in targeted if target_schema().field(claim.target or "").kind in _CONTACTS]
    codes = [claim for claim in targeted if claim not in contacts]
    return next(
        (proposal for proposal in chain(codes, of_entity, contacts) if _is_unique(proposal.source, sample)),
        None,
    )


def _candidates(proposals: Sequence[Proposal]) -> list[Proposal]:
    """List the columns that are named as an id and may be one."""
    firsts = [proposal for proposal in proposals if proposal.slot == 0 and not proposal.question]
    return [proposal for proposal in firsts if _is_key_name(proposal.source) and _may_be_key(proposal)]


def _is_key_name(name: str) -> bool:
    words = [word.lower() for word in tokens(name)]
    if not words or set(words) & _NO_KEY:
        return False
    return bool(set(words) & _KEY_WORDS) or name.strip().lower().rstrip(".:# ").endswith(_KEY_ENDS)


def _may_be_key(proposal: Proposal) -> bool:
    if proposal.target is None:
        return True
    field = target_schema().field(proposal.target)
    return field.kind not in _NO_KEY_KINDS and not field.is_list and field.refers_to is None


def _is_unique(source: str, sample: StreamSample) -> bool:
    """Whether every row has a value of its own in the column, and it does more than count the rows."""
    facts = sample.facts.get(source, ColumnFacts())
    nothing = sum(rows for word, rows in facts.empty_words.items() if not KINDS[word] & Emptiness.ZEROS)
    return facts.is_unique is True and not facts.counts and facts.filled - nothing == _rows(sample)


def _rows(sample: StreamSample) -> int:
    return max((facts.filled for facts in sample.facts.values()), default=0)


# --- several columns ----------------------------------------------------------------------------------------------


def _together(
    entity: str,
    base: Proposal | None,
    proposals: Sequence[Proposal],
    by_target: Mapping[str, Sequence[Proposal]],
    sample: StreamSample,
) -> tuple[Proposal, ...] | None:
    """Return the first combination of columns that tells all rows apart; `base` is the id that alone does not."""
    if sample.is_unique_together is None:
        return None
    for columns in _combinations(entity, base, proposals, by_target):
        distinct = {
            column.source: column for column in reversed(columns)
        }  # given and family name may share one
        sources = tuple(reversed(distinct))
        if len(sources) > 1 and sample.is_unique_together(
            sources, equal_rows_once=entity not in _EACH_COUNTS
        ):
            return tuple(reversed(distinct.values()))
    return None


def _combinations(
    entity: str,
    base: Proposal | None,
    proposals: Sequence[Proposal],
    by_target: Mapping[str, Sequence[Proposal]],
) -> Iterator[tuple[Proposal, ...]]:
    if entity == "order":
        if number := base or next(iter(by_target.get("order.number", [])), None):
            yield from _with_partners(number, proposals, by_target)
    elif base is None:
        yield from filter(
            None, (_columns_of(entity, names, by_target) for names in _COMPOSITES.get(entity, ()))
        )
    elif base.profile.kind == "int":  # the number of a line in its order
        for reference in target_schema().entity(entity).references:
            if reference.required and (parents := _columns_of(entity, (reference.name,), by_target)):
                yield (*parents, base)


def _with_partners(
    number: Proposal, proposals: Sequence[Proposal], by_target: Mapping[str, Sequence[Proposal]]
) -> Iterator[tuple[Proposal, ...]]:
    """Yield an order's number with what may tell orders of one number apart: time, place, register, kind."""
    registers = [
        proposal for proposal in proposals if proposal.slot == 0 and _PARTNER_NAMES.search(proposal.source)
    ]
    for names in _ORDER_PARTNERS:
        partners = _columns_of("order", names, by_target)
        if partners and (names != ("state",) or _tells_refunds(partners[0])):
            yield (number, *partners)
            yield from ((number, *partners, register) for register in registers)
    yield from ((number, register) for register in registers)


def _tells_refunds(state: Proposal) -> bool:
    return any(_REFUND.search(value) for value in state.profile.samples)


def _columns_of(
    entity: str, names: Sequence[str], by_target: Mapping[str, Sequence[Proposal]]
) -> tuple[Proposal, ...] | None:
    """Return the columns of the fields; a reference may be told by the key of what it refers to."""
    columns = []
    for name in names:
        field = target_schema().field(f"{entity}.{name}")
        parent = field.refers_to or ("student" if name == "person_id" else "")
        keys = (
            [f"{parent}.{key}" for key in ("external_id", *KEY_FIELDS.get(parent, ()), "name")]
            if parent
            else []
        )
        claims = [by_target[key] for key in (field.key, *keys) if key in by_target]
        if not claims or len(claims[0]) > 1:
            return None
        columns.append(claims[0][0])
    return tuple(columns)


# --- the proposal -------------------------------------------------------------------------------------------------


def _sureness(proposals: Sequence[Proposal], entity: str) -> float:
    """Return how sure the surest field of the entity is: so sure it is that the rows are about it."""
    members = [proposal for proposal in proposals if (proposal.target or "").startswith(f"{entity}.")]
    return max((proposal.confidence or 0.0 for proposal in members), default=0.0)


def _added(
    proposals: Sequence[Proposal], entity: str, key: Sequence[Proposal], sample: StreamSample
) -> list[Proposal]:
    """Add the id to the proposals: a further target of each column of `key`, or the first of one that has none."""
    target, label = f"{entity}.external_id", entity_label(entity).lower()
    columns = [proposal.source for proposal in key]
    if len(columns) == 1:
        is_repeated = sample.facts.get(columns[0], ColumnFacts()).is_unique is False
        why = "Each number stands beside one name, some in several rows"
        if not is_repeated:
            why = f"Each of the {_rows(sample):,} rows has a value of its own here"
        text = f"{why}: it is the ID of {label}."
        transform = None
        confidence = _LIKELY if target_schema().field(key[0].target or target).kind in _CONTACTS else _SURE
        if key[0].target == target:  # which it was already, by its name alone
            confidence = max(key[0].confidence or 0.0, min(confidence, _sureness(proposals, entity)))
    else:
        text = f"{listed(columns)} together differ in every row: they are the ID of {label}."
        transform, confidence = show((Call("concat", ("/",)),)), _TOGETHER
    slots: dict[str, int] = {}
    for proposal in proposals:
        slots[proposal.source] = max(slots.get(proposal.source, -1), proposal.slot)
    ids = {}
    for column in key:
        is_free = column.target in (None, target)
        ids[column.source, column.slot] = (
            is_free,
            replace(
                column,
                slot=column.slot if is_free else slots[column.source] + 1,
                target=target,
                transform=transform,
                confidence=confidence,
                evidence=(Evidence(IDENTITY, 2.0, text), *(column.evidence if is_free else ())),
                alternatives=column.alternatives if is_free else (),
            ),
        )
    numbers = {"order.number"} - {proposal.target for proposal in proposals}
    result: list[Proposal] = []
    for proposal in proposals:
        is_free, made = ids.get((proposal.source, proposal.slot), (False, None))
        result += [] if is_free else [proposal]
        result += [made] if made else []
        if is_free and made and len(key) > 1 and proposal.target and f"{entity}.number" in numbers:
            # What people see stays the number by itself.
            result.append(replace(proposal, slot=slots[proposal.source] + 1, target=f"{entity}.number"))
    return result
