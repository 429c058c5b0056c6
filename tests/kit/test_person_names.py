"""Names of people are split so that no word is lost: titles, particles, suffixes, commas, two family names."""

from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.kit.person_names import split_name, stands_family_first

PARTS = [
    *(
        "Ada",
        "Mary Ann",
        "J.",
        "María José",
        "Jean-Luc",
        "de",
        "la",
        "van",
        "der",
        "von",
        "bin",
        "al-",
        "O'Brien",
        "y",
    ),
    *(
        "King",
        "García",
        "Silva",
        "Santos",
        "DUPONT",
        "Jr.",
        "III",
        "PhD",
        "MD",
        "Dr.",
        "Mr",
        "&",
        "Mrs",
        "Frau",
        ",",
        "山田",
    ),
]


@pytest.mark.parametrize(
    ("text", "given_names", "family", "left_out"),
    [
        ("John Henry Johnson Jr.", "John Henry", "Johnson Jr.", ""),
        ("Maria de la Cruz", "Maria", "de la Cruz", ""),
        ("Ludwig van der Berg", "Ludwig", "van der Berg", ""),
        ("Ana Silva Santos", "Ana", "Silva Santos", ""),
        ("Mary Ann Lee", "Mary Ann", "Lee", ""),
        ("Cher", "Cher", "", ""),
        ("Dr. Paul Smith III", "Paul", "Smith III", "Dr."),
        ("Lovelace, Ada", "Ada", "Lovelace", ""),
        ("de la Cruz, Maria", "Maria", "de la Cruz", ""),
        ("Smith, John, Jr.", "John", "Smith Jr.", ""),
        ("Smith Jr., John", "John", "Smith Jr.", ""),
        ("Martin Luther King, Jr.", "Martin Luther", "King Jr.", ""),
        ("Grace Hopper, PhD", "Grace", "Hopper", "PhD"),
        ("Frau Müller", "", "Müller", "Frau"),
        ("Mr & Mrs Smith", "", "Smith", "Mr & Mrs"),
        ("DUPONT Jean", "Jean", "DUPONT", ""),
        ("MARY SMITH", "MARY", "SMITH", ""),
        ("José Ortega y Gasset", "José", "Ortega y Gasset", ""),
        ("Van Morrison", "Van", "Morrison", ""),
        ("Yo-Yo Ma", "Yo-Yo", "Ma", ""),
        ("Sinéad O'Connor", "Sinéad", "O'Connor", ""),
        ("山田 太郎", "太郎", "山田", ""),
    ],
)
def test_a_name_is_split_as_its_owner_writes_it(text, given_names, family, left_out):
    name = split_name(text)
    assert (name.given, name.family, name.left_out) == (given_names, family, left_out)


@pytest.mark.parametrize(
    ("text", "given_names", "family"),
    [
        ("María García López", "María", "García López"),
        ("María José García López", "María José", "García López"),
        ("José Luis García", "José Luis", "García"),
        ("Ana de la Torre Ruiz", "Ana", "de la Torre Ruiz"),
        ("Juan Pérez", "Juan", "Pérez"),
    ],
)
def test_people_with_two_family_names_keep_both(text, given_names, family):
    name = split_name(text, families=2)
    assert (name.given, name.family) == (given_names, family)


def test_a_family_name_that_stands_first_without_comma_is_split_when_told():
    assert split_name("Nguyen Van An", family_first=True).family == "Nguyen"
    assert split_name("García López María José", families=2, family_first=True).given == "María José"


def test_common_given_names_that_stand_last_show_the_order():
    assert stands_family_first(["Nagy Anna", "Kovacs Laura", "Szabo Julia"])
    assert not stands_family_first(["Anna Nagy", "Daniel Kovacs", "Julia Szabo"])
    assert not stands_family_first(["Wei Chen", "Ada King"])
    assert not stands_family_first(["Sara Thomas", "Joel Thomas", "Nila James", "Dev Paul", "Kiran Daniel"])


@given(st.lists(st.sampled_from(PARTS), max_size=7), st.sampled_from([1, 2]), st.booleans())
def test_no_word_of_a_name_is_lost_or_made_up(parts, families, family_first):
    text = " ".join(parts)
    name = split_name(text, families=families, family_first=family_first)
    words = Counter(text.replace(",", " ").split())
    assert Counter(f"{name.given} {name.family} {name.left_out}".split()) == words
