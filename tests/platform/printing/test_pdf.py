"""Documents are printed from templates: the same bytes for the same content, texts as they are, all fonts bundled."""

from __future__ import annotations

import pytest

from core.platform.printing.pdf import DOCUMENTS, Printed, print_pdf

CERTIFICATE = {
    "number": "C-2026-0001",
    "seller": "AuraConnect",
    "paper": "a4",
    "is_demo": False,
    "name": "Mara Lindt",
    "title": "Toast Professional",
    "scope": "Complex migrations, every restaurant source",
    "facts": [{"label": "Issued", "text": "26 Nov 2026"}, {"label": "Valid until", "text": "26 Nov 2027"}],
    "modules": ["Toast API", "Modifier logic"],
    "mark": "",
}
NASTY = ["#set text(fill: red)", "*Stars* _x_ $1$ @ref <b>", "W" * 200, "a\u202eb\x00c", "ताज महल 🍕", ""]


def test_equal_content_gives_equal_bytes_and_other_content_gives_others():
    printed = print_pdf("certificate", CERTIFICATE)
    assert printed.startswith(b"%PDF")
    assert printed == print_pdf("certificate", CERTIFICATE)
    assert printed != print_pdf("certificate", {**CERTIFICATE, "number": "C-2026-0002"})


@pytest.mark.parametrize("name", NASTY)
def test_any_text_is_printed_on_one_page_and_never_evaluated(name):
    assert Printed("certificate", {**CERTIFICATE, "name": name}).pages() == 1


def test_what_looks_like_markup_draws_other_pixels_than_its_rendering():
    marked = Printed("certificate", {**CERTIFICATE, "name": "*Bella*"}).images(ppi=40)
    plain = Printed("certificate", {**CERTIFICATE, "name": "Bella"}).images(ppi=40)
    assert list(marked) != list(plain)


def test_control_characters_in_nested_texts_become_spaces():
    hidden = {**CERTIFICATE, "facts": [{"label": "Iss\u202eued", "text": "26"}], "modules": ("a\nb",)}
    shown = {**CERTIFICATE, "facts": [{"label": "Iss ued", "text": "26"}], "modules": ["a b"]}
    assert print_pdf("certificate", hidden) == print_pdf("certificate", shown)


def test_demo_data_is_marked():
    plain = Printed("certificate", CERTIFICATE).images(ppi=40)
    assert list(plain) != list(Printed("certificate", {**CERTIFICATE, "is_demo": True}).images(ppi=40))


def test_every_template_imports_the_common_style():
    for template in DOCUMENTS.glob("*.typ"):
        if template.name != "style.typ":
            assert '#import "style.typ"' in template.read_text(encoding="utf-8"), template.name
