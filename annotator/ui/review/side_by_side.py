"""The texts of two or three annotators side by side, scrolled together, differences framed."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QPainter, QPen
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QHBoxLayout,
    QPushButton,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from annotator.core.adjudication import GOLD
from annotator.core.suggestion import is_suggester
from annotator.ui.actions.action import Scope
from annotator.ui.actions.registry import ActionRegistry
from annotator.ui.article.outline import draw_outline
from annotator.ui.article.span_view import SpanView
from annotator.ui.article.text_settings import TextSettings
from annotator.ui.i18n.translation import tr, tr_count
from annotator.ui.review.review_session import ReviewSession, Row
from annotator.ui.session import Session
from annotator.ui.theme.theme import Theme
from annotator.ui.widgets.combo_box import ComboBox
from annotator.ui.widgets.plain_text import PlainLabel

if TYPE_CHECKING:
    from annotator.store import Project

_MOST: Final = 3
_SIZE: Final = (1280, 760)


class SideBySideDialog(QDialog):
    """The article of a review as each annotator marked it."""

    def __init__(
        self,
        reviewing: ReviewSession,
        reading: TextSettings,
        theme: Theme,
        registry: ActionRegistry,
        parent: QWidget,
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle(tr("Side by side"))
        self._reviewing = reviewing
        self._registry = registry
        self._at: int | None = None
        names = _annotator_names(reviewing)
        self.panes = [_Pane(reviewing, names, name, reading, theme, self) for name in names[:_MOST]]
        self._state = PlainLabel()
        self._state.setAccessibleName(tr("Differences"))
        self._lay_out()
        for pane in self.panes:
            pane.text.verticalScrollBar().valueChanged.connect(self._scroll_all)
        texts, buttons = [pane.text for pane in self.panes], self.findChildren(QPushButton)
        registry.take_keys(Scope.SIDE_BY_SIDE, *texts, *buttons)
        self._show_state()
        self.resize(*_SIZE)

    def go(self, step: int) -> None:
        """Show the next difference (step 1) or the previous one (-1) in every text."""
        rows = self._rows()
        if not rows:
            return
        at = 0 if self._at is None else (self._at + step) % len(rows)
        self._at = at
        for pane in self.panes:
            pane.text.current_row = rows[at]
            pane.text.reveal(rows[at].group.start, rows[at].group.end)
            pane.text.viewport().update()
        self._show_state()

    def done(self, result: int) -> None:
        """Close the article in each text, so that the project is released."""
        for pane in self.panes:
            pane.text.session.open_article(None)
        super().done(result)

    def _rows(self) -> list[Row]:
        """Return the differences, in the order of the text."""
        return sorted(self._reviewing.rows, key=lambda row: row.group.start)

    def _show_state(self) -> None:
        count = len(self._rows())
        if self._at is not None:
            self._state.setText(tr("{1} of {2}", self._at + 1, count))
        else:
            self._state.setText(tr_count(count, "{1} difference", "{1} differences"))

    def _scroll_all(self, value: int) -> None:
        for pane in self.panes:
            pane.text.verticalScrollBar().setValue(value)

    def _lay_out(self) -> None:
        texts = QHBoxLayout()
        texts.setSpacing(8)
        for pane in self.panes:
            texts.addWidget(pane, 1)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        buttons.rejected.connect(self.reject)
        foot = QHBoxLayout()
        foot.addWidget(self._state)
        foot.setSpacing(16)
        keys = map(self._registry.key_or_title, ("side_by_side_next", "side_by_side_previous"))
        foot.addWidget(PlainLabel(tr("{1} and {2} go through the differences.", *keys)), 1)
        foot.addWidget(buttons)
        layout = QVBoxLayout(self)
        layout.addLayout(texts, 1)
        layout.addLayout(foot)
        self.panes[0].text.setFocus()


class _Pane(QWidget):
    """One text, with the name of its annotator above it."""

    def __init__(  # the review and its names, then the appearance
        self,
        reviewing: ReviewSession,
        names: Sequence[str],
        name: str,
        reading: TextSettings,
        theme: Theme,
        parent: QWidget,
    ) -> None:
        super().__init__(parent)
        key, project = reviewing.session.article_key, reviewing.session.project
        self._key = key
        self.text = _Text(_session_of(project, name, self), reviewing, reading, theme, self)
        rows = [(reviewing.shown_name(one), one) for one in names]
        self.who = ComboBox(tr("Whose marks"), rows)
        self.who.choose_value(name)
        self.who.currentIndexChanged.connect(self._change)
        self.text.setAccessibleName(tr("Article as marked by {1}", reviewing.shown_name(name)))
        self.text.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Expanding)
        self.text.session.open_article(key)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.who, 0, Qt.AlignmentFlag.AlignLeading)
        layout.addWidget(self.text, 1)

    def _change(self) -> None:
        place = self.text.verticalScrollBar().value()
        self.text.session.set_annotator(self.who.currentData())
        self.text.verticalScrollBar().setValue(place)
        self.text.setAccessibleName(tr("Article as marked by {1}", self.who.currentText()))


def _annotator_names(reviewing: ReviewSession) -> list[str]:
    """Return who marked the article: people first, then gold, then suggesters."""
    people = list(reviewing.side.names) if reviewing.side is not None else []
    project, key = reviewing.session.project, reviewing.session.article_key
    annotators = [
        name for name in project.annotators() if key is not None and project.revision(key, name)
    ]
    return [*people, GOLD, *(name for name in annotators if is_suggester(name))]


def _session_of(project: "Project", name: str, parent: QWidget) -> Session:
    session = Session(project, name, parent)
    session.set_pause(0)  # comparing is not working time of the other annotator
    return session


class _Text(SpanView):
    """A read-only article with a frame around each difference."""

    def __init__(
        self,
        session: Session,
        reviewing: ReviewSession,
        reading: TextSettings,
        theme: Theme,
        parent: QWidget,
    ) -> None:
        super().__init__(session, theme, reading=reading, parent=parent)
        self._reviewing = reviewing
        self.current_row: Row | None = None

    def paint_above(self, painter: QPainter) -> None:
        lines = self.scene().lines
        if not lines:
            return
        first, last = (self.offsets.to_code_points(at) for at in (lines[0].start, lines[-1].end))
        for row in self._reviewing.rows:
            if row.group.start < last and row.group.end > first:
                self._frame(painter, row)

    def _frame(self, painter: QPainter, row: Row) -> None:
        units = self.offsets.to_units(row.group.start), self.offsets.to_units(row.group.end)
        found = self.scene().lines.pieces(*units)
        here = self.current_row is not None and self.current_row.number == row.number
        color = QColor(self.theme.accent if here else self.theme.bad)
        width = 2.2 if here else 1.4
        painter.setPen(QPen(color, width, Qt.PenStyle.SolidLine))
        color.setAlpha(30 if here else 0)
        painter.setBrush(color)
        draw_outline(painter, found, 6, pen=width)
