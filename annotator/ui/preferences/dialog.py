"""The dialog of the preferences: annotator, appearance, and what counts as working time."""

from collections.abc import Sequence
from typing import Final, NamedTuple

from PySide6.QtCore import Qt
from PySide6.QtGui import QFontDatabase
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QDialog,
    QFormLayout,
    QLineEdit,
    QSpinBox,
    QVBoxLayout,
    QWidget,
)

from annotator.ui.article.text_settings import MEASURES, SIZES, SPACINGS, TextSettings
from annotator.ui.i18n.translation import LANGUAGES, tr
from annotator.ui.theme.theme import Theme
from annotator.ui.widgets.combo_box import ComboBox
from annotator.ui.widgets.line_edit import LineEdit
from annotator.ui.widgets.number_box import NumberSpinBox
from annotator.ui.widgets.ok_cancel import ok_cancel_buttons
from annotator.ui.widgets.plain_text import PlainLabel, add_row

IDLE: Final = range(10, 901)
"""The possible limits, in seconds, up to which a pause counts as working time."""


class Preferences(NamedTuple):
    """The preferences that the dialog edits."""

    annotator: str
    theme_name: str
    language: str
    reading: TextSettings
    idle_seconds: int
    leads: bool


class PreferencesDialog(QDialog):
    """A dialog to change the preferences. Nothing changes until OK."""

    def __init__(
        self,
        now: Preferences,
        annotators: Sequence[str],
        themes: Sequence[tuple[str, str]],
        theme: Theme,
        parent: QWidget,
    ) -> None:
        """`annotators` are known names, `themes` pairs of the title and the name of each theme."""
        super().__init__(parent)
        self.setObjectName("preferences")
        self.setWindowTitle(tr("Preferences"))
        self._now = now
        reading = now.reading
        self.name = QComboBox()
        self.name.setEditable(True)
        self.name.setLineEdit(LineEdit())
        for part in (self.name, *self.name.findChildren(QLineEdit)):
            part.setAccessibleName(tr("Annotator name"))
        self.name.addItems(list(dict.fromkeys([now.annotator, *annotators])))
        self.theme_name = ComboBox(tr("Look"), themes)
        self.theme_name.choose_value(now.theme_name)
        languages = [(tr("As the desktop"), ""), *((own, code) for code, own in LANGUAGES.items())]
        self.language = ComboBox(tr("Language of the window"), languages)
        self.language.choose_value(now.language)
        families = list(dict.fromkeys([reading.family, *QFontDatabase.families()]))
        self.family = ComboBox(tr("Font of the text"), [(name, name) for name in families])
        self.pixels = _number(tr("Size of the text"), SIZES, reading.size, tr(" px"))
        self.spacing = _number(tr("Line spacing"), SPACINGS, reading.spacing, tr(" %"))
        self.measure = _number(tr("Letters in a line"), MEASURES, reading.measure, tr(" letters"))
        self.idle = _number(tr("Pause that counts"), IDLE, now.idle_seconds, tr(" s"))
        self.leads = QCheckBox(tr("I &lead this project: find in everybody's annotations"))
        self.leads.setChecked(now.leads)
        self._lay_out()
        self.setStyleSheet(
            f"#preferences {{ background: {theme.panel}; }}"
            f"QLabel#group {{ color: {theme.accent}; font-weight: 600; padding-top: 6px; }}"
        )

    def chosen(self) -> Preferences:
        """Return what the dialog shows now; an empty name keeps the old one."""
        reading = self._now.reading._replace(
            family=self.family.currentData(),
            size=self.pixels.value(),
            spacing=self.spacing.value(),
            measure=self.measure.value(),
        )
        return Preferences(
            annotator=self.name.currentText().strip() or self._now.annotator,
            theme_name=self.theme_name.currentData(),
            language=self.language.currentData(),
            reading=reading,
            idle_seconds=self.idle.value(),
            leads=self.leads.isChecked(),
        )

    def _lay_out(self) -> None:
        form = QFormLayout()
        form.setHorizontalSpacing(18)
        form.setVerticalSpacing(9)
        form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        rows: tuple[tuple[str, QWidget | None], ...] = (
            (tr("Annotating"), None),
            (tr("&Annotate as"), self.name),
            (tr("&Idle timeout"), self.idle),
            ("", self.leads),
            (tr("Look"), None),
            (tr("&Colours"), self.theme_name),
            (tr("Lan&guage"), self.language),
            (tr("Text"), None),
            (tr("&Font"), self.family),
            (tr("&Size"), self.pixels),
            (tr("Line s&pacing"), self.spacing),
            (tr("Li&ne length"), self.measure),
        )
        for text, field in rows:
            if field is None:
                heading = PlainLabel(text)
                heading.setObjectName("group")
                form.addRow(heading)
            else:
                add_row(form, text, field)
        box = ok_cancel_buttons(self.accept, self.reject)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(22, 14, 22, 16)
        layout.setSpacing(16)
        layout.addLayout(form)
        layout.addWidget(box)
        self.setMinimumWidth(460)


def _number(name: str, limits: range, value: int, unit: str) -> QSpinBox:
    box = NumberSpinBox()
    box.setAccessibleName(name)
    box.setRange(limits[0], limits[-1])
    box.setSuffix(unit)
    box.setValue(value)
    box.setAlignment(Qt.AlignmentFlag.AlignLeft)
    return box
