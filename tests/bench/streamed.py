"""Suggestions for very many articles: speed, memory as time goes by, and going on after SIGKILL.

`python -m tests.bench.streamed [--articles N] [--letters N] [--engine processes|dask]`. The
articles are made of the paragraphs of `gum_news.jsonl` (GUM, CC BY), two to five each or cut to so
many letters, in a folder that is removed afterwards. The command line does them in a process of its
own; then it does so again, is killed half-way, and goes on. Both outputs must be the same, byte for
byte.

The share of the client is its processor time in that of all processes, as the system counts it:
together with the time of the workers it says how many workers one client can keep busy.
"""

import argparse
import hashlib
import json
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import psutil

_SOURCE: Final = Path(__file__).parents[2].parent / "shared" / "corpora" / "gum_news.jsonl"
_BETWEEN_LOOKS_S: Final = 0.5
_TENTHS: Final = 10
_LONGEST_END_S: Final = 30.0
_MB: Final = 1 << 20


def main() -> None:
    """Measure, and print a line for each tenth and one for each run."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.streamed")
    parser.add_argument("--articles", type=int, default=200_000)
    parser.add_argument("--letters", type=int, help="of an article; by default 1,200 or so")
    parser.add_argument("--engine", choices=("processes", "dask"), default="processes")
    parser.add_argument("--source", type=Path, default=_SOURCE)
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        letters = _make(home / "in.jsonl", chosen.source, chosen.articles, chosen.letters)
        print(f"{chosen.articles:,} articles of {letters / chosen.articles:,.0f} characters")
        _run_whole(home, chosen.engine, chosen.articles)
        _run_killed(home, chosen.engine, chosen.articles)


def _make(path: Path, source: Path, count: int, most: int | None) -> int:
    """Write so many articles, each of at most so many characters; how many characters they have."""
    rows = [json.loads(line) for line in source.read_text("utf-8").splitlines()]
    paragraphs = [
        words for row in rows for words in row["article"]["text"].split("\n\n") if len(words) > 80
    ]
    chance, letters = random.Random(1), 0
    with path.open("w", encoding="utf-8") as out:
        for number in range(count):
            text = "\n\n".join(chance.choices(paragraphs, k=chance.randint(2, 5)))[:most]
            letters += len(text)
            article = {"id": f"a{number}", "text": text, "language": "en"}
            out.write(json.dumps({"format": "annotator/1", "article": article, "annotator": "x"}))
            out.write("\n")
    return letters


def _run_whole(home: Path, engine: str, count: int) -> None:
    began = time.monotonic()
    process = _start(home, "whole.jsonl", engine)
    spent = _Spent(process.pid)
    marks = [count * tenth // _TENTHS for tenth in range(1, _TENTHS)]
    for done, main_mb, all_mb in _looks(process, home / "whole.jsonl.part"):
        spent.look()
        if marks and done >= marks[0]:
            marks = [mark for mark in marks if mark > done]
            seconds = time.monotonic() - began
            rate = done / seconds
            print(f"{done:>9,} {seconds:7.0f} s {rate:6.0f}/s {main_mb:6.0f} {all_mb:6.0f} MB")
    _expect(process.wait() == 0, "the run failed")
    seconds = time.monotonic() - began
    print(f"{engine}: {count / seconds:,.0f} articles a second, {seconds:,.0f} s")
    client, workers = (1000 * found / count for found in spent.seconds())
    share = client / (client + workers)
    print(f"an article: client {client:.3f} ms, workers {workers:.3f} ms; share {share:.1%}")
    print(f"one client keeps {workers / client:,.0f} workers busy", flush=True)


def _run_killed(home: Path, engine: str, count: int) -> None:
    process = _start(home, "killed.jsonl", engine)
    for done, _, _ in _looks(process, home / "killed.jsonl.part"):
        if done >= count // 2:
            workers = psutil.Process(process.pid).children(recursive=True)
            process.send_signal(signal.SIGKILL)
            break
    _expect(process.wait() == -signal.SIGKILL, "it ended before it was killed")
    _, left = psutil.wait_procs(workers, timeout=_LONGEST_END_S)
    print(f"killed behind {done:,}; {len(left)} of {len(workers)} processes outlive it")
    began = time.monotonic()
    _expect(_start(home, "killed.jsonl", engine).wait() == 0, "it does not go on")
    same = _digest(home / "killed.jsonl") == _digest(home / "whole.jsonl")
    _expect(same, "what came of going on differs")
    print(f"went on to the end in {time.monotonic() - began:,.0f} s; the same bytes", flush=True)


def _start(home: Path, out: str, engine: str) -> "subprocess.Popen[bytes]":
    command = ["suggest", str(home / "in.jsonl"), "--to", str(home / out)]
    return subprocess.Popen(
        [sys.executable, "-m", "annotator", *command, "--suggester", "rules", "--engine", engine],
        stdout=subprocess.DEVNULL,
    )


def _looks(process: "subprocess.Popen[bytes]", part: Path) -> Iterator[tuple[int, float, float]]:
    """Until it ends: the articles done, and the memory of the process and of all, in MB."""
    done = at = 0
    while process.poll() is None:
        time.sleep(_BETWEEN_LOOKS_S)
        if part.exists():
            with part.open("rb") as file:
                file.seek(at)
                while chunk := file.read(_MB):
                    done += chunk.count(b"\n")
                at = file.tell()
        sizes = _sizes(process.pid)
        if sizes:
            yield done, sizes[0], sum(sizes)


def _sizes(pid: int) -> list[float]:
    """The resident memory of a process and those that it has started, in MB."""
    try:
        process = psutil.Process(pid)
        everybody = [process, *process.children(recursive=True)]
        return [one.memory_info().rss / _MB for one in everybody]
    except psutil.NoSuchProcess:
        return []


class _Spent:
    """The processor time of a process and of those that it has started, while it runs."""

    def __init__(self, pid: int) -> None:
        self._pid = pid
        self._seconds: dict[int, float] = {}

    def look(self) -> None:
        try:
            process = psutil.Process(self._pid)
            for one in [process, *process.children(recursive=True)]:
                self._seconds[one.pid] = sum(one.cpu_times()[:2])
        except psutil.NoSuchProcess:
            return

    def seconds(self) -> tuple[float, float]:
        """Those of the process, and those of the others."""
        own = self._seconds[self._pid]
        return own, sum(self._seconds.values()) - own


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _expect(fine: bool, words: str) -> None:
    if not fine:
        sys.exit(words)


if __name__ == "__main__":
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    main()
