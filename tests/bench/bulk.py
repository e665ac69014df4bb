"""Run in a process of its own: one bulk job on 10,000 articles, its speed and its peak memory.

`python -m tests.bench.bulk JOB FOLDER`, with one of `JOBS`, or with `as NAME` for the export of
1,000 articles in a format. Speed is by CPU time of all processes, so that it says the same on a
busy machine. The floors do the same work with bare `sqlite3` and `orjson`: the same rows, columns
and indexes, nothing checked, nothing kept of ids or order. All libraries are loaded before the
clock starts.
"""

import hashlib
import os
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import orjson

import annotator.core.native_reader  # noqa: F401  # which loads pydantic
from annotator.formats import find_format
from annotator.services.export import export_file
from annotator.services.importing import import_files
from annotator.services.presets import find_scheme
from annotator.services.trash import delete_articles, restore_articles
from annotator.store import Project
from tests.bench.memory import peak_mb
from tests.bench.zipf import records

COUNT = 10_000
FEW = 1_000
FORMATS = (
    "native instruct doccano labelstudio csv w3c datasets parquet html-copy tei conll prodigy "
    "xlsx uima uima-json brat spacy"
).split()
_BARE_INDEX = (
    "CREATE VIRTUAL TABLE bare_index USING fts5 (text, content = 'article_text', "
    "content_rowid = 'article', tokenize = 'unicode61 remove_diacritics 2')"
)
"""The index of words that FTS5 makes by itself: it finds no parts of Chinese or Thai text."""
_INSERTS = (
    "INSERT INTO article (pk, id, title, language, source, published, text_sha256, length, "
    "imported_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, '2026-11-30T12:00:00Z')",
    "INSERT INTO article_text (article, text) VALUES (?, ?)",
    "INSERT INTO bare_index (rowid, text) VALUES (?, ?)",
    "INSERT INTO annotation (pk, article, annotator, status) VALUES (?, ?, 1, ?)",
    "INSERT INTO entity (annotation, id, label, name, ordinal) VALUES (?, ?, ?, ?, ?)",
    'INSERT INTO mention (annotation, id, entity, start, "end", text, ordinal) '
    "VALUES (?, ?, ?, ?, ?, ?, ?)",
    "INSERT INTO quote (annotation, id, ordinal, type) VALUES (?, ?, ?, ?)",
    'INSERT INTO quote_span (annotation, quote, position, role, start, "end", text) '
    "VALUES (?, ?, ?, ?, ?, ?, ?)",
    "INSERT INTO imported (annotation, digest) VALUES (?, ?)",
)


