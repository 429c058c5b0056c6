"""Source systems of prospects: those that data/sources.yaml describes by key, and any other by its name. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

import yaml

from core.settings import ROOT

_FILE = ROOT / "data" / "sources.yaml"


@cache
def _described() -> Mapping[str, tuple[str, str, tuple[str, ...]]]:
    """Read source -> label, line of business, further names."""
    with _FILE.open("rb") as file:
        document = yaml.load(file, Loader=yaml.CSafeLoader)
    return {
        key: (source["label"], source["domain"], tuple(source["also"])) for key, source in document.items()
    }


def systems(domain: str) -> dict[str, str]:
    """Return the described systems of a line of business: key -> label, by label."""
    labels = {key: label for key, (label, of_domain, _) in _described().items() if of_domain == domain}
    return dict(sorted(labels.items(), key=lambda pair: pair[1]))


def system_label(system: str | None) -> str:
    """Label a prospect's source system: 'Toast' for toast; the name itself where it is not described; '' for none."""
    if not system:
        return ""
    return _described()[system][0] if system in _described() else system


def resolve_system(text: str | None, domain: str) -> str | None:
    """Return the key of the system that a text names exactly ('Toast POS'); the text itself for any other."""
    text = " ".join((text or "").split())
    if not text:
        return None
    return _names(domain).get(_folded(text), text)


@cache
def _names(domain: str) -> Mapping[str, str]:
    return {
        _folded(name): key
        for key, (label, of_domain, also) in _described().items()
        if of_domain == domain
        for name in (key, label, *also)
    }


def _folded(text: str) -> str:
    return "".join(letter for letter in text.casefold() if letter.isalnum())
