"""An editor, while other processes do at random to its project what they may, and may not.

Every edit that was acknowledged must be in the file at the end, unless the editor was told that
something has written over it; then the file must be what was written there.
"""

import random
from contextlib import suppress
from pathlib import Path
from typing import Final

from annotator.store import Project, ProjectOverwritten
from tests.store.other_process import OtherProcess
from tests.store.samples import SCHEME, ZOE, adding, record

_BEGIN: Final = """
from annotator.store import Project
from tests.meddling import mark
project = None
def second(number):
    global project
    if project is None:
        project = Project.open(path)
    mark(project, 2, "ben", number)
def leave():
    global project
    if project is not None:
        try: project.file.verify()
        finally:
            project.close()
            project = None
def said(operation):
    try:
        operation()
        said = "True"
    except Exception as error:
        said = repr(error)
        if project is not None:
            project.close()
        globals()["project"] = None
    Path(f"{path}.said").write_text(said)
"""


def mark(project: Project, article: int, annotator: str, number: int) -> None:
    """An edit that tells who made it, and can be found again."""
    entity = ZOE._replace(id=f"{annotator}{number}", ordinal=number)
    project.apply(article, annotator, adding(entity))


def marks_in(path: Path) -> frozenset[str]:
    """What is in the file, which must be as it should be."""
    with Project.open(path) as project:
        assert project.check() == []
        found = (*project.annotation(1, "ada").entities, *project.annotation(2, "ben").entities)
        return frozenset(found)


class Meddling:
    """One project, one editor here, and another process."""

    def __init__(self, folder: Path, chance: random.Random) -> None:
        self.chance = chance
        self.path = folder / "news.db"
        with Project.create(self.path, SCHEME) as project, project.importing() as target:
            for number in range(chance.choice((3, 40))):
                target.add(record(f"a{number}", text=f"Zoë Lee came {number} times. " * 60))
        self.project = Project.open(self.path)
        self.saved: set[str] = set()
        self.copies: list[Path] = []
        self.number = 0
        self.told = 0
        self.overwritten_by: Path | None = None
        self.written_since = False
        self.other = OtherProcess(self.path)
        self.window = self._new_window()

    def _new_window(self) -> OtherProcess:
        """Another annotator's window, in a process of its own."""
        window = OtherProcess(self.path)
        window.do(_BEGIN)
        return window

    def edit(self) -> None:
        for _ in range(self.chance.choice((1, 1, 2, 30))):
            self.number += 1
            mark(self.project, 1, "ada", self.number)
            self.saved.add(f"ada{self.number}")

    def look(self) -> None:
        """As both windows do every few seconds."""
        self._in_window("project is None or project.file.verify()")
        self.project.file.verify()

    def undo(self) -> None:
        edit = self.project.undo(1, "ada")
        if edit is not None and (before := edit.changes[0].before) is not None:
            self.saved.discard(before.id)

    def import_articles(self) -> None:
        with self.project.importing() as target:
            for _ in range(30):
                self.number += 1
                target.add(record(f"b{self.number}", text=f"More of {self.number}. " * 90))

    def edit_there(self) -> None:
        """In the other window, whose edits count if its process says that they are saved."""
        self.number += 1
        self.written_since = True
        if self._in_window(f"second({self.number})"):
            self.saved.add(f"ben{self.number}")

    def _in_window(self, operation: str) -> bool:
        """Whether it was done in the other window; if that was told of harm it has its work."""
        self.window.do(f"said(lambda: {operation})")
        said = Path(f"{self.path}.said").read_text()
        if "ProjectOverwritten" in said:
            self.told += 1
            self.saved = {one for one in self.saved if one.startswith("ada")}
        return said == "True"

    def leave_there(self) -> None:
        self._in_window("leave()")

    def checkpoint(self) -> None:
        way = self.chance.choice(("PASSIVE", "FULL", "RESTART", "TRUNCATE"))
        self.other.do(f"sql('PRAGMA wal_checkpoint({way})')")

    def write_there(self) -> None:
        self.written_since = True
        self.other.do("sql(\"UPDATE article SET url = title || 'x'\")")

    def tidy_there(self) -> None:
        self.written_since = True
        with suppress(AssertionError):
            self.other.do("try: sql('VACUUM')\nexcept sqlite3.OperationalError: pass")

    def lose_locks(self) -> None:
        self.path.read_bytes()
        self.other.do("sql('SELECT count(*) FROM article')")

    def remove_log(self) -> None:
        suffix = self.chance.choice(("wal", "shm", "both"))
        for one in ("wal", "shm") if suffix == "both" else (suffix,):
            self.other.do(f"{one}.unlink(missing_ok=True)")
        # SQLite itself reads nothing any more until somebody has mended it.
        self.look()

    def copy(self) -> None:
        """As a sync program takes it: the file alone, whatever is in the log."""
        copy = self.path.with_name(f"copy{len(self.copies)}")
        self.other.do(f"shutil.copyfile(path, {str(copy)!r})")
        self.copies.append(copy)

    def overwrite(self) -> None:
        if not self.copies:
            return
        copy = self.chance.choice(self.copies)
        self.overwritten_by, self.written_since = copy, False
        self.other.do(f"overwrite({str(copy)!r}, times={self.chance.random() < 0.5})")
        self.look()

    def reopen(self) -> None:
        self.project.close()
        self.project = Project.open(self.path)

    def kill(self) -> None:
        # What nobody who lives has seen can be missed by nobody.
        self.look()
        self.window.kill()
        self.window = self._new_window()

    def begin_anew(self) -> None:
        """The editor was told: the file is what was written there, and goes on from that."""
        assert self.overwritten_by is not None, "told of something that nobody did"
        self.told += 1
        self.project.close()
        self._in_window("leave()")
        if not self.written_since:
            assert self.path.read_bytes() == self.overwritten_by.read_bytes(), "not left alone"
        self.saved = set(marks_in(self.path))
        self.project = Project.open(self.path)
        self.overwritten_by = None

    def run(self, steps: int) -> None:
        """So many operations at random."""
        often = (self.edit, self.edit_there, self.checkpoint, self.look)
        seldom = (
            self.undo,
            self.import_articles,
            self.leave_there,
            self.write_there,
            self.tidy_there,
            self.lose_locks,
            self.remove_log,
            self.copy,
            self.copy,
            self.overwrite,
            self.reopen,
            self.kill,
        )
        for _ in range(steps):
            operation = self.chance.choice((*often * 3, *seldom))
            try:
                operation()
            except ProjectOverwritten:
                self.begin_anew()

    def end(self) -> int:
        """Everything is closed; how many edits were acknowledged, none of them lost."""
        self.project.close()
        self._in_window("leave()")
        with self.other, self.window:
            pass
        lost = self.saved - marks_in(self.path)
        assert not lost, f"lost: {sorted(lost)}"
        return self.number
