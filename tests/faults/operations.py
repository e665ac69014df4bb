"""What changes a project or makes a file, each small, with all that it may leave.

An operation is done in a process of its own, which is killed or whose disk refuses in the middle.
What is left is compared, value by value, with how it was before and how it is after the whole
operation.
"""

import hashlib
import io
import json
import re
import sqlite3
import sys
from collections.abc import Callable, Mapping
from contextlib import closing, suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final, NamedTuple, TypeAlias

from annotator.cli import main
from annotator.core.errors import AnnotatorError
from annotator.core.file_names import BACKUP_SUFFIX
from annotator.core.record import dump
from annotator.core.scheme import Label
from annotator.services.backup_errors import BackupError
from annotator.services.backups import back_up, backup_file
from annotator.services.rescue import merge_into_project, save_as_new_project, write_rescue
from annotator.services.trash import delete_articles
from annotator.store import Project, StoreError, database
from annotator.store.integrity_check import check
from annotator.store.migrations import version_of
from annotator.store.opening import open_database
from annotator.store.schema import LADDER, Migration
from tests.store.samples import NAMED, SCHEME, ZOE, adding, record

Say: TypeAlias = Callable[[Any], None]
State: TypeAlias = Mapping[str, str]
"""What each file holds, by its name without dates and the like."""

NEXT: Final = (
    *LADDER,
    Migration(
        "add_importance",
        (
            "ALTER TABLE article ADD COLUMN importance INTEGER",
            "UPDATE article SET importance = length",
            "CREATE INDEX article_importance ON article (importance)",
        ),
    ),
)
_ORG: Final = Label("ORG", "Organisation", "ORG", "orange", "2")
_TWO_LABELS: Final = SCHEME._replace(labels=(*SCHEME.labels, _ORG))
_BESIDE: Final = ("-wal", "-shm", "-journal")
_PASSING: Final = re.compile(r"\.(partial|part|old)(-wal|-shm|-journal|/.*)?$")
_CHANCE: Final = re.compile(r"\d{4}-\d\d-\d\d-\d{6}|\d{8}-\d{6}|[0-9a-f]{8}")
_TIMES: Final = re.compile(r"20\d\d-\d\d-\d\dT\d\d:\d\d:\d\dZ|[0-9a-f]{64}|[0-9a-f]{32}")
_DATABASE: Final = b"SQLite format 3\0"
_OF_SQLITE: Final = ("article_index", "sqlite_", "generation")


class Told(Exception):
    """A command that ended with one line for whoever typed it."""


class Untold(Exception):
    """A command that ended with anything else."""


class Operation(NamedTuple):
    """What is done in a folder, and the one file in it that is changed or made.

    `turn` is the step that decides, the last one of this name: before it the file is what it was,
    and after it what it is to be. `edits` reads back what an operation of single edits has
    reported as saved; each of them has a turn. "" where a killed program may leave a part.

    `forgives` tells whether what is left is right all the same where a call has failed: it gets
    what the user was told, "" if nothing, and whether the disk went on refusing.
    """

    name: str
    prepare: Callable[[Path, int], None]
    do: Callable[[Path, Say], None]
    target: str = "news.db"
    turn: str = "COMMIT"
    edits: Callable[[Path], Any] | None = None
    forgives: Callable[[Path, str, bool], bool] | None = None

    @property
    def survives_anything(self) -> bool:
        """Whether nothing of it may be lost: no part is allowed, and nobody else removed a log."""
        return bool(self.turn) and self.forgives is not _told_of_it


def command(*arguments: object) -> None:
    """Run `annotator` with these. Raises Told, or Untold where it says anything but a sentence."""
    said, told = io.StringIO(), io.StringIO()
    kept = sys.stdout, sys.stderr
    sys.stdout, sys.stderr = said, told
    try:
        code = main([*map(str, arguments)])
    finally:
        sys.stdout, sys.stderr = kept
    if code == 0 and not told.getvalue():
        return
    line = told.getvalue().removeprefix("annotator: ").removesuffix("\n")
    if code == 1 and line and "\n" not in line and "this is a bug" not in line:
        raise Told(line)
    raise Untold(f"{code}: {told.getvalue()}")


def is_sentence(error: BaseException) -> bool:
    """Whether this is for the person at the screen: what is wrong, and what to do."""
    if isinstance(error, Told):
        return True
    told = isinstance(error, AnnotatorError | OSError)
    return told and "\n" not in str(error) and bool(str(error))


# What is there before, and what is there after


