"""What a crash leaves behind is recognised and healed at the next start."""

import json
import os
import shutil
import signal
import time
from pathlib import Path
from threading import Timer

import psutil
import psycopg
import pytest

from core.db.cluster import handles, postmaster, server, sockets, users
from core.errors import ConflictError


def _crash(folder: Path) -> None:
    """End the server at once, with all its processes."""
    server = postmaster.running(folder)
    assert server is not None
    processes = [psutil.Process(server.pid), *psutil.Process(server.pid).children()]
    for process in processes:
        process.kill()
    psutil.wait_procs(processes, timeout=10)


@pytest.mark.parametrize(
    "content",
    [
        "",
        "{other}",
        "{other}\n{folder}\n1795762962\n5432\n",
        "{other}\n{folder}\n1795762962\n5432\n{folder}\n\n  123 456\nready   \n",
        "{ended}\n{folder}\n1795762962\n5432\n{folder}\n\n  123 456\nready   \n",
        "\x00\x00\x00\x00",
        "999999999999999999999\n",
    ],
)
def test_a_postmaster_pid_that_is_not_the_server_s_does_not_stop_a_start(
    folder, content, other_program, start, answers
):
    text = content.format(other=other_program, ended=_ended_process(), folder=folder)
    (folder / "postmaster.pid").write_text(text)
    assert answers(start(folder))
    assert psutil.pid_exists(other_program)


def _ended_process() -> int:
    """A process id that is nobody's."""
    return next(number for number in range(3_000_000, 4_000_000) if not psutil.pid_exists(number))


def test_a_socket_s_lock_with_another_program_s_number_does_not_stop_a_start(
    folder, other_program, start, answers
):
    (folder / f"{sockets.SOCKET}.lock").write_text(f"{other_program}\n{folder}\n1795762962\n5432\n\n")
    assert answers(start(folder))


@pytest.mark.parametrize("path", ["folder", "long_folder"])
def test_a_killed_server_starts_again_with_what_was_committed(request, path, start):
    folder = request.getfixturevalue(path)
    where = start(folder)
    with psycopg.connect(host=str(where), user="postgres", dbname="postgres") as connection:
        connection.execute("create table said (word text)")
        connection.execute("insert into said values ('committed')")
    _crash(folder)
    assert (folder / "postmaster.pid").exists()
    assert start(folder) == where
    with psycopg.connect(host=str(where), user="postgres", dbname="postgres") as connection:
        assert connection.execute("select * from said").fetchall() == [("committed",)]


def test_a_server_whose_first_process_alone_was_killed_starts_again(folder, start, answers):
    where = start(folder)
    busy = psycopg.connect(host=str(where), user="postgres", dbname="postgres")
    pid = busy.info.backend_pid
    os.kill(pid, signal.SIGSTOP)  # a process that does not notice that its server is gone
    first = psutil.Process(postmaster.running(folder).pid)
    first.kill()
    first.wait(10)
    assert answers(start(folder))
    assert not psutil.pid_exists(pid)
    busy.close()


def test_a_start_whose_starter_was_killed_is_waited_for(folder, start, answers):
    where = start(folder)
    content = (folder / "postmaster.pid").read_text()
    (folder / "postmaster.pid").write_text(
        "\n".join(content.splitlines()[:4])
    )  # as it stands while it starts
    os.kill(int(content.split()[0]), 0)
    late = Timer(0.5, (folder / "postmaster.pid").write_text, [content])
    late.start()
    assert start(folder) == where
    assert (folder / "postmaster.pid").read_text() == content
    assert answers(where)


def test_a_server_whose_file_is_made_and_not_yet_written_is_waited_for(folder, start, answers):
    where = start(folder)
    content = (folder / "postmaster.pid").read_text()
    (folder / "postmaster.pid").write_text("")
    late = Timer(0.1, (folder / "postmaster.pid").write_text, [content])
    late.start()
    assert start(folder) == where
    assert (folder / "postmaster.pid").read_text() == content
    assert answers(where)


@pytest.mark.parametrize("content", ["", "\x00\x00", None])
def test_configuration_that_was_cut_short_is_written_again(folder, content, start, answers):
    for name in ("pg_hba.conf", "pg_ident.conf", "aura.conf", "log"):
        (folder / name).unlink(missing_ok=True)
        if content is not None:
            (folder / name).write_text(content)
    (folder / "postgresql.conf").write_text("")
    (
        folder / "base" / "16384"
    ).mkdir()  # of a database of ours: the folder is not one that was never finished
    assert answers(start(folder))


def test_a_folder_whose_making_was_killed_is_set_aside_and_made_again(folder, start, answers):
    shutil.rmtree(folder / "base")
    (folder / "postgresql.conf").write_text("# nothing of ours\n")
    (folder / "global" / "pg_control").unlink()
    (folder.with_name("pg.new")).mkdir()
    (folder.with_name("pg.new") / "half").write_text("")
    assert answers(start(folder))
    aside = list(folder.parent.glob("pg.unfinished-*"))
    assert len(aside) == 1
    assert (aside[0] / "PG_VERSION").exists()


def test_a_folder_with_a_database_in_it_is_never_set_aside(folder, start):
    (folder / "base" / "16384").mkdir()
    (folder / "postgresql.conf").write_text("")
    shutil.rmtree(folder / "global")
    with pytest.raises(ConflictError, match="did not start"):
        start(folder)
    assert not list(folder.parent.glob("pg.unfinished-*"))


def test_a_server_that_cannot_start_says_why(folder, start):
    (folder / "postgresql.auto.conf").write_text("shared_buffers = 'many'\n")
    with pytest.raises(ConflictError, match="shared_buffers"):
        start(folder)


@pytest.mark.parametrize(
    "content", ["", "[", "[12", "[12, ", "\x00\x00\x00", "null", '{"a": 1}', '["x"]', "12"]
)
def test_a_list_of_users_that_was_cut_short_does_not_stop_the_server_of_those_it_lost(folder, content):
    user = users.server_user(folder)
    (folder / ".handle_pids.json").write_text(content)
    handles.take(folder, os.getpid(), user, is_new_server=False)
    assert not handles.leave(folder, os.getpid(), user)
    handles.take(folder, os.getpid(), user, is_new_server=True)
    assert handles.leave(folder, os.getpid(), user)


def test_users_that_were_killed_do_not_count_and_those_that_live_do(folder, other_program):
    user = users.server_user(folder)
    (folder / ".handle_pids.json").write_text(json.dumps([_ended_process(), other_program]))
    handles.take(folder, os.getpid(), user, is_new_server=False)
    assert not handles.leave(folder, os.getpid(), user)
    assert json.loads((folder / ".handle_pids.json").read_text()) == [other_program]


def test_the_log_of_changes_is_bounded(folder, start):
    with psycopg.connect(host=str(start(folder)), user="postgres", dbname="postgres") as connection:
        limit = connection.execute(
            "select setting::int from pg_settings where name = 'max_wal_size'"
        ).fetchone()
    assert limit is not None
    assert 256 <= limit[0] <= 4096
    assert limit[0] <= max(256, shutil.disk_usage(folder).free // 2**20 // 7)


def test_a_start_is_quick(folder, start):
    began = time.monotonic()
    start(folder)
    server.stop(folder, users.server_user(folder))
    assert time.monotonic() - began < 10
