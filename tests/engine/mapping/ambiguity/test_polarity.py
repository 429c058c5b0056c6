"""Flags are read the right way round: by the words of the header, in any language, and by the words of the values."""

from __future__ import annotations

from datetime import date

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.engine import transforms
from core.engine.mapping.ambiguity.flag_words import poles_of
from core.engine.mapping.ambiguity.polarity import direction, with_polarity
from core.engine.mapping.proposal import Proposal
from core.engine.plan import ImportSettings
from core.engine.sources.profile import profile_frame
from core.schema import target_schema

SETTINGS = ImportSettings("restaurant", "")
TODAY = date(2026, 6, 1)


def proposed(header: str, values: list[str | None], target: str) -> Proposal:
    """Read a column that the matcher took for the target."""
    frame = pl.DataFrame({header: values}, schema={header: pl.String})
    [profile] = profile_frame("table", frame)
    bare = Proposal("table", header, 0, 0, target, None, 0.9, (), (), profile)
    return with_polarity(bare, frame[header], SETTINGS, TODAY)


def flags(proposal: Proposal, values: list[str | None]) -> list[bool | None]:
    """Apply the proposed transform to values."""
    field = target_schema().field(proposal.target or "")
    frame = pl.DataFrame({"value": values}, schema={"value": pl.String})
    chain = transforms.parse(proposal.transform)
    return (
        frame.select(transforms.compile_chain(chain, [pl.col("value")], field, SETTINGS))
        .to_series()
        .to_list()
    )


@pytest.mark.parametrize(
    ("header", "values"),
    [
        ("Discontinued", ["Y", "N"]),
        ("Archived", ["true", "false"]),
        ("Inactive", ["1", "0"]),
        ("is_hidden", ["yes", "no"]),
        ("Hide from menu", ["yes", "no"]),
        ("86'd", ["Y", "N"]),
        ("Sold out", ["x", "no"]),
        ("soldOut", ["TRUE", "FALSE"]),
        ("Not available", ["Y", "N"]),
        ("Unavailable (Y/N)", ["Y", "N"]),
        ("Unpublished", ["1.0", "0.0"]),
        ("Non-active", ["Yes", "No"]),
        ("Inaktiv", ["Ja", "Nein"]),
        ("Ausgelistet / gesperrt", ["J", "N"]),
        ("nicht verfügbar", ["ja", "nein"]),
        ("Indisponible", ["oui", "non"]),
        ("Archivé", ["O", "N"]),
        ("Agotado", ["Sí", "No"]),
        ("Deshabilitado", ["S", "N"]),
        ("Disattivato", ["sì", "no"]),
        ("Niet beschikbaar", ["ja", "nee"]),
        ("Esgotado", ["sim", "não"]),
        ("Descontinuado", ["Sim", "Não"]),
        ("Niet meer leverbaar", ["ja", "nee"]),
        ("Uitgeschreven", ["ja", "nee"]),
        ("廃止", ["はい", "いいえ"]),
        ("非表示", ["1", "0"]),
    ],
)
def test_a_flag_of_the_opposite_is_turned(header, values):
    proposal = proposed(header, values * 3, "menu_item.is_active")
    assert flags(proposal, values) == [False, True]
    assert not proposal.question
    assert any("opposite" in reason.text for reason in proposal.evidence)


@pytest.mark.parametrize(
    ("header", "values"),
    [
        ("Active", ["Y", "N"]),
        ("Available for sale [Main St]", ["Y", "N"]),
        ("Published", ["true", "false"]),
        ("Verfügbar", ["ja", "nein"]),
        ("Actif", ["vrai", "faux"]),
        ("Disponible", ["Sí", "No"]),
        ("有効", ["はい", "いいえ"]),
        ("In stock?", ["1", "0"]),
        ("Active (Yes/No)", ["Yes", "No"]),
    ],
)
def test_a_flag_of_the_same_meaning_stays_as_it_is(header, values):
    proposal = proposed(header, values * 3, "menu_item.is_active")
    assert flags(proposal, values) == [True, False]
    assert not proposal.question


@pytest.mark.parametrize("header", ["Not inactive", "Do not hide", "Active/Inactive", "Flag 7", "Web"])
def test_a_header_that_does_not_say_which_way_is_asked(header):
    assert "Which way" in proposed(header, ["Y", "N", "Y"], "menu_item.is_active").question


