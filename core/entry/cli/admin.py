"""Commands about accounts: the first admin, who there is, and ending sign-in sessions."""

from __future__ import annotations

from argparse import Namespace

from core.db.migrate import migrate
from core.entry import accounts
from core.entry.accounts import SetUp
from core.entry.cli.answer import Answer, table
from core.errors import InvalidInputError
from core.kit.wording import counted


def create(args: Namespace) -> Answer:
    migrate()
    return _code(accounts.create_admin(args.email, args.name), f"Created the admin {args.email}.")


def reset(args: Namespace) -> Answer:
    migrate()
    return _code(
        accounts.reset_admin(args.email),
        f"Made a new code for {args.email}. Using it replaces password and second factor.",
    )


def people(_args: Namespace) -> Answer:
    migrate()
    staff = accounts.staff()
    rows = [(member.name, member.email, member.role, "yes" if member.active else "no") for member in staff]
    return Answer(
        staff, table(("Name", "E-mail", "Role", "Active"), rows, empty="Nobody yet: aura admin create")
    )


def end_sign_ins(args: Namespace) -> Answer:
    if bool(args.email) == args.all:
        raise InvalidInputError("Say whose sign-ins end.", hint="Give --email ADDRESS, or --all.")
    migrate()
    count = accounts.end_sign_ins(None if args.all else args.email)
    return Answer({"ended": count}, f"Ended {counted(count, 'sign-in session')}.")


def _code(set_up: SetUp, sentence: str) -> Answer:
    text = (
        f"{sentence}\n\nOpen this address within 24 hours, once:\n\n  {set_up.link}\n\n"
        f"Or enter this code at {set_up.link.rpartition('/')[0]}:\n\n  {set_up.code}"
    )
    return Answer(set_up, text)
