"""The people screen: the operator's staff with role, state, sign-in and second factor; invitations."""

from pages.people.screen import show

__all__ = ["show"]
