"""The real program with an ear for the robot: `python -m tests.robot.probe SOCKET FILE FAULTS …`.

It runs `annotator.cli.main` with the arguments that follow, and answers questions that come over
the inherited socket SOCKET, one line of JSON each. To FILE it appends what the window calls saved,
in the moment when it says so. It changes nothing in the program but that the caret does not blink,
and does nothing that paints unless it is asked to. FAULTS is empty but where the robot itself is
tried, see `tests.robot.planted`.
"""

import json
import os
import random
import socket
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Final

from PySide6.QtCore import (
    QAbstractItemModel,
    QCoreApplication,
    QEvent,
    QObject,
    QPoint,
    QRect,
    QSocketNotifier,
    Qt,
    QTimer,
)
from PySide6.QtGui import QTextCursor
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QApplication,
    QComboBox,
    QLineEdit,
    QMenu,
    QMessageBox,
    QScrollBar,
    QSplitterHandle,
    QTabBar,
    QWidget,
)

from annotator.cli import main as annotator
from annotator.ui.app import application
from annotator.ui.i18n.translation import tr
from annotator.ui.lists.entity_model import ROW_ROLE, MentionRow
from annotator.ui.lists.side_panel import SidePanel
from annotator.ui.main_window import MainWindow
from annotator.ui.session import Session
from tests.robot.record import state_of

_ROUNDS: Final = 3
_ROUND_MS: Final = 10
"""Longer than Qt lets an update that a window asks for wait (5 ms)."""
_PAUSE_MS: Final = 250
"""The longest pause in typing after which the window does something by itself."""
_LAST: Final = -10_000
"""A priority below that of every other event that is posted, repaints included."""
_WORDS: Final = 40
_KINDS: Final = (
    ("line", QLineEdit),
    ("tabs", QTabBar),
    ("combo", QComboBox),
    ("bar", QScrollBar),
    ("handle", QSplitterHandle),
    ("button", QAbstractButton),
)


class Probe(QObject):
    """Answers the robot's questions in the thread of the window."""

    def __init__(self, ear: socket.socket, acknowledgements: int) -> None:
        super().__init__()
        self._ear = ear
        self._acknowledgements = acknowledgements
        self._heard: list[Session] = []
        self._rounds = 0
        self._lines = ear.makefile("rb")
        self._notifier = QSocketNotifier(ear.fileno(), QSocketNotifier.Type.Read, self)
        self._notifier.activated.connect(self._listen)
        self._answers: dict[str, Callable[[dict[str, Any]], Any]] = {
            "hold": self._hold,
            "look": self._look,
            "words": self._words,
            "lists": self._lists,
        }

    # Questions and answers

    def _listen(self) -> None:
        line = self._lines.readline()
        if not line:  # the robot has gone: nobody is left to end this process
            os._exit(3)
        question = json.loads(line)
        self._hear_sessions()
        if question["ask"] == "rest":
            self._rounds = _ROUNDS
            self._next_round()
        else:
            self._answer(self._answers[question["ask"]](question))

    def _answer(self, value: Any) -> None:
        self._ear.sendall(json.dumps(value).encode() + b"\n")

    # Rest: everything that waits is done, painted, and has arrived at the server

    def _next_round(self) -> None:
        _reach_server()
        QTimer.singleShot(_ROUND_MS, self, lambda: QCoreApplication.postEvent(self, _Last(), _LAST))

    def event(self, event: QEvent) -> bool:
        if not isinstance(event, _Last):
            return super().event(event)
        self._rounds -= 1
        if self._rounds:
            self._next_round()
        else:
            _reach_server()
            self._answer({"busy": self._busy()})
        return True

    def _busy(self) -> bool:
        for window in _windows():
            if window.session.jobs.busy:
                return True
            if window.workspace.suggestions.suggesting.making:
                return True
            if any(map(_is_due_soon, window.findChildren(QTimer))):
                return True
        return False

    # Holding still: nothing happens in the program between the two photographs

    def _hold(self, _question: dict[str, Any]) -> Any:
        """Stand still, repaint everything at once when told to, and stand still again.

        Neither timers nor what comes from outside are seen to in between: a pixel that changes
        was wrong before, or is wrong now.
        """
        _reach_server()
        self._answer("still")
        self._lines.readline()
        for widget in QApplication.allWidgets():
            if widget.isVisible():
                widget.update()
        QCoreApplication.sendPostedEvents(None, QEvent.Type.UpdateRequest)
        _reach_server()
        self._answer("painted")
        self._lines.readline()
        return "gone on"

    # What a person sees of the window

    def _look(self, _question: dict[str, Any]) -> Any:
        active = QApplication.activePopupWidget() or QApplication.activeModalWidget()
        window = active or QApplication.activeWindow()
        mains = _windows()
        popup = QApplication.activePopupWidget()
        focus = QApplication.focusWidget()
        main = mains[0] if mains else None
        session = main.session if main is not None else None
        return {
            "main": int(main.winId()) if main is not None else None,
            "article": session.article.id if session is not None and session.article else None,
            "articles": main.workspace.lists.articles.model.rowCount() if main is not None else 0,
            "window": type(window).__name__ if window is not None else None,
            "modal": QApplication.activeModalWidget() is not None,
            "popup": isinstance(popup, QMenu) or popup is not None,
            "focus": type(focus).__name__ if focus is not None else None,
            "bugs": [_said(box) for box in _boxes() if "bug" in box.text()],
            "spots": list(_spots(window)) if window is not None else [],
        }

    def _words(self, question: dict[str, Any]) -> Any:
        """Where some of the words of the page in sight begin and end, on the screen."""
        (main, *_others) = _windows() or [None]
        if main is None or main.session.article is None:
            return []
        view, chance = main.view, random.Random(question["seed"])
        page = view.viewport().rect()
        height = page.height()
        first = view.cursorForPosition(QPoint(2, 2)).position()
        last = view.cursorForPosition(QPoint(page.width() - 2, height - 2)).position()
        places = []
        cursor = QTextCursor(view.document())
        for _ in range(_WORDS):
            if last <= first:
                break
            cursor.setPosition(chance.randrange(first, last))
            cursor.select(QTextCursor.SelectionType.WordUnderCursor)
            if cursor.selectedText().strip():
                ends = (cursor.selectionStart(), cursor.selectionEnd())
                places.append([_spot_of(view, cursor, end) for end in ends])
        return [place for place in places if all(page.contains(QPoint(*at[2:])) for at in place)]

    def _lists(self, _question: dict[str, Any]) -> Any:
        """What the lists of quotes and entities show, in words."""
        (main, *_others) = _windows() or [None]
        if main is None or main.session.article is None:
            return None
        side = main.workspace.lists.side
        lists = {"quotes": side.quotes, "entities": side.entities}
        shown = {name: sorted(_rows(view)) for name, view in lists.items()}
        return {"article": main.session.article.id, **shown}

    # What is called saved

    def _hear_sessions(self) -> None:
        for window in _windows():
            session = window.session
            if session not in self._heard:
                self._heard.append(session)
                session.saved.connect(lambda _when, session=session: self._acknowledge(session))

    def _acknowledge(self, session: Session) -> None:
        if session.annotation is None or session.article is None or session.article_key is None:
            return
        revision = session.project.revision(session.article_key, session.annotator)
        line = [session.article.id, session.annotator, revision, state_of(session.annotation)]
        os.write(self._acknowledgements, json.dumps(line).encode() + b"\n")


