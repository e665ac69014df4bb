"""The session of a window: every view edits through it and is notified by it of changes."""

from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime
from typing import Final, Literal, NamedTuple, TypeVar

from PySide6.QtCore import QObject, Signal

from annotator.core.annotation import Annotation, StaleEdit
from annotator.core.edit import Edit
from annotator.core.edit_rules import CompletedEdit, complete_edit
from annotator.core.errors import Rejected
from annotator.core.message import Message
from annotator.core.models import Article, Entity, Head, Mention, Quote, RoleSpan, Status
from annotator.core.scheme import Scheme
from annotator.store import NoSuchArticle, Project, ProjectLocked, StoreError
from annotator.ui.article.quote_numbering import QuoteNumbering
from annotator.ui.article_progress import ArticleProgress
from annotator.ui.i18n.translation import tr, tr_error, tr_later, tr_message
from annotator.ui.jobs.runner import JobRunner
from annotator.ui.pending_edits import OpenArticle, PendingEdits
from annotator.ui.work_timer import WorkTimer

_T = TypeVar("_T")
_Default = TypeVar("_Default")

ItemKind = Literal["entity", "mention", "quote"]
_CHANGED_ELSEWHERE: Final = tr_later(
    "This article was changed in another window: it was read again, please repeat."
)


class SelectedItem(NamedTuple):
    """The item that the user has selected, in text and lists alike. `part` is a span of a quote."""

    kind: ItemKind
    id: str
    part: RoleSpan | None = None


