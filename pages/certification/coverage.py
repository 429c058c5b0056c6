"""Who is certified for each speciality today, and how many questions each exam draws from."""

from __future__ import annotations

import streamlit as st

from core.business.specialists.certificates.views import Cover, covers
from core.business.specialists.exams.views import question_counts
from core.business.specialists.program import program
from core.context import Context
from core.kit.wording import listed
from pages.ui import widgets


def show_coverage(context: Context) -> None:
    rows = covers(context)
    widgets.section("Certified today")
    widgets.table(
        [
            {
                "Speciality": program().specialities[row.speciality].title,
                "People": row.count,
                "State": [_state(row)[0]],
                **{program().levels[key].title: listed(row.holders[key]) or None for key in program().levels},
            }
            for row in rows
        ],
        {
            "Speciality": st.column_config.TextColumn(width=110),
            "People": st.column_config.NumberColumn(width=64),
            "State": widgets.badge_column("State", dict(map(_state, rows)), width=120),
            **{level.title: st.column_config.TextColumn(width=190) for level in program().levels.values()},
        },
        alt="Specialities with the people who hold a certificate of each level today",
    )
    _bank(context)


def _state(row: Cover) -> tuple[str, str]:
    if row.count == 0:
        return "Nobody", "red"
    return ("One person", "orange") if row.count == 1 else ("Covered", "green")


def _bank(context: Context) -> None:
    """Draw how many questions each exam has, by module."""
    counts = question_counts(context)
    total = sum(sum(modules.values()) for levels in counts.values() for modules in levels.values())
    with st.expander(f"Question bank: {total} questions", icon=":material/quiz:"):
        widgets.table(
            [
                {
                    "Speciality": program().specialities[key].title,
                    "Module": program().specialities[key].modules[module],
                    **{program().levels[name].title: levels[name][module] for name in levels},
                }
                for key, levels in counts.items()
                for module in program().specialities[key].modules
            ],
            {
                "Speciality": st.column_config.TextColumn(width=110),
                "Module": st.column_config.TextColumn(width=260),
                **{
                    level.title: st.column_config.NumberColumn(width=100)
                    for level in program().levels.values()
                },
            },
            alt="Questions of each module by level",
            most=16,
        )
