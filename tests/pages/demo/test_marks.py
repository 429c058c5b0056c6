"""Every screen of a demo, and every file that leaves it, says that its data is fictional; nothing of a customer does."""

from __future__ import annotations

import pytest
import streamlit as st

from core.context import Context
from core.engine.sources.actions import create_migration
from tests.pages.conftest import Console


def _file_names(console: Console, alice: Context, monkeypatch: pytest.MonkeyPatch) -> set[str]:
    """The names of the files that the audit log offers."""
    names: set[str] = set()
    create_migration(alice, "Spring menu")
    monkeypatch.setattr(st, "download_button", lambda _label, _data, name, **_: names.add(name))
    assert not console("alice", "audit").exception
    return names


@pytest.fixture
def strips(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What the images say that are drawn from now on."""
    texts: list[str] = []
    monkeypatch.setattr(st, "image", lambda _image, *, alt, **_: texts.append(alt))
    return texts


@pytest.mark.demo
def test_a_file_of_a_demo_says_so_in_its_name(
    console: Console, alice: Context, monkeypatch: pytest.MonkeyPatch
) -> None:
    names = _file_names(console, alice, monkeypatch)
    assert names
    assert all(name.startswith("[Demo] ") for name in names)


def test_a_file_of_a_customer_does_not(
    console: Console, alice: Context, monkeypatch: pytest.MonkeyPatch
) -> None:
    names = _file_names(console, alice, monkeypatch)
    assert names
    assert not any("[Demo]" in name for name in names)


@pytest.mark.demo
@pytest.mark.parametrize("path", ["today", "connect", "reconciliation", "settings"])
def test_a_screen_of_a_demo_has_the_strip(console: Console, strips: list[str], path: str) -> None:
    assert not console("alice", path).exception
    assert strips[-1:] == ["Demo: all data is fictional"]


@pytest.mark.parametrize("path", ["today", "connect", "reconciliation", "settings"])
def test_a_screen_of_a_customer_has_none(console: Console, strips: list[str], path: str) -> None:
    assert not console("alice", path).exception
    assert strips == []
