"""Drives the window as a person would: the real `main()`, real keys and real mouse events."""

from collections import Counter
from collections.abc import Callable
from pathlib import Path

import shiboken6
from PySide6.QtCore import QAbstractItemModel, QEvent, QPoint, QPointF, Qt, QTimer
from PySide6.QtGui import QColor, QImage, QMouseEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QApplication,
    QDialog,
    QFileDialog,
    QLineEdit,
    QMenu,
    QMessageBox,
    QWidget,
)

from annotator.cli import main
from annotator.core.annotation import Annotation
from annotator.store import Project
from annotator.ui.app import App
from annotator.ui.article.view import ArticleView
from annotator.ui.main_window import MainWindow

WIDE = 1440, 900
"""A size in pixels at which the page is as wide as it gets, with room in its margins."""
_USUAL = 1100, 700
_END_MS = 120_000
_LEFT = Qt.MouseButton.LeftButton
_NONE = Qt.KeyboardModifier.NoModifier


def run_main(
    arguments: list[str],
    script: Callable[["Driver"], object],
    *,
    size: tuple[int, int] | None = _USUAL,
) -> int:
    """Run `annotator` with these arguments, play the script in its window, then close it.

    `size` None leaves the window as large as it came.
    Returns the exit code of `main`; what the script raises is raised here, and so is a bug that
    the window has caught and told.
    """
    faults: list[BaseException] = []

    def play() -> None:
        windows = [w for w in QApplication.topLevelWidgets() if isinstance(w, MainWindow)]
        window = next(w for w in windows if w.isVisible())
        try:
            script(Driver(window, size))
            assert not bugs(), bugs()[0].detailedText()
        except BaseException as fault:
            faults.append(fault)
            QTimer.singleShot(0, give_up_work)
        finally:
            for widget in QApplication.topLevelWidgets():
                if visible(widget):
                    widget.close()

            ending.start(_END_MS)

    def give_up_work() -> None:
        # Closing asks what is to become of edits that could not be saved.
        for box in boxes():
            for button in box.buttons():
                if button.text().replace("&", "") == "Close without saving":
                    button.click()

    def give_up() -> None:
        faults.append(AssertionError("every window was closed, but main() went on running"))
        QApplication.exit(70)

    ending = QTimer(singleShot=True)
    ending.timeout.connect(give_up)
    QTimer.singleShot(0, play)
    code = main(arguments)
    ending.stop()
    QApplication.processEvents()
    if faults:
        raise faults[0]
    return code


def annotated(
    project: Path, script: Callable[["Driver"], object], *, size: tuple[int, int] = _USUAL
) -> Annotation:
    """Play the script in the window on the project; what the project holds afterwards."""
    assert run_main([str(project)], script, size=size) == 0
    return stored(project)


def each_annotated(
    project_of: Callable[..., Path],
    text: str,
    *scripts: Callable[["Driver"], object],
    size: tuple[int, int] = _USUAL,
) -> list[Annotation]:
    """Play each script on an article of its own with this text, one after the other in one window.

    The articles differ in the empty lines at their end. Returns what the project holds of each.
    """
    project = project_of(*(text + "\n" * number for number in range(len(scripts))))

    def play_all(driver: Driver) -> None:
        keys = driver.window.session.project.article_keys(annotator="ada")
        for key, script in zip(keys, scripts, strict=True):
            for left_open in QApplication.topLevelWidgets():
                if left_open is not driver.window and visible(left_open):
                    left_open.close()
            driver.window.session.open_article(key)
            driver.view.setFocus()
            driver.settle()
            script(driver)

    assert run_main([str(project)], play_all, size=size) == 0
    return [stored(project, number) for number in range(len(scripts))]


def stored(path: Path, number: int = 0, name: str = "ada") -> Annotation:
    """What the file holds of an annotator's work on its n-th article."""
    with Project.open(path) as project:
        return project.annotation(project.article_keys(annotator=name)[number], name)


def stored_text(path: Path, number: int = 0) -> str:
    """The text of the n-th article as the file holds it."""
    with Project.open(path) as project:
        return project.article(project.article_keys(annotator="ada")[number]).text


def untimed(annotation: Annotation) -> Annotation:
    """The annotation without its working time, which tells how fast the machine is."""
    annotation.head = annotation.head._replace(seconds=0)
    return annotation


