"""Open invitations, each with its two actions."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from core.context import Context
from core.kit.wording import counted
from core.platform.signin.actions import resend_invitation, withdraw_invitation
from core.platform.signin.views import Invitation
from pages.ui import formats, widgets
from pages.ui.frame import act

STATE = st.session_state
_INVITED = "people_invited"
STATES = {"Active": "green", "Deactivated": "gray", "Invited": "blue", "Invitation expired": "orange"}
"""State of a person or an invitation -> colour of its badge."""
_RESEND, _WITHDRAW = "Send again", "Withdraw"


def draw_invitations(context: Context, pending: Sequence[Invitation]) -> None:
    """Draw the invitations that nobody accepted yet, each with its two actions."""
    if not pending:
        return
    st.header(f"Invitations :gray-badge[{len(pending):,}]", anchor=False)
    st.caption(f"{counted(len(pending), 'person')} invited. Without a mail server the links are on Outbox.")

    def run() -> None:
        click = STATE[_INVITED]
        invitation = pending[click.row]
        if click.label == _RESEND:
            act(lambda context: resend_invitation(context, invitation.id), "Invitation sent again")
        else:
            act(lambda context: withdraw_invitation(context, invitation.id), "Invitation withdrawn")

    widgets.table(
        [
            {
                "Name": invitation.name,
                "E-mail": invitation.email,
                "Role": formats.words(invitation.role),
                "State": ["Invitation expired" if invitation.expired else "Invited"],
                "Until": formats.moment(context, invitation.expires_at),
                "Action": [_RESEND, _WITHDRAW],
            }
            for invitation in pending
        ],
        {
            "Name": st.column_config.TextColumn(width=160),
            "E-mail": st.column_config.TextColumn(width=220),
            "Role": st.column_config.TextColumn(width=90),
            "State": widgets.badge_column("State", STATES, width=140),
            "Until": st.column_config.TextColumn(width=140),
            "Action": st.column_config.ButtonColumn("Action", key=_INVITED, on_click=run, width=110),
        },
        alt="Open invitations with role, state and end",
    )
