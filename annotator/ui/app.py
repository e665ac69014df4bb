"""Starting: from the command line to the first paint, then everything that can wait."""

import gc
import shutil
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QEvent, QObject, Qt, QTimer
from PySide6.QtGui import QGuiApplication, QSessionManager
from PySide6.QtWidgets import QApplication

from annotator.core.errors import AnnotatorError
from annotator.store import Project, ProjectReadOnly, StoreError
from annotator.ui.fonts import interface_font, load_fonts, load_more_fonts
from annotator.ui.language import speak, tr
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
_SIGNALLED: Final = 128
"""The exit code of who was ended by signal n is this and n."""
_UNSEEN: Final = ("offscreen", "minimal")
"""Qt's platforms without a screen."""


def open_window(project: Path | None) -> int:
    """Show the window on a project (None: the last one, else the example) until it is closed.

    A project that cannot be written is opened for reading. Returns 128 and the number of the
    signal if one has ended the program, as shells do. Raises AnnotatorError or OSError if the
    project cannot be opened, after saying so in a box where there is no terminal to say it.
    """
    qt = application()
    settings = Settings(settings_path())
    app = App(settings, qt)
    try:
        app.open_first(project)
        return qt.exec()
    except (AnnotatorError, OSError) as error:
        if not _has_terminal():
            show_sentence(words_of(error))
        raise
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
        self._tidy: list[Callable[[], object]] = []
        self._notices: list[str] = []

    def open(self, path: Path) -> None:
        """Show the window on this project in place of the one that is open.

        For reading only where nothing may be written. Raises AnnotatorError if it cannot be
        opened; the old window stays then.
        """
        try:
            project = Project.open(path, busy_timeout_ms=_PATIENCE_MS)
        except ProjectReadOnly:
            project = Project.open(path, read_only=True, busy_timeout_ms=_PATIENCE_MS)
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

        Raises AnnotatorError or OSError if the project that was named cannot be opened.
        """
        last = self._settings.last_project
        try:
            self.open(path or last or self._example())
        except AnnotatorError as error:
            if path is not None or last is None:
                raise
            self.open(self._example())
            self._notices.append(str(error))
        if self._settings.notice:
            self._notices.append(self._settings.notice)
            self._settings.notice = ""
        if self._notices and self.window is not None:
            self.window.furniture.show_failure(" ".join(self._notices))
            self._notices.clear()

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
        """End what is still open, and give the process back as it was before the first window."""
        if self.window is not None and not self.window.ended:
            self.window.end()
            self.window.close()
            # No event loop runs any more that would delete it before Qt itself goes.
            QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
        while self._tidy:
            self._tidy.pop()()

    def _example(self) -> Path:
        """The example project, made if it is not there yet; in passing if it cannot be kept."""
        from annotator.work.example import annotator_name, example_location, make_example

        path = example_location()
        try:
            if not path.exists():
                make_example(path, annotator_name())
        except (OSError, StoreError) as error:
            folder = Path(tempfile.mkdtemp(prefix="annotator-"))
            self._tidy.append(lambda: shutil.rmtree(folder, ignore_errors=True))
            path = folder / path.name
            make_example(path, annotator_name())
            self._notices.append(
                tr(
                    "Nothing can be kept in your folder for data ({1}), so the example is gone "
                    "when you close the window; make a project in another folder.",
                    words_of(error),
                )
            )
        return path

    def _end(self, number: int) -> None:
        """A signal asks the process to end: no questions, and nothing is lost."""
        if self.window is not None:
            self.window.hide()
        QApplication.exit(_SIGNALLED + number)

    def _log_out(self, _manager: QSessionManager) -> None:
        """The desktop ends: keep what the window would keep when it closes."""
        if self.window is not None:
            self.window.keep()

    def _lose_display(self) -> None:
        if self.window is not None:
            self.window.end()

    def _unsaved(self) -> int:
        window = self.window
        return 0 if window is None or window.ended else len(window.session.unsaved)

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
        from annotator.ui.termination import LossOfDisplay, TerminationSignals

        load_more_fonts()
        QGuiApplication.setWindowIcon(application_icon())
        signals, loss = TerminationSignals(self), LossOfDisplay(self._lose_display)
        signals.requested.connect(self._end)
        application().commitDataRequest.connect(self._log_out)
        log: Path | None = log_path()
        try:
            stop_log = log_to(log_path())
        except OSError:  # a home that is full or read-only: there is work to do without a log
            log, stop_log = None, _nothing
        reporter = CrashReporter(self, unsaved=self._unsaved, log=log)
        for part in (reporter, signals, loss):
            part.install()
            self._tidy.append(part.remove)
        self._tidy.append(stop_log)
        # What is alive now lives as long as the program: do not look through it again, and
        # let an article with 10,000 spans be read without looking through them on the way.
        gc.collect()
        gc.freeze()
        gc.set_threshold(_COLLECT_AFTER)


def words_of(error: AnnotatorError | OSError) -> str:
    """What went wrong, as a sentence for the user."""
    if isinstance(error, OSError):
        return f"{error.filename}: {error.strerror}" if error.filename else str(error)
    return str(error)


def show_sentence(sentence: str) -> None:
    """Show a box with the sentence, in front of no window, until it is closed."""
    from PySide6.QtWidgets import QMessageBox

    from annotator.ui.language import tr_sentence
    from annotator.ui.plain_text import PlainMessageBox

    words = tr_sentence(sentence)
    PlainMessageBox(QMessageBox.Icon.Warning, "Annotator", words[:1].upper() + words[1:]).exec()


def _has_terminal() -> bool:
    """Whether somebody reads what is printed, or nobody could see a box."""
    if QGuiApplication.platformName() in _UNSEEN:
        return True
    return sys.stderr is not None and sys.stderr.isatty()


def _nothing() -> None:
    return
