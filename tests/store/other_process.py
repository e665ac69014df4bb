"""Another process that does to a project's files what it is told, while this one has it open."""

import atexit
import json
import os
import select
import signal
import socket
import subprocess
import sys
from functools import cache
from pathlib import Path
from types import TracebackType
from typing import Final, Self

import annotator

ROOT: Final = Path(annotator.__file__).resolve().parent.parent
_LOOP: Final = """
import json, os, shutil, sqlite3, sys
from pathlib import Path
path = Path(sys.argv[1])
wal, shm = Path(f"{path}-wal"), Path(f"{path}-shm")
def sql(*statements):
    connection = sqlite3.connect(path, isolation_level=None)
    found = [connection.execute(one).fetchall() for one in statements]
    connection.close()
    return found[-1]
def overwrite(by, length=None, times=False):
    before = path.stat()
    content = Path(by).read_bytes()[:length]
    with path.open("r+b") as file:
        file.write(content)
        file.truncate()
    if times:
        os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))
kept = {}
for line in sys.stdin:
    exec(json.loads(line), globals())
    print("done", flush=True)
"""
# It has loaded what tests want there, and opened nothing: each process is made of it at once.
_NURSERY: Final = """
import json, os, shutil, signal, socket, sqlite3, sys
from pathlib import Path
import tests.meddling
signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # whoever ended is not kept for anybody
orders = socket.socket(fileno=int(sys.argv[1]))
loop = compile(sys.argv[2], "other", "exec")
while True:
    order, files, _, _ = socket.recv_fds(orders, 1 << 16, 2)
    if not order:
        break
    child = os.fork()
    if not child:
        orders.close()
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        os.environ.clear()
        os.environ.update(json.loads(order)["environment"])
        for number, file in enumerate(files):
            os.dup2(file, number)
            os.close(file)
        sys.argv[1:] = [json.loads(order)["path"]]
        exec(loop, {"__name__": "__main__"})
        sys.stdout.flush()
        os._exit(0)
    for file in files:
        os.close(file)
    orders.sendall(child.to_bytes(8, "big"))
"""


@cache
def _nursery() -> socket.socket:
    """Takes orders for the process that others are made of, which ends with this one."""
    ours, theirs = socket.socketpair()
    process = subprocess.Popen(
        [sys.executable, "-c", _NURSERY, str(theirs.fileno()), _LOOP],
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        stdin=subprocess.DEVNULL,
        pass_fds=[theirs.fileno()],
    )
    theirs.close()

    def end() -> None:
        ours.close()
        process.wait()

    atexit.register(end)
    return ours


class OtherProcess:
    """Runs Python there, with `path`, `wal`, `shm`, `sql` and `overwrite` at hand."""

    def __init__(self, path: Path) -> None:
        read, told = os.pipe()
        heard, write = os.pipe()
        self._stdin = os.fdopen(told, "w", encoding="utf-8")
        self._stdout = os.fdopen(heard, encoding="utf-8")
        order = json.dumps({"path": str(path), "environment": dict(os.environ)})
        socket.send_fds(_nursery(), [order.encode()], [read, write])
        os.close(read)
        os.close(write)
        self._handle = os.fdopen(os.pidfd_open(int.from_bytes(_nursery().recv(8), "big")))

    def do(self, code: str) -> None:
        """Run this there; back when it is done."""
        self._stdin.write(json.dumps(code) + "\n")
        self._stdin.flush()
        assert self._stdout.readline() == "done\n", code

    def kill(self) -> None:
        """With SIGKILL: nothing is tidied up there."""
        signal.pidfd_send_signal(self._handle.fileno(), signal.SIGKILL)
        self._end()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        if not self._handle.closed:
            self._end()

    def _end(self) -> None:
        self._stdin.close()
        self._stdout.close()
        select.select([self._handle], [], [])
        self._handle.close()
