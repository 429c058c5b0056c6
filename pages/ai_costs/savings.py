"""Tips on spending less on AI, each with what it would have saved."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from core.platform.costs.rules import dollars
from core.platform.costs.tips import Tip
from pages.ui import formats, widgets


def tips(savings: Sequence[Tip]) -> None:
    """Draw each tip with the amount it would have saved."""
    if not savings:
        st.caption("No savings found for the calls of this period.")
    for tip in savings:
        with st.container(border=True, gap="xxsmall"):
            with st.container(horizontal=True, vertical_alignment="center"):
                st.markdown(f"**{formats.plain(tip.title)}**")
                st.space("stretch")
                widgets.badge(
                    f"{dollars(tip.saving_micro)}".replace("$", r"\$"), "green", icon=":material/savings:"
                )
            st.text(f"{formats.counted(tip.calls, 'call')}. {tip.text}")
