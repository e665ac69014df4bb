"""The same articles, in the same run, in Annotator and in potato: import, start and export.

`python -m tests.bench.peers POTATO [--articles N]`, with the Python of an environment in which
`potato-annotation` is installed (`pip install potato-annotation==2.12.1`). Both read the same
doccano JSONL; both get an annotator's work with it. CPU time is that of the whole command and its
children. What potato lacks is not measured: it keeps no relation of a quote to its speaker, and
has no index of words.
"""

import argparse
import http.client
import os
import resource
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Final, NamedTuple

from annotator.formats import find_format
from tests.bench.figures import short
from tests.bench.first_paint import measured
from tests.bench.zipf import records

_LONGEST_S: Final = 600.0
_ANSWERS: Final = (200, 302)


class Used(NamedTuple):
    """Seconds of CPU and of the clock."""

    cpu: float
    wall: float


def main() -> None:
    """Measure, and print a row for each job."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.peers", description=__doc__)
    parser.add_argument("potato", type=Path, help="the Python of potato's environment")
    parser.add_argument("--articles", type=int, default=10_000)
    chosen = parser.parse_args()
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    with tempfile.TemporaryDirectory() as folder:
        os.environ["XDG_CONFIG_HOME"] = os.environ["XDG_STATE_HOME"] = folder
        _measure(Path(folder), chosen.potato, chosen.articles)


def _measure(home: Path, potato: Path, articles: int) -> None:
    source = home / "articles.jsonl"
    with source.open("wb") as out:
        find_format("doccano").write(records(articles), out)
    project, theirs = home / "ours.annotator", home / "theirs"
    ours = [sys.executable, "-m", "annotator"]
    print(f"{articles:,} articles of doccano JSONL, {source.stat().st_size / 1e6:,.0f} MB")
    print(f"{'':28}{'Annotator':>18}{'potato':>18}{'ratio':>8}")
    _run([*ours, "new", str(project), "--scheme", "news"])
    _row(
        "import",
        _run([*ours, "import", str(project), str(source), "--as", "ada",
              "--offsets", "code-points"]),
        _run([str(potato), "-m", "potato", "import", "--input", str(source), "--input-format",
              "doccano", "--output-dir", str(theirs), "--seed-user", "ada"]),
    )  # fmt: skip
    start = measured(str(project))
    _row("start until it can be used", Used(start.painted / 1000, start.wall / 1000),
         _until_answered(potato, theirs))  # fmt: skip
    _row(
        "export JSONL",
        _run([*ours, "export", str(project), str(home / "ours.jsonl"),
              "--format", "native"]),
        _run([str(potato), "-m", "potato.export", "--config", str(theirs / "config.yaml"),
              "--format", "jsonl", "--output", str(home / "exported")]),
    )  # fmt: skip


def _row(name: str, ours: Used, theirs: Used) -> None:
    cells = [f"{short(one.cpu)} s ({short(one.wall)})" for one in (ours, theirs)]
    print(f"{name:28}{cells[0]:>18}{cells[1]:>18}{short(ours.cpu / theirs.cpu):>8}", flush=True)


def _run(command: list[str]) -> Used:
    """Run a command to its end."""
    return _children(
        lambda: subprocess.run(
            command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
    )


def _children(job: Callable[[], object]) -> Used:
    before, began = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    job()
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return Used(cpu, time.perf_counter() - began)


def _until_answered(potato: Path, project: Path) -> Used:
    """Start potato's server on its project until it answers its first request."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [str(potato), "-m", "potato", "start", "config.yaml", "-p", str(port), "--host",
               "127.0.0.1", "--require-password", "false"]  # fmt: skip

    def start() -> None:
        with subprocess.Popen(
            command, cwd=project, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        ) as server:
            end = time.monotonic() + _LONGEST_S
            while not _answers(port) and server.poll() is None and time.monotonic() < end:
                time.sleep(0.1)
            if server.poll() is not None:
                raise SystemExit("potato's server did not start")
            server.send_signal(signal.SIGTERM)

    return _children(start)


def _answers(port: int) -> bool:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
    try:
        connection.request("GET", "/")
        return connection.getresponse().status in _ANSWERS
    except OSError:
        return False
    finally:
        connection.close()


if __name__ == "__main__":
    main()
