"""Make a stream of guardians of a table of pupils that names several people in each row: father, mother, guardian 1 and 2.

A person who is named in several rows, by the same name and the same phone or e-mail, is one guardian of several pupils.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Sequence
from dataclasses import dataclass

import polars as pl

from core.engine.batch import ROW
from core.engine.sources.reshape.headers import is_key, key_columns, pupil_key, word_set, words
from core.engine.sources.reshape.shape import (
    SEPARATOR,
    Frames,
    Reading,
    StreamShape,
    free_name,
    own_columns,
    unmapped,
)
from core.kit.empty_words import hold_values
from core.kit.wording import counted, listed

_ROLES = {
    "father": "father dad daddy papa vater pere padre pai vader ojciec ayah",
    "mother": "mother mom mum mummy mama mutter mere madre mae moeder matka ibu",
    "guardian": "guardian carer caregiver voogd erziehungsberechtigte erziehungsberechtigter sorgeberechtigte "
    "sorgeberechtigter acudiente apoderado encarregado opiekun responsable",
    "parent": "parent elternteil",
    "grandmother": "grandmother",
    "grandfather": "grandfather",
    "spouse": "stepfather stepmother",
}
_ROLE_OF = {word: role for role, spellings in _ROLES.items() for word in spellings.split()}
_FIELDS = {
    "Name": ("name", "full name", "nombre", "nom", "nome", "naam", "imie nazwisko", ""),
    "First name": ("first name", "given name", "forename", "vorname", "prenom", "first", "nombres"),
    "Last name": ("last name", "family name", "surname", "nachname", "last", "apellido"),
    "Phone": ("phone", "mobile", "mobile phone", "telephone", "mobile number", "phone number", "contact number", "contact",
              "telephone number", "cell", "cell number", "telefon", "telefono", "handy", "tel", "portable", "celular",
              "telefone", "number", "whatsapp", "home phone", "work phone", "phone home", "phone mobile", "phone work"),
    "Email": ("email", "e mail", "mail", "email address", "email id", "e mail address", "correo", "courriel"),
    "Relationship": ("relationship", "relation", "relation to student", "type", "relationship to student"),
    "Address": ("address", "home address", "adresse", "direccion"),
}  # fmt: skip
_FIELD_OF = {text: field for field, spellings in _FIELDS.items() for text in spellings}
_TARGETS = {
    "First name": "guardian.first_name",
    "Last name": "guardian.last_name",
    "Phone": "guardian.phone",
    "Email": "guardian.email",
    "Relationship": "guardian.relationship",
    "Address": "guardian.address",
}
_KEY, _PUPILS, _RELATIONSHIP = "Guardian key", "Pupils", "Relationship"
_STRIDE = 100
_PUPIL_NOUNS = word_set(
    "student pupil child kid learner sibling kind eleve enfant alumno hijo aluno filho leerling"
)
_PUPIL_NAMES = word_set("name forename surname nachname vorname")
_FIELDS_OF_A_CONTACT = 3
"""Columns named after a contact from which they tell of a person beside the pupil."""

_OF_PUPILS = word_set("student pupil child admission grade class")
_PARTS_OF_NAMES = word_set("first last middle given family user student pupil child class school")


@dataclass(frozen=True, slots=True)
class _Person:
    """A person that each row may name: `relation` as the headers say it, and field -> column."""

    relation: str
    fields: dict[str, str]


def people_shape(columns: tuple[str, ...], rows: pl.DataFrame) -> list[StreamShape] | None:
    """Return the shapes of the pupils and of their guardians; None where the table names no people beside a pupil."""
    people = _people(columns)
    of_people = [column for person in people for column in person.fields.values()]
    if several := _numbered_pupils(columns):
        return [_asked_about(columns, several, of_people)]
    if not people:
        return None
    pupil_columns = tuple(column for column in columns if column not in set(of_people))
    labels = listed([person.relation for person in people])
    key = pupil_key(pupil_columns, rows) or _repeated_key(pupil_columns, rows)
    if key is None:
        is_of_pupils = any(set(words(column)) & _OF_PUPILS for column in pupil_columns)
        return [_left_out(columns, of_people, labels)] if is_of_pupils else None
    pupils = StreamShape(
        pupil_columns,
        entity="student",
        why=(
            f"{counted(len(of_people), 'column')} about {labels} are read as guardians, a table of their own",
        ),
        readings={
            key: Reading("student.external_id", f"{key} identifies each pupil; guardians refer to it.")
        },
        convert=lambda frames: (frame.drop(of_people) for frame in frames),
    )
    return [pupils, _guardian_shape(people, labels, key)]


def _repeated_key(columns: Sequence[str], rows: pl.DataFrame) -> str | None:
    """Find the number of pupils who stand in a row for each of their contacts; the rows of one say the same of the pupil."""
    pupils = rows.select(columns).unique()
    return next((name for name in key_columns(columns) if is_key(pupils[name])), None)


def _numbered_pupils(columns: Sequence[str]) -> dict[str, list[str]]:
    """Return the columns of each of several pupils that a row tells of, as in Student 1 Name, Student 2 Name; {} for one."""
    numbered: dict[str, list[str]] = {}
    for column in columns:
        parts = words(column)
        nouns = _PUPIL_NOUNS.intersection(parts)
        number = next((word for word in parts if word.isdigit() and len(word) == 1), "")
        if nouns and number:
            numbered.setdefault(f"{min(nouns)} {number}", []).append(column)
    named = [label for label, names in numbered.items() if any("name" in words(name) for name in names)]
    return numbered if len(named) > 1 else {}


def _asked_about(
    columns: tuple[str, ...], pupils: dict[str, list[str]], of_people: Sequence[str]
) -> StreamShape:
    """Leave the table as it is, with the columns of all its people unmapped."""
    question = f"Each row tells of several pupils ({listed(list(pupils))}): export or write a row for each pupil, with the guardians beside it."
    of_pupils = [column for names in pupils.values() for column in names]
    reason = "Only one pupil of the row could be read from it."
    shared = {
        column: Reading(None, "The row tells of several pupils.", question=question, is_open=True)
        for column in columns
        if column not in {*of_pupils, *of_people}
    }
    return StreamShape(
        columns,
        why=(question,),
        readings=unmapped([*of_pupils, *of_people], reason, question) | shared,
    )


def _left_out(columns: tuple[str, ...], of_people: Sequence[str], labels: str) -> StreamShape:
    """Leave the table as it is, with the columns about other people unmapped."""
    reason = "It belongs to another person than the row's, and no column identifies the row's pupil."
    question = (
        f"Each row names {labels} beside the pupil, and no column identifies the pupil: which one does?"
    )
    return StreamShape(columns, why=(question,), readings=unmapped(of_people, reason, question))


def _guardian_shape(people: Sequence[_Person], labels: str, key: str) -> StreamShape:
    names = _output(people)
    merging = (
        f"guardians of the columns of {labels}: one row a person, merged where name and phone or e-mail are the same, "
        f"with their pupils by {key}"
    )
    return StreamShape(
        names,
        SEPARATOR + "guardians",
        "guardian",
        (merging, f"row {_STRIDE * 2 + 1} is the first person of row 2 of the file"),
        _readings(names, key),
        lambda frames: _guardians(frames, people, names, key),
    )


def guardian_name(columns: Sequence[str]) -> dict[str, Reading]:
    """Return the reading of the one column that has the whole name of the guardian of a row; of none where several may."""
    names = [
        column
        for column in columns
        if "name" in (groups := set(words(column))) and not groups & _PARTS_OF_NAMES
    ]
    return (
        {names[0]: Reading("guardian.first_name", "The row is a guardian's.", "given_name")}
        if len(names) == 1
        else {}
    )


def _people(columns: Sequence[str]) -> list[_Person]:
    groups: dict[tuple[str, str], dict[str, str]] = {}
    of_contact = [column for column in columns if words(column)[:1] == ("contact",)]
    has_contact = len(of_contact) >= _FIELDS_OF_A_CONTACT and any(
        _PUPIL_NAMES.intersection(words(column)) for column in columns if column not in of_contact
    )
    for column in columns:
        parts = words(column)
        roles = [word for word in parts if word in _ROLE_OF]
        number = next((word for word in parts if word.isdigit()), "")
        is_emergency = {"emergency", "contact"} <= set(parts)
        is_contact = is_emergency or bool("contact" in parts and (number or has_contact))
        if not roles and not is_contact:
            continue
        relation = (
            _ROLE_OF[roles[-1]] if not is_contact else "emergency contact" if is_emergency else "contact"
        )
        skipped = {*roles, number, "student", "pupil", *(("emergency", "contact") if is_contact else ())}
        field_text = " ".join(word for word in parts if word not in skipped)
        fields = groups.setdefault((relation, number), {})
        label = _FIELD_OF.get(field_text, field_text.capitalize())
        fields[free_name(label, fields)] = column
    return [
        _Person(f"{relation} {number}".strip(), fields)
        for (relation, number), fields in groups.items()
        if {"Name", "First name", "Last name"} & fields.keys()
    ]


def _output(people: Sequence[_Person]) -> tuple[str, ...]:
    """List the columns of the guardians' stream."""
    fields = dict.fromkeys(name for person in people for name in person.fields if name != _RELATIONSHIP)
    return (_KEY, _RELATIONSHIP, *(name for name in fields if name not in {_KEY, _PUPILS}), _PUPILS)


