"""Starting: from the command line to the first paint, then everything that can wait."""

import gc
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QObject, Qt, QTimer
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication

from annotator.core.errors import AnnotatorError
from annotator.store import Project
from annotator.ui.fonts import interface_font, load_fonts, load_more_fonts
from annotator.ui.language import speak
from annotator.ui.main_window import MainWindow
from annotator.ui.settings import Settings, log_path, settings_path
from annotator.ui.style import style_sheet
from annotator.ui.theme import palette, theme_called

if TYPE_CHECKING:
    from annotator.ui.drops import CopiesOnly

_COLLECT_AFTER: Final = 50_000
"""How many new objects make Python look for cycles; 700 by default."""
_PATIENCE_MS: Final = 1000
"""How long an edit may wait for another program that is writing: the window waits with it."""
_ID: Final = "org.annotator.Annotator"


def open_window(project: Path | None) -> int:
    """Show the window on a project (None: the last one, else the example) until it is closed.

    Raises AnnotatorError if the project cannot be opened.
    """
    qt = application()
    settings = Settings(settings_path())
    app = App(settings, qt)
    try:
        app.open_first(project)
        return qt.exec()
    finally:
        app.shut_down()


def application() -> QApplication:
    """The Qt application with our fonts and style, made once per process."""
    if sys.platform not in ("win32", "darwin"):
        # A desktop's own would read files in this process, see `file_dialogs`.
        QApplication.setAttribute(Qt.ApplicationAttribute.AA_DontUseNativeDialogs)
    existing = QApplication.instance()
    if isinstance(existing, QApplication):
        return existing
    qt = QApplication(sys.argv[:1])
    qt.setApplicationName("annotator")
    qt.setApplicationDisplayName("Annotator")
    qt.setDesktopFileName(_ID)
    qt.setStyle("Fusion")
    load_fonts()
    qt.setFont(interface_font())
    return qt


class App(QObject):
    """The running program: its look, its one window, and what it remembers."""

    def __init__(self, settings: Settings, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._settings = settings
        self.window: MainWindow | None = None
        self.theme = theme_called(settings.look)
        self._dress()
        hints = QGuiApplication.styleHints()
        hints.colorSchemeChanged.connect(self._follow_system)
        hints.accessibility().contrastPreferenceChanged.connect(self._follow_system)
        self._drops: CopiesOnly | None = None
        self._tidy: list[Callable[[], None]] = []

    def open(self, path: Path) -> None:
        """Show the window on this project in place of the one that is open.

        Raises AnnotatorError if it cannot be opened; the old window stays then.
        """
        project = Project.open(path, busy_timeout_ms=_PATIENCE_MS)
        speak(application(), self._settings.language)
        old, self.window = self.window, None
        window = MainWindow(
            project,
            self._annotator(),
            self._settings,
            self.theme,
            open_project=self._try_to_open,
            use_look=self.use_look,
        )
        self.window = window
        window.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        window.view.first_painted.connect(self._settle_in, Qt.ConnectionType.QueuedConnection)
        window.open_last_article()
        window.show()
        window.restore_place()
        window.view.setFocus()
        if old is not None:
            old.close()

    def open_first(self, path: Path | None) -> None:
        """Show the window on this project; on None on the last one, or else on the example.

        Raises AnnotatorError if the project that was named cannot be opened.
        """
        last = self._settings.last_project
        try:
            self.open(path or last or _example())
        except AnnotatorError as error:
            if path is not None or last is None:
                raise
            self.open(_example())
            if self.window is not None:
                self.window.furniture.show_failure(str(error))

    def use_look(self, look: str) -> None:
        """Switch to this look at once; see `theme_called` for their names."""
        self.theme = theme_called(look)
        self._dress()
        if self.window is not None:
            self.window.set_theme(self.theme)

    def _try_to_open(self, path: Path) -> None:
        try:
            self.open(path)
        except AnnotatorError as error:
            if self.window is not None:
                self.window.session.failed.emit(str(error))

    def _annotator(self) -> str:
        if not self._settings.annotator:
            from annotator.work.example import annotator_name

            self._settings.annotator = annotator_name()
        return self._settings.annotator

    def _follow_system(self) -> None:
        if self._settings.look == "system":
            self.use_look("system")

    def _dress(self) -> None:
        qt = QApplication.instance()
        if isinstance(qt, QApplication):
            qt.setPalette(palette(self.theme))
            qt.setStyleSheet(style_sheet(self.theme))

    def shut_down(self) -> None:
        """Give the process back as it was before the first window."""
        while self._tidy:
            self._tidy.pop()()
        if self._drops is not None:
            self._drops.deleteLater()
            self._drops = None

    def _settle_in(self) -> None:
        """What the first paint did not need."""
        if self.window is None:
            return
        self.window.furnish()
        self._watch_drops()
        if not self._tidy:
            QTimer.singleShot(0, self._settle_for_good)

    def _watch_drops(self) -> None:
        from annotator.ui.drops import CopiesOnly

        if self._drops is None:
            self._drops = CopiesOnly(self)
        self._drops.watch()

    def _settle_for_good(self) -> None:
        from annotator.ui.crash import CrashReporter, log_to
        from annotator.ui.icons import application_icon

        load_more_fonts()
        QGuiApplication.setWindowIcon(application_icon())
        reporter = CrashReporter(self)
        reporter.install()
        self._tidy += [reporter.remove, log_to(log_path())]
        # What is alive now lives as long as the program: do not look through it again, and
        # let an article with 10,000 spans be read without looking through them on the way.
        gc.collect()
        gc.freeze()
        gc.set_threshold(_COLLECT_AFTER)


def _example() -> Path:
    """The example project, made if it is not there yet."""
    from annotator.work.example import annotator_name, example_location, make_example

    path = example_location()
    if not path.exists():
        make_example(path, annotator_name())
    return path
