"""The popup to find an entity by typing, also for speakers, with special answers."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal

from PySide6.QtCore import (
    QAbstractListModel,
    QModelIndex,
    QPersistentModelIndex,
    QPoint,
    QRect,
    QSize,
    Qt,
    Signal,
    Slot,
)
from PySide6.QtGui import QFontMetrics, QPainter
from PySide6.QtWidgets import (
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QWidget,
)

from annotator.core.annotation import Annotation
from annotator.core.scheme import Scheme
from annotator.ui.i18n.translation import tr
from annotator.ui.lists.row_drawing import (
    Fonts,
    draw_pill,
    draw_row,
    draw_text,
    mirrored,
    text_width,
)
from annotator.ui.session import Session
from annotator.ui.theme.theme import Theme
from annotator.ui.widgets.completion_popup import CompletionPopup
from annotator.ui.widgets.plain_text import tool_tip_text

ChoiceKind = Literal["entity", "special", "new"]
_CHOICE_ROLE: Final = Qt.ItemDataRole.UserRole

_Index = QModelIndex | QPersistentModelIndex


@dataclass(frozen=True, slots=True)
class Choice:
    """An answer of the picker.

    `value` is an entity id, the value of a special answer, or the name typed for a new entity.
    """

    kind: ChoiceKind
    value: str
    text: str = ""
    label: str = ""
    count: int = 0


def rank(text: str, typed: str) -> int | None:
    """Return how well `text` fits: 0 if it starts with `typed`, 1 if a word does, 2 if it has it.

    None if it does not fit.
    """
    if text.startswith(typed):
        return 0
    if f" {typed}" in text or f"-{typed}" in text:
        return 1
    return 2 if typed in text else None


class EntityPicker(CompletionPopup):
    """A line edit over the entities that fit, best first. Enter or a click chooses, Esc closes."""

    chosen = Signal(object)
    """Emitted with the `Choice` made, after the popup has closed."""

    def __init__(self, session: Session, theme: Theme, parent: QWidget | None = None) -> None:
        self.model = _ChoiceModel()
        self._delegate = _ChoiceDelegate(session.scheme, theme)
        super().__init__(self.model, self._delegate, parent)
        self.setAccessibleName(tr("Choose an entity"))
        self._session = session
        self._allow_new = self._speaking = False
        self._choices: list[tuple[str, Choice]] = []
        self.line.setAccessibleName(tr("Name to look for"))
        self.line.textEdited.connect(self._filter)
        self.view.setAccessibleName(tr("Entities that fit"))
        self.view.taken.connect(self._accept)
        session.scheme_changed.connect(self._follow_scheme)
        self.set_theme(theme)

    def set_theme(self, theme: Theme) -> None:
        """Switch to another theme."""
        self._delegate.theme = theme

    def open_at(
        self,
        place: QRect,
        *,
        prompt: str = "",
        specials: Sequence[tuple[str, str]] = (),
        first: Sequence[str] = (),
        exclude: Collection[str] = (),
        allow_new: bool = False,
    ) -> None:
        """Open below `place`, in global coordinates. Enter without typing chooses the first entity.

        Args:
            place: The rectangle to open below.
            prompt: The placeholder of the line.
            specials: Values and texts of answers after the entities, of which those that may speak
                come first then.
            first: Ids of entities to list first.
            exclude: Ids of entities to leave out.
            allow_new: Whether the typed name can be chosen as a new entity.
        """
        self._allow_new = allow_new
        fixed = [Choice("special", value, text) for value, text in specials]
        self._speaking = bool(fixed)
        self._choices = self._entities(first, frozenset(exclude))
        self._choices += [(choice.text.casefold(), choice) for choice in fixed]
        self.line.clear()
        self.line.setPlaceholderText(prompt or tr("Type a name"))
        self._filter("")
        self.show_below(place)

    @Slot(QModelIndex)
    def _accept(self, index: QModelIndex) -> None:
        choice = index.data(_CHOICE_ROLE)
        if isinstance(choice, Choice):
            self.hide()
            self.chosen.emit(choice)

    @Slot(str)
    def _filter(self, typed: str) -> None:
        key = " ".join(typed.casefold().split())
        choices = self._found(key)
        name = " ".join(typed.split())
        if self._allow_new and not any(choice.text == name for choice in choices):
            text = tr("New entity “{1}”", name) if name else tr("New entity …")
            choices.append(Choice("new", name, text))
        self.model.show_choices(choices)
        kinds = [choice.kind for choice in choices]
        self.view.setCurrentIndex(
            self.model.index(kinds.index("entity") if "entity" in kinds else 0)
        )
        self.fit()

    def _found(self, typed: str) -> list[Choice]:
        """Return the answers that fit, special ones after the entities."""
        ranked = [(rank(text, typed), choice) for text, choice in self._choices]
        found = [(place, choice) for place, choice in ranked if place is not None]
        found.sort(key=lambda pair: (pair[0], pair[1].kind == "special"))
        return [choice for _, choice in found]

    def _entities(self, first: Sequence[str], exclude: frozenset[str]) -> list[tuple[str, Choice]]:
        """Return the entities, those of `first` first, then the most mentioned ones.

        If the question is who speaks, people come before places and days.
        """
        annotation = self._session.annotation or Annotation()
        count = annotation.mention_count
        choices = [
            Choice("entity", entity.id, entity.name, entity.label, count(entity.id))
            for entity in annotation.ordered_entities()
            if entity.id not in exclude
        ]
        place = {id_: number for number, id_ in enumerate(first)}
        can_speak = self._session.scheme.can_speak

        def rank_of(choice: Choice) -> tuple[bool, int, int]:
            silent = self._speaking and not can_speak(choice.label)
            return silent, place.get(choice.value, len(place)), -choice.count

        choices.sort(key=rank_of)
        return [(choice.text.casefold(), choice) for choice in choices]

    @Slot()
    def _follow_scheme(self) -> None:
        self._delegate.scheme = self._session.scheme


class _ChoiceModel(QAbstractListModel):
    """The answers that fit what is typed."""

    def __init__(self) -> None:
        super().__init__()
        self._choices: list[Choice] = []

    def show_choices(self, choices: list[Choice]) -> None:
        self.beginResetModel()
        self._choices = choices
        self.endResetModel()

    def rowCount(self, parent: _Index = QModelIndex()) -> int:  # noqa: B008  # as Qt declares it
        return 0 if parent.isValid() else len(self._choices)

    def data(self, index: _Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid() or index.row() >= len(self._choices):
            return None
        choice = self._choices[index.row()]
        if role == _CHOICE_ROLE:
            return choice
        if role == Qt.ItemDataRole.DisplayRole:
            return choice.text
        if role == Qt.ItemDataRole.ToolTipRole:
            return tool_tip_text(choice.text)
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return f"{choice.text}, {choice.label}" if choice.label else choice.text
        return None


class _ChoiceDelegate(QStyledItemDelegate):
    """Paints an answer: label pill and name, or the text of a special one."""

    def __init__(self, scheme: Scheme, theme: Theme) -> None:
        super().__init__()
        self.theme = theme
        self.scheme = scheme

    def sizeHint(self, option: QStyleOptionViewItem, index: _Index) -> QSize:
        return QSize(120, QFontMetrics(option.font).height() + 13)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: _Index) -> None:
        choice = index.data(_CHOICE_ROLE)
        if not isinstance(choice, Choice):
            return
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        fonts, theme = Fonts.of(option.font), self.theme
        draw_row(painter, option, theme, radius=5)
        rect = option.rect.adjusted(9, 0, -10, 0)
        if choice.kind == "entity":
            self._paint_entity(painter, rect, choice, fonts)
        else:
            ink = theme.accent if choice.kind == "new" else theme.muted
            draw_text(painter, rect, choice.text, fonts.base, ink)
        painter.restore()

    def _paint_entity(self, painter: QPainter, rect: QRect, choice: Choice, fonts: Fonts) -> None:
        label = self.scheme.label(choice.label)
        tone = self.theme.tone(label.tone)
        pill = QRect(rect.left(), 0, 52, QFontMetrics(fonts.pill).height() + 5)
        pill.moveCenter(QPoint(pill.center().x(), rect.center().y()))
        draw_pill(
            painter,
            mirrored(pill, rect),
            label.short,
            fonts.pill,
            fill=tone.fill,
            ink=tone.strong,
            edge=tone.edge,
        )
        count = f"× {choice.count}"
        width = text_width(fonts.small, count)
        right = Qt.AlignmentFlag.AlignRight
        draw_text(painter, rect, count, fonts.small, self.theme.muted, align=right)
        name = QRect(rect).adjusted(62, 0, -width - 8, 0)
        draw_text(painter, mirrored(name, rect), choice.text, fonts.base, self.theme.text)