def marked(annotation: Annotation) -> list[tuple[str, str]]:
    """The words and labels of all mentions in the order of the text."""
    found = sorted(annotation.mentions.values(), key=lambda m: (m.start, m.end))
    return [(m.text, annotation.entities[m.entity_id].label) for m in found]


def colors_in(image: QImage) -> Counter[int]:
    """How many pixels of a picture have each colour, which is as `QColor.rgb` has it."""
    pixels = image.convertToFormat(QImage.Format.Format_ARGB32)
    return Counter(memoryview(pixels.constBits()).cast("I"))


def boxes() -> list[QMessageBox]:
    """The message boxes that are open."""
    return [w for w in QApplication.topLevelWidgets() if isinstance(w, QMessageBox) and visible(w)]


def visible(widget: QWidget) -> bool:
    """Whether the widget is there and shown."""
    return shiboken6.isValid(widget) and widget.isVisible()


def bugs() -> list[QMessageBox]:
    """The message boxes that tell of a bug."""
    return [box for box in boxes() if "met a bug" in box.text()]


def answer_file_dialog(path: Path) -> None:
    """Answer the file dialog that opens next: type the path into it, and press Return."""

    def answer() -> None:
        shown = [w for w in QApplication.topLevelWidgets() if isinstance(w, QFileDialog)]
        lines = [line for d in shown for line in d.findChildren(QLineEdit, "fileNameEdit")]
        for line in lines:
            if visible(line) and line.hasFocus():
                line.selectAll()
                QTest.keyClicks(line, str(path))
                QTest.keyClick(line, Qt.Key.Key_Return)
                return
        QTimer.singleShot(10, answer)

    QTimer.singleShot(0, answer)


def answer_box(words: str, button: str) -> None:
    """Press this button of the message box with these words, as soon as it is there."""

    def press() -> None:
        asking = [box for box in boxes() if words in box.text()]
        if not asking:
            QTimer.singleShot(10, press)
            return
        (found,) = (b for b in asking[0].buttons() if b.text() == button)
        found.click()

    QTimer.singleShot(0, press)


def _settled(window: MainWindow) -> MainWindow:
    """Wait until the window is whole; return it, or the one that took its place."""
    for app in QApplication.instance().findChildren(App):
        if app.window is window:
            while app.window is not None and not app.window.ended and not app.settled:
                QApplication.processEvents()
            return app.window or window
    return window