def _readings(names: Sequence[str], key: str) -> dict[str, Reading]:
    reason = "The reader made it of the columns about each person."
    readings = {
        _KEY: Reading(
            "guardian.external_id", "The reader made it of name and phone or e-mail, the same each time."
        ),
        _PUPILS: Reading("guardian.student_ids", f"{key} of the rows that name the person.", "json_list"),
        "Name": Reading("guardian.first_name", reason, "given_name"),
    }
    readings |= {field: Reading(target, reason) for field, target in _TARGETS.items()}
    return {name: reading for name, reading in readings.items() if name in names}


def _guardians(frames: Frames, people: Sequence[_Person], names: tuple[str, ...], key: str) -> Frames:
    """Yield the guardians of all frames: what is merged is known only at the end."""
    parts, size = [], 1
    for frame in frames:
        size = max(size, frame.height)
        parts += [
            _people_rows(frame, person, position, names, key)
            for position, person in enumerate(people, start=1)
        ]
    if not parts:
        return
    person_rows = pl.concat(parts, how="diagonal").sort(ROW)
    reader_columns = own_columns(person_rows)
    guardian_rows = (
        person_rows.group_by(_KEY, maintain_order=True)
        .agg(
            pl.col(ROW).first(),
            *(
                pl.col(name).drop_nulls().unique(maintain_order=True).str.join("; ")
                for name in names
                if name not in {_KEY, _PUPILS}
            ),
            pl.col(_PUPILS).drop_nulls().unique().sort(),  # the next export has its rows in another order
            *(pl.col(name).drop_nulls().first() for name in reader_columns),
        )
        .with_columns(
            pl.when(pl.col(name) != "").then(pl.col(name)).alias(name)
            for name in names
            if name not in {_KEY, _PUPILS}
        )
        .with_columns(pl.col(_PUPILS).map_elements(lambda keys: json.dumps(keys.to_list()), pl.String))
        .select(ROW, *names, *reader_columns)
    )
    yield from guardian_rows.iter_slices(size)


