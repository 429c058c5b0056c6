"""Shows what speaks for and against the target a field has now, also where a person chose another than suggested."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from core.context import Context
from core.engine.mapping.forms import count_fitting, form_of
from core.engine.mapping.match.lexicon import lexicon
from core.engine.mapping.match.names import score_names
from core.engine.mapping.match.readings import read_names
from core.engine.mapping.match.reasons import Evidence
from core.engine.mapping.plans import joins
from core.engine.mapping.review import is_set_by_hand
from core.engine.mapping.views.fields import FieldDetail, raw_samples
from core.engine.mapping.views.plan import import_settings
from core.engine.sources.profile import profile_samples
from core.platform.access.actions import view
from core.schema import Field, target_schema

_CLEAR = 1.0
"""Weight of a check of a chosen target; the checks are facts, and carry no chance of their own."""


@view("migration.read")
def evidence_of(context: Context, field: FieldDetail) -> list[dict[str, Any]]:
    """{feature, weight, text} about the present target, strongest first; never quotes a value.

    The matcher's reasons where its suggestion stands. Where a person set another target: whether its usual names are
    like this one, and how many samples fit. Empty where nothing can be said.
    """
    if not is_set_by_hand(field):
        return list(field.evidence)
    target = target_schema().field(field.target or "")
    checks = [_name_check(context, field, target), _form_check(context, field, target)]
    return [asdict(check) for check in checks if check]


def _name_check(context: Context, field: FieldDetail, target: Field) -> Evidence | None:
    words = lexicon(context.tenant.domain)
    profile = profile_samples(field.source_field, [], stream=field.stream)
    likeness = score_names(read_names([profile], words), words).likeness[0]
    score = float(likeness[[target.key for target in words.targets].index(target.key)])
    if score > 0.5:
        text = f"The name is {'a usual name' if score > 0.99 else 'close to the usual names'} for {target.title}."
        return Evidence("name", _CLEAR, text)
    return Evidence("name", -_CLEAR, f"The name is unlike the usual names for {target.title}.")


def _form_check(context: Context, field: FieldDetail, target: Field) -> Evidence | None:
    form = form_of(target)
    values = raw_samples(context, [field.id]).get(field.id, [])
    if form is None or not values or joins(field.transform):
        return None
    fitting = count_fitting(values, target.key, field.transform, import_settings(context, field.migration_id))
    if fitting == len(values):
        return Evidence("type", _CLEAR, f"Values look like {form}: {fitting} of {len(values)} fit.")
    return Evidence("type", -_CLEAR, f"Values do not look like {form}: {fitting} of {len(values)} fit.")
