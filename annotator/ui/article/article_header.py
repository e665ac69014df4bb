"""The header above the article: its title, the progress, and the buttons to move on."""

from functools import partial
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QEvent, QSize, Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import (
    QHBoxLayout,
    QProgressBar,
    QPushButton,
    QSizePolicy,
    QToolButton,
    QWidget,
)

from annotator.core.models import Article
from annotator.ui.i18n.translation import tr
from annotator.ui.theme.theme import Theme
from annotator.ui.widgets.plain_text import PlainLabel, set_tool_tip, strip_mnemonics

if TYPE_CHECKING:
    from annotator.store import Progress
    from annotator.ui.actions.registry import ActionRegistry

_BUTTONS: Final = {
    "show_articles": "panel-left",
    "previous_article": "chevron-left",
    "next_article": "chevron-right",
}


class ArticleHeader(QWidget):
    """Title, source and date of the article; progress; "Done, next"."""

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("header")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._buttons = {id_: self._button() for id_ in _BUTTONS}
        self._title = _ElidedLabel("title")
        self._origin = _ElidedLabel("muted")
        self._count = PlainLabel()
        self._count.setObjectName("muted")
        self._bar = QProgressBar()
        self._bar.setTextVisible(False)
        self._bar.setFixedWidth(120)
        self._bar.setAccessibleName(tr("Articles done"))
        self._done = QPushButton(tr("Done, next"))
        self._done.setObjectName("primary")
        self._done.setAccessibleName(tr("Done, next"))
        self._done.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._connected = False
        self._lay_out()

    def set_actions(self, actions: "ActionRegistry", theme: Theme) -> None:
        """Connect the buttons to these actions, with icons of this theme."""
        from annotator.ui.actions.key_labels import action_key_text
        from annotator.ui.theme.icons import icon

        for id_, name in _BUTTONS.items():
            words = strip_mnemonics(actions[id_].text())
            button = self._buttons[id_]
            button.setIcon(icon(name, theme.text))
            set_tool_tip(button, f"{words}  {actions[id_].shortcut().toString()}")
            button.setAccessibleName(words)
        self._done.setText(tr("Done, next   {1}", action_key_text(actions["done_next"])))
        if not self._connected:
            self._connected = True
            self._done.clicked.connect(partial(_invoke, actions, "done_next"))
            for id_, button in self._buttons.items():
                button.clicked.connect(partial(_invoke, actions, id_))

    def show_article(self, article: Article | None) -> None:
        """Show the title and source of the current article."""
        self._title.set_words(
            article.title or article.id if article is not None else tr("No article")
        )
        origin = (article.source, article.published) if article is not None else ()
        self._origin.set_words("  ·  ".join(word for word in origin if word))
        self._done.setEnabled(article is not None)

    def show_progress(self, progress: "Progress") -> None:
        """Show how many articles of the project are done or skipped."""
        done, total = progress.counts["done"] + progress.counts["skipped"], progress.total
        self._count.setText(tr("{1} of {2}", done, total))
        set_tool_tip(self._count, tr("{1} of {2} articles are done or skipped", done, total))
        self._bar.setUpdatesEnabled(False)  # Qt would lay out and paint the window inside setValue
        self._bar.setMaximum(max(total, 1))
        self._bar.setValue(done)
        self._bar.setUpdatesEnabled(True)

    def _button(self) -> QToolButton:
        button = QToolButton()
        button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        button.setFixedSize(34, 28)
        button.setIconSize(QSize(18, 18))
        return button

    def _lay_out(self) -> None:
        layout = QHBoxLayout(self)
        layout.setContentsMargins(10, 8, 16, 8)
        layout.setSpacing(6)
        for button in self._buttons.values():
            layout.addWidget(button)
        layout.addSpacing(6)
        layout.addWidget(self._title)
        layout.addSpacing(8)
        layout.addWidget(self._origin)
        layout.addStretch(1)
        layout.addWidget(self._count)
        layout.addWidget(self._bar)
        layout.addSpacing(10)
        layout.addWidget(self._done)


def _invoke(actions: "ActionRegistry", id_: str, _checked: bool = False) -> None:
    actions.invoke(id_)


class _ElidedLabel(PlainLabel):
    """A one-line label that is elided, with the whole text in its tool tip."""

    def __init__(self, name: str) -> None:
        self._text = ""
        self._hint: QSize | None = None
        """The size for the whole text, kept: layouts ask for it dozens of times."""
        super().__init__()
        self.setObjectName(name)
        self.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Preferred)
        self.setAlignment(
            Qt.AlignmentFlag.AlignLeft
            | Qt.AlignmentFlag.AlignAbsolute
            | Qt.AlignmentFlag.AlignVCenter
        )
        self.setMinimumWidth(40)

    def set_words(self, words: str) -> None:
        self._text, self._hint = " ".join(words.split()), None
        self.setVisible(bool(self._text))
        set_tool_tip(self, self._text)
        self._elide()
        self.updateGeometry()

    def sizeHint(self) -> QSize:
        if self._hint is None:
            self._hint = super().sizeHint()
            self._hint.setWidth(self.fontMetrics().horizontalAdvance(self._text) + 4)
        return self._hint

    def changeEvent(self, event: QEvent) -> None:
        if event.type() in (QEvent.Type.FontChange, QEvent.Type.StyleChange):
            self._hint = None
        super().changeEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._elide()

    def _elide(self) -> None:
        mode = Qt.TextElideMode.ElideRight
        self.setText(self.fontMetrics().elidedText(self._text, mode, self.width()))
