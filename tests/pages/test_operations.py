"""Operations: workers online or offline, and an audit log in words, by role."""

from __future__ import annotations

from core.context import Context
from core.engine.sources.actions import create_migration
from tests.pages.conftest import Console


def log(app: object) -> object:
    return next(part.value for part in app.dataframe if "Action" in part.value.columns)


def test_the_audit_log_names_actions_and_details_in_words(console: Console, alice: Context) -> None:
    create_migration(alice, "Spring menu")
    lines = log(console("alice", "operations"))
    assert list(lines["Action"]) == ["Migration created"]
    assert list(lines["Details"]) == ["name Spring menu"]


def test_the_audit_log_is_filtered_by_the_address_of_a_link(
    console: Console, alice: Context, migration: str
) -> None:
    app = console("alice", "operations")
    app.selectbox(key="audit_action").select("Migration created").run()
    assert set(log(app)["Action"]) == {"Migration created"}


def test_only_managers_export_the_log_and_others_see_only_their_activity(
    console: Console, alice: Context, bob: Context
) -> None:
    create_migration(alice, "Spring menu")
    create_migration(bob, "Summer menu")
    manager, specialist = console("alice", "operations"), console("bob", "operations")
    assert set(log(manager)["Person"]) == {"Alice", "Bob"}
    assert set(log(specialist)["Person"]) == {"Bob"}
    assert "You can see only your own activity." in [caption.value for caption in specialist.caption]
    assert [part for part in manager.get("download_button") if part.proto.label == "Export CSV"]
    assert not [part for part in specialist.get("download_button") if part.proto.label == "Export CSV"]


def test_workers_are_online_or_offline(console: Console, alice: Context) -> None:
    app = console("alice", "operations")
    assert "Workers online" in {metric.label for metric in app.metric}
    assert any("Last heartbeat" in part.value.columns for part in app.dataframe)
