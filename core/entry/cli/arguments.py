"""The commands and their arguments."""

from __future__ import annotations

import argparse
import os
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import TypeAlias

from core.engine.mapping.bands import AMBER_FROM
from core.entry.cli.delivery.arguments import add_delivery
from core.entry.cli.demo.arguments import add_demo
from core.entry.cli.sales.arguments import add_sales

FORMATS = ("csv", "json", "parquet", "xlsx")
CONFLICTS = ("keep_existing", "overwrite", "merge", "duplicate")
STEPS = ("connect", "preview", "map", "rules", "test", "live")
DEFAULT_PERSON = "alice"

Commands: TypeAlias = "argparse._SubParsersAction[argparse.ArgumentParser]"  # noqa: SLF001  (its only name)


def parse(arguments: Sequence[str] | None) -> argparse.Namespace:
    """Parse a command line; `command` is 'module:function' of the package. Exits with 2 on wrong usage."""
    parser = argparse.ArgumentParser(
        prog="aura", description="Moves a restaurant or a school onto its new system of record, and back."
    )
    commands = parser.add_subparsers(title="commands", metavar="COMMAND", required=True)
    _reading(commands)
    _importing(commands)
    _runs(commands)
    _recipes(commands)
    _coach(commands)
    add_sales(commands, _command, _person)
    add_delivery(commands, _command, _person)
    _operating(commands)
    _installation(commands)
    _accounts(commands)
    return parser.parse_args(arguments)


def _command(commands: Commands, name: str, function: str, summary: str) -> argparse.ArgumentParser:
    parser = commands.add_parser(name, help=summary, description=summary)
    parser.set_defaults(command=function)
    parser.add_argument("--json", action="store_true", help="answer with one JSON document; money is text")
    return parser


def _files(
    parser: argparse.ArgumentParser, help_text: str = "an export file: CSV, TSV, XLSX, JSON or a ZIP"
) -> None:
    parser.add_argument("files", nargs="+", type=Path, metavar="FILE", help=help_text)


def _person(parser: argparse.ArgumentParser, *, tenant: bool | None = None) -> None:
    """Add --as, and --tenant: required (True), optional (False) or absent (None)."""
    parser.add_argument(
        "--as",
        dest="person",
        metavar="HANDLE",
        default=os.environ.get("AURA_PERSON", DEFAULT_PERSON),
        help=f"who acts, by handle or e-mail address (default: AURA_PERSON, else {DEFAULT_PERSON})",
    )
    if tenant is not None:
        parser.add_argument("--tenant", required=tenant, metavar="SLUG", help="the customer, by slug or id")


def _mapping(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--accept-above",
        type=_share,
        default=AMBER_FROM,
        metavar="CONFIDENCE",
        help="take suggestions at least this sure, 0 to 1 (default %(default)s)",
    )
    parser.add_argument(
        "--set",
        action="append",
        default=[],
        type=_override,
        metavar="[STREAM:]FIELD=TARGET",
        help="map a source field by hand; an empty TARGET excludes it; may be given several times",
    )
    parser.add_argument(
        "--strict",
        action="append",
        default=[],
        metavar="TARGET",
        help="hold rows whose value of this field cannot be read, such as customer.birthday, instead of leaving it empty",
    )


def _reading(commands: Commands) -> None:
    identify = _command(commands, "identify", "reading:identify", "tell what files are (no database)")
    _files(identify)
    suggest = _command(commands, "suggest", "reading:suggest", "suggest where each field goes (no database)")
    _files(suggest)
    suggest.add_argument(
        "--domain",
        choices=("restaurant", "school"),
        help="default: that of the recognised system, else the one the columns fit",
    )
    cases = _command(
        commands, "suggest-case", "reading:suggest_cases", "suggest for labelled cases of a mapping corpus"
    )
    _files(cases, "a case in YAML, or a folder of them")
    cases.add_argument("--trust-system", action="store_true", help="use what is known of the case's system")


