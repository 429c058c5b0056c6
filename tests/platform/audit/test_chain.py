"""The audit log tells when it was tampered with, by whatever hand: a line changed, cut, added, moved, or all written anew."""

import json
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import NullPool, create_engine, text
from sqlalchemy.exc import DBAPIError, ProgrammingError

from core.db import embedded
from core.db.base import DATABASE
from core.db.session import TenantSession
from core.entry.cli import main
from core.entry.tenants import create_person, create_tenant
from core.errors import InvalidInputError, NotAllowedError
from core.kit.chain import canonical, sign
from core.kit.ids import new_id
from core.platform.access.actions import action, enter, enter_as_worker, require
from core.platform.audit.actions import note_reading, record
from core.platform.audit.tables import INSTALLATION
from core.platform.audit.verifying import (
    Anchor,
    Signed,
    anchor_file,
    find_faults,
    note_head,
    read_anchors,
    verify,
)
from core.platform.audit.views import audit_lines

KEY = b"k" * 32
LINES = text("select * from audit_line where tenant_id = :tenant order by seq")


@action("migration.write")
def write(context, word="x", **facts):
    record(context, "note.write", "note", word, **facts)


def as_superuser(*statements, **values):
    """Do what nobody should: the superuser passes policies, triggers and grants."""
    url = embedded.server_url().set(drivername="postgresql+psycopg", database=DATABASE)
    engine = create_engine(url, poolclass=NullPool)
    with engine.begin() as connection:
        connection.execute(text("set local session_replication_role = replica"))
        for statement in statements:
            connection.execute(text(statement), values)


def faults(context, anchors=()):
    with TenantSession(context.tenant.id, context.person) as session:
        return verify(session, anchors).faults


def head_of(context):
    with TenantSession(context.tenant.id, context.person) as session:
        return note_head(session)


@pytest.fixture
def log(alice):
    """Alice's log with six lines."""
    for number in range(6):
        write(
            alice, f"note {number}", number=number, share=0.1, big=1e22, none=None, words=["ä", "\U0001f600"]
        )
    return alice


# What the app's role may do


@pytest.mark.parametrize(
    "statement",
    [
        """insert into audit_line
        (tenant_id, id, created_at, person_id, role, action, object_type, object_id, facts, seq, mac)
        values (cast(:tenant as uuid), gen_random_uuid(), '2020-01-01', gen_random_uuid(), 'x', 'x', 'x', 'x', '{}', 9, '')""",
        "update audit_line set person_id = gen_random_uuid()",
        "update audit_line set mac = ''",
        "delete from audit_line",
        "truncate audit_line",
        "insert into audit_head (tenant_id, seq, mac) values (cast(:tenant as uuid), 0, '')",
        "update audit_head set seq = 0",
        "delete from audit_head",
        "truncate audit_head",
    ],
)
def test_the_app_s_role_reads_the_log_and_changes_nothing_in_it(log, statement):
    with pytest.raises(ProgrammingError, match="permission denied"):
        log.session.execute(text(statement), {"tenant": log.tenant.id})


def test_a_line_has_the_session_s_person_and_role_and_the_database_s_time(alice):
    with enter(alice.person, alice.tenant.id) as context:
        forged = replace(context, person=new_id(), role="admin", now=alice.now.replace(year=2001))
        write(forged, "forged")
    [line] = audit_lines(alice, object_id="forged")
    database = alice.session.scalar(text("select clock_timestamp()"))
    assert (line.person_id, line.role) == (alice.person, "manager")
    assert line.facts["on_behalf_of"] == forged.person
    assert 0 <= (database - line.created_at).total_seconds() < 60


@pytest.mark.parametrize("person_name", ["mallory", "nobody", ""])
def test_lines_are_taken_of_members_only(alice, people, person_name):
    person = {"nobody": new_id(), "": ""}.get(person_name) if person_name != "mallory" else people["mallory"]
    with (
        TenantSession(alice.tenant.id, person) as session,
        pytest.raises(DBAPIError, match="members of the tenant"),
    ):
        session.execute(text("select audit_open(false)")).all()


