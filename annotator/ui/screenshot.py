"""Screenshots of the window, drawn without a display."""

import sys
import tempfile
from pathlib import Path
from typing import Final

from PySide6.QtCore import QMessageLogContext, Qt, QtMsgType, qInstallMessageHandler
from PySide6.QtGui import QPixmap
from PySide6.QtWidgets import QApplication

from annotator.core.errors import AnnotatorError
from annotator.services.atomic_output import atomic_file
from annotator.store import Project
from annotator.ui.app import App, application
from annotator.ui.session import SelectedItem
from annotator.ui.settings import Settings
from annotator.ui.theme.fonts import load_more_fonts

_ROUNDS: Final = 3
"""How often events are processed until the layout is final: resizing, hiding, moving up."""


def take_screenshot(
    project: Path, out: Path, *, dark: bool, size: tuple[int, int], article: str | None
) -> None:
    """Draw the window on the project into a PNG of `size` (width, height) in pixels.

    Shows the article with this id, or the first one, as its first annotator sees it, with the
    first direct quote selected. Raises AnnotatorError if there is no such project or article, or
    the picture cannot be written.
    """
    before = qInstallMessageHandler(_print_message)
    try:
        _draw(project, out, dark=dark, size=size, article=article)
    finally:
        qInstallMessageHandler(before)


def _draw(
    project: Path, out: Path, *, dark: bool, size: tuple[int, int], article: str | None
) -> None:
    qt = application()
    load_more_fonts()
    with tempfile.TemporaryDirectory() as folder:
        settings = Settings(Path(folder) / "settings.ini")
        settings.look = "dark" if dark else "light"
        settings.annotator = _first_annotator(project)
        settings.set_choice("no_suggestions", on=True)  # they appear at an unpredictable time
        app = App(settings, qt)
        app.open(project)
        window = app.window
        assert window is not None
        window.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose, False)
        try:
            if article is not None:
                window.session.open_article(_key_of(window.project, article))
            window.build_workspace()
            window.resize(*size)
            _select_quote(app)
            for _ in range(_ROUNDS):
                QApplication.processEvents()
            window.workspace.article.minimap.draw_marks()
            _save(window.grab(), out)
        finally:
            window.close()
            window.deleteLater()
            app.shut_down()


def _save(picture: QPixmap, out: Path) -> None:
    try:
        with atomic_file(out) as part:
            if not picture.save(str(part), "PNG"):
                raise AnnotatorError(f"{out} cannot be written; choose another file")
    except FileNotFoundError as error:
        raise AnnotatorError(f"{out} cannot be written; choose another file") from error


def _print_message(kind: QtMsgType, _context: QMessageLogContext, message: str) -> None:
    """Print messages except those of the platform without a display about itself."""
    if kind != QtMsgType.QtWarningMsg or "This plugin does not support" not in message:
        print(message, file=sys.stderr)


def _first_annotator(path: Path) -> str:
    with Project.open(path) as project:
        return next(iter(project.annotators()), "annotator")


def _key_of(project: Project, article: str) -> int:
    key = project.key_of(article)
    if key is None:
        raise AnnotatorError(f"the project has no article {article!r}; leave --article out")
    return key


def _select_quote(app: App) -> None:
    session = app.window.session if app.window is not None else None
    if session is None or session.annotation is None:
        return
    for id_ in session.quote_order.ids():
        if session.annotation.quotes[id_].type == "direct":
            session.select(SelectedItem("quote", id_))
            return