def _people_rows(
    frame: pl.DataFrame, person: _Person, position: int, names: tuple[str, ...], key: str
) -> pl.DataFrame:
    """Return one row for each row that names the person."""
    fields = {
        name: column for name, column in person.fields.items() if name in names and name != _RELATIONSHIP
    }
    relation: pl.Expr = pl.lit(person.relation.rstrip(" 0123456789"))
    if column := person.fields.get(_RELATIONSHIP):
        relation = pl.coalesce(pl.col(column), relation)
    rows = frame.select(
        (pl.col(ROW) * _STRIDE + position).alias(ROW),
        relation.alias(_RELATIONSHIP),
        *(pl.col(column).str.strip_chars().alias(name) for name, column in fields.items()),
        pl.col(key).alias(_PUPILS),
        *own_columns(frame),
    )
    identifying = [name for name in ("Name", "First name", "Last name", "Phone", "Email") if name in fields]
    rows = rows.filter(hold_values(identifying))
    keys = [_key(row) for row in rows.iter_rows(named=True)]
    return rows.with_columns(pl.Series(_KEY, keys, pl.String))


def _key(row: dict[str, str | None]) -> str:
    """Make a key of a person's name and phone or e-mail; of name and pupil where there is neither."""
    name = " ".join(
        " ".join(filter(None, (row.get("Name"), row.get("First name"), row.get("Last name"))))
        .casefold()
        .split()
    )
    phone = re.sub(r"\D", "", row.get("Phone") or "")[-9:]
    contact = phone if len(phone) >= 6 else (row.get("Email") or "").casefold()
    text = json.dumps([name, contact or f"pupil {row[_PUPILS]}"])
    return "person:" + hashlib.blake2b(text.encode(), digest_size=8).hexdigest()
