"""Large files are read by other processes, with the same result as here."""

import json
import os
import signal
from pathlib import Path
from typing import Any

import pytest

from annotator.core.record import dump
from annotator.services import read_ahead
from annotator.services.importing import ImportReport, import_files
from annotator.services.presets import find_scheme
from annotator.services.worker import Worker
from annotator.store import Project

TEXT = "Zoë Lee left. “She said so,” Bo Ray told Ann. " * 20
"""Some hundred lines of it are several parts."""


def line(number: int, **more: Any) -> bytes:
    mention = {"id": "m1", "start": 0, "end": 7, "text": "Zoë Lee"}
    entity = {"id": "e1", "label": "PERSON", "name": "Zoë Lee", "mentions": [mention]}
    quote = {"spans": [{"role": "content", "start": 14, "end": 28, "text": "“She said so,”"}]}
    row = {
        "format": "annotator/1",
        "article": {"id": f"a{number}", "text": f"{TEXT}{number}", "title": f"T{number}"},
        "annotator": "ada" if number % 3 else None,
    }
    if number % 3:
        row |= {"entities": [entity], "quotes": [quote], "status": "done", "seconds": number}
    return json.dumps(row | more, ensure_ascii=False).encode() + b"\n"


def written(folder: Path, *lines: bytes) -> Path:
    path = folder / "large.jsonl"
    path.write_bytes(b"".join(lines))
    return path


@pytest.fixture
def workers(monkeypatch: pytest.MonkeyPatch) -> list[Worker]:
    """The processes that imports start; every file counts as large, on a machine of two cores."""
    made: list[Worker] = []

    def start() -> Worker:
        made.append(Worker())
        return made[-1]

    monkeypatch.setattr(read_ahead, "Worker", start)
    monkeypatch.setattr(read_ahead, "LARGE", 0)
    monkeypatch.setattr(read_ahead, "_PART", 64 << 10)
    monkeypatch.setattr(read_ahead, "_usable_cores", lambda: 2)
    return made


def imported(project: Path, source: Path, **options: Any) -> tuple[ImportReport, list[Any]]:
    if not project.exists():
        Project.create(project, find_scheme("news")).close()
    with Project.open(project) as opened:
        report = import_files(opened, [source], **options)
        return report, [dump(record) for record in opened.records(bare=True)]


def told(report: ImportReport) -> list[Any]:
    (file,) = report.files
    return [
        *(file.articles, file.annotations, file.unchanged, file.kept, file.replaced),
        *(file.duplicates, file.remarks, str(file.error), file.faults),
    ]


FAULTY = json.dumps({"format": "annotator/1", "article": {"id": "x"}}).encode() + b"\n"
UNSIGNED = line(1, annotator="")
SHIFTED = line(1).replace(b'"end": 7', b'"end": 8')
CASES = {
    "sound": [*map(line, range(400))],
    "several annotators": [*map(line, range(200)), *(line(n, annotator="bo") for n in range(99))],
    "the same twice": [*map(line, range(200)), line(1), line(2)],
    "texts again": [*map(line, range(200)), line(3, article={"id": "b", "text": f"{TEXT}3"})],
    "a byte order mark and empty lines": [
        b"\xef\xbb\xbf",
        *map(line, range(90)),
        b"\n \n",
        line(90),
    ],
    "no last line end": [*map(line, range(120)), line(120).rstrip()],
    "faulty lines": [*map(line, range(90)), FAULTY, *map(line, range(90, 300)), FAULTY, SHIFTED],
    "a fault in the first line": [FAULTY, *map(line, range(200))],
    "a span of other words": [*map(line, range(200)), SHIFTED],
    "two annotations of one": [*map(line, range(200)), line(1, status="todo"), FAULTY],
    "another text": [*map(line, range(200)), line(2, article={"id": "a1", "text": "x"}), FAULTY],
}


@pytest.mark.parametrize("lines", CASES.values(), ids=CASES)
def test_a_file_read_in_parts_is_imported_and_reported_as_in_one_go(
    workers: list[Worker],
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    lines: list[bytes],
) -> None:
    source = written(tmp_path, *lines)
    ahead, found = imported(tmp_path / "ahead.annotator", source)
    assert len(workers) == 1
    monkeypatch.setattr(read_ahead, "_usable_cores", lambda: 1)
    plain, expected = imported(tmp_path / "plain.annotator", source)
    assert len(workers) == 1
    assert told(ahead) == told(plain)
    assert found == expected
    assert len(found) > 0 or ahead.failed


