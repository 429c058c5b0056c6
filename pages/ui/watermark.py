"""The watermark of demo screens: a strip as wide as the page that repeats that the data is fictional."""

from __future__ import annotations

import streamlit as st

_TEXT = "DEMO · FICTIONAL DATA"
_STRIP = """<svg xmlns="http://www.w3.org/2000/svg" width="100%" height="22">
<rect width="100%" height="22" rx="4" fill="#7C4DDB"/>
<g fill="#FFFFFF" font-family="Source Sans, Helvetica, Arial, sans-serif" font-size="14" font-weight="700"
letter-spacing="1.5">{texts}</g></svg>"""
_EVERY = 240  # pixels from one text to the next: three stand on the narrowest screen


def watermark() -> None:
    """Draw the strip; wider screens show more of it, none of them a larger one."""
    texts = "".join(f'<text x="{12 + x}" y="16">{_TEXT}</text>' for x in range(0, 2400, _EVERY))
    st.image(_STRIP.format(texts=texts), width="stretch", alt="Demo: all data is fictional")
