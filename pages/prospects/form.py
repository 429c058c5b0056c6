"""What is typed into the fields of a prospect, in the session: to add one, and to edit one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import streamlit as st

from core.business.catalog.packages import MEASURES
from core.business.sales.prospects.rules import VOLUMES, ContactDetails, ProspectFields
from core.business.sales.prospects.systems import resolve_system, system_label
from pages.ui import formats

STATE = st.session_state
_FAULTS = "prospect_faults"
_FIELDS = ("name", "domain", "system", "locations", "country", "currency", "owner")
_CONTACT = ("contact_name", "contact_email", "contact_phone")


@dataclass(frozen=True, slots=True)
class Form:
    """The fields of one prospect in the session; `name` tells forms apart. `is_new`: nothing is stored yet."""

    name: str
    is_new: bool

    def key(self, field: str) -> str:
        return f"prospect_{self.name}_{field}"

    def fill(self, fields: ProspectFields) -> None:
        """Set the fields, unless they are drawn already."""
        values: dict[str, Any] = {
            "name": fields.name,
            "domain": fields.domain,
            "system": system_label(fields.source_system) or None,
            "locations": fields.locations,
            "country": fields.country,
            "currency": fields.currency,
            "owner": fields.owner_id,
            "contact_name": fields.contact.name,
            "contact_email": fields.contact.email,
            "contact_phone": fields.contact.phone,
        } | {f"volume_{measure}": fields.volumes.get(measure) for measure in VOLUMES[fields.domain]}
        for field, value in values.items():
            STATE.setdefault(self.key(field), value)
        STATE.setdefault(self.key("others"), dict(fields.volumes))

    def clear(self) -> None:
        """Forget what was typed, and what was wrong with it."""
        volumes = (f"volume_{measure}" for measure in MEASURES)
        for field in (*_FIELDS, *_CONTACT, *volumes, "others"):
            STATE.pop(self.key(field), None)
        self.set_faults({})

    def entered(self) -> ProspectFields:
        """Return what the fields hold; volumes that the form does not ask for stay."""
        domain = str(STATE.get(self.key("domain")))
        asked_for = {measure: STATE.get(self.key(f"volume_{measure}")) for measure in VOLUMES[domain]}
        volumes = dict(STATE.get(self.key("others")) or {}) | asked_for
        return ProspectFields(
            self._text("name"),
            domain,
            resolve_system(self._text("system"), domain),
            STATE.get(self.key("locations")),
            self._text("currency"),
            self._text("country"),
            ContactDetails(*(self._text(field) for field in _CONTACT)),
            {measure: int(value) for measure, value in volumes.items() if value is not None},
            owner_id=STATE.get(self.key("owner")) or None,
        )

    def _text(self, field: str) -> str:
        return str(STATE.get(self.key(field)) or "")

    def set_faults(self, faults: Mapping[str, str]) -> None:
        STATE[_FAULTS] = (self.name, dict(faults))

    def fault(self, field: str) -> None:
        """Draw what is wrong with a field, below it."""
        name, faults = STATE.get(_FAULTS, ("", {}))
        if name == self.name and field in faults:
            st.markdown(f":red[:material/error: {formats.plain(faults[field])}]")
