"""Partitions of a corpus: what passes through this process, in which order, and what goes wrong."""

import json
import os
import pickle
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from annotator.core.errors import AnnotatorError
from annotator.core.models import Article
from annotator.core.suggestion import Suggestions
from annotator.files import FileChanged
from annotator.formats import FormatError
from annotator.services.engines import Engine, engine_of, on_this_machine
from annotator.services.partitions import FileRange, Lines, suggest_partition
from annotator.services.streaming import StreamReport, suggest_files
from annotator.suggest import Suggester, find_suggester
from tests.suggest.test_streaming import text

ROOT = Path(__file__).resolve().parents[2]
MANY = 400
PARTITION = 4096


def line(number: int, id_: str = "", annotator: str = "ada") -> str:
    row = {"format": "annotator/1", "annotator": annotator}
    return json.dumps(
        {**row, "article": {"id": id_ or f"a{number}", "text": text(number), "language": "en"}}
    )


def heavy_line(number: int) -> str:
    """An article that takes much space and little time: there are few in a partition."""
    row = json.loads(line(number))
    row["article"]["meta"] = {"page": "x" * 2000}
    return json.dumps(row)


def corpus(folder: Path, lines: list[str], name: str = "in.jsonl") -> Path:
    path = folder / name
    path.write_text("\n".join(lines) + "\n", "utf-8")
    return path


@pytest.fixture
def articles(tmp_path: Path) -> Path:
    return corpus(tmp_path, [line(n) for n in range(MANY)])


def suggested(path: Path, out: Path, engine: Engine | None = None, **more: Any) -> StreamReport:
    more = {"partition": PARTITION, **more}
    rules = more.pop("suggester", None) or find_suggester("rules")
    return suggest_files([path], out, rules, engine=engine or on_this_machine(1), **more)


def serial(path: Path, out: Path) -> bytes:
    """The output of one partition with everything."""
    suggested(path, out, partition=1 << 30)
    return out.read_bytes()


class Watching:
    """Workers that call others, and count what goes to them and comes back, in bytes."""

    def __init__(self, inner: Any) -> None:
        self.sent: list[int] = []
        self.returned: list[int] = []
        self._inner = inner

    def capacity(self) -> int:
        return int(self._inner.capacity())

    def submit(self, *arguments: Any) -> Any:
        self.sent.append(len(pickle.dumps(arguments)))
        return self._inner.submit(*arguments)

    def result(self, pending: Any) -> Any:
        outcome = self._inner.result(pending)
        self.returned.append(len(pickle.dumps(outcome)))
        return outcome

    def abandon(self, pending: Any) -> None:
        self._inner.abandon(pending)


def watched(engine: Engine, watching: list[Watching]) -> Engine:
    @contextmanager
    def start(suggester: Suggester) -> Iterator[Any]:
        with engine(suggester) as workers:
            watching.append(Watching(workers))
            yield watching[-1]

    return start


