"""Render messages from data/messages: subject, notice, text and HTML of a kind, from one fixed list of placeholders.

A placeholder is {{name}}. A value is data: one line of at most MAX_VALUE characters, escaped in HTML, and never read
as a template.
"""

from __future__ import annotations

import html
import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

import yaml

from core.errors import InvalidInputError
from core.platform.events.kinds import KINDS
from core.settings import ROOT

FOLDER = ROOT / "data" / "messages"
COMMON = frozenset({"product", "customer", "actor", "link", "until", "support"})
"""Placeholders of every kind, besides its facts: `link` opens its screen or is its one-time link, `until` its expiry.

`support` is the contact of the line of business.
"""
MAX_VALUE = 200

_PLACEHOLDER = re.compile(r"\{\{(\w+)\}\}")
_DIRECTIONS = frozenset("\u200e\u200f\u061c\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
_LONG = frozenset({"link"})


@dataclass(frozen=True, slots=True)
class Template:
    """`notice` is the line under the bell, '' for a kind that is only mailed; `sms` is the text message of a kind by SMS."""

    subject: str
    notice: str
    text: str
    html: str
    sms: str = ""


@dataclass(frozen=True, slots=True)
class Rendered:
    """A message as it is handed over; `html` is a whole page, `short` a text message ('' for a kind that is none)."""

    subject: str
    text: str
    html: str
    short: str = ""


def placeholders(kind: str) -> frozenset[str]:
    """Return the names that the templates of a kind may use."""
    hidden = {name for name in KINDS[kind].facts if name.endswith("_id")}
    return COMMON | KINDS[kind].facts - hidden


@cache
def template(kind: str) -> Template:
    """Read the template of a kind. ValueError where it names a placeholder that the kind does not have."""
    content = yaml.safe_load((FOLDER / f"{kind}.yaml").read_text(encoding="utf-8"))
    parts = Template(
        content["subject"],
        content.get("notice", ""),
        content["text"],
        content["html"],
        content.get("sms", ""),
    )
    names = set(_PLACEHOLDER.findall(f"{parts.subject} {parts.notice} {parts.text} {parts.html} {parts.sms}"))
    if unknown := names - placeholders(kind):
        raise ValueError(f"the template {kind} names {sorted(unknown)}")
    return parts


def render(kind: str, values: Mapping[str, object]) -> Rendered:
    """Render the message of a kind; `values` has every placeholder of the kind."""
    parts, texts = template(kind), _texts(kind, values)
    escaped = {name: html.escape(value, quote=True) for name, value in texts.items()}
    subject = check_header(_filled(parts.subject, texts))
    frame = {
        "product": escaped["product"],
        "subject": html.escape(subject, quote=True),
        "content": _filled(parts.html, escaped),
        "support": f" Questions? {escaped['support']}." if KINDS[kind].for_customer else "",
    }
    closing = "\nQuestions? {{support}}\n" if KINDS[kind].for_customer else ""
    text = _filled(parts.text + closing, texts)
    return Rendered(subject, text, _filled(_layout(), frame), _filled(parts.sms, texts))


def notice(kind: str, values: Mapping[str, object]) -> str:
    """Render the line under the bell; it is data, to be shown as text."""
    return _filled(template(kind).notice, _texts(kind, values))


def check_header(value: str) -> str:
    """Return the value of a header. InvalidInputError where it has a line break or another control character."""
    if any(unicodedata.category(character) in {"Cc", "Zl", "Zp", "Cs"} for character in value):
        raise InvalidInputError("A header of an e-mail cannot hold a line break.")
    return value


def one_line(value: object, *, most: int = MAX_VALUE) -> str:
    """Write a value as one line: numbers with thousands, whitespace as one space, no controls, no direction marks."""
    if isinstance(value, int) and not isinstance(value, bool):
        return f"{value:,}"
    characters = (
        character
        for character in str(value)
        if character.isspace()
        or (character not in _DIRECTIONS and unicodedata.category(character) not in {"Cc", "Cs", "Cn"})
    )
    line = " ".join("".join(characters).split())
    return line if len(line) <= most else f"{line[: most - 1]}…"


def _texts(kind: str, values: Mapping[str, object]) -> dict[str, str]:
    return {
        name: one_line(values[name], most=2_000 if name in _LONG else MAX_VALUE)
        for name in placeholders(kind)
    }


def _filled(pattern: str, values: Mapping[str, str]) -> str:
    return _PLACEHOLDER.sub(lambda match: values.get(match[1], match[0]), pattern)


@cache
def _layout() -> str:
    return (FOLDER / "layout.html").read_text(encoding="utf-8")
