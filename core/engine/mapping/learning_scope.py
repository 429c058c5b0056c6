"""Whose decisions teach whom: what is shared between customers, and what stays apart.

Customers of one domain learn from each other. Demo customers, whose data is invented, learn from demo customers only,
so that nobody's playing counts in the figures we show. What a script decides (a demo told anew, a scratch tenant of
the command line) teaches nobody and is taught by nobody: it must come out the same every time.
"""

from __future__ import annotations

from core.context import Context

SCRIPTED = "scripted"
"""The fact of a Context under which a script acts in a person's name."""


def scope_of(context: Context) -> str:
    """Return the key under which memory and outcomes of the context's tenant are kept: its domain, for demos apart."""
    domain = context.tenant.domain
    return f"{domain} (demo)" if context.tenant.is_demo else domain


def is_scripted(context: Context) -> bool:
    return SCRIPTED in context.facts
