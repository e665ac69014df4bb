"""Kills the program with SIGKILL in the middle of what it does, and looks at what is left.

Each deed runs in a process of its own, says when it starts and when it has been told that it is
done, and is killed at a random moment in between. The tests kill a few times; the bench kills
hundreds (`python -m tests.bench.faults`).
"""

import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final, NamedTuple

import annotator
from annotator.core.record import dump
from annotator.store import Project
from annotator.store.migrations import version_of
from annotator.store.opening import open_database
from annotator.store.schema import LADDER, Step
from annotator.work.trashing import delete_articles
from tests.store.samples import SCHEME, record

ROOT: Final = Path(annotator.__file__).resolve().parent.parent
ARTICLES: Final = 400
NEXT: Final = (
    *LADDER,
    Step(
        "add_importance",
        (
            "ALTER TABLE article ADD COLUMN importance INTEGER",
            "UPDATE article SET importance = length",
            "CREATE INDEX article_importance ON article (importance)",
        ),
    ),
)
_BEGIN: Final = """
import sys
from pathlib import Path
folder = Path(sys.argv[1])
from annotator.store import Project
from annotator.work.exporting import export_file
from annotator.work.importing import import_files
from annotator.work.merging import merge_files
from annotator.store.opening import open_database
from annotator.work.trashing import delete_articles, restore_articles
from tests.killing import ARTICLES, NEXT
print("ready", flush=True)
"""

_EDITOR: Final = """
import sys
from annotator.core.edit import Change, Edit
from annotator.core.models import Entity
from annotator.store import Project
with Project.open(sys.argv[1]) as project:
    number = int(sys.argv[2])
    while True:
        number += 1
        edit = Edit("Mark", (Change(None, Entity(f"e{number}", "PERSON", "Zoë", number)),))
        project.apply(1, "ada", edit)
        print(number, flush=True)
"""


class Deed(NamedTuple):
    """What is done in `folder`, and what must be true there whether or not it came to its end.

    `left` gets whether the deed had said that it is done.
    """

    name: str
    prepare: Callable[[Path], None]
    script: str
    left: Callable[[Path, bool], None]


