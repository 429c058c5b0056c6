"""The command line: what the console does, for a terminal, a script or a measurement.

Every command answers in a table for people or, with --json, as one document for machines, in which money is text.
Exit codes: 0 done, 1 refused (the reason stands on stderr), 2 wrong usage. A command's module is imported only when
it is called, so that those which need no database start at once.
"""

from __future__ import annotations

import atexit
import importlib
import os
import sys
from argparse import Namespace
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import NoReturn, TextIO

from core.entry import tuning
from core.entry.cli.answer import Answer
from core.entry.cli.arguments import parse
from core.errors import AppError
from core.kit.printable import printable

_INTERRUPTED = 130  # the exit code after Ctrl-C, as shells have it


def run() -> NoReturn:
    """Run `main` as a program. It exits at once, without taking its modules apart (perf 10)."""
    tuning.tune_command_gc()
    code = main()
    atexit._run_exitfuncs()  # noqa: SLF001  (all that an orderly exit does for us: the embedded server is released)
    os._exit(code)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; return its exit code (argparse itself exits with 2)."""
    try:
        args = parse(arguments)
    except SystemExit:
        _flush_help()
        raise
    tuning.tune_command_malloc()
    module, _, function = args.command.partition(":")
    try:
        with _worker_ahead(args):
            answer: Answer = getattr(importlib.import_module(f"core.entry.cli.{module}"), function)(args)
        if output := answer.as_json() if args.json else answer.as_text():
            print(output)
        sys.stdout.flush()
    except AppError as error:
        return _refuse(str(error))
    except KeyboardInterrupt:
        _refuse("Interrupted.")
        return _INTERRUPTED
    except BrokenPipeError:
        _discard(sys.stdout)
        return 0
    except Exception as error:
        if os.environ.get("AURA_DEBUG"):
            raise
        return _refuse(
            f"A fault of the program: {type(error).__name__}: {error}. Set AURA_DEBUG=1 to see where."
        )
    return _refuse(answer.refusal) if answer.refusal else 0


@contextmanager
def _worker_ahead(args: Namespace) -> Iterator[None]:
    """Start the worker of a command that needs one before the command's own imports; end it where the command fails first."""
    if not getattr(args, "worker", False) or not all(path.is_file() for path in args.files):
        yield
        return
    from core.entry import spawn  # noqa: PLC0415  (only these commands need the settings at once)

    spawn.prestart_worker()
    try:
        yield
    finally:
        spawn.discard()


def _refuse(reason: str) -> int:
    try:
        print(f"aura: {printable(reason)}", file=sys.stderr, flush=True)
    except BrokenPipeError:  # `aura … 2>&1 | head`
        _discard(sys.stderr)
    return 1


def _flush_help() -> None:
    """Write what argparse printed while a closed pipe can still be caught (`aura --help | head -1`)."""
    try:
        sys.stdout.flush()
    except BrokenPipeError:
        _discard(sys.stdout)


def _discard(stream: TextIO) -> None:
    """Send to nowhere what would still be written: the reader (`| head`) has seen enough."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())