def measured(job: str, home: Path) -> tuple[float, float]:
    """Articles a second and peak MB of one run."""
    command = [sys.executable, "-m", "tests.bench.bulk", job, str(home)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    rate, memory = done.stdout.split()[-2:]
    return float(rate), float(memory)


def make(home: Path) -> None:
    """The files that are imported."""
    for name, count in (("in", COUNT), ("few", FEW), ("one", 1)):
        with (home / f"{name}.jsonl").open("wb") as out:
            find_format("native").write(records(count), out)


def imported(home: Path) -> float:
    path = home / "bulk.annotator"
    path.unlink(missing_ok=True)
    with Project.create(path, find_scheme("news")) as project:
        return _seconds(lambda: import_files(project, [home / "in.jsonl"]))


def exported(home: Path) -> float:
    with Project.open(home / "bulk.annotator") as project:
        return _seconds(lambda: export_file(project, home / "out.jsonl", "native", overwrite=True))


def exported_as(name: str, home: Path) -> float:
    """1,000 articles in a format, after one that loads its libraries."""
    for file in ("one", "few"):
        path = home / f"{file}.annotator"
        if not path.exists():
            with Project.create(path, find_scheme("news")) as project:
                import_files(project, [home / f"{file}.jsonl"])
    out = home / f"out-{name}"
    with Project.open(home / "one.annotator") as project:
        export_file(project, out, name, overwrite=True)
    with Project.open(home / "few.annotator") as project:
        return _seconds(lambda: export_file(project, out, name, overwrite=True))


def deleted(home: Path) -> float:
    """Into the trash."""
    with Project.open(home / "bulk.annotator") as project:
        keys = project.article_keys(annotator="ada")
        return _seconds(lambda: delete_articles(project, keys, "ada"))


def restored(home: Path) -> float:
    """Out of the trash again."""
    with Project.open(home / "bulk.annotator") as project:
        numbers = [item.number for item in project.trash()]
        return _seconds(lambda: restore_articles(project, numbers))


def imported_bare(home: Path) -> float:
    path = home / "bare.annotator"
    path.unlink(missing_ok=True)
    Project.create(path, find_scheme("news")).close()
    connection = sqlite3.connect(path, isolation_level=None)
    connection.execute("PRAGMA cache_size = -65536")
    connection.execute(_BARE_INDEX)

    def load() -> None:
        connection.execute("BEGIN IMMEDIATE")
        connection.execute("INSERT INTO annotator (name) VALUES ('ada')")
        tables: tuple[list[tuple[object, ...]], ...] = tuple([] for _ in _INSERTS)
        with (home / "in.jsonl").open("rb") as lines:
            for number, line in enumerate(lines, start=1):
                _spread(orjson.loads(line), number, tables)
                if not number % 128:
                    _flush(connection, tables)
        _flush(connection, tables)
        connection.execute("COMMIT")

    seconds = _seconds(load)
    connection.close()
    return seconds


def _flush(connection: sqlite3.Connection, tables: tuple[list[tuple[object, ...]], ...]) -> None:
    for statement, rows in zip(_INSERTS, tables, strict=True):
        connection.executemany(statement, rows)
        rows.clear()


def _spread(row: dict, key: int, tables: tuple[list[tuple[object, ...]], ...]) -> None:
    articles, texts, words, heads, entities, mentions, quotes, spans, imported = tables
    article = row["article"]
    about = [article[name] for name in ("id", "title", "language", "source", "published")]
    digest = hashlib.sha256(article["text"].encode()).hexdigest()
    articles.append((key, *about, digest, len(article["text"])))
    imported.append((key, digest))
    for table in (texts, words):
        table.append((key, article["text"]))
    heads.append((key, key, row["status"]))
    for n, entity in enumerate(row["entities"]):
        entities.append((key, entity["id"], entity["label"], entity["name"], n))
        for m in entity["mentions"]:
            mentions.append((key, m["id"], entity["id"], m["start"], m["end"], m["text"], 1))
    for n, quote in enumerate(row["quotes"]):
        quotes.append((key, quote["id"], n, quote["type"]))
        for place, s in enumerate(quote["spans"]):
            spans.append((key, quote["id"], place, s["role"], s["start"], s["end"], s["text"]))


def exported_bare(home: Path) -> float:
    connection = sqlite3.connect(home / "bulk.annotator")

    def dump() -> None:
        with (home / "bare.jsonl").open("wb") as out:
            rows = connection.execute(
                "SELECT n.pk, a.id, a.title, t.text, n.status FROM article a "
                "JOIN article_text t ON t.article = a.pk JOIN annotation n ON n.article = a.pk"
            )
            for key, *head in rows:
                found = [
                    connection.execute(
                        f"SELECT * FROM {table} WHERE annotation = ?", (key,)
                    ).fetchall()
                    for table in ("entity", "mention", "quote", "quote_span")
                ]
                out.write(orjson.dumps([head, found], option=orjson.OPT_APPEND_NEWLINE))

    seconds = _seconds(dump)
    connection.close()
    return seconds


def written_bare(home: Path) -> float:
    """The bytes of the export once more, in one go, with fsync: what the disk itself takes."""
    content = (home / "out.jsonl").read_bytes()

    def write() -> None:
        with (home / "written.jsonl").open("wb") as out:
            out.write(content)
            out.flush()
            os.fsync(out.fileno())

    return _seconds(write)


def _seconds(job: Callable[[], object]) -> float:
    """CPU seconds of this process and of those that it has started and ended."""
    start = os.times()
    job()
    end = os.times()
    return sum(end[:4]) - sum(start[:4])


JOBS = {
    "in": imported,
    "out": exported,
    "delete": deleted,
    "restore": restored,
    "floor-in": imported_bare,
    "floor-out": exported_bare,
    "floor-disk": written_bare,
}

if __name__ == "__main__":
    job, place = sys.argv[1], Path(sys.argv[2])
    name = job.removeprefix("as ")
    seconds = exported_as(name, place) if name != job else JOBS[job](place)
    print((FEW if name != job else COUNT) / seconds, peak_mb())
