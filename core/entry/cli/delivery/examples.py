"""An example of each command of the delivery desk, which its --help shows."""

from __future__ import annotations

import argparse
from collections.abc import Mapping

from core.entry.cli.sales.arguments import AddCommand, Commands

EXAMPLES: Mapping[str, tuple[str, ...]] = {
    "delivery.orders:show": (
        "aura order show --tenant bella",
        "aura order show OC-0042 --tenant bella --json",
    ),
    "delivery.orders:approve": ("aura order approve OC-0042 --tenant bella",),
    "delivery.order_work:list_orders": ("aura order list --state active --late",),
    "delivery.order_work:move": (
        "aura order move OC-0042 --tenant bella",
        "aura order move OC-0042 go_live --statement 'Counted by hand' --tenant bella",
    ),
    "delivery.order_work:hold": ("aura order hold OC-0042 --reason 'Term ends' --tenant bella",),
    "delivery.order_work:resume": ("aura order resume OC-0042 --tenant bella",),
    "delivery.order_work:cancel": ("aura order cancel OC-0042 --reason 'Sold' --tenant bella",),
    "delivery.order_work:milestone": (
        "aura order milestone OC-0042 kickoff --on 2026-12-01 --tenant bella",
        "aura order milestone OC-0042 go_live --promise 2026-12-15 --tenant bella",
    ),
    "delivery.order_work:task": (
        "aura order task OC-0042 --tenant bella",
        "aura order task OC-0042 --add 'Order the printer' --due 2026-12-01 --tenant bella",
    ),
    "delivery.papers:list_documents": (
        "aura order documents OC-0042 --upload floor.pdf --kind other --tenant bella",
    ),
    "delivery.papers:log": (
        "aura order log OC-0042 --add 'Menu agreed' --via phone --direction in --tenant bella",
    ),
    "delivery.papers:escalate": (
        "aura order escalate OC-0042 --reason 'No export' --level 2 --tenant bella",
    ),
    "delivery.papers:feedback": ("aura order feedback OC-0042 --tenant bella --json",),
    "delivery.order_work:migration": (
        "aura order migration OC-0042 --name 'Catering orders' --tenant bella",
        "aura order migration OC-0042 --none --tenant bella",
    ),
    "delivery.team:compare": ("aura order candidates OC-0042 --tenant bella",),
    "delivery.team:assign": (
        "aura order assign OC-0042 --lead 'Bob Lindgren' --tenant bella",
        "aura order assign OC-0042 --reviewer 'Mara Lindt' --tenant bella",
    ),
    "delivery.payments:list_payments": ("aura payment list OC-0042 --tenant bella --json",),
    "delivery.payments:record": (
        "aura payment record OC-0042 500 --reference B-1 --tenant bella",
        "aura payment record OC-0042 13200 --currency ZWG --tenant bella",
    ),
    "delivery.payments:refund": (
        "aura payment refund OC-0042 OC-0042-R1 50 --reason 'Paid twice' --tenant bella",
    ),
    "delivery.payments:print_receipt": ("aura payment receipt OC-0042 OC-0042-R1 --tenant bella",),
    "delivery.paynow:link": (
        "aura payment link OC-0042 --tenant bella",
        "aura payment link OC-0042 --instalment 2 --tenant bella",
    ),
    "delivery.rates:list_rates": ("aura rate list --json",),
    "delivery.rates:add": ("aura rate add USD ZWG 26.4 --source RBZ --on 2026-11-28",),
    "delivery.rates:import_file": ("aura rate import rates.csv",),
    "delivery.paynow:serve": ("aura emulate-paynow --port 8602",),
    "delivery.partners:list_partners": ("aura partner list --json",),
    "delivery.partners:earnings": ("aura partner earnings 'Harbor Data Partners' --since 2026-11-01",),
    "delivery.sessions:listing": ("aura session list OC-0042 --tenant bella",),
    "delivery.sessions:slots": ("aura session slots OC-0042 --kind mapping --tenant bella",),
    "delivery.sessions:book": (
        "aura session book OC-0042 --kind mapping --at 2026-12-01T09:00-05:00 --tenant bella",
    ),
    "delivery.sessions:move": (
        "aura session move ID --at 2026-12-02T09:00-05:00 --reason 'The chef is away' --tenant bella",
    ),
    "delivery.sessions:cancel": ("aura session cancel ID --reason 'Not needed' --tenant bella",),
    "delivery.sessions:hours": ("aura session hours --tenant bella",),
    "delivery.specialists:list_specialists": ("aura specialist list --certified toast",),
    "delivery.specialists:show": ("aura specialist show 'Bob Lindgren'",),
    "delivery.specialists:list_certificates": (
        "aura specialist certificates",
        "aura specialist certificates bob --pdf out",
    ),
    "reports.command:show": (
        "aura reports --period quarter --json",
        "aura reports --since 2026-11-01 --until 2026-11-28 --table placed --csv --out orders.csv",
    ),
}
"""Command, as 'module:function' -> how it is used."""


def with_examples(add: AddCommand) -> AddCommand:
    """Return a way to add commands whose --help ends with their examples."""

    def add_with_example(
        commands: Commands, name: str, function: str, summary: str
    ) -> argparse.ArgumentParser:
        parser = add(commands, name, function, summary)
        examples = "".join(f"  {line}\n" for line in EXAMPLES.get(function, ()))
        codes = "exit codes: 0 done, 1 refused (the reason stands on stderr), 2 wrong usage"
        parser.epilog = f"examples:\n{examples}\n{codes}" if examples else codes
        parser.formatter_class = argparse.RawDescriptionHelpFormatter
        return parser

    return add_with_example
