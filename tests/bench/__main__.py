"""`python -m tests.bench [--only PART …] [--projects FOLDER] [--markdown]`: measure, by budget.

These are measurements, not tests: machines differ, so nothing here fails. Times are CPU time: what
other programs of the machine do is not in them. A budget in milliseconds is for a machine on which
a bare Qt window takes 100 ms of CPU; what is judged is the ratio to that window in the same run.
"""

import argparse
import os
import statistics
import tempfile
from collections.abc import Iterator
from functools import partial
from pathlib import Path

from tests.bench.figures import BARE_WINDOW_MS, HEADS, Figure, row

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
# A window without a display cannot do all that is asked of it, and says so each time.
os.environ.setdefault("QT_LOGGING_RULES", "default.warning=false")
# Without compiled bytecode every start would measure the compiler.
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
_SETTLED_RATIO = 3


def main() -> None:
    """Measure everything and print the table."""
    parts = {
        "start": _start,
        "sizes": _sizes,
        "projects": partial(_projects, None),
        "bulk": _bulk,
        "imports": _imports,
        "search": _search,
        "counting": _counting,
        "review": _review,
        "offered": _offered,
    }
    printed = {"actions": _print_actions, "accuracy": _print_accuracy}
    parser = argparse.ArgumentParser(prog="make bench")
    parser.add_argument("--runs", type=int, default=9, help="samples of what is no interaction")
    parser.add_argument("--markdown", action="store_true", help="print a table for the docs")
    parser.add_argument("--only", nargs="+", choices=(*parts, *printed), help="only these parts")
    parser.add_argument(
        "--projects",
        type=Path,
        help="a folder that keeps the large projects, also one of 1,000,000 articles; without it "
        "two of them are made anew each time",
    )
    chosen = parser.parse_args()
    wanted = chosen.only or (*parts, *printed)
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        os.environ["XDG_CONFIG_HOME"] = os.environ["XDG_STATE_HOME"] = folder
        os.environ["XDG_DATA_HOME"] = folder
        parts["projects"] = partial(_projects, chosen.projects)
        print(row(HEADS, markdown=chosen.markdown))
        if chosen.markdown:
            print("|---|---:|---:|---:|---:|---|---:|---|")
        for name in filter(wanted.__contains__, parts):
            place = home / name
            place.mkdir()
            for figure in parts[name](place, chosen.runs):
                print(row(figure.cells(), markdown=chosen.markdown), flush=True)
        for name in filter(wanted.__contains__, printed):
            place = home / name
            place.mkdir()
            printed[name](place)


def _start(home: Path, runs: int) -> Iterator[Figure]:
    from annotator.services.example import make_example
    from annotator.services.presets import find_scheme
    from annotator.store import Project
    from tests.bench.first_paint import measured

    seed, empty = home / "example.annotator", home / "empty.annotator"
    make_example(seed, "ada")
    Project.create(empty, find_scheme("news")).close()
    bare = [measured("bare") for _ in range(runs)]
    floor = statistics.median(one.painted for one in bare)
    pace = floor / BARE_WINDOW_MS
    yield Figure("bare Qt window painted", "ms", [one.painted for one in bare],
                 wall=[one.wall for one in bare])  # fmt: skip
    for name, path, more in (
        ("empty project", empty, ("empty",)),
        ("seed article", seed, ()),
        ("seed article, settings left,", seed, ()),
    ):
        starts = [measured(str(path), *more) for _ in range(runs)]
        painted, wall = [one.painted for one in starts], [one.wall for one in starts]
        yield Figure(f"{name} painted from start", "ms", painted, None, floor, ratio=2.5, wall=wall)
        slices = [one.longest for one in starts]
        yield Figure("— longest slice until settled", "ms", slices, 16, each=True, pace=pace)
        settled = [one.settled for one in starts]
        yield Figure("— settled", "ms", settled, None, floor, ratio=_SETTLED_RATIO)
        yield Figure("— peak memory", "MB", [one.peak_mb for one in starts], 160)


def _sizes(home: Path, _runs: int) -> Iterator[Figure]:
    from tests.bench.sizes import operations

    yield from operations(home, _pace())


def _projects(kept: Path | None, home: Path, runs: int) -> Iterator[Figure]:
    from tests.bench.project_sizes import operations

    if kept is None:
        kept = home / "kept"
        kept.mkdir()
    yield from operations(kept, home, max(3, runs // 3))


def _pace() -> float:
    """How much slower this machine is now than the one for which the budgets are."""
    from tests.bench.first_paint import bare_window_ms

    return bare_window_ms() / BARE_WINDOW_MS


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
    yield Figure("import native, 10,000 Zipf articles", a_second, rates["in"], None,
                 floor["in"], at_least=True, ratio=0.7)  # fmt: skip
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


def _search(_home: Path, _runs: int) -> Iterator[Figure]:
    from tests.bench.search import steps

    yield from steps()


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
        print("\n".join(report(home)))
    else:
        print("The gold of the seed article is not beside the checkout: no actions were counted.")


def _print_accuracy(_home: Path) -> None:
    """How good suggestions are, beside their floors; its last lines take minutes."""
    from tests.bench.accuracy import CORPORA, lines

    if not CORPORA.is_dir():
        print("The corpora are not beside the checkout: no suggestions were measured.")
        return
    for line in lines():
        print(line, flush=True)


if __name__ == "__main__":
    main()
