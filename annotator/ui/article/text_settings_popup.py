"""The popup with the text settings; each change applies at once."""

from collections.abc import Callable
from typing import Final

from PySide6.QtCore import QPoint, Qt, Slot
from PySide6.QtGui import QAction, QFont, QFontDatabase, QShowEvent
from PySide6.QtWidgets import (
    QCheckBox,
    QFontComboBox,
    QFormLayout,
    QFrame,
    QHBoxLayout,
    QPushButton,
    QSlider,
    QWidget,
)

from annotator.ui.actions.registry import ActionRegistry
from annotator.ui.article.text_settings import MEASURES, SIZES, SPACINGS, TextSettings
from annotator.ui.article.view import ArticleView
from annotator.ui.i18n.translation import fill_placeholders, tr
from annotator.ui.widgets.plain_text import PlainLabel, strip_mnemonics

_SWITCHES: Final = ("layer_quotes", "layer_entities", "layer_links", "show_badges")
_FROM_EDGE: Final = 18


class TextSettingsPopup(QFrame):
    """Shows the settings of the view, and applies every change of a control."""

    def __init__(self, view: ArticleView, actions: ActionRegistry) -> None:
        super().__init__(view, Qt.WindowType.Popup)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setObjectName("reading")
        self.setAccessibleName(tr("Reading"))
        self._view = view
        self._actions = actions
        self._font = QFontComboBox()
        self._font.setFontFilters(QFontComboBox.FontFilter.ScalableFonts)
        self._font.setEditable(False)
        self._size = _Slider(SIZES, 1, tr("{1} px"))
        self._spacing = _Slider(SPACINGS, 5, "{1} %")
        self._measure = _Slider(MEASURES, 5, tr("{1} letters"))
        self._lay_out()
        self._show()
        self._connect()

    def show_over_text(self) -> None:
        """Open at the top right of the text, with the focus on the size."""
        self.adjustSize()
        page = self._view.viewport()
        x = page.width() - self.width() - _FROM_EDGE
        self.move(page.mapToGlobal(QPoint(max(_FROM_EDGE, x), _FROM_EDGE)))
        self.show()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._size.slider.setFocus()

    def _lay_out(self) -> None:
        form = QFormLayout(self)
        form.setContentsMargins(18, 16, 18, 16)
        form.setVerticalSpacing(10)
        form.setHorizontalSpacing(14)
        for title, field, control in (
            (tr("&Font"), self._font, self._font),
            (tr("&Size"), self._size, self._size.slider),
            (tr("&Line distance"), self._spacing, self._spacing.slider),
            (tr("Line len&gth"), self._measure, self._measure.slider),
        ):
            label = PlainLabel(title)
            label.setBuddy(control)
            control.setAccessibleName(strip_mnemonics(title))
            form.addRow(label, field)
        for id_ in _SWITCHES:
            form.addRow("", self._switch(self._actions[id_]))
        usual = QPushButton(tr("&Usual setting"))
        usual.setAccessibleName(tr("Usual setting"))
        usual.clicked.connect(lambda: self._view.set_reading(TextSettings()))
        form.addRow("", usual)

    def _switch(self, action: QAction) -> QCheckBox:
        box = QCheckBox(action.text())
        box.setChecked(action.isChecked())
        box.clicked.connect(action.trigger)
        action.toggled.connect(box.setChecked)
        return box

    def _connect(self) -> None:
        self._font.currentFontChanged.connect(self._choose_font)
        for control, set_value in (
            (self._size, self._set_size),
            (self._spacing, self._set_spacing),
            (self._measure, self._set_measure),
        ):
            control.slider.valueChanged.connect(set_value)
        self._view.reading_changed.connect(self._show)

    @Slot(QFont)
    def _choose_font(self, font: QFont) -> None:
        self._change(lambda reading: reading._replace(family=font.family()))

    @Slot(int)
    def _set_size(self, pixels: int) -> None:
        self._change(lambda reading: reading._replace(size=pixels))

    @Slot(int)
    def _set_spacing(self, percent: int) -> None:
        self._change(lambda reading: reading._replace(spacing=percent))

    @Slot(int)
    def _set_measure(self, letters: int) -> None:
        self._change(lambda reading: reading._replace(measure=letters))

    def _change(self, make: Callable[[TextSettings], TextSettings]) -> None:
        wanted = make(self._view.reading)
        if wanted != self._view.reading:
            self._view.set_reading(wanted)

    @Slot()
    def _show(self) -> None:
        reading = self._view.reading
        if reading.family in QFontDatabase.families():
            self._font.setCurrentFont(QFont(reading.family))
        self._size.show_value(reading.size)
        # A distance that leaves no room for the badges cannot be chosen while they are shown.
        self._spacing.slider.setMinimum(reading.tightest)
        self._spacing.show_value(max(reading.spacing, reading.tightest))
        self._measure.show_value(reading.measure)


class _Slider(QWidget):
    """A slider with its value beside it."""

    def __init__(self, values: range, step: int, words: str) -> None:
        super().__init__()
        self._words = words
        self.slider = QSlider(Qt.Orientation.Horizontal)
        self.slider.setRange(values[0], values[-1])
        self.slider.setSingleStep(step)
        self.slider.setPageStep(2 * step)
        self.slider.setMinimumWidth(180)
        self._value = PlainLabel()
        self._value.setMinimumWidth(66)
        self.setFocusProxy(self.slider)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.slider, 1)
        layout.addWidget(self._value)
        self.slider.valueChanged.connect(self._write)
        self._write(self.slider.value())

    def show_value(self, value: int) -> None:
        self.slider.setValue(value)

    @Slot(int)
    def _write(self, value: int) -> None:
        self._value.setText(fill_placeholders(self._words, [value]))
