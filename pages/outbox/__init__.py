"""The outbox screen: messages to people by e-mail and webhook, what became of each, and the text of one."""

from pages.outbox.screen import show

__all__ = ["show"]
