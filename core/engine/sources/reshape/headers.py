"""Read the headers of a table for its shape: which columns identify a pupil, name a person, or name a sum."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import polars as pl

from core.kit.text import tokens


def word_set(text: str) -> frozenset[str]:
    """Return the words of a text, parted by blanks."""
    return frozenset(text.split())


_PUPIL = word_set(
    "student pupil learner child admission upn usn sis enrolment enrollment registration matricula matricule schuler "
    "eleve alumno estudiante aluno studente leerling uczen gr"
)
_ENROLLING = word_set("admission enrolment enrollment registration sis gr")
_NUMBER = word_set("id number code nos matricula matricule")
_WITHIN_CLASS = word_set("roll serial sr sl sno seat row rank order folio lista position numero pos lp hash")
_CLASSES = word_set("class klass klasse klas classe form section standard std turma clase clas division")
_ALONE = word_set("upn usn uln adno dfe sis matricula matricule")
_NAME = word_set("name nome nombre nom naam imie nazwisko full")
_SUMS = word_set(
    "total sum percent percentage average mean rank position gpa cgpa overall result remark division present absent late "
    "tardy excused day days working attendance marks obtained grand aggregate outof summe gesamt anwesend abwesend "
    "schnitt durchschnitt total moyenne absences presences promedio ausencias suma media medie grade"
)


def words(header: str) -> tuple[str, ...]:
    """Split a header into words without those that only join others."""
    return tuple(
        word
        for word in tokens(header.replace("ß", "ss"))
        if word not in {"of", "the", "des", "der", "de", "du", "del", "da"}
    )


def pupil_key(columns: Sequence[str], rows: pl.DataFrame) -> str | None:
    """Find the column that identifies pupils beyond their class, filled and without repeats; None where none does."""
    return next((name for name in key_columns(columns) if is_key(rows[name])), None)


def key_columns(columns: Iterable[str]) -> list[str]:
    """List the columns named as a pupil's number, the likeliest first."""
    ranked = []
    for name in columns:
        header_words = set(words(name))
        if header_words & _WITHIN_CLASS or header_words & _NAME:
            continue
        if header_words & _ALONE or (header_words & _PUPIL and header_words & _NUMBER):
            ranked.append((0, name))
        elif words(name) in {("id",), ("source", "id"), ("external", "id")}:
            ranked.append((1, name))
    return [name for _, name in sorted(ranked, key=lambda pair: pair[0])]


_NAME_PARTS = {
    "student.first_name": {("first", "name"), ("given", "name"), ("first",), ("prenom",), ("vorname",), ("voornaam",), ("imie",)},
    "student.last_name": {("last", "name"), ("family", "name"), ("last",), ("nachname",), ("achternaam",), ("cognome",), ("apellido",), ("sobrenome",), ("nazwisko",)},
}  # fmt: skip
UNNAMED = "Column"
"""Names a column that has no name in the file, with its place behind it."""


def unnamed_columns(count: int) -> tuple[str, ...]:
    """Return the names of as many columns without a header, by their places."""
    return tuple(f"{UNNAMED} {place}" for place in range(1, count + 1))


def names_pupils(columns: Iterable[str]) -> bool:
    """Tell whether a column is named as the number or the name of a pupil."""
    return any(set(words(name)) & (_PUPIL - _ENROLLING) for name in columns)


def class_number(columns: Iterable[str]) -> str | None:
    """Find a column that numbers pupils within a class or a list only."""
    return next(
        (name for name in columns if set(words(name)) & _WITHIN_CLASS and "name" not in words(name)), None
    )


def roll_key(columns: Sequence[str], rows: pl.DataFrame) -> tuple[str, ...]:
    """Return the columns that identify pupils together: class where there is one, number in the class, name; else none."""
    number, name = class_number(columns), pupil_name(columns)
    if number is None or name is None or rows[number].null_count() or rows[name].null_count():
        return ()
    of_class = [
        column for column in columns if set(words(column)) & _CLASSES and not rows[column].null_count()
    ]
    within = [*of_class, number]
    is_unique = rows.height > 0 and rows.select(within).n_unique() == rows.height
    return (*within, name) if is_unique else ()


def pupil_name(columns: Iterable[str]) -> str | None:
    """Find the column of a pupil's whole name."""
    for name in columns:
        header_words = set(words(name))
        if header_words & _NAME and not header_words & {
            "first",
            "last",
            "middle",
            "given",
            "family",
            "class",
            "school",
            "user",
        }:
            return name
        if header_words and header_words <= {
            "student",
            "pupil",
            "learner",
            "child",
            "schuler",
            "eleve",
            "alumno",
            "aluno",
        }:
            return name
    return None


def name_parts(columns: Iterable[str]) -> dict[str, str]:
    """Return the columns of a pupil's first and last name, with the target each feeds; none where two are named alike."""
    parts: dict[str, list[str]] = {}
    for column in columns:
        header_words = tuple(word for word in words(column) if word not in _PUPIL - _ENROLLING)
        target = next((target for target, names in _NAME_PARTS.items() if header_words in names), None)
        if target:
            parts.setdefault(target, []).append(column)
    return {names[0]: target for target, names in parts.items() if len(names) == 1}


def is_key(values: pl.Series) -> bool:
    """Tell whether every value is filled and none repeats."""
    return bool(len(values)) and not values.null_count() and values.n_unique() == len(values)


def is_sum(header: str) -> bool:
    """Tell whether a column is named as a sum or a summary of the others."""
    header_words = set(words(header))
    return bool(header_words & _SUMS) or header.strip() in {"%", "Σ", "#P", "#A"}
