"""Drives the window as a person would: the real `main()`, real keys and real mouse events."""

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QEvent, QPoint, QPointF, Qt, QTimer
from PySide6.QtGui import QColor, QImage, QMouseEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from annotator.cli import main
from annotator.ui.article.view import ArticleView
from annotator.ui.main_window import MainWindow

_LEFT = Qt.MouseButton.LeftButton
_NONE = Qt.KeyboardModifier.NoModifier


def run_main(arguments: list[str], script: Callable[["Driver"], None]) -> int:
    """Run `annotator` with these arguments, play the script in its window, then close it.

    Returns the exit code of `main`; what the script raises is raised here.
    """
    faults: list[BaseException] = []

    def play() -> None:
        windows = [w for w in QApplication.topLevelWidgets() if isinstance(w, MainWindow)]
        window = next(w for w in windows if w.isVisible())
        try:
            script(Driver(window))
        except BaseException as fault:
            faults.append(fault)
        finally:
            for visible in (w for w in QApplication.topLevelWidgets() if w.isVisible()):
                visible.close()

    QTimer.singleShot(0, play)
    code = main(arguments)
    QApplication.processEvents()
    if faults:
        raise faults[0]
    return code


class Driver:
    """Hands and eyes at one window."""

    def __init__(self, window: MainWindow) -> None:
        self.window = window
        self.view: ArticleView = window.view
        window.resize(1440, 900)
        self.settle()

    def settle(self) -> None:
        """Let the window paint and answer everything that waits."""
        for _ in range(3):
            QApplication.processEvents()

    def key(self, *keys: Qt.Key | str, modifiers: Qt.KeyboardModifier = _NONE) -> None:
        """Press keys where the focus is, one after the other."""
        for key in keys:
            target = QApplication.focusWidget() or self.view
            if isinstance(key, str):
                QTest.keyClick(target, key, modifiers)
            else:
                QTest.keyClick(target, key, modifiers)
            self.settle()

    def control(self, *keys: Qt.Key | str) -> None:
        """Press keys with Ctrl held."""
        self.key(*keys, modifiers=Qt.KeyboardModifier.ControlModifier)

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

    def drag(self, start: int, end: int) -> None:
        """Drag the mouse from one code point to another."""
        self.view.reveal(start, end)
        self.settle()
        first, last = self.point(start), self.point(end)
        viewport = self.view.viewport()
        QTest.mousePress(viewport, _LEFT, _NONE, first)
        self._move(first + QPoint(6, 0))
        self._move(last)
        QTest.mouseRelease(viewport, _LEFT, _NONE, last)
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
        left, right = self.point(start), self.point(start + len(words.split()[0]))
        image, wanted = self.picture(), QColor(color)
        half = self.view.line_height() // 2
        rows = range(max(0, left.y() - half), min(image.height(), left.y() + half))
        return any(
            image.pixelColor(x, y) == wanted for x in range(left.x(), right.x() + 1) for y in rows
        )

    def _move(self, to: QPoint) -> None:
        viewport = self.view.viewport()
        event = QMouseEvent(
            QEvent.Type.MouseMove,
            QPointF(to),
            QPointF(viewport.mapToGlobal(to)),
            Qt.MouseButton.NoButton,
            _LEFT,
            _NONE,
        )
        QApplication.sendEvent(viewport, event)
        self.settle()


def project_at(folder: Path) -> Path:
    """Where a test keeps its project."""
    return folder / "news.annotator"
