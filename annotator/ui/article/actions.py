"""The actions for the current article."""

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication, QWidget

from annotator.core import edits
from annotator.core.annotation_warnings import warnings_of
from annotator.core.models import Entity, Mention, Quote, Status
from annotator.ui.article.annotation_controller import AnnotationController
from annotator.ui.article.navigation import Navigator
from annotator.ui.article.view import ArticleView
from annotator.ui.i18n.translation import tr
from annotator.ui.lists.article_panel import ArticlePanel
from annotator.ui.lists.side_panel import SidePanel
from annotator.ui.session import Session
from annotator.ui.widgets.dialogs import ask_note

_FLAG = "discuss"


class ArticleActions:
    """One method for each action id; see the table in `actions`."""

    def __init__(
        self,
        window: QWidget,
        session: Session,
        view: ArticleView,
        side: SidePanel,
        articles: ArticlePanel,
        moving: Navigator,
    ) -> None:
        self._window = window
        self._session = session
        self._view = view
        self._side = side
        self._articles = articles
        self._moving = moving
        self._annotating = AnnotationController(session, view)
        self.undo_first: Callable[[], bool] = lambda: False
        """Called before undo takes an edit back; returns True if it has undone something else."""

    def mark(self, label: str) -> None:
        self._annotating.mark(label)

    def undo(self) -> None:
        if not self.undo_first():
            self._session.undo()

    def redo(self) -> None:
        self._session.redo()

    def copy(self) -> None:
        """Copy the article's own text, which a text widget would change."""
        article, selection = self._session.article, self._view.selection()
        focus = QApplication.focusWidget()
        if article is not None and selection is not None and focus is self._view:
            QGuiApplication.clipboard().setText(article.text[slice(*selection)])
        elif isinstance(quote := self._session.picked_quote(), Quote):
            texts = (part.text for part in quote.parts("content"))
            QGuiApplication.clipboard().setText(" … ".join(texts))

    def edit_note(self) -> None:
        item = self._annotating.picked_item()
        if item is None:
            self._session.said.emit(tr("Click a span or choose a list row first."))
            return
        note = ask_note(self._window, _describe(item), item.note)
        if note is not None and note != item.note:
            self._annotating.annotate_picked(partial(edits.set_note, note=note))

    def toggle_flag(self) -> None:
        item = self._annotating.picked_item()
        on = item is not None and _FLAG not in item.flags
        self._annotating.annotate_picked(partial(edits.set_flag, flag=_FLAG, on=on))

    def note_article(self) -> None:
        """Write a note on the annotation as a whole."""
        annotation = self._session.annotation
        if annotation is None:
            return
        before = annotation.head.notes
        note = ask_note(self._window, tr("the article"), before)
        if note is not None and note != before:
            self._session.perform(lambda _, on: edits.set_note(on.head, note))

    def flag_article(self) -> None:
        """Flag the annotation as a whole, or remove the flag."""
        self._session.perform(
            lambda _, on: edits.set_flag(on.head, _FLAG, on=_FLAG not in on.head.flags)
        )

    def delete(self) -> None:
        self._annotating.delete()

    def quote(self) -> None:
        self._annotating.quote()

    def add_content(self) -> None:
        self._annotating.add_content()

    def cue(self) -> None:
        self._annotating.cue()

    def source(self) -> None:
        if not self._annotating.source():
            self._side.choose_speaker(self._annotating.current_quote())

    def addressee(self) -> None:
        self._annotating.addressee()

    def quote_type(self) -> None:
        self._side.choose_type(self._annotating.current_quote())

    def rename_entity(self) -> None:
        self._side.rename_entity(self._session.picked_entity())

    def merge_entities(self) -> None:
        self._side.merge_entity(self._session.picked_entity())

    def done_next(self) -> None:
        """Set the article to done and open the next one, after showing open checks, if any."""
        session = self._session
        annotation, article = session.annotation, session.article
        if annotation is None or article is None or annotation.head.status == "done":
            self._close_with("done")
            return
        from annotator.ui.article.checks_dialog import ChecksDialog, open_checks

        rows = open_checks(
            self._moving.unannotated_spans(), warnings_of(article, annotation, self._session.scheme)
        )
        if not rows:
            self._close_with("done")
            return
        dialog = ChecksDialog(article.text, rows, self._view.theme, self._window)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.wants_place.connect(self._moving.show)
        dialog.wants_done.connect(partial(self._close_with, "done"))
        dialog.wants_reason.connect(self._leave_out)
        dialog.open()

    def skip_next(self) -> None:
        self._close_with("skipped")

    def reopen(self) -> None:
        self._session.perform(lambda _, annotation: edits.set_status(annotation, "todo"))

    def next_article(self) -> None:
        self._go(1)

    def previous_article(self) -> None:
        self._go(-1)

    def focus_text(self) -> None:
        self._view.setFocus()

    def focus_quotes(self) -> None:
        self._side.focus_quotes()

    def focus_entities(self) -> None:
        self._side.focus_entities()

    def _leave_out(self, start: int, end: int, why: str) -> None:
        self._session.perform(lambda article, on: edits.dismiss(article, on, start, end, why))

    def _close_with(self, status: Status) -> None:
        """Set this status and open the next article that is still to do."""
        annotation = self._session.annotation
        if annotation is None:
            self._session.said.emit(tr("Open an article first."))
            return
        if annotation.head.status != status and not self._session.perform(
            lambda _, on: edits.set_status(on, status)
        ):
            return
        key = self._articles.neighbour(1, only_open=True)
        if key is None:
            self._session.said.emit(tr("That was the last article to do. Well done!"))
        else:
            self._session.open_article(key)
            self._view.setFocus()

    def _go(self, step: int) -> None:
        key = self._articles.neighbour(step)
        if key is None:
            self._session.said.emit(
                tr("This is the last article of the list.")
                if step > 0
                else tr("This is the first article of the list.")
            )
        else:
            self._session.open_article(key)


def _describe(item: Entity | Mention | Quote) -> str:
    if isinstance(item, Entity):
        return tr("entity {1}", item.name)
    if isinstance(item, Mention):
        return f"“{item.text}”"
    return tr("quote “{1}…”", item.parts("content")[0].text[:60])