class Driver:
    """Hands and eyes at one window."""

    def __init__(self, window: MainWindow, size: tuple[int, int] | None = None) -> None:
        self.window = _settled(window)
        self.view: ArticleView = self.window.view
        if size is not None:
            self.window.resize(*size)
        self.settle()

    def settle(self) -> None:
        """Let the window paint and answer everything that waits."""
        for _ in range(3):
            QApplication.processEvents()
        if QApplication.activeWindow() is None and visible(self.window):
            # A dialog has gone: any desktop gives its window the keyboard back.
            self.window.activateWindow()
            QApplication.processEvents()

    def key(self, *keys: Qt.Key | str, modifiers: Qt.KeyboardModifier = _NONE) -> None:
        """Press keys where the focus is, one after the other."""
        for key in keys:
            popup = QApplication.activePopupWidget()
            menu = popup if isinstance(popup, QMenu) else None
            QTest.keyClick(menu or QApplication.focusWidget() or self.view, key, modifiers)
            self.settle()

    def shift(self, *keys: Qt.Key | str) -> None:
        """Press keys with Shift held."""
        self.key(*keys, modifiers=Qt.KeyboardModifier.ShiftModifier)

    def control(self, *keys: Qt.Key | str) -> None:
        """Press keys with Ctrl held."""
        self.key(*keys, modifiers=Qt.KeyboardModifier.ControlModifier)

    def finish(self) -> None:
        """Say that the article is done, whatever is open in it."""
        self.control(Qt.Key.Key_Return)
        if self.dialogs():
            self.control(Qt.Key.Key_Return)

    def dialogs(self) -> list[QDialog]:
        """The dialogs that are open, message boxes left out."""
        found = [w for w in QApplication.topLevelWidgets() if isinstance(w, QDialog)]
        return [w for w in found if visible(w) and not isinstance(w, QMessageBox)]

    def text(self) -> str:
        """The text of the article on the desk."""
        article = self.window.session.article
        assert article is not None
        return article.text

    def find(self, words: str, occurrence: int = 1) -> tuple[int, int]:
        """Where words stand in the article, in code points."""
        at = -1
        for _ in range(occurrence):
            at = self.text().index(words, at + 1)
        return at, at + len(words)

    def point(self, offset: int) -> QPoint:
        """The viewport point at the left of a code point, scrolled into view."""
        self.view.reveal(offset, offset)
        self.settle()
        cursor = self.view.textCursor()
        cursor.setPosition(self.view.to_units(offset))
        return self.view.cursorRect(cursor).center()

    def drag(
        self,
        start: int,
        end: int,
        modifiers: Qt.KeyboardModifier = _NONE,
        *,
        release: bool = True,
        beside: int = 0,
    ) -> None:
        """Drag the mouse from one code point to another; press so many pixels beside the first."""
        self.view.reveal(start, end)
        self.settle()
        first, last = self.point(start) + QPoint(beside, 0), self.point(end)
        viewport = self.view.viewport()
        QTest.mousePress(viewport, _LEFT, modifiers, first)
        self._move(first + QPoint(6, 0), modifiers)
        self._move(last, modifiers)
        if release:
            QTest.mouseRelease(viewport, _LEFT, modifiers, last)
        self.settle()

    def select(self, words: str, occurrence: int = 1) -> None:
        """Select words with the mouse."""
        self.drag(*self.find(words, occurrence))

    def click(self, offset: int, dx: int = 3) -> None:
        """Click just right of the left edge of a code point."""
        QTest.mouseClick(self.view.viewport(), _LEFT, _NONE, self.point(offset) + QPoint(dx, 0))
        self.settle()

    def picture(self) -> QImage:
        """What the article's viewport shows now."""
        self.settle()
        return self.view.viewport().grab().toImage()

    def painted(self, words: str, color: str, occurrence: int = 1) -> bool:
        """Whether a colour is painted on the line of the first of these words, behind or by it."""
        start, _ = self.find(words, occurrence)
        left, right = self.point(start), self.point(start + len(words.split(maxsplit=1)[0]))
        image, wanted = self.picture(), QColor(color)
        half = self.view.line_height() // 2
        rows = range(max(0, left.y() - half), min(image.height(), left.y() + half))
        return any(
            image.pixelColor(x, y) == wanted for x in range(left.x(), right.x() + 1) for y in rows
        )

    def double_click(self, offset: int) -> None:
        """Click twice just right of the left edge of a code point."""
        viewport, point = self.view.viewport(), self.point(offset) + QPoint(3, 0)
        QTest.mouseClick(viewport, _LEFT, _NONE, point)
        QTest.mouseDClick(viewport, _LEFT, _NONE, point)
        self.settle()

    def caret_to(self, offset: int) -> None:
        """Click between two letters and see that the caret stands there."""
        QTest.mouseClick(self.view.viewport(), _LEFT, _NONE, self.point(offset))
        self.settle()
        assert self.view.caret() == offset

    def selected(self) -> str | None:
        """The words that are selected."""
        span = self.view.selection()
        return None if span is None else self.text()[slice(*span)]

    def said(self) -> str:
        """What the status bar says now."""
        return self.window.workspace.status_bar.currentMessage()

    def annotation(self) -> Annotation:
        """What the window shows."""
        annotation = self.window.session.annotation
        assert annotation is not None
        return annotation

    def rows(self, model: QAbstractItemModel) -> list[str]:
        """What a screen reader would read of a list."""
        role = Qt.ItemDataRole.AccessibleTextRole
        return [str(model.index(row, 0).data(role)) for row in range(model.rowCount())]

    def entities(self) -> list[str]:
        """The rows of the entity list."""
        return self.rows(self.window.workspace.lists.side.entities.model())

    def quotes(self) -> list[str]:
        """The rows of the quote list."""
        return self.rows(self.window.workspace.lists.side.quotes.model())

    def type_line(self) -> QLineEdit:
        """The line edit that has the focus."""
        focus = QApplication.focusWidget()
        assert isinstance(focus, QLineEdit)
        return focus

    def _move(self, to: QPoint, modifiers: Qt.KeyboardModifier = _NONE) -> None:
        viewport = self.view.viewport()
        event = QMouseEvent(
            QEvent.Type.MouseMove,
            QPointF(to),
            QPointF(viewport.mapToGlobal(to)),
            Qt.MouseButton.NoButton,
            _LEFT,
            modifiers,
        )
        QApplication.sendEvent(viewport, event)
        self.settle()


def project_at(folder: Path) -> Path:
    """Where a test keeps its project."""
    return folder / "news.annotator"
