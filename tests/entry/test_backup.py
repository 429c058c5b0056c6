"""The restore drill: import, back up, lose the folder, restore; everything is as it was and the run rolls back."""

import json
import shutil
import subprocess
import tempfile
from pathlib import Path

import pytest

from core.settings import ROOT
from tests.commands import command_line
from tests.conftest import TOAST_SAMPLE
from tests.installations import Content, environment, install

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]


@pytest.fixture(scope="module")
def base():
    # Not below pytest's own folder, which is closed to the database's user.
    folder = Path(tempfile.mkdtemp(prefix="aura-backup-"))
    yield folder
    shutil.rmtree(folder, ignore_errors=True)


def aura(folder, *arguments, code=0):
    """Runs a command on a data folder, which nobody works on afterwards."""
    done = subprocess.run(
        command_line(*arguments, "--json"),
        cwd=ROOT,
        env=environment(folder),
        capture_output=True,
        text=True,
        check=False,
    )
    subprocess.run(command_line("stop"), cwd=ROOT, env=environment(folder), check=True)
    assert done.returncode == code, done.stderr
    return json.loads(done.stdout) if code == 0 else done.stderr


def exported(folder):
    return aura(folder, "export", "--tenant", "bella", "--entity", "menu_item", "--format", "json")


def test_a_lost_folder_is_restored_and_its_run_rolls_back_to_equal_checksums(base):
    folder, file = base / "data", base / "backup.aura"
    install(folder, Content.EMPTY)
    aura(folder, "person", "create", "alice", "--name", "Alice")
    aura(folder, "tenant", "create", "bella", "--name", "Bella")
    aura(folder, "import", str(TOAST_SAMPLE), "--tenant", "bella")
    before = exported(folder)
    assert before
    assert "is not in it" not in str(aura(folder, "backup", str(file), "--with-keys"))
    assert file.stat().st_mode & 0o077 == 0
    assert "There is a database" in aura(folder, "restore", str(file), code=1)
    shutil.rmtree(folder)
    aura(folder, "restore", str(file))
    assert exported(folder) == before
    taken_back = aura(folder, "rollback", "latest")
    assert taken_back["equal"]
    assert exported(folder) == []


def test_a_backup_without_keys_opens_only_with_the_key_file(base):
    folder, file, key = base / "apart", base / "apart.aura", base / "master.key"
    install(folder, Content.EMPTY)
    aura(folder, "person", "create", "alice", "--name", "Alice")
    aura(folder, "tenant", "create", "bella", "--name", "Bella")
    aura(folder, "import", str(TOAST_SAMPLE), "--tenant", "bella")
    before = exported(folder)
    assert aura(folder, "backup", str(file))["keys"] is False
    shutil.copy(folder / "keys" / "master.key", key)
    shutil.rmtree(folder)
    assert "master keys" in aura(folder, "restore", str(file), code=1)
    assert not (folder / "pg").exists()
    (folder / "keys").mkdir(mode=0o700)
    shutil.copy(key, folder / "keys" / "master.key")
    aura(folder, "restore", str(file))
    assert exported(folder) == before


@pytest.mark.parametrize("cut", [0, 100, 5_000])
def test_a_file_that_is_no_whole_backup_changes_nothing(base, cut):
    file, folder = base / f"cut-{cut}", base / "untouched"
    file.write_bytes(b"x" * cut)
    assert "not a whole backup" in aura(folder, "restore", str(file), code=1)
    assert not (folder / "pg").exists()