def test_no_article_passes_through_this_process(articles: Path, tmp_path: Path) -> None:
    """A partition costs it some hundred bytes in each direction, however much is in there."""
    for partition in (PARTITION, 8 * PARTITION):
        out, watching = tmp_path / f"{partition}.jsonl", list[Watching]()
        suggested(articles, out, watched(on_this_machine(2), watching), partition=partition)
        count = -(-articles.stat().st_size // partition)
        assert len(watching[0].sent) == len(watching[0].returned) == count
        assert max(watching[0].sent) < 600
        assert max(watching[0].returned) < 800
    assert (tmp_path / f"{partition}.jsonl").stat().st_size > MANY * 500


def test_this_process_reads_no_article_and_makes_no_annotation(
    articles: Path, tmp_path: Path
) -> None:
    called: set[str] = set()

    def profile(frame: Any, event: str, _argument: object) -> None:
        if event == "call" and "annotator" in frame.f_code.co_filename:
            called.add(frame.f_code.co_name)

    sys.setprofile(profile)
    try:
        suggested(articles, tmp_path / "out.jsonl", on_this_machine(2))
    finally:
        sys.setprofile(None)
    assert "suggest_files" in called
    assert not called & {"parse", "to_annotation", "dump", "suggest", "read_records"}


class Blind:
    """Workers on a machine that has other disks: no path of this one names anything there."""

    def __init__(self, suggester: Suggester) -> None:
        self.sent: list[object] = []
        self._suggester = suggester

    def capacity(self) -> int:
        return 3

    def submit(self, partition: Any, annotator: str, target: Any) -> Any:
        from concurrent.futures import Future

        self.sent.append(partition)
        if isinstance(partition, FileRange):
            partition = partition._replace(path=f"/elsewhere{partition.path}")
        target = target._replace(folder=f"/elsewhere{target.folder}")
        done: Future[Any] = Future()
        done.set_result(suggest_partition(self._suggester, partition, annotator, target))
        return done

    def result(self, pending: Any) -> Any:
        return pending.result()

    def abandon(self, pending: Any) -> None:
        pass


def test_workers_without_these_files_get_lines_and_give_back_lines(
    articles: Path, tmp_path: Path
) -> None:
    blind: list[Blind] = []

    @contextmanager
    def start(suggester: Suggester) -> Iterator[Any]:
        blind.append(Blind(suggester))
        yield blind[-1]

    out = tmp_path / "out.jsonl"
    assert suggested(articles, out, start).articles == MANY
    assert out.read_bytes() == serial(articles, tmp_path / "serial.jsonl")
    (sent,) = [one.sent for one in blind]
    assert isinstance(sent[0], FileRange)
    assert all(isinstance(partition, Lines) for partition in sent[3:])


class Waiting(Suggester):
    """The rules, but for one article that waits until so many others are suggested for."""

    name = "waiting"
    title = "Waiting"

    def __init__(self, folder: Path, others: int) -> None:
        self.folder = folder
        self.others = others

    def suggest(self, article: Article) -> Suggestions:
        if article.id == "a0":
            end = time.monotonic() + 60
            while len([*self.folder.iterdir()]) < self.others and time.monotonic() < end:
                time.sleep(0.01)
        else:
            (self.folder / f"{article.id} {os.getpid()}").touch()
        return find_suggester("rules").suggest(article)


def test_no_result_waits_behind_the_slowest(articles: Path, tmp_path: Path) -> None:
    """All other partitions are done while the first one still waits for its first article."""
    seen = tmp_path / "seen"
    seen.mkdir()
    out = tmp_path / "out.jsonl"
    first = len([n for n in range(MANY) if len("\n".join(map(line, range(n)))) < PARTITION])
    suggested(articles, out, on_this_machine(2), suggester=Waiting(seen, MANY - first))
    assert len([*seen.iterdir()]) == MANY - 1
    ids = [json.loads(row)["article"]["id"] for row in out.read_text("utf-8").splitlines()]
    assert ids == [f"a{n}" for n in range(MANY)]


def test_a_worker_that_comes_later_is_used(articles: Path, tmp_path: Path) -> None:
    """The first article waits for all others: with one worker, that would be for ever."""
    distributed = pytest.importorskip("distributed")
    seen = tmp_path / "seen"
    seen.mkdir()
    with (
        distributed.LocalCluster(
            n_workers=1, threads_per_worker=1, dashboard_address="127.0.0.1:0"
        ) as cluster,
        distributed.Client(cluster, set_as_default=False) as client,
    ):
        later = threading.Timer(2, lambda: cluster.scale(2))
        later.start()
        out = tmp_path / "out.jsonl"
        suggester = Waiting(seen, MANY - MANY // 10)
        suggested(articles, out, engine_of(client), suggester=suggester)
        later.join()
    assert out.read_bytes().count(b"\n") == MANY


@pytest.mark.parametrize("place", [1, 200, MANY - 1])
def test_a_faulty_line_is_told_as_if_read_in_one_go(place: int, tmp_path: Path) -> None:
    lines = [line(n) for n in range(MANY)]
    lines[place] = "{broken"
    lines[250] = lines[250].replace('"ada"', "7")
    path = corpus(tmp_path, lines)
    messages = []
    for number, partition in enumerate((1 << 30, PARTITION)):
        with pytest.raises(FormatError, match=f"line {place + 1}: ") as error:
            suggested(path, tmp_path / f"{number}.jsonl", partition=partition)
        messages.append(str(error.value))
    assert messages[0] == messages[1]
    # What was done stays, and goes on when the line is mended.
    lines[place], lines[250] = line(place), line(250)
    corpus(tmp_path, lines)
    report = suggested(path, tmp_path / "1.jsonl")
    assert report.skipped + report.articles == MANY
    assert bool(report.skipped) == (place > 1)
    assert (tmp_path / "1.jsonl").read_bytes() == serial(path, tmp_path / "serial.jsonl")


def test_an_article_of_several_people_counts_once_wherever_the_partitions_end(
    tmp_path: Path,
) -> None:
    lines = [line(n, f"a{n // 60}", f"p{n}") for n in range(MANY)]
    path = corpus(tmp_path, lines)
    whole = serial(path, tmp_path / "serial.jsonl")
    assert whole.count(b"\n") == -(-MANY // 60)
    for partition in (100, 1000, PARTITION):
        out = tmp_path / f"{partition}.jsonl"
        report = suggested(path, out, partition=partition)
        assert (report.articles, out.read_bytes()) == (whole.count(b"\n"), whole)


def test_any_ends_of_lines_make_the_same_partitions(tmp_path: Path) -> None:
    lines = [line(n) for n in range(60)]
    for number, data in enumerate(
        ("\r\n".join(lines), "\n\n\n".join(lines), "\ufeff" + "\n".join(lines) + "\n")
    ):
        path = tmp_path / f"{number}.jsonl"
        path.write_bytes(data.encode())
        whole = serial(path, tmp_path / f"{number} serial.jsonl")
        for partition in (7, 300, 2000):
            out = tmp_path / f"{number} {partition}.jsonl"
            suggested(path, out, partition=partition)
            assert out.read_bytes() == whole


def test_a_byte_order_mark_within_a_file_is_a_fault_wherever_partitions_begin(
    tmp_path: Path,
) -> None:
    path = tmp_path / "in.jsonl"
    path.write_text(f"{line(0)}\n\ufeff{line(1)}\n{line(2)}\n", "utf-8")
    begin = len(line(0)) + 1
    for partition in (1 << 30, begin, 50):
        with pytest.raises(FormatError, match="line 2: "):
            suggested(path, tmp_path / f"{partition}.jsonl", partition=partition)


def stopped(path: Path, out: Path, asked: int) -> StreamReport:
    stops = iter([False] * asked)
    return suggested(path, out, cancelled=lambda: next(stops, True))


def test_a_job_goes_on_with_a_longer_file_and_refuses_another_one(
    articles: Path, tmp_path: Path
) -> None:
    out = tmp_path / "out.jsonl"
    done = stopped(articles, out, 8).articles
    assert 0 < done < MANY
    longer = corpus(tmp_path, [line(n) for n in range(MANY + 50)])
    other = corpus(tmp_path, [line(n + 1) for n in range(MANY)], "other.jsonl")
    before = (tmp_path / "out.jsonl.part").read_bytes()
    with pytest.raises(AnnotatorError, match="was begun with other articles or another suggester"):
        suggested(other, out)
    assert (tmp_path / "out.jsonl.part").read_bytes() == before
    report = suggested(longer, out)
    assert (report.skipped, report.articles) == (done, MANY + 50 - done)
    assert out.read_bytes() == serial(longer, tmp_path / "serial.jsonl")


def test_what_comes_after_a_changed_line_is_done_again(articles: Path, tmp_path: Path) -> None:
    out = tmp_path / "out.jsonl"
    done = stopped(articles, out, 8).articles
    lines = [line(n) for n in range(MANY)]
    lines[done // 2] = line(7, "changed")
    report = suggested(corpus(tmp_path, lines), out)
    assert 0 < report.skipped <= done // 2
    assert out.read_bytes() == serial(articles, tmp_path / "serial.jsonl")


@pytest.mark.parametrize("ends", [False, True])
def test_a_shorter_file_leaves_nothing_of_the_longer_one(
    ends: bool, articles: Path, tmp_path: Path
) -> None:
    """Also if it ends where a partition did."""
    out = tmp_path / "out.jsonl"
    stopped(articles, out, 8)
    if ends:
        os.truncate(articles, 2 * PARTITION)
        padding = b" " * (2 * PARTITION - articles.read_bytes().rindex(b"\n") - 1)
        articles.write_bytes(articles.read_bytes()[: -len(padding)] + padding)
    else:
        corpus(tmp_path, [line(n) for n in range(30)])
    suggested(articles, out)
    assert out.read_bytes() == serial(articles, tmp_path / "serial.jsonl")


class Growing(Suggester):
    """Appends to the file of articles when it comes to the tenth."""

    name = "growing"
    title = "Growing"

    def __init__(self, path: Path) -> None:
        self.path = path

    def suggest(self, article: Article) -> Suggestions:
        if article.id == "a10":
            with self.path.open("a", encoding="utf-8") as file:
                file.write(line(MANY) + "\n")
        return Suggestions()


def test_a_file_that_changes_meanwhile_is_told(articles: Path, tmp_path: Path) -> None:
    with pytest.raises(FileChanged, match="changed while it was read"):
        suggested(articles, tmp_path / "out.jsonl", suggester=Growing(articles))
    assert not (tmp_path / "out.jsonl").exists()


def test_a_second_run_at_the_same_time_is_refused(articles: Path, tmp_path: Path) -> None:
    pytest.importorskip("fcntl")
    out = tmp_path / "out.jsonl"
    messages: list[str] = []

    def meanwhile(_done: int, _total: object, _what: object) -> None:
        if not messages:
            with pytest.raises(AnnotatorError) as error:
                suggested(articles, out)
            messages.append(str(error.value))

    suggested(articles, out, progress=meanwhile)
    assert "is being written by another run" in messages[0]
    assert out.read_bytes() == serial(articles, tmp_path / "serial.jsonl")


class Ending(Suggester):
    """Ends its process at one article, as a system does that is short of memory."""

    name = "ending"
    title = "Ending"

    def suggest(self, article: Article) -> Suggestions:
        if article.id == "a300":
            os.kill(os.getpid(), signal.SIGKILL)
        return Suggestions()


def test_a_process_that_is_ended_is_told_and_nothing_is_left_out(
    articles: Path, tmp_path: Path
) -> None:
    out = tmp_path / "out.jsonl"
    with pytest.raises(AnnotatorError, match="a process that suggests was ended"):
        suggested(articles, out, on_this_machine(2), suggester=Ending())
    assert not out.exists()


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_stops_the_command_in_good_order(number: int, tmp_path: Path) -> None:
    path = corpus(tmp_path, [heavy_line(n) for n in range(2000)])
    out, part = tmp_path / "out.jsonl", tmp_path / "out.jsonl.part"
    command = [sys.executable, "-m", "annotator", "suggest", str(path), "--to", str(out)]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=ROOT
    ) as process:
        while not (part.exists() and part.stat().st_size):
            assert process.poll() is None
            time.sleep(0.01)
        process.send_signal(number)
        said, errors = process.communicate(timeout=60)
    assert process.returncode == 128 + number
    assert "repeat the command to go on" in said
    assert errors == ""
    assert not out.exists()
    assert part.stat().st_size