class _Last(QEvent):
    """Comes after everything else that waited."""

    def __init__(self) -> None:
        super().__init__(QEvent.Type.User)


def _reach_server() -> None:
    """Ask the server for one pixel: with its answer, all that was painted before is on screen."""
    QApplication.primaryScreen().grabWindow(0, 0, 0, 1, 1)


def _is_due_soon(timer: QTimer) -> bool:
    """Whether something waits for a pause, as a filter does for the end of typing."""
    return timer.isActive() and timer.isSingleShot() and timer.remainingTime() <= _PAUSE_MS


def _windows() -> list[MainWindow]:
    """The windows that are open and have everything in them."""
    found = (w for w in QApplication.topLevelWidgets() if isinstance(w, MainWindow))
    return [w for w in found if w.isVisible() and w.findChild(SidePanel) is not None]


def _boxes() -> list[QMessageBox]:
    found = (w for w in QApplication.topLevelWidgets() if isinstance(w, QMessageBox))
    return [box for box in found if box.isVisible()]


def _said(box: QMessageBox) -> str:
    return f"{box.text()}\n{box.detailedText()}"


def _spots(window: QWidget) -> Iterator[dict[str, Any]]:
    """What there is to click at in the window: its kind, name and place on the screen."""
    for widget in [window, *window.findChildren(QWidget)]:
        kind = _kind(widget)
        if kind is None or not widget.isVisible() or not widget.isEnabled():
            continue
        rect: QRect = widget.visibleRegion().boundingRect()
        if rect.width() < 3 or rect.height() < 3:
            continue
        at = widget.mapToGlobal(rect.topLeft())
        owner = widget.parentWidget() if kind in ("list", "page") else widget
        name = (owner.accessibleName() or type(owner).__name__) if owner is not None else ""
        yield {"kind": kind, "name": name, "rect": [at.x(), at.y(), rect.width(), rect.height()]}


def _kind(widget: QWidget) -> str | None:
    parent = widget.parentWidget()
    if isinstance(parent, QAbstractItemView) and widget is parent.viewport():
        return "list"
    if isinstance(widget.window(), MainWindow) and widget is widget.window().view.viewport():
        return "page"
    if type(widget).__name__ == "Minimap":
        return "map"
    return next((kind for kind, class_ in _KINDS if isinstance(widget, class_)), None)


def _spot_of(view: Any, cursor: QTextCursor, position: int) -> list[int]:
    """A place between two letters: on the screen, then in the page."""
    at = QTextCursor(cursor)
    at.setPosition(position)
    inside = view.cursorRect(at).center()
    on_screen = view.viewport().mapToGlobal(inside)
    return [on_screen.x(), on_screen.y(), inside.x(), inside.y()]


def _rows(view: QAbstractItemView) -> Iterator[list[str]]:
    """What a screen reader would read of a list, were nothing in it unfolded.

    Not its colours, which go by what came first.
    """
    model: QAbstractItemModel = view.model()
    roles = (Qt.ItemDataRole.AccessibleTextRole, Qt.ItemDataRole.AccessibleDescriptionRole)
    unfolded = f", {tr('unfolded')}"
    for row in range(model.rowCount()):
        index = model.index(row, 0)
        if not isinstance(index.data(ROW_ROLE), MentionRow):
            yield [str(index.data(role) or "").removesuffix(unfolded) for role in roles]


def main() -> int:
    """Run the program as it is, with the probe in it."""
    descriptor, file, planted, *arguments = sys.argv[1:]
    if planted:
        from tests.robot.planted import plant

        plant(planted.split(","))
    flags = os.O_WRONLY | os.O_CREAT | os.O_APPEND
    acknowledgements = os.open(Path(file), flags, 0o600)
    qt = application()
    qt.setCursorFlashTime(0)
    probe = Probe(socket.socket(fileno=int(descriptor)), acknowledgements)
    code = annotator(arguments)
    del probe
    return code


if __name__ == "__main__":
    sys.exit(main())