def _importing(commands: Commands) -> None:
    validate = _command(
        commands, "validate", "importing:validate", "check the data; nothing is stored without --tenant"
    )
    _files(validate)
    _person(validate, tenant=False)
    validate.add_argument(
        "--domain",
        choices=("restaurant", "school"),
        help="without --tenant; default: that of the recognised system, else the one the columns fit",
    )
    _mapping(validate)
    dry_run = _command(commands, "dry-run", "importing:dry_run", "show what an import would change")
    _files(dry_run)
    _person(dry_run, tenant=True)
    _mapping(dry_run)
    load = _command(commands, "import", "importing:load", "import files into a tenant")
    _files(load)
    _person(load, tenant=True)
    _mapping(load)
    for parser in (dry_run, load):
        parser.set_defaults(worker=True)
        parser.add_argument(
            "--conflict",
            choices=CONFLICTS,
            default="overwrite",
            help="what happens to records that already exist (default overwrite)",
        )
    _row_rules(commands)
    _record_types(commands)


def _record_types(commands: Commands) -> None:
    types = _command(
        commands,
        "types",
        "record_types:show",
        "list the record type of each table of a migration, and change it",
    )
    types.add_argument("migration", metavar="MIGRATION", help="its name, or a beginning of its id")
    _person(types, tenant=True)
    types.add_argument(
        "--set",
        type=_override,
        action="append",
        default=[],
        metavar="TABLE=TYPE",
        help="suggest the fields of the table as this record type; TABLE= excludes the table",
    )
    types.add_argument(
        "--undo", action="append", default=[], metavar="TABLE", help="take the last change of a table back"
    )
    types.add_argument(
        "--replace-decisions",
        action="store_true",
        help="replace decisions already made on the table's fields",
    )


def _row_rules(commands: Commands) -> None:
    rows = _command(
        commands,
        "rows",
        "rows:show",
        "list the rows of a migration that are not records, and decide about them",
    )
    rows.add_argument("migration", metavar="MIGRATION", help="its name, or a beginning of its id")
    _person(rows, tenant=True)
    for option, destination, summary in (
        ("--skip", "skip", "do not import the rows of this rule"),
        ("--import", "import_rows", "import the rows of this rule as records"),
        ("--undo", "undo", "take a decision about this rule back"),
    ):
        rows.add_argument(option, dest=destination, action="append", default=[], metavar="KEY", help=summary)


def _runs(commands: Commands) -> None:
    runs = _command(commands, "runs", "runs:show", "list runs, the newest first")
    _person(runs, tenant=False)
    for name, summary in (
        ("pause", "stop a run after the chunk it is at"),
        ("resume", "go on with a run that is paused, failed or incomplete"),
        ("cancel", "end a run; what it loaded stays until it is rolled back"),
        ("approve", "approve a run whose totals differ"),
        ("rollback", "roll back everything a run changed"),
    ):
        parser = _command(commands, name, f"runs:{name}", summary)
        parser.add_argument("run", metavar="RUN", help="its id, the beginning of its id, or 'latest'")
        _person(parser, tenant=False)
        if name == "rollback":
            parser.add_argument(
                "--reason",
                default="",
                metavar="WHY",
                help="why a completed import goes; a second person confirms",
            )
            parser.add_argument(
                "--withdraw", action="store_true", help="withdraw the request that waits for a second person"
            )
    export = _command(commands, "export", "runs:export", "write a tenant's records to a file or to stdout")
    _person(export, tenant=True)
    export.add_argument("--entity", metavar="ENTITY", help="as in data/target_schema.yaml; not of a bundle")
    export.add_argument("--format", choices=(*FORMATS, "oneroster-1.1", "oneroster-1.2"), default="csv")
    export.add_argument("--out", type=Path, metavar="FILE", help="default: stdout")