def state_of(folder: Path) -> State:
    """What the files hold, in words that are the same whenever the same was done."""
    found: dict[str, str] = {}
    for path in sorted(folder.rglob("*")):
        name = path.relative_to(folder).as_posix()
        if path.is_file() and not path.name.endswith(_BESIDE) and not _PASSING.search(name):
            if path.suffix == ".pack":  # what it holds is in the backups
                continue
            name = _CHANCE.sub("#", name)
            while name in found:  # another backup, of a later date
                name += "+"
            found[name] = _held(path)
    return found


def passing_in(folder: Path) -> list[str]:
    """What nobody should leave who could tidy up."""
    return sorted(
        str(path.relative_to(folder))
        for path in folder.rglob("*")
        if _PASSING.search(path.name) or (path.name.endswith("-journal") and path.stat().st_size)
    )


def problems_in(folder: Path, before: Path | None = None) -> list[str]:
    """What the program says to each project there; it opens all that are not as they were before.

    Whatever their bytes are: it opens `news.db` in any case.
    """
    found = []
    for path in sorted(folder.rglob("*.db")):
        if before is not None and _is_same(path, before / path.relative_to(folder)):
            continue
        if path.stat().st_size == 0 and path.name != "news.db":
            found.append(f"{path.name}: empty")
            continue
        try:
            with closing(sqlite3.connect(path)) as connection:
                ladder = NEXT if version_of(connection) > len(LADDER) else LADDER
            with closing(open_database(path, ladder=ladder)) as database:
                found += [f"{path.name}: {problem.sentence}" for problem in check(database)]
        except StoreError as error:
            found.append(f"{path.name}: {error}")
    return found


def _is_same(path: Path, before: Path) -> bool:
    return path.name != "news.db" and before.exists() and path.read_bytes() == before.read_bytes()


def _held(path: Path) -> str:
    content = path.read_bytes()
    if path.suffix == BACKUP_SUFFIX:
        with suppress(BackupError), backup_file(path) as file:
            content = _dumped(file).encode()
    elif content.startswith(_DATABASE):
        content = _dumped(path).encode()
    return hashlib.sha256(_TIMES.sub("~", content.decode(errors="replace")).encode()).hexdigest()


def _dumped(path: Path) -> str:
    with closing(sqlite3.connect(path)) as connection:
        tables = [
            name
            for (name,) in connection.execute("SELECT name FROM sqlite_schema WHERE type = 'table'")
            if not name.startswith(_OF_SQLITE) and not name.startswith("_")
        ]
        return repr(
            [
                (table, sorted(map(repr, connection.execute(f'SELECT * FROM "{table}"'))))
                for table in sorted(tables)
            ]
        )


# The operations


def _text(number: int) -> str:
    return f"😀 Zoë Lee said “it works”. She left {number} times. " + "And more of it. " * 40


def _new(path: Path, articles: int, annotator: str | None = None) -> None:
    with Project.create(path, _TWO_LABELS) as project, project.importing() as target:
        for number in range(articles):
            target.add(record(f"a{number}", annotator, text=_text(number)))


def _mine(folder: Path, articles: int) -> None:
    _new(folder / "news.db", articles, "ada")


def _lines(path: Path, articles: int) -> None:
    with path.open("w", encoding="utf-8") as file:
        for number in range(articles):
            file.write(json.dumps(dump(record(f"a{number}", "ada", text=_text(number)))) + "\n")


def _before_import(folder: Path, articles: int) -> None:
    _new(folder / "news.db", 0)
    _lines(folder / "in.jsonl", articles)


def _import(folder: Path, _say: Say) -> None:
    command("import", folder / "news.db", folder / "in.jsonl")


def _before_merge(folder: Path, articles: int) -> None:
    _new(folder / "news.db", articles)
    _new(folder / "other.db", articles, "ben")


def _merge(folder: Path, _say: Say) -> None:
    command("merge", folder / "news.db", folder / "other.db")


def _migrate(folder: Path, _say: Say) -> None:
    open_database(folder / "news.db", ladder=NEXT).close()


def _is_migrated(folder: Path, told: str, _lasting: bool) -> bool:
    """It was not opened, but what was done to it is whole; so it opens the next time."""
    with closing(sqlite3.connect(folder / "news.db")) as connection:
        return bool(told) and version_of(connection) == len(NEXT)


def _back_up(folder: Path, _say: Say) -> None:
    command("backup", folder / "news.db", folder / "copy.db")


