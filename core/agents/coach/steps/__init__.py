"""The coach's advice on each step of the wizard beside the journey's next action, the most urgent first.

A step is a generator: what comes after the last piece of advice that is shown is not even looked at.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from core.agents.coach.advice import Advice
from core.agents.coach.facts import Facts
from core.agents.coach.steps.common import CONNECT, LIVE, MAP, PREVIEW, RULES, TEST
from core.agents.coach.steps.files import on_connect, on_preview
from core.agents.coach.steps.mapping import on_map, on_rules
from core.agents.coach.steps.running import on_live, on_test

STEPS: Mapping[str, Callable[[Facts], Iterator[Advice]]] = {
    CONNECT: on_connect,
    PREVIEW: on_preview,
    MAP: on_map,
    RULES: on_rules,
    TEST: on_test,
    LIVE: on_live,
}
"""The wizard's steps by their names."""
