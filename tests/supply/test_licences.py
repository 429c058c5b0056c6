"""Which licences the libraries have: none that our own licence could not stand beside."""

import re
from importlib.metadata import distributions
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def licence(distribution):
    facts = distribution.metadata
    declared = facts.get("License-Expression") or facts.get("License") or ""
    classifiers = [line for line in facts.get_all("Classifier") or [] if line.startswith("License")]
    return " ".join([declared[:200], *classifiers])


def test_no_library_is_under_gpl_or_agpl():
    strict = {
        distribution.metadata["Name"]: licence(distribution)
        for distribution in distributions()
        if re.search(r"(?<!L)A?GPL", licence(distribution).replace("Lesser General", "LGPL"))
    }
    assert strict == {}


def test_libraries_under_the_lgpl_are_named_in_security_md():
    text = (ROOT / "SECURITY.md").read_text(encoding="utf-8")
    lesser = {
        distribution.metadata["Name"] for distribution in distributions() if "LGPL" in licence(distribution)
    }
    assert lesser == {"psycopg", "psycopg-binary"}
    assert "psycopg is LGPL-3.0-only" in text


def test_the_licence_keeps_what_the_lgpl_asks_for():
    text = " ".join((ROOT / "LICENSE").read_text(encoding="utf-8").split())
    assert "psycopg (LGPL-3.0-only) is used as a library" in text
    assert "forbids to reverse engineer" in text
