"""Suggestions for files and folders without a project, through the real command line."""

import json
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from annotator.cli import main
from annotator.core.errors import AnnotatorError
from annotator.extras import install_command
from annotator.services.streaming import (
    Engine,
    StreamReport,
    on_cluster,
    on_this_machine,
    suggest_files,
)
from annotator.suggest import find_suggester

MANY = 250
PARTITION = 4096
"""Bytes: there are two dozen partitions in the articles."""


def text(number: int) -> str:
    return f"“We have {number} boats 😀,” Ann Lee said. She said that it was late."


@pytest.fixture
def articles(tmp_path: Path) -> Path:
    """Articles in several batches, as native JSONL in which two people did the first one."""
    path = tmp_path / "in.jsonl"
    rows = [
        {
            "format": "annotator/1",
            "article": {"id": f"a{n}", "text": text(n), "language": "en"},
            "annotator": who,
        }
        for n in range(MANY)
        for who in (("ada", "ben") if n == 0 else ("ada",))
    ]
    path.write_text("\n".join(json.dumps(row) for row in rows), "utf-8")
    return path


def stop_early(articles: Path, out: Path, engine: Engine) -> StreamReport:
    """Begin a job and stop it when some of its partitions are done."""
    stops = iter((False, False, False, False))
    return suggest_files(
        [articles],
        out,
        find_suggester("rules"),
        engine=engine,
        partition=PARTITION,
        cancelled=lambda: next(stops, True),
    )


def rows_of(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text("utf-8").splitlines()]


def answer(capsys: pytest.CaptureFixture[str], *arguments: str) -> Any:
    capsys.readouterr()
    assert main([*arguments, "--json"]) == 0
    return json.loads(capsys.readouterr().out)


