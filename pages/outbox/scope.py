"""Whose messages the outbox shows: those of the screen's tenant, or of another one that the person may see them of."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import streamlit as st

from core.context import Context
from core.platform.access.actions import require
from core.platform.access.rules import permissions_of
from core.platform.access.views import operator_of, tenants_of
from pages.ui import formats
from pages.ui.frame import session_context

PERMISSION = "outbox.read"


@contextmanager
def chosen_scope(context: Context) -> Iterator[Context]:
    """Draw the choice where there are several, and open a Context for it; the screen's tenant by default."""
    names = {context.tenant.slug: context.tenant.name, **_other_tenants(context)}
    if len(names) == 1:
        yield context
        return
    labels = formats.unique_labels(names)
    slugs = {label: slug for slug, label in labels.items()}
    label = st.selectbox(
        "Messages of",
        list(slugs),
        key="outbox_of",
        bind="query-params",
        label_visibility="collapsed",
        width=260,
    )
    slug = slugs.get(str(label), context.tenant.slug)
    if slug == context.tenant.slug:
        yield context
        return
    with session_context(slug) as tenant_context:
        require(tenant_context, PERMISSION)
        yield tenant_context


def _other_tenants(context: Context) -> dict[str, str]:
    """Map slug -> name of the other tenants whose messages the person may see, the operator first."""
    operator = operator_of(context.person)
    tenants = [*([operator] if operator else []), *tenants_of(context.person)]
    return {
        tenant.slug: tenant.name
        for tenant in tenants
        if tenant.slug != context.tenant.slug
        and PERMISSION in permissions_of(tenant.role, is_demo=tenant.is_demo)
    }
