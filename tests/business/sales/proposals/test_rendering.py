"""The proposal is two pages whatever stands in it, prints texts as they are, and is the same file for the same content."""

from __future__ import annotations

import json

import pytest
import typst
from hypothesis import given, settings
from hypothesis import strategies as st

from core.business.sales.proposals.document import LEVELS, Fact, Proposal, shortened
from core.business.sales.proposals.rendering import render, render_images
from core.platform.printing.paper import paper_of
from core.platform.printing.pdf import DOCUMENTS
from tests.business.sales.proposals.samples import LONGEST, USUAL

NASTY = [
    "Joe's #1 Diner",
    "$5 Pizza $ Co",
    "*Stars* & _Under_ `Ticks`",
    "C:\\Users\\n \\u{1F600} \\",
    "#set text(fill: red)",
    '#eval("1+1") @ref <label> [content]',
    "// not a comment /* nor this",
    "= Heading\n- list\n+ enum",
    "مطعم النخيل",
    "מסעדת הגן",
    "Pizza 🍕 Palace 👩‍🍳",
    "W" * 300,
    "مطعم" * 75,
    "🍕" * 300,
    "鼎泰豐 寿司 さくら",
    "ครัวไทย ताज महल",
    "word " * 60,
    "quote \" and ' and }{ %s {0}",
    "a\u202egnirts\u202c b",
    "",
]


def titles_of(proposal: Proposal) -> str:
    """Return the text that the template prints as the customer's name, by asking the template."""
    content = shortened(proposal, LEVELS[0]).model_dump(mode="json")
    source = "#let d = json(bytes(sys.inputs.content))\n#metadata(d.customer) <name>"
    compiler = typst.Compiler(source.encode(), sys_inputs={"content": json.dumps(content)})
    return str(json.loads(compiler.query("<name>", field="value", one=True)))


@pytest.mark.parametrize("proposal", [USUAL, LONGEST], ids=["usual", "longest"])
@pytest.mark.parametrize("paper", ["a4", "us-letter"])
def test_a_proposal_has_two_pages(proposal, paper):
    assert len(render_images(proposal.model_copy(update={"paper": paper}), ppi=20)) == 2


@pytest.mark.parametrize("name", NASTY)
def test_any_name_is_printed_as_it_is(name):
    proposal = USUAL.model_copy(
        update={
            "customer": name,
            "headline": name,
            "seller": name,
            "asked": [Fact(label=name, text=name)],
            "promises": [name],
            "contact": [Fact(label="Name", text=name)],
        }
    )
    assert render(proposal).startswith(b"%PDF")
    assert titles_of(proposal) == name


@given(st.text(max_size=300), st.text(max_size=400))
@settings(max_examples=25)
def test_no_text_changes_the_number_of_pages(name, answer):
    proposal = USUAL.model_copy(
        update={"customer": name, "asked": [Fact(label="Any", text=answer)] * 9, "promises": [answer] * 9}
    )
    assert render(proposal).startswith(b"%PDF")


def test_equal_content_gives_equal_bytes():
    assert render(USUAL) == render(USUAL)
    assert render(USUAL) != render(USUAL.model_copy(update={"number": "Q-0042 v3"}))


def test_a_name_that_looks_like_markup_draws_other_pixels_than_its_rendering():
    marked = render_images(USUAL.model_copy(update={"customer": "*Bella*"}), ppi=40)[0]
    plain = render_images(USUAL.model_copy(update={"customer": "Bella"}), ppi=40)[0]
    assert marked != plain


def test_a_demo_is_marked_on_both_pages():
    real = USUAL.model_copy(update={"is_demo": False})
    for marked, plain in zip(render_images(USUAL, ppi=40), render_images(real, ppi=40), strict=True):
        assert marked != plain


@pytest.mark.parametrize("mark", ["Draft", "Withdrawn", "Replaced by v12"])
@pytest.mark.parametrize("proposal", [USUAL, LONGEST], ids=["usual", "longest"])
def test_what_is_no_offer_that_holds_is_marked_on_both_pages(proposal, mark):
    marked = render_images(proposal.model_copy(update={"mark": mark}), ppi=40)
    for page, plain in zip(marked, render_images(proposal, ppi=40), strict=True):
        assert page != plain


def test_what_is_cut_says_how_much_stands_in_the_quote():
    limits = LEVELS[-1]
    cut = shortened(LONGEST, limits)
    assert cut.more["promises"] == f"and {40 - limits.promises} more, see the quote"
    assert cut.more["prices"] == f"and {60 - limits.prices} more, see the quote"
    assert {"asked", "found", "inputs", "instalments", "includes"} <= set(cut.more)
    assert all(len(promise) <= limits.characters for promise in cut.promises)
    assert cut.customer == LONGEST.customer


def test_a_usual_proposal_is_not_cut():
    assert shortened(USUAL, LEVELS[0]).more == {}
    assert shortened(USUAL, LEVELS[0]).promises == USUAL.promises


def test_paper_follows_the_country():
    assert [paper_of(country) for country in ("US", "ca", "DE", "ZW", "GB")] == [
        "us-letter",
        "us-letter",
        "a4",
        "a4",
        "a4",
    ]


def test_every_font_of_the_template_is_bundled():
    template = (DOCUMENTS / "style.typ").read_text(encoding="utf-8")
    fonts = typst.Fonts(
        include_system_fonts=False,
        include_embedded_fonts=False,
        font_paths=[str(DOCUMENTS / "fonts")],
    )
    families = fonts.families()
    assert len(families) >= 4
    assert all(f'"{family}"' in template for family in families)


@pytest.mark.parametrize(
    "text",
    ["鼎泰豐", "寿司さくら", "مطعم", "מסעדת", "ครัวไทย", "ताज महल", "🍕☕", "Łódź Ταβέρνα Пельменная Phở"],
)
def test_scripts_of_names_have_glyphs(text):
    # A script without glyphs is drawn as equal boxes, in whatever order its letters stand.
    turned = text[::-1]
    pictures = [
        render_images(USUAL.model_copy(update={"customer": name}), ppi=60)[0] for name in (text, turned)
    ]
    assert pictures[0] != pictures[1]
