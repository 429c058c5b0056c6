"""Recognize columns of yes and no that are about one modifier set or one tax, and columns about a picture."""

from __future__ import annotations

from collections.abc import Sequence

from core.engine.sources.reshape.headers import word_set, words
from core.engine.sources.reshape.shape import Reading
from core.kit.text import split_qualifier

_MARKED_KINDS = word_set("modifier tax")
_PICTURES = word_set("image picture photo media")
_OF_PICTURES = word_set("position alt text width height size")


def flag_readings(columns: Sequence[str]) -> dict[str, Reading]:
    """Return the readings of columns such as 'Modifier Set - Milk' and 'Image Position', which are no values of the item."""
    readings: dict[str, Reading] = {}
    for column in columns:
        head, name = split_qualifier(column)
        header_words = set(words(column))
        if name and set(words(head)) & _MARKED_KINDS:
            kind = "tax" if "tax" in words(head) else "modifier set"
            readings[column] = Reading(
                None, f"It marks the items that have one {kind}, which is no record of this file."
            )
        elif header_words & _PICTURES and header_words & _OF_PICTURES:
            readings[column] = Reading(None, "It is about the picture, not about the item.")
    return readings
