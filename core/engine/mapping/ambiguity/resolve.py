"""Resolve what names and values of a stream's columns leave open: by a visible transform, or by a question to a person.

The matcher says what a column is about; this says how it is to be read, and which suggestions nobody may take over
unseen: opposites, totals with tips, values that do not fit, several columns for one target, people without a name. Pure.
"""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from core.engine.mapping.ambiguity.cancellations import with_cancellations
from core.engine.mapping.ambiguity.kind_of_people import with_kind
from core.engine.mapping.ambiguity.menu_of_people import with_people_alone
from core.engine.mapping.ambiguity.nameless import with_names
from core.engine.mapping.ambiguity.of_others import with_owners
from core.engine.mapping.ambiguity.order_totals import with_sums
from core.engine.mapping.ambiguity.polarity import with_polarity
from core.engine.mapping.ambiguity.pupil_numbers import with_pupil_number
from core.engine.mapping.ambiguity.rivals import with_rivals
from core.engine.mapping.ambiguity.unfit import with_fit
from core.engine.mapping.ambiguity.wards import with_wards
from core.engine.mapping.proposal import Proposal, StreamSample
from core.engine.mapping.texts.parent_names import with_parent_names
from core.engine.plan import ImportSettings
from core.kit import clock

_ROWS_TO_FIT = 10_000
"""Rows, spread over the sample, that tell whether the values of a column fit their target."""


def resolve(proposals: Sequence[Proposal], sample: StreamSample, settings: ImportSettings) -> list[Proposal]:
    """Return the proposals of one stream with what was open resolved or asked, in the same order."""
    if not sample.is_known or sample.rows.is_empty():
        return list(proposals)
    today = clock.now().date()
    read = [with_polarity(proposal, sample.rows[proposal.source], settings, today) for proposal in proposals]
    summed = with_sums(read, sample.rows, settings)
    some = sample.rows.gather_every(max(1, sample.rows.height // _ROWS_TO_FIT))
    fitting = [with_fit(proposal, some[proposal.source], settings) for proposal in summed]
    settled = with_parent_names(with_rivals(with_owners(fitting), sample.rows, settings))
    asked = with_cancellations(with_kind(with_names(settled)), sample.rows, settings)
    return with_wards(with_pupil_number(with_people_alone(asked), sample.rows), sample.rows)


def resolve_alone(proposal: Proposal, texts: pl.Series, settings: ImportSettings) -> Proposal:
    """As `resolve`, of one column whose target was chosen after the others': how it is read, and whether it fits."""
    read = with_polarity(proposal, texts, settings, clock.now().date())
    return with_fit(read, texts, settings)
