"""Hide personal data where a value is shown or kept only to recognise it."""

from __future__ import annotations

import re
from functools import lru_cache
from itertools import groupby

# Entities whose values are people's own: their texts never stand in logs, issues or prompts unmasked.
PERSONAL_ENTITIES = frozenset(
    {"customer", "employee", "loyalty_account", "gift_card", "student", "guardian", "staff"}
)
PERSONAL_FIELDS = frozenset(
    {
        "order.notes",
        "order_line.notes",
        "payment.last4",
        "assessment_result.comment",
        "attendance.reason",
        "enrollment.person_id",
    }
)
_UNMASKED_FIELDS = frozenset(
    {
        "external_id",
        "is_active",
        "is_primary",
        "marketing_opt_in",
        "visit_count",
        "points_balance",
        "lifetime_points",
        "tier",
        "role",
        "country",
        "grade_level",
    }
)

PERSONAL_HEADER = re.compile(
    r"(?i)(first|last|middle|given|family|full|display|sur|customer|guest|server|employee|cashier|staff|tab|student|pupil"
    r"|guardian|parent|teacher|holder|recipient|contact)[\s._-]*name|^server$|^employee$|^customer$|e-?mail|phone|mobile"
    r"|\btel\b|address|street|birth|\bdob\b|\bnotes?$|last[\s_-]*4|pan suffix"
)
"""Found in names of source columns that hold people's own values."""

_EMAIL = re.compile(r"^[^@\s]+@[^@\s]+$")
PERSONAL_FORM = r"[^\s@]@[^\s@]+\.[A-Za-z]|\d(?:[ ()./-]{0,2}\d){6,}"
"""An address, or the seven digits and more of a telephone, a card, a birthday or a national number."""
_PERSONAL_FORM = re.compile(PERSONAL_FORM)


def is_personal(entity: str, field: str) -> bool:
    """Return whether values of this target field identify or describe a person."""
    if f"{entity}.{field}" in PERSONAL_FIELDS:
        return True
    return entity in PERSONAL_ENTITIES and field not in _UNMASKED_FIELDS


def mask(value: str) -> str:
    """Mask a value so that its owner recognises it and nobody learns it: 'j***@***.com', '***90', 'J***'."""
    if not value:
        return value
    if _EMAIL.match(value):
        _, _, host = value.rpartition("@")
        return f"{value[0]}***@***.{host.rpartition('.')[2]}"
    digits = [character for character in value if character.isdigit()]
    if len(digits) >= 4:
        return "***" + "".join(digits[-2:])
    return value[0] + "***"


def quote(value: str) -> str:
    """Return the value for a reason or a question that is stored in clear: masked where it has the form of a person's own."""
    return mask(value) if _PERSONAL_FORM.search(value) else value


def shape(value: str) -> str:
    """Describe the pattern of a value without its content: 'Aa aa', '9-9'. Runs are folded."""
    return _folded(value[:80].translate(_KIND_OF))


@lru_cache(maxsize=8192)
def _folded(kinds: str) -> str:
    """Fold runs of one kind; thousands of values of a column are alike here."""
    return "".join(kind for kind, _ in groupby(kinds))


class _Kinds(dict[int, str]):
    """Character code -> what it counts as in a shape; filled as characters come."""

    def __missing__(self, code: int) -> str:
        character = chr(code)
        kind = (
            "9"
            if character.isdigit()
            else "A"
            if character.isupper()
            else "a"
            if character.isalpha()
            else character
        )
        return self.setdefault(code, kind)


_KIND_OF = _Kinds()
