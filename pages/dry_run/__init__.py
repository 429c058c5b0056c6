"""The dry run screen: what an import would do, with every change rolled back."""

from pages.dry_run.screen import show

__all__ = ["show"]
