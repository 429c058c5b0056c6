"""Single-key decisions that lose no press, and the current field in the address.

A button's press is a trigger: of two that arrive before a rerun begins only one counts. So the browser keeps a numbered
list of presses, sends it until the server has acknowledged the last, and the server works off what is new. The address
is replaced, so that Back leaves the screen.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import streamlit as st

from core.kit.ids import new_id

_KEY, _DONE, _SESSION = "map_keys", "map_keys_done", "map_keys_session"
_LISTEN = st.components.v2.component(
    "mapping_keys",
    js="""
const FRESH = 30000
let presses = [], current = null, listening = false
const busy = (element) => element && (
  element.isContentEditable || ["INPUT", "TEXTAREA", "SELECT", "CANVAS"].includes(element.tagName)
)
const send = () => current.setStateValue("presses", [...presses])
const listen = (event) => {
  if (!window.location.pathname.endsWith("/mapping")) return
  const key = event.key.toLowerCase()
  if (event.repeat || event.ctrlKey || event.altKey || event.metaKey) return
  if (!current.data.keys.includes(key)) return
  if (busy(event.composedPath()[0]) || document.querySelector('[role="dialog"]')) return
  const last = presses.length ? presses[presses.length - 1][0] : 0
  presses = [...presses.slice(-49), [Math.max(Date.now(), last + 1), key, current.data.session]]
  send()
}
export default function (component) {
  current = component
  if (!listening) document.addEventListener("keydown", listen)
  listening = true
  document.body.dataset.keys = "ready"
  const { at, done, session } = component.data
  const url = new URL(window.location.href)
  if (at) url.searchParams.set("at", at)
  else url.searchParams.delete("at")
  if (url.href !== window.location.href) window.history.replaceState(window.history.state, "", url)
  const fresh = ([number, , of]) => of === session && number > done && Date.now() - number < FRESH
  if (presses.some(fresh)) send()
}
""",
)


def shortcuts(actions: Mapping[str, Callable[[], None]], at: str | None = None) -> None:
    """Call an action for each press of its key (a lower-case letter or digit), in order, each press once.

    Nothing is called while a text field, a cell or a dialog has the keyboard. `at`: the field the address names.
    """
    state = st.session_state
    session = state.setdefault(_SESSION, new_id())

    def work_off() -> None:
        for number, key in _new_presses(state.get(_KEY), session, state.get(_DONE, 0)):
            state[_DONE] = number
            if key in actions:
                actions[key]()

    component_state = _LISTEN(
        key=_KEY,
        data={"keys": list(actions), "at": at, "session": session, "done": state.get(_DONE, 0)},
        default={"presses": []},
        on_presses_change=work_off,
        width=1,
        height=1,
    )
    if _new_presses(
        component_state, session, state.get(_DONE, 0)
    ):  # a rerun cut short may have taken the change without its call
        work_off()
        st.rerun()


def _new_presses(state: Any, session: str, done: int) -> list[tuple[int, str]]:
    """Return (number, key) of presses not handled yet in this session; a reconnected tab replays nothing."""
    presses = (state or {}).get("presses") or []
    return [(int(number), str(key)) for number, key, of in presses if of == session and int(number) > done]
