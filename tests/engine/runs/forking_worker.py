"""Start a worker for each line it reads, by fork: what a worker imports is imported once. Answers with its pid.

A line is a JSON object: whether the worker's pipeline is the fake one, and its environment beside that of this process.
"""

import faulthandler
import json
import os
import signal
import sys

from core.db.migrate import all_metadata
from core.entry import jobs  # noqa: F401  (a worker imports it when it starts)
from core.entry.worker import main
from core.settings import settings

if __name__ == "__main__":
    all_metadata()
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # the dead are not waited for
    for line in sys.stdin:
        request = json.loads(line)
        child = os.fork()
        if child == 0:
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            os.environ.update(request["environment"])
            settings.cache_clear()
            faulthandler.register(signal.SIGUSR2)  # the stacks of its threads, into its log
            if request["fake"]:
                import fake_worker  # noqa: F401  (beside this file; it replaces the pipeline)
            main()
        sys.stdout.write(f"{child}\n")
        sys.stdout.flush()
