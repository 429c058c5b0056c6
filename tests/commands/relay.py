"""Stand for one command that the server carries out: `relay.py SOCKET ARGUMENT…`.

Hands over what a process inherits, passes signals on and ends as the command does, by exit code or signal.
"""

import json
import os
import signal
import socket
import sys

FORWARDED = (signal.SIGHUP, signal.SIGINT, signal.SIGQUIT, signal.SIGTERM, signal.SIGUSR1, signal.SIGUSR2)


def main() -> None:
    path, *arguments = sys.argv[1:]
    connection = socket.socket(socket.AF_UNIX)
    connection.connect(path)
    umask = os.umask(0)
    os.umask(umask)
    request = {
        "arguments": arguments,
        "environment": dict(os.environ),
        "umask": umask,
        "leads_session": os.getsid(0) == os.getpid(),
    }
    socket.send_fds(connection, [b"."], [0, 1, 2, os.open(".", os.O_RDONLY)])
    connection.sendall(json.dumps(request).encode() + b"\n")
    for number in FORWARDED:
        signal.signal(number, lambda number, _: connection.sendall(bytes([number])))
    nowhere = os.open(os.devnull, os.O_RDWR)
    for number in range(3):  # the command alone closes them
        os.dup2(nowhere, number)
    code = os.waitstatus_to_exitcode(int(connection.recv(16) or signal.SIGKILL))
    if code < 0:
        signal.signal(-code, signal.SIG_DFL)
        os.kill(os.getpid(), -code)
    os._exit(code)


main()
