"""The file of an open project, and what other programs do to it while it is open."""

from contextlib import AbstractContextManager
from pathlib import Path

from annotator.store.database import Database


class ProjectFile:
    """The state of the file; comes from `Project.file`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def verify(self) -> None:
        """Check thoroughly what other programs have done to the file; rebuild a lost log.

        Raises ProjectRemoved or ProjectOverwritten: nothing can be saved in it any more. Raises
        another StoreError if the harm can be neither determined nor repaired now.
        """
        self._database.verify()

    def no_busy_wait(self) -> AbstractContextManager[None]:
        """Raise ProjectLocked at once in the block if the file is locked."""
        return self._database.no_busy_wait()

    def is_gone(self) -> bool:
        """Return whether it was removed or replaced since opening, so that nothing can be saved.

        Everything that was saved can still be read.
        """
        return self._database.is_gone()

    @property
    def is_overwritten(self) -> bool:
        """Whether the file was found to have been overwritten.

        Nothing more is saved in it, and reads return what it holds now; nothing at all if it is no
        longer a project.
        """
        return self._database.guard is not None and self._database.guard.overwritten

    @property
    def mended(self) -> int:
        """How often its log was lost and rebuilt since it was opened, with nothing lost."""
        return 0 if self._database.guard is None else self._database.guard.mended

    @property
    def retired_log(self) -> Path | None:
        """The new path of a log that was beside the file and belonged to another state of it."""
        return self._database.retired_log
