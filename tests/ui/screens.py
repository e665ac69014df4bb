"""Every screen of the window, brought up by its own action: for pictures and for tests of all."""

import csv
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

from PySide6.QtCore import QDeadlineTimer, QPoint, Qt, QTimer
from PySide6.QtGui import QImage, QPainter
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QDialog, QMenu, QTabWidget, QWidget

from annotator.services.example import example_files
from annotator.services.importing import import_files
from annotator.services.presets import find_scheme
from annotator.services.trash import delete_articles
from annotator.store import Project
from annotator.ui.main_window import MainWindow
from annotator.ui.review.side_by_side import SideBySideDialog
from annotator.ui.session import SelectedItem
from annotator.ui.suggestions.suggester_dialog import SuggesterDialog
from tests.ui.driving import Driver, visible
from tests.ui.suggestions.waiting import offered

_WAIT_MS: Final = 60
_A_MOMENT_MS: Final = 5
_LONGEST_MS: Final = 60_000
SIZE: Final = (1280, 800)


def make_showcase(path: Path) -> Path:
    """The example project as ada's, with ben's slightly different work on the same article."""
    folder = path.parent
    *texts, annotations = example_files()
    works = []
    for name, change in (("ada", _as_it_is), ("ben", _slightly_different)):
        work = change(json.loads(annotations.read_text(encoding="utf-8")))
        work["annotator"] = name
        works.append(folder / f"{name}.jsonl")
        works[-1].write_text(json.dumps(work), encoding="utf-8")
    table = folder / "articles.csv"
    with table.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows(_TABLE)
    with Project.create(path, find_scheme("news")) as project:
        import_files(project, texts, annotator="ada")
        for work in works:
            import_files(project, [work], annotator=work.stem)
        key = project.article_keys(annotator="ada")[0]
        project.add_remark(key, "ada", (155, 230), "Is this not mixed?", "lead")
        import_files(project, [table])
        gone = project.article_keys(annotator="ada")[-2:]
        delete_articles(project, gone, "lead")
    return path


_TABLE: Final = (
    ("headline", "body", "day"),
    (
        "Ferry back in service",
        "The ferry is back, the harbour office said on Monday.",
        "2026-03-02",
    ),
    ("Bridge closed", "“It will take a week,” an engineer said.", "2026-03-03"),
)


def _as_it_is(work: Any) -> Any:
    return work


def _slightly_different(work: Any) -> Any:
    work["quotes"] = work["quotes"][:-2]
    work["quotes"][1]["speakers"] = []
    work["quotes"][2]["type"] = "mixed"
    return work


def screens() -> dict[str, Callable[[Driver], object]]:
    """By name, what brings the screen up. What it opens is left open."""
    by_action = {name: _acting(id_) for name, id_ in _ACTIONS.items()}
    return {
        "window": _pick_a_quote,
        "menu": _open_menu,
        **by_action,
        "occurrences": _occurrences,
        "checks": _checks,
        "attributes": _on_a_quote("attributes"),
        "speaker": _on_a_quote("source"),
        "find": _find,
        "find-project": _find_in_project,
        "columns": lambda driver: _import(driver, "articles.csv"),
        "import-report": _import_report,
        "scheme-quotes": lambda driver: _scheme_page(driver, 1),
        "scheme-attributes": lambda driver: _scheme_page(driver, 2),
        "scheme-guidelines": lambda driver: _scheme_page(driver, 3),
        "side-by-side": _side_by_side,
        "suggestions": _suggest,
        "accept-above": _accept_above,
        "suggester": _endpoint,
        "crash": _crash,
    }


_ACTIONS: Final = {
    "reading": "show_reading",
    "lists-below": "lists_below",
    "page-alone": "focus_mode",
    "palette": "palette",
    "keys": "shortcut_sheet",
    "change-keys": "change_keys",
    "replace-labels": "replace_labels",
    "export": "export_file",
    "scheme": "edit_scheme",
    "guidelines": "guidelines",
    "preferences": "preferences",
    "statistics": "statistics",
    "review": "review",
    "agreement": "show_agreement",
    "remarks": "show_remarks",
    "backups": "backups",
    "trash": "show_trash",
    "hold-back": "hold_back",
    "about": "about",
}


def with_screen(
    driver: Driver,
    bring_up: Callable[[Driver], object],
    look: Callable[[list[QWidget]], object],
) -> None:
    """Have `look` see what lies over the window, the topmost last; then the window is as before."""
    session = driver.window.session
    session.open_article(session.project.article_keys(annotator="ada")[0])
    driver.window.view.setFocus()
    actions = driver.window.workspace.actions
    on = {id_ for id_, action in actions.items() if action.isChecked()}
    done: list[BaseException | None] = []
    up: list[bool] = []

    def act() -> None:
        if not up and QApplication.activeModalWidget() is None:
            QTimer.singleShot(_WAIT_MS, act)  # it is still being brought up
            return
        _come_to_rest()
        found = over(driver.window)
        try:
            look(found)
            done.append(None)
        except BaseException as fault:
            done.append(fault)
        finally:
            _close(found)

    # A dialog that runs an event loop of its own is looked at from within it.
    QTimer.singleShot(_WAIT_MS, act)
    bring_up(driver)
    up.append(True)
    end = QDeadlineTimer(_LONGEST_MS)
    while not done and not end.hasExpired():
        QTest.qWait(_A_MOMENT_MS)
    driver.settle()
    for id_ in list(actions):
        # A label may have gone with a change of the scheme that was noticed meanwhile.
        if id_ in actions and actions[id_].isChecked() != (id_ in on):
            actions[id_].trigger()
            _come_to_rest()
    assert done, "the screen did not come to rest"
    if done[0] is not None:
        raise done[0]


