"""Each trick of docs/performance.md stands in the code by its number, and the code names no other."""

from __future__ import annotations

import re

from tests.docs.names import ROOT, modules


def test_the_code_refers_to_each_trick_and_to_no_other():
    listed = re.findall(r"^\| (\d+) \|", (ROOT / "docs" / "performance.md").read_text(), flags=re.MULTILINE)
    code = "\n".join(path.read_text() for path in modules(("core", "pages", "app.py")))
    assert set(re.findall(r"\bperf (\d+)\b", code)) == set(listed)
    assert len(listed) == len(set(listed))
