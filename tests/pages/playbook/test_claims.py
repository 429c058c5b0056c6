"""How a claim is written beside its figure, and how the form reads the claims that were entered."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.business.sales.figures.rules import Figure, Observation, figures_of
from core.business.sales.playbook.content import as_document, check_entry, standard
from core.business.sales.playbook.models import SECTIONS, Claim, claims_of
from pages.playbook.claims import claim_line, proofs, table_text
from pages.playbook.form import _cell, _with_defaults
from pages.playbook.state import prose

DAY = date(2026, 11, 20)


def _claim(text: str, target: str | None = None) -> Claim:
    measured = {"measure": "elapsed_days", "comparison": "at_most", "target": target} if target else {}
    return Claim(claim=text, source="Playbook", **measured)


@pytest.fixture
def figures() -> dict[str, Figure]:
    return figures_of([Observation(DAY, {"elapsed_days": Decimal(3)}, "USD")] * 12, "USD")


def test_what_is_contradicted_comes_first_and_what_is_not_measured_last(figures):
    claims = [_claim("Open"), _claim("Right", "4"), _claim("Wrong", "2")]
    assert [proof.claim.claim for proof in proofs(claims, figures)] == ["Wrong", "Right", "Open"]


def test_the_figure_stands_before_a_claim_that_it_contradicts_and_behind_one_it_supports(figures):
    wrong, right = proofs([_claim("Slow", "2"), _claim("Fast", "4")], figures)
    assert claim_line(wrong).index("Measured") < claim_line(wrong).index("Slow")
    assert claim_line(right).index("Fast") < claim_line(right).index("Measured")
    assert table_text(wrong) == "Measured: elapsed days 3, 12 migrations, to 20 Nov 2026. Do not say: Slow"
    assert table_text(right) == "Supported. Measured: elapsed days 3, 12 migrations, to 20 Nov 2026"


@pytest.mark.parametrize("target", [None, "2", "4"])
def test_the_text_of_a_claim_is_never_read_as_markdown(figures, target):
    [proof] = proofs([_claim("**loud** [x](y) :red[z]", target)], figures)
    line = claim_line(proof)
    assert "\\*\\*loud\\*\\* \\[x\\]\\(y\\) \\:red\\[z\\]" in line


def test_no_claim_is_shown_as_a_fact_where_nothing_is_measured():
    for section in SECTIONS:
        for entry in standard()[section].values():
            for proof in proofs(claims_of(entry), {}):
                assert ":gray-badge[Claim, not yet measured]" in claim_line(proof)


@given(
    st.text(st.characters(exclude_characters="\u2060", categories=["L", "N", "P", "S", "Zs"]), max_size=80)
)
def test_prose_keeps_every_character_of_its_lines(line):
    escaped = prose(f"{line}\nnext")
    shown = "".join(
        part
        for index, part in enumerate(escaped.replace("\u2060", "").replace("\\\\", "\0").split("\\"))
        if part or index
    ).replace("\0", "\\")
    assert shown == f"{line.strip()}  \nnext"


@pytest.mark.parametrize(
    ("value", "cell"), [(None, None), (float("nan"), None), ("  ", None), ("4", "4"), (4, "4")]
)
def test_an_empty_cell_of_the_form_is_nothing(value, cell):
    assert _cell(value) == cell


def test_a_row_without_source_is_refused_by_its_number_not_dropped():
    row = dict.fromkeys(("claim", "source", "measure", "comparison", "target", "scope")) | {"claim": "Said"}
    entry = next(iter(standard()["objections"].values()))
    document = as_document(entry) | {"claims": [_with_defaults(row)]}
    with pytest.raises(Exception, match="Claim 1, Source: is missing"):
        check_entry("objections", document)
