"""STEPS: the five steps of the demo, five minutes together: which screen, on which migration, what to do and to say."""

from __future__ import annotations

from dataclasses import dataclass

from core.entry.demo import FINISHED, OPEN


@dataclass(frozen=True, slots=True)
class Step:
    """`path` is the screen, `migration` a name of the demo's; `actions` are the clicks there, `talk` what to say.

    `playbook_seconds` is the time that the playbook gives the step. `quote` is an invented customer's, fictional.
    """

    name: str
    seconds: int
    playbook_seconds: int
    path: str
    migration: str
    actions: tuple[str, ...]
    talk: str
    quote: str = ""


STEPS: tuple[Step, ...] = (
    Step(
        "Hook",
        30,
        30,
        "reconciliation",
        FINISHED,
        ("Point at the finished move from Toast.",),
        "Bella's Italian Kitchen moved its whole menu of 2,500 items, its guests and a month of orders from Toast. "
        "The old system was only read, so the restaurant kept selling.",
    ),
    Step(
        "AI analysis",
        90,
        90,
        "connect",
        OPEN,
        (
            "Choose Add a sample export, then Toast sample.",
            "Show what the file was recognised as, how sure that is, and why.",
        ),
        "This is an export as it comes out of Toast; nobody prepared it. The console recognises the system, the tables "
        "in the file and what each of them holds.",
    ),
    Step(
        "Smart mapping",
        90,
        90,
        "mapping",
        OPEN,
        (
            "Show the colours: high, medium, low and no suggestion.",
            "Open the evidence of a medium suggestion.",
            "Accept Order Ref, which the target requires.",
            "Change one field from its list (in place of drag and drop): Room of the catering file to Order › Table.",
            "Show that prices in cents become dollars.",
        ),
        "Each suggestion comes with a confidence and with the evidence for and against it. What is sure is accepted at "
        "once, what is not is decided by a person, in a list. That prices are in cents was proved by the orders' own "
        "arithmetic.",
    ),
    Step(
        "Live progress",
        60,
        60,
        "runs",
        OPEN,
        (
            "Choose Start import, and watch the rows.",
            "Show the rows that are held for correction, and why.",
            "Choose Roll back: the target is as it was before.",
        ),
        "Rows with an error are held for correction, everything else goes on. And if anybody changes their mind, the "
        "import is rolled back, with proof that the target is what it was.",
    ),
    Step(
        "Results",
        30,
        90,
        "reconciliation",
        FINISHED,
        (
            "Show that every row of the files has an outcome.",
            "Show the money by day, and the named differences.",
            "Read the customer's quote, and say that it is fictional.",
        ),
        "A month of orders, compared with the old system day by day. Where a cent differs, the console names the order. "
        "With a minute more, filter the table to the differences.",
        "We kept serving all week, and on Monday every dish, every guest and every cent was there.",
    ),
)
PLANNED = sum(step.seconds for step in STEPS)
"""Seconds of the whole demo."""

PLAYBOOK = sum(step.playbook_seconds for step in STEPS)
"""Seconds of the playbook's five steps, which it calls five minutes: its Results take a minute longer."""


def planned_until(index: int) -> int:
    """Return the seconds after which the step (from 0) should be over."""
    return sum(step.seconds for step in STEPS[: index + 1])


def minutes(seconds: int) -> str:
    """Format seconds as minutes: 90 -> '1:30'."""
    return f"{seconds // 60}:{seconds % 60:02d}"
