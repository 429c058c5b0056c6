"""The heading of a section of an order, with the button of who may add to it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import streamlit as st

from pages.ui import widgets


@dataclass(frozen=True, slots=True)
class AddButton:
    """A button that opens a dialog: its words, key and icon, and what it opens (`target`)."""

    label: str
    key: str
    icon: str
    on_click: Callable[[str], None]
    target: str
    is_primary: bool = True


def draw_heading(title: str, button: AddButton, *, is_permitted: bool) -> None:
    """Draw the title and, for who may, the button at the other end of the line."""
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        widgets.section(title)
        st.space("stretch")
        if is_permitted:
            st.button(
                button.label,
                key=button.key,
                icon=button.icon,
                type="primary" if button.is_primary else "secondary",
                on_click=button.on_click,
                args=(button.target,),
            )
