"""The panel of a review: the differences, and the variants of the current one."""

import re
from collections.abc import Sequence
from html import escape
from typing import Final

from PySide6.QtCore import QModelIndex, Qt, Signal
from PySide6.QtGui import QKeySequence, QStandardItem, QStandardItemModel
from PySide6.QtWidgets import (
    QHBoxLayout,
    QListView,
    QMenu,
    QScrollArea,
    QSplitter,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from annotator.core.adjudication import REASONS
from annotator.core.alignment import Comparison
from annotator.core.difference_text import differences, join_names, quoted_text
from annotator.ui.actions.action import Scope
from annotator.ui.actions.key_labels import action_key_text, key_text
from annotator.ui.actions.registry import ActionRegistry, KeyHint
from annotator.ui.i18n.translation import tr, tr_message
from annotator.ui.review.cards import VariantCard, absent_text
from annotator.ui.review.difference_delegate import ROW_ROLE, DifferenceDelegate
from annotator.ui.review.review_session import ReviewSession, Row
from annotator.ui.theme.theme import Theme
from annotator.ui.widgets.plain_text import PlainLabel, rich_label, set_tool_tip

_NARROWEST: Final = 300
_NBSP: Final = "&nbsp;"


class ReviewPanel(QWidget):
    """Rows of differences above, cards below. The keys of its scope act on the current row."""

    place_wanted = Signal(int, int)
    """The text is to show this range, in code points."""
    text_wanted = Signal()
    """The text is to get the focus, to edit gold there."""

    def __init__(self, reviewing: ReviewSession, theme: Theme, registry: ActionRegistry) -> None:
        super().__init__()
        self._registry = registry
        self.setObjectName("side")
        self.setMinimumWidth(_NARROWEST)
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setAccessibleName(tr("Review"))
        self._reviewing = reviewing
        self._theme = theme
        self._shown_at: tuple[int | None, int] | None = None
        self._model = QStandardItemModel(self)
        self.list = QListView()
        self.list.setModel(self._model)
        self.list.setObjectName("differences")
        self.list.setAccessibleName(tr("Differences"))
        self.list.setEditTriggers(QListView.EditTrigger.NoEditTriggers)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.setSpacing(2)
        self._delegate = DifferenceDelegate(theme, self.list)
        self.list.setItemDelegate(self._delegate)
        self.list.clicked.connect(self._click)
        self._difference_side: Comparison | None = None
        self._difference_texts: dict[int, str] = {}
        self._count = PlainLabel()
        self._count.setObjectName("count")
        self._about = PlainLabel()
        self._about.setObjectName("muted")
        self._about.setWordWrap(True)
        self._names = QToolButton()
        self._names.setText(tr("Names"))
        self._names.setCheckable(True)
        self._names.setChecked(True)
        self._names.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._names.setAccessibleName(tr("Show names"))
        self._names.clicked.connect(lambda on: reviewing.hide_names(hidden=not on))
        self._hints = rich_label("")
        self._hints.setWordWrap(True)
        self._lay_out()
        self.set_theme(theme)
        reviewing.changed.connect(self.refresh)
        registry.keys_changed.connect(self._show_keys)

    def set_theme(self, theme: Theme) -> None:
        """Use this theme from now on."""
        self._theme = theme
        self._delegate.set_theme(theme)
        self.setStyleSheet(
            f"QListView, QScrollArea, #inner {{ background: {theme.panel}; border: none; }}"
            f"#take {{ background: {theme.card}; border: 1px solid {theme.line};"
            " border-radius: 8px; }"
            f"#take:hover {{ border-color: {theme.accent}; }}"
            f"#take #key {{ background: {theme.groove}; border-radius: 4px; padding: 1px 7px;"
            " font-weight: 600; }"
            f"#muted, #hints {{ color: {theme.muted}; }} #heading {{ font-weight: 600; }}"
            f"QToolButton:checked {{ background: {theme.groove}; }}"
            f"#count {{ background: {theme.groove}; border-radius: 9px; padding: 1px 9px; }}"
        )
        self._show_keys()

    def _show_keys(self) -> None:
        key = self._registry.key_or_title("toggle_names")
        set_tool_tip(self._names, tr("Show or hide names ({1})", key))
        self._hints.setText(_hints(self._registry.hints(Scope.REVIEW), self._theme))
        self.refresh()

    def focus_rows(self) -> None:
        """Give the rows the focus."""
        self.list.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def refresh(self) -> None:
        """Show the current state of the rows, and which one is current."""
        reviewing = self._reviewing
        if not reviewing.active:
            return
        self._fill()
        open_, total = len(reviewing.open_rows), len(reviewing.rows)
        self._count.setText(tr("{1} to decide", open_))
        self._about.setText(
            tr("{1} agreed in advance · {2} decided", reviewing.agreed, total - open_)
            if reviewing.side is not None
            else tr("Nobody has annotated this article yet.")
        )
        self._show_takes(reviewing.row)
        self._names.setChecked(not reviewing.names_hidden)

    def go(self, step: int) -> None:
        """Go to the next row (step 1) or the previous one (-1)."""
        self._reviewing.go(step)

    def take_variant(self, number: int) -> None:
        """Make the variant with this number gold, counted from 0."""
        self._reviewing.accept_variant(number)

    def edit_variant(self) -> None:
        """Make the most frequent variant gold, and go on editing it in the text."""
        if self._reviewing.accept_variant_to_edit():
            self.text_wanted.emit()

    def reject_as_nothing(self) -> None:
        """Decide that there is nothing to annotate."""
        self._reviewing.reject("nothing here")

    def toggle_names(self) -> None:
        """Hide the names of the annotators, or show them again."""
        self._reviewing.hide_names(hidden=not self._reviewing.names_hidden)

    def send_back(self) -> None:
        """Ask for a comment, and send the row back to an annotator with it."""
        from annotator.ui.review.comments import ask_comment

        reviewing = self._reviewing
        row, side = reviewing.row, reviewing.side
        if row is None or side is None:
            reviewing.session.status_message.emit(tr("Choose a difference first."))
            return
        names = [(name, reviewing.shown_name(name)) for name in reversed(side.names)]
        names.sort(key=lambda name: name[0] in row.group.takes[0].names)
        answer = ask_comment(self, names, quoted_text(row.group))
        if answer is not None:
            reviewing.send_back(*answer)

    def ask_reason(self) -> None:
        """Ask why no variant of the current row is gold."""
        if self._reviewing.row is None:
            self._reviewing.session.status_message.emit(tr("Choose a difference first."))
            return
        menu = QMenu(self)
        menu.setAccessibleName(tr("Reject because"))
        for number, reason in enumerate(REASONS, start=1):
            action = menu.addAction(f"&{number}  {tr(reason)}")
            action.triggered.connect(lambda _=False, why=reason: self._reviewing.reject(why))
        menu.addSeparator()
        menu.addAction(tr("&Note…")).triggered.connect(self._reject_with_note)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        below = self.list.visualRect(self.list.currentIndex()).bottomLeft()
        menu.popup(self.list.viewport().mapToGlobal(below))

    def _reject_with_note(self) -> None:
        from annotator.ui.widgets.dialogs import ask_note

        note = ask_note(self, tr("why this is not gold"), "")
        if note is not None:
            self._reviewing.reject("other", note)

    def _fill(self) -> None:
        rows = self._reviewing.rows
        while self._model.rowCount() > len(rows):
            self._model.removeRow(self._model.rowCount() - 1)
        while self._model.rowCount() < len(rows):
            self._model.appendRow(QStandardItem())
        for number, row in enumerate(rows):
            item = self._model.item(number)
            shown = self._shown(row)
            if item.data(ROW_ROLE) != shown:
                item.setData(shown, ROW_ROLE)
                item.setText(". ".join(text for text in shown[1:] if text))
        at = next((n for n, row in enumerate(rows) if row is self._reviewing.row), -1)
        index = self._model.index(at, 0) if at >= 0 else QModelIndex()
        if index != self.list.currentIndex():
            self.list.setCurrentIndex(index)

    def _shown(self, row: Row) -> tuple[str, str, str, str]:
        """Return kind, text, difference, and decision ("" for none yet)."""
        side = self._reviewing.side
        if side is None:
            return row.group.kind, "", "", ""
        text = self._difference_text(side, row)
        if self._reviewing.names_hidden:
            text = self._anonymous(text)
        share = tr("{1} agree", f"{row.group.agreement:.0%}")
        return row.group.kind, quoted_text(row.group), f"{share} · {text}", _outcome(row)

    def _difference_text(self, side: Comparison, row: Row) -> str:
        """Return how the annotations differ, cached because each key press asks for all rows."""
        if self._difference_side is not side:
            self._difference_side, self._difference_texts = side, {}
        if row.number not in self._difference_texts:
            found = [tr_message(text) for text in differences(side, row.group)]
            if row.group.absent:
                found.insert(0, tr("only {1}", join_names(row.group.items)))
            self._difference_texts[row.number] = "; ".join(found) or tr("everybody the same")
        return self._difference_texts[row.number]

    def _anonymous(self, text: str) -> str:
        """Replace names by letters; whole names only, since a name may also be part of a word."""
        names = self._reviewing.side.names if self._reviewing.side else ()
        if not names:
            return text
        pattern = "|".join(re.escape(name) for name in sorted(names, key=len, reverse=True))
        return re.sub(
            rf"(?<!\w)(?:{pattern})(?!\w)", lambda m: self._reviewing.shown_name(m[0]), text
        )

    def _show_takes(self, row: Row | None) -> None:
        inner = QWidget()
        inner.setObjectName("inner")
        layout = QVBoxLayout(inner)
        layout.setContentsMargins(0, 4, 12, 8)
        layout.setSpacing(8)
        if row is not None:
            for number, take in enumerate(row.group.takes):
                cap = self._cap(number)
                card = VariantCard(number, take, row.group, self._reviewing, self._theme, cap)
                card.chosen.connect(self._reviewing.accept_variant)
                layout.addWidget(card)
            if absent := absent_text(row.group, self._reviewing):
                label = PlainLabel(absent)
                label.setObjectName("muted")
                layout.addWidget(label)
        layout.addStretch(1)
        self._takes.setWidget(inner)
        shown = None if row is None else row.number, id(self._reviewing.side)
        if row is not None and shown != self._shown_at:
            self.place_wanted.emit(row.group.start, row.group.end)
        self._shown_at = shown

    def _cap(self, number: int) -> str:
        """Return the key that takes this variant, or its number if there is none."""
        id_ = f"take_variant_{number + 1}"
        known = id_ in self._registry
        return (action_key_text(self._registry[id_]) if known else "") or str(number + 1)

    def _click(self, index: QModelIndex) -> None:
        rows = self._reviewing.rows
        if 0 <= index.row() < len(rows):
            self._reviewing.go_to(rows[index.row()].number)

    def _lay_out(self) -> None:
        heading = PlainLabel(tr("Review"))
        heading.setObjectName("heading")
        head = QHBoxLayout()
        head.setSpacing(9)
        head.addWidget(heading)
        head.addWidget(self._count)
        head.addStretch(1)
        head.addWidget(self._names)
        head.addSpacing(8)
        self._takes = QScrollArea()
        self._takes.setWidgetResizable(True)
        self._takes.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._takes.setAccessibleName(tr("Ways to mark it"))
        self._takes.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        splitter = QSplitter(Qt.Orientation.Vertical)
        splitter.setChildrenCollapsible(False)
        splitter.addWidget(self.list)
        splitter.addWidget(self._takes)
        splitter.setSizes([380, 420])
        splitter.handle(1).setAccessibleName(tr("Move the border"))
        splitter.setStyleSheet("QSplitter::handle { background: transparent; }")
        self._hints.setObjectName("hints")
        layout = QVBoxLayout(self)
        layout.setContentsMargins(16, 10, 4, 10)
        layout.setSpacing(6)
        layout.addLayout(head)
        layout.addWidget(self._about)
        layout.addWidget(splitter, 1)
        layout.addWidget(self._hints)


def _outcome(row: Row) -> str:
    decision = row.decision
    if decision is None:
        return ""
    if row.gone:
        return tr("deleted in the text")
    return tr("rejected: {1}", tr(decision.reason)) if decision.reason else tr(decision.outcome)


def _hints(hints: Sequence[KeyHint], theme: Theme) -> str:
    style = f"background:{theme.groove};color:{theme.text}"
    pairs = (
        (" ".join(key_text(QKeySequence(key)) for key in hint.keys), hint.does.replace(" ", _NBSP))
        for hint in hints
    )
    keys = (
        f"<span style='{style}'>{_NBSP}{escape(caps)}{_NBSP}</span>{_NBSP}{word}"
        for caps, word in pairs
    )
    return f"{_NBSP}{_NBSP} ".join(keys)
