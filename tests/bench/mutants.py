"""`python -m tests.bench.mutants [--trials N] [--seconds N] [--seed N] [--jobs N] [--only WORD]`.

Changes the program in one small place, runs the tests that should notice, and takes the change
back, again and again: the tests are measured by what they let through. Each mutant lives in a copy
of the tree in a temporary folder; the working tree is only read. The mutants are chosen by the
seed, so that a run can be repeated. A mutant that survives is printed with its place and its
difference; whether it is a gap in the tests or changes nothing that matters, a person decides.
"""

import argparse
import ast
import difflib
import io
import os
import queue
import random
import re
import shutil
import subprocess
import sys
import tempfile
import time
import tokenize
from collections import Counter
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor, as_completed
from pathlib import Path
from typing import Final, Literal, NamedTuple

import annotator

ROOT: Final = Path(annotator.__file__).resolve().parent.parent
NOT_COPIED: Final = shutil.ignore_patterns(".git", ".venv", "__pycache__", ".*_cache", "seeds")
Outcome = Literal["killed", "survived", "timed out"]


class Part(NamedTuple):
    """Modules of the program, by glob patterns, and the tests that should notice their mutants."""

    modules: tuple[str, ...]
    tests: tuple[str, ...]


# Left out are the tests that kill programs or put load on them: they take long and kill no more.
PARTS: Final = (
    Part(
        ("annotator/store/merging.py", "annotator/core/versions.py"),
        ("tests/work/test_merging.py", "tests/core/test_edits_together.py"),
    ),
    Part(
        ("annotator/store/*.py",),
        (
            "tests/store",
            "tests/work/test_merging.py",
            "tests/work/test_trashing.py",
            "tests/work/test_backing_up.py",
            "--ignore=tests/store/test_killed.py",
            "--ignore=tests/store/test_crash.py",
            "--ignore=tests/store/test_two_processes.py",
        ),
    ),
    Part(("annotator/core/edits/*.py", "annotator/core/annotation.py"), ("tests/core",)),
    Part(
        tuple(
            f"annotator/formats/{name}.py"
            for name in (
                "brat", "conll", "doccano", "graph", "html", "instruct", "labelstudio", "native",
                "prodigy", "tables", "tei", "text", "tokens", "uima", "units", "w3c",
            )
        ),
        (
            "tests/formats",
            "tests/work/test_exporting.py",
            "--ignore=tests/formats/test_fuzzed.py",
            "--ignore=tests/formats/articles",
        ),
    ),
)  # fmt: skip


class Mutant(NamedTuple):
    """A change of one module: the bytes from `start` to `end` of its source become `new`."""

    module: str
    line: int
    start: int
    end: int
    new: bytes
    kind: str
    tests: tuple[str, ...]

    def applied(self, source: bytes) -> bytes:
        return source[: self.start] + self.new + source[self.end :]


class Result(NamedTuple):
    mutant: Mutant
    outcome: Outcome
    seconds: float


# What is changed


class Change(NamedTuple):
    line: int
    start: int
    end: int
    new: bytes
    kind: str


_COMPARISONS: Final[dict[type[ast.cmpop], type[ast.cmpop]]] = {
    ast.Lt: ast.LtE,
    ast.LtE: ast.Lt,
    ast.Gt: ast.GtE,
    ast.GtE: ast.Gt,
    ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq,
    ast.Is: ast.IsNot,
    ast.IsNot: ast.Is,
    ast.In: ast.NotIn,
    ast.NotIn: ast.In,
}
_SWAPPED: Final = {"min": "max", "max": "min"}
_SQL: Final = re.compile(r"\b(SELECT|UPDATE|DELETE FROM|INSERT|WHERE|ORDER BY|AND|OR|SET)\b")
_SQL_WORDS: Final = (
    (re.compile(r"\bDESC\b"), "ASC"),
    (re.compile(r"\bASC\b"), "DESC"),
    (re.compile(r"\bAND\b"), "OR"),
    (re.compile(r"\bOR\b(?! (IGNORE|REPLACE|ABORT|FAIL|ROLLBACK))"), "AND"),
    (re.compile(r"<="), "<"),
    (re.compile(r">="), ">"),
    (re.compile(r"<(?![=>])"), "<="),
    (re.compile(r"(?<!<)>(?!=)"), ">="),
    (re.compile(r"<>"), "="),
    (re.compile(r"\bmax\("), "min("),
    (re.compile(r"\bmin\("), "max("),
    (re.compile(r"\bIS NOT NULL\b"), "IS NULL"),
    (re.compile(r"\bIS NULL\b"), "IS NOT NULL"),
    (re.compile(r"\bNOT IN\b"), "IN"),
    (re.compile(r"\bDISTINCT "), ""),
    (re.compile(r"\+ 1\b"), "+ 2"),
)


