"""Parts that screens about runs share: live progress, the table of the six fates, the buttons of a run."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from core.context import Context
from core.engine.runs import actions, views
from core.engine.runs.records import held_rows, held_rows_file
from core.engine.runs.rules import FATES
from core.engine.runs.views import RunView
from core.errors import AppError
from pages.ui import show as ui
from pages.ui.frame import act, here, refusal

FATE_LABELS = {
    "migrated": "Migrated",
    "merged": "Merged",
    "skipped_by_rule": "Skipped by rule",
    "excluded_by_consent": "Excluded by consent",
    "quarantined": "Held",
    "failed": "Failed",
}
BUTTONS: dict[str, tuple[str, str, Callable[[Context, str], object]]] = {
    "pause": ("Pause", "pause", actions.pause),
    "resume": ("Resume", "play_arrow", actions.resume),
    "cancel": ("Cancel", "stop_circle", actions.cancel),
}


def watch(run_id: str) -> None:
    """The run's progress; looks again every two seconds while it is at work, then redraws the whole page once."""
    with here() as context:
        active = views.run(context, run_id).active

    @st.fragment(run_every="2s" if active else None)
    def tick() -> None:
        try:
            with here() as context:
                run = views.run(context, run_id)
                progress(run)
        except AppError as error:
            refusal(error)
            return
        if active and not run.active:
            st.rerun()

    tick()


def progress(run: RunView) -> None:
    with st.container(border=True, gap="small"):
        with st.container(horizontal=True, vertical_alignment="center"):
            ui.badge(ui.words(run.state), ui.STATE_COLOURS[run.state])
            st.text(f"{ui.words(run.kind)} · phase {run.phase}")
            st.text(run.step)
            st.space("stretch")
            for name, (label, icon, deed) in BUTTONS.items():
                if name in run.can:
                    st.button(
                        label,
                        icon=f":material/{icon}:",
                        key=f"{name}_{run.id}",
                        on_click=act,
                        args=(lambda own, deed=deed: deed(own, run.id),),
                    )
            if "approve" in run.can and st.button(
                "Approve", icon=":material/verified:", type="primary", key=f"approve_{run.id}"
            ):
                _approve(run)
        colour = "red" if run.errors else "green"
        st.progress(
            min(run.percent / 100, 1.0),
            text=f"**{run.percent:.0f}%** · {ui.number(run.rows_done)} of {ui.number(run.file_rows)} rows"
            + (f" · :{colour}[{ui.number(run.errors)} held or failed]" if run.rows_done else ""),
        )
        ui.figures(
            [
                ("Rows per second", ui.number(run.rate)),
                ("Elapsed", ui.duration(run.elapsed)),
                ("Remaining", ui.duration(run.remaining)),
                ("Held or failed", ui.number(run.errors)),
            ]
        )
        if run.current:
            st.caption("Written last")
            st.text("\n".join(run.current))
        if run.error:
            st.badge("The run failed", icon=":material/error:", color="red")
            st.text(run.error)


@st.dialog("Approve this import?", icon=":material/verified:")
def _approve(run: RunView) -> None:
    st.markdown(f"- {ui.number(run.errors)} rows stay out; they can be corrected and sent again.")
    st.markdown("- Differences that are open stay on record under your name.")
    st.markdown("- It can still be rolled back afterwards.")
    reason = st.text_input("Why is it acceptable?", key=f"approve_reason_{run.id}")
    with st.container(horizontal=True, horizontal_alignment="right"):
        if st.button("Not yet"):
            st.rerun()
        if st.button("Approve import", type="primary", disabled=not reason.strip()):
            act(lambda own: actions.approve(own, run.id, reason), "Approved")
            st.rerun()


def fates_table(context: Context, run: RunView) -> None:
    """Rows read and the six fates per entity, with the check that they add up."""
    counts = {count.entity: count for count in run.entities}
    rows = [
        {
            "Entity": ui.words(count.entity),
            "Rows read": count.read,
            **{FATE_LABELS[fate]: getattr(count, fate) for fate in FATES},
            "Adds up": ["Yes" if count.booked == count.read else "No"],
            "Records changed": count.changed,
        }
        for count in (counts[name] for name in ui.in_load_order(context, counts))
    ]
    if not rows:
        ui.empty(
            "No rows booked yet",
            "Each row gets its fate as soon as its chunk is written.",
            icon="hourglass_empty",
        )
        return
    number = st.column_config.NumberColumn(format="localized")
    ui.table(
        rows,
        {
            "Entity": None,
            "Rows read": number,
            **dict.fromkeys(FATE_LABELS.values(), number),
            "Adds up": ui.badge_column("Adds up", {"Yes": "green", "No": "red"}),
            "Records changed": number,
        },
        alt="What became of every row, per entity",
    )


def held_rows_part(context: Context, run: RunView) -> None:
    """The held rows with the source's own columns, the problem and the remedy, to correct and send again."""
    held = sum(count.quarantined + count.failed for count in run.entities)
    if not held:
        return
    st.subheader("Held rows", anchor=False)
    st.caption(
        "They stayed out. Correct them in the file, then upload it again; rows already imported change nothing."
    )
    if not context.may("personal.read"):
        st.caption(
            ":material/visibility_off: Your role may not see guests' values, so the rows are not shown."
        )
        return
    names = [count.entity for count in run.entities if count.quarantined + count.failed]
    with st.container(horizontal=True, vertical_alignment="bottom"):
        entity = st.selectbox("Entity", names, format_func=ui.words, key=f"held_{run.id}")
        st.space("stretch")
        for kind in ("csv", "xlsx"):
            ui.download(
                f"All held rows, {kind.upper()}",
                lambda own, kind=kind: held_rows_file(own, run.id, kind),  # type: ignore[misc]
                f"held_rows.{kind}",
                key=f"held_{kind}_{run.id}",
            )
    frame = held_rows(context, run.id, entity)
    last = [name for name in ("Problem", "How to fix") if name in frame.columns]
    shown = frame.select(*last, *(name for name in frame.columns if name not in last)).head(500)
    st.dataframe(shown.to_pandas(), hide_index=True, row_height=ui.ROW_HEIGHT, alt="Held rows")
