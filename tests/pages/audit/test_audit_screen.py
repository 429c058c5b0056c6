"""Audit: the log in words with its purposes, by role, searched, exported, and verified."""

from __future__ import annotations

from core.context import Context
from core.engine.sources.actions import create_migration
from core.platform.access.audit_files import export_audit
from core.platform.access.audit_log import AuditFilter
from core.platform.audit.actions import note_reading
from tests.pages.conftest import Console
from tests.platform.audit.test_chain import as_superuser


def log(app: object) -> object:
    return next(part.value for part in app.dataframe if "Action" in part.value.columns)


def test_the_audit_log_names_actions_and_details_in_words(console: Console, alice: Context) -> None:
    create_migration(alice, "Spring menu")
    lines = log(console("alice", "audit"))
    assert list(lines["Action"]) == ["Migration created"]
    assert list(lines["Details"]) == ["name Spring menu"]


def test_the_audit_log_is_filtered_by_the_address_of_a_link(
    console: Console, alice: Context, migration: str
) -> None:
    app = console("alice", "audit")
    app.selectbox(key="audit_action").select("Migration created").run()
    assert set(log(app)["Action"]) == {"Migration created"}


def test_only_managers_export_the_log_and_others_see_only_their_activity(
    console: Console, alice: Context, bob: Context
) -> None:
    create_migration(alice, "Spring menu")
    create_migration(bob, "Summer menu")
    manager, specialist = console("alice", "audit"), console("bob", "audit")
    assert set(log(manager)["Person"]) == {"Alice", "Bob"}
    assert set(log(specialist)["Person"]) == {"Bob"}
    assert "You can see only your own activity." in [caption.value for caption in specialist.caption]
    assert [part for part in manager.get("download_button") if part.proto.label == "Export CSV"]
    assert not [part for part in specialist.get("download_button") if part.proto.label == "Export CSV"]


def test_purpose_and_categories_of_data_stand_beside_the_action(console: Console, alice: Context) -> None:
    note_reading(alice, "run", "r1", data="customer", purpose="held rows")
    [line] = log(console("alice", "audit")).to_dict("records")
    assert (line["Data"], line["Purpose"], line["Legal basis"]) == ("guests", "held rows", "contract")


def test_words_and_a_period_narrow_the_log(console: Console, alice: Context) -> None:
    create_migration(alice, "Spring menu")
    create_migration(alice, "Summer menu")
    app = console("alice", "audit")
    app.text_input(key="audit_text").set_value("summer").run()
    assert list(log(app)["Details"]) == ["name Summer menu"]
    app.text_input(key="audit_text").set_value("winter").run()
    assert "**No activity**" in [part.value for part in app.markdown]


def test_who_reaches_several_customers_searches_all_of_them(console: Console, sam: Context) -> None:
    create_migration(sam, "Spring menu")
    app = console("sam", "audit")
    app.selectbox(key="audit_customer").select("All customers").run()
    lines = log(app)
    assert "name Spring menu" in list(lines["Details"][lines["Customer"] == "Bella"])
    assert not [part for part in app.get("download_button") if part.proto.label == "Export CSV"]


def test_the_chain_is_verified_by_a_click_and_the_screen_tells_when(console: Console, alice: Context) -> None:
    create_migration(alice, "Spring menu")
    app = console("alice", "audit")
    assert "Never verified" in str([part.value for part in app.markdown])
    app.button(key="audit_verify").click().run()
    assert not app.exception
    assert "1 line verified" in str([part.value for part in app.markdown])
    assert log(app)["Action"][0] == "Audit log verified"


def test_an_exported_file_is_checked_against_the_log(console: Console, alice: Context) -> None:
    create_migration(alice, "Spring menu")
    file = export_audit(alice, AuditFilter(), "csv", {})
    app = console("alice", "audit")
    app.file_uploader(key="audit_file").set_value(("audit_log.csv", file, "text/csv")).run()
    assert not app.exception
    assert "The log agrees." in str([part.value for part in app.markdown])
    app.file_uploader(key="audit_file").set_value(("audit_log.csv", file + b"x", "text/csv")).run()
    assert "No line tells of the export of this file" in str([part.value for part in app.markdown])


def test_a_change_of_the_log_shows_on_the_screen(console: Console, alice: Context) -> None:
    create_migration(alice, "Spring menu")
    as_superuser("update audit_line set reason = 'x' where tenant_id = :tenant", tenant=alice.tenant.id)
    app = console("alice", "audit")
    app.button(key="audit_verify").click().run()
    texts = str([part.value for part in app.markdown])
    assert "Line 1 was changed" in texts
    assert "1 fault" in texts