def test_no_line_is_added_without_opening_the_log_in_the_same_transaction(alice):
    append = text("select audit_append(false, cast(:lines as jsonb), :macs)")
    with TenantSession(alice.tenant.id, alice.person) as session:
        session.execute(text("select audit_open(false)"))
        session.commit()
        with pytest.raises(DBAPIError, match="audit_open comes first"):
            session.execute(append, {"lines": '[{"id": "x"}]', "macs": [b"m" * 32]})


def test_a_line_added_without_the_key_is_found_and_the_lines_behind_it_stay_sound(log):
    line = {"id": new_id(), "action": "run.approve", "object_type": "run", "object_id": "x", "facts": {}}
    with TenantSession(log.tenant.id, log.person) as session:
        session.execute(text("select audit_open(false)"))
        session.execute(
            text("select audit_append(false, cast(:lines as jsonb), :macs)"),
            {"lines": json.dumps([line]), "macs": [b"m" * 32]},
        )
        session.commit()
    write(log, "behind")
    assert faults(log) == ["Line 7 was changed, moved, or written without the key."]


def test_the_log_of_another_tenant_takes_no_line_and_its_key_does_not_fit(log, mallory):
    write(mallory)
    with TenantSession(mallory.tenant.id, mallory.person) as session:
        assert verify(session, ()).is_sound
    assert audit_lines(mallory, object_id="note 1") == []


# The chain


def test_a_log_that_nobody_touched_is_sound_whatever_its_facts(log):
    write(log, "nul\x00", text="a\x00b", deep={"b": [1, 2.5, -0.0, 1e-7], "a": {"x": True}})
    assert faults(log) == []
    assert [line.seq for line in audit_lines(log)] == [7, 6, 5, 4, 3, 2, 1]


def test_lines_of_what_was_rolled_back_leave_no_gap(alice):
    record(alice, "note.write", "note", "lost")
    alice.session.rollback()
    write(alice, "first")
    with alice.session.begin_nested() as savepoint:
        record(alice, "note.write", "note", "lost with its savepoint")
        savepoint.rollback()
    record(alice, "note.write", "note", "outside")
    with alice.session.begin_nested():
        record(alice, "note.write", "note", "inside")
    alice.session.commit()
    assert [line.object_id for line in audit_lines(alice)][::-1] == ["first", "outside", "inside"]
    assert faults(alice) == []


def test_threads_of_one_tenant_append_without_a_gap(alice):
    from concurrent.futures import ThreadPoolExecutor

    def append(number):
        with enter(alice.person, alice.tenant.id) as context:
            write(context, str(number))

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(append, range(40)))
    assert sorted(line.seq for line in audit_lines(alice)) == list(range(1, 41))
    assert faults(alice) == []


def test_a_worker_s_line_is_the_worker_s_for_the_person_who_asked(alice):
    with enter_as_worker(alice.tenant.id, alice.person) as context:
        record(context, "note.write", "note", "by the worker")
        context.session.commit()
    [line] = audit_lines(alice, object_id="by the worker")
    assert (line.person_id, line.role) == (alice.person, "worker")


@pytest.mark.parametrize(
    "forgery",
    [
        ["update audit_line set reason = 'was asked' where seq = 3 and tenant_id = :tenant"],
        ["update audit_line set created_at = created_at - interval '1 day' where seq = 3 and tenant_id = :tenant"],
        ["update audit_line set facts = facts || '{\"number\": 9}' where seq = 6 and tenant_id = :tenant"],
        ["delete from audit_line where seq = 3 and tenant_id = :tenant"],
        [
            "delete from audit_line where seq = 3 and tenant_id = :tenant",
            "update audit_line set seq = seq - 1 where seq = 4 and tenant_id = :tenant",
            "update audit_line set seq = seq - 1 where seq = 5 and tenant_id = :tenant",
            "update audit_line set seq = seq - 1 where seq = 6 and tenant_id = :tenant",
            "update audit_head set seq = 5 where tenant_id = :tenant",
        ],
        [
            "update audit_line set seq = 99 where seq = 2 and tenant_id = :tenant",
            "update audit_line set seq = 2 where seq = 4 and tenant_id = :tenant",
            "update audit_line set seq = 4 where seq = 99 and tenant_id = :tenant",
        ],
        [
            """insert into audit_line
            (tenant_id, id, created_at, person_id, role, action, object_type, object_id, reason, facts, seq, mac)
            select tenant_id, gen_random_uuid(), created_at, person_id, role, action, object_type, object_id, reason, facts,
              7, mac from audit_line where seq = 6 and tenant_id = :tenant""",
        ],
        ["delete from audit_line where seq = 6 and tenant_id = :tenant"],
        ["delete from audit_head where tenant_id = :tenant"],
        ["update audit_line set mac = sha256(mac) where tenant_id = :tenant"],
        ["update audit_line set mac = '' where tenant_id = :tenant", "update audit_head set mac = '' where tenant_id = :tenant"],
    ],
)  # fmt: skip
def test_whoever_owns_the_database_cannot_change_the_log_unseen(log, forgery):
    as_superuser(*forgery, tenant=log.tenant.id)
    assert faults(log)


