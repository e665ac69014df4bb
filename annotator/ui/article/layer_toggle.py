"""The toggle in the status bar for the layers that are shown over the text."""

from typing import Final

from PySide6.QtCore import Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QHBoxLayout, QToolButton, QWidget

from annotator.ui.actions.registry import ActionRegistry
from annotator.ui.i18n.translation import tr, tr_later
from annotator.ui.widgets.plain_text import PlainLabel, set_tool_tip, strip_mnemonics

_LAYERS: Final = {
    "layer_quotes": tr_later("Quotes"),
    "layer_entities": tr_later("Entities"),
    "layer_links": tr_later("Links"),
}


class LayerToggle(QWidget):
    """A button for each layer, struck out while the layer is off; a click toggles it."""

    def __init__(self, actions: ActionRegistry, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("layers")
        self.setAccessibleName(tr("Layers"))
        self._buttons: list[QToolButton] = []
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 8, 0)
        layout.setSpacing(1)
        layout.addWidget(PlainLabel(tr("Layers:"), self))
        for id_, word in _LAYERS.items():
            self._buttons.append(self._button(actions[id_], tr(word)))
            layout.addWidget(self._buttons[-1])

    def _button(self, action: QAction, word: str) -> QToolButton:
        button = QToolButton(self)
        button.setText(word)
        button.setCheckable(True)
        button.setChecked(action.isChecked())
        button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        spoken = strip_mnemonics(action.text())
        button.setAccessibleName(spoken)
        set_tool_tip(button, f"{spoken}  {action.shortcut().toString()}")
        button.clicked.connect(action.trigger)
        action.toggled.connect(button.setChecked)
        return button