def _before_sharing(folder: Path, articles: int) -> None:
    """There is a backup already, and something was done since."""
    _mine(folder, articles)
    with Project.open(folder / "news.db") as project:
        back_up(project, folder / "kept", datetime(2026, 1, 1, tzinfo=UTC))
        project.apply(1, "ada", adding(ZOE._replace(id="e7", ordinal=7)))


def _share(folder: Path, _say: Say) -> None:
    with Project.open(folder / "news.db") as project:
        back_up(project, folder / "kept", datetime.now(UTC))


def _before_way_back(folder: Path, articles: int) -> None:
    _mine(folder, articles)
    _new(folder / "backup.db", articles // 2)


def _go_back(folder: Path, _say: Say) -> None:
    kept = folder / "kept"
    command("revert", folder / "news.db", folder / "backup.db", "--folder", kept)


def _went_back_from_damaged(folder: Path, told: str, _lasting: bool) -> bool:
    """What could not be read was taken for damaged, and is kept as it was under another name."""
    kept = [path for path in folder.glob("kept/*/*-damaged-*") if not path.name.endswith(_BESIDE)]
    if told or not kept:
        return False
    wanted = _dumped(folder / "backup.db")
    return _dumped(folder / "news.db") == wanted and _dumped(kept[0]) != wanted


def _before_export(folder: Path, articles: int) -> None:
    _mine(folder, articles)
    (folder / "out.jsonl").write_text("what was there before\n")


def _export(folder: Path, _say: Say) -> None:
    out = folder / "out.jsonl"
    command("export", folder / "news.db", out, "--format", "native", "--force")


def _before_folder(folder: Path, articles: int) -> None:
    _mine(folder, articles)
    command("export", folder / "news.db", folder / "out", "--format", "brat")
    with Project.open(folder / "news.db") as project:
        project.apply(1, "ada", adding(NAMED._replace(id="m9", start=16, end=18, text="it")))


def _export_folder(folder: Path, _say: Say) -> None:
    command("export", folder / "news.db", folder / "out", "--format", "brat", "--force")


def _delete(folder: Path, _say: Say) -> None:
    command("delete", folder / "news.db", "a0", "a2", "a3", "--as", "ada")


def _before_restore(folder: Path, articles: int) -> None:
    _mine(folder, articles)
    with Project.open(folder / "news.db") as project:
        delete_articles(project, range(1, articles, 2), "ada")


def _restore(folder: Path, _say: Say) -> None:
    with Project.open(folder / "news.db") as project:
        ids = [item.id for item in project.trash()]
    command("trash", folder / "news.db", "--restore", *ids)


def _rescheme(folder: Path, _say: Say) -> None:
    with Project.open(folder / "news.db") as project:
        project.set_scheme(_TWO_LABELS, labels={"PERSON": "ORG"})


def _mend(folder: Path, _say: Say) -> None:
    command("check", folder / "news.db", "--mend")


def _before_rescue(folder: Path, articles: int) -> None:
    _mine(folder, articles)
    (folder / "rescue.jsonl").write_text("what was there before\n")


def _rescue(folder: Path, _say: Say) -> None:
    write_rescue(folder / "rescue.jsonl", [record(f"a{n}", "ada") for n in range(12)])


def _save_whole(folder: Path, _say: Say) -> None:
    waiting = [(1, "ada", adding(ZOE._replace(id=f"e{n}", ordinal=n))) for n in (7, 8)]
    with Project.open(folder / "news.db") as project:
        project.rescue(folder / "whole.db", waiting)


def _before_saving_all(folder: Path, articles: int) -> None:
    _new(folder / "news.db", articles)
    _new(folder / "older.db", articles // 2, "ada")
    _new(folder / "work.db", articles, "ben")


def _save_all(folder: Path, _say: Say) -> None:
    with Project.open(folder / "work.db", read_only=True) as project:
        work = [*project.contributions()]
    save_as_new_project(
        folder / "all.db", work, [folder / "older.db", folder / "news.db"], _TWO_LABELS
    )


def _has_work(folder: Path, told: str, _lasting: bool) -> bool:
    """What could not be read is passed over; the work of the window is there."""
    if told or not (folder / "all.db").exists():
        return False
    with closing(sqlite3.connect(folder / "all.db")) as connection:
        ((articles, works),) = connection.execute(
            "SELECT (SELECT count(*) FROM article), count(*) FROM annotation n "
            "JOIN annotator r ON r.pk = n.annotator WHERE r.name = 'ben'"
        )
    return bool(articles == works)


def _before_putting_in(folder: Path, articles: int) -> None:
    _new(folder / "news.db", articles)
    _new(folder / "work.db", articles, "ben")


def _put_in(folder: Path, _say: Say) -> None:
    with Project.open(folder / "work.db", read_only=True) as project:
        work = [*project.contributions()]
    merge_into_project(folder / "news.db", work, folder / "kept", datetime.now(UTC))


def _create(folder: Path, _say: Say) -> None:
    command("new", folder / "fresh.db")


def _is_whole(folder: Path, _told: str, lasting: bool) -> bool:
    """The project was made, could not be opened, and not be removed again either."""
    made = folder / "fresh.db"
    if not lasting or not made.exists():
        return False
    with Project.open(made) as project:
        return project.check() == []


def _nothing(folder: Path, _articles: int) -> None:
    (folder / "elsewhere").mkdir()


def _edit(folder: Path, say: Say) -> None:
    """Edit and undo; what cannot be saved is left, and the next one tried."""
    done: list[str] = []
    undone: list[str] = []
    refused: list[Exception] = []
    with Project.open(folder / "news.db") as project:
        before = [*project.annotation(1, "ada").entities]
        say(before)
        for number in range(2, 6):
            try:
                project.apply(1, "ada", adding(ZOE._replace(id=f"e{number}", ordinal=number)))
                done, undone = [*done, f"e{number}"], []
                say(before + done)
            except StoreError as error:
                refused.append(error)
            try:
                if number % 2 and project.undo(1, "ada"):
                    done, undone = done[:-1], [*done[-1:], *undone]
                    say(before + done)
                if number == 5 and project.redo(1, "ada"):
                    done, undone = [*done, *undone[:1]], undone[1:]
                    say(before + done)
            except StoreError as error:
                refused.append(error)
    if refused:
        raise refused[0]


def _edit_with_short_log(folder: Path, say: Say) -> None:
    """As `_edit`, with what is in the log worked into the file after every commit."""
    kept, database.LOG_BYTES = database.LOG_BYTES, 1 << 14
    try:
        _edit(folder, say)
    finally:
        database.LOG_BYTES = kept


def _edit_with_lost_log(folder: Path, say: Say) -> None:
    """As `_edit`, while something else removes the log."""
    with Project.open(folder / "news.db") as project:
        before = [*project.annotation(1, "ada").entities]
        say(before)
        project.apply(1, "ada", adding(ZOE._replace(id="e2", ordinal=2)))
        say([*before, "e2"])
        with suppress(OSError):
            (folder / "news.db-wal").unlink()
        project.apply(1, "ada", adding(ZOE._replace(id="e3", ordinal=3)))
        say([*before, "e2", "e3"])


def _told_of_it(_folder: Path, told: str, lasting: bool) -> bool:
    """The log was the only place of an edit, and nobody else could keep it: the window does."""
    return told.startswith(("ProjectOverwritten", "ProjectDamaged")) or (lasting and bool(told))


def _edits_in(folder: Path) -> list[str]:
    with Project.open(folder / "news.db", read_only=True) as project:
        return [*project.annotation(1, "ada").entities]


_RENAME: Final = "posix.replace"
_LINK: Final = "posix.link"
OPERATIONS: Final = (
    Operation("edit", _mine, _edit, edits=_edits_in),
    Operation("edit, short log", _mine, _edit_with_short_log, edits=_edits_in),
    Operation("edit, lost log", _mine, _edit_with_lost_log, edits=_edits_in, forgives=_told_of_it),
    Operation("import", _before_import, _import),
    Operation("merge", _before_merge, _merge),
    Operation("migration", _mine, _migrate, forgives=_is_migrated),
    Operation("backup", _mine, _back_up, "copy.db", _LINK),
    Operation("backup that shares", _before_sharing, _share, "kept", _RENAME),
    Operation(
        "way back",
        _before_way_back,
        _go_back,
        turn="Connection.backup",
        forgives=_went_back_from_damaged,
    ),
    Operation("export", _before_export, _export, "out.jsonl", _RENAME),
    Operation("export of a folder", _before_folder, _export_folder, "out", "posix.rename"),
    Operation("delete", _mine, _delete),
    Operation("restore", _before_restore, _restore),
    Operation("new scheme", _mine, _rescheme),
    Operation("mend", _mine, _mend),
    Operation("rescue file", _before_rescue, _rescue, "rescue.jsonl", _RENAME),
    Operation("whole project", _mine, _save_whole, "whole.db", _LINK),
    Operation("everything", _before_saving_all, _save_all, "all.db", _LINK, forgives=_has_work),
    Operation("put in", _before_putting_in, _put_in),
    Operation("new", _nothing, _create, "fresh.db", _LINK, forgives=_is_whole),
)
