"""The dialog with the program's name, versions and licences."""

import platform
from importlib.metadata import PackageNotFoundError, version
from typing import Final

from PySide6.QtCore import Qt, qVersion
from PySide6.QtGui import QGuiApplication, QIcon
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QGridLayout,
    QHBoxLayout,
    QVBoxLayout,
    QWidget,
)

from annotator import __version__
from annotator.store import sqlite_version
from annotator.ui.i18n.translation import tr
from annotator.ui.theme.theme import Theme
from annotator.ui.widgets.plain_text import PlainLabel

_PACKAGES: Final = (
    ("PySide6-Essentials", "LGPL 3"),
    ("pydantic", "MIT"),
    ("orjson", "MPL 2.0, Apache 2.0 or MIT"),
    ("sqlite-utils", "Apache 2.0"),
    ("chardet", "0BSD"),
)
_SHIPPED: Final = (
    ("Inter, Noto Serif, Noto Naskh Arabic", "SIL Open Font License 1.1"),
    ("Icons by Lucide", "ISC"),
)


class AboutDialog(QDialog):
    """Name, versions and licences; the versions can be copied."""

    def __init__(self, icon: QIcon, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setObjectName("about")
        self.setWindowTitle(tr("About Annotator"))
        self.rows = _rows()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(26, 22, 26, 18)
        layout.setSpacing(14)
        layout.addLayout(self._heading(icon))
        layout.addLayout(self._table())
        layout.addWidget(self._foot())
        self.setStyleSheet(
            f"#about {{ background: {theme.panel}; }}"
            "QLabel#big { font-size: 22px; font-weight: 600; }"
            f"QLabel#quiet {{ color: {theme.muted}; }}"
        )

    def words(self) -> str:
        """Return the versions as text."""
        return "\n".join(" ".join(word for word in row[:2] if word) for row in self.rows)

    def _heading(self, icon: QIcon) -> QHBoxLayout:
        picture, name = PlainLabel(), PlainLabel(tr("Annotator {1}", __version__))
        picture.setPixmap(icon.pixmap(64, 64))
        name.setObjectName("big")
        what = PlainLabel(tr("Entities and quotes of news articles, marked for training data."))
        what.setObjectName("quiet")
        beside = QVBoxLayout()
        beside.addWidget(name)
        beside.addWidget(what)
        heading = QHBoxLayout()
        heading.setSpacing(18)
        heading.addWidget(picture)
        heading.addLayout(beside, 1)
        return heading

    def _table(self) -> QGridLayout:
        grid = QGridLayout()
        grid.setHorizontalSpacing(26)
        grid.setVerticalSpacing(6)
        for number, row in enumerate(self.rows):
            for column, text in enumerate(row):
                label = PlainLabel(text)
                label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
                if column:
                    label.setObjectName("quiet")
                grid.addWidget(label, number, column)
        return grid

    def _foot(self) -> QDialogButtonBox:
        box = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        copy = box.addButton(tr("&Copy versions"), QDialogButtonBox.ButtonRole.ActionRole)
        copy.clicked.connect(lambda _: QGuiApplication.clipboard().setText(self.words()))
        box.rejected.connect(self.reject)
        return box


def _rows() -> list[tuple[str, str, str]]:
    """Return name, version and licence of the program's components."""
    rows = [
        ("Annotator", __version__, "MIT"),
        ("Python", platform.python_version(), "PSF"),
        ("Qt", qVersion(), "LGPL 3"),
        ("SQLite", sqlite_version(), tr("public domain")),
    ]
    for name, licence in _PACKAGES:
        try:
            rows.append((name, version(name), licence))
        except PackageNotFoundError:
            continue
    return rows + [(name, "", licence) for name, licence in _SHIPPED]
