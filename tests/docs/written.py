"""Writes the documents that repeat what the code says: docs/map.md and .env.example.

`python tests/docs/written.py` brings both up to date; the tests beside it fail while they are not.
"""

from __future__ import annotations

import ast
import sys
import textwrap
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
MAP, ENVIRONMENT = ROOT / "docs" / "map.md", ROOT / ".env.example"
BEGIN, END = "<!-- map: begin (python tests/docs/written.py) -->", "<!-- map: end -->"
TREES = ("core", "adapters", "pages", "mock_data")


def first_sentence(path: Path) -> str:
    """The first sentence of a module's docstring, '' where there is none."""
    docstring = ast.get_docstring(ast.parse(path.read_text(encoding="utf-8"))) or ""
    paragraph = " ".join(docstring.partition("\n\n")[0].split())
    return paragraph.partition(". ")[0].rstrip(".:")


def modules() -> list[Path]:
    """Every module of the product, in the order of its path; packages that hold nothing but modules are left out."""
    paths = [ROOT / "app.py"]
    for tree in TREES:
        inside = (path for path in (ROOT / tree).rglob("*.py") if "versions" not in path.parts)
        paths += sorted(inside, key=lambda path: (path.parent, path.name))
    return [path for path in paths if path.name != "__init__.py" or first_sentence(path)]


def the_map() -> str:
    """The map: a list per folder, a line per module."""
    lines: list[str] = []
    folder = None
    for path in modules():
        folder_name = path.parent.relative_to(ROOT).as_posix()
        if folder_name != folder:
            folder = folder_name
            opening = first_sentence(path) if path.name == "__init__.py" else ""
            lines += [
                "",
                f"**{'/' if folder_name == '.' else folder_name + '/'}**"
                + (f" {opening}" if opening else ""),
                "",
            ]
        if path.name != "__init__.py":
            if lines[-1].startswith("**"):
                lines.append("")
            lines.append(f"- `{path.name}` {first_sentence(path)}")
    return "\n".join(lines).strip()


def map_document() -> str:
    """docs/map.md as it should be."""
    before, _, tail = MAP.read_text(encoding="utf-8").partition(BEGIN)
    _, _, after = tail.partition(END)
    return f"{before}{BEGIN}\n\n{the_map()}\n\n{END}{after}"


def environment() -> str:
    """.env.example as it should be: every setting with its meaning, commented out at its default."""
    sys.path.insert(0, str(ROOT))
    from core.settings import ROOT as HOME
    from core.settings import Settings

    parts = [
        "# Every setting. Copy to .env and uncomment what differs; variables of the environment go before it."
    ]
    for name, field in Settings.model_fields.items():
        default = "" if field.default is None else str(field.default).replace(f"{HOME}/", "")
        meaning = textwrap.fill(field.description or "", 100, initial_indent="# ", subsequent_indent="# ")
        parts.append(f"{meaning}\n# {name.upper()}={default}")
    return "\n\n".join(parts) + "\n"


if __name__ == "__main__":
    MAP.write_text(map_document(), encoding="utf-8")
    ENVIRONMENT.write_text(environment(), encoding="utf-8")
