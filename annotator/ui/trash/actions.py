"""The actions of the trash: deleting articles, undoing that, and the dialog of the trash."""

from collections.abc import Callable, Collection
from datetime import UTC, datetime
from functools import partial
from typing import TYPE_CHECKING, Final, NamedTuple, TypeVar

from annotator.services.job import Cancelled, Progress
from annotator.store import Project
from annotator.ui.actions.action import Action, Condition, Menu, Scope
from annotator.ui.actions.conditions import writable
from annotator.ui.actions.key_labels import action_key_text
from annotator.ui.i18n.translation import tr, tr_count, tr_later
from annotator.ui.jobs.runner import Job
from annotator.ui.lists.article_panel import ArticlePanel
from annotator.ui.trash.undo_toast import UndoToast
from annotator.ui.widgets.plain_text import strip_mnemonics
from annotator.ui.window_context import WindowContext

if TYPE_CHECKING:
    from annotator.services.trash import DeleteReport, EmptyTrashReport, RestoreReport
    from annotator.store import TrashedArticle
    from annotator.ui.trash.dialog import TrashDialog

_Report = TypeVar("_Report")
_LONGEST_NAME: Final = 45


class _Last(NamedTuple):
    """The deleted articles that undo restores, and the one among them that was open."""

    numbers: tuple[int, ...]
    on_desk: int | None