def test_a_tail_that_is_cut_with_its_head_shows_against_an_anchor(log):
    anchor = head_of(log)
    write(log, "after the anchor")
    assert faults(log, [anchor]) == []
    as_superuser(
        "delete from audit_line where seq > 4 and tenant_id = :tenant",
        "update audit_head set seq = 4, mac = (select mac from audit_line where seq = 4 and tenant_id = :tenant)"
        " where tenant_id = :tenant",
        tenant=log.tenant.id,
    )
    assert faults(log) == []  # the chain alone cannot know
    assert faults(log, [anchor]) == [f"Lines 5 to 6 are missing: the log was that long on {anchor.at}."]
    write(log, "grown again")
    write(log, "and further")
    assert faults(log, [anchor]) == [f"Line 6 is not the one that was noted on {anchor.at}."]


def test_anchors_are_for_their_owner_only_and_a_broken_one_is_named(log, tmp_path):
    head_of(log)
    assert anchor_file().stat().st_mode & 0o077 == 0
    assert anchor_file().parent.stat().st_mode & 0o077 == 0
    broken = tmp_path / "anchors.jsonl"
    broken.write_text('{"tenant": "x"}\n')
    with pytest.raises(InvalidInputError, match="Line 1 of"):
        read_anchors(broken)


def test_a_slip_of_the_owner_is_refused(log):
    from core.db.base import owner_url

    engine = create_engine(owner_url(), poolclass=NullPool)
    for statement in ("update audit_line set role = 'x'", "delete from audit_line", "truncate audit_line"):
        with engine.connect() as connection:
            connection.execute(text("select set_config('app.tenant', :id, true)"), {"id": log.tenant.id})
            with pytest.raises(DBAPIError, match="neither changed nor removed"):
                connection.execute(text(statement))


# Over all forgeries

words = st.text(max_size=8)
entries = st.lists(words.map(lambda word: canonical(json.dumps([word]))), min_size=2, max_size=12)


def chained(contents):
    lines, before = [], b""
    for seq, content in enumerate(contents, 1):
        before = sign(KEY, before, content)
        lines.append(Signed(seq, content, before))
    return lines


def faults_of(lines, head, anchors=()):
    return list(find_faults(KEY, lines, head, anchors))


@given(entries)
def test_a_chain_is_sound(contents):
    lines = chained(contents)
    anchors = [Anchor("t", line.seq, line.mac.hex(), "2026-11-27T00:00:00+00:00") for line in lines]
    assert faults_of(lines, (lines[-1].seq, lines[-1].mac), anchors) == []


