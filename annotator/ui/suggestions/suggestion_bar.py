"""The bar in the status bar that shows the current suggestion and the keys that decide on it."""

from collections.abc import Callable

from PySide6.QtCore import Qt, Slot
from PySide6.QtWidgets import QHBoxLayout, QLabel, QSizePolicy, QToolButton, QWidget

from annotator.core.suggestion import SuggestedMention
from annotator.ui.actions.key_labels import action_key_text
from annotator.ui.actions.registry import ActionRegistry
from annotator.ui.i18n.translation import format_number, tr
from annotator.ui.session import Session
from annotator.ui.suggestions.controller import SuggestionController
from annotator.ui.suggestions.text import (
    confidence_text,
    details_text,
    held_back_text,
    isolated,
    reason_text,
    suggestion_count,
    suggestion_text,
)
from annotator.ui.widgets.fixed_size_label import FixedSizeLabel
from annotator.ui.widgets.plain_text import PlainLabel, set_tool_tip


class SuggestionBar(QWidget):
    """The bar that replaces the key caps in the status bar while there are suggestions.

    Never takes the focus.
    """

    def __init__(
        self,
        session: Session,
        suggesting: SuggestionController,
        registry: ActionRegistry,
        parent: QWidget | None,
    ) -> None:
        super().__init__(parent)
        self._registry = registry
        self._caps: list[tuple[QToolButton, str, str]] = []
        self.setObjectName("strip")
        self.setAccessibleName(tr("Suggestions"))
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self._session = session
        self._suggesting = suggesting
        self.words = PlainLabel()
        self.words.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self.words.setAccessibleDescription(tr("Suggestions"))
        self._layout = QHBoxLayout(self)
        self._layout.setContentsMargins(12, 0, 18, 0)
        self._layout.setSpacing(7)
        self._layout.addWidget(FixedSizeLabel(self.words), 1)
        self._tab = self._key("next_suggestion", tr("next"), lambda: suggesting.go(1))
        self._accept = self._key("accept_suggestion", tr("accept"), suggesting.accept)
        self._reject = self._key("reject_suggestion", tr("reject"), suggesting.reject)
        self._stop = self._key("leave_suggestion", tr("stop"), suggesting.cancel)
        self._delete = self._hint("")
        self._delete[1].setText(tr("Delete"))
        self._change = self._hint("")
        suggesting.changed.connect(self.show_state)
        registry.keys_changed.connect(self._show_keys)
        session.selected_item_changed.connect(self.show_state)
        self._show_keys()

    @Slot()
    def show_state(self) -> None:
        """Show the current state of the suggestions."""
        suggesting, made = self._suggesting, self._suggesting.current
        queue = suggesting.offer
        for part in self._tab:
            part.setVisible(queue is not None)
        for part in self._stop:
            part.setVisible(suggesting.making)
        for part in (*self._accept, *self._reject, *self._change):
            part.setVisible(made is not None)
        self._delete[0].setText(action_key_text(self._registry["delete"]))
        for part in self._delete:
            part.setVisible(made is None and self._session.selected_item is not None)
        self._set_style_name("offered" if made is None else "current")
        if queue is None:
            self.words.setText(self._text_without_queue())
            set_tool_tip(self.words, "" if suggesting.making else suggesting.trouble)
        elif made is None or suggesting.current_number is None:
            trouble = suggesting.trouble
            count = suggestion_count(queue.count)
            self.words.setText(f"{count}  ·  {trouble}" if trouble else count)
            set_tool_tip(self.words, trouble)
        else:
            place = tr(
                "{1} of {2}",
                format_number(queue.place(suggesting.current_number) + 1),
                format_number(queue.count),
            )
            what = suggestion_text(made, self._session.scheme)
            why = f"  ·  {isolated(reason_text(made))}" if made.reason else ""
            self.words.setText(f"{place}  ·  {what}  ·  {confidence_text(made)}{why}")
            set_tool_tip(self.words, details_text(made, self._session.scheme))
            mention = isinstance(made, SuggestedMention)
            type_key = action_key_text(self._registry["quote_type"])
            labels = f"\u2066{self._registry.label_keys()}\u2069"
            self._change[0].setText(labels if mention else type_key)
            self._change[1].setText(tr("label") if mention else tr("type"))

    def _set_style_name(self, name: str) -> None:
        """Set the object name that the style sheet matches; only on a change, since it is slow."""
        if name != self.words.objectName():
            self.words.setObjectName(name)
            self.words.style().unpolish(self.words)
            self.words.style().polish(self.words)

    def _text_without_queue(self) -> str:
        if self._suggesting.making:
            return self._making_words()
        return held_back_text() if self._suggesting.is_held_back else self._suggesting.trouble

    def _making_words(self) -> str:
        if address := self._suggesting.sends_to:
            return tr("Sending this article's text to {1} …", isolated(address))
        return tr("Looking for names and quotes …")

    def _show_keys(self) -> None:
        """Show the keys that the actions have now; a button without a key shows an arrow."""
        for button, id_, word in self._caps:
            cap = action_key_text(self._registry[id_])
            button.setText(cap or "→")
            button.setAccessibleName(f"{word} ({cap})" if cap else word)
        self.show_state()

    def _key(self, id_: str, word: str, act: Callable[[], object]) -> tuple[QToolButton, QLabel]:
        button = QToolButton()
        self._caps.append((button, id_, word))
        button.setObjectName("key")
        button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        button.clicked.connect(act)
        name = PlainLabel(word)
        name.setObjectName("word")
        self._layout.addWidget(button)
        self._layout.addWidget(name)
        return button, name

    def _hint(self, cap: str) -> tuple[QLabel, QLabel]:
        key, word = PlainLabel(cap), PlainLabel()
        key.setObjectName("key")
        word.setObjectName("word")
        self._layout.addWidget(key)
        self._layout.addWidget(word)
        return key, word
