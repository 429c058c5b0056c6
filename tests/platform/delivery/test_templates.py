"""Every template renders whatever the values are: one list of placeholders, no markup and no second header from data."""

from html.parser import HTMLParser

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from core.errors import InvalidInputError
from core.platform.delivery.templates import (
    FOLDER,
    MAX_VALUE,
    check_header,
    notice,
    one_line,
    placeholders,
    render,
    template,
)
from core.platform.events.kinds import KINDS

HOSTILE = [
    "</title><script>alert(1)</script>",
    '" onmouseover="alert(1)',
    "'><img src=https://evil.example/x>",
    "{{link}} {{content}} {{actor}} {0} {0.__class__} $link %(link)s",
    "a\r\nBcc: eve@example.com\r\n\r\nbody",
    "\u202egnp.exe\u202c \x00\x1b[2J\u2028line\u2029",
    "\ud800",
    "x" * 5_000,
    "",
    "Ωμέγα 測試 🍕",
]


def values(kind, value):
    return dict.fromkeys(placeholders(kind), value)


class Tags(HTMLParser):
    """The tags of a page with their attributes, and its text."""

    def __init__(self):
        super().__init__()
        self.tags, self.links = [], []

    def handle_starttag(self, tag, attributes):
        self.tags.append((tag, sorted(name for name, _ in attributes)))
        self.links += [value for name, value in attributes if name in {"href", "src"}]


def tags(page):
    parser = Tags()
    parser.feed(page)
    return parser.tags


def test_every_kind_has_a_template_and_every_template_a_kind():
    assert {path.stem for path in FOLDER.glob("*.yaml")} == set(KINDS)


@pytest.mark.parametrize("kind", KINDS)
def test_text_and_html_name_the_same_placeholders(kind):
    import re

    content = yaml.safe_load((FOLDER / f"{kind}.yaml").read_text(encoding="utf-8"))
    names = {part: set(re.findall(r"\{\{(\w+)\}\}", content[part])) for part in ("text", "html")}
    assert names["text"] == names["html"]
    assert "link" in names["text"]


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("value", HOSTILE)
def test_a_hostile_value_adds_no_tag_no_attribute_and_no_line(kind, value):
    harmless, hostile = render(kind, values(kind, "a")), render(kind, values(kind, value))
    assert tags(hostile.html) == tags(harmless.html)
    assert len(hostile.subject.splitlines()) == 1
    assert hostile.text.count("\n") == harmless.text.count("\n")
    assert len(notice(kind, values(kind, value)).splitlines()) <= 1
    hostile.html.encode(), hostile.text.encode()


@pytest.mark.parametrize("kind", KINDS)
@given(value=st.text())
def test_any_value_stays_text(kind, value):
    harmless, rendered = render(kind, values(kind, "a")), render(kind, values(kind, value))
    assert tags(rendered.html) == tags(harmless.html)
    assert check_header(rendered.subject) == rendered.subject


def test_a_value_is_never_read_as_a_template():
    text = render(
        "role_changed", values("role_changed", "x") | {"actor": "{{link}}", "link": "https://l.example"}
    ).text
    assert "{{link}} changed your role" in text


@pytest.mark.parametrize("kind", KINDS)
def test_no_template_loads_anything_from_elsewhere(kind):
    parser = Tags()
    parser.feed(render(kind, values(kind, "a")).html)
    assert set(parser.links) == {"a"}
    assert "src" not in {name for _, names in parser.tags for name in names}
    assert "url(" not in template(kind).html


@pytest.mark.parametrize("value", ["a\nb", "a\rb", "a\x00", "a\u2028b", "\x85"])
def test_a_header_refuses_line_breaks(value):
    with pytest.raises(InvalidInputError):
        check_header(value)


@given(st.text())
def test_a_line_is_one_line_of_limited_length(value):
    line = one_line(value)
    assert len(line) <= MAX_VALUE
    assert len(line.splitlines()) <= 1
    assert one_line(line) == line


@given(st.text(alphabet=st.characters(categories=["L", "N"]), min_size=1, max_size=MAX_VALUE))
def test_a_plain_name_stays_as_it_is(name):
    assert one_line(name) == name


def test_numbers_have_thousands():
    assert one_line(1234567) == "1,234,567"