def test_every_article_gets_its_suggestions_in_the_order_of_the_file(
    articles: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "out.jsonl"
    report = answer(capsys, "suggest", str(articles), "--to", str(out))
    assert (report["articles"], report["quotes"]) == (MANY, 2 * MANY)
    rows = rows_of(out)
    assert [row["article"]["id"] for row in rows] == [f"a{n}" for n in range(MANY)]
    assert {row["annotator"] for row in rows} == {"suggester-rules"}
    (content,) = [s for s in rows[7]["quotes"][0]["spans"] if s["role"] == "content"]
    assert text(7)[content["start"] : content["end"]] == "“We have 7 boats 😀,”"
    project = tmp_path / "p.annotator"
    assert main(["new", str(project)]) == 0
    assert main(["import", str(project), str(out)]) == 0
    stats = answer(capsys, "stats", str(project))
    assert (stats["articles"], stats["suggesters"]) == (MANY, {"suggester-rules": MANY})


def test_folders_and_parquet_are_read_and_pictures_passed_over(
    articles: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    pytest.importorskip("pyarrow")
    project, folder = tmp_path / "p.annotator", tmp_path / "folder"
    assert main(["new", str(project)]) == 0
    assert main(["import", str(project), str(articles)]) == 0
    assert main(["export", str(project), str(folder), "--format", "parquet"]) == 0
    (folder / "z.txt").write_text("Bob Ray said that he knew.", "utf-8")
    (folder / "z.png").write_bytes(b"\x89PNG\r\n\x1a\n\0\0\0")
    (folder / "README.md").unlink()
    out = tmp_path / "out.jsonl"
    report = answer(capsys, "suggest", str(folder), "--to", str(out))
    assert report["articles"] == MANY + 1
    assert [Path(path).name for path in report["passed_over"]] == ["z.png"]


def test_a_stopped_job_goes_on_with_the_partitions_that_are_missing(
    articles: Path, tmp_path: Path
) -> None:
    whole, out = tmp_path / "whole.jsonl", tmp_path / "out.jsonl"
    rules, engine = find_suggester("rules"), on_this_machine(1)
    suggest_files([articles], whole, rules, engine=engine, partition=PARTITION)
    asked = 0

    def soon() -> bool:
        nonlocal asked
        asked += 1
        return asked > 3

    stopped = suggest_files(
        [articles], out, rules, engine=engine, partition=PARTITION, cancelled=soon
    )
    assert stopped.cancelled
    assert 0 < stopped.articles < MANY
    assert not out.exists()
    part = tmp_path / "out.jsonl.part"
    part.write_bytes(part.read_bytes()[:-30])
    report = suggest_files([articles], out, rules, engine=engine, partition=PARTITION)
    assert 0 < report.skipped < stopped.articles
    assert report.skipped + report.articles == MANY
    assert out.read_bytes() == whole.read_bytes()
    assert {path.name for path in tmp_path.iterdir()} == {"in.jsonl", "whole.jsonl", "out.jsonl"}


def test_a_job_that_comes_to_nothing_leaves_nothing(tmp_path: Path) -> None:
    out, rules, engine = tmp_path / "out.jsonl", find_suggester("rules"), on_this_machine(1)
    with pytest.raises((AnnotatorError, OSError)):
        suggest_files([tmp_path / "nowhere"], out, rules, engine=engine)
    assert not [*tmp_path.glob("out*")]


@pytest.mark.parametrize("begun", ["", '{"article"', "{}\n", '{"article": {"id": "b"}}\n'])
def test_what_lies_there_of_another_job_is_not_gone_on_with(
    articles: Path, tmp_path: Path, begun: str
) -> None:
    out, rules, engine = tmp_path / "out.jsonl", find_suggester("rules"), on_this_machine(1)
    part = tmp_path / "out.jsonl.part"
    part.write_text(begun, "utf-8")
    if begun.endswith("\n"):
        with pytest.raises(AnnotatorError, match="another suggester; remove it, and"):
            suggest_files([articles], out, rules, engine=engine)
        assert part.read_text("utf-8") == begun
    else:
        assert suggest_files([articles], out, rules, engine=engine).articles == MANY


def test_a_job_with_another_version_does_not_go_on(articles: Path, tmp_path: Path) -> None:
    out, rules, engine = tmp_path / "out.jsonl", find_suggester("rules"), on_this_machine(1)
    stop_early(articles, out, engine)
    rules.version = "another"
    with pytest.raises(AnnotatorError, match="was begun with other articles or another suggester"):
        suggest_files([articles], out, rules, engine=engine, partition=PARTITION)


def test_a_killed_job_leaves_no_process_behind_and_goes_on_to_the_same_end(
    articles: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    psutil = pytest.importorskip("psutil")
    many, out, whole = tmp_path / "many.jsonl", tmp_path / "out.jsonl", tmp_path / "whole.jsonl"
    row = {"format": "annotator/1", "annotator": "ada"}
    with many.open("w", encoding="utf-8") as file:
        for number in range(1500):
            article = {"id": f"b{number}", "text": text(number), "meta": {"page": "x" * 2000}}
            file.write(json.dumps({**row, "article": article}) + "\n")
    command = [sys.executable, "-m", "annotator", "suggest", str(many), "--to", str(out)]
    part = tmp_path / "out.jsonl.part"
    with subprocess.Popen(command, stdout=subprocess.DEVNULL) as process:
        while not (part.exists() and part.stat().st_size):
            assert process.poll() is None
            time.sleep(0.01)
        workers = psutil.Process(process.pid).children(recursive=True)
        process.kill()
    assert not out.exists()
    assert psutil.wait_procs(workers, timeout=30)[1] == []
    report = answer(capsys, "suggest", str(many), "--to", str(out))
    assert report["skipped"] > 0
    suggest_files([many], whole, find_suggester("rules"), engine=on_this_machine(1))
    assert out.read_bytes() == whole.read_bytes()


@pytest.fixture(scope="module")
def cluster() -> Iterator[Engine]:
    """A cluster of this machine, whose processes take seconds to start."""
    pytest.importorskip("distributed")
    with on_cluster() as engine:
        yield engine


def test_a_cluster_on_this_machine_does_the_same(
    cluster: Engine, articles: Path, tmp_path: Path
) -> None:
    alone, spread = tmp_path / "alone.jsonl", tmp_path / "spread.jsonl"
    rules = find_suggester("rules")
    suggest_files([articles], alone, rules, engine=on_this_machine(1))
    report = suggest_files([articles], spread, rules, engine=cluster, partition=PARTITION)
    assert report.articles == MANY
    assert spread.read_bytes() == alone.read_bytes()


def test_what_is_wrong_is_told(
    articles: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "out.jsonl"
    out.write_text("mine", "utf-8")
    assert main(["suggest", str(articles), "--to", str(out)]) == 1
    assert "exists already" in capsys.readouterr().err
    assert out.read_text("utf-8") == "mine"
    other = str(tmp_path / "new.jsonl")
    assert main(["suggest", str(tmp_path / "none.jsonl"), "--to", other]) == 1
    assert capsys.readouterr().err.count("\n") == 1
    assert main(["suggest", str(articles), "--to", other, "--cluster", "tcp://x:1"]) == 2
    assert main(["suggest", str(articles), "--engine", "dask"]) == 2
    articles.write_text("{broken\n", "utf-8")
    assert main(["suggest", str(articles), "--to", other]) == 1
    assert "in.jsonl" in capsys.readouterr().err


def test_without_dask_the_extra_is_named(
    articles: Path,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setitem(sys.modules, "distributed", None)
    out = str(tmp_path / "out.jsonl")
    assert main(["suggest", str(articles), "--to", out, "--engine", "dask"]) == 1
    assert install_command("cluster") in capsys.readouterr().err
