"""The watermark of demo screens: a strip as wide as the page that repeats that the data is fictional."""

from __future__ import annotations

import streamlit as st

_TEXT = "DEMO · FICTIONAL DATA"
_STRIP = """<svg xmlns="http://www.w3.org/2000/svg" width="100%" height="22">
<style>@media (max-width: 760px) {{ .side {{ display: none }} }}</style>
<rect width="100%" height="22" rx="4" fill="#7C4DDB"/>
<g fill="#FFFFFF" font-family="Source Sans, Helvetica, Arial, sans-serif" font-size="14" font-weight="700"
letter-spacing="1.5" text-anchor="middle">{texts}</g></svg>"""
_CENTRES = {"16.67%": "side", "50%": "middle", "83.33%": "side"}
"""Centre of a text -> its class: each stands whole in its third; a strip too narrow for three has the middle one."""


def watermark() -> None:
    """Draw the strip."""
    texts = "".join(f'<text x="{x}" y="16" class="{name}">{_TEXT}</text>' for x, name in _CENTRES.items())
    st.image(_STRIP.format(texts=texts), width="stretch", alt="Demo: all data is fictional")
