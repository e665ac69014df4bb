"""Starting: from the command line to the first paint, then everything that can wait."""

import gc
import logging
import sys
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Final

import shiboken6
from PySide6.QtCore import QEvent, QObject, Qt, QTimer
from PySide6.QtGui import QGuiApplication, QSessionManager
from PySide6.QtWidgets import QApplication

from annotator.core.errors import AnnotatorError
from annotator.store import Project, ProjectReadOnly, StoreError
from annotator.ui.i18n.translation import speak, tr
from annotator.ui.main_window import MainWindow
from annotator.ui.settings import Settings, log_path, settings_path
from annotator.ui.theme.fonts import interface_font, load_fonts, load_more_fonts
from annotator.ui.theme.style_sheet import style_sheet
from annotator.ui.theme.theme import palette, theme_called
from annotator.ui.widgets.screen_fit import ScreenFit

if TYPE_CHECKING:
    from annotator.ui.crash_reporter import CrashReporter
    from annotator.ui.import_export.drops import CopiesOnly

_log = logging.getLogger(__name__)
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
        self._fit = ScreenFit(application(), self)
        self._drops: CopiesOnly | None = None
        self._settled = False
        self._bugs: CrashReporter | None = None
        self._tidy: list[Callable[[], object]] = [self._catch_early()]
        self._notices: list[str] = []

    def open(self, path: Path) -> None:
        """Show the window on this project in place of the one that is open.

        For reading only where nothing may be written. Raises AnnotatorError if it cannot be
        opened; the old window stays then.
        """
        self._show(_opened(path))

    def _show(self, project: Project) -> None:
        try:
            window = self._window_on(project)
        except BaseException:
            self._remove_unfinished()
            project.close()
            raise
        old, self.window = self.window, window
        window.show()
        window.restore_place()
        window.view.setFocus()
        if old is not None:
            old.close()

    def _remove_unfinished(self) -> None:
        """Take away a window that could not be made to its end: nobody can close it."""
        for widget in QApplication.topLevelWidgets():
            if isinstance(widget, MainWindow) and widget is not self.window:
                shiboken6.delete(widget)  # now, and not while somebody goes through the windows

    def _window_on(self, project: Project) -> MainWindow:
        """The window on this project, with an article on the desk, not yet shown."""
        speak(application(), self._settings.language)
        window = MainWindow(
            project,
            self._annotator(),
            self._settings,
            self.theme,
            open_project=self._try_to_open,
            use_look=self.use_look,
        )
        window.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        window.view.first_painted.connect(self._settle_in, Qt.ConnectionType.QueuedConnection)
        self._notices += window.open_last_article()
        return window

    def open_first(self, path: Path | None) -> None:
        """Show the window on this project; on None on the last one, or else on the example.

        Whatever is wrong with the last one, or shows only when the window is made, is told over
        the example. Raises AnnotatorError or OSError if the project that was named cannot be
        opened.
        """
        named = _opened(path) if path is not None else None
        try:
            self._show(named or _opened(self._settings.last_project or self._example()))
        except (AnnotatorError, OSError) as error:
            self._open_example()
            self._notices.append(words_of(error))
        except Exception as error:
            self._open_example()
            told = self._reporter().caught
            QTimer.singleShot(0, lambda bug=error: told.emit(bug))
        if self._settings.notice:
            self._notices.append(self._settings.notice)
            self._settings.notice = ""
        self._tell()

    def _tell(self) -> None:
        """Say what came up while the window was opened."""
        if self._notices and self._build_workspace() and self.window is not None:
            self.window.workspace.show_failure(" ".join(self._notices))
            self._notices.clear()

    def _open_example(self, *, but: Path | None = None) -> None:
        """Show the window on the example, on a new one if that is what cannot be opened."""
        example = self._example()
        try:
            self.open(self._example(anew=True) if example == but else example)
        except Exception:
            _log.exception("the example could not be opened")
            self.open(self._example(anew=True))

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
        self._tell()

    def _annotator(self) -> str:
        if not self._settings.annotator:
            from annotator.services.example import annotator_name

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
        if self._drops is not None:
            self._drops.deleteLater()
            self._drops = None

    def _example(self, *, anew: bool = False) -> Path:
        """The example project, made if it is not there yet; in passing if it cannot be kept.

        With `anew` another one beside it.
        """
        from annotator.services.example import annotator_name, example_location, make_example

        path, number = example_location(), 1
        while anew and path.exists():
            number += 1
            path = example_location().with_stem(f"{example_location().stem}-{number}")
        try:
            if not path.exists():
                make_example(path, annotator_name())
        except (OSError, StoreError) as error:
            import shutil
            import tempfile  # which a start that goes well does without

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

    def _pending_edits(self) -> int:
        window = self.window
        return 0 if window is None or window.ended else len(window.session.pending_edits)

    def _settle_in(self) -> None:
        """What the first paint did not need."""
        if not self._build_workspace():
            return
        self._watch_drops()
        if not self._settled:
            self._settled = True
            QTimer.singleShot(0, self._settle_for_good)

    def _build_workspace(self) -> bool:
        """Put lists and menus into the window; whether they are there.

        Where the project cannot be read so far, its window gives way to the example.
        """
        if self.window is None:
            return False
        try:
            self.window.build_workspace()
        except StoreError as error:
            project, self.window = self.window.project, None
            self._remove_unfinished()
            project.close()
            self._open_example(but=project.path)
            self._notices.append(str(error))
            self._tell()
            return False
        return True

    def _watch_drops(self) -> None:
        from annotator.ui.import_export.drops import CopiesOnly

        if self._drops is None:
            self._drops = CopiesOnly(self)
        self._drops.watch()

    def _catch_early(self) -> Callable[[], object]:
        """Catch what nothing catches from the first moment on; what takes that back.

        What tells of it is imported then, and else when there is time.
        """
        before = sys.excepthook

        def catch(
            kind: type[BaseException], error: BaseException, where: TracebackType | None
        ) -> None:
            self._reporter()
            sys.excepthook(kind, error, where)

        sys.excepthook = catch

        def give_back() -> None:
            sys.excepthook = before

        return give_back

    def _reporter(self) -> "CrashReporter":
        """What tells of bugs, put to work at the first call."""
        from annotator.ui.crash_reporter import CrashReporter

        if self._bugs is None:
            self._bugs = CrashReporter(self, pending_edits=self._pending_edits)
            self._bugs.install()
            self._tidy.append(self._bugs.remove)
        return self._bugs

    def _settle_for_good(self) -> None:
        from annotator.ui.crash_reporter import log_to
        from annotator.ui.termination import LossOfDisplay, TerminationSignals
        from annotator.ui.theme.icons import application_icon

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
        self._reporter().log = log
        for part in (signals, loss):
            part.install()
            self._tidy.append(part.remove)
        self._tidy.append(stop_log)
        # What is alive now lives as long as the program: do not look through it again, and
        # let an article with 10,000 spans be read without looking through them on the way.
        gc.collect()
        gc.freeze()
        gc.set_threshold(_COLLECT_AFTER)


