"""The process that trains: `python -m sftviz.jobs.worker HOME`, as `jobs/supervisor.py` starts it.

Its standard input is a socket. A message is a run's identity and comes with the run's lock, which is then held here
too; it is answered by one byte when the run is over. The end of the socket, which also comes when the dashboard is
killed, is the sign to save the position and leave.
"""

import os
import signal
import socket
import sys
from contextlib import suppress
from pathlib import Path
from select import select

from sftviz.jobs.work import carry_out
from sftviz.machine import be_first_to_go, give_way, prepare_process
from sftviz.runs.run import Run

_LONGEST_IDENTITY = 4096


def main() -> None:
    """Carry out runs as they are handed over, until there is nobody any more who could."""
    give_way()
    be_first_to_go()
    prepare_process()
    import sftviz.training.fine_tune  # noqa: F401 - torch is loaded before the first run asks for it

    with socket.socket(fileno=sys.stdin.fileno()) as link, suppress(ConnectionError):
        # Whoever ends this process alone gets the same as whoever ends the dashboard.
        signal.signal(signal.SIGTERM, lambda *_: link.shutdown(socket.SHUT_RD))
        _serve(link, Path(sys.argv[1]))


def _serve(link: socket.socket, home: Path) -> None:
    def is_told_to_leave() -> bool:
        # The next run comes only after the answer, so that what there is to read before is the end.
        return bool(select([link], [], [], 0)[0])

    while True:
        identity, locks, _, _ = socket.recv_fds(link, _LONGEST_IDENTITY, 1)
        if not identity:
            return
        with os.fdopen(locks[0], "ab"):
            carry_out(Run(home / "runs" / identity.decode()), home, should_leave=is_told_to_leave)
        if is_told_to_leave():
            return
        link.sendall(b".")


if __name__ == "__main__":
    main()