def test_an_annotation_that_is_there_is_kept_or_replaced_by_one_that_was_read_elsewhere(
    workers: list[Worker], tmp_path: Path
) -> None:
    project = tmp_path / "news.annotator"
    imported(project, written(tmp_path, *map(line, range(200))))
    changed = written(tmp_path, *(line(n, notes="Later.") for n in range(200) if n % 3))
    kept, before = imported(project, changed)
    assert kept.files[0].kept == 133
    replaced, after = imported(project, changed, replace=True)
    assert replaced.files[0].replaced == 133
    assert before != after
    assert {row["notes"] for row in after if row["annotator"]} == {"Later."}
    assert imported(project, changed)[0].files[0].unchanged == 133


@pytest.mark.parametrize("name", ["prodigy", "doccano"])
def test_other_formats_with_a_record_on_each_line_are_read_in_parts_too(
    workers: list[Worker], monkeypatch: pytest.MonkeyPatch, tmp_path: Path, name: str
) -> None:
    from annotator.services.export import export_file

    project = tmp_path / "news.annotator"
    imported(project, written(tmp_path, *map(line, range(200))))
    source = tmp_path / "other.jsonl"
    with Project.open(project) as opened:
        export_file(opened, source, name)
    ahead, found = imported(tmp_path / "ahead.annotator", source, annotator="bo", format=name)
    assert len(workers) == 2
    monkeypatch.setattr(read_ahead, "_usable_cores", lambda: 1)
    plain, expected = imported(tmp_path / "plain.annotator", source, annotator="bo", format=name)
    assert (told(ahead), found) == (told(plain), expected)
    assert len(found) > 100


def test_a_file_of_some_megabytes_starts_no_process(
    workers: list[Worker], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    source = written(tmp_path, *map(line, range(200)))
    monkeypatch.setattr(read_ahead, "LARGE", source.stat().st_size + 1)
    report, _ = imported(tmp_path / "news.annotator", source)
    assert report.files[0].articles == 200
    assert workers == []


@pytest.mark.skipif(os.name != "posix", reason="kills a process by a signal")
def test_a_process_that_is_killed_gives_one_sentence_and_leaves_nothing(
    workers: list[Worker], tmp_path: Path
) -> None:
    source = written(tmp_path, *map(line, range(3_000)))
    seen = []

    def kill_at_the_third_article(done: int, total: int | None, what: object) -> None:
        seen.append(done)
        if len(seen) == 200:
            os.kill(workers[0].process.pid, signal.SIGKILL)

    report, found = imported(
        tmp_path / "news.annotator", source, progress=kill_at_the_third_article
    )
    assert found == []
    (file,) = report.files
    assert str(file.error) == (
        f"{source}: a process that read it was ended, perhaps for want of memory; nothing of it "
        "was taken, so import it again"
    )
    again, found = imported(tmp_path / "news.annotator", source)
    assert (again.failed, len(found)) == ((), 3_000)


def test_a_cancelled_import_ends_its_processes(workers: list[Worker], tmp_path: Path) -> None:
    source = written(tmp_path, *map(line, range(1_000)))
    asked = iter(range(150))
    report, found = imported(
        tmp_path / "news.annotator", source, cancelled=lambda: next(asked, None) is None
    )
    assert report.cancelled
    assert found == []
    (worker,) = workers
    assert worker.process.returncode is not None


def test_a_bug_of_a_reader_in_another_process_is_reported_as_one_here(
    workers: list[Worker], tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    # Nested so deeply that reading it again, for a hint, is more than Python allows.
    deep = b'{"format": "annotator/1", "article": {"id": "d", "text": "x", "meta": {"a": %b1%b}}}\n'
    lines = [*map(line, range(100)), deep % (b"[" * 300, b"]" * 300)]
    report, found = imported(tmp_path / "news.annotator", written(tmp_path, *lines))
    (file,) = report.files
    assert file.error is not None
    assert "line 101" in str(file.error)
    assert found == []
