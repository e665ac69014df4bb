"""The file of an open project, as other programs may treat it while it is open."""

from contextlib import AbstractContextManager
from pathlib import Path

from annotator.store.database import Database


class ProjectFile:
    """What became of the file; comes from `Project.file`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def verify(self) -> None:
        """Look thoroughly at what other programs have done to it; a lost log is made anew.

        Raises ProjectGone or ProjectOverwritten: nothing can be saved in it any more. Raises
        another StoreError where it can be neither told nor mended now.
        """
        self._database.verify()

    def without_waiting(self) -> AbstractContextManager[None]:
        """In the block, whoever finds the file locked is told at once by ProjectLocked."""
        return self._database.without_waiting()

    def is_gone(self) -> bool:
        """Whether it was removed or replaced since it was opened, so that nothing can be saved.

        All that was saved can still be read.
        """
        return self._database.is_gone()

    @property
    def is_overwritten(self) -> bool:
        """Whether something was found to have written over it.

        Nothing is saved in it any more, and what is read is what it holds now; nothing at all
        if that is no project.
        """
        return self._database.guard is not None and self._database.guard.overwritten

    @property
    def mended(self) -> int:
        """How often its log was lost and made anew since it was opened, with nothing lost."""
        return 0 if self._database.guard is None else self._database.guard.mended

    @property
    def retired_log(self) -> Path | None:
        """Where the log is now that lay beside it and belonged to another state of it."""
        return self._database.retired_log