class TrashActions:
    """The actions of the trash, and what becomes of deleted articles."""

    def __init__(self, context: WindowContext, articles: ArticlePanel) -> None:
        self._context = context
        self._session = context.session
        self._articles = articles
        self._registry = registry = context.registry
        self._dialog: TrashDialog | None = None
        self._deleting: tuple[int, ...] = ()
        self._last: _Last | None = None
        session = context.session
        session.edit_applied.connect(self._forget)
        session.article_opened.connect(self._forget)
        session.article_removed.connect(self._leave_deleted)
        articles.trash_wanted.connect(lambda: registry.invoke("move_to_trash"))
        self._undo_toast: UndoToast | None = None
        registry.add(self.actions())

    def actions(self) -> list[Action]:
        """Return the actions that move articles to the trash, and show it."""
        session, articles = self._session, self._articles
        chosen = Condition(
            lambda: session.article is not None or articles.view.hasFocus(),
            tr("Open an article first."),
        )
        is_open = Condition(lambda: self._dialog is not None, tr("Open the trash first."))
        return [
            Action(
                "move_to_trash",
                tr("&Move to the trash"),
                self.move_to_trash,
                Menu.EDIT,
                enabled_when=(chosen, writable(session)),
                also=tr_later("delete remove article"),
            ),
            Action(
                "show_trash",
                tr("Tras&h…"),
                self.show_trash,
                Menu.FILE,
                also=tr_later("deleted restore bin"),
            ),
            Action(
                "trash_restore",
                tr("&Restore"),
                self._restore_chosen,
                None,
                ("Return", "Enter"),
                (is_open,),
                Scope.TRASH,
            ),
            Action(
                "trash_delete",
                tr("&Delete for good…"),
                self._delete_chosen,
                None,
                ("Del", "Backspace"),
                (is_open,),
                Scope.TRASH,
            ),
        ]

    @property
    def undo_toast(self) -> UndoToast:
        """The message after a move to the trash, made at the first use."""
        if self._undo_toast is None:
            self._undo_toast = UndoToast(self._context.view)
            self._undo_toast.undo_wanted.connect(self.take_back)
        return self._undo_toast

    def move_to_trash(self) -> None:
        """Delete the articles chosen in the list if that has the focus, else the open article."""
        session, articles = self._session, self._articles
        keys = articles.chosen() if articles.view.hasFocus() else []
        if not keys and session.article_key is not None:
            keys = [session.article_key]
        if session.pending_edits:
            session.status_message.emit(tr("Save the pending edits first: they would be lost."))
            return
        if not keys:
            session.status_message.emit(tr("Open an article first."))
            return
        session.record_working_time()
        annotator = session.annotator

        def job(project: Project, progress: Progress, cancelled: Cancelled) -> "DeleteReport":
            from annotator.services.trash import delete_articles

            return delete_articles(project, keys, annotator, progress=progress, cancelled=cancelled)

        deleting = tuple(keys)
        if self._run(
            Job(job, tr("Moving articles to the trash")), partial(self._report_deleted, deleting)
        ):
            self._deleting = deleting

    def show_trash(self) -> None:
        from annotator.ui.trash.dialog import TrashDialog

        dialog = TrashDialog(self._session.project, self._context.theme, self._context.window)
        self._dialog = dialog
        self._registry.take_keys(Scope.TRASH, dialog.view)
        dialog.wants_back.connect(self._restore)
        dialog.wants_gone.connect(self._delete_for_good)
        dialog.finished.connect(self._close)
        dialog.open()

    def _restore_chosen(self) -> None:
        if self._dialog is not None:
            self._dialog.restore()

    def _delete_chosen(self) -> None:
        if self._dialog is not None:
            self._dialog.ask_to_delete()

    def take_back(self) -> bool:
        """Restore what was deleted last; return False if there is nothing, or edits came since."""
        last = self._last
        if last is None:
            return False
        if self._restore(last.numbers, last.on_desk):
            self._forget()
        return True

    def next_undo_title(self) -> str | None:
        """Return the title of what `take_back` would undo, translated; None if there is nothing."""
        return None if self._last is None else strip_mnemonics(tr("&Move to the trash"))

    def _restore(self, numbers: Collection[int], reopening: int | None = None) -> bool:
        """Restore these articles, and open the one of this key; return whether it was begun."""

        def job(project: Project, progress: Progress, cancelled: Cancelled) -> "RestoreReport":
            from annotator.services.trash import restore_articles

            return restore_articles(project, numbers, progress=progress, cancelled=cancelled)

        return self._run(
            Job(job, tr("Restoring articles")), partial(self._report_restored, reopening)
        )

    def _delete_for_good(self, numbers: Collection[int]) -> None:
        from annotator.services.backups import backup_folder

        folder = backup_folder(self._session.project.path, self._context.settings.backup_folder)

        def job(project: Project, progress: Progress, cancelled: Cancelled) -> "EmptyTrashReport":
            from annotator.services.trash import delete_permanently

            now = datetime.now(UTC)
            return delete_permanently(
                project, numbers, folder, now, progress=progress, cancelled=cancelled
            )

        self._run(Job(job, tr("Deleting articles for good")), self._report_emptied)

    def _run(self, job: Job[_Report], then: Callable[[_Report], None]) -> bool:
        running = self._session.jobs.run(job, then)
        if running is None:
            return False
        running.finished.connect(self._reset)
        if self._dialog is not None:
            self._dialog.wait()
        return True

    def _report_deleted(self, keys: Collection[int], done: "DeleteReport") -> None:
        if done.cancelled:
            self._session.status_message.emit(tr("Cancelled; nothing was deleted."))
            return
        here = self._session.article_key
        self._open_next(keys)
        numbers = tuple(item.number for item in done.items)
        self._last = _Last(numbers, here if here in keys else None)
        self._registry.refresh_soon()
        self.undo_toast.say(_deleted_words(done), action_key_text(self._registry["undo"]))

    def _report_restored(self, wanted: int | None, done: "RestoreReport") -> None:
        if done.cancelled:
            self._session.status_message.emit(tr("Cancelled; nothing was restored."))
            return
        self._hide_notice()
        self._context.reload_wanted.emit()
        if wanted in done.keys or self._session.article_key is None:
            self._session.open_article(wanted if wanted in done.keys else done.keys[0])
        self._session.status_message.emit(_restored_words(done.items))

    def _report_emptied(self, done: "EmptyTrashReport") -> None:
        if done.backup is None:
            self._session.status_message.emit(tr("Cancelled; nothing was deleted."))
            return
        if self._last is not None and {*self._last.numbers} & {one.number for one in done.items}:
            self._forget()
        deleted = tr_count(
            len(done.items), "1 article is deleted for good.", "{1} articles are deleted for good."
        )
        text = tr("{1} The backup {2} still has what was there.", deleted, done.backup.name)
        self._session.status_message.emit(text)

    def _leave_deleted(self) -> None:
        """Go on with the next article after another program has deleted the open one."""
        key, article = self._session.article_key, self._session.article
        if key is None or article is None or key in self._deleting:
            return
        name = article.title or article.id
        self._open_next((key,))
        self._session.status_message.emit(
            tr("“{1}” is not there any more: another window or program has deleted it.", name)
        )

    def _open_next(self, deleted: Collection[int]) -> None:
        """Show the list without these articles, and open one that still exists."""
        session, articles = self._session, self._articles
        following = articles.model.reload_without(deleted)
        if session.article_key in deleted:
            session.open_article(following)
        self._context.reload_wanted.emit()
        articles.point_at(following)

    def _forget(self) -> None:
        self._last = None
        self._registry.refresh_soon()
        self._hide_notice()

    def _hide_notice(self) -> None:
        if self._undo_toast is not None:
            self._undo_toast.hide()

    def _reset(self) -> None:
        self._deleting = ()
        if self._dialog is not None:
            self._dialog.reload()

    def _close(self) -> None:
        if self._dialog is not None:
            self._dialog.deleteLater()
            self._dialog = None


def _deleted_words(done: "DeleteReport") -> str:
    text = tr("“{1}” moved to the trash.", _name(done.items[0]))
    if len(done.items) > 1:
        text = tr_count(
            len(done.items), "1 article moved to the trash.", "{1} articles moved to the trash."
        )
    if done.annotations:
        annotations_text = tr_count(
            done.annotations, "1 annotation went along.", "{1} annotations went along."
        )
        text = f"{text} {annotations_text}"
    if done.others:
        names = tr(", ").join(done.others)
        among = tr("Among them is the work of {1}.", names)
        text = f"{text} {among}"
    return text


def _restored_words(items: "tuple[TrashedArticle, ...]") -> str:
    if len(items) == 1:
        return tr("“{1}” is back.", _name(items[0]))
    return tr_count(len(items), "1 article is back.", "{1} articles are back.")


def _name(item: "TrashedArticle") -> str:
    from annotator.ui.trash.table import title_of

    name = title_of(item)
    return name if len(name) <= _LONGEST_NAME else f"{name[: _LONGEST_NAME - 1].rstrip()}…"
