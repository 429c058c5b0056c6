"""Commands of whoever runs the installation: tenants, people, the demo, the worker, the console."""

from __future__ import annotations

from argparse import Namespace

from core.db.migrate import migrate
from core.entry import tenants
from core.entry.cli.answer import Answer
from core.entry.cli.session import sign_in
from core.errors import ConflictError
from core.settings import settings


def create_tenant(args: Namespace) -> Answer:
    person = sign_in(args.person)
    tenant = tenants.create_tenant(
        person,
        args.slug,
        args.name,
        domain=args.domain,
        zone=args.zone,
        currency=args.currency,
        country=args.country,
    )
    return Answer(
        {"tenant": tenant, "slug": args.slug, "manager": args.person},
        f'Created tenant "{args.slug}" (manager: {args.person}).',
    )


def create_person(args: Namespace) -> Answer:
    migrate()
    person = tenants.create_person(args.handle, args.name)
    return Answer({"person": person, "handle": args.handle}, f'Created person "{args.handle}" ({args.name}).')


def rotate_keys(_args: Namespace) -> Answer:
    """Wrap all tenants' keys by the newest master key. Refused while others, who know the old file only, are at work."""
    from core.db.rotation import rotate  # noqa: PLC0415  (only this command needs it)
    from core.entry import processes  # noqa: PLC0415  (only this command needs it)

    working = [member for member in processes.members() if member.role != processes.DATABASE]
    if settings().app_master_keys is None and working:
        raise ConflictError(
            f"{working[0]} is at work and knows the old key only.", hint="Stop it first: aura stop."
        )
    migrate()
    count = rotate()
    return Answer({"rewrapped": count}, f"Wrapped {count} tenant keys by the newest master key.")


def back_up(args: Namespace) -> Answer:
    from core.entry.backups import back_up as write  # noqa: PLC0415  (the other commands need none of it)

    size, has_keys = write(args.file, with_keys=args.with_keys)
    note = (
        "The master key is in it: whoever has the file can read everything."
        if has_keys
        else "The master key is not in it: keep it apart, without it the backup cannot be opened."
    )
    document = {"file": str(args.file), "bytes": size, "keys": has_keys}
    return Answer(document, f"Wrote {args.file} ({size} bytes). {note}")


def restore(args: Namespace) -> Answer:
    from core.entry.backups import restore as bring_back  # noqa: PLC0415  (as above)

    aside = bring_back(args.file, replace=args.replace)
    note = f" The database before lies in {aside}." if aside else ""
    return Answer(
        {"file": str(args.file), "set_aside": str(aside) if aside else None}, f"Restored {args.file}.{note}"
    )


def work(_args: Namespace) -> Answer:
    from core.entry.worker import main  # noqa: PLC0415  (only this command needs it)

    main()
    return Answer(None, "")


def serve(args: Namespace) -> Answer:
    from core.entry.serve import serve as start  # noqa: PLC0415  (only this command needs it)

    start(demo=args.demo, port=args.port, behind_tls=args.behind_tls)
    return Answer(None, "")


def stop(_args: Namespace) -> Answer:
    """Stop what works on this data folder; nothing to stop is no failure."""
    from core.entry import processes  # noqa: PLC0415  (only this command looks at processes)

    stopped = processes.stop_all()
    folder = settings().app_data_dir.resolve()
    document = [{"role": member.role, "process": member.pid, "detail": member.detail} for member in stopped]
    text = "\n".join(f"Stopped {member}" for member in stopped) or f"Nothing is running for {folder}."
    return Answer({"folder": str(folder), "stopped": document}, text)