def killed(deed: Deed, folder: Path, after: float) -> bool:
    """Do it, and kill it so many seconds after it began; whether it had said that it is done."""
    with subprocess.Popen(
        [sys.executable, "-c", _BEGIN + deed.script + 'print("done", flush=True)\n', str(folder)],
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        assert process.stdout.readline() == "ready\n", process.stderr.read()
        time.sleep(after)
        process.send_signal(signal.SIGKILL)
        said = process.stdout.read()
        assert process.stderr.read() == ""
    return "done" in said


def edit_until_killed(path: Path, first: int, acknowledged: int) -> int:
    """The number of the last edit that was reported as saved before SIGKILL."""
    last = first
    with subprocess.Popen(
        [sys.executable, "-c", _EDITOR, str(path), str(first)],
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout is not None
        for line in process.stdout:
            last = int(line)
            if last >= first + acknowledged:
                process.send_signal(signal.SIGKILL)
    return last


def duration(deed: Deed, folder: Path) -> float:
    """How many seconds the deed takes if nobody kills it."""
    folder.mkdir()
    deed.prepare(folder)
    with subprocess.Popen(
        [sys.executable, "-c", _BEGIN + deed.script + 'print("done", flush=True)\n', str(folder)],
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
        began = time.monotonic()
        assert process.stdout.readline() == "done\n"
        took = time.monotonic() - began
    deed.left(folder, True)
    return took


def trials(deed: Deed, folder: Path, number: int, seed: int) -> Iterator[bool]:
    """Kill the deed so often, each time somewhere else in its course; whether it was done."""
    chance = random.Random(seed)
    whole = duration(deed, folder / "whole")
    for trial in range(number):
        place = folder / str(trial)
        place.mkdir()
        deed.prepare(place)
        done = killed(deed, place, chance.uniform(0, whole * 1.05))
        deed.left(place, done)
        yield done


def _new(path: Path, articles: int, annotator_name: str | None = None) -> None:
    with Project.create(path, SCHEME) as project, project.importing() as target:
        for number in range(articles):
            target.add(record(f"a{number}", annotator_name, text=_text(number)))


def _text(number: int) -> str:
    return f"😀 Zoë Lee said “it works”. She left {number} times. " + "And more of it. " * 40


def _sound(path: Path) -> int:
    """That the project is as it should be; the number of its articles."""
    with Project.open(path) as project:
        assert project.check() == []
        return len(project.article_keys(annotator="ada"))


def _lines(path: Path) -> None:
    import json

    with path.open("w", encoding="utf-8") as file:
        for number in range(ARTICLES):
            row = dump(record(f"a{number}", "ada", text=_text(number)))
            file.write(json.dumps(row) + "\n")


def _before_import(folder: Path) -> None:
    _new(folder / "news.db", 0)
    _lines(folder / "in.jsonl")


def _after_import(folder: Path, done: bool) -> None:
    count = _sound(folder / "news.db")
    assert count in (0, ARTICLES), f"half an import: {count} articles"
    assert count == ARTICLES or not done


def _before_merge(folder: Path) -> None:
    _new(folder / "news.db", ARTICLES)
    _new(folder / "other.db", ARTICLES, "ben")


def _after_merge(folder: Path, done: bool) -> None:
    _sound(folder / "news.db")
    _sound(folder / "other.db")
    with Project.open(folder / "news.db") as project:
        count = project.stats().statuses.get("ben", {"todo": 0})["todo"]
    assert count in (0, ARTICLES), f"half a merge: {count} annotations"
    assert count == ARTICLES or not done


def _before_migration(folder: Path) -> None:
    _new(folder / "news.db", ARTICLES, "ada")


def _after_migration(folder: Path, done: bool) -> None:
    from contextlib import closing

    with closing(open_database(folder / "news.db", ladder=NEXT)) as database:
        assert version_of(database.connection) == len(NEXT)
        (missing,) = database.connection.execute(
            "SELECT count(*) FROM article WHERE importance IS NULL"
        ).fetchone()
        assert missing == 0
        (count,) = database.connection.execute("SELECT count(*) FROM annotation").fetchone()
    assert count == ARTICLES
    copies = list(folder.glob("news.backup-*.db"))
    assert copies or not done
    assert all(_sound(copy) == ARTICLES for copy in copies)


def _after_backup(folder: Path, done: bool) -> None:
    assert _sound(folder / "news.db") == ARTICLES
    copy = folder / "copy.db"
    assert copy.exists() or not done
    assert not copy.exists() or _sound(copy) == ARTICLES


def _before_revert(folder: Path) -> None:
    _new(folder / "news.db", ARTICLES, "ada")
    _new(folder / "backup.db", 0)


def _after_revert(folder: Path, done: bool) -> None:
    count = _sound(folder / "news.db")
    assert count in (0, ARTICLES)
    kept = list((folder / "kept").glob("*.db"))
    assert all(_sound(copy) == ARTICLES for copy in kept)
    assert kept or count == ARTICLES
    assert count == 0 or not done


def _before_export(folder: Path) -> None:
    _new(folder / "news.db", ARTICLES, "ada")
    (folder / "out.jsonl").write_text("what was there before\n")


def _after_export(folder: Path, done: bool) -> None:
    assert _sound(folder / "news.db") == ARTICLES
    lines = (folder / "out.jsonl").read_text("utf-8").splitlines()
    assert len(lines) == ARTICLES or (lines == ["what was there before"] and not done)


def _before_delete(folder: Path) -> None:
    _new(folder / "news.db", ARTICLES, "ada")


def _before_restore(folder: Path) -> None:
    _before_delete(folder)
    with Project.open(folder / "news.db") as project:
        delete_articles(project, range(1, ARTICLES, 2), "ada")


def _trash_moved(folder: Path) -> int:
    """That every article is here or in the trash, half of them together; how many are here."""
    count = _sound(folder / "news.db")
    with Project.open(folder / "news.db") as project:
        assert len(project.trash()) == ARTICLES - count
        assert sum(project.stats().statuses["ada"].values()) == count
    assert count in (ARTICLES, ARTICLES // 2), f"half of it: {count} articles"
    return count


def _after_delete(folder: Path, done: bool) -> None:
    assert _trash_moved(folder) == ARTICLES // 2 or not done


def _after_restore(folder: Path, done: bool) -> None:
    assert _trash_moved(folder) == ARTICLES or not done


DEEDS: Final = (
    Deed(
        "import",
        _before_import,
        'with Project.open(folder / "news.db") as project:\n'
        '    import_files(project, [folder / "in.jsonl"])\n',
        _after_import,
    ),
    Deed(
        "merge",
        _before_merge,
        'with Project.open(folder / "news.db") as project:\n'
        '    merge_files(project, [folder / "other.db"])\n',
        _after_merge,
    ),
    Deed(
        "migration",
        _before_migration,
        'open_database(folder / "news.db", ladder=NEXT).close()\n',
        _after_migration,
    ),
    Deed(
        "backup",
        _before_migration,
        'with Project.open(folder / "news.db") as project:\n'
        '    project.backup(folder / "copy.db")\n',
        _after_backup,
    ),
    Deed(
        "revert",
        _before_revert,
        "from datetime import UTC, datetime\n"
        "from annotator.work.backing_up import go_back\n"
        'go_back(folder / "news.db", folder / "backup.db", folder / "kept", datetime.now(UTC))\n',
        _after_revert,
    ),
    Deed(
        "export",
        _before_export,
        'with Project.open(folder / "news.db") as project:\n'
        '    export_file(project, folder / "out.jsonl", "native", overwrite=True)\n',
        _after_export,
    ),
    Deed(
        "delete",
        _before_delete,
        'with Project.open(folder / "news.db") as project:\n'
        '    delete_articles(project, range(1, ARTICLES, 2), "ada")\n',
        _after_delete,
    ),
    Deed(
        "restore",
        _before_restore,
        'with Project.open(folder / "news.db") as project:\n'
        "    restore_articles(project, [item.number for item in project.trash()])\n",
        _after_restore,
    ),
)
