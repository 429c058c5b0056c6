"""Files of school systems that belong together: what one of them says of the records of another."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest

import mock_data
from adapters import SOURCES
from core.engine.sources.read import identify, read

FOLDER = Path(mock_data.__file__).parent


def bundle_of(source: str, folder: Path, replaced: dict[str, str] | None = None) -> Path:
    path = folder / f"{source}.zip"
    with zipfile.ZipFile(path, "w") as archive:
        for file in sorted((FOLDER / source).glob("*.csv")):
            text = (replaced or {}).get(file.name) or file.read_text(encoding="utf-8")
            archive.writestr(file.name, text)
    return path


def frames_of(path: Path):
    return dict(read(path, identify(path, list(SOURCES.values()))))


@pytest.mark.parametrize("source", ["canvas", "clever", "oneroster"])
def test_all_files_of_a_bundle_are_its_source_s(source, tmp_path):
    path = bundle_of(source, tmp_path)
    identification = identify(path, list(SOURCES.values()))
    assert identification.source.name == source
    assert all(stream.entity for stream in identification.streams)


def test_a_section_of_canvas_has_the_term_of_its_course(tmp_path):
    sections = frames_of(bundle_of("canvas", tmp_path))["sections"]
    assert dict(sections.select("section_id", "term_id").rows()) == {
        "S-1": "T-26F",
        "S-2": "T-26F",
        "S-3": "T-27S",
    }


def test_what_is_looked_up_stands_in_any_row_of_the_other_file(tmp_path):
    count = 20_050
    courses = "course_id,short_name,long_name,account_id,term_id,status\n" + "".join(
        f"c{number},N{number},Course {number},A-1,t{number},active\n" for number in range(count)
    )
    sections = f"section_id,course_id,name,status\ns1,c{count - 1},Last,active\n"
    path = bundle_of("canvas", tmp_path, {"courses.csv": courses, "sections.csv": sections})
    assert frames_of(path)["sections"]["term_id"].to_list() == [f"t{count - 1}"]


def test_a_user_of_canvas_without_a_declared_type_is_nobody(tmp_path):
    path = tmp_path / "users.csv"
    header = "user_id,login_id,full_name,email,declared_user_type,status"
    path.write_text(
        f"{header}\nu1,a,Ada Low,a@example.org,student,active\nu2,b,Bo Hay,b@example.org,,active\n"
    )
    frames = frames_of(path)
    assert frames["users_students"]["user_id"].to_list() == ["u1"]
    assert frames["users · further rows"]["user_id"].to_list() == ["u2"]


def test_users_of_canvas_without_a_column_of_types_are_not_said_to_be_pupils(tmp_path):
    path = tmp_path / "users.csv"
    path.write_text("user_id,login_id,full_name,email,status\nu1,a,Ada Low,a@example.org,active\n")
    (stream,) = identify(path, list(SOURCES.values())).streams
    assert (stream.spec, stream.entity) == (None, None)
