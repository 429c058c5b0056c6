"""The arguments of `aura specialist`."""

from __future__ import annotations

from core.entry.cli.sales.arguments import AddCommand, AddPerson, Commands

SPECIALITIES = ("toast", "square", "clover", "enterprise", "school")


def add_specialists(commands: Commands, add: AddCommand, add_person: AddPerson) -> None:
    """Add the commands of the roster."""
    verbs = commands.add_parser("specialist", help="the roster of specialists").add_subparsers(
        required=True, metavar="WHAT"
    )
    listing = add(verbs, "list", "delivery.specialists:list_specialists", "list the roster")
    listing.add_argument("--search", default="", metavar="TEXT", help="part of a name, skill or zone")
    listing.add_argument("--certified", choices=SPECIALITIES, help="with a certificate that counts today")
    listing.add_argument("--all", action="store_true", help="also who has left")
    show = add(verbs, "show", "delivery.specialists:show", "show a specialist with hours and certificates")
    held = add(
        verbs,
        "certificates",
        "delivery.specialists:list_certificates",
        "list certificates, or those that end soon",
    )
    show.add_argument("specialist", metavar="SPECIALIST", help="the name, or a beginning of the id")
    held.add_argument("specialist", nargs="?", metavar="SPECIALIST", help="default: renewals that are due")
    held.add_argument("--pdf", metavar="FOLDER", help="write the PDF of each certificate into a folder")
    for verb in (listing, show, held):
        add_person(verb)
