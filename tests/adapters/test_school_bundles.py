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
    assert all(stream.entity for stream in identification.streams), [
        stream.name for stream in identification.streams
    ]


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


RECORD = "sourcedId,status,dateLastModified"
DAY = "active,2026-08-01T06:00:00.000Z"
LINE_ITEMS = (
    f"{RECORD},title,description,assignDate,dueDate,classSourcedId,categorySourcedId,resultValueMax\n"
    f"lin-1,{DAY},Fractions quiz,,2026-09-01,2026-09-11,cls-500,cat-1,20\n"
)
DEMOGRAPHICS = f"{RECORD},birthDate,sex,asian,white\nusr-1009,{DAY},2017-03-04,female,false,true\n"
USERS_1_2 = (
    f"{RECORD},enabledUser,username,userIds,givenName,familyName,middleName,identifier,email,sms,phone,agentSourcedIds,grades,"
    "password,userMasterIdentifier,primaryOrgSourcedId,pronouns\n"
    f"u1,{DAY},true,a,,Ada,Low,,1,,,,,03,,m1,org-1,\n"
    f"u2,{DAY},true,b,,Bo,Hay,,2,,,,,,,m2,org-1,\n"
    f"u3,{DAY},true,c,,Cy,Orr,,3,,,,,,,m3,org-1,\n"
)
ROLES = (
    f"{RECORD},userSourcedId,roleType,role,beginDate,endDate,orgSourcedId\n"
    f"r1,{DAY},u1,primary,student,,,org-1\nr2,{DAY},u2,primary,teacher,,,org-1\n"
)


def zip_of(folder: Path, **texts: str) -> Path:
    path = folder / "bundle.zip"
    with zipfile.ZipFile(path, "w") as archive:
        for name, text in texts.items():
            archive.writestr(f"{name}.csv", text)
    return path


def test_results_of_oneroster_have_the_title_class_and_highest_score_of_their_line_item(tmp_path):
    results = (FOLDER / "oneroster" / "results.csv").read_text(encoding="utf-8")
    frames = frames_of(zip_of(tmp_path, lineItems=LINE_ITEMS, results=results))
    columns = ("sourcedId", "title", "classSourcedId", "resultValueMax")
    assert frames["results"].select(columns).rows()[0] == ("res-1", "Fractions quiz", "cls-500", "20")


def test_pupils_of_oneroster_have_the_birth_date_of_the_demographics(tmp_path):
    users = (FOLDER / "oneroster" / "users.csv").read_text(encoding="utf-8")
    frames = frames_of(zip_of(tmp_path, demographics=DEMOGRAPHICS, users=users))
    pupils = frames["users_students"].select("sourcedId", "birthDate", "sex").rows()
    assert pupils == [("usr-1009", "2017-03-04", "female"), ("usr-1011", None, None)]


def test_users_of_oneroster_1_2_are_told_apart_by_the_roles_of_their_bundle(tmp_path):
    frames = frames_of(zip_of(tmp_path, users=USERS_1_2, roles=ROLES))
    names = {name: frame["sourcedId"].to_list() for name, frame in frames.items() if name != "roles"}
    assert names == {
        "users_students": ["u1"],
        "users_staff": ["u2"],
        "users · further rows": ["u3"],
    }


def test_users_of_oneroster_1_2_without_their_roles_are_nobody(tmp_path):
    path = tmp_path / "users.csv"
    path.write_text(USERS_1_2, encoding="utf-8")
    (stream,) = identify(path, list(SOURCES.values())).streams
    assert (stream.name, stream.entity, stream.rows) == ("users_without_role", None, 3)


@pytest.mark.parametrize("source", ["canvas", "clever"])
def test_no_row_of_a_sample_has_the_password_that_stands_in_its_file(source, tmp_path):
    path = bundle_of(source, tmp_path)
    with zipfile.ZipFile(path) as archive:
        assert any(b"invented-" in archive.read(name) for name in archive.namelist())
    identification = identify(path, list(SOURCES.values()))
    assert not any("invented-" in repr(stream.sample.rows()) for stream in identification.streams)
    assert not any("invented-" in repr(frame.rows()) for _, frame in read(path, identification))