def _recipes(commands: Commands) -> None:
    verbs = commands.add_parser("recipe", help="saved mappings").add_subparsers(required=True, metavar="WHAT")
    parsers = {
        name: _command(verbs, name, f"recipes:{function}", summary)
        for name, function, summary in (
            ("list", "show", "list recipes and their versions"),
            ("save", "save", "save what is decided in a migration as the recipe's next version"),
            ("import", "take_in", "take in a recipe file"),
            ("export", "export", "write a recipe to a file or to stdout"),
            ("apply", "apply", "decide a migration's fields as a recipe says"),
            (
                "replay",
                "replay",
                "check that a recipe still gives what it gave; exit code 1 where it does not",
            ),
        )
    }
    for name, parser in parsers.items():
        _person(parser, tenant=True)
        if name == "import":
            parser.add_argument("file", type=Path, metavar="FILE", help="JSON or YAML")
        elif name != "list":
            parser.add_argument("name", metavar="NAME")
        if name in {"save", "replay", "apply"}:
            help_text = "its name, or a beginning of its id"
            parser.add_argument("--migration", required=name != "apply", metavar="MIGRATION", help=help_text)
        if name in {"export", "apply", "replay"}:
            parser.add_argument("--version", type=int, metavar="N", help="default: the newest")
    parsers["save"].add_argument("--note", default="", help="what is particular about this version")
    parsers["export"].add_argument("--format", choices=("json", "yaml"), default="yaml")
    parsers["export"].add_argument("--out", type=Path, metavar="FILE", help="default: stdout")
    part = parsers["apply"]
    part.add_argument(
        "files", nargs="*", type=Path, metavar="FILE", help="make a new migration of these files"
    )
    part.add_argument(
        "--stream", action="append", default=[], help="only this stream; may be given several times"
    )
    part.add_argument(
        "--field", action="append", default=[], metavar="[STREAM:]FIELD", help="only this field; likewise"
    )
    part.add_argument("--preview", action="store_true", help="say what would change, and change nothing")


def _coach(commands: Commands) -> None:
    coach = _command(
        commands, "coach", "coaching:advise", "the plan of a migration, what to do next, and doing it"
    )
    coach.add_argument(
        "migration",
        nargs="?",
        metavar="MIGRATION",
        help="its name, or a beginning of its id; default: the newest",
    )
    _person(coach, tenant=True)
    coach.add_argument("--step", choices=STEPS, help="advice for one step of the wizard only")
    coach.add_argument("--accept", metavar="ADVICE", help="do what this advice offers, by its id")
    coach.add_argument(
        "--out", type=Path, metavar="FILE", help="for advice that hands out a file; default: stdout"
    )


def _operating(commands: Commands) -> None:
    costs = _command(
        commands, "costs", "costs:show", "show what AI cost a tenant, and what is left of its month"
    )
    _person(costs, tenant=True)
    costs.add_argument("--since", type=date.fromisoformat, metavar="DATE", help="default: this month")
    costs.add_argument("--until", type=date.fromisoformat, metavar="DATE", help="the first day left out")
    tenant = commands.add_parser("tenant", help="make tenants").add_subparsers(required=True, metavar="WHAT")
    create = _command(tenant, "create", "operating:create_tenant", "make a tenant; who acts is its manager")
    create.add_argument("slug", metavar="SLUG")
    create.add_argument("--name", required=True)
    create.add_argument("--domain", choices=("restaurant", "school"), default="restaurant")
    create.add_argument("--zone", default="America/New_York", help="IANA time zone")
    create.add_argument("--currency", default="USD", help="ISO 4217")
    create.add_argument("--country", default="US", help="ISO 3166-1 alpha-2")
    _person(create)
    person = commands.add_parser("person", help="make people").add_subparsers(required=True, metavar="WHAT")
    new = _command(person, "create", "operating:create_person", "make a person who may act")
    new.add_argument("handle", metavar="HANDLE")
    new.add_argument("--name", required=True)
    add_demo(commands, _command)
    emulator = _command(
        commands,
        "ai-emulator",
        "emulating:serve",
        "run a local stand-in for an AI model server, for tests and demos (no database)",
    )
    emulator.add_argument("--port", type=int, default=8601)
    emulator.add_argument(
        "--scenario", default="ok", help="what goes wrong with every request (default: nothing)"
    )