def test_words_of_the_values_count_more_than_the_header():
    proposal = proposed("Archived", ["Active", "Archived", "Active"], "menu_item.is_active")
    assert flags(proposal, ["Active", "Archived"]) == [True, False]
    assert not proposal.question
    employed = proposed("Terminated?", ["Employed", "Terminated"] * 2, "employee.is_active")
    assert flags(employed, ["employed", "TERMINATED"]) == [True, False]


def test_the_words_of_a_status_are_read_and_rows_with_an_unknown_word_are_held():
    words = [
        "Active", "Graduate", "Withdrawal-24", "DropOut-36", "PreRegNew", "Not Attending", "Deceased", "Active"
    ]  # fmt: skip
    proposal = proposed("enrollment_status", words, "student.is_active")
    assert flags(proposal, words) == [True, False, False, False, None, False, False, True]
    assert not proposal.question


def test_a_status_with_many_unknown_words_is_asked():
    words = ["Active", "Active", "Withdrawn", "PreRegNew", "Seasonal", "Seasonal"]
    proposal = proposed("enrollment_status", words, "student.is_active")
    assert "Not known: 'seasonal' (2), 'preregnew' (1)." in proposal.question
    assert flags(proposal, ["active", "withdrawn"]) == [True, False]


def test_answers_that_only_later_rows_give_are_turned_as_well():
    proposal = proposed("Discontinued", ["N", "N", "N"], "menu_item.is_active")
    assert flags(proposal, ["N", "yes", "true", "maybe"]) == [True, False, False, None]
    german = proposed("Inaktiv", ["nein", "nein"], "menu_item.is_active")
    assert flags(german, ["nein", "yes", "no"]) == [True, False, True]


def test_a_mark_of_an_opposite_leaves_the_other_rows_active():
    proposal = proposed("Discontinued", ["x", None, None, None], "menu_item.is_active")
    assert flags(proposal, ["x", None]) == [False, True]


@pytest.mark.parametrize(
    "header", ["Inactive since", "Discontinued on", "Termination Date", "Austrittsdatum", "Date de sortie"]
)
def test_a_date_since_when_something_is_over_means_no(header):
    proposal = proposed(header, ["2024-02-10", None, "2023-09-01", None], "employee.is_active")
    assert proposal.transform == "is_empty"
    assert flags(proposal, ["2024-02-10", None]) == [False, True]
    assert not proposal.question


@pytest.mark.parametrize("values", [["2030-01-01", None], ["9999-12-31", "2020-01-01"]])
def test_an_end_in_the_future_is_asked(values):
    assert "future" in proposed("Termination date", values, "employee.is_active").question


def test_nearly_all_rows_discontinued_is_asked():
    assert "opposite" in proposed("Discontinued", ["Y"] * 19 + ["N"], "menu_item.is_active").question


def test_consent_is_asked_whatever_the_column_says():
    plain = proposed("Accepts Marketing", ["yes", "no", "yes"], "customer.marketing_opt_in")
    assert plain.question.startswith(
        "Marketing consent: 'Accepts Marketing' would give it for 2 of 3 guests."
    )
    opposite = proposed("Do Not Email", ["1", "0", "0"], "customer.marketing_opt_in")
    assert "2 of 3 guests" in opposite.question
    assert flags(opposite, ["1", "0"]) == [False, True]


@pytest.mark.parametrize(
    ("header", "sign"),
    [
        ("Opted out", -1), ("OptOut", -1), ("No marketing", -1), ("NoMarketing", -1), ("Unsubscribed", -1),
        ("Suppressed", -1), ("Keine Werbung", -1), ("Ne pas contacter", -1), ("No contactar", -1), ("Non contattare", -1),
        ("Geen reclame", -1), ("Não contatar", -1), ("配信停止", -1), ("Abgemeldet vom Newsletter", -1), ("Désabonné", -1),
        ("Newsletter abbestellt", -1), ("No desea publicidad", -1), ("Newsletter opgezegd", -1),
        ("Newsletter", 1), ("Accepts Marketing", 1), ("Werbung erlaubt", 1), ("SMS opt-in", 1), ("Consenso marketing", 1),
        ("Suscrito", 1), ("Email_Opt_In", 1), ("メール配信", 1),
    ],
)  # fmt: skip
def test_words_of_consent_point_the_way_they_mean(header, sign):
    poles = poles_of("marketing_opt_in")
    assert poles
    assert direction(header, poles).sign == sign


@given(st.text(max_size=30), st.lists(st.none() | st.text(max_size=12), min_size=1, max_size=12))
def test_any_column_of_consent_is_asked(header, values):
    proposal = proposed(f"h{header}", values, "customer.marketing_opt_in")  # names that begin with _ are ours
    assert proposal.question
