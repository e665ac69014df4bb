"""The application: its start up to the first paint, and what is loaded after that."""

import gc
import logging
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Final

import shiboken6
from PySide6.QtCore import QEvent, QObject, Qt, QTimer, Slot
from PySide6.QtGui import QGuiApplication, QSessionManager
from PySide6.QtWidgets import QApplication

from annotator.core.errors import AnnotatorError
from annotator.store import Project, ProjectReadOnly, StoreError
from annotator.ui.i18n.translation import set_language, tr, tr_error
from annotator.ui.idle_steps import IdleSteps, imports
from annotator.ui.main_window import MainWindow
from annotator.ui.settings import Settings, log_path, settings_path
from annotator.ui.theme.fonts import interface_font, load_fonts, load_more_fonts
from annotator.ui.theme.style_sheet import style_sheet
from annotator.ui.theme.theme import palette, theme_by_name
from annotator.ui.widgets.screen_fit import ScreenFit

if TYPE_CHECKING:
    from annotator.ui.crash_reporter import CrashReporter
    from annotator.ui.import_export.drops import CopyOnlyFilter

_log = logging.getLogger(__name__)
_COLLECT_AFTER: Final = 50_000
"""How many new objects make Python search for cycles; 700 by default."""
_BUSY_TIMEOUT_MS: Final = 1000
"""How long an edit waits for another program that is writing, in ms; the window waits as well."""
_IMPORTED_FIRST: Final = (
    "annotator.ui.actions.action",
    "annotator.ui.actions.registry",
    "annotator.ui.widgets.dialogs",
    "annotator.ui.workspace",
)
"""Modules that the workspace needs, each imported in a step of its own."""
_DESKTOP_ID: Final = "org.annotator.Annotator"
_SIGNAL_EXIT_BASE: Final = 128
"""The exit code of a process that signal n ended is this plus n."""
_HEADLESS_PLATFORMS: Final = ("offscreen", "minimal")
"""The Qt platforms without a screen."""


def open_window(project: Path | None) -> int:
    """Show the window on a project (None: the last one, else the example) until it is closed.

    A project that cannot be written is opened read-only. Returns 128 plus the number of the
    signal if one has ended the program, as shells do. Raises AnnotatorError or OSError if the
    project cannot be opened, after showing it in a box if there is no terminal.
    """
    qt = application()
    settings = Settings(settings_path())
    app = App(settings, qt)
    try:
        app.open_first(project)
        return qt.exec()
    except (AnnotatorError, OSError) as error:
        if not _has_terminal():
            show_message(tr_error(error))
        raise
    finally:
        app.shut_down()


def application() -> QApplication:
    """Return the Qt application with our fonts and style, made once per process."""
    if sys.platform not in ("win32", "darwin"):
        # The desktop's own dialogs would read files in this process, see `file_dialogs`.
        QApplication.setAttribute(Qt.ApplicationAttribute.AA_DontUseNativeDialogs)
    existing = QApplication.instance()
    if isinstance(existing, QApplication):
        return existing
    qt = QApplication(sys.argv[:1])
    qt.setApplicationName("annotator")
    qt.setApplicationDisplayName("Annotator")
    qt.setDesktopFileName(_DESKTOP_ID)
    qt.setStyle("Fusion")
    load_fonts()
    qt.setFont(interface_font())
    return qt