def changes_of(source: bytes) -> list[Change]:
    """All small changes of a module, in the order of its text; every one of them still parses."""
    tree = ast.parse(source)
    starts = [0]
    for line in source.splitlines(keepends=True):
        starts.append(starts[-1] + len(line))
    found = [*_of_tree(tree, starts), *_of_sql(tree, source, starts)]
    return sorted(one for one in found if _parses(source, one))


def _parses(source: bytes, change: Change) -> bool:
    try:
        ast.parse(source[: change.start] + change.new + source[change.end :])
    except SyntaxError:
        return False
    return True


def _of_tree(tree: ast.AST, starts: list[int]) -> Iterator[Change]:
    for node in _mutable(tree):
        if isinstance(node, ast.expr | ast.stmt):
            assert node.end_lineno is not None
            assert node.end_col_offset is not None
            start = starts[node.lineno - 1] + node.col_offset
            end = starts[node.end_lineno - 1] + node.end_col_offset
            for new, kind in _variants(node):
                yield Change(node.lineno, start, end, new.encode(), kind)


def _mutable(node: ast.AST) -> Iterator[ast.AST]:
    """The nodes below this one, without types, and without what is inside f-strings: in Python
    3.11 those do not know where they stand."""
    for name, value in ast.iter_fields(node):
        if name in ("annotation", "returns", "decorator_list", "type_params"):
            continue
        for child in value if isinstance(value, list) else [value]:
            if isinstance(child, ast.AST) and not isinstance(child, ast.JoinedStr | ast.Raise):
                yield child
                yield from _mutable(child)


def _variants(node: ast.expr | ast.stmt) -> Iterator[tuple[str, str]]:
    """What could stand in place of the node, and what kind of change that is."""
    match node:
        case ast.Compare(left=left, ops=ops, comparators=others):
            for at, operator in enumerate(ops):
                turned = [*ops[:at], _COMPARISONS[type(operator)](), *ops[at + 1 :]]
                yield f"({ast.unparse(ast.Compare(left, turned, others))})", "comparison"
        case ast.BoolOp(op=operator, values=values):
            other = ast.Or() if isinstance(operator, ast.And) else ast.And()
            yield f"({ast.unparse(ast.BoolOp(other, values))})", "boolean operator"
        case ast.UnaryOp(op=ast.Not(), operand=operand):
            yield f"({ast.unparse(operand)})", "removed not"
        case ast.Constant(value=bool(value)):
            yield str(not value), "constant"
        case ast.Constant(value=int(value)):
            yield f"{value + 1}", "constant"
            yield f"({value - 1})", "constant"
        case ast.Call(func=ast.Name(id=name)) if name in _SWAPPED:
            yield (
                ast.unparse(ast.Call(ast.Name(_SWAPPED[name]), node.args, node.keywords)),
                "min and max",
            )
        case ast.Expr(value=ast.Call()):
            yield "pass", "removed call"


def _of_sql(tree: ast.AST, source: bytes, starts: list[int]) -> Iterator[Change]:
    docs = {
        (node.value.lineno, node.value.col_offset)
        for node in ast.walk(tree)
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
    }
    for token in tokenize.tokenize(io.BytesIO(source).readline):
        name = tokenize.tok_name[token.type]
        if name not in ("STRING", "FSTRING_MIDDLE") or token.start in docs:
            continue
        if token.start[0] != token.end[0] or not _SQL.search(token.string):
            continue
        before = len(token.line[: token.start[1]].encode())
        for pattern, word in _SQL_WORDS:
            for match in pattern.finditer(token.string):
                start = starts[token.start[0] - 1] + before
                start += len(token.string[: match.start()].encode())
                end = start + len(match.group().encode())
                if source[start:end] == match.group().encode():
                    yield Change(token.start[0], start, end, word.encode(), "SQL")


# Mutants and their trials


def all_mutants(only: str = "") -> Iterator[Mutant]:
    """The mutants of all parts; a module belongs to the first part that names it."""
    seen: set[str] = set()
    for part in PARTS:
        paths = {path for pattern in part.modules for path in ROOT.glob(pattern)}
        for path in sorted(paths):
            module = path.relative_to(ROOT).as_posix()
            if module in seen or only not in module:
                continue
            seen.add(module)
            for change in changes_of(path.read_bytes()):
                yield Mutant(module, *change, part.tests)


def difference(mutant: Mutant) -> str:
    """The lines that the mutant changes, as a diff without its head."""
    source = (ROOT / mutant.module).read_bytes()
    old, new = source.decode().splitlines(), mutant.applied(source).decode().splitlines()
    return "\n".join(list(difflib.unified_diff(old, new, lineterm="", n=0))[3:])