def _installation(commands: Commands) -> None:
    keys = commands.add_parser("keys", help="master keys").add_subparsers(required=True, metavar="WHAT")
    _command(keys, "rotate", "operating:rotate_keys", "wrap all tenants' keys by the newest master key")
    save = _command(commands, "backup", "operating:back_up", "write the embedded database into one file")
    save.add_argument("file", type=Path, metavar="FILE")
    save.add_argument("--with-keys", action="store_true", help="with the master key (default: kept apart)")
    restore = _command(commands, "restore", "operating:restore", "bring back what a backup holds")
    restore.add_argument("file", type=Path, metavar="FILE")
    restore.add_argument("--replace", action="store_true", help="set the database that is there aside")
    audit = commands.add_parser("audit", help="the audit log").add_subparsers(required=True, metavar="WHAT")
    check = _command(
        audit,
        "verify",
        "auditing:verify_logs",
        "verify the audit log; exit code 1 where it was tampered with",
    )
    check.add_argument(
        "--anchors", type=Path, action="append", default=[], metavar="FILE", help="anchors kept elsewhere"
    )
    _person(check, tenant=False)
    report = _command(
        audit,
        "check",
        "auditing:check",
        "check an exported file against the audit log; exit code 1 where they do not agree",
    )
    report.add_argument("file", type=Path, metavar="FILE", help="a file that was exported")
    report.add_argument(
        "--anchors", type=Path, action="append", default=[], metavar="FILE", help="anchors kept elsewhere"
    )
    _person(report, tenant=False)
    anchor = _command(audit, "anchor", "auditing:anchor", "note the newest line outside the database")
    _person(anchor, tenant=False)
    _command(commands, "worker", "operating:work", "carry out runs until stopped")
    serve = _command(commands, "serve", "operating:serve", "start the console")
    serve.add_argument("--demo", action="store_true", help="with the demo tenants")
    serve.add_argument(
        "--behind-tls",
        action="store_true",
        help="a proxy with TLS stands in front: cookies for https only, HSTS (default: APP_BEHIND_TLS)",
    )
    serve.add_argument("--port", type=int, help="default: APP_PORT")
    _command(
        commands, "stop", "operating:stop", "stop console, worker and embedded database of this data folder"
    )


def _accounts(commands: Commands) -> None:
    admin = commands.add_parser("admin", help="accounts of admins").add_subparsers(
        required=True, metavar="WHAT"
    )
    create = _command(
        admin, "create", "admin:create", "make an admin of this installation; prints a one-time code"
    )
    create.add_argument("--email", required=True, metavar="ADDRESS")
    create.add_argument("--name", required=True)
    reset = _command(
        admin,
        "reset",
        "admin:reset",
        "make a new one-time code for an admin who lost password or second factor",
    )
    reset.add_argument("--email", required=True, metavar="ADDRESS")
    people = commands.add_parser("people", help="people of the operator").add_subparsers(
        required=True, metavar="WHAT"
    )
    _command(people, "list", "admin:people", "list them with their roles")
    sign_ins = commands.add_parser("sign-ins", help="sign-in sessions").add_subparsers(
        required=True, metavar="WHAT"
    )
    end = _command(sign_ins, "end", "admin:end_sign_ins", "end all sessions of a person, or everybody's")
    end.add_argument("--email", metavar="ADDRESS")
    end.add_argument("--all", action="store_true", help="of everybody")


def _share(text: str) -> float:
    value = float(text)
    if not 0 <= value <= 1:
        raise argparse.ArgumentTypeError("must lie between 0 and 1")
    return value


def _override(text: str) -> tuple[str, str | None]:
    """Parse 'Net Price=order_line.net_amount' to (field, target); an empty target is None. Targets hold no '='."""
    field, separator, target = text.rpartition("=")
    if not separator or not field:
        raise argparse.ArgumentTypeError("must read FIELD=TARGET")
    return field, target or None
