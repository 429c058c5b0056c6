"""Prospects are created, edited, assigned and moved by the people who sell, each as far as they see."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select, text

from core.business.sales.prospects.actions import (
    add_note,
    advance_stage,
    assign_prospect,
    create_prospect,
    edit_prospect,
    set_next_step,
    set_stage,
    set_volumes,
    take_prospect,
)
from core.business.sales.prospects.duplicates import SimilarProspectError, duplicates_of, similar_prospects
from core.business.sales.prospects.listing import ProspectFilter, prospect_rows, stage_counts
from core.business.sales.prospects.records import find_prospect
from core.business.sales.prospects.rules import ContactDetails, FieldsError, ProspectFields, Stage, name_key
from core.business.sales.prospects.views import history, prospect
from core.context import Context
from core.errors import ConflictError, InvalidInputError, NotAllowedError, NotFoundError
from core.kit.ids import new_id
from core.platform.access.actions import enter
from core.platform.audit.tables import AuditLine
from tests.business.sales.factories import add_prospect
from tests.operators import Staff, add_staff

ROLES = {"sam": "sales", "tess": "sales", "manager": "manager", "specialist": "specialist"}


@pytest.fixture(scope="module")
def crew(database: None) -> dict[str, Staff]:
    return {name: add_staff(role) for name, role in ROLES.items()}


@contextmanager
def at_operator(person: Staff) -> Iterator[Context]:
    with enter(person.person, person.operator) as context:
        yield context


@pytest.fixture
def sam(crew: dict[str, Staff]) -> Iterator[Context]:
    with at_operator(crew["sam"]) as context:
        yield context


@pytest.fixture
def tess(crew: dict[str, Staff]) -> Iterator[Context]:
    with at_operator(crew["tess"]) as context:
        yield context


@pytest.fixture
def manager(crew: dict[str, Staff]) -> Iterator[Context]:
    with at_operator(crew["manager"]) as context:
        yield context


def names(context: Context, **filters: str) -> set[str]:
    return {
        row.name for row in prospect_rows(context, ProspectFilter(**filters), order="newest", limit=200).rows
    }


def test_who_sells_owns_what_they_create_and_a_colleague_does_not_see_it(sam, tess, manager):
    prospect_id = add_prospect(sam, name="Osteria del Ponte")
    details = prospect(sam, prospect_id)
    assert (details.owner_id, details.owner_name, details.stage) == (sam.person, sam.name, "new")
    with pytest.raises(NotFoundError):
        prospect(tess, prospect_id)
    with pytest.raises(NotFoundError):
        edit_prospect(tess, prospect_id, {"name": "Mine now"})
    assert prospect(manager, prospect_id).name == "Osteria del Ponte"


def test_what_nobody_owns_is_taken_by_one_person(sam, tess, manager):
    prospect_id = add_prospect(manager)
    assert prospect(sam, prospect_id).owner_id is None
    take_prospect(sam, prospect_id)
    assert prospect(sam, prospect_id).owner_name == sam.name
    with pytest.raises(NotFoundError):
        take_prospect(tess, prospect_id)
    with pytest.raises(ConflictError):
        take_prospect(manager, prospect_id)


def test_only_managers_choose_an_owner_and_only_one_who_sells(sam, tess, manager, crew):
    prospect_id = add_prospect(sam)
    with pytest.raises(NotAllowedError):
        assign_prospect(sam, prospect_id, tess.person)
    with pytest.raises(InvalidInputError):
        assign_prospect(manager, prospect_id, crew["specialist"].person)
    assign_prospect(manager, prospect_id, tess.person)
    assert prospect(tess, prospect_id).owner_id == tess.person
    sam.session.rollback()
    with pytest.raises(NotFoundError):
        prospect(sam, prospect_id)


def test_a_contact_is_stored_encrypted_and_its_reading_is_noted(sam, manager):
    prospect_id = add_prospect(
        sam, contact=ContactDetails("Ada Quill", "Ada.Quill@example.com", "+1 555 0100")
    )
    row = sam.session.execute(
        text("select contact, contact_index::text as prints from prospect where id = :id"),
        {"id": prospect_id},
    ).one()
    assert b"Quill" not in bytes(row.contact)
    assert "quill" not in row.prints.lower()
    assert prospect(manager, prospect_id, with_contact=False).contact is None
    query = select(AuditLine).where(AuditLine.action == "personal.read", AuditLine.object_id == prospect_id)
    assert manager.session.scalar(query) is None
    assert prospect(manager, prospect_id).contact == ContactDetails(
        "Ada Quill", "Ada.Quill@example.com", "+1 555 0100"
    )
    line = manager.session.scalars(query).one()
    assert line.facts["data_categories"] == ["prospects"]


def test_an_edit_changes_what_is_named_only_and_stands_in_the_history(sam):
    prospect_id = add_prospect(sam, name="Casa Lima", volumes={"items": 300})
    edit_prospect(sam, prospect_id, {"locations": 9, "volumes": {"items": 300, "guests": 50}})
    details = prospect(sam, prospect_id)
    assert (details.name, details.locations, details.volume("guests")) == ("Casa Lima", 9, 50)
    [edited, created] = history(sam, prospect_id)
    assert (edited.kind, edited.details["fields"], edited.person) == (
        "edited",
        ["locations", "volumes.guests"],
        sam.name,
    )
    assert created.kind == "created"
    edit_prospect(sam, prospect_id, {"locations": 9})
    assert len(history(sam, prospect_id)) == 2


def test_counts_of_files_keep_where_they_come_from_until_somebody_types_another(sam):
    prospect_id = add_prospect(sam, volumes={"items": 10})
    set_volumes(sam, prospect_id, {"items": 1001}, "menu.csv")
    assert prospect(sam, prospect_id).volumes["items"] == {
        "value": 1001,
        "source": "file",
        "evidence": "menu.csv",
    }
    edit_prospect(sam, prospect_id, {"name": "Renamed"})
    assert prospect(sam, prospect_id).volumes["items"]["source"] == "file"
    edit_prospect(sam, prospect_id, {"volumes": {"items": 900}})
    assert prospect(sam, prospect_id).volumes["items"]["source"] == "typed"


def test_faults_are_told_all_at_once_and_nothing_is_created(sam):
    before = prospect_rows(sam).total
    with pytest.raises(FieldsError) as error:
        create_prospect(
            sam,
            ProspectFields(
                "  ",
                "zoo",
                locations=0,
                contact=ContactDetails("", "no address", "call me"),
                volumes={"items": -1},
            ),
        )
    assert set(error.value.faults) == {
        "name",
        "domain",
        "locations",
        "contact_email",
        "contact_phone",
        "volumes.items",
    }
    assert prospect_rows(sam).total == before


def test_a_loss_needs_a_reason_and_a_later_stage_clears_it(sam):
    prospect_id = add_prospect(sam)
    with pytest.raises(InvalidInputError):
        set_stage(sam, prospect_id, "lost")
    set_stage(sam, prospect_id, "lost", "Chose a consultant")
    assert prospect(sam, prospect_id).lost_reason == "Chose a consultant"
    set_stage(sam, prospect_id, "demo")
    details = prospect(sam, prospect_id)
    assert (details.stage, details.lost_reason) == ("demo", None)
    assert [(entry.details["before"], entry.details["after"]) for entry in history(sam, prospect_id)[:2]] == [
        ("lost", "demo"),
        ("new", "lost"),
    ]


def test_a_stage_advances_only_forwards(sam):
    prospect_id = add_prospect(sam, stage="demo")
    advance_stage(sam, find_prospect(sam, prospect_id, lock=True), Stage.DISCOVERY)
    assert prospect(sam, prospect_id).stage == "demo"
    advance_stage(sam, find_prospect(sam, prospect_id, lock=True), Stage.QUOTED)
    sam.session.commit()
    assert prospect(sam, prospect_id).stage == "quoted"


def test_a_next_step_is_planned_overdue_and_done(sam):
    prospect_id = add_prospect(sam, name=f"Step {new_id()}")
    set_next_step(sam, prospect_id, "Call Rosa", sam.now.date() - timedelta(days=2))
    [row] = prospect_rows(sam, ProspectFilter(text=prospect(sam, prospect_id).name)).rows
    assert row.is_overdue
    assert row.name in names(sam, step="overdue")
    set_next_step(sam, prospect_id, None)
    assert row.name in names(sam, step="none")
    assert [entry.note for entry in history(sam, prospect_id)[:2]] == ["Call Rosa", "Call Rosa"]


def test_a_note_is_kept_as_it_was_written(sam):
    prospect_id = add_prospect(sam)
    add_note(sam, prospect_id, "They open a second kitchen in May.\nAsk again.")
    assert history(sam, prospect_id)[0].note == "They open a second kitchen in May.\nAsk again."
    with pytest.raises(InvalidInputError):
        add_note(sam, prospect_id, "  ")


def test_a_prospect_that_exists_is_warned_about_also_under_another_owner(sam, tess):
    key = new_id()[-12:]
    address = f"{key}@example.com"
    first = add_prospect(sam, name=f"Bella's {key} Kitchen, LLC", contact=ContactDetails("", address, ""))
    fields = ProspectFields(f"BELLAS {key} Kitchen", "restaurant")
    with pytest.raises(SimilarProspectError) as error:
        create_prospect(tess, fields)
    [similar] = error.value.similar
    assert (similar.name, similar.owner_name, similar.is_visible) == (
        f"Bella's {key} Kitchen, LLC",
        sam.name,
        False,
    )
    [by_address] = similar_prospects(tess, "Something else", address.upper())
    assert by_address.id == first
    second = create_prospect(tess, fields, even_if_similar=True)
    assert [entry.id for entry in duplicates_of(tess, second)] == [first]
    assert [entry.id for entry in duplicates_of(sam, first)] == [second]


def test_the_list_is_searched_by_name_system_and_exact_address(sam):
    key = new_id()[-12:]
    add_prospect(
        sam,
        name=f"Caf\u00e9 {key}",
        source_system="Square POS",
        contact=ContactDetails("", f"{key}@example.com", ""),
    )
    assert names(sam, text=f"cafe {key}") == {f"Caf\u00e9 {key}"}
    assert f"Caf\u00e9 {key}" in names(sam, text="square")
    assert names(sam, text=f"{key.upper()}@example.com") == {f"Caf\u00e9 {key}"}
    assert names(sam, text=f"{key[:-1]}@example.com") == set()
    assert names(sam, text=f"{key[:5]}%{key[6:]}") == set()


def test_stages_are_counted_under_the_other_filters_and_pages_add_up(sam):
    key = new_id()[-12:]
    for number, stage in enumerate(["new", "new", "demo", "won", "lost"]):
        add_prospect(sam, name=f"{key} {number}", stage=stage)
    counts = stage_counts(sam, ProspectFilter(text=key, stage="demo"))
    assert counts == {"new": 2, "discovery": 0, "demo": 1, "quoted": 0, "won": 1, "lost": 1}
    parts = [
        prospect_rows(sam, ProspectFilter(text=key), order="name", limit=2, offset=at) for at in (0, 2, 4)
    ]
    assert [row.name for part in parts for row in part.rows] == [f"{key} {number}" for number in range(5)]
    assert {part.total for part in parts} == {5}


@given(st.text(max_size=40))
def test_folding_a_name_twice_changes_nothing(name):
    assert name_key(name_key(name)) == name_key(name)


@given(
    st.sampled_from(["Bella's Italian Kitchen", "L\u00f6wenbr\u00e4u & S\u00f6hne", "St. Mary School", "Co"]),
    st.sampled_from(["", ", LLC", " L.L.C.", " Inc.", " GmbH", ", Ltd"]),
    st.sampled_from([str.upper, str.lower, str.title]),
)
def test_case_punctuation_and_legal_form_do_not_tell_companies_apart(name, form, write):
    assert name_key(write(name + form)) == name_key(name)


def test_different_companies_stay_apart():
    assert (
        len({name_key(name) for name in ("Bella One", "Bella Two", "\u5bff\u53f8", "\u98ef", "The", "LLC")})
        == 6
    )


def test_a_day_without_a_step_is_refused(sam):
    with pytest.raises(FieldsError):
        add_prospect(sam, next_step_on=date(2026, 12, 1))


@pytest.mark.parametrize(
    "address",
    [
        "mailto:a@example.com",
        "a,b@example.com",
        "a;b@example.com",
        "(a)@example.com",
        "a<b@example.com",
        "a@b",
    ],
)
def test_an_address_that_the_mailer_does_not_take_is_refused_where_it_is_typed(sam, address):
    with pytest.raises(FieldsError) as error:
        add_prospect(sam, contact=ContactDetails("Rosa", address, ""))
    assert set(error.value.faults) == {"contact_email"}


JOINED = ("می\u200cخواهم رستوران", "क्\u200dष भोजनालय", "Family 👨\u200d👩\u200d👧 Grill")


@pytest.mark.parametrize("name", JOINED)
def test_names_notes_and_answers_may_join_letters(sam: Context, name: str) -> None:
    prospect_id = create_prospect(
        sam, ProspectFields(name, "restaurant", contact=ContactDetails(name)), even_if_similar=True
    )
    add_note(sam, prospect_id, f"{name}\nsecond line")
    set_next_step(sam, prospect_id, name)
    assert (prospect(sam, prospect_id).name, prospect(sam, prospect_id).next_step) == (name, name)
    assert name_key(name) == name_key(name.replace("\u200c", "").replace("\u200d", ""))


@pytest.mark.parametrize("text", ["a\u202eb", "a\u2066b", "a\x07b", "a\u200bb", "a\ufeffb"])
def test_names_and_notes_hold_no_control_and_direction_characters(sam: Context, text: str) -> None:
    with pytest.raises(FieldsError):
        create_prospect(sam, ProspectFields(text, "restaurant"))
    with pytest.raises(InvalidInputError):
        add_note(sam, add_prospect(sam), text)


def test_a_name_of_which_nothing_shows_is_none(sam: Context) -> None:
    with pytest.raises(FieldsError):
        create_prospect(sam, ProspectFields("\u200d \u200c", "restaurant"))
