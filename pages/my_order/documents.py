"""The documents that customer and team share about an order: to be downloaded, and the place to add one."""

from __future__ import annotations

from functools import partial

import streamlit as st

from core.business.engagements.documents.actions import download_document, upload_document
from core.business.engagements.documents.kinds import document_rules, upload_endings
from core.business.engagements.documents.views import documents
from core.context import Context
from pages.ui import formats, widgets
from pages.ui.downloads import draw_download
from pages.ui.frame import act

STATE = st.session_state


def draw_documents(context: Context, order_id: str) -> None:
    """Draw the shared documents of an order, and the upload for who may add one."""
    widgets.section("Documents")
    rows = documents(context, order_id)
    if not rows:
        st.caption("No documents yet. What you upload here is seen by you and your team alone.")
    for row in rows:
        with st.container(border=True, gap="xxsmall"):
            st.text(row.name)
            size = formats.plain(formats.file_size(row.size))
            st.caption(f"{row.kind_title}, {size}, {formats.plain(formats.moment(context, row.uploaded_at))}")
            draw_download(
                "Download",
                partial(_content, document_id=row.id),
                row.name,
                key=f"my_order_document_{row.id}",
            )
    if context.may("document.upload"):
        _upload(order_id)


def _content(context: Context, *, document_id: str) -> bytes:
    return download_document(context, document_id).content


def _upload(order_id: str) -> None:
    """Draw the fields of an upload; each upload empties them by a new key."""
    rules, part = document_rules(), f"{order_id}_{STATE.get('my_order_uploads', 0)}"
    file_key, kind_key = f"my_order_file_{part}", f"my_order_file_kind_{part}"
    with st.expander("Upload a document", icon=":material/upload_file:"):
        kind = st.selectbox(
            "What it is", list(rules.kinds), format_func=lambda key: rules.kinds[key].title, key=kind_key
        )
        formats_of = ", ".join(rules.formats[form].title for form in rules.kinds[kind].formats)
        st.caption(f"{formats_of}, up to {rules.max_mb} MB. No programs, macros or protected files.")
        file = st.file_uploader("File", upload_endings(), key=file_key, max_upload_size=rules.max_mb)
        st.button(
            "Upload",
            key=f"my_order_upload_{order_id}",
            type="primary",
            disabled=file is None,
            on_click=_store,
            args=(order_id, file_key, kind_key),
        )


def _store(order_id: str, file_key: str, kind_key: str) -> None:
    file, kind = STATE.get(file_key), str(STATE.get(kind_key))
    if file is None:
        return
    name, data = file.name, file.getvalue()
    done = act(lambda context: upload_document(context, order_id, name, kind, data), "Document uploaded")
    if done is not None:
        STATE["my_order_uploads"] = STATE.get("my_order_uploads", 0) + 1