class App(QObject):
    """The running program: its theme, its one window, and its settings."""

    def __init__(self, settings: Settings, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._settings = settings
        self.window: MainWindow | None = None
        self.theme = theme_by_name(settings.theme_name)
        self._apply_theme()
        hints = QGuiApplication.styleHints()
        hints.colorSchemeChanged.connect(self._follow_system)
        hints.accessibility().contrastPreferenceChanged.connect(self._follow_system)
        self._screen_fit = ScreenFit(application(), self)
        self._drops: CopyOnlyFilter | None = None
        self._idle = IdleSteps(self)
        self._settling = self._settle()
        self._crash_reporter: CrashReporter | None = None
        self._cleanups: list[Callable[[], object]] = [self._catch_exceptions()]
        self._notices: list[str] = []

    @property
    def settled(self) -> bool:
        """Whether the window is there with all that waited for its first paint."""
        return self.window is not None and self.window.complete and self._idle.done

    def open(self, path: Path) -> None:
        """Show the window on this project in place of the one that is open.

        Read-only if nothing may be written. Raises AnnotatorError if it cannot be opened; the old
        window stays open then.
        """
        self._show(_open_for_window(path))

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
        """Delete a window whose construction has failed: the user could not close it."""
        for widget in QApplication.topLevelWidgets():
            if isinstance(widget, MainWindow) and widget is not self.window:
                shiboken6.delete(widget)  # now, and not while other code iterates over the windows

    def _window_on(self, project: Project) -> MainWindow:
        """Return the window on this project, with an article open, not yet shown."""
        set_language(application(), self._settings.language)
        window = MainWindow(
            project,
            self._annotator(),
            self._settings,
            self.theme,
            open_project=self._try_to_open,
            use_theme=self.use_theme,
        )
        window.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        window.view.first_painted.connect(self._load_rest, Qt.ConnectionType.QueuedConnection)
        self._notices += window.open_last_article()
        return window

    def open_first(self, path: Path | None) -> None:
        """Show the window on this project; with None on the last one, or else on the example.

        Any error of the last project, even one that occurs only when the window is made, is
        reported
        over the example. Raises AnnotatorError or OSError if the project that was given cannot be
        opened.
        """
        named = _open_for_window(path) if path is not None else None
        try:
            self._show(named or _open_for_window(self._settings.last_project or self._example()))
        except (AnnotatorError, OSError) as error:
            self._open_example()
            self._notices.append(tr_error(error))
        except Exception as error:
            self._open_example()
            caught = self._reporter().caught
            QTimer.singleShot(0, lambda bug=error: caught.emit(bug))
        if self._settings.notice:
            self._notices.append(self._settings.notice)
            self._settings.notice = ""

    def _show_notices(self) -> None:
        """Show what was reported while the window was opened, once all of it is there."""
        if self._notices and self.window is not None:
            notices, self._notices = self._notices, []
            self.window.workspace.show_failure(" ".join(notices))

    def _open_example(self, *, failed: Path | None = None) -> None:
        """Show the window on the example, on a new one if the existing one cannot be opened."""
        example = self._example()
        try:
            self.open(self._example(make_new=True) if example == failed else example)
        except Exception:
            _log.exception("the example could not be opened")
            self.open(self._example(make_new=True))

    def use_theme(self, theme_name: str) -> None:
        """Switch to this theme at once; see `theme_by_name` for the names."""
        self.theme = theme_by_name(theme_name)
        self._apply_theme()
        if self.window is not None:
            self.window.set_theme(self.theme)

    def _try_to_open(self, path: Path) -> None:
        try:
            self.open(path)
        except AnnotatorError as error:
            if self.window is not None:
                self.window.session.error_occurred.emit(tr_error(error))

    def _annotator(self) -> str:
        if not self._settings.annotator:
            from annotator.services.user import annotator_name

            self._settings.annotator = annotator_name()
        return self._settings.annotator

    def _follow_system(self) -> None:
        if self._settings.theme_name == "system":
            self.use_theme("system")

    def _apply_theme(self) -> None:
        qt = QApplication.instance()
        if isinstance(qt, QApplication):
            qt.setPalette(palette(self.theme))
            qt.setStyleSheet(style_sheet(self.theme))

    def shut_down(self) -> None:
        """Close what is still open, and restore the process to its state before any window.

        What was to be made while the window was idle is not made any more.
        """
        self._idle.stop()
        if self.window is not None and not self.window.ended:
            self.window.end()
            self.window.close()
            # No event loop runs any more that would delete it before Qt itself shuts down.
            QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
        while self._cleanups:
            self._cleanups.pop()()
        if self._drops is not None:
            self._drops.deleteLater()
            self._drops = None

    def _example(self, *, make_new: bool = False) -> Path:
        """Return the path of the example project, made if it is missing.

        It is temporary if it cannot be kept. With `anew`, another one is made beside it.
        """
        from annotator.services.example import example_location, make_example
        from annotator.services.user import annotator_name

        path, number = example_location(), 1
        while make_new and path.exists():
            number += 1
            path = example_location().with_stem(f"{example_location().stem}-{number}")
        try:
            if not path.exists():
                make_example(path, annotator_name())
        except (OSError, StoreError) as error:
            import shutil
            import tempfile  # not needed by a normal start

            folder = Path(tempfile.mkdtemp(prefix="annotator-"))
            self._cleanups.append(lambda: shutil.rmtree(folder, ignore_errors=True))
            path = folder / path.name
            make_example(path, annotator_name())
            self._notices.append(
                tr(
                    "Nothing can be kept in your folder for data ({1}), so the example is gone "
                    "when you close the window; make a project in another folder.",
                    tr_error(error),
                )
            )
        return path

    def _end(self, number: int) -> None:
        """End the process on a signal: ask nothing, and lose nothing."""
        if self.window is not None:
            self.window.hide()
        QApplication.exit(_SIGNAL_EXIT_BASE + number)

    def _log_out(self, _manager: QSessionManager) -> None:
        """Keep what the window would keep when it closes, as the desktop session ends."""
        if self.window is not None:
            self.window.keep()

    def _end_without_display(self) -> None:
        if self.window is not None:
            self.window.end()

    def _pending_edits(self) -> int:
        window = self.window
        return 0 if window is None or window.ended else len(window.session.pending_edits)

    @Slot()
    def _load_rest(self) -> None:
        """Load what the first paint did not need, while nothing else waits."""
        if self.window is not None and not self.window.ended:
            self._idle.begin(self._rest(self.window))

    def _rest(self, window: MainWindow) -> Iterator[None]:
        yield from imports(_IMPORTED_FIRST)
        try:
            while window.build_next():
                yield
        except StoreError as error:
            self._replace_unreadable(window, error)
            return
        if not window.ended:
            self._show_notices()
        yield
        self._watch_drops()
        for _ in self._settling:
            yield

    def _replace_unreadable(self, window: MainWindow, error: StoreError) -> None:
        """Show the example in place of a window whose project cannot be read after all."""
        project, self.window = window.project, None
        self._remove_unfinished()
        project.close()
        self._open_example(failed=project.path)
        self._notices.append(tr_error(error))

    def _watch_drops(self) -> None:
        from annotator.ui.import_export.drops import CopyOnlyFilter

        if self._drops is None:
            self._drops = CopyOnlyFilter(self)
        self._drops.watch()

    def _catch_exceptions(self) -> Callable[[], object]:
        """Catch uncaught exceptions from the start; return the function that undoes it.

        The crash reporter is imported at the first exception, or else when the window is idle.
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
        """Return the crash reporter, made and installed at the first call."""
        from annotator.ui.crash_reporter import CrashReporter

        if self._crash_reporter is None:
            self._crash_reporter = CrashReporter(self, pending_edits=self._pending_edits)
            self._crash_reporter.install()
            self._cleanups.append(self._crash_reporter.remove)
        return self._crash_reporter

    def _settle(self) -> Iterator[None]:
        """Make what one process needs once, in steps."""
        load_more_fonts()
        yield
        from annotator.ui.theme.icons import application_icon

        QGuiApplication.setWindowIcon(application_icon())
        yield
        from annotator.ui.crash_reporter import log_to

        yield
        from annotator.ui.termination import DisplayLoss, TerminationSignals

        yield
        signals, loss = TerminationSignals(self), DisplayLoss(self._end_without_display)
        signals.requested.connect(self._end)
        application().commitDataRequest.connect(self._log_out)
        log: Path | None = log_path()
        try:
            stop_log = log_to(log_path())
        except OSError:  # a home that is full or read-only: the program works without a log
            log, stop_log = None, _do_nothing
        self._reporter().log = log
        for part in (signals, loss):
            part.install()
            self._cleanups.append(part.remove)
        self._cleanups.append(stop_log)
        yield
        # What is alive now lives as long as the program: do not traverse it again, and read an
        # article with 10,000 spans without a collection in between. Before the first window
        # there was little that could have become garbage, and a full search takes two frames.
        is_first = gc.get_threshold()[0] != _COLLECT_AFTER  # counting the frozen takes as long
        gc.collect(1 if is_first else 2)
        gc.freeze()
        gc.set_threshold(_COLLECT_AFTER)


def _open_for_window(path: Path) -> Project:
    """Open the project, read-only if nothing may be written. Raises StoreError.

    Its path is made absolute, whatever the command line gave: the window shows it, and the folders
    beside it.
    """
    path = path.absolute()
    try:
        return Project.open(path, busy_timeout_ms=_BUSY_TIMEOUT_MS)
    except ProjectReadOnly:
        return Project.open(path, read_only=True, busy_timeout_ms=_BUSY_TIMEOUT_MS)


def show_message(message: str) -> None:
    """Show a box with the message, without a parent window, until it is closed."""
    from PySide6.QtWidgets import QMessageBox

    from annotator.ui.widgets.plain_text import PlainMessageBox

    PlainMessageBox(QMessageBox.Icon.Warning, "Annotator", message[:1].upper() + message[1:]).exec()


def _has_terminal() -> bool:
    """Return whether printed output is read, or a box could not be seen."""
    if QGuiApplication.platformName() in _HEADLESS_PLATFORMS:
        return True
    return sys.stderr is not None and sys.stderr.isatty()


def _do_nothing() -> None:
    return
