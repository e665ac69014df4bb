"""`python -m tests.bench [--runs N]`: measure, and print each median beside its budget.

These are measurements, not tests: machines differ, so nothing here fails.
"""

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
# Without compiled bytecode every start would measure the compiler.
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)


@dataclass(frozen=True, slots=True)
class Figure:
    """One row: its samples in `unit`, the budget, and the floor measured in the same run."""

    name: str
    unit: str
    samples: Sequence[float]
    budget: float | None = None
    floor: float | None = None
    at_least: bool = False

    def row(self) -> str:
        middle = statistics.median(self.samples)
        low, high = min(self.samples), max(self.samples)
        budget = "" if self.budget is None else f"{'≥' if self.at_least else '≤'} {self.budget:g}"
        ratio = "" if not self.floor else f"{middle / self.floor:.2f} × {self.floor:.4g}"
        return (
            f"{self.name:<46} {middle:>10.4g} {self.unit:<11} {low:>9.4g} … {high:<9.4g}"
            f" {budget:<10} {ratio}"
        )


def main() -> None:
    """Measure everything and print the table."""
    parser = argparse.ArgumentParser(prog="make bench")
    parser.add_argument("--runs", type=int, default=9, help="samples of each figure")
    runs = parser.parse_args().runs
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        os.environ["XDG_CONFIG_HOME"] = os.environ["XDG_STATE_HOME"] = folder
        print(f"{'figure':<46} {'median':>10} {'':<11} {'min … max':<21} {'budget':<10} × floor")
        measures = (
            _start,
            _sizes,
            _many_articles,
            _export,
            _trash,
            _imports,
            _search,
            _counting,
            _review,
            _offered,
        )
        for measure in measures:
            place = home / measure.__name__
            place.mkdir()
            for figure in measure(place, runs):
                print(figure.row(), flush=True)
        _print_actions(home / "actions")
    _print_accuracy()


def _start(home: Path, runs: int) -> list[Figure]:
    from annotator.work.example import make_example

    project = home / "example.annotator"
    make_example(project, "ada")
    bare = [_first_paint("bare") for _ in range(runs)]
    seed = [_first_paint(str(project)) for _ in range(runs)]
    floor = statistics.median(ms for ms, _ in bare)
    return [
        Figure("bare Qt window painted", "ms", [ms for ms, _ in bare]),
        Figure("seed article painted from start", "ms", [ms for ms, _ in seed], 250, floor),
        Figure("peak memory with the seed article", "MB", [mb for _, mb in seed], 160),
    ]


def _first_paint(project: str) -> tuple[float, float]:
    """Milliseconds from process start to the first paint, and peak memory in MB."""
    script = Path(__file__).with_name("first_paint.py")
    began = time.perf_counter()
    with subprocess.Popen(
        [sys.executable, str(script), project],
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])},
    ) as process:
        assert process.stdout is not None
        line = process.stdout.readline()
        painted = (time.perf_counter() - began) * 1000
        memory = process.stdout.read().split()
    if line.strip() != "painted" or process.returncode:
        raise SystemExit(f"the window did not start on {project}")
    return painted, float(memory[-1])


def _sizes(home: Path, _runs: int) -> Iterator[Figure]:
    from tests.bench.sizes import deeds

    for timed in deeds(home):
        yield Figure(timed.name, "ms", timed.samples, timed.budget)


def _many_articles(home: Path, runs: int) -> Iterator[Figure]:
    from tests.bench.sizes import with_many_articles

    for timed in with_many_articles(home):
        yield Figure(timed.name, "ms", timed.samples, timed.budget)
    starts = [_first_paint(str(home / "many.annotator")) for _ in range(runs)]
    yield Figure("painted from start, 100,000 articles", "ms", [ms for ms, _ in starts], 250)
    yield Figure("peak memory with 100,000 articles", "MB", [mb for _, mb in starts], 250)


def _trash(home: Path, runs: int) -> list[Figure]:
    """What `_export` has imported, deleted and restored again and again."""
    from tests.bench.bulk import measured

    rates: dict[str, list[float]] = {"delete": [], "restore": []}
    memory: list[float] = []
    for _ in range(max(3, runs // 2)):
        for way, samples in rates.items():
            rate, peak = measured(way, home)
            samples.append(rate)
            memory.append(peak)
    return [
        Figure("delete these 10,000 articles", "articles/s", rates["delete"]),
        Figure("restore them", "articles/s", rates["restore"]),
        Figure("peak memory of both", "MB", memory, 200),
    ]


def _export(home: Path, runs: int) -> list[Figure]:
    """Each run comes right after one of its floor: the machine may change its pace in between."""
    from tests.bench.bulk import make, measured

    few = max(3, runs // 2)
    make(home)
    floors: dict[str, list[float]] = {"in": [], "out": []}
    rates: dict[str, list[float]] = {"in": [], "out": []}
    memory: dict[str, list[float]] = {"in": [], "out": []}
    for way in ("in", "out"):
        for _ in range(few):
            floors[way].append(measured(f"floor-{way}", home)[0])
            rate, peak = measured(way, home)
            rates[way].append(rate)
            memory[way].append(peak)
    floor = {way: statistics.median(samples) for way, samples in floors.items()}
    return [
        Figure("import native, 10,000 articles, 15 spans each", "articles/s", rates["in"], 5_000,
               floor["in"], at_least=True),
        Figure("export native, the same", "articles/s", rates["out"], 15_000,
               floor["out"], at_least=True),
        Figure("peak memory of the import", "MB", memory["in"], 200),
        Figure("peak memory of the export", "MB", memory["out"], 200),
    ]  # fmt: skip


def _imports(home: Path, runs: int) -> list[Figure]:
    from tests.bench.imports import pages_per_second, rows_per_second

    few = max(1, runs // 3)
    pages, rows = pages_per_second(home, few), rows_per_second(home, few)
    return [
        Figure("import a folder of 1,000 saved pages", "articles/s", [*pages], at_least=True),
        Figure("import JSONL of 3,000 articles, compared", "articles/s", [*rows], at_least=True),
    ]


def _search(home: Path, runs: int) -> list[Figure]:
    from tests.bench.search import steps

    return [Figure(name, "ms", samples, 50) for name, samples in steps(home)]


def _counting(home: Path, runs: int) -> list[Figure]:
    from tests.bench.counting import counts

    return [Figure(name, "ms", samples) for name, samples in counts(home, max(3, runs // 3))]


def _review(home: Path, runs: int) -> list[Figure]:
    from tests.bench.review import compared, opened

    return [
        Figure("six people compared on 1,000 articles", "s", compared(home, runs), 10),
        Figure("compare view of six, 40 spans each, painted", "ms", opened(home, runs), 100),
    ]


def _offered(home: Path, runs: int) -> list[Figure]:
    from tests.bench.offered import figures

    return [Figure(name, unit, samples, budget)
            for name, unit, samples, budget in figures(home, runs)]  # fmt: skip


def _print_actions(home: Path) -> None:
    """What the gold of the seed article costs in key presses and clicks, here and elsewhere."""
    from tests.bench.actions import GOLD, report

    if GOLD.is_file():
        home.mkdir()
        print("\n".join(report(home)))
    else:
        print("The gold of the seed article is not beside the checkout: no actions were counted.")


def _print_accuracy() -> None:
    """How good suggestions are, beside their floors; its last lines take minutes."""
    from tests.bench.accuracy import CORPORA, lines

    if not CORPORA.is_dir():
        print("The corpora are not beside the checkout: no suggestions were measured.")
        return
    for line in lines():
        print(line, flush=True)


if __name__ == "__main__":
    main()
