"""A column of whole names feeds the given and the family name, split as its header, values and country say, or it is asked."""

from __future__ import annotations

import polars as pl
import pytest

from core.engine.batch import ROW
from core.engine.mapping.proposal import StreamSample
from core.engine.mapping.proposals import propose
from core.engine.plan import ImportSettings
from core.engine.sources.contract import Hint

GUESTS = {"Guest ID": ["g1", "g2", "g3"], "E-mail": ["ada@example.com", "ben@example.com", "cy@example.com"]}


def targets(
    columns: dict[str, list[str]], country: str = "US", entity: str = "customer"
) -> dict[str, tuple[str | None, bool]]:
    """Target -> its transform, and whether the field asks."""
    frame = pl.DataFrame({ROW: [2, 3, 4], **columns})
    settings = ImportSettings("school" if entity == "student" else "restaurant", "generic", country=country)
    return {
        proposal.target.partition(".")[2]: (proposal.transform, bool(proposal.question))
        for proposal in propose([StreamSample("people", entity, frame)], settings)
        if proposal.target and "name" in proposal.target
    }


NAMES = ["Ada King Lovelace", "Ben Ode", "Cy de Vries"]


@pytest.mark.parametrize(
    ("header", "names", "country", "first", "last", "asks"),
    [
        ("Guest Name", NAMES, "US", "given_name", "family_name", False),
        ("Guest Name", NAMES, "ES", "given_name(2)", "family_name(2)", False),
        ("Guest Name", ["King, Ada", "Ode, Ben", "de Vries, Cy"], "HU", "given_name", "family_name", False),
        ("Guest Name", ["Nagy Ada", "Kiss Ben", "Toth Cy"], "HU", "given_name", "family_name", True),
        ("Guest Name", ["Nagy Anna", "Kiss Laura", "Toth Julia"], "US", "given_name(family_first=True)", "family_name(family_first=True)", True),
    ],
)  # fmt: skip
def test_a_column_of_whole_names_feeds_both_names(header, names, country, first, last, asks):
    names_read = targets({**GUESTS, header: names}, country)
    assert names_read["first_name"] == (first, asks)
    assert names_read["last_name"] == (last, asks)


def test_a_pupil_s_middle_name_goes_to_its_own_field():
    names_read = targets(
        {"Roll No": ["1", "2", "3"], "Full Name": NAMES, "Class": ["5", "5", "6"]}, entity="student"
    )
    assert names_read["first_name"] == ("given_name | first_word", False)
    assert names_read["middle_name"] == ("given_name | last_words", False)
    assert names_read["last_name"] == ("family_name", False)


def test_given_names_beside_a_column_of_family_names_are_kept_whole():
    names_read = targets(
        {
            **GUESTS,
            "Name": ["María José", "Juan Carlos", "Ana Pilar"],
            "Surname": ["García", "Pérez", "Ruiz"],
        },
        "MX",
    )
    assert names_read["first_name"][0] is None
    assert names_read["last_name"][0] is None


def test_a_documented_first_word_is_followed_by_the_other_words():
    frame = pl.DataFrame({ROW: [2, 3, 4], "Guest Name": NAMES, **GUESTS})
    hints = {"Guest Name": Hint("customer.first_name", transform="first_word")}
    proposals = propose(
        [StreamSample("guests", "customer", frame, hints)], ImportSettings("restaurant", "till")
    )
    transforms = {
        proposal.target: proposal.transform for proposal in proposals if proposal.source == "Guest Name"
    }
    assert transforms == {"customer.first_name": "first_word", "customer.last_name": "last_words"}


def test_a_pupil_of_one_name_has_it_as_both_names():
    names_read = targets(
        {
            "Roll No": ["1", "2", "3"],
            "Full Name": ["Ada King Lovelace", "Cher", "Cy de Vries"],
            "Class": ["5", "5", "6"],
        },
        entity="student",
    )
    assert names_read["first_name"] == ("given_name(single=True) | first_word", False)
    assert names_read["last_name"] == ("family_name(single=True)", False)


def test_a_guest_of_one_name_needs_no_other():
    names_read = targets({**GUESTS, "Guest Name": ["Ada King Lovelace", "Cher", "Cy de Vries"]})
    assert names_read["first_name"] == ("given_name", False)
    assert names_read["last_name"] == ("family_name", False)


PAYROLL = {"Emp #": ["1004", "1011", "1002"], "Job Title": ["Line Cook", "Dishwasher", "Server"]}


def test_names_of_employees_with_commas_feed_both_names_beside_the_printed_one():
    names = {"Employee": ["Alvarez, Maria", "O'Neil, Chen", "de la Cruz, Anne Marie"]}
    assert targets({**PAYROLL, **names}, entity="employee") == {
        "display_name": (None, False),
        "first_name": ("given_name", False),
        "last_name": ("family_name", False),
    }


def test_names_of_employees_without_commas_are_printed_as_they_are():
    names = {"Employee": ["Maria", "Chen O.", "Big Tony"]}
    assert "last_name" not in targets({**PAYROLL, **names}, entity="employee")


@pytest.mark.parametrize(
    "columns",
    [
        ["Código", "Nombre completo", "Teléfono"],
        ["Código", "Nome completo", "Telefone"],
        ["Code", "Nom complet", "Téléphone"],
        ["Codice", "Nome e cognome", "Telefono"],
        ["Código", "Apellidos y nombre", "Teléfono"],
        ["Codice", "Cognome Nome", "Telefono"],
        ["Kundennr", "Vor- und Nachname", "Telefon"],
    ],
)
def test_a_whole_name_in_another_language_is_never_stored_as_half_of_one(columns: list[str]):
    code, name, phone = columns
    phones = ["0612345601", "0612345602", "0612345603"]
    found = targets({code: ["C1", "C2", "C3"], name: NAMES, phone: phones})
    assert all(transform for transform, _ in found.values())
