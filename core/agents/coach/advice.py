"""A piece of advice, and the one action it offers. Pure.

An advice is known by an id that is made of all it says and of what it would do, so that an id from a screen of some
minutes ago fits only while nothing that mattered has changed. Texts are our own words and counts, never data.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field


@dataclass(frozen=True, slots=True)
class Offer:
    """An offer of one click: `action` is a key of ADVICE_ACTIONS, `arguments` are its parameters, ids and counts.

    `warns` says what will happen, to be confirmed first where there is something to warn of.
    """

    action: str
    label: str
    arguments: Mapping[str, str] = field(default_factory=dict)
    warns: tuple[str, ...] = ()


LOOKS = frozenset({"compare", "held_rows", "view_dry_run", "view_import", "view_rollback"})
"""Codes of advice that only opens a screen to be read: on that screen it says nothing."""


@dataclass(frozen=True, slots=True)
class Advice:
    """A next action: its `title`, `why`, and the `risk` of not doing it.

    `offer`: None where it cannot be done with one click; then `screen` names where it is done (a path of the console,
    '' where there is nothing to do but to know it). `permission`: whoever lacks it is not advised, '' where everybody
    may. `mark` stands for facts behind the counts.
    """

    step: str
    code: str
    title: str
    why: str
    risk: str
    offer: Offer | None = None
    screen: str = ""
    mark: str = ""
    permission: str = ""

    @property
    def id(self) -> str:
        content = json.dumps(asdict(self), sort_keys=True)
        return f"{self.step}.{self.code}.{hashlib.sha256(content.encode()).hexdigest()[:16]}"
