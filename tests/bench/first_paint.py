"""Run in a process of its own: start like `annotator PROJECT`, tell when the article is painted.

Prints the peak memory in MB once everything that waited for the first paint is done too.
With "bare" instead of a project it paints an empty Qt window, the floor. "empty" after the
project says that it has no article: then the first paint of the empty page is told.
"""

import sys
from pathlib import Path


def tell(words: str) -> None:
    print(words, flush=True)


def run_bare() -> int:
    from PySide6.QtCore import QTimer
    from PySide6.QtWidgets import QApplication, QMainWindow

    app = QApplication([])
    window = QMainWindow()
    window.show()
    app.processEvents()
    tell("painted")
    QTimer.singleShot(0, app.quit)
    return app.exec()


def run_window(project: str, *, empty: bool) -> int:
    from annotator.ui.article.span_view import SpanView

    paint = SpanView.paintEvent

    def paint_and_tell(view, event):  # type: ignore[no-untyped-def]
        from PySide6.QtCore import QTimer
        from PySide6.QtWidgets import QApplication

        paint(view, event)
        if empty or view.scene().lines:
            SpanView.paintEvent = paint
            tell("painted")
            QTimer.singleShot(1500, QApplication.quit)

    SpanView.paintEvent = paint_and_tell  # type: ignore[method-assign]
    from annotator.cli import main

    return main([str(Path(project))])


if __name__ == "__main__":
    project, *more = sys.argv[1:]
    code = run_bare() if project == "bare" else run_window(project, empty="empty" in more)
    from tests.bench.memory import peak_mb

    tell(f"{peak_mb():.1f}")
    sys.exit(code)