def over(window: QWidget) -> list[QWidget]:
    """What is open besides the window, in the order in which it was opened."""
    found = [w for w in QApplication.topLevelWidgets() if w is not window and visible(w)]
    return [w for w in found if w.windowType() != Qt.WindowType.ToolTip]


def picture(window: QWidget, found: list[QWidget]) -> QImage:
    """The dialog that is open; without one the window, with popups where they lie over it."""
    dialogs = [w for w in found if w.isWindow() and w.windowType() != Qt.WindowType.Popup]
    if dialogs:
        return dialogs[-1].grab().toImage()
    if isinstance(window, MainWindow):
        window.workspace.article.minimap.draw_marks()
    image = window.grab().toImage()
    painter = QPainter(image)
    for widget in found:
        at = window.mapFromGlobal(widget.mapToGlobal(QPoint(0, 0)))
        painter.drawImage(at, widget.grab().toImage())
    painter.end()
    return image


def _come_to_rest() -> None:
    end = QDeadlineTimer(_LONGEST_MS)
    for _ in range(8):
        QApplication.processEvents()
    while any(window.session.jobs.busy for window in _windows()) and not end.hasExpired():
        QTest.qWait(_A_MOMENT_MS)
    for _ in range(8):
        QApplication.processEvents()


def _windows() -> list[MainWindow]:
    return [w for w in QApplication.topLevelWidgets() if isinstance(w, MainWindow)]


def _close(found: list[QWidget]) -> None:
    for widget in reversed(found):
        if visible(widget):
            if isinstance(widget, QDialog):
                widget.reject()
            widget.close()


def _acting(id_: str) -> Callable[[Driver], object]:
    return lambda driver: _act(driver, id_)


def _act(driver: Driver, id_: str) -> None:
    driver.window.workspace.actions[id_].trigger()


def _pick_a_quote(driver: Driver) -> None:
    first = next(quote for quote in driver.annotation().ordered_quotes() if quote.type == "direct")
    driver.window.session.select(SelectedItem("quote", first.id))


def _on_a_quote(id_: str) -> Callable[[Driver], object]:
    def bring_up(driver: Driver) -> None:
        _pick_a_quote(driver)
        _act(driver, id_)

    return bring_up


def _open_menu(driver: Driver) -> None:
    bar = driver.window.menuBar()
    action = bar.actions()[2]
    menu = action.menu()
    assert isinstance(menu, QMenu)
    menu.popup(bar.mapToGlobal(bar.actionGeometry(action).bottomLeft()))


def _occurrences(driver: Driver) -> None:
    driver.select("Iraq")
    _act(driver, "all_occurrences")


def _checks(driver: Driver) -> None:
    _act(driver, "done_next")


def _find(driver: Driver) -> None:
    _act(driver, "find")
    driver.window.workspace.search.bar.line.setText("the")


def _find_in_project(driver: Driver) -> None:
    driver.select("said")
    _act(driver, "find_in_project")


def _import(driver: Driver, *names: str) -> None:
    folder = driver.window.session.project.path.parent
    driver.window.workspace.files.import_paths([folder / name for name in names])


def _import_report(driver: Driver) -> None:
    _import(driver, "ada.jsonl", "missing.txt")


def _scheme_page(driver: Driver, page: int) -> None:
    _act(driver, "edit_scheme")
    (tabs,) = (w for d in driver.dialogs() for w in d.findChildren(QTabWidget))
    tabs.setCurrentIndex(page)


def _side_by_side(driver: Driver) -> None:
    _act(driver, "review")
    _act(driver, "side_by_side")
    (dialog,) = driver.window.findChildren(SideBySideDialog)
    dialog.go(1)


def _suggest(driver: Driver) -> None:
    _act(driver, "suggest")
    offered(driver)
    for _ in range(3):
        _act(driver, "next_suggestion")


def _accept_above(driver: Driver) -> None:
    _suggest(driver)
    _act(driver, "accept_above")


def _endpoint(driver: Driver) -> None:
    _act(driver, "choose_suggester")
    (dialog,) = driver.window.findChildren(SuggesterDialog)
    dialog.kind.choose_value("endpoint")
    dialog.url.setText("http://localhost:8080/v1")
    dialog.model.setText("small-news")


def _crash(_driver: Driver) -> None:
    QTimer.singleShot(0, _fail)


def _fail() -> None:
    raise RuntimeError("what a bug looks like")
