"""Commands of the demo: its state, its reset, and switching parts of it off and on."""

from __future__ import annotations

from argparse import Namespace

from core.db.migrate import migrate
from core.entry import demo_ai
from core.entry.cli.answer import Answer
from core.entry.demo import STAFF, reset, seed_cast
from core.entry.demo_stage import break_everywhere, mend_everywhere, reset_all, story_states
from core.entry.worker import ensure_worker
from core.kit.wording import listed


def reset_demo(args: Namespace) -> Answer:
    """Reset one story, or without a tenant all of the demo."""
    person = _presenter()
    demo_ai.choose()
    with demo_ai.run_emulator():
        if args.tenant:
            migrations = reset(args.tenant, again=args.again)
            answer = Answer(
                {"tenant": args.tenant, "migrations": migrations}, f'Reset demo tenant "{args.tenant}".'
            )
        else:
            resets = list(reset_all(person))
            lines = [f"Reset {part.name} in {part.seconds:.1f} s." for part in resets]
            answer = Answer({"resets": resets}, "\n".join(lines))
    ensure_worker()
    return answer


def show_status(_args: Namespace) -> Answer:
    states = story_states(_presenter())
    lines = []
    for state in states:
        loaded = "loaded" if state.is_loaded else "not loaded"
        prepared = "reset takes a second" if state.is_prepared else "the next reset imports it again"
        broken = f"; switched off: {listed([*state.broken])}" if state.broken else ""
        lines.append(f"{state.slug}: {loaded}, {prepared}{broken}")
    return Answer({"stories": states}, "\n".join(lines))


def break_demo(args: Namespace) -> Answer:
    tenants = break_everywhere(_presenter(), args.part)
    text = f"Switched {args.part} off for {listed(tenants)}. `aura demo mend` or a reset switches it on."
    return Answer({"part": args.part, "tenants": tenants}, text)


def mend_demo(_args: Namespace) -> Answer:
    parts = mend_everywhere(_presenter())
    return Answer(
        {"mended": parts}, f"Switched on: {listed(parts)}." if parts else "Nothing was switched off."
    )


def _presenter() -> str:
    """Bring the database up to date, and return the id of the demo's manager, who reaches all of its tenants."""
    migrate()
    return seed_cast()[next(iter(STAFF))]
