"""Starts a real worker for each line it reads, by fork: what a worker imports is imported once. Answers with its pid."""

import os
import signal
import sys

from core.db.migrate import all_metadata
from core.entry.worker import main

if __name__ == "__main__":
    all_metadata()
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # the dead are not waited for
    for _ in sys.stdin:
        child = os.fork()
        if child == 0:
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            main()
        sys.stdout.write(f"{child}\n")
        sys.stdout.flush()
