"""The actions for the current article."""

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication, QKeySequence
from PySide6.QtWidgets import QApplication

from annotator.core import edits
from annotator.core.annotation_warnings import warnings_of
from annotator.core.models import Entity, Mention, Quote, Status
from annotator.ui.actions.action import Action, Condition, Menu, Scope
from annotator.ui.actions.conditions import editable, item_selected, writable
from annotator.ui.article.annotation_controller import AnnotationController
from annotator.ui.article.navigation import Navigator
from annotator.ui.i18n.translation import tr, tr_later
from annotator.ui.lists.panels import ListPanels
from annotator.ui.widgets.dialogs import ask_note
from annotator.ui.window_context import WindowContext

if TYPE_CHECKING:
    from annotator.ui.article.checks_dialog import ChecksDialog

_FLAG = "discuss"


class ArticleActions:
    """The actions that annotate the article, and those that go on to another one."""

    def __init__(self, context: WindowContext, lists: ListPanels, navigator: Navigator) -> None:
        view, registry = context.view, context.registry
        self._window = context.window
        self._session = context.session
        self._view = view
        self._side = lists.side
        self._articles = lists.articles
        self._moving = navigator
        self._registry = registry
        self._checks: ChecksDialog | None = None
        self._annotating = AnnotationController(view.session, view, registry)
        registry.add((*self._editing_actions(), *self._item_actions()))
        registry.add((*self._going_actions(), *self._check_actions()))
        self.mark = self._annotating.mark
        """Marks the selection with the label of this name."""

    def _editing_actions(self) -> list[Action]:
        make, menu, able = self._annotating, Menu.ANNOTATE, editable(self._session)
        return [
            Action("quote", tr("&Quote"), make.quote, menu, ("Q",), able),
            Action(
                "add_content", tr("Add to co&ntent"), make.add_content, menu, ("Shift+Q",), able
            ),
            Action("cue", tr("&Cue"), make.cue, menu, ("C",), able),
            Action("source", tr("&Source or speaker…"), self.source, menu, ("S",), able),
            Action("addressee", tr("&Addressee"), make.addressee, menu, ("A",), able),
            Action("quote_type", tr("Quote t&ype…"), self.quote_type, menu, ("T",), able),
            Action(
                "done_next",
                tr("&Done and next"),
                self.done_next,
                menu,
                ("Ctrl+Return", "Ctrl+Enter"),
                able,
                also=tr_later("finish complete submit"),
            ),
            Action(
                "skip_next",
                tr("S&kip and next"),
                self.skip_next,
                menu,
                ("Ctrl+Shift+Return",),
                able,
            ),
            Action("reopen", tr("Mark as &to do"), self.reopen, menu, (), able),
            Action(
                "note_article",
                tr("Note on the &article…"),
                self.note_article,
                Menu.EDIT,
                ("Shift+N",),
                able,
            ),
            Action(
                "flag_article",
                tr("Flag the artic&le"),
                self.flag_article,
                Menu.EDIT,
                ("Shift+F",),
                able,
            ),
        ]

    def _item_actions(self) -> list[Action]:
        session, menu = self._session, Menu.EDIT
        item = (writable(session), item_selected(session))
        deletable = (
            writable(session),
            Condition(
                lambda: session.pick is not None,
                tr("Click a span or choose a list row to delete it."),
            ),
        )
        copied = Condition(
            lambda: self._view.selection() is not None or session.picked_quote() is not None,
            tr("Select the words to copy, or click a quote."),
        )
        return [
            Action(
                "copy", tr("&Copy"), self.copy, menu, (QKeySequence.StandardKey.Copy,), (copied,)
            ),
            Action("edit_note", tr("&Note…"), self.edit_note, menu, ("N",), item),
            Action("toggle_flag", tr("&Flag"), self.toggle_flag, menu, ("F",), item),
            Action(
                "delete",
                tr("&Delete"),
                self._annotating.delete,
                menu,
                ("Del", "Backspace"),
                deletable,
            ),
            Action(
                "rename_entity",
                tr("&Rename entity"),
                self.rename_entity,
                Menu.ANNOTATE,
                ("F2",),
                (writable(session), self._entity_selected(tr("Click the entity to rename."))),
            ),
            Action(
                "merge_entities",
                tr("&Merge entity with…"),
                self.merge_entities,
                Menu.ANNOTATE,
                ("M",),
                (writable(session), self._entity_selected(tr("Click the entity to merge."))),
            ),
        ]

    def _going_actions(self) -> list[Action]:
        view = Menu.VIEW
        return [
            Action(
                "next_article",
                tr("&Next article"),
                self.next_article,
                view,
                ("Ctrl+PgDown", "Alt+Right"),
            ),
            Action(
                "previous_article",
                tr("&Previous article"),
                self.previous_article,
                view,
                ("Ctrl+PgUp", "Alt+Left"),
            ),
            Action("focus_text", tr("Go to the &text"), self.focus_text, view, ("Ctrl+1",)),
            Action("focus_quotes", tr("Go to the &quotes"), self.focus_quotes, view, ("Ctrl+2",)),
            Action(
                "focus_entities", tr("Go to the &entities"), self.focus_entities, view, ("Ctrl+3",)
            ),
        ]

    def _check_actions(self) -> list[Action]:
        """Return the actions in the dialog of what to check before an article is done."""
        is_open = Condition(lambda: self._checks is not None, tr("Finish an article first."))
        rows: tuple[tuple[str, str, Callable[[ChecksDialog], None], tuple[str, ...]], ...] = (
            ("checks_go", tr("Go to the place"), lambda checks: checks.go(), ("Return", "Enter")),
            ("checks_leave_out", tr("Leave out …"), lambda checks: checks.ask_reason(), ("X",)),
            ("checks_done", tr("Done"), lambda checks: checks.finish(), ("Ctrl+Return",)),
        )
        return [
            Action(
                id_,
                title,
                partial(self._check, run),
                None,
                keys,
                (is_open,),
                Scope.CHECKS,
                claims_key=self._checks_focused if id_ == "checks_go" else None,
            )
            for id_, title, run, keys in rows
        ]

    def _checks_focused(self) -> bool:
        """Return whether Return is about a row, and not about a button."""
        return self._checks is not None and self._checks.list.hasFocus()

    def _check(self, run: "Callable[[ChecksDialog], None]") -> None:
        if self._checks is not None:
            run(self._checks)

    def _forget_checks(self) -> None:
        self._checks = None

    def _entity_selected(self, reason: str) -> Condition:
        return Condition(lambda: self._session.picked_entity() is not None, reason)

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

    def source(self) -> None:
        if not self._annotating.source():
            self._side.choose_speaker(self._annotating.current_quote())

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
        theme, registry = self._view.theme, self._registry
        dialog = ChecksDialog(article.text, rows, theme, registry, self._window)
        self._checks = dialog
        dialog.finished.connect(self._forget_checks)
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
