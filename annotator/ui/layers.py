"""The switch in the status bar: which layers of marks show over the text."""

from collections.abc import Mapping
from typing import Final

from PySide6.QtCore import Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QHBoxLayout, QToolButton, QWidget

from annotator.ui.language import tr, tr_later
from annotator.ui.plain_text import PlainLabel, set_tool_tip, without_mnemonics
from annotator.ui.theme import Theme

_LAYERS: Final = {
    "layer_quotes": tr_later("Quotes"),
    "layer_entities": tr_later("Entities"),
    "layer_links": tr_later("Links"),
}


class LayerSwitch(QWidget):
    """One word for each layer, struck out while the layer is off; a click switches it."""

    def __init__(self, actions: Mapping[str, QAction], theme: Theme) -> None:
        super().__init__()
        self.setObjectName("layers")
        self.setAccessibleName(tr("Layers"))
        self._buttons: list[QToolButton] = []
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 8, 0)
        layout.setSpacing(1)
        layout.addWidget(PlainLabel(tr("Layers:")))
        for id_, word in _LAYERS.items():
            self._buttons.append(self._button(actions[id_], tr(word)))
            layout.addWidget(self._buttons[-1])
        self.set_theme(theme)

    def set_theme(self, theme: Theme) -> None:
        """Paint in this look from now on."""
        self.setStyleSheet(
            f"QLabel {{ color: {theme.muted}; font-size: 12px; }}"
            f"QToolButton {{ color: {theme.muted}; font-size: 12px; padding: 2px 4px;"
            " text-decoration: line-through; }"
            f"QToolButton:checked {{ color: {theme.text}; text-decoration: none; }}"
        )

    def _button(self, action: QAction, word: str) -> QToolButton:
        button = QToolButton()
        button.setText(word)
        button.setCheckable(True)
        button.setChecked(action.isChecked())
        button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        spoken = without_mnemonics(action.text())
        button.setAccessibleName(spoken)
        set_tool_tip(button, f"{spoken}  {action.shortcut().toString()}")
        button.clicked.connect(action.trigger)
        action.toggled.connect(button.setChecked)
        return button
