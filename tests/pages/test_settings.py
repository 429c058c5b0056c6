"""Settings says what each role may do, also what it may besides in a demo."""

from __future__ import annotations

from core.platform.access.rules import DEMO_ROLES, ROLES, TABLE, permissions_of
from tests.pages.conftest import Console


def test_the_table_of_roles_is_what_the_guards_go_by(console: Console) -> None:
    [table] = [
        frame.value for frame in console("sam", "settings").dataframe if "Permission" in frame.value.columns
    ]
    granted = {role.capitalize(): permissions for role, permissions in ROLES.items() if role != "worker"}
    granted |= {f"{role.capitalize()}, in a demo": permissions_of(role, is_demo=True) for role in DEMO_ROLES}
    assert set(table.columns) == {"Permission", *granted}
    meanings = {
        key: row.meaning + " (with a second person)" * row.second_person for key, row in TABLE.items()
    }
    by_meaning = table.set_index("Permission")
    assert {key for key, meaning in meanings.items() if meaning not in by_meaning.index} == {"run.work"}
    for title, permissions in granted.items():
        assert {
            key for key, meaning in meanings.items() if key != "run.work" and by_meaning.loc[meaning, title]
        } == set(permissions)