def tested(tree: Path, tests: Iterable[str], limit_s: float) -> Outcome:
    """Run the tests on this copy of the tree, up to the first one that fails."""
    command = [sys.executable, "-m", "pytest", "-x", "-q", "-p", "no:cacheprovider", *tests]
    environment = os.environ | {
        "PYTHONPATH": str(tree),
        "PYTHONDONTWRITEBYTECODE": "1",
        "QT_QPA_PLATFORM": "offscreen",
    }
    with subprocess.Popen(
        command,
        cwd=tree,
        env=environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    ) as process:
        try:
            code = process.wait(limit_s)
        except subprocess.TimeoutExpired:
            _end(process)
            return "timed out"
    if code not in (0, 1, 2):  # 2: a module could not even be imported
        raise SystemExit(f"pytest itself failed with status {code} on: {' '.join(tests)}")
    return "survived" if code == 0 else "killed"


def _end(process: subprocess.Popen[bytes]) -> None:
    """End the tests, and what they have started, where the system knows groups of processes."""
    if os.name == "posix":
        import signal

        os.killpg(process.pid, signal.SIGKILL)
    else:
        process.kill()


def baseline(tree: Path, chosen: Iterable[Mutant], more: list[str]) -> dict[tuple[str, ...], float]:
    """How long each set of tests takes without a mutant. They must all pass then."""
    took = {}
    for tests in dict.fromkeys(mutant.tests for mutant in chosen):
        began = time.monotonic()
        if tested(tree, (*tests, *more), 1800) != "survived":
            raise SystemExit(f"These tests fail without any mutant: {' '.join(tests)}")
        took[tests] = time.monotonic() - began
        print(f"without a mutant: {took[tests]:.0f} s for {' '.join(tests)}", flush=True)
    return took


def tried(tree: Path, mutant: Mutant, more: list[str], limit_s: float) -> Result:
    """Put the mutant into this copy, test it, and take it out again."""
    path = tree / mutant.module
    source, began = path.read_bytes(), time.monotonic()
    path.write_bytes(mutant.applied(source))
    try:
        outcome = tested(tree, (*mutant.tests, *more), limit_s)
    finally:
        path.write_bytes(source)
    return Result(mutant, outcome, time.monotonic() - began)


def run(chosen: list[Mutant], options: argparse.Namespace, folder: Path) -> Iterator[Result]:
    """Try them, each job in a copy of its own, until all are tried or the time is up."""
    trees: queue.SimpleQueue[Path] = queue.SimpleQueue()
    for number in range(options.jobs):
        trees.put(Path(shutil.copytree(ROOT, folder / str(number), ignore=NOT_COPIED)))
    more = [f"--deselect={test}" for test in options.without]
    first = trees.get()
    took = baseline(first, chosen, more)
    trees.put(first)
    until = time.monotonic() + options.seconds

    def one(mutant: Mutant) -> Result | None:
        if time.monotonic() > until:
            return None
        tree = trees.get()
        try:
            return tried(tree, mutant, more, 30 + 4 * took[mutant.tests])
        finally:
            trees.put(tree)

    with ThreadPoolExecutor(options.jobs) as pool:
        for done in as_completed([pool.submit(one, mutant) for mutant in chosen]):
            if (result := done.result()) is not None:
                yield result


def table(results: list[Result]) -> str:
    """For each kind of change and for all: how many were killed, timed out and survived."""
    lines = [f"{'':20}{'tried':>7}{'killed':>8}{'timed out':>11}{'survived':>10}{'caught':>8}"]
    kinds = sorted({one.mutant.kind for one in results})
    for kind in [*kinds, "all"]:
        count = Counter(one.outcome for one in results if kind in (one.mutant.kind, "all"))
        number = count.total()
        caught = (number - count["survived"]) / number
        lines.append(
            f"{kind:20}{number:7}{count['killed']:8}{count['timed out']:11}"
            f"{count['survived']:10}{caught:8.0%}"
        )
    return "\n".join(lines)


def main() -> None:
    """Choose mutants, try them, and print those that survive and the rate."""
    parser = argparse.ArgumentParser(prog="make bench ARGS=mutants")
    parser.add_argument("--trials", type=int, default=60, help="how many mutants are tried")
    parser.add_argument("--seconds", type=float, default=3600, help="begin none after so long")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--jobs", type=int, default=1, help="how many at once")
    parser.add_argument("--only", default="", help="modules with this in their path")
    parser.add_argument("--without", nargs="*", default=[], help="tests that are not run")
    options = parser.parse_args()
    mutants = list(all_mutants(options.only))
    if not mutants:
        raise SystemExit(f"No module has {options.only!r} in its path.")
    chosen = random.Random(options.seed).sample(mutants, min(options.trials, len(mutants)))
    print(f"{len(chosen)} of {len(mutants):,} mutants, seed {options.seed}", flush=True)
    results = []
    with tempfile.TemporaryDirectory() as name:
        for one in run(chosen, options, Path(name)):
            results.append(one)
            mutant = one.mutant
            print(
                f"{one.outcome:9} {one.seconds:5.0f} s  {mutant.module}:{mutant.line}"
                f"  {mutant.kind}",
                flush=True,
            )
            if one.outcome == "survived":
                print(difference(mutant), flush=True)
    if results:
        print(table(results))


if __name__ == "__main__":
    main()
