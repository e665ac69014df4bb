"""The actions on the scheme, its attributes and guidelines, and on statistics."""

from functools import partial
from typing import TYPE_CHECKING, Any, Final

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import QApplication

from annotator.core import edits
from annotator.core.models import Entity, Quote
from annotator.ui.actions.action import Action, Condition, Menu, Scope
from annotator.ui.actions.commands import plain
from annotator.ui.actions.conditions import writable
from annotator.ui.i18n.translation import tr, tr_later
from annotator.ui.scheme_editor.attributes_dialog import AttributesDialog
from annotator.ui.scheme_editor.guidelines_panel import GuidelinesPanel
from annotator.ui.theme.theme import Theme
from annotator.ui.window_context import WindowContext

if TYPE_CHECKING:
    from annotator.ui.scheme_editor.editable_list import RowList
    from annotator.ui.statistics.window import StatisticsWindow

_GUIDELINES: Final = "guidelines"


class SchemeActions:
    """The actions on the scheme, and those that show what it says."""

    def __init__(self, context: WindowContext) -> None:
        self._context = context
        self._window, self._session = context.window, context.session
        self._settings = context.settings
        self._registry = registry = context.registry
        context.theme_changed.connect(self.set_theme)
        self._panel: GuidelinesPanel | None = None
        registry.add(self.actions())

    def actions(self) -> list[Action]:
        """Return the actions on the scheme, on attributes and guidelines, and on statistics."""
        session = self._session
        described = Condition(
            lambda: session.picked_quote() is not None or session.picked_entity() is not None,
            tr("Click an entity or a quote first."),
        )
        return [
            Action(
                "edit_scheme",
                tr("&Scheme…"),
                self.edit_scheme,
                Menu.EDIT,
                also=tr_later("labels tagset types attributes schema"),
            ),
            Action(
                "attributes",
                tr("Attri&butes…"),
                self.attributes,
                Menu.ANNOTATE,
                ("Shift+A",),
                (writable(session), described),
            ),
            Action(
                "guidelines",
                tr("&Guidelines"),
                self.guidelines,
                Menu.HELP,
                ("F1",),
                checked=lambda: self._panel is not None and not self._panel.isHidden(),
                also=tr_later("manual instructions codebook"),
            ),
            Action(
                "statistics",
                tr("Statisti&cs…"),
                self.statistics,
                Menu.VIEW,
                also=tr_later("counts progress time charts"),
            ),
            *self._dialog_actions(),
        ]

    def _dialog_actions(self) -> list[Action]:
        """Return the actions in the scheme editor and in the window of the statistics."""
        counted = Condition(lambda: self._page() is not None, tr("Open the statistics first."))
        edited = Condition(lambda: self._rows() is not None, tr("Choose a row of the list first."))
        rows = (
            ("add", tr("Add a row"), self._add_row, "Ins"),
            ("remove", tr("Take the row out"), self._remove_row, "Del"),
            ("up", tr("Move up"), partial(self._shift_row, -1), "Alt+Up"),
            ("down", tr("Move down"), partial(self._shift_row, 1), "Alt+Down"),
        )
        return [
            Action(
                "count_again",
                tr("Count again"),
                self._count_again,
                None,
                ("F5",),
                (counted,),
                Scope.STATISTICS,
            ),
            *(
                Action(f"scheme_{name}", title, run, None, (key,), (edited,), Scope.SCHEME)
                for name, title, run, key in rows
            ),
        ]

    def _page(self) -> "StatisticsWindow | None":
        """Return the window of statistics that is being used."""
        page = QApplication.activeWindow()
        if page is None or self._registry.scope_of(page) is not Scope.STATISTICS:
            return None
        from annotator.ui.statistics.window import StatisticsWindow

        return page if isinstance(page, StatisticsWindow) else None

    def _count_again(self) -> None:
        if (page := self._page()) is not None:
            page.count()

    def _rows(self) -> "RowList[Any] | None":
        """Return the list of the scheme editor with the focus."""
        focus = QApplication.focusWidget()
        if focus is None or self._registry.scope_of(focus) is not Scope.SCHEME:
            return None
        from annotator.ui.scheme_editor.editable_list import RowList

        rows = focus.parentWidget()
        return rows if isinstance(rows, RowList) else None

    def _add_row(self) -> None:
        if (rows := self._rows()) is not None:
            rows.add()

    def _remove_row(self) -> None:
        if (rows := self._rows()) is not None:
            rows.remove()

    def _shift_row(self, step: int) -> None:
        if (rows := self._rows()) is not None:
            rows.shift(step)

    def set_theme(self, theme: Theme) -> None:
        """Use this theme from now on."""
        if self._panel is not None:
            self._panel.set_theme(theme)

    def edit_scheme(self) -> None:
        """Open the scheme editor."""
        from annotator.ui.scheme_editor.editor import SchemeEditor

        self._session.bank_time()
        editor = SchemeEditor(self._session, self._context.theme, self._used_keys(), self._window)
        for rows in editor.row_lists():
            rows.use_keys(self._registry)
        editor.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        editor.open()

    def attributes(self) -> None:
        """Ask for the attributes of the selected entity or quote, and set them as one edit."""
        item = self._session.picked_quote() or self._session.picked_entity()
        if item is None:
            return
        attributes = self._session.scheme.attributes_of(
            "quote" if isinstance(item, Quote) else "entity"
        )
        if not attributes:
            what = "quotes" if isinstance(item, Quote) else "entities"
            self._session.said.emit(
                tr("The scheme has no attributes for {1}: add them under Edit → Scheme.", tr(what))
            )
            return
        dialog = AttributesDialog(item, attributes, _about(item), self._window)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.accepted.connect(lambda: self._set_attributes(item, dialog))
        dialog.open()

    def guidelines(self) -> None:
        """Show or hide the guidelines."""
        panel = self._panel
        if panel is None:
            panel = self._panel = GuidelinesPanel(self._session, self._context.theme, self._window)
            self._window.addDockWidget(Qt.DockWidgetArea.RightDockWidgetArea, panel)
            panel.visibilityChanged.connect(self._follow_panel)
            self._window.resizeDocks([panel], [340], Qt.Orientation.Horizontal)
            panel.show()
        else:
            panel.setVisible(not panel.isVisible())
        self._registry.refresh_soon()

    def show_what_was_open(self) -> None:
        """Show the guidelines if they were visible when the window was last open."""
        if self._settings.choice(_GUIDELINES):
            self.guidelines()

    def _follow_panel(self, shown: bool) -> None:
        self._registry.refresh_soon()
        if self._window.isVisible():  # hiding a closing window must not change the setting
            self._settings.set_choice(_GUIDELINES, on=shown)

    def statistics(self) -> None:
        """Open the window with the statistics."""
        from annotator.ui.statistics.window import StatisticsWindow

        self._session.bank_time()
        page = StatisticsWindow(self._session, self._context.theme, self._window)
        self._registry.take_keys(Scope.STATISTICS, page, children=True)
        page.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        page.show()

    def _set_attributes(self, item: Entity | Quote, dialog: AttributesDialog) -> None:
        values = dialog.values()
        if values:
            self._session.perform(lambda _article, _on: edits.set_attributes(item, values))

    def show_label(self, name: str) -> None:
        """Show the section of this label in the guidelines, because it is used."""
        if self._panel is not None:
            self._panel.use_label(name)

    def _used_keys(self) -> dict[str, str]:
        """Return the keys of menus and actions, with what they do."""
        portable = QKeySequence.SequenceFormat.PortableText
        menus = {
            QKeySequence.mnemonic(menu.text()).toString(portable): tr(
                "the menu {1}", plain(menu.text())
            )
            for menu in self._window.menuBar().actions()
        }
        return menus | {
            sequence.toString(portable): command.title
            for command in self._registry.commands()
            if command.scope is Scope.WINDOW and command.spec.menu is not Menu.LABELS
            for sequence in command.action.shortcuts()
        }


def _about(item: Entity | Quote) -> str:
    if isinstance(item, Entity):
        return tr("What is said of {1}", item.name)
    text = " ".join(item.parts("content")[0].text.split()) if item.parts("content") else item.id
    return tr("What is said of the quote “{1}{2}”", text[:60], "…" if len(text) > 60 else "")
