"""Another process that does to a project's files what it is told, while this one has it open."""

import json
import os
import subprocess
import sys
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


class OtherProcess:
    """Runs Python there, with `path`, `wal`, `shm`, `sql` and `overwrite` at hand."""

    def __init__(self, path: Path) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-c", _LOOP, str(path)],
            env=os.environ | {"PYTHONPATH": str(ROOT)},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def do(self, code: str) -> None:
        """Run this there; back when it is done."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps(code) + "\n")
        self._process.stdin.flush()
        assert self._process.stdout.readline() == "done\n", code

    def kill(self) -> None:
        """With SIGKILL: nothing is tidied up there."""
        self._process.kill()
        self._end()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._end()

    def _end(self) -> None:
        for stream in (self._process.stdin, self._process.stdout):
            assert stream is not None
            stream.close()
        self._process.wait()
