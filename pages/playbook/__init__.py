"""Playbook: what sales says, each claim beside the figure that supports or contradicts it, edited by managers."""

from pages.playbook.screen import show

__all__ = ["show"]
