"""A bundle is compared with its manifest: what is promised and missing is refused, with the row, the value and the remedy."""

from __future__ import annotations

import pytest

from adapters import SOURCES
from core.engine.sources.read import identify
from core.errors import InvalidInputError
from tests.engine.imports.schools import bundles


def identified(path):
    return identify(path, list(SOURCES.values()), domain="school")


def without(name):
    return {file: text for file, text in bundles.VERSION_1_1.items() if file != name}


def with_manifest(*rows):
    text = "\n".join(["propertyName,value", "manifest.version,1.0", *rows, ""])
    return bundles.VERSION_1_1 | {"manifest": text}


def test_a_file_that_the_manifest_promises_and_the_bundle_lacks_is_refused(zipped):
    with pytest.raises(InvalidInputError) as refusal:
        identified(zipped("bundle", **without("enrollments")))
    assert str(refusal.value) == (
        "manifest.csv in bundle.zip, row 9: file.enrollments is 'bulk', but there is no enrollments.csv. "
        "Export the bundle again with enrollments.csv, or say that it is absent."
    )
    assert refusal.value.facts == {
        "file": "bundle.zip", "row": 9, "field": "file.enrollments", "value": "bulk",
    }  # fmt: skip


def test_a_version_of_the_standard_that_nobody_knows_is_refused(zipped):
    with pytest.raises(
        InvalidInputError, match=r"row 3: oneroster\.version is '2\.0', and versions 1\.0, 1\.1 and 1\.2"
    ):
        identified(zipped("bundle", **with_manifest("oneroster.version,2.0")))


def test_a_bundle_without_manifest_is_read_and_says_so(zipped):
    bundle = identified(zipped("bundle", **without("manifest")))
    assert bundle.source.name == "oneroster"
    assert "no manifest: nothing says whether the bundle is complete" in bundle.reasons


def test_a_file_that_the_manifest_calls_absent_is_read_and_named(zipped):
    rows = ["oneroster.version,1.1", "file.users,absent", "file.orgs,bulk", "file.resources,absent"]
    bundle = identified(zipped("bundle", **with_manifest(*rows)))
    assert (
        "manifest.csv in bundle.zip, row 4: file.users is 'absent', but there is a users.csv, which is read"
        in bundle.reasons
    )
    assert "users_students" in {stream.name for stream in bundle.streams}


def test_a_bundle_in_a_folder_with_what_a_mac_adds_is_the_same_bundle(zipped, tmp_path):
    plain = identified(zipped("bundle", **bundles.VERSION_1_1))
    folder = {f"export 2026/{name}": text for name, text in bundles.VERSION_1_1.items()}
    packed = identified(zipped("packed", **folder, **{"__MACOSX/export 2026/._users": "\x00\x05"}))
    assert [(stream.name, stream.rows) for stream in packed.streams] == [
        (stream.name, stream.rows) for stream in plain.streams
    ]


def test_a_manifest_that_comes_by_itself_makes_no_records(zipped, tmp_path):
    path = tmp_path / "manifest.csv"
    path.write_text(bundles.VERSION_1_1["manifest"], encoding="utf-8")
    (stream,) = identified(path).streams
    assert (stream.name, stream.entity) == ("manifest", None)


def test_files_of_a_bundle_that_come_one_by_one_are_not_compared_with_anything(tmp_path):
    path = tmp_path / "orgs.csv"
    path.write_text(bundles.ORGS, encoding="utf-8")
    assert not any("manifest" in reason for reason in identified(path).reasons)