@given(entries, st.data())
def test_no_forgery_without_the_key_is_sound(contents, data):  # noqa: C901  (a case per forgery)
    lines = chained(contents)
    head = (lines[-1].seq, lines[-1].mac)
    anchor = Anchor("t", head[0], head[1].hex(), "2026-11-27T00:00:00+00:00")
    at = data.draw(st.integers(0, len(lines) - 1))
    forged = list(lines)
    match data.draw(st.sampled_from(["change", "delete", "insert", "swap", "rebuild", "cut", "close up"])):
        case "change":
            forged[at] = replace(lines[at], content=lines[at].content + " ")
        case "delete":
            del forged[at]
        case "insert":
            forged.insert(at, replace(lines[at], content="new"))
            forged = [replace(line, seq=seq) for seq, line in enumerate(forged, 1)]
        case "swap":
            neighbour = (at + 1) % len(lines)
            if lines[at].content == lines[neighbour].content:
                return
            forged[at] = replace(lines[at], content=lines[neighbour].content)
            forged[neighbour] = replace(lines[neighbour], content=lines[at].content)
        case "rebuild":
            before = b""
            for number, line in enumerate(lines):
                before = sign(b"another key", before, line.content)
                forged[number] = replace(line, mac=before)
        case "cut":
            forged = lines[:at]
        case "close up":
            if at == len(lines) - 1:
                return
            del forged[at]
            forged = [replace(line, seq=seq) for seq, line in enumerate(forged, 1)]
    new_head = (forged[-1].seq, forged[-1].mac) if forged else None  # the head is forged along
    assert faults_of(forged, new_head, [anchor])


@given(st.dictionaries(words, st.recursive(st.none() | st.booleans() | st.integers() | st.decimals(allow_nan=False, allow_infinity=False).map(float).filter(lambda x: abs(x) < 1e300) | words, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(words, inner, max_size=3), max_leaves=6), max_size=4))  # fmt: skip
def test_canonical_json_says_the_same_whatever_the_order_and_the_writing_of_numbers(document):
    text = json.dumps(document)
    assert canonical(text) == canonical(json.dumps(dict(reversed(document.items())), indent=2))
    assert canonical(canonical(text)) == canonical(text)


# What is recorded


def test_refused_access_is_recorded_although_the_action_failed(alice, sam):
    with enter(sam.person, alice.tenant.id) as sales:
        with pytest.raises(NotAllowedError):
            require(sales, "run.approve")
        [line] = [line for line in audit_lines(sales) if line.action == "access.refused"]
    assert (line.person_id, line.object_id, line.role) == (sam.person, "run.approve", "sales")


def test_a_look_at_personal_values_is_recorded_once_a_minute_without_a_value(alice, bob):
    for _ in range(3):
        note_reading(bob, "stream", "s1", data="customer", purpose="preview of rows")
    note_reading(alice, "stream", "s1", data="customer", purpose="preview of rows")
    lines = [line for line in audit_lines(alice) if line.action == "personal.read"]
    assert [(line.person_id, line.facts) for line in lines] == [
        (
            person,
            {
                "data": "customer",
                "purpose": "preview of rows",
                "data_categories": ["guests"],
                "legal_basis": "contract",
                "retention_days": 90,
            },
        )
        for person in (alice.person, bob.person)
    ]


def test_people_and_roles_are_recorded(people):
    person = create_person(f"new-{new_id()}"[:40], "New")
    with TenantSession(INSTALLATION, person) as session:
        actions = session.execute(
            text("select action, role from audit_line where object_id = :person"), {"person": person}
        ).all()
        assert [tuple(row) for row in actions] == [("person.create", "operator")]
        assert verify(session, ()).is_sound
    tenant = create_tenant(person, f"t-{new_id()}"[:40], "T")
    with enter(person, tenant) as context:
        assert [line.action for line in audit_lines(context)][::-1] == ["membership.set", "tenant.create"]


# The command


def test_the_command_says_which_log_was_tampered_with(people, capsys, monkeypatch):
    handle, slug = f"cli-{new_id()}"[:40], f"t-{new_id()}"[:40]
    person = create_person(handle, "Cli")
    tenant = create_tenant(person, slug, "T")
    assert main(["audit", "anchor", "--as", handle]) == 0
    assert main(["audit", "verify", "--as", handle]) == 0
    output = capsys.readouterr().out
    assert f"{slug}: sound (2 lines, 1 anchor compared)" in output
    assert "installation: sound" in output
    as_superuser("update audit_line set role = 'admin' where seq = 1 and tenant_id = :tenant", tenant=tenant)
    assert main(["audit", "verify", "--as", handle, "--tenant", slug]) == 1
    output = capsys.readouterr()
    assert "Line 1 was changed" in output.out
    assert f"The audit log was tampered with: {slug}." in output.err
