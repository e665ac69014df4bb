"""`python -m tests.bench [--runs N] [--markdown]`: measure, and print each figure by its budget.

These are measurements, not tests: machines differ, so nothing here fails.
"""

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from tests.bench.figures import HEADS, Figure, row

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
# Without compiled bytecode every start would measure the compiler.
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)


def main() -> None:
    """Measure everything and print the table."""
    parser = argparse.ArgumentParser(prog="make bench")
    parser.add_argument("--runs", type=int, default=9, help="samples of what is no interaction")
    parser.add_argument("--markdown", action="store_true", help="print a table for the docs")
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        os.environ["XDG_CONFIG_HOME"] = os.environ["XDG_STATE_HOME"] = folder
        print(row(HEADS, markdown=chosen.markdown))
        if chosen.markdown:
            print("|---|---:|---:|---:|---|---|---|")
        measures = (
            _start,
            _sizes,
            _many_articles,
            _bulk,
            _imports,
            _search,
            _counting,
            _review,
            _offered,
        )
        for measure in measures:
            place = home / measure.__name__
            place.mkdir()
            for figure in measure(place, chosen.runs):
                print(row(figure.cells(), markdown=chosen.markdown), flush=True)
        _print_actions(home / "actions")
    _print_accuracy()


def _start(home: Path, runs: int) -> Iterator[Figure]:
    from annotator.services.example import make_example
    from annotator.services.presets import find_scheme
    from annotator.store import Project

    seed, empty = home / "example.annotator", home / "empty.annotator"
    make_example(seed, "ada")
    Project.create(empty, find_scheme("news")).close()
    bare = [_first_paint("bare") for _ in range(runs)]
    floor = statistics.median(ms for ms, _ in bare)
    yield Figure("bare Qt window painted", "ms", [ms for ms, _ in bare])
    without = [_first_paint(str(empty), "empty") for _ in range(runs)]
    yield Figure("empty project painted from start", "ms", [ms for ms, _ in without], 250, floor)
    starts = [_first_paint(str(seed)) for _ in range(runs)]
    yield Figure("seed article painted from start", "ms", [ms for ms, _ in starts], 250, floor)
    yield Figure("peak memory with the seed article", "MB", [mb for _, mb in starts], 160)


def _first_paint(project: str, *more: str) -> tuple[float, float]:
    """Milliseconds from process start to the first paint, and peak memory in MB."""
    script = Path(__file__).with_name("first_paint.py")
    began = time.perf_counter()
    with subprocess.Popen(
        [sys.executable, str(script), project, *more],
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
    from tests.bench.samples import project_with, record
    from tests.bench.sizes import SIZES, operations

    yield from operations(home)
    for size in SIZES[-2:]:
        alone = home / f"alone-{size.file}"
        project_with(alone, [record("large", size.letters, size.spans)])
        peaks = [_first_paint(str(alone))[1] for _ in range(3)]
        yield Figure(f"peak memory with {size.name}", "MB", peaks)


def _many_articles(home: Path, runs: int) -> Iterator[Figure]:
    from tests.bench.lists import operations, project_of_many

    path = home / "many.annotator"
    project_of_many(path)
    yield from operations(path)
    floor = statistics.median(_first_paint("bare")[0] for _ in range(runs))
    starts = [_first_paint(str(path)) for _ in range(runs)]
    name = "painted from start, 100,000 articles"
    yield Figure(name, "ms", [ms for ms, _ in starts], 250, floor)
    yield Figure("peak memory with 100,000 articles", "MB", [mb for _, mb in starts], 250)


def _bulk(home: Path, runs: int) -> Iterator[Figure]:
    """Each run comes right after one of its floor: the machine may change its pace in between."""
    from tests.bench.bulk import make, measured
    from tests.bench.merging import rates as merged

    few = max(3, runs // 2)
    make(home)
    floors: dict[str, list[float]] = {"in": [], "out": [], "disk": []}
    rates: dict[str, list[float]] = {"in": [], "out": []}
    memory: dict[str, list[float]] = {"in": [], "out": []}
    for way in ("in", "out"):
        for _ in range(few):
            floors[way].append(measured(f"floor-{way}", home)[0])
            rate, peak = measured(way, home)
            rates[way].append(rate)
            memory[way].append(peak)
    floors["disk"] += [measured("floor-disk", home)[0] for _ in range(few)]
    floor = {way: statistics.median(samples) for way, samples in floors.items()}
    a_second = "articles/s"
    yield Figure("import native, 10,000 Zipf articles", a_second, rates["in"], floor["in"] * 0.7,
                 floor["in"], at_least=True)  # fmt: skip
    yield Figure("export native, the same", a_second, rates["out"], None, floor["out"],
                 at_least=True)  # fmt: skip
    yield Figure("the same bytes written and synced", a_second, floors["disk"], at_least=True)
    yield Figure("peak memory of the import", "MB", memory["in"], 200)
    yield Figure("peak memory of the export", "MB", memory["out"], 200)
    yield from _formats(home)
    yield from _trash(home, few)
    for count, rates_ in merged(home, 3).items():
        yield Figure(f"merge of {count:,} annotations", a_second, rates_, at_least=True)


def _formats(home: Path) -> Iterator[Figure]:
    """The CPU time of exports as multiples of the native one beside them."""
    from tests.bench.bulk import FORMATS, measured

    for name in FORMATS[1:]:
        ratios, peaks = [], []
        for _ in range(3):
            native, _ = measured("as native", home)
            rate, peak = measured(f"as {name}", home)
            ratios.append(native / rate)
            peaks.append(peak)
        yield Figure(f"export {name}, 1,000 Zipf articles", "× native", ratios, 3)
        yield Figure("its peak memory", "MB", peaks, 200)


def _trash(home: Path, runs: int) -> Iterator[Figure]:
    """What has been imported, deleted and restored again and again."""
    from tests.bench.bulk import measured

    rates: dict[str, list[float]] = {"delete": [], "restore": []}
    memory: list[float] = []
    for _ in range(runs):
        for way, samples in rates.items():
            rate, peak = measured(way, home)
            samples.append(rate)
            memory.append(peak)
    yield Figure("delete these 10,000 articles", "articles/s", rates["delete"], at_least=True)
    yield Figure("restore them", "articles/s", rates["restore"], at_least=True)
    yield Figure("peak memory of both", "MB", memory, 200)


def _imports(home: Path, runs: int) -> list[Figure]:
    from tests.bench.imports import pages_per_second, rows_per_second

    few = max(1, runs // 3)
    pages, rows = pages_per_second(home, few), rows_per_second(home, few)
    return [
        Figure("import a folder of 1,000 saved pages", "articles/s", [*pages], at_least=True),
        Figure("import JSONL of 3,000 articles, compared", "articles/s", [*rows], at_least=True),
    ]


def _search(home: Path, _runs: int) -> Iterator[Figure]:
    from tests.bench.search import steps

    yield from steps(home)


def _counting(home: Path, runs: int) -> list[Figure]:
    from tests.bench.counting import counts

    return [Figure(name, "ms", samples) for name, samples in counts(home, max(3, runs // 3))]


def _review(home: Path, runs: int) -> list[Figure]:
    from tests.bench.review import compared, opened

    return [
        Figure("six people compared on 1,000 articles", "s", compared(home, runs), 10),
        Figure("compare view of six, 40 spans each, painted", "ms", opened(home, 60), 100,
               each=True),
    ]  # fmt: skip


def _offered(home: Path, runs: int) -> Iterator[Figure]:
    from tests.bench.offered import figures

    yield from figures(home, runs)


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
