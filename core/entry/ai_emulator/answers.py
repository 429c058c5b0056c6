"""Answer as a model without faults would: deterministic, from the words of the question alone.

The choice is the one whose key and meaning share most words with the field's name. A request with another schema gets the smallest document that satisfies it.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from core.kit.text import tokens

NO_CHOICE = "none"
_SURE, _UNSURE, _GUESSED = 0.93, 0.62, 0.35
_ALIKE = 0.8  # likeness from which it is sure
_FILLERS = frozenset({"a", "an", "the", "of", "to", "for", "in", "on", "at", "by", "or", "and"})


def data_in(messages: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """Parse the JSON in the last message; {} where there is none."""
    text = str(messages[-1].get("content", "")) if messages else ""
    try:
        data = json.loads(text[text.index("{") : text.rindex("}") + 1])
    except ValueError:
        return {}
    return data if isinstance(data, dict) else {}


def answers_to(data: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Answer each question in the data."""
    meanings = data.get("choices", {})
    return [_answer(question, meanings) for question in data.get("questions", [])]


def _answer(question: Mapping[str, Any], meanings: Mapping[str, str]) -> dict[str, Any]:
    name = str(question.get("about", {}).get("name", ""))
    words = set(tokens(name)) - _FILLERS
    scored = [
        (_likeness(words, key, meanings.get(key, "")), key) for key in question["choices"] if key != NO_CHOICE
    ]
    score, key = max(scored, key=lambda pair: (pair[0], pair[1]), default=(0.0, NO_CHOICE))
    if not score:
        return {
            "id": question["id"],
            "choice": NO_CHOICE,
            "confidence": _GUESSED,
            "reason": "no choice shares a word with the name",
        }
    shared = ", ".join(sorted(words & set(tokens(f"{key} {meanings.get(key, '')}"))))
    confidence = _SURE if score >= _ALIKE else _UNSURE
    return {
        "id": question["id"],
        "choice": key,
        "confidence": confidence,
        "reason": f"both speak of {shared}",
    }


def _likeness(words: set[str], key: str, meaning: str) -> float:
    """Share of the words of name and choice that both have, those of the choice's meaning counted half; 1 for equal."""
    near, far = set(tokens(key)), set(tokens(meaning))
    shared = sum(1.0 if word in near else 0.5 if word in far else 0.0 for word in words)
    return 2 * shared / (len(words) + len(near)) if words else 0.0


def smallest(schema: Mapping[str, Any], root: Mapping[str, Any] | None = None) -> Any:
    """Build the smallest document that satisfies a JSON schema, as structured outputs allow them."""
    root = root or schema
    if "$ref" in schema:
        return smallest(root["$defs"][schema["$ref"].rpartition("/")[2]], root)
    if options := schema.get("enum") or [schema[key] for key in ("const",) if key in schema]:
        return options[0]
    if "anyOf" in schema:
        return smallest(schema["anyOf"][0], root)
    kind = schema.get("type")
    if kind == "object":
        return {name: smallest(part, root) for name, part in schema.get("properties", {}).items()}
    if kind == "array":
        return [smallest(schema["items"], root) for _ in range(schema.get("minItems", 0))]
    plain: dict[Any, Any] = {"string": "", "boolean": False, "null": None}
    return plain.get(kind, schema.get("minimum", 0))