def _opened(path: Path) -> Project:
    """The project, for reading only where nothing may be written. Raises StoreError.

    Its path is whole, whatever the command line named: the window shows it, and folders beside it.
    """
    path = path.absolute()
    try:
        return Project.open(path, busy_timeout_ms=_PATIENCE_MS)
    except ProjectReadOnly:
        return Project.open(path, read_only=True, busy_timeout_ms=_PATIENCE_MS)


def words_of(error: AnnotatorError | OSError) -> str:
    """What went wrong, as a sentence for the user."""
    if isinstance(error, OSError):
        return f"{error.filename}: {error.strerror}" if error.filename else str(error)
    return str(error)


def show_sentence(sentence: str) -> None:
    """Show a box with the sentence, in front of no window, until it is closed."""
    from PySide6.QtWidgets import QMessageBox

    from annotator.ui.i18n.translation import tr_sentence
    from annotator.ui.widgets.plain_text import PlainMessageBox

    words = tr_sentence(sentence)
    PlainMessageBox(QMessageBox.Icon.Warning, "Annotator", words[:1].upper() + words[1:]).exec()


def _has_terminal() -> bool:
    """Whether somebody reads what is printed, or nobody could see a box."""
    if QGuiApplication.platformName() in _UNSEEN:
        return True
    return sys.stderr is not None and sys.stderr.isatty()


def _nothing() -> None:
    return
