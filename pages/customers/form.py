"""The fields of a customer, each with what is wrong beside it: to create one, and to change one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import streamlit as st

from core.context import Context
from core.kit.times import zones
from core.platform.access.customers.countries import countries, currencies
from core.platform.access.customers.rules import OWNER_ROLES, CustomerDetails, slug_of
from core.platform.access.customers.views import StaffMember
from core.schema import target_schema
from pages.ui import formats

STATE = st.session_state
_FAULTS = "customer_faults"
NOBODY = ""


@dataclass(frozen=True, slots=True)
class Form:
    """The fields of one customer in the session; `name` tells the forms of several apart. `is_new`: nothing is stored yet."""

    name: str
    is_new: bool

    def key(self, field: str) -> str:
        return f"customer_{self.name}_{field}"

    def fill(self, details: CustomerDetails) -> None:
        """Set the fields, unless they are drawn already."""
        for field in ("name", "slug", "domain", "zone", "currency", "country"):
            STATE.setdefault(self.key(field), getattr(details, field))
        STATE.setdefault(self.key("owner"), details.owner_id or NOBODY)

    def clear(self) -> None:
        """Forget what was typed, and what was wrong with it."""
        for field in ("name", "slug", "domain", "zone", "currency", "country", "owner", "slug_typed"):
            STATE.pop(self.key(field), None)
        self.set_faults({})

    def entered(self) -> CustomerDetails:
        """Return what the fields hold."""
        values = {
            field: str(STATE.get(self.key(field)) or "")
            for field in ("name", "slug", "domain", "zone", "currency", "country")
        }
        return CustomerDetails(**values, owner_id=STATE.get(self.key("owner")) or None)

    def set_faults(self, faults: dict[str, str]) -> None:
        STATE[_FAULTS] = (self.name, faults)

    def fault(self, field: str) -> None:
        """Draw what is wrong with a field, below it."""
        name, faults = STATE.get(_FAULTS, ("", {}))
        if name == self.name and field in faults:
            st.markdown(f":red[:material/error: {formats.plain(faults[field])}]")


def defaults(context: Context) -> CustomerDetails:
    """Return what an empty form offers: the operator's place and line of business."""
    tenant = context.tenant
    return CustomerDetails("", "", tenant.domain, tenant.zone, tenant.currency, tenant.country)


def draw_fields(
    context: Context, form: Form, people: Sequence[StaffMember], *, disabled: bool = False
) -> None:
    """Draw the fields. A country offers its currency and zone; a name its ID, until somebody types another."""
    st.text_input(
        "Name", key=form.key("name"), on_change=_derive_slug, args=(form,), disabled=disabled, max_chars=120
    )
    form.fault("name")
    if form.is_new:
        st.text_input(
            "ID",
            key=form.key("slug"),
            help="Used in addresses and on the command line. It cannot be changed later.",
            on_change=lambda: STATE.update({form.key("slug_typed"): True}),
            max_chars=63,
        )
        form.fault("slug")
        _select(form, "domain", "Line of business", list(target_schema().domains), formats.words)
    all_countries = countries()
    _select(
        form,
        "country",
        "Country",
        list(all_countries),
        lambda code: all_countries[code].name,
        on_change=_follow_country,
        args=(form,),
        disabled=disabled,
    )
    with st.container(horizontal=True):
        with st.container():
            _select(form, "currency", "Currency", currencies(), str, disabled=disabled)
        with st.container():
            _select(
                form, "zone", "Time zone", zones(), lambda zone: zone.replace("_", " "), disabled=disabled
            )
    if context.role != "sales":  # who sells owns what they create
        _owner(form, people, disabled=disabled)


def _owner(form: Form, people: Sequence[StaffMember], *, disabled: bool) -> None:
    names = {
        person.person_id: f"{person.name} ({formats.words(person.role)})"
        for person in people
        if person.role in OWNER_ROLES
    }
    labels = {NOBODY: "Nobody"} | formats.unique_labels(names)
    if STATE.get(form.key("owner")) not in labels:  # who left us is not offered again
        STATE[form.key("owner")] = NOBODY
    _select(form, "owner", "Owner", list(labels), labels.__getitem__, disabled=disabled)


def _select(form: Form, field: str, label: str, options: Sequence[str], show: Any, **more: Any) -> None:
    st.selectbox(label, options, format_func=show, key=form.key(field), **more)
    form.fault(field)


def _derive_slug(form: Form) -> None:
    if form.is_new and not STATE.get(form.key("slug_typed")):
        STATE[form.key("slug")] = slug_of(STATE[form.key("name")])


def _follow_country(form: Form) -> None:
    if form.is_new:
        country = countries()[STATE[form.key("country")]]
        STATE[form.key("currency")], STATE[form.key("zone")] = country.currency, country.zone
