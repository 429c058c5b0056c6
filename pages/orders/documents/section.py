"""The documents of an order: what there is, to be downloaded; uploaded and removed in dialogs."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from core.business.engagements.documents.actions import download_document
from core.business.engagements.documents.kinds import document_rules
from core.business.engagements.documents.views import DocumentDetails, documents
from core.context import Context
from pages.orders.documents.dialogs import SIDE, UPLOAD, remove_dialog, upload_dialog
from pages.orders.heading import AddButton, draw_heading
from pages.ui import formats, widgets
from pages.ui.downloads import draw_download

SHARED, INTERNAL, REMOVED = "Shared", "Internal", "Removed"
_COLOURS = {SHARED: "green", INTERNAL: "gray", REMOVED: "red"}
_MOST = 12
_ALL = "order_documents_all"


def show_documents(context: Context, order_id: str) -> None:
    """Draw the documents of an order; a contact of the customer sees the shared ones."""
    rows = documents(context, order_id)
    current = [row for row in rows if row.removed_at is None]
    button = AddButton(
        "Upload document", "order_document_upload", ":material/upload_file:", SIDE.open, UPLOAD
    )
    draw_heading("Documents", button, is_permitted=context.may("document.upload"))
    if not rows:
        limit = document_rules().max_mb
        widgets.empty(
            "No documents yet",
            f"Contracts, data exports, checklists and minutes appear here, each up to {limit} MB.",
            icon="description",
        )
    visible_rows = rows if len(rows) <= _MOST or st.session_state.get(_ALL) else rows[:_MOST]
    for row in visible_rows:
        _draw(context, row)
    if len(rows) > _MOST:
        st.toggle(f"Show all {len(rows)}", key=_ALL)
    _draw_dialogs(order_id, current)


def _draw(context: Context, row: DocumentDetails) -> None:
    with st.container(border=True, gap="xxsmall"):
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            st.text(row.name, width="content")
            label = _label(row)
            widgets.badge(label, _COLOURS[label])
            st.space("stretch")
            if row.removed_at is None:
                draw_download("Download", _content_of(row.id), row.name, key=f"order_document_{row.id}")
                if context.may("document.remove"):
                    st.button(
                        "Remove…",
                        key=f"order_document_remove_{row.id}",
                        type="tertiary",
                        on_click=SIDE.open,
                        args=(row.id,),
                    )
        at = formats.plain(formats.moment(context, row.uploaded_at))
        by = formats.plain(row.uploader or "a former colleague")
        st.caption(f"{row.kind_title} · {formats.file_size(row.size)} · {at} · {by}")
        if row.removed_at is not None:
            remover = row.remover or "A former colleague"
            st.text(f"Removed by {remover}, {formats.moment(context, row.removed_at)}: {row.removal_reason}")


def _content_of(document_id: str) -> Callable[[Context], bytes]:
    return lambda context: download_document(context, document_id).content


def _label(row: DocumentDetails) -> str:
    if row.removed_at is not None:
        return REMOVED
    return SHARED if row.is_shared else INTERNAL


def _draw_dialogs(order_id: str, rows: list[DocumentDetails]) -> None:
    if SIDE.opened == UPLOAD:
        upload_dialog(order_id)
    elif row := next((row for row in rows if row.id == SIDE.opened), None):
        remove_dialog(row)