class Session(QObject):
    """One project open for one annotator, with one current article.

    `article`, `annotation` and `article_key` are None while no article is open. `held_back` says
    whether suggestions are held back in it for a blind test; None without a blind test.
    """

    about_to_leave = Signal()
    """Emitted before the current article is left or read again, also as the window ends: the last
    moment at which what is being typed can be saved."""
    article_opened = Signal()
    """Emitted when another article is open, or the same one was read again."""
    edit_applied = Signal(object)
    """Emitted with an `Edit` that was committed and applied, by an action, an undo or a redo."""
    selected_item_changed = Signal(object)
    """Emitted with a `SelectedItem`, or None: what is selected now."""
    article_removed = Signal()
    """Emitted when the current article is not in the project any more: it was deleted elsewhere."""
    scheme_changed = Signal()
    """Emitted when the project has another scheme, which the current article follows already."""
    saved = Signal(object)
    """Emitted with a `datetime` in UTC: everything up to then is on disk."""
    status_message = Signal(str)
    """Emitted with a message for the status bar: why an edit was rejected, what was undone."""
    error_occurred = Signal(str)
    """Emitted with a message for a dialog: the disk or the project refuses."""

    def __init__(self, project: Project, annotator: str, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.project = project
        self.annotator = annotator
        self.article_key: int | None = None
        self.article: Article | None = None
        self.annotation: Annotation | None = None
        self.selected_item: SelectedItem | None = None
        self.held_back: bool | None = None
        self.quote_order = QuoteNumbering(Annotation())
        self._stopwatch = WorkTimer()
        self._unsaved_seconds: Counter[tuple[int, str]] = Counter()
        self._has_reported_time = False
        self._pending: CompletedEdit | None = None
        self._asked_about: int | None = None
        self.article_progress = ArticleProgress(self)
        self.jobs = JobRunner(project, self)
        self.jobs.refused.connect(self.status_message)
        self.jobs.failed.connect(self.error_occurred)
        self._can_step: tuple[bool, bool] | None = None
        self.pending_edits = PendingEdits(project, self)
        self.pending_edits.saved.connect(lambda: self.saved.emit(datetime.now(UTC)))

    @property
    def scheme(self) -> Scheme:
        return self.project.scheme

    def ask(self, question: Callable[[Project], _T], otherwise: _Default) -> _T | _Default:
        """Return what the project answers; `otherwise` if it cannot be read, which is reported."""
        try:
            return question(self.project)
        except StoreError as error:
            self.error_occurred.emit(tr_error(error))
            return otherwise

    def open_article(self, key: int | None) -> bool:
        """Open the article with this key, or close the current one with None.

        Return False if it cannot be opened, which is reported.
        """
        self.about_to_leave.emit()
        self.record_working_time()
        try:
            opened = None if key is None else self.pending_edits.read(key, self.annotator)
        except NoSuchArticle:
            self.status_message.emit(
                tr("This article is not there any more: somebody has deleted it.")
            )
            return False
        except StoreError as error:
            self.error_occurred.emit(tr_error(error))
            return False
        article, annotation = opened or (None, None)
        self._pending = None
        self.article_key, self.article, self.annotation = key, article, annotation
        self.selected_item = None
        self._can_step = None
        self.quote_order = QuoteNumbering(annotation or Annotation())
        self.article_opened.emit()
        self.selected_item_changed.emit(None)
        return True

    def reopen(self, *, own: bool = False) -> None:
        """Read the current article again from the project, if it is still there.

        `own`: it was changed by a job of this window, and not elsewhere.
        """
        if own:
            self._know_edits()
        if self.is_there():
            self.open_article(self.article_key)
        else:
            self.article_removed.emit()

    def is_there(self) -> bool:
        """Return whether the current article is in the project; also True if there is none."""
        if self.article_key is None or self.pending_edits:
            return True
        try:
            return bool(self.project.article_rows((self.article_key,), self.annotator))
        except StoreError:  # an error does not mean that it was deleted
            return True

    def take_scheme(self, *, reread: bool = True) -> None:
        """Switch to the scheme that is now in the project's file.

        `reread` says that annotations have changed with it, so that the article is read again.
        """
        self.about_to_leave.emit()
        self.project.reread_scheme()
        if reread:
            self.reopen(own=True)
        self.scheme_changed.emit()

    def set_annotator(self, annotator: str) -> None:
        """Continue as another annotator, whose own annotations are shown from now on."""
        self.about_to_leave.emit()
        self.record_working_time()
        self.annotator = annotator
        self.reopen()

    def perform(self, make: Callable[[Article, Annotation], Edit]) -> bool:
        """Make the edit and commit it.

        Return False if it is rejected or cannot be saved, which is reported and not raised.
        """
        if self.article is None or self.annotation is None:
            self.status_message.emit(tr("Open an article first."))
            return False
        if self._refuse_if_read_only():
            return False
        try:
            edit = self._make(make, self.article, self.annotation)
        except Rejected as reason:
            self.status_message.emit(tr_error(reason))
            return False
        return self._commit(lambda key: self._apply(key, edit), can_step=(True, False))

    def prepare(self, make: Callable[[Article, Annotation], Edit]) -> None:
        """Show what the edit makes without writing it: it is saved right before the next edit.

        If no edit follows, nothing was decided, and it is never written to the project.
        """
        if self.article is None or self.annotation is None or self._pending is not None:
            return
        try:
            edit = self._make(make, self.article, self.annotation)
        except Rejected:
            return
        self.annotation.apply(edit)
        self.quote_order.apply(edit)
        self._pending = edit
        self.edit_applied.emit(edit)

    def saved_status(self) -> Status:
        """Return the status of the current article without an edit that is only prepared."""
        prepared = self._pending.changes if self._pending is not None else ()
        heads = (change.before for change in prepared if isinstance(change.before, Head))
        shown = self.annotation.head if self.annotation is not None else Head()
        return next(heads, shown).status

    def undo(self) -> None:
        """Take the last edit of this article back, even one from before a restart.

        An edit that another window or program made since this one opened the project is named first
        and taken back by a second undo, so that no edit from elsewhere is undone unawares.
        """
        if self._refuse_if_read_only():
            return
        if self._is_foreign():
            undo, _redo = self.next_titles()
            title = "" if undo is None else tr_message(undo)
            self.status_message.emit(
                tr("“{1}” was done in another window: undo once more to take it back.", title)
            )
            return
        self._step(
            lambda key: self.pending_edits.undo(key, self.annotator),
            tr("Undone"),
            tr("Nothing to undo."),
        )

    def redo(self) -> None:
        """Apply the last undone edit of this article again."""
        if self._refuse_if_read_only():
            return
        self._step(
            lambda key: self.pending_edits.redo(key, self.annotator),
            tr("Redone"),
            tr("Nothing to redo."),
        )

    def _make(
        self,
        make: Callable[[Article, Annotation], Edit],
        article: Article,
        annotation: Annotation,
    ) -> CompletedEdit:
        return complete_edit(
            annotation, make(article, annotation), self.annotator, held_back=self.held_back
        )

    def _is_foreign(self) -> bool:
        """Return whether undo would take back another window's edit; True once for each edit."""
        key = self.article_key
        if key is None or self.pending_edits:
            return False
        try:
            edit = self.project.foreign_undo(key, self.annotator)
        except StoreError:  # undo itself will report it
            return False
        if edit is None:
            return False
        asked, self._asked_about = self._asked_about, edit
        return asked != edit

    def _know_edits(self) -> None:
        try:
            self.project.mark_edits_known()
        except StoreError:  # the next read of the article will report it
            return

    def next_titles(self) -> tuple[Message | None, Message | None]:
        """Return the titles of what undo and redo would do now, each None if there is nothing."""
        if self.article_key is None:
            return None, None
        return self.pending_edits.next_titles(self.article_key, self.annotator)

    def can_undo(self) -> bool:
        """Return whether undo would take back an edit; not read again before the next edit."""
        return self._steps()[0]

    def can_redo(self) -> bool:
        """Return whether redo would apply an edit; not read again before the next edit."""
        return self._steps()[1]

    def _steps(self) -> tuple[bool, bool]:
        if self._can_step is None:
            try:
                undo, redo = self.next_titles()
            except StoreError:  # undo itself will report it
                return True, True
            self._can_step = undo is not None, redo is not None
        return self._can_step

    def select(self, selected: SelectedItem | None) -> None:
        """Select an item. Views follow through `selected_item_changed`."""
        if selected != self.selected_item:
            self.touch()
            self.selected_item = selected
            self.selected_item_changed.emit(selected)

    def selected_quote(self) -> Quote | None:
        """Return the selected quote, if a quote is selected."""
        if (
            self.annotation is None
            or self.selected_item is None
            or self.selected_item.kind != "quote"
        ):
            return None
        return self.annotation.quotes.get(self.selected_item.id)

    def selected_entity(self) -> Entity | None:
        """Return the selected entity, selected itself or by one of its mentions."""
        if (
            self.annotation is None
            or self.selected_item is None
            or self.selected_item.kind == "quote"
        ):
            return None
        mention = self.selected_mention()
        entity_id = mention.entity_id if mention is not None else self.selected_item.id
        return self.annotation.entities.get(entity_id)

    def selected_mention(self) -> Mention | None:
        """Return the selected mention, if a mention is selected."""
        if (
            self.annotation is None
            or self.selected_item is None
            or self.selected_item.kind != "mention"
        ):
            return None
        return self.annotation.mentions.get(self.selected_item.id)

    def set_pause(self, seconds: int) -> None:
        """Count pauses of up to this length as work from now on."""
        self._stopwatch.pause = float(seconds)

    def touch(self) -> None:
        """Note that the annotator is working: a key, a click, a scroll."""
        self._stopwatch.touch()

    def record_working_time(self) -> None:
        """Write the working time on this article to the project, with any that is still unsaved.

        Time that cannot be written is kept for the next call; why is reported once.
        """
        self.touch()  # the annotator worked on the article until leaving it
        seconds = self._stopwatch.take()
        if self.project.read_only or self.project.file.is_overwritten:
            return
        if self.article_key is not None and seconds:
            self._unsaved_seconds[self.article_key, self.annotator] += seconds
        if self.pending_edits:
            return
        for key, annotator in [*self._unsaved_seconds]:
            seconds = self._unsaved_seconds.pop((key, annotator))
            try:
                self._bank(key, annotator, seconds)
            except StoreError as error:
                self._unsaved_seconds[key, annotator] += seconds
                if not isinstance(error, ProjectLocked) and not self._has_reported_time:
                    self._has_reported_time = True
                    self.error_occurred.emit(tr_error(error))
                return
        self._has_reported_time = False

    def _bank(self, key: int, annotator: str, seconds: int) -> None:
        if not self._is_undecided_review(key, annotator):
            with suppress(NoSuchArticle):  # what is connected to `article_removed` reports it
                self.project.add_seconds(key, annotator, seconds)

    def read_only_text(self) -> str:
        """Return the message that the project can only be read."""
        return tr("This project can only be read; copy it into a folder of your own to edit it.")

    def _refuse_if_read_only(self) -> bool:
        if self.project.read_only:
            self.status_message.emit(self.read_only_text())
        return self.project.read_only

    def _is_undecided_review(self, key: int, annotator: str) -> bool:
        """Return whether this is a review of the article in which nothing was decided yet."""
        from annotator.core.adjudication import GOLD

        return annotator == GOLD and not self.project.revision(key, GOLD)

    def _apply(self, key: int, edit: CompletedEdit) -> Edit:
        assert self.article is not None
        assert self.annotation is not None
        current = OpenArticle(self.article, self.annotation)
        self._asked_about = None
        if self._pending is not None:
            self.pending_edits.save(key, self.annotator, self._pending, current)
            self._pending = None
        self.pending_edits.save(key, self.annotator, edit, current)
        return edit

    def _step(self, step: Callable[[int], Edit | None], did: str, nothing: str) -> None:
        def run(key: int) -> Edit | None:
            edit = step(key)
            self.status_message.emit(
                nothing if edit is None else f"{did}: {tr_message(edit.title)}"
            )
            return edit

        self._commit(run)

    def _commit(
        self,
        write: Callable[[int], Edit | None],
        *,
        can_step: tuple[bool, bool] | None = None,
    ) -> bool:
        """Write through the store, then change the current annotation and notify the views.

        `can_step` says whether an edit can be undone and redone afterwards, None if unknown.
        """
        if self.article_key is None or self.annotation is None:
            return False
        try:
            edit = write(self.article_key)
            if edit is None:
                return False
            self._can_step = can_step
            self.annotation.apply(edit)
            self.quote_order.apply(edit)
        except StaleEdit:
            self.reopen()
            self.status_message.emit(tr(_CHANGED_ELSEWHERE))
            return False
        except NoSuchArticle:
            self.article_removed.emit()
            return False
        except StoreError as error:
            self.error_occurred.emit(tr_error(error))
            return False
        self.touch()
        self._clear_lost_selection()
        self.edit_applied.emit(edit)
        if not self.pending_edits:
            self.saved.emit(datetime.now(UTC))
        return True

    def _clear_lost_selection(self) -> None:
        is_lost = (
            self.selected_item is not None
            and self.selected_quote() is None
            and self.selected_mention() is None
            and self.selected_entity() is None
        )
        quote, part = (
            self.selected_quote(),
            self.selected_item.part if self.selected_item is not None else None,
        )
        if is_lost:
            self.select(None)
        elif quote is not None and part is not None and part not in quote.spans:
            self.select(SelectedItem("quote", quote.id))
