"""A process that is killed between a change or a reading and its line leaves both or neither."""

from __future__ import annotations

import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

from core.context import Context
from core.db.session import TenantSession
from core.engine.sources.views import migrations
from core.platform.access.audit_log import audit_log
from core.platform.audit.processing import READING
from core.platform.audit.verifying import verify
from tests.platform.audit.killed import POINTS

ROUNDS = 5
ROOT = Path(__file__).resolve().parents[3]


@pytest.mark.slow
def test_of_fifty_kills_between_change_and_line_none_leaves_one_without_the_other(
    alice: Context, tmp_path: Path
) -> None:
    command = [sys.executable, "-m", "tests.platform.audit.killed"]
    arguments = [alice.person, alice.tenant.id, str(ROUNDS), str(tmp_path)]
    subprocess.run([*command, *arguments], check=True, cwd=ROOT, timeout=240)
    lines = audit_log(alice)
    changes = {migration.name for migration in migrations(alice)}
    noted = {line.facts["name"] for line in lines if line.action == "migration.create"}
    readings = {line.object_id for line in lines if line.action == READING}
    values = {path.name for path in tmp_path.iterdir()}
    assert changes == noted
    assert values <= readings
    assert Counter(name.split("|")[1] for name in changes) == {"after_commit": ROUNDS, "never": ROUNDS}
    assert Counter(name.split("|")[1] for name in readings) == {"after_commit": ROUNDS, "never": ROUNDS}
    assert Counter(name.split("|")[1] for name in values) == {
        "never": ROUNDS
    }  # killed behind the commit: not handed out
    assert len(POINTS) * 2 * ROUNDS == 50
    with TenantSession(alice.tenant.id, alice.person) as session:
        assert verify(session, ()).is_sound
