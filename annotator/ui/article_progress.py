"""How many articles are done: counted once, then kept by the edits of the window."""

from collections import Counter
from typing import TYPE_CHECKING, NamedTuple

from PySide6.QtCore import QObject, Signal, Slot

from annotator.core.models import Status
from annotator.store import Progress, StoreError
from annotator.ui.i18n.translation import tr_error

if TYPE_CHECKING:
    from annotator.ui.session import Session


class _Counted(NamedTuple):
    """The status that the current article has in the counts of an annotator."""

    key: int
    annotator: str
    status: Status


class ArticleProgress(QObject):
    """The articles of the annotator by their status.

    All of them are counted at first and when the project was changed by more than an edit. An edit
    moves its article from one status to another, which costs the same in a project of any size.
    An edit that is shown but not to be saved unless another one follows does not count.
    """

    changed = Signal(object)
    """Emitted with the new `Progress`."""

    def __init__(self, session: "Session") -> None:
        super().__init__(session)
        self._session = session
        self._annotator = ""
        self._total = 0
        self._counts: Counter[Status] | None = None
        self._current: _Counted | None = None
        session.edit_applied.connect(self._follow)
        session.article_opened.connect(self._follow)

    def read(self) -> Progress:
        """Return the progress of the current annotator, counted now if need be.

        Raises StoreError if the project cannot be read.
        """
        annotator = self._session.annotator
        if self._counts is None or self._annotator != annotator:
            found = self._session.project.progress(annotator)
            self._annotator, self._total = annotator, found.total
            self._counts = Counter(found.counts)
            self._current = self._counted_now()
        progress = Progress(self._total, dict(self._counts))
        if self._session.pending_edits:  # what waits was not counted
            self.invalidate()
        return progress

    def invalidate(self) -> None:
        """Count anew at the next question: the project was changed by more than an edit."""
        self._counts = None

    @Slot()
    def recount(self) -> None:
        """Count anew, and tell it; an error is reported."""
        self.invalidate()
        self._tell()

    def _tell(self) -> None:
        try:
            progress = self.read()
        except StoreError as error:
            self._session.status_message.emit(tr_error(error))
            return
        self.changed.emit(progress)

    def _counted_now(self) -> _Counted | None:
        session = self._session
        if session.article_key is None or session.annotation is None:
            return None
        return _Counted(session.article_key, session.annotator, session.saved_status())

    @Slot()
    def _follow(self) -> None:
        """Count the current article by the status that it has now."""
        now, before = self._counted_now(), self._current
        self._current = now
        if not self._annotator:  # nobody has asked yet, and the article is to be painted first
            return
        if now is not None and before is not None and now[:2] == before[:2]:
            if now.status == before.status:
                return
            if self._counts is not None:
                self._counts[before.status] -= 1
                self._counts[now.status] += 1
            self._tell()
        elif self._annotator != self._session.annotator:
            self._tell()
