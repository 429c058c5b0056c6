"""Draw the fields of a prospect, each with what is wrong beside it."""

from __future__ import annotations

import streamlit as st

from core.business.catalog.packages import MEASURES
from core.business.sales.prospects.rules import MAX_LOCATIONS, MAX_VOLUME, VOLUMES
from core.business.sales.prospects.systems import systems
from core.context import Context
from core.platform.access.customers.countries import countries, currencies
from core.platform.access.customers.rules import OWNER_ROLES
from core.platform.access.customers.views import staff
from core.schema import target_schema
from pages.prospects.form import Form
from pages.ui import formats

STATE = st.session_state


def draw_fields(context: Context, form: Form) -> None:
    """Draw the fields; what a form of the other line of business asks for follows the choice."""
    st.text_input("Company", key=form.key("name"), max_chars=200)
    form.fault("name")
    domains = list(target_schema().domains)
    if form.is_new:
        st.segmented_control(
            "Line of business", domains, key=form.key("domain"), format_func=formats.words, required=True
        )
    domain = str(STATE[form.key("domain")])
    _system(form, domain)
    _contact(form)
    with st.expander("Volumes", icon=":material/monitoring:"), st.grid(2, gap="small"):
        for measure in VOLUMES[domain]:
            _number(form, f"volume_{measure}", MEASURES[measure], 0, MAX_VOLUME)
    with st.expander("Country, currency and owner", icon=":material/public:"):
        _origin(context, form)


def _system(form: Form, domain: str) -> None:
    known_systems = list(systems(domain).values())
    current = STATE.get(form.key("system"))
    options = known_systems if current in (None, *known_systems) else [*known_systems, current]
    with st.container(horizontal=True, gap="small"):
        with st.container():
            st.selectbox(
                "POS system" if domain == "restaurant" else "Student information system",
                options,
                index=None,
                key=form.key("system"),
                accept_new_options=True,
                placeholder="Choose, or type another",
            )
            form.fault("source_system")
        with st.container(width=140):
            _number(form, "locations", "Locations" if domain == "restaurant" else "Schools", 1, MAX_LOCATIONS)


def _number(form: Form, field: str, label: str, least: int, most: int) -> None:
    st.number_input(label, least, most, value=None, step=1, key=form.key(field))


def _contact(form: Form) -> None:
    st.text_input("Contact", key=form.key("contact_name"), max_chars=200, placeholder="Name")
    form.fault("contact_name")
    with st.container(horizontal=True, gap="small"):
        with st.container():
            st.text_input(
                "E-mail", key=form.key("contact_email"), max_chars=320, placeholder="name@example.com"
            )
            form.fault("contact_email")
        with st.container():
            st.text_input("Telephone", key=form.key("contact_phone"), max_chars=40)
            form.fault("contact_phone")


def _origin(context: Context, form: Form) -> None:
    all_countries = countries()

    def follow_country() -> None:
        STATE[form.key("currency")] = all_countries[STATE[form.key("country")]].currency

    with st.container(horizontal=True, gap="small"):
        st.selectbox(
            "Country",
            list(all_countries),
            key=form.key("country"),
            format_func=lambda code: all_countries[code].name,
            on_change=follow_country,
        )
        st.selectbox("Currency", currencies(), key=form.key("currency"), width=120)
    if form.is_new and context.may("prospect.assign"):
        people = {person.person_id: person.name for person in staff(context) if person.role in OWNER_ROLES}
        labels = formats.unique_labels(people)
        st.selectbox(
            "Owner",
            list(labels),
            index=None,
            key=form.key("owner"),
            format_func=labels.__getitem__,
            placeholder="Nobody",
        )
