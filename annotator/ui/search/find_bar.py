"""The bar above the article that searches while the user types."""

from functools import partial
from typing import Final

from PySide6.QtCore import QEvent, QObject, QSize, Qt, Slot
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLineEdit, QToolButton, QWidget

from annotator.core.text_search import TextQuery
from annotator.ui.actions.action import Action, Condition, Scope
from annotator.ui.actions.registry import ActionRegistry
from annotator.ui.article.view import ArticleView
from annotator.ui.i18n.translation import format_number, tr
from annotator.ui.search.highlights import Hits
from annotator.ui.session import Session
from annotator.ui.theme.icons import icon
from annotator.ui.theme.theme import Theme
from annotator.ui.widgets.line_edit import LineEdit
from annotator.ui.widgets.plain_text import PlainLabel, set_tool_tip

_LONGEST_SELECTION: Final = 120
"""The length, in code points, above which a selection is not used as the search text."""
_WIDTH: Final = 340


class FindBar(QFrame):
    """A bar that searches as the user types. Its contents are made when it is first opened.

    Closing it selects the current hit in the text, so that the next key can annotate it.
    """

    def __init__(
        self, session: Session, view: ArticleView, theme: Theme, registry: ActionRegistry
    ) -> None:
        super().__init__()
        self._registry = registry
        self.setObjectName("findbar")
        self.setAccessibleName(tr("Find in the article"))
        self._session = session
        self._view = view
        self._start = 0
        self._theme = theme
        self._buttons: dict[str, QToolButton] = {}
        self.hits = Hits(session, view)
        self.hide()
        registry.add(self.own_actions())

    def _build(self) -> None:
        """Make the contents, at the first call only."""
        if self._buttons:
            return
        self.line = self._build_line()
        self._count = PlainLabel()
        self._count.setObjectName("count")
        self._count.setAccessibleName(tr("Hits"))
        self.exact = self._toggle("Aa", tr("As written: case and accents count"))
        self.whole = self._toggle(tr("Word"), tr("Whole words only"))
        self._buttons = {
            "chevron-up": self._button(tr("Previous hit"), lambda: self.step(-1)),
            "chevron-down": self._button(tr("Next hit"), lambda: self.step(1)),
            "x": self._button(tr("Close the search"), self.leave),
        }
        self._lay_out()
        self.hits.changed.connect(self._show_count)
        self._view.installEventFilter(self)
        self.set_theme(self._theme)
        self._registry.take_keys(Scope.FIND, self.line, self.exact, self.whole)
        self._registry.keys_changed.connect(self._show_keys)
        self._show_keys()

    def own_actions(self) -> list[Action]:
        """Return the actions while the bar is open."""

        def reason() -> str:
            return tr("Open the search first ({1}).", self._registry.key_or_title("find"))

        def click_exact() -> None:  # the buttons are made later than the actions
            self.exact.click()

        def click_whole() -> None:
            self.whole.click()

        is_open, scope = (Condition(lambda: not self.isHidden(), reason),), Scope.FIND
        following, before = partial(self.step, 1), partial(self.step, -1)
        rows = (
            ("find_bar_next", tr("Next hit"), following, ("Return", "Enter", "Down"), tr("Next")),
            ("find_bar_previous", tr("Previous hit"), before,
             ("Shift+Return", "Shift+Enter", "Up"), tr("Previous")),
            ("find_bar_exact", tr("Case and accents count"), click_exact, ("Alt+C",), ""),
            ("find_bar_whole", tr("Whole words only"), click_whole, ("Alt+W",), ""),
            ("find_bar_leave", tr("Back to the text, the hit selected"), self.leave, ("Esc",),
             tr("Select the hit")),
        )  # fmt: skip
        return [
            Action(id_, title, run, None, keys, is_open, scope, hint=hint)
            for id_, title, run, keys, hint in rows
        ]

    def _show_keys(self) -> None:
        for button, id_ in ((self.exact, "find_bar_exact"), (self.whole, "find_bar_whole")):
            set_tool_tip(button, f"{button.accessibleName()}  {self._registry.key(id_)}".rstrip())

    def set_theme(self, theme: Theme) -> None:
        """Use this theme from now on."""
        self._theme = theme
        for name, button in self._buttons.items():
            button.setIcon(icon(name, theme.text))

    def open(self) -> None:
        """Show and focus the bar, with a short selection of the text as the search text."""
        self._build()
        selection, article = self._view.selection(), self._session.article
        self._start = selection[0] if selection is not None else self._view.caret()
        if selection is not None and article is not None:
            text = article.text[slice(*selection)]
            if len(text) <= _LONGEST_SELECTION:
                self._set_text(text)
        self.show()
        self.line.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.line.selectAll()
        self.hits.show(on=True)
        self._seek()

    def show_hit(self, sought: TextQuery, start: int) -> None:
        """Search this query, and select the hit at `start`, in code points, in the text."""
        self._build()
        self._set_text(sought.words)
        for toggle, on in ((self.exact, sought.exact), (self.whole, sought.whole)):
            toggle.blockSignals(True)
            toggle.setChecked(on)
            toggle.blockSignals(False)
        self.show()
        self.hits.show(on=True)
        self._start = start
        self._seek()
        self._select_hit()

    def step(self, by: int) -> None:
        """Go to the next (1) or previous (-1) hit; select it if the text has the focus."""
        if not self.hits.sought:
            self.open()
            return
        within = self.isVisible() and not self._view.hasFocus()
        selection = self._view.selection()
        if not within and selection != self.hits.place():
            self.hits.forget_current()
        direct = self.hits.step(by, selection[0] if selection else self._view.caret())
        if not self.hits.places:
            self._session.status_message.emit(tr("“{1}” is not in this article.", self.line.text()))
        elif not direct:
            self._session.status_message.emit(tr("On from the other end of the article."))
        if within:
            self._reveal()
        else:
            self._select_hit()

    @Slot()
    def leave(self) -> None:
        """Close and go back to the text, with the current hit selected."""
        self._close()
        self._select_hit()

    def _close(self) -> None:
        self.hide()
        self.hits.show(on=False)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        pressed = event.type() == QEvent.Type.KeyPress and self.isVisible()
        if pressed and isinstance(event, QKeyEvent) and event.key() == Qt.Key.Key_Escape:
            self._close()  # the view then clears its selection, as always
        return False

    def _set_text(self, text: str) -> None:
        self.line.blockSignals(True)
        self.line.setText(" ".join(text.split()))
        self.line.blockSignals(False)

    @Slot()
    def _seek(self) -> None:
        sought = TextQuery(
            self.line.text(), exact=self.exact.isChecked(), whole=self.whole.isChecked()
        )
        self.hits.seek(sought, self._start)
        self._reveal()

    def _reveal(self) -> None:
        place = self.hits.place()
        if place is not None:
            self._view.reveal(*place)

    def _select_hit(self) -> None:
        place = self.hits.place()
        self._view.setFocus(Qt.FocusReason.ShortcutFocusReason)
        if place is not None:
            self._session.select(None)
            self._view.select(*place)
            self._view.reveal(*place)
            self._view.selection_settled.emit()

    @Slot()
    def _show_count(self) -> None:
        number, total = self.hits.current, len(self.hits.places)
        nothing = not total and bool(self.hits.sought)
        text = (
            tr("{1} of {2}", format_number(number + 1), format_number(total))
            if number is not None
            else ""
        )
        self._count.setText(tr("Not in this article") if nothing else text)
        self._count.setProperty("nothing", nothing)
        self._count.style().unpolish(self._count)
        self._count.style().polish(self._count)

    def _build_line(self) -> QLineEdit:
        line = LineEdit()
        line.setAccessibleName(tr("Find in the article"))
        line.setPlaceholderText(tr("Find in the article"))
        line.setClearButtonEnabled(True)
        line.setMinimumWidth(140)
        line.setMaximumWidth(_WIDTH)
        line.textChanged.connect(self._seek)
        return line

    def _toggle(self, text: str, meaning: str) -> QToolButton:
        button = self._button(meaning, self._seek)
        button.setText(text)
        button.setAccessibleName(meaning)
        button.setCheckable(True)
        button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        return button

    def _button(self, meaning: str, act: object) -> QToolButton:
        button = QToolButton()
        set_tool_tip(button, meaning)
        button.setAccessibleName(meaning)
        button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        button.setIconSize(QSize(16, 16))
        button.clicked.connect(act)
        return button

    def _lay_out(self) -> None:
        layout = QHBoxLayout(self)
        layout.setContentsMargins(16, 6, 12, 6)
        layout.setSpacing(5)
        parts: tuple[QWidget, ...] = (
            self.line, self.exact, self.whole, self._buttons["chevron-up"],
            self._buttons["chevron-down"], self._count,
        )  # fmt: skip
        for part in parts:
            layout.addWidget(part, 1 if part is self.line else 0)
        layout.addStretch(1)
        layout.addWidget(self._buttons["x"])
