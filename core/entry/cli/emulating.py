"""The command that starts the emulator of a language model's server."""

from __future__ import annotations

import signal
from argparse import Namespace

from core.entry.ai_emulator.app import Emulator
from core.entry.ai_emulator.faults import SCENARIOS
from core.entry.ai_emulator.running import running
from core.entry.cli.answer import Answer
from core.errors import InvalidInputError
from core.settings import settings


def serve(args: Namespace) -> Answer:
    """Serve on the loopback address until stopped; print first which settings make the console ask it."""
    if args.scenario not in SCENARIOS:
        raise InvalidInputError(
            f"There is no scenario {args.scenario!r}.", hint=f"Use one of {', '.join(SCENARIOS)}."
        )
    models = settings().ai_models
    emulator = Emulator(args.scenario, tuple(models.split(",")))
    with running(emulator, args.port) as address:
        _tell(address, models, args.scenario)
        signal.pause()
    return Answer(None, "")


def _tell(address: str, models: str, scenario: str) -> None:
    admin = address.removesuffix("/v1") + "/emulator/scenarios"
    lines = (
        "Set these for the console, in .env or before its command:",
        f"AI_BASE_URL={address}",
        "AI_API_KEY=emulator",
        f"AI_MODELS={models}",
        "",
        f"Scenario {scenario}; the next requests follow what is posted to /emulator/scenarios, e.g.",
        f"""curl -d '["rate_limited", "ok"]' {admin}""",
    )
    print("\n".join(lines), flush=True)
