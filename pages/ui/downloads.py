"""Draw downloads whose content is made when it is requested."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import streamlit as st

from core.context import Context
from core.platform.access.actions import enter
from pages.ui.frame import working_tenant
from pages.ui.links import IS_DEMO
from pages.ui.visitor import acting_as


def draw_download(label: str, make: Callable[[Context], bytes], file_name: str, *, key: str) -> None:
    """Draw a download whose content is made when it is requested, in a new Context; a demo's file says [Demo]."""
    (person, sign_in), tenant = acting_as(), working_tenant()

    def make_content() -> bytes:
        with enter(person, tenant, sign_in=sign_in) as context:
            return make(context)

    if st.session_state.get(IS_DEMO):
        file_name = f"[Demo] {file_name}"
    st.download_button(label, make_content, file_name, key=key, icon=":material/download:", on_click="ignore")


def draw_downloads(
    kinds: Sequence[str], label: str, make: Callable[[Context, str], bytes], stem: str, *, key: str
) -> None:
    """Draw a download for each kind of file, such as "csv"; `label` has {kind} where the kind is named."""

    def of_kind(kind: str) -> Callable[[Context], bytes]:
        return lambda context: make(context, kind)

    for kind in kinds:
        draw_download(label.format(kind=kind.upper()), of_kind(kind), f"{stem}.{kind}", key=f"{key}_{kind}")
