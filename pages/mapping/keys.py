"""Single-key decisions that lose no press, and the current field in the address.

The browser keeps a numbered list of presses, the server works off what is new.

A button's press is a trigger: of two that arrive before a rerun begins only one counts. The list is a state, so a
rerun that stands for several presses sees them all. The address is replaced, so that Back leaves the screen.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import streamlit as st

_KEY, _DONE = "map_keys", "map_keys_done"
_LISTEN = st.components.v2.component(
    "mapping_keys",
    js="""
let presses = []
let stop = () => {}
export default function ({ data, setStateValue }) {
  const url = new URL(window.location.href)
  if (data.at) url.searchParams.set("at", data.at)
  else url.searchParams.delete("at")
  if (url.href !== window.location.href) window.history.replaceState(window.history.state, "", url)
  const busy = (element) => element && (
    element.isContentEditable || ["INPUT", "TEXTAREA", "SELECT", "CANVAS"].includes(element.tagName)
  )
  const listen = (event) => {
    const key = event.key.toLowerCase()
    if (event.repeat || event.ctrlKey || event.altKey || event.metaKey || !data.keys.includes(key)) return
    if (busy(event.composedPath()[0]) || document.querySelector('[role="dialog"]')) return
    const last = presses.length ? presses[presses.length - 1][0] : 0
    presses = [...presses.slice(-49), [Math.max(Date.now(), last + 1), key]]
    setStateValue("presses", presses)
  }
  stop()
  document.addEventListener("keydown", listen)
  stop = () => document.removeEventListener("keydown", listen)
  return stop
}
""",
)


def shortcuts(actions: Mapping[str, Callable[[], None]], at: str | None = None) -> None:
    """Calls an action for each press of its key (a lower-case letter or digit), in their order, each press once.

    Nothing is called while a text field, a cell or a dialog has the keyboard. `at`: the field the address names.
    """

    def work_off() -> None:
        for number, key in _new_presses(st.session_state.get(_KEY)):
            st.session_state[_DONE] = number
            if key in actions:
                actions[key]()

    _LISTEN(
        key=_KEY,
        data={"keys": list(actions), "at": at},
        default={"presses": []},
        on_presses_change=work_off,
        height=1,
    )


def _new_presses(state: Any) -> list[tuple[int, str]]:
    done = st.session_state.get(_DONE, 0)
    presses = (state or {}).get("presses") or []
    return [(int(number), str(key)) for number, key in presses if int(number) > done]
