"""Upload a document to an order, and remove one with a reason."""

from __future__ import annotations

import streamlit as st

from core.business.engagements.documents.actions import remove_document, upload_document
from core.business.engagements.documents.kinds import document_rules, upload_endings
from core.business.engagements.documents.rules import INTERNAL, MAX_REASON, SHARED
from core.business.engagements.documents.views import DocumentDetails
from core.business.engagements.papers.orders import is_contact
from pages.ui.dialogs import SideDialogs
from pages.ui.frame import live

STATE = st.session_state
SIDE = SideDialogs("order_document_dialog")
UPLOAD = "upload"
_FILE, _KIND, _VISIBLE, _REASON = (f"order_document_{name}" for name in ("file", "kind", "visible", "reason"))
_VISIBILITIES = {SHARED: "Customer and us", INTERNAL: "Us alone"}


def upload_dialog(order_id: str) -> None:
    """Ask for a file, what it is, and who sees it."""

    @st.dialog("Upload document", icon=":material/upload_file:", on_dismiss=SIDE.close)
    def body() -> None:
        SIDE.leave_unless(UPLOAD)
        rules = document_rules()
        with live() as context:
            file = st.file_uploader("File", upload_endings(), key=_FILE, max_upload_size=rules.max_mb)
            kind = st.selectbox(
                "Kind", list(rules.kinds), format_func=lambda key: rules.kinds[key].title, key=_KIND
            )
            formats = ", ".join(rules.formats[form].title for form in rules.kinds[kind].formats)
            st.caption(f"Possible: {formats}. No programs, macros or protected files.")
            visibility = SHARED
            if not is_contact(context):
                visibility = st.segmented_control(
                    "Who sees it",
                    list(_VISIBILITIES),
                    default=SHARED,
                    format_func=_VISIBILITIES.__getitem__,
                    required=True,
                    key=_VISIBLE,
                )
        with st.container(horizontal=True, horizontal_alignment="right"):
            st.button("Cancel", key="order_document_cancel", on_click=SIDE.close)
            st.button(
                "Upload",
                key="order_document_confirm",
                type="primary",
                disabled=file is None,
                on_click=_upload,
                args=(order_id, visibility),
            )

    body()


def _upload(order_id: str, visibility: str) -> None:
    file, kind = STATE.get(_FILE), str(STATE.get(_KIND))
    if file is None:
        return
    name, data = file.name, file.getvalue()
    SIDE.finish(
        lambda context: upload_document(context, order_id, name, kind, data, visibility=visibility),
        "Document uploaded",
    )


def remove_dialog(document: DocumentDetails) -> None:
    """Ask why a document is removed; its content goes, its line stays."""

    @st.dialog("Remove document", icon=":material/delete:", on_dismiss=SIDE.close)
    def body() -> None:
        SIDE.leave_unless(document.id)
        with live():
            st.text(document.name)
            st.markdown(
                "- Its content is deleted and cannot be brought back.\n"
                "- Name, size and checksum stay, with who removed it, when and why."
            )
            reason = st.text_input("Reason", key=_REASON, max_chars=MAX_REASON)
            with st.container(horizontal=True, horizontal_alignment="right"):
                st.button("Cancel", key="order_document_keep", on_click=SIDE.close)
                st.button(
                    "Remove document",
                    key="order_document_remove",
                    type="primary",
                    on_click=_remove,
                    args=(document.id, reason or ""),
                )

    body()


def _remove(document_id: str, reason: str) -> None:
    SIDE.finish(lambda context: remove_document(context, document_id, reason), "Document removed")
